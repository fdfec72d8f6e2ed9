"""Stand-ins show the reader what is asked for, and libraries an empty module; real modules may show something else."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.errors import LabError
from sio_lab.legacy import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.legacy.reader import Notebook


def advise(name: str) -> str:
    return f"{name} is gone: use another"


def in_library(code: str, **names: Any) -> dict[str, Any]:
    """Run code as that of an installed package."""
    namespace = {"__name__": "engineio.server", **names}
    exec(code, namespace)  # noqa: S102 - code of another package
    return namespace


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> stand_in.StandIn:
    """Return a stand-in that can be imported."""
    made = stand_in.family({"gone": {"sleep": len}, "gone.part": {"Event": dict}}, advise)
    for name, module in made.items():
        monkeypatch.setitem(sys.modules, name, module)
    return made["gone"]


@pytest.fixture
def module() -> Iterator[ModuleType]:
    """Return a module of one's own, which ends as plain as it began."""
    module = ModuleType("real")
    vars(module).update(sleep="real sleep", only="real only")
    names = dict(vars(module))
    yield module
    assert type(module) is ModuleType
    assert vars(module) == names


def test_the_reader_sees_members_and_modules_of_the_package(notebook: Notebook, gone: stand_in.StandIn) -> None:
    names = notebook.run(
        "import gone\nfrom gone import sleep, part\nfrom gone.part import Event\nfound = gone.part.Event"
    )
    assert (names["sleep"], names["Event"], names["found"]) == (len, dict, dict)
    assert names["part"] is vars(gone)["part"]


def test_a_name_that_it_lacks_is_answered_with_advice(notebook: Notebook, gone: stand_in.StandIn) -> None:
    with pytest.raises(AttributeError, match=r"^gone\.hub is gone: use another$"):
        notebook.run("import gone; gone.hub")
    with pytest.raises(AttributeError, match=r"^gone\.part\.hub is gone: use another$"):
        notebook.run("gone.part.hub")
    assert not notebook.run("has = hasattr(gone, 'hub')")["has"]
    assert gone.__doc__


@pytest.mark.parametrize("code", ["from gone import hub", "from gone import sleep, hub", "from gone.part import hub"])
def test_so_is_a_name_that_is_imported(notebook: Notebook, gone: stand_in.StandIn, code: str) -> None:
    del gone
    with pytest.raises(ImportError, match="hub is gone: use another") as told:
        notebook.run(code)
    assert isinstance(told.value, LabError)


def test_the_advice_comes_without_our_frames(notebook: Notebook, gone: stand_in.StandIn) -> None:
    del gone
    with pytest.raises(LabError) as told:
        notebook.run("from gone import hub")
    shown = "\n".join(told.value._render_traceback_())
    assert "legacy/stand_in.py" not in shown.replace("tests/legacy/test_stand_in.py", "")
    assert "from gone import hub" in shown


def test_libraries_find_nothing_in_it(gone: stand_in.StandIn) -> None:
    del gone
    in_library("import gone")
    for code in ("import gone; gone.sleep", "import gone; gone.hub"):
        with pytest.raises(AttributeError):
            in_library(code)
    for code in ("from gone import sleep", "from gone.part import Event", "from gone import hub"):
        with pytest.raises(ImportError):
            in_library(code)
    assert not in_library("import gone; has = hasattr(gone, 'sleep')")["has"]


def test_a_server_of_engineio_does_not_take_it_for_the_real_one(gone: stand_in.StandIn) -> None:
    """It asks for modes in this order, and takes the first whose import goes well."""
    namespace = in_library(
        "try:\n from gone import sleep\n mode = 'gone'\nexcept ImportError:\n mode = 'threading'", gone=gone
    )
    assert namespace["mode"] == "threading"


def test_completion_and_help_find_the_members(gone: stand_in.StandIn) -> None:
    assert {"sleep", "part"} <= set(dir(gone))
    assert dict(inspect.getmembers(gone))["sleep"] is len


# --- real modules --------------------------------------------------------------------------------------------------


def test_a_covered_module_shows_the_reader_something_else(notebook: Notebook, module: ModuleType) -> None:
    undo = stand_in.cover(module, {"sleep": "the lab's", "new": "new"})
    monkey = notebook.run("got = real.sleep, real.only, real.new", real=module)
    assert monkey["got"] == ("the lab's", "real only", "new")
    assert in_library("got = real.sleep, real.only", real=module)["got"] == ("real sleep", "real only")
    assert not in_library("has = hasattr(real, 'new')", real=module)["has"]
    undo()
    undo()
    assert notebook.run("got = real.sleep")["got"] == "real sleep"


def test_some_names_are_covered_for_everybody(module: ModuleType) -> None:
    undo = stand_in.cover(module, {"sleep": "the lab's", "only": "the lab's"}, for_all={"sleep"})
    assert in_library("got = real.sleep, real.only", real=module)["got"] == ("the lab's", "real only")
    undo()


def test_it_may_be_imported_from(notebook: Notebook, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "real", module)
    undo = stand_in.cover(module, {"sleep": "the lab's"})
    assert notebook.run("from real import sleep, only")["sleep"] == "the lab's"
    assert in_library("from real import sleep")["sleep"] == "real sleep"
    undo()


def test_code_that_ran_before_sees_the_change_and_its_end(notebook: Notebook, module: ModuleType) -> None:
    """Python keeps what it has found in a module; not past a change of its class."""
    read: Callable[[], str] = notebook.run("def read():\n    return real.sleep", real=module)["read"]
    assert {read() for _ in range(1000)} == {"real sleep"}
    undo = stand_in.cover(module, {"sleep": "the lab's"})
    assert {read() for _ in range(1000)} == {"the lab's"}
    undo()
    assert {read() for _ in range(1000)} == {"real sleep"}


def test_names_that_are_gone_come_back_for_the_reader(notebook: Notebook, module: ModuleType) -> None:
    made: list[str] = []
    undo = stand_in.complete(module, {"old": lambda: made.append("old") or "old one", "sleep": lambda: "not asked"})
    assert notebook.run("got = real.old, real.sleep", real=module)["got"] == ("old one", "real sleep")
    assert made == ["old"]
    with pytest.raises(AttributeError, match=r"^module 'real' has no attribute 'old'$"):
        in_library("real.old", real=module)
    with pytest.raises(AttributeError, match=r"^module 'real' has no attribute 'older'$"):
        notebook.run("real.older")
    undo()
    undo()
    with pytest.raises(AttributeError, match="old"):
        notebook.run("real.old")


def test_a_modules_own_way_with_names_stays(notebook: Notebook) -> None:
    def own(name: str) -> str:
        return f"own {name}"

    module = ModuleType("real")
    vars(module)["__getattr__"] = own
    undo = stand_in.complete(module, {"old": lambda: "old one"})
    assert notebook.run("got = real.old, real.other", real=module)["got"] == ("old one", "own other")
    undo()
    assert vars(module)["__getattr__"] is own
    assert notebook.run("got = real.old")["got"] == "own old"

"""Stand-ins are given where nothing else is; callbacks come when modules are complete; all of it can be taken back."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from tests.legacy.reader import DEADLINE, program

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.legacy.hooks import ImportHooks
    from tests.legacy.reader import Notebook

Write = Any


def stand_in(name: str) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = []
    vars(module)["given"] = name
    return module


def ask(name: str, seen: list[Any] | None = None) -> Callable[..., None]:
    """Return a callback that notes what it is called with, under a name."""
    return lambda *modules: (seen if seen is not None else []).append((name, *(each.__name__ for each in modules)))


# --- stand-ins -----------------------------------------------------------------------------------------------------


def test_a_module_that_is_not_installed_is_stood_in_for(hooks: ImportHooks, notebook: Notebook) -> None:
    hooks.install({"gone": stand_in, "gone.part": stand_in}, {})
    names = notebook.run("import gone, gone.part\nfrom gone.part import given\nfrom gone import part")
    assert (names["gone"].given, names["given"], names["part"].given) == ("gone", "gone.part", "gone.part")
    assert importlib.util.find_spec("gone") is not None
    hooks.remove()
    assert not {"gone", "gone.part"} & set(sys.modules)
    with pytest.raises(ModuleNotFoundError):
        notebook.run("import gone")


def test_one_that_is_installed_is_left_alone(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(here_it_is="given = 'real'")
    hooks.install({"here_it_is": stand_in}, {})
    assert notebook.run("import here_it_is")["here_it_is"].given == "real"
    hooks.remove()
    assert "here_it_is" in sys.modules


def test_a_stand_in_within_a_real_package_vanishes_from_it(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(package____init__="", package__own="")
    hooks.install({"package.gone": stand_in}, {})
    names = notebook.run("import package.own, package.gone")
    assert names["package"].gone.given == "package.gone"
    hooks.remove()
    assert not hasattr(names["package"], "gone")
    assert hasattr(names["package"], "own")


def test_all_modules_of_a_package_may_be_stood_in_for(hooks: ImportHooks, notebook: Notebook) -> None:
    hooks.install({"gone": stand_in, "gone.*": stand_in}, {})
    assert notebook.run("import gone.anything")["gone"].anything.given == "gone.anything"


def test_another_module_may_be_given_as_it_is(hooks: ImportHooks, notebook: Notebook) -> None:
    spec, loader = json.__spec__, json.__loader__
    hooks.install({"gone": stand_in, "gone.json": lambda _name: json}, {})
    names = notebook.run("from gone.json import dumps\nimport gone.json")
    assert names["gone"].json is json
    hooks.remove()
    assert (json.__spec__, json.__loader__, sys.modules["json"]) == (spec, loader, json)


def test_a_library_gets_none(hooks: ImportHooks, notebook: Notebook) -> None:
    hooks.install({"gone": stand_in}, {})
    library: dict[str, Any] = {"__name__": "engineio.async_drivers"}
    with pytest.raises(ModuleNotFoundError):
        exec("import gone", library)  # noqa: S102 - code of another package
    assert notebook.run("import gone")["gone"].given


def test_a_factory_that_fails_leaves_nothing(hooks: ImportHooks, notebook: Notebook) -> None:
    def fail(name: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    hooks.install({"gone": fail}, {})
    with pytest.raises(ModuleNotFoundError, match="gone"):
        notebook.run("import gone")
    assert "gone" not in sys.modules


# --- callbacks -----------------------------------------------------------------------------------------------------


def test_a_callback_comes_once_at_the_import_and_sees_the_whole_module(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(whole="first = 1\nlast = 2")
    seen: list[Any] = []
    hooks.install({}, {"whole": lambda module: seen.append(dict(vars(module)))})
    assert not seen
    notebook.run("import whole\nimport whole\nfrom whole import last")
    assert [each["last"] for each in seen] == [2]


def test_what_it_changes_is_what_the_importer_gets(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(changed="value = 'plain'")
    hooks.install({}, {"changed": lambda module: setattr(module, "value", "the lab's")})
    assert notebook.run("from changed import value")["value"] == "the lab's"


def test_it_comes_at_once_where_the_module_is_there(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(there="")
    notebook.run("import there")
    seen: list[Any] = []
    hooks.install({}, {"there": ask("there", seen)})
    assert seen == [("there", "there")]


def test_it_comes_again_when_the_module_is_reloaded_or_imported_anew(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(again="")
    seen: list[Any] = []
    hooks.install({}, {"again": ask("again", seen)})
    notebook.run("import again, importlib, sys\nimportlib.reload(again)")
    assert len(seen) == 2
    del sys.modules["again"]
    notebook.run("import again")
    assert len(seen) == 3


def test_a_module_that_fails_calls_nothing_until_it_succeeds(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(failing="import sys\nif not hasattr(sys, 'sio_lab_test'): raise ValueError('no')")
    seen: list[Any] = []
    hooks.install({}, {"failing": ask("failing", seen)})
    with pytest.raises(ValueError, match="no"):
        notebook.run("import failing")
    assert not seen
    vars(sys)["sio_lab_test"] = True
    try:
        notebook.run("import failing")
    finally:
        del vars(sys)["sio_lab_test"]
    assert len(seen) == 1


def test_a_key_of_several_waits_for_all_whichever_comes_last(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(one_of_two="", two_of_two="")
    seen: list[Any] = []
    hooks.install({}, {("one_of_two", "two_of_two"): ask("both", seen), ("two_of_two", "one_of_two"): ask("b", seen)})
    notebook.run("import two_of_two")
    assert not seen
    notebook.run("import one_of_two")
    assert sorted(seen) == [("b", "two_of_two", "one_of_two"), ("both", "one_of_two", "two_of_two")]


INNER = "import outer_one\nclass Ours: base = outer_one"


@pytest.mark.parametrize("first", ["outer_one", "inner_one"])
def test_what_imports_the_module_itself_is_waited_for(
    hooks: ImportHooks, notebook: Notebook, write: Write, first: str
) -> None:
    """As with flask_socketio and the lab's own module, which imports it: either may begin."""
    write(outer_one="value = 1", inner_one=INNER)
    seen: list[Any] = []
    hooks.install(
        {},
        {
            "outer_one": lambda _module: importlib.import_module("inner_one"),
            ("outer_one", "inner_one"): lambda outer, inner: seen.append((outer.value, inner.Ours.base is outer)),
        },
    )
    notebook.run(f"import {first}")
    assert seen == [(1, True)]


def test_the_importer_sees_what_the_callback_of_both_did(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(outer_one="value = 1", inner_one=INNER)
    hooks.install(
        {},
        {
            "outer_one": lambda _module: importlib.import_module("inner_one"),
            ("outer_one", "inner_one"): lambda outer, inner: setattr(outer, "value", inner.Ours),
        },
    )
    names = notebook.run("from outer_one import value")
    assert names["value"] is sys.modules["inner_one"].Ours


def test_a_callback_that_fails_is_raised_and_called_again(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(trouble="")
    calls: list[int] = []

    def callback(_module: ModuleType) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("not yet")

    hooks.install({}, {"trouble": callback})
    with pytest.raises(RuntimeError, match="not yet"):
        notebook.run("import trouble")
    notebook.run("import trouble")
    assert len(calls) == 2


# --- threads -------------------------------------------------------------------------------------------------------


def test_a_module_that_another_thread_is_importing_is_waited_for(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(slow_one="import sys\nsys.sio_lab_begun.set()\nassert sys.sio_lab_go.wait(20)\nvalue = 1")
    begun, go = threading.Event(), threading.Event()
    vars(sys)["sio_lab_begun"], vars(sys)["sio_lab_go"] = begun, go
    seen: list[Any] = []
    importer = threading.Thread(target=notebook.run, args=("import slow_one",))
    installer = threading.Thread(
        target=hooks.install, args=({}, {"slow_one": lambda module: seen.append(module.value)})
    )
    try:
        importer.start()
        assert begun.wait(DEADLINE)
        installer.start()
        assert not seen
        go.set()
    finally:
        for thread in (importer, installer):
            thread.join(DEADLINE)
        del vars(sys)["sio_lab_begun"], vars(sys)["sio_lab_go"]
    assert seen == [1]


def test_a_module_that_installs_the_hooks_while_it_is_imported_is_waited_for(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(itself="import sys\nsys.sio_lab_install()\nvalue = 1", another="")
    seen: list[Any] = []
    vars(sys)["sio_lab_install"] = lambda: hooks.install({}, {"itself": lambda module: seen.append(module.value)})
    try:
        notebook.run("import itself")
    finally:
        del vars(sys)["sio_lab_install"]
    assert not seen
    notebook.run("import another")
    assert seen == [1]


def test_two_threads_that_import_both_halves_do_not_lock_each_other_out() -> None:
    """Each holds the import lock that the other one waits for; Python then hands out a module that is half there."""
    told = program(
        """
import threading
from pathlib import Path
import tempfile
folder = Path(tempfile.mkdtemp())
sys.path.insert(0, str(folder))
(folder / "outer.py").write_text("import sys; sys.barrier.wait(20)")
(folder / "inner.py").write_text("import sys; sys.barrier.wait(20)\\nimport outer\\nclass Ours: pass")
sys.barrier = threading.Barrier(2)
seen = []
hooks.install({}, {
    "outer": lambda module: __import__("inner"),
    ("outer", "inner"): lambda outer, inner: seen.append(inner.Ours.__name__),
})
threads = [threading.Thread(target=__import__, args=(name,)) for name in ("outer", "inner")]
for thread in threads: thread.start()
for thread in threads: thread.join(20)
found["alive"] = [thread.is_alive() for thread in threads]
found["seen"] = seen
end()
"""
    )
    assert told["found"] == {"alive": [False, False], "seen": ["Ours"]}


# --- leaving all as it was found -----------------------------------------------------------------------------------


def test_specs_and_loaders_are_those_of_a_plain_import(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(plain_one="loader = __loader__\nspec_loader = __spec__.loader", plain_two="")
    hooks.install({}, {"plain_one": print})
    names = notebook.run("import plain_one, plain_two")
    one, two = names["plain_one"], names["plain_two"]
    assert type(one.__loader__) is type(two.__loader__)
    assert one.__loader__ is one.__spec__.loader is one.loader is one.spec_loader
    assert one.__spec__.origin.endswith("plain_one.py")
    importlib.reload(one)
    assert type(one.__loader__) is type(two.__loader__)


def test_a_spec_that_was_only_asked_for_answers_as_the_loader_does(hooks: ImportHooks, write: Write) -> None:
    write(asked_for="value = 1")
    hooks.install({}, {"asked_for": print})
    spec = importlib.util.find_spec("asked_for")
    assert spec is not None
    assert spec.loader is not None
    assert spec.loader.get_source("asked_for") == "value = 1"  # type: ignore[attr-defined]  # a file's loader has it


def test_install_and_remove_may_be_repeated(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(repeated="")
    seen: list[Any] = []
    before = list(sys.meta_path)
    for _ in range(2):
        hooks.install({"gone": stand_in}, {"repeated": ask("repeated", seen)})
        notebook.run("import repeated, gone")
    assert len(sys.meta_path) == len(before) + 1
    assert len(seen) == 1
    for _ in range(2):
        hooks.remove()
        assert sys.meta_path == before
    hooks.install({}, {"repeated": ask("repeated", seen)})
    assert len(seen) == 2


def test_what_callbacks_did_is_undone_newest_first(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(first_one="", second_one="")
    undone: list[str] = []
    hooks.install(
        {}, {name: lambda module: lambda: undone.append(module.__name__) for name in ("first_one", "second_one")}
    )
    notebook.run("import first_one, second_one")
    hooks.remove()
    hooks.remove()
    assert undone == ["second_one", "first_one"]


def test_removed_in_the_middle_of_an_import_they_call_nothing_more(
    hooks: ImportHooks, notebook: Notebook, write: Write
) -> None:
    write(unloading="import sys\nsys.sio_lab_remove()")
    seen: list[Any] = []
    hooks.install({}, {"unloading": ask("unloading", seen)})
    vars(sys)["sio_lab_remove"] = hooks.remove
    try:
        notebook.run("import unloading")
    finally:
        del vars(sys)["sio_lab_remove"]
    assert not seen


def test_two_hooks_get_along(hooks: ImportHooks, notebook: Notebook, write: Write) -> None:
    write(shared_one="")
    other = type(hooks)()
    seen: list[Any] = []
    try:
        for name, each in (("ours", hooks), ("theirs", other)):
            each.install({"gone": stand_in}, {"shared_one": ask(name, seen)})
        notebook.run("import shared_one, gone")
        assert sorted(name for name, _ in seen) == ["ours", "theirs"]
    finally:
        other.remove()
        hooks.remove()
    assert "gone" not in sys.modules
    assert type(sys.modules["shared_one"].__loader__).__name__ == "SourceFileLoader"

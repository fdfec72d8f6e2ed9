"""Which cell owns what is defined: by where the code stands, who runs it, and what it is told to act for."""

from __future__ import annotations

import importlib
import sys
import sysconfig
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.cells import Cells, Owner, acting, acting_for, console_here, is_installed
from sio_lab.core.console import OVER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEADLINE = 10
A = Owner("a", 1, "In [1]")
B = Owner("b", 2, "In [2]")


def execute(code: str, file: str, names: dict[str, Any]) -> None:
    exec(compile(code, file, "exec"), names)  # noqa: S102 - as IPython does


class Notebook:
    """Runs cells in one namespace; code in them calls `define(thing)` where a notebook's would register something."""

    def __init__(self) -> None:
        self.found: list[Owner | None] = []
        self.names: dict[str, Any] = {"__name__": "__main__", "threading": threading, "partial": partial}
        self.cells = Cells(self.names)
        # They stand for functions of libraries.
        library: dict[str, Any] = {"__name__": "flask_socketio", "owner": self.cells.owner, "found": self.found}
        execute("def define(thing=None):\n    found.append(owner(thing))\n    return thing", "flask.py", library)
        library |= {"names": self.names, "execute": execute}
        execute("def run_timed(code):\n    execute(code, '<timed exec>', names)", "flask.py", library)
        self.names |= {name: library[name] for name in ("define", "run_timed")}
        self.runs = 0

    def run(self, cell: str | None, code: str, file: str | None = None) -> Owner:
        """Run a cell; returns its run."""
        self.runs += 1
        file = file or f"<{cell}>"
        self.cells.begin(cell, f"In [{self.runs}]", file)
        execute(code, file, self.names)
        owner = self.cells.end()
        assert owner is not None
        return owner

    def value(self, expression: str) -> Any:
        """Return what an expression stands for in the namespace."""
        execute(f"it = {expression}", "<value>", self.names)
        return self.names.pop("it")

    def defined_by(self, cell: str | None, code: str) -> tuple[Owner, Owner | None]:
        """Run a cell; returns its run, and who owns what it has defined."""
        owner = self.run(cell, code)
        return owner, self.found.pop()

    def thread(self, function: Callable[[], object]) -> Owner | None:
        """Return who owns what a thread of a function has defined."""
        thread = threading.Thread(target=function)
        thread.start()
        thread.join(DEADLINE)
        return self.found.pop()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what writes a module that cells can import; each goes with the test."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, code: str, folder: str = ".") -> None:
        place = tmp_path / folder
        place.mkdir(parents=True, exist_ok=True)
        monkeypatch.syspath_prepend(place)
        (place / f"{name}.py").write_text(code)
        monkeypatch.setitem(sys.modules, name, sys)  # so that it is taken out in the end
        del sys.modules[name]
        importlib.invalidate_caches()

    return write


# --- code of cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "define()",
        "for _ in range(3):\n    define()",
        "class Chat:\n    define()",
        "[define() for _ in range(2)]",
        "(lambda: define())()",
        "def mine(function):\n    return define(function)\n@mine\ndef chat(): ...",
        "exec('define()')",
        "run_timed('define()')",
        "list(map(define, 'ab'))",
        "sorted([2, 1], key=define)",
        "import functools\nfunctools.reduce(lambda *_: define(), [1, 2])",
    ],
    ids=[
        *("a line", "a loop", "a class's body", "a comprehension", "a lambda", "a decorator of the reader's own"),
        *("exec", "what another file name stands for", "map", "sorted", "a function of Python's library"),
    ],
)
def test_what_a_cell_defines_is_its_own(notebook: Notebook, code: str) -> None:
    owner, found = notebook.defined_by("a", code)
    assert found is owner
    assert (owner.cell, owner.run, owner.label, owner.anonymous, owner.kept) == ("a", 1, "In [1]", False, False)


def test_a_function_of_another_cell_defines_for_the_cell_that_calls_it(notebook: Notebook) -> None:
    notebook.run("a", "def register():\n    define()")
    owner, found = notebook.defined_by("b", "register()")
    assert found is owner
    assert owner.cell == "b"


def test_a_decorator_of_another_cell_defines_for_the_cell_that_uses_it(notebook: Notebook) -> None:
    notebook.run("a", "def mine(function):\n    return define(function)")
    owner, found = notebook.defined_by("b", "@mine\ndef chat(): ...")
    assert found is owner


def test_a_cell_has_one_id_and_each_run_a_higher_number(notebook: Notebook) -> None:
    first, second = notebook.run("a", ""), notebook.run("a", "")
    assert (first.cell, second.cell) == ("a", "a")
    assert second.run > first.run
    assert second != first


@pytest.mark.parametrize("cell", [None, ""])
def test_a_cell_without_an_id_goes_by_its_codes_name(notebook: Notebook, cell: str | None) -> None:
    owner = notebook.run(cell, "", "<file>")
    assert (owner.cell, owner.anonymous) == ("<file>", True)


def test_a_module_that_is_imported_may_stand_for_a_cell(notebook: Notebook) -> None:
    before = notebook.run("a", "")
    minted = notebook.cells.mint("module chat", "chat")
    assert minted == Owner("module chat", before.run + 1, "chat")
    assert notebook.run("b", "").run > minted.run


# --- nested, and side by side ---------------------------------------------------------------------------------------


def test_a_cell_that_runs_within_another_is_part_of_it(notebook: Notebook) -> None:
    notebook.cells.begin("a", "In [1]", "<a>")
    notebook.cells.begin("b", "In [1]", "<b>")
    execute("def late():\n    define()\ndefine()", "<b>", notebook.names)
    assert notebook.cells.end() is None
    assert notebook.cells.current is not None
    owner = notebook.cells.end()
    assert owner == replace(A, run=owner.run if owner else 0)
    assert notebook.found.pop() is owner
    assert notebook.cells.end() is None
    assert notebook.thread(notebook.names["late"]) is owner
    assert notebook.cells.written_by(notebook.names["late"]) is owner


def test_the_end_of_a_cell_that_never_began_is_nobodys(notebook: Notebook) -> None:
    assert notebook.cells.end() is None
    assert notebook.cells.current is None


def test_two_threads_run_cells_at_once(notebook: Notebook) -> None:
    both = threading.Barrier(2, timeout=DEADLINE)
    notebook.names |= {"both": both, "here": {}, "owner": notebook.cells.owner}

    def run(cell: str) -> tuple[Owner, Owner | None]:
        file = f"<{cell}>"
        notebook.cells.begin(cell, cell, file)
        execute(f"both.wait()\nhere['{cell}'] = owner()\nboth.wait()", file, notebook.names)
        owner = notebook.cells.end()
        assert owner is not None
        return owner, notebook.names["here"][cell]

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(run, ["a", "b"])
    assert one[0] is one[1]
    assert two[0] is two[1]
    assert {one[0].cell, two[0].cell} == {"a", "b"}


def test_a_file_that_is_compiled_on_the_way_is_the_cells(notebook: Notebook) -> None:
    notebook.cells.compiled("<nobody's>")
    notebook.cells.begin("a", "In [1]", "<a>")
    notebook.cells.compiled("<body>")
    owner = notebook.cells.end()
    execute("def late(): define()", "<body>", notebook.names)
    execute("def other(): define()", "<nobody's>", notebook.names)
    assert notebook.thread(notebook.names["late"]) is owner
    assert notebook.thread(notebook.names["other"]) is None
    assert (notebook.cells.label_of("<body>"), notebook.cells.label_of("<nobody's>")) == ("In [1]", None)


def test_a_line_is_told_by_its_cell_or_its_file(notebook: Notebook) -> None:
    notebook.run("a", "")
    assert notebook.cells.place("<a>", 2) == "In [1], line 2"
    assert notebook.cells.place("/home/ada/chat.py", 3) == "chat.py, line 3"


# --- when no cell runs ----------------------------------------------------------------------------------------------


def test_a_thread_of_a_cells_code_defines_for_the_latest_run_of_that_code(notebook: Notebook) -> None:
    code = "def late():\n    define()"
    notebook.run("a", code)
    late = notebook.names["late"]
    last = notebook.run("a", code)
    assert notebook.thread(late) is last
    notebook.run("a", "pass", "<a, edited>")
    assert notebook.thread(late) is last


def test_a_thread_defines_for_its_own_cell_while_another_one_runs(notebook: Notebook) -> None:
    first = notebook.run("a", "def late():\n    define()")
    notebook.run("b", "thread = threading.Thread(target=late)\nthread.start()\nthread.join(10)")
    assert notebook.found == [first]


def test_code_of_no_known_cell_defines_for_nobody(notebook: Notebook) -> None:
    execute("def late():\n    define(late)", "<unknown>", notebook.names)
    assert notebook.thread(notebook.names["late"]) is None


def test_a_thread_of_a_library_registers_a_cells_function_for_its_cell(notebook: Notebook) -> None:
    owner = notebook.run("a", "def chat(): ...")
    assert notebook.thread(partial(notebook.names["define"], notebook.names["chat"])) is owner
    assert notebook.thread(partial(notebook.names["define"], print)) is None


def test_without_a_notebook_there_is_nothing_that_a_cell_owns() -> None:
    cells = Cells()
    execute("def chat(): ...", "<a>", names := {"__name__": "__main__"})
    cells.begin("a", "In [1]", "<a>")
    found = cells.owner(names["chat"])
    owner = cells.end()
    assert owner is not None
    assert found == replace(owner, kept=True)
    assert (cells.owner(names["chat"]), cells.written_by(names["chat"])) == (None, None)


# --- modules --------------------------------------------------------------------------------------------------------

REGISTERS = "def register(define, thing=None):\n    return define(thing)\n"
DEFINES = "import __main__\n__main__.define()\n"


def test_what_an_imported_module_defines_is_kept(
    notebook: Notebook, module: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "define", notebook.names["define"], raising=False)
    module("helper_a", DEFINES)
    owner, found = notebook.defined_by("a", "import helper_a")
    assert found == replace(owner, kept=True)


def test_what_a_modules_function_defines_of_its_own_is_kept(notebook: Notebook, module: Callable[..., None]) -> None:
    module("helper_b", REGISTERS)
    owner, found = notebook.defined_by("a", "import helper_b\nhelper_b.register(define)")
    assert found == replace(owner, kept=True)
    owner, found = notebook.defined_by("b", "helper_b.register(define, helper_b.register)")
    assert found == replace(owner, kept=True)


@pytest.mark.parametrize(
    "thing",
    [
        *("chat", "partial(chat, 1)", "Chat", "Chat()", "Chat().on_chat", "Chat.of_class", "Chat.of_none", "Empty()"),
        *("decorated(chat)", "partial(partial(Chat().on_chat))", "decorated(Chat().on_chat)", "Called()", "Child()"),
    ],
)
def test_what_was_written_in_a_cell_is_the_cells_whoever_registers_it(
    notebook: Notebook, module: Callable[..., None], thing: str
) -> None:
    module("helper_c", REGISTERS)
    notebook.names["decorated"] = lambda function: wraps(function)(lambda: None)
    written = notebook.run("a", THINGS)
    owner, found = notebook.defined_by("b", f"import helper_c\nhelper_c.register(define, {thing})")
    assert found is owner
    if thing != "Empty()":  # nothing in it tells where it was written
        assert notebook.cells.written_by(notebook.value(thing)) is written


THINGS = """
def chat(*args): ...
class Chat:
    size = 3
    def on_chat(self): ...
    @classmethod
    def of_class(cls): ...
    @staticmethod
    def of_none(): ...
class Empty: ...
class Called:
    def __call__(self): ...
class Child(Chat):
    def on_other(self): ...
"""


@pytest.mark.parametrize("thing", ["print", "[].append", "None", "3", "partial(print)", "threading.Thread", "partial"])
def test_what_was_written_elsewhere_is_not(notebook: Notebook, module: Callable[..., None], thing: str) -> None:
    module("helper_d", REGISTERS)
    owner, found = notebook.defined_by("b", f"import helper_d\nhelper_d.register(define, {thing})")
    assert found == replace(owner, kept=True)
    assert notebook.cells.written_by(notebook.value(thing)) is None


def test_a_program_that_run_runs_is_a_module_though_it_is_called_main(notebook: Notebook) -> None:
    program: dict[str, Any] = {"__name__": "__main__", "define": notebook.names["define"]}
    notebook.names["run"] = partial(exec, compile(f"{THINGS}\ndefine(Chat())", "/home/ada/chat.py", "exec"), program)
    owner, found = notebook.defined_by("a", "run()")
    assert found == replace(owner, kept=True)
    assert notebook.cells.written_by(program["Chat"]()) is None


@pytest.mark.parametrize("folder", ["site-packages", "lib/python3/dist-packages"])
def test_an_installed_package_is_passed_over_wherever_it_is(
    notebook: Notebook, module: Callable[..., None], folder: str
) -> None:
    module("helper_e", REGISTERS, folder)
    owner, found = notebook.defined_by("a", "import helper_e\nhelper_e.register(define)")
    assert found is owner


@pytest.mark.parametrize(
    ("file", "is_one"),
    [
        (threading.__file__, True),
        (pytest.__file__, True),
        ("<frozen importlib._bootstrap>", True),
        (__file__, False),
        ("<cell 1>", False),
        (sysconfig.get_path("stdlib") + "-notes/chat.py", False),
    ],
)
def test_installed_is_what_stands_where_packages_do(file: str, *, is_one: bool) -> None:
    assert is_installed(file) is is_one


# --- acting for -----------------------------------------------------------------------------------------------------


def test_what_acts_for_an_owner_defines_for_it(notebook: Notebook) -> None:
    notebook.names |= {"acting_for": acting_for, "A": A, "B": B}
    code = "with acting_for(A):\n    define()\n    with acting_for(B): define()\n    define()\ndefine()"
    owner = notebook.run("c", code)
    assert notebook.found == [A, B, A, owner]


def test_what_acts_for_nobody_defines_for_nobody(notebook: Notebook) -> None:
    notebook.names["acting_for"] = acting_for
    notebook.run("c", "with acting_for(None):\n    define()\n    def late(): define(late)\n    late()")
    assert notebook.found == [None, None]


def test_an_exception_ends_acting(notebook: Notebook) -> None:
    def fail(*owners: Owner) -> None:
        with acting_for(owners[0]):
            assert notebook.cells.owner() is acting() is owners[0]
            if owners[1:]:
                with pytest.raises(ZeroDivisionError):
                    fail(*owners[1:])
            assert notebook.cells.owner() is owners[0]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(A, B)
    assert notebook.cells.owner() is acting() is None


def test_what_is_written_while_acting_is_kept_for_the_innermost() -> None:
    assert console_here() is None
    with acting_for(A) as outer:
        first = console_here()
        assert first is console_here() is outer.console
        with acting_for(B) as inner:
            assert console_here() is inner.console is not first
        assert console_here() is first
    assert console_here() is None
    with acting_for(A) as quiet:
        assert quiet.console is None
    assert quiet.console is OVER


def test_what_waits_when_acting_ends_is_written_for_the_same_owner() -> None:
    owners: list[Owner | None] = []
    with acting_for(A) as run:
        console = console_here()
        assert console is not None
        console.write("no line end", lambda _text: owners.append(acting()))
    assert (owners, run.console) == ([A], console)


def test_code_of_a_cell_is_known_from_whatever_it_calls(notebook: Notebook) -> None:
    notebook.names["ask"] = lambda: notebook.found.append(notebook.cells.whose_code())
    owner = notebook.run("a", "def late(asked):\n    asked()")
    assert notebook.thread(lambda: notebook.names["late"](notebook.names["ask"])) is owner
    assert notebook.cells.whose_code() is None


def test_a_thread_does_not_act_for_who_started_it(notebook: Notebook) -> None:
    owner = notebook.run("a", "def late():\n    define()")
    with acting_for(B):
        assert notebook.thread(notebook.names["late"]) is owner

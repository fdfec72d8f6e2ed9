"""Programs in notebooks of their own: ports, cells without ids as in a terminal, and a lab that is loaded late."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.programs.pasting import is_free, notebook
from tests.programs.reading import DEFAULT_PORT, FOLDER, programs
from tests.programs.scenarios import SCENARIOS
from tests.programs.visitors import Visitors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.programs.pasting import PastingNotebook
    from tests.programs.plain import PlainPython

PROGRAMS = programs(FOLDER)
LOAD, UNLOAD = "%load_ext sio_lab", "%unload_ext sio_lab"
FORGET = "%reset -f"  # what a program has left would be adopted by the lab of the next one

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own


def play(name: str, opened: PastingNotebook) -> None:
    url = opened.url
    with Visitors(url) as visitors:
        SCENARIOS[name](url, visitors.connect)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PastingNotebook]:
    """Return a notebook that has no lab yet."""
    with notebook(tmp_path_factory.mktemp("late")) as opened:
        yield opened


def test_where_no_port_is_given_it_is_5000_and_where_that_is_taken_another_one(late: PastingNotebook) -> None:
    program = PROGRAMS["rooms_chat"]
    assert program.port is None
    late.run(LOAD)
    was_free = is_free(DEFAULT_PORT)
    if was_free:
        late.paste(program, "whole")
        assert late.port == DEFAULT_PORT
        late.run(f"{UNLOAD}\n{LOAD}")
    with closing(socket.create_server(("127.0.0.1", DEFAULT_PORT if was_free else 0))):
        printed = late.paste(program, "whole")
        assert late.port not in {None, DEFAULT_PORT}
        assert "5000" in printed.replace(late.address or "", "")
        play(program.name, late)
    late.run(f"{UNLOAD}\n{FORGET}")


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PastingNotebook]:
    with notebook(tmp_path_factory.mktemp("terminal"), with_ids=False) as opened:
        yield opened


@pytest.fixture
def without_ids(terminal: PastingNotebook) -> Iterator[PastingNotebook]:
    """Return a notebook of cells without ids, with a lab and nothing else in it."""
    terminal.run(LOAD)
    yield terminal
    terminal.run(f"{UNLOAD}\n{FORGET}")


@pytest.mark.parametrize(
    ("way", "names"),
    [
        ("whole", ["class_chat", "push_thread", "hooks_and_headers", "two_forms"]),
        ("in pieces", ["push_thread"]),
        ("in pieces", ["hooks_and_headers"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_without_ids_of_cells_a_program_may_be_pasted_twice(
    way: str, names: list[str], without_ids: PastingNotebook, plain: PlainPython
) -> None:
    for name in names:
        for _ in range(2):
            without_ids.paste(PROGRAMS[name], way)
            play(name, without_ids)
            seen = without_ids.look()
            assert seen.handlers == plain.handlers(PROGRAMS[name])
            assert len(set(seen.tasks)) == len(seen.tasks)


@pytest.mark.parametrize("name", ["factory", "two_forms", "class_chat"])
def test_a_program_that_was_read_before_the_lab_was_loaded_is_adopted(
    name: str, late: PastingNotebook, plain: PlainPython
) -> None:
    *pieces, last = PROGRAMS[name].code.split('\nif __name__ == "__main__":\n')
    late.run("\n".join(pieces), f"program {name}")
    late.run(LOAD, "load")
    late.run(last.strip(), f"run {name}")
    play(name, late)
    assert late.look().handlers == plain.handlers(PROGRAMS[name])
    late.run(UNLOAD, "unload")


@pytest.mark.parametrize("name", ["login_session", "vue_todo"])
def test_the_names_of_flask_socketio_were_imported_before_the_lab_was_loaded(name: str, late: PastingNotebook) -> None:
    late.run("from flask_socketio import SocketIO, emit", "imports")
    late.run(LOAD, "load")
    for _ in range(2):
        late.paste(PROGRAMS[name], "in pieces", without_imports)
        play(name, late)
    late.run(UNLOAD, "unload")


def without_imports(code: str) -> str:
    """Leave out what was imported before."""
    return "\n".join(line for line in code.splitlines() if not line.startswith("from flask_socketio"))

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
    from pathlib import Path

    from tests.programs.pasting import PastingNotebook
    from tests.programs.plain import PlainPython

PROGRAMS = programs(FOLDER)
LOAD = "%load_ext sio_lab"

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own


def play(name: str, opened: PastingNotebook) -> None:
    with Visitors(opened.url) as visitors:
        SCENARIOS[name](opened.url, visitors.connect)


def test_where_no_port_is_given_it_is_5000_and_where_that_is_taken_another_one(tmp_path: Path) -> None:
    program = PROGRAMS["rooms_chat"]
    assert program.port is None
    with notebook(tmp_path) as opened:
        opened.run(LOAD)
        was_free = is_free(DEFAULT_PORT)
        if was_free:
            opened.paste(program, "whole")
            assert opened.port == DEFAULT_PORT
            opened.run("%unload_ext sio_lab\n%load_ext sio_lab")
        with closing(socket.create_server(("127.0.0.1", DEFAULT_PORT if was_free else 0))):
            printed = opened.paste(program, "whole")
            assert opened.port not in {0, DEFAULT_PORT}
            assert "5000" in printed.replace(opened.url, "")
            play(program.name, opened)


@pytest.mark.parametrize("name", ["class_chat", "hooks_and_headers", "push_thread", "two_forms"])
@pytest.mark.parametrize("way", ["whole", "in pieces"])
def test_without_ids_of_cells_a_program_may_be_pasted_twice(
    name: str, way: str, tmp_path: Path, plain: PlainPython
) -> None:
    with notebook(tmp_path, with_ids=False) as opened:
        opened.run(LOAD)
        for _ in range(2):
            opened.paste(PROGRAMS[name], way)
            play(name, opened)
            assert opened.handlers == plain.handlers(PROGRAMS[name])
            assert len(set(opened.tasks)) == len(opened.tasks)


@pytest.mark.parametrize("name", ["factory", "two_forms"])
def test_a_program_that_was_read_before_the_lab_was_loaded_is_adopted(
    name: str, tmp_path: Path, plain: PlainPython
) -> None:
    *pieces, last = PROGRAMS[name].code.split('\nif __name__ == "__main__":\n')
    with notebook(tmp_path) as opened:
        opened.run("\n".join(pieces), "program")
        opened.run(LOAD, "load")
        opened.run(last.strip(), "run")
        play(name, opened)
        assert opened.handlers == plain.handlers(PROGRAMS[name])


@pytest.mark.parametrize("name", ["login_session", "vue_todo"])
def test_the_names_of_flask_socketio_were_imported_before_the_lab_was_loaded(name: str, tmp_path: Path) -> None:
    with notebook(tmp_path) as opened:
        opened.run("from flask_socketio import *\nfrom flask_socketio import SocketIO, emit", "imports")
        opened.run(LOAD, "load")
        for _ in range(2):
            opened.paste(PROGRAMS[name], "in pieces")
            play(name, opened)

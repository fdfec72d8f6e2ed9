"""Programs of 2012 to 2022: each of them runs in the lab, or is answered with the line and with what to write today."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.programs.pasting import notebook
from tests.programs.reading import FOLDER, OLD_FOLDER, programs
from tests.programs.scenarios import old
from tests.programs.visitors import Browser, Visitors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.programs.pasting import PastingNotebook

PROGRAMS = programs(OLD_FOLDER)
SCENARIOS = dict(inspect.getmembers(old, inspect.isfunction))
RETURNED = "returned at once"


@dataclass(frozen=True)
class Expected:
    """What comes of an old program; its scenario says what it does, where it runs."""

    told: tuple[str, ...] = ()
    """What the cells' output says when they have run."""

    heard: tuple[str, ...] = ()
    """What the notebook says when its handlers have run, in a cell's output."""

    listed: str = ""
    """What stands in the table of errors."""

    error: tuple[str, ...] = ()
    """What the error says with which a cell fails, and what stands beneath it; the program does not run then."""


EXPECTED = {
    "async_mode": Expected(told=("async_mode='eventlet' was asked for", RETURNED)),
    "before_first_request": Expected(error=("line 12", "gone since Flask 2.3: call the function in the cell")),
    "blanks_in_names": Expected(listed="on_my_event answers 'my_event'"),
    "broadcast_everywhere": Expected(
        heard=("leave broadcast=True out", "give socketio.emit() to=request.sid", "line 13", "line 19", "line 24"),
    ),
    "data_keyword": Expected(heard=("line 13", "Write the value in second place: emit('answer'")),
    "eventlet_patched": Expected(
        told=(
            "line 5",
            "eventlet.monkey_patch() is not needed here",
            "async_mode='eventlet' was asked for",
            "%sio start --host 0.0.0.0 --anyone",
        ),
    ),
    "eventlet_wsgi": Expected(told=("line 26", "socketio.run(app, host='0.0.0.0', port=5021)", RETURNED)),
    "flask_ext": Expected(told=("line 4", "flask.ext is gone", "from flask_socketio import SocketIO, emit")),
    "flask_script": Expected(error=("flask_script", "does not run on Flask 2", "socketio.run(app)")),
    "flask_sockets_echo": Expected(told=("flask_sockets is no longer kept", "from flask_sock import Sock")),
    "gevent_patched": Expected(told=("line 5", "gevent.monkey.patch_all() is not needed here")),
    "gevent_socketio": Expected(error=("socketio_manage", "gevent-socketio", "flask_socketio")),
    "gevent_websocket": Expected(told=("line 28", "socketio.run(app, host='0.0.0.0', port=5023)", RETURNED)),
    "json_handler": Expected(heard=("line 13", "send(value, json=True)")),
    "send_data": Expected(heard=("line 13", "send() takes no data=: write send(value)")),
    "session_id": Expected(heard=("line 14", "use request.sid")),
}

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own


@pytest.fixture(scope="module")
def pasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PastingNotebook]:
    with notebook(tmp_path_factory.mktemp("old")) as opened:
        opened.run("%load_ext sio_lab")
        yield opened


@pytest.mark.parametrize("name", PROGRAMS)
def test_runs_or_is_answered(name: str, pasting: PastingNotebook) -> None:
    expected = EXPECTED[name]
    ran = pasting.try_to_paste(PROGRAMS[name])
    if expected.error:
        assert_all_in(expected.error, ran.error + ran.out + ran.err)
        return
    assert ran.error == ""
    assert_all_in(expected.told, ran.out + ran.err)
    url = pasting.url
    with Visitors(url) as visitors:
        SCENARIOS[name](url, visitors.connect)
        pasting.hear(expected.heard)
    assert expected.listed in pasting.run("print(*lab.errors.df.error)").out


@pytest.mark.parametrize("name", [name for name in PROGRAMS if not EXPECTED[name].error])
def test_works_when_its_cell_is_run_again(name: str, pasting: PastingNotebook) -> None:
    pasting.try_to_paste(PROGRAMS[name])
    assert pasting.try_to_paste(PROGRAMS[name]).error == ""
    url = pasting.url
    with Visitors(url) as visitors:
        SCENARIOS[name](url, visitors.connect)


def test_a_page_whose_template_is_missing_is_answered_with_where_it_was_looked_for(pasting: PastingNotebook) -> None:
    assert pasting.try_to_paste(programs(FOLDER)["missing_template"]).error == ""
    assert Browser(pasting.url).get("/").status == 500
    pasting.hear(("line 14", "There is no template 'session.html'", "/templates", "%%sio page /"))


def test_each_program_is_in_the_table() -> None:
    assert set(EXPECTED) == set(PROGRAMS)
    assert set(SCENARIOS) == {name for name, expected in EXPECTED.items() if not expected.error}


def assert_all_in(words: tuple[str, ...], text: str) -> None:
    assert [each for each in words if each not in text] == [], text

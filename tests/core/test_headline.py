"""What happened, in a sentence, for every kind of row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.core.headline import headline
from sio_lab.core.log import Log
from sio_lab.core.surroundings import Surroundings
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable


def told(log: Log, record: r.Record) -> str:
    return headline(Surroundings(log, record, now=record.at + 2_000_000), record)


@pytest.mark.parametrize(
    ("seq", "said"),
    [
        (1, "The server began to listen."),
        (9, "ada was let into '/'."),
        (
            16,
            "'chat' from ada in '/' was handled in 1.5 ms by on_chat; ack ('ok',) went to ada; it made 1 join (row",
        ),
        (17, "ada joined room 'lobby' of '/', by the handler of row 16."),
        (18, "'chat' to everybody in '/' was sent to 2 clients: ada, ben01234."),
        (19, "'quiz' to 'ada' in '/' was sent to 1 client: ada; 1 of 1 client acknowledged it."),
        (24, "ben01234 acknowledged row 23 after 20 ms: ('b',)."),
        (25, "'boom' from ben01234 in '/' was given to on_boom, which raised."),
        (27, "'caht' from ben01234 in '/' was answered by nobody."),
        (30, "eio-cat was refused in '/nowhere': 'Unable to connect'."),
        (31, "A request from 10.0.0.9:5123 was rejected."),
        (32, "ben01234 left '/': the client said goodbye."),
    ],
)
def test_the_rows_of_a_lesson(seq: int, said: str) -> None:
    log = make.lesson()
    assert told(log, log.get(seq)).startswith(said)


@pytest.mark.parametrize(
    ("append", "said"),
    [
        (lambda log: make.receive(log, make.ADA, "x"), "'x' from ada in '/' is being handled, for 2 ms by now."),
        (
            lambda log: make.emit(log, "x", to=("attic",), skip=(make.ADA,)),
            "'x' to 'attic' in '/', without ada reached nobody.",
        ),
        (lambda log: log.append(r.Left("/", "lobby", make.ADA)), "ada left room 'lobby' of '/'."),
        (lambda log: log.append(r.RoomClosed("/", "lobby")), "Room 'lobby' of '/' was closed: all in it have left it."),
        (
            lambda log: log.append(r.HttpRequest("GET", "/", 200, 3.0, None)),
            "GET / was answered with HTTP status 200 in 3 ms.",
        ),
        (make.start_task, "Background task tick was started."),
        (
            lambda log: log.append(r.ConnectAsked("/", f"eio-{make.ADA}", make.encode("CONNECT", None))),
            "ada has asked for '/'",
        ),
        (lambda log: log.append(r.ServerStopped("http://x")), "The server has stopped."),
    ],
)
def test_other_rows(append: Callable[[Log], r.Record], said: str) -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    assert told(log, append(log)).startswith(said)

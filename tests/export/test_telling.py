from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.wire import decode
from sio_lab.export.naming import Names
from sio_lab.export.steps import script
from sio_lab.export.telling import Teller, Told
from tests import factories as make
from tests.export.played import ADA, BEN, hello, played, two

if TYPE_CHECKING:
    from sio_lab.core.log import Log


def told(log: Log) -> Told:
    return Teller(played(log), Names(frozenset({"clients"})), decode, frozenset()).tell()


def test_a_story_is_told_step_by_step() -> None:
    log = two()
    hello(log)
    test = told(log)
    assert test.auth == {"ada": {"token": "•••"}}
    assert test.tests == [
        """\
def test_ada_and_client_1(clients, auth):
    ada = clients.connect(auth=auth["ada"])
    assert ada.is_connected()
    ada_sid = clients.sid(ada)
    assert clients.unread() == []

    client_1 = clients.connect()
    assert client_1.is_connected()
    client_1_sid = clients.sid(client_1)
    assert clients.unread() == []

    assert ada.emit("hello", {"to": client_1_sid}, callback=True) == ["ok", 2]
    for client in [ada, client_1]:
        assert clients.received(client) == [["greeted", ada_sid]]
    assert clients.unread() == []
    assert clients.rooms(ada) == {"lobby"}

    assert clients.rooms(ada) == {"lobby"}
    assert clients.rooms(client_1) == set()
"""
    ]


def test_where_all_are_gone_a_test_ends() -> None:
    log = two()
    make.disconnect(log, ADA)
    make.disconnect(log, BEN, reason="server disconnect")
    make.connect(log, "eve0123456789sid0000", "/x")
    make.disconnect(log, "eve0123456789sid0000", "/x")
    tests = told(log).tests
    assert len(tests) == 2
    assert "    ada.disconnect()\n" in tests[0]
    assert "    clients.kick(client_1)\n" in tests[0]
    assert '    client_2.disconnect(namespace="/x")\n' in tests[1]


def test_who_is_refused_is_not_connected() -> None:
    log = two()
    make.refuse(log)
    text = told(log).tests[0]
    assert 'clients.connect(namespace="/nowhere", auth=auth["client_2"])' in text
    assert 'assert not client_2.is_connected("/nowhere")' in text


def test_rooms_entered_otherwise_are_entered_by_hand() -> None:
    log = two()
    make.join(log, BEN, "lobby")
    hello(log)
    assert '    clients.join(client_1, "lobby")\n' in told(log).tests[0]


def test_those_who_were_there_before_are_connected_first() -> None:
    log = two()
    begin = log.last_seq
    records = [*log.since(begin), *_again(log, begin)]
    made = script(records, {records[0].seq}, log.state, decode)
    text = Teller(made, Names(frozenset()), decode, frozenset()).tell().tests[0]
    assert text.splitlines()[1:4] == [
        "    ada = clients.connect()",
        "    ada_sid = clients.sid(ada)",
        "    clients.forget()",
    ]


def _again(log: Log, begin: int) -> list[object]:
    hello(log)
    return list(log.since(begin))

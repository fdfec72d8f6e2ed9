from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import records as r
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


def test_acks_of_clients_are_given_again() -> None:
    log = two()
    make.connect(log, "eve0123456789sid0000", "/x")
    event = make.receive(log, ADA, "ask")
    asked = make.emit(log, "question", recipients=(ADA,), ack_id=1, cause=event.seq)
    there = make.emit(log, "other", namespace="/x", recipients=("eve0123456789sid0000",), ack_id=1, cause=event.seq)
    make.handle(log, event)
    make.answer(log, asked, ADA, "yes", 2)
    make.answer(log, there, "eve0123456789sid0000")
    (test,) = told(log).tests
    assert '    clients.acknowledge(ada, "yes", 2)\n' in test
    assert '    clients.acknowledge(client_2, namespace="/x")\n' in test


def test_http_requests_are_told_as_comments_of_one_line() -> None:
    log = two()
    for path in ("/login", "/login", "/\nimport os"):
        log.append(r.HttpRequest("POST", path, 302, 1.0, None))
    hello(log)
    (test,) = told(log).tests
    assert test.count("# By HTTP:") == 2
    assert '    # By HTTP: "POST" "/login" was answered with 302.\n' in test
    assert '"/\\nimport os"' in test

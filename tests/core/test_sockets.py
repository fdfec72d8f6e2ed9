"""The state keeps the raw WebSockets that are open, beside the clients."""

from __future__ import annotations

from sio_lab.core import columns
from sio_lab.core.log import Log
from sio_lab.core.traffic import is_failure, traffic
from tests import factories as make


def test_open_ones_are_counted_and_are_no_clients() -> None:
    log = Log()
    opened = make.open_socket(log)
    make.frame(log, opened, "hé")
    make.frame(log, opened, b"123", is_sent=True)
    refused = make.open_socket(log, status=400)
    table = columns.sockets(log.state)
    assert [table.row(0)[name] for name in ("sid", "path", "frames_in", "bytes_in", "frames_out", "bytes_out")] == [
        *("ws-1", "/echo", 1, 3, 1, 3)
    ]
    assert len(table) == 1
    assert not log.state.clients
    assert not log.state.connections
    make.close_socket(log, opened)
    make.frame(log, refused, "late")
    assert not log.state.sockets


def test_each_has_rows_of_its_own() -> None:
    log = Log()
    opened = make.open_socket(log)
    make.frame(log, opened, "hi")
    make.frame(log, opened, "", opcode="close", code=1000)
    make.close_socket(log, opened, 1006, "network")
    table = traffic(log.since(), log.state)
    names = ("kind", "direction", "event", "sid", "args", "bytes", "status", "origin")
    assert [tuple(table.row(place)[name] for name in names) for place in range(len(table))] == [
        ("handshake", "in", "/echo", "ws-1", None, None, "101", None),
        ("frame", "in", "/echo", "ws-1", ("hi",), 2, "text", None),
        ("frame", "in", "/echo", "ws-1", (1000,), 0, "close", None),
        ("close", "-", "/echo", "ws-1", (1006,), None, "1006", "network"),
    ]
    assert [is_failure(table.row(place)) for place in range(len(table))] == [False, False, False, True]


def test_a_function_that_raised_fails_the_handshake_s_row() -> None:
    log = Log()
    opened = make.open_socket(log)
    make.handle(log, opened, "raised", error="KeyError: 'x'", handler="echo", cell="In[3]")
    row = traffic(log.since(), log.state).row(0)
    assert (row["handler"], row["cell"], row["error"], row["status"]) == ("echo", "In[3]", "KeyError: 'x'", "101")
    assert is_failure(row)

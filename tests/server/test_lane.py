"""The short way of an event does what the long one does, and is left as soon as anything is unusual."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.server.socketio import LabSocketIO
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import RawSocket
    from tests.server.rig import Rig, Screen

HIDDEN = {"seq", "time", "ms", "sid", "to", "client"}
SENT = (
    *('42["echo",1]', '421["echo",1]', '4299["echo",{"a":[1,2.5,null,true,"ä"]}]', '42/other,5["echo","there"]'),
    *('427["pair"]', '428["none"]', '429["fail"]', '42["fail"]', '4210["caught"]', '4211["refuse"]', '4212["emits"]'),
    *('4213["missing"]', '4214["connect"]', '42["disconnect"]', '42/away,1["echo",1]', '4215["unserializable"]'),
    *('4216["any","thing"]', '42/cls,1["method",3]', '42/cls,2["nothing"]', '42/star,1["echo",1]', "4217[5,1]"),
    *(
        '4218["echo",1,2]',
        '4219["echo"]',
        '42["echo",1',
        "42",
        "42[]",
        "42{}",
        '42x["echo",1]',
        '42-["echo",1]',
        '42/"',
    ),
    *(
        '4220["bytes"]',
        '421["nested",{"a":{"b":[[]]}}]',
        '42 1["echo",1]',
        '4²["echo",1]',
        '42٣["echo",1]',
        '427 ["echo"]',
    ),
    *(
        '42/other?q=1,6["echo",1]',
        '4200["echo",1]',
        '42"echo"',
        "42null",
        '4221["leaves"]',
        '4222["echo","' + "x" * 300 + '"]',
    ),
)


def define(rig: Rig) -> None:
    """Register handlers that end in each way."""
    socketio, on = rig.socketio, rig.socketio.on_event

    def refuse() -> None:
        raise ConnectionRefusedError("no")

    on("echo", lambda value: value)
    on("echo", lambda value: [value], namespace="/other")
    on("pair", lambda: (1, "two"))
    on("none", lambda: None)
    on("fail", lambda: 1 / 0)
    on("refuse", refuse)
    on("emits", lambda: (flask_socketio.emit("told", {"a": 1}), flask_socketio.emit("all", broadcast=True))[:0])
    on("unserializable", object)
    on("bytes", lambda: b"\x00\xff")
    on("nested", lambda value: {"value": value, "event": flask_socketio.rooms()[:0]})
    on("leaves", lambda: flask_socketio.leave_room("nowhere"))
    on("*", lambda name, *args: [name, *args], namespace="/star")
    on("any", lambda *args: list(args))
    on("caught", lambda: {}["missing"], namespace="/")
    socketio.on_namespace(Methods("/cls"))


class Methods(flask_socketio.Namespace):
    def on_method(self, value: int) -> int:
        return value + 1


def told(rig: Rig, packets: tuple[str, ...]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return what a client of its own was sent in answer to packets, and the rows of it all."""
    raw = rig.raw()
    raw.opened()
    for namespace in ("/", "/other", "/cls", "/star"):
        raw.enter(namespace)
    for packet in packets:
        raw.send(packet)
        let_it_be_handled(rig)
    raw.send('42100["echo","end"]')
    answers: list[str] = []
    while not answers or answers[-1] != '43100["end"]':
        answers.append(raw.receive())
    raw.close()
    rig.wait(lambda: rig.all(r.Closed))
    rows = [
        {name: cell for name, cell in row.items() if name not in HIDDEN}
        for row in rig.rows()
        if row["kind"] != "server"
    ]
    return answers, [{**row, "cause": row["cause"] is not None} for row in rows]


def let_it_be_handled(rig: Rig) -> None:
    """Wait until what was sent last has been handled: rows are compared in order."""
    done = threading.Event()
    rig.host._loop.call(done.set)
    assert done.wait(DEADLINE)
    rig.wait(lambda: not rig.log.state.running)


def watched(rig: Rig) -> list[bool]:
    """Return a list that tells, of each event from now on, whether it took the short way."""
    taken: list[bool] = []
    takes = rig.host._lane.takes
    rig.host._carrier.takes = lambda *args: (task := takes(*args), taken.append(task is not None))[0]
    return taken


@pytest.fixture
def both(make_rig: Callable[..., Rig], screen: Screen) -> tuple[Rig, Rig]:
    """Return a server with the short way, and one without."""
    del screen
    quick, slow = make_rig(), make_rig()
    for rig in (quick, slow):
        define(rig)
    slow.host._lane.close()
    return quick, slow


@pytest.fixture
def entered(rig: Rig) -> RawSocket:
    """Return a client of a server that has the handlers."""
    define(rig)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    return raw


@pytest.mark.parametrize("packet", SENT, ids=lambda text: text[:30])
def test_both_ways_end_alike(both: tuple[Rig, Rig], packet: str) -> None:
    quick, slow = both
    assert told(quick, (packet,)) == told(slow, (packet,))


def test_most_events_take_the_short_way(both: tuple[Rig, Rig]) -> None:
    quick, _ = both
    taken = watched(quick)
    told(quick, ('421["echo",1]', '42/other,5["echo",1]', '429["fail"]', '4213["missing"]', '42/cls,1["method",3]'))
    assert taken[-6:] == [True, True, True, False, False, True]


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=8,
        ),
        max_size=3,
    )
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_arguments_come_back_as_they_went(entered: RawSocket, args: list[Any]) -> None:
    # One client sends all of them: nothing of an event is left when it has been answered.
    entered.send(f"427{json.dumps(['any', *args])}")
    assert json.loads(entered.receive().removeprefix("437")) == [args]


@pytest.mark.parametrize(
    "change",
    [
        lambda rig: setattr(rig.server, "async_handlers", False),
        lambda rig: setattr(rig.server, "_trigger_event", rig.server._trigger_event.__call__),
        lambda rig: setattr(rig.socketio, "_handle_event", rig.socketio._handle_event.__call__),
        lambda rig: rig.server.eio.on("message", rig.server._handle_eio_message.__call__),
        lambda rig: rig.server.logger.setLevel("INFO"),
    ],
)
def test_it_is_closed_as_long_as_anything_else_stands_on_the_long_way(rig: Rig, change: Callable[[Rig], None]) -> None:
    define(rig)
    level, taken, peer = rig.server.logger.level, watched(rig), rig.peer()
    assert peer.ask("echo", 1) == 1
    change(rig)
    assert peer.ask("echo", 2) == 2
    rig.server.logger.setLevel(level)
    assert taken[-2:] == [True, False]


def test_a_handler_that_is_redefined_answers_at_once(rig: Rig) -> None:
    peer = rig.peer()
    for number in range(5):
        rig.socketio.on_event("which", lambda number=number: number)
        assert peer.ask("which") == number


def test_a_subclass_that_sees_to_events_its_own_way_is_asked_each_time(make_rig: Callable[..., Rig]) -> None:
    seen: list[str] = []

    class Own(LabSocketIO):
        def _handle_event(self, handler: Any, message: str, *args: Any) -> Any:
            seen.append(message)
            return super()._handle_event(handler, message, *args)

    class Plain(LabSocketIO):
        pass

    for kind, is_short in ((Own, False), (Plain, True)):
        rig = make_rig(kind(flask.Flask("own")))
        define(rig)
        taken, peer = watched(rig), rig.peer()
        assert [peer.ask("echo", number) for number in range(3)] == [0, 1, 2]
        assert taken[-3:] == [is_short] * 3
    assert seen == ["echo"] * 3


def test_an_event_takes_the_long_way_where_a_tap_is_taken_off_meanwhile(rig: Rig) -> None:
    rig.host.attach()
    lane = rig.host._lane
    assert lane._look() == lane._found
    del vars(rig.server)["_send_packet"]
    assert lane.takes("unknown", '42["echo",1]') is None
    assert lane._look() != lane._found

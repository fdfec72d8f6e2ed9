"""Recipients stay exact while clients come, go and change rooms under fire."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.core.wire import decode
from tests.server.rig import folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.peers import Peer
    from tests.server.rig import Rig

ROUNDS = 60
ROOMS = ("red", "blue", "green")


class Late(list[Any]):
    """A payload during whose encoding something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__(["late"])
        self.happens = happens

    def __iter__(self) -> Iterator[Any]:
        self.happens()
        return super().__iter__()


def together(*functions: Callable[[], None]) -> None:
    """Run functions at once, each in a thread of its own; the first error ends the test."""
    errors: list[BaseException] = []

    def run(function: Callable[[], None]) -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def moving(rig: Rig, peer: Peer, start: int) -> None:
    """Go through the rooms."""
    rooms = itertools.islice(itertools.cycle(ROOMS), start, None)
    for _ in range(ROUNDS):
        room = next(rooms)
        rig.server.enter_room(peer.get_sid(), room)
        rig.server.leave_room(peer.get_sid(), room)


def closing(rig: Rig) -> None:
    for room in itertools.islice(itertools.cycle(ROOMS), ROUNDS):
        rig.server.close_room(room)


def emitting(rig: Rig, numbers: Iterator[int], payload: Any, **options: Any) -> None:
    for to in itertools.islice(itertools.cycle((*ROOMS, None, ["red", "blue"])), ROUNDS):
        rig.server.emit("shot", (next(numbers), payload), to=to, **options)


def received(peers: list[Peer]) -> Counter[tuple[str, int]]:
    return Counter((peer.get_sid(), args[0]) for peer in peers for args in peer.got("shot"))


def recorded(rig: Rig) -> Counter[tuple[str, int]]:
    emits = [record for record in rig.all(r.Emitted) if record.event == "shot"]
    return Counter((sid, decode(record.wire).args[0]) for record in emits for sid in record.recipients)


@pytest.mark.parametrize("options", [{}, {"callback": print}], ids=["plain", "with ack"])
@pytest.mark.parametrize("act", ["enter_room", "leave_room"])
def test_who_comes_or_goes_after_the_recipients_are_fixed_changes_nothing(
    rig: Rig, act: str, options: dict[str, Any]
) -> None:
    stays, moves = rig.peer(), rig.peer()
    rig.server.enter_room(stays.get_sid(), "red")
    if act == "leave_room":
        rig.server.enter_room(moves.get_sid(), "red")
    rig.server.emit("shot", Late(lambda: getattr(rig.server, act)(moves.get_sid(), "red")), to="red", **options)
    rig.settle(stays, moves)
    received = [peer.get_sid() for peer in (stays, moves) if peer.got("shot")]
    assert sorted(rig.all(r.Emitted)[0].recipients) == sorted(received)
    assert len(received) == (1 if act == "enter_room" else 2)


@pytest.mark.parametrize("options", [{}, {"callback": lambda *_: None}], ids=["plain", "with acks"])
def test_while_rooms_change_who_is_recorded_is_who_receives(rig: Rig, options: dict[str, Any]) -> None:
    peers = [rig.peer() for _ in range(5)]
    numbers = itertools.count()
    together(
        *(lambda peer=peer, start=start: moving(rig, peer, start) for start, peer in enumerate(peers)),
        lambda: emitting(rig, numbers, "text", **options),
        lambda: emitting(rig, numbers, "more", skip_sid=peers[0].get_sid(), **options),
        lambda: closing(rig),
    )
    rig.settle(*peers)
    assert received(peers) == recorded(rig)
    assert len(recorded(rig)) > ROUNDS
    assert membership(rig.server) == folded(rig.log)


def test_binary_emits_reach_who_is_recorded_too(rig: Rig) -> None:
    # One thread emits: of two that emit binary to one client, python-socketio itself mixes the pieces up.
    peers = [rig.peer() for _ in range(4)]
    together(
        *(lambda peer=peer: moving(rig, peer, 0) for peer in peers),
        lambda: emitting(rig, itertools.count(), [b"\x00" * 10, {"a": b"\xff"}]),
    )
    rig.settle(*peers)
    assert received(peers) == recorded(rig)
    assert {args[1:] and repr(args[1]) for peer in peers for args in peer.got("shot")} == {
        repr([b"\x00" * 10, {"a": b"\xff"}])
    }


def test_while_clients_come_and_go_those_who_stay_receive_all_that_is_recorded_of_them(rig: Rig) -> None:
    stayers = [rig.peer() for _ in range(3)]

    def coming_and_going() -> None:
        for transports in (("websocket",), ("polling",), ("polling", "websocket")) * 4:
            rig.peer(transports=transports).close()

    numbers = itertools.count()
    together(
        coming_and_going,
        coming_and_going,
        lambda: emitting(rig, numbers, "text"),
        lambda: emitting(rig, numbers, 2),
    )
    rig.wait(lambda: len(rig.all(r.Closed)) == 24)
    rig.settle(*stayers)
    sids = {peer.get_sid() for peer in stayers}
    assert received(stayers) == Counter({key: count for key, count in recorded(rig).items() if key[0] in sids})
    assert membership(rig.server) == folded(rig.log)
    assert set(rig.log.state.connections) == {rig.server.manager.eio_sid_from_sid(sid, "/") for sid in sids}

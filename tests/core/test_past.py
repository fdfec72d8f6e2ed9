"""Who was where at any moment: as the state had it then."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.past import Past
from tests import factories as make

SIDS = (make.ADA, make.BEN, "cat0123456789sid0000")
STEPS = st.lists(st.tuples(st.sampled_from(SIDS), st.sampled_from(["come", "go", "red", "blue", 7])), max_size=40)


def step(log: Log, sid: str, what: Any) -> None:
    """Have a client come or go, or enter or leave a room."""
    client = log.state.clients.get(sid)
    if what == "come" and client is None:
        make.connect(log, sid)
    elif what == "go" and client is not None:
        make.disconnect(log, sid)
    elif client is not None and what not in {"come", "go"}:
        log.append(r.Left("/", what, sid)) if what in client.rooms else make.join(log, sid, what)


def copied(rooms: Any) -> dict[str, dict[Any, set[str]]]:
    return {namespace: {room: set(sids) for room, sids in of.items() if sids} for namespace, of in rooms.items()}


@given(STEPS, st.integers(1, 60))
def test_the_past_is_what_the_state_was(steps: list[tuple[str, Any]], kept: int) -> None:
    log = Log(max_records=kept)
    seen: dict[int, dict[str, dict[Any, set[str]]]] = {}
    for sid, what in steps:
        seen[log.last_seq + 1] = copied(log.state.rooms)
        step(log, sid, what)
    past = Past(log)
    for seq, rooms in seen.items():
        if seq > log.dropped:
            assert {namespace: of for namespace, of in past.rooms(seq).items() if of} == rooms
            assert past.members("/", "red", seq) == rooms.get("/", {}).get("red", set())


def test_what_comes_later_is_read_later() -> None:
    log = Log()
    make.connect(log, make.ADA)
    past = Past(log)
    before = log.last_seq + 1
    joined = make.join(log, make.ADA, "lobby")
    assert past.members("/", "lobby", before) == set()
    assert past.members("/", "lobby", log.last_seq + 1) == {make.ADA}
    assert past.first_join_after(before - 1, "/", "lobby") == joined
    assert past.last_before(log.last_seq + 1, "/", "lobby") == joined
    assert past.last_before(before, "/", "lobby") is None


def test_who_left_his_own_room_and_stayed() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.connect(log, make.BEN)
    event = make.receive(log, make.ADA, "bye")
    left = log.append(r.Left("/", make.ADA, make.ADA, event.seq))
    log.append(r.Left("/", "lobby", make.ADA, event.seq))
    for room in (make.BEN, None):
        log.append(r.Left("/", room, make.BEN, event.seq))
    assert Past(log).left_own_rooms(event.seq) == [left]

"""The sequence diagram as data, folded from any log in any pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.filters import parse
from sio_lab.core.lane_keys import OTHERS, SERVER, known_of
from sio_lab.core.lanes import MOST_LANES, MOST_STEPS, Lanes, Model
from sio_lab.core.log import Log
from sio_lab.core.traffic import TRAFFIC
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NAMES = tuple(column.name for column in TRAFFIC)


def fold(log: Log, filter_text: str = "", pieces: Iterable[int] = ()) -> Lanes:
    test = parse(filter_text, NAMES).matches if filter_text else None
    lanes = Lanes(lambda: log.state, known_of(log), test)
    start = 0
    for end in (*sorted(set(pieces)), log.last_seq):
        lanes.add(log.since(start, end) if end > start else [])
        start = max(start, end)
    return lanes


def told(model: Model) -> list[tuple[str, str, tuple[str, ...]]]:
    labels = {lane.key: lane.label for lane in model.lanes}
    return [
        (f"{step.kind} {step.label}".strip(), labels[step.source], tuple(labels[key] for key in step.targets))
        for step in model.steps
    ]


def test_a_lesson_is_told_from_lane_to_lane() -> None:
    model = fold(make.lesson()).model()
    ben = make.BEN[:8]
    assert [lane.label for lane in model.lanes] == ["server", "ada", ben, "eio-cat"]
    assert told(model) == [
        ("server started", "server", ()),
        ("connect", "ada", ("server",)),
        ("connect", ben, ("server",)),
        ("event chat", "ada", ("server",)),
        ("join lobby", "ada", ()),
        ("emit chat", "server", ("ada", ben)),
        ("emit quiz", "server", ("ada",)),
        ("ack", "server", ("ada",)),
        ("ack", "ada", ("server",)),
        ("emit vote", "server", ("ada", ben)),
        ("ack", ben, ("server",)),
        ("event boom", ben, ("server",)),
        ("event caht", ben, ("server",)),
        ("refused", "eio-cat", ("server",)),
        ("rejected", "server", ()),
        ("disconnect", ben, ("server",)),
    ]
    assert [step.label or step.kind for step in model.steps if step.failed] == ["boom", "caht", "refused", "rejected"]


def test_what_comes_later_is_told_of_the_step() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    event = make.receive(log, make.ADA, "chat", ack_id=1)
    lanes = fold(log)
    assert lanes.steps()[event.seq].status == "running"
    lanes.changed.clear()
    handled = make.handle(log, event)
    ack = make.acknowledge(log, event, "ok")
    lanes.add([handled, ack])
    assert lanes.steps()[event.seq].status == "handled"
    assert lanes.steps()[event.seq].ack == ack.wire
    assert list(lanes.changed) == [event.seq, ack.seq]


def test_a_filter_asks_the_row_and_acks_go_with_it() -> None:
    assert [text for text, *_ in told(fold(make.lesson(), "event:quiz").model())] == ["emit quiz", "ack"]
    assert [text for text, *_ in told(fold(make.lesson(), "status:raised").model())] == ["event boom"]
    assert [lane.label for lane in fold(make.lesson(), "status:raised").model().lanes] == ["server", make.BEN[:8]]


def test_a_step_goes_when_its_row_passes_no_more() -> None:
    log = Log()
    make.connect(log, make.ADA)
    event = make.receive(log, make.ADA, "chat")
    lanes = fold(log, "status:running")
    assert list(lanes.steps()) == [event.seq]
    lanes.changed.clear()
    lanes.add([make.handle(log, event)])
    assert (list(lanes.steps()), list(lanes.changed)) == ([], [event.seq])


def test_a_step_that_passes_late_stands_where_it_happened() -> None:
    log = Log()
    make.connect(log, make.ADA)
    first, second = make.receive(log, make.ADA, "one"), make.receive(log, make.ADA, "two")
    make.handle(log, second, "raised")
    make.handle(log, first, "raised")
    assert list(fold(log, "status:raised").steps()) == [first.seq, second.seq]


def test_the_newest_steps_are_kept_and_the_others_counted() -> None:
    log = Log()
    make.connect(log, make.ADA)
    for _ in range(MOST_STEPS + 20):
        make.receive(log, make.ADA, "tick")
    model = fold(log).model()
    assert (len(model.steps), model.earlier) == (MOST_STEPS, 21)
    assert model.steps[-1].seq == log.last_seq


def crowd(count: int) -> tuple[Log, list[str]]:
    log = Log()
    sids = [f"{number:04}-sid-{'x' * 8}" for number in range(count)]
    for sid in sids:
        make.connect(log, sid)
    return log, sids


def test_a_broadcast_to_200_is_one_step_and_the_quietest_share_a_lane() -> None:
    log, sids = crowd(200)
    for sid in sids[100:110]:
        make.receive(log, sid, "chat")
    make.emit(log, "chat", recipients=sids)
    model = fold(log).model()
    assert model.steps[-1].count == 200
    assert len(model.steps[-1].targets) == MOST_LANES
    assert len(model.lanes) == MOST_LANES + 1
    assert model.lanes[-1].label == "161 others"
    assert {sid[:8] for sid in sids[100:110]} <= {lane.label for lane in model.lanes}


def test_a_lane_on_display_stays_until_another_is_much_busier() -> None:
    log, sids = crowd(60)
    lanes = fold(log)
    shown = {lane.key for lane in lanes.lanes()}
    hidden = next(f"eio:eio-{sid}" for sid in sids if f"eio:eio-{sid}" not in shown)
    for _ in range(2):
        lanes.add([make.receive(log, hidden.removeprefix("eio:eio-"), "chat")])
    assert {lane.key for lane in lanes.lanes(shown)} == shown
    for _ in range(9):
        lanes.add([make.receive(log, hidden.removeprefix("eio:eio-"), "chat")])
    assert hidden in {lane.key for lane in lanes.lanes(shown)}


def test_a_name_that_comes_late_moves_the_steps_too() -> None:
    log = Log()
    log.append(r.Upgraded("eio", ()))
    log.append(r.ClientNamed("eio", "ada"))
    lanes = Lanes(lambda: log.state, lambda _sid: (None, None))
    lanes.add(log.since())
    assert [lane.label for lane in lanes.model().lanes] == ["server", "ada"]
    assert lanes.moves == 1


SIDS = [make.ADA, make.BEN, "cat0123456789sid0000"]


def happen(log: Log, what: str, sid: str, open_events: list[r.EventReceived]) -> None:
    is_there = sid in log.state.clients
    acts: dict[str, Callable[[], Any]] = {
        "connect": lambda: None if is_there else make.connect(log, sid, name="ada" if sid == make.ADA else None),
        "disconnect": lambda: make.disconnect(log, sid) if is_there else None,
        "event": lambda: open_events.append(make.receive(log, sid, "chat", 1, ack_id=1)) if is_there else None,
        "handle": lambda: make.handle(log, open_events[0]) if open_events else None,
        "raise": lambda: make.handle(log, open_events.pop(), "raised", error="boom") if open_events else None,
        "ack": lambda: make.acknowledge(log, open_events.pop(0), "ok") if open_events else None,
        "emit": lambda: make.emit(log, "chat", recipients=tuple(log.state.clients), ack_id=1),
        "answer": lambda: make.answer(log, make.emit(log, "quiz", recipients=(sid,), ack_id=2), sid, 1),
        "join": lambda: make.join(log, sid, "lobby") if is_there else None,
        "refuse": lambda: make.refuse(log),
        "http": lambda: log.append(r.HttpRequest("GET", "/", 200, 1.0, None)),
    }
    acts[what]()


KINDS = ("connect", "disconnect", "event", "handle", "raise", "ack", "emit", "answer", "join", "refuse", "http")
HAPPENINGS = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(SIDS)), max_size=40)
FILTERS = st.sampled_from(["", "event:chat", "status:raised", "-kind:connect client:ada", "ok", "kind:ack,emit"])


@settings(deadline=None)
@given(HAPPENINGS, FILTERS, st.lists(st.integers(1, 200), max_size=6))
def test_whatever_happens_lanes_exist_and_pieces_give_the_same_as_the_whole(
    happenings: list[tuple[str, str]], filter_text: str, pieces: list[int]
) -> None:
    log, open_events = Log(), list[r.EventReceived]()
    for what, sid in happenings:
        happen(log, what, sid, open_events)
    model = fold(log, filter_text).model()
    keys = {lane.key for lane in model.lanes}
    assert all({step.source, *step.targets} <= keys for step in model.steps)
    assert model.lanes[0].key == SERVER
    assert OTHERS not in keys
    assert [step.seq for step in model.steps] == sorted({step.seq for step in model.steps})
    assert fold(log, filter_text, (piece for piece in pieces if piece < log.last_seq)).model() == model

"""What came of one event: how its handler ended, and all that it made happen; read from a log."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core import records as r
from sio_lab.core import traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.state import State
    from sio_lab.core.story import Story

SHORT_SID = 8
_short = reprlib.Repr()
_short.maxstring = _short.maxother = 200
_short.maxdict = _short.maxlist = _short.maxtuple = 20


def shown(value: object) -> str:
    """Return a value as a bounded text."""
    return _short.repr(value)


@dataclass(frozen=True, slots=True)
class Emit:
    """One emit that an event made happen."""

    namespace: str
    event: str
    args: tuple[Any, ...]
    to: tuple[str, ...]
    """Rooms and clients it was addressed to, clients by name; empty for everybody in the namespace."""

    recipients: tuple[str, ...]
    """Who it went to, or would have: names, or the first characters of sids."""

    wants_ack: bool
    origin: str | None = None
    """What sent it: `handler`, `task` or `callback`."""


@dataclass(frozen=True, slots=True)
class Move:
    """A join, a leave, a closed room, or a client sent away."""

    kind: str
    """`join`, `leave`, `close_room` or `disconnect`, as in the traffic table."""

    namespace: str
    room: str
    """Empty of a disconnect."""

    client: str
    """The client's name, or the first characters of its sid; empty of a closed room."""


Effect: TypeAlias = "Emit | Move"


@dataclass(frozen=True)
class Outcome:
    """How one event went."""

    status: str
    """`handled`, `no-handler`, `raised` or `refused`; `running` where the handler has not ended."""

    error: str | None = None
    traceback: str | None = None
    value: str | None = None
    """What the handler returned, as a shortened repr."""

    ack: tuple[Any, ...] | None = None
    """What was sent as the ack; None where none was."""

    answer: str | None = None
    """Of a connect: `let in`, or why it was refused."""

    effects: tuple[Effect, ...] = ()
    """Emits and moves in their order, those of tasks and of clients sent away included."""

    tasks: tuple[str, ...] = ()
    """The background tasks it started, by name."""

    sessions: tuple[str, ...] | None = None
    """What it wrote into the client's sessions; None where that is not known."""

    ms: float | None = None
    output: str | None = None
    hint: str | None = None
    moot: tuple[tuple[Effect, str], ...] = ()
    """Of an event that was entered again: effects of then that could not come again, and why."""


def outcome(story: Story, record: r.Record, sessions: tuple[str, ...] | None = None) -> Outcome:
    """Return what came of the event, connect or disconnect that `record` tells of."""
    handled = story.handled(record)
    ack = story.merged.acks.get(record.seq)
    told = {} if handled is None else _of_handler(handled)
    return Outcome(
        handled.status if handled else "running",
        **told,
        ack=None if ack is None else tuple(traffic.payload_of(ack.wire, story.read)),
        answer=_answer(record),
        effects=tuple(_effects(story, record)),
        tasks=tuple(each.name for each in _tasks(story, record)),
        sessions=sessions,
    )


def tasks_seconds(story: Story, record: r.Record) -> float:
    """Return how long it took until all tasks were over that an event had started; those that went on left out."""
    ends = (story.task_ends.get(each.seq, 0) for each in _tasks(story, record))
    return max((max(ends, default=0) - record.at) / 1e9, 0.0)


def recorded_acks(story: Story, record: r.Record) -> dict[str, list[tuple[Any, ...]]]:
    """Return what clients acknowledged to emits that an event made happen: by event, in the emits' order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for effect in _below(story, record):
        ack = story.merged.acks.get(effect.seq) if isinstance(effect, r.Emitted) else None
        if isinstance(effect, r.Emitted) and ack is not None:
            found.setdefault(effect.event, []).append(tuple(traffic.payload_of(ack.wire, story.read)))
    return found


def label(state: State, sid: object) -> str:
    """Return what a client is called: its name, or the first characters of its sid."""
    name = state.name_of(sid) if isinstance(sid, str) else None
    return name or str(sid)[:SHORT_SID]


def room_text(room: r.Room) -> str:
    """Return what a room is called; an empty text of room None, which all in a namespace are in."""
    return "" if room is None else str(room)


def _of_handler(handled: r.Handled) -> dict[str, Any]:
    names = ("error", "traceback", "value", "ms", "output", "hint")
    return {name: getattr(handled, name) for name in names}


def _answer(record: r.Record) -> str | None:
    if isinstance(record, r.Refused):
        return f"refused: {record.reason}"
    return "let in" if isinstance(record, r.Connected) else None


def _below(story: Story, record: r.Record) -> Iterator[r.Record]:
    """Yield all that a row made happen, and that made happen; but not what replays of it did."""
    for effect in story.effects(record):
        if not isinstance(effect, r.EventReceived):
            yield effect
            yield from _below(story, effect)


def _effects(story: Story, record: r.Record) -> Iterator[Effect]:
    for effect in sorted(_below(story, record), key=lambda each: each.seq):
        made = _effect(story, effect)
        if made is not None:
            yield made


def _effect(story: Story, effect: r.Record) -> Effect | None:
    state = story.log.state
    if isinstance(effect, r.Emitted):
        args = tuple(traffic.payload_of(effect.wire, story.read)) if effect.wire.text else ()
        to = tuple(_place(state, room) for room in effect.to)
        # A client that is there again, and a stand-in for what it was, are one.
        people = tuple(dict.fromkeys(label(state, sid) for sid in effect.recipients))
        return Emit(effect.namespace, effect.event, args, to, people, effect.ack_id is not None, effect.origin)
    if isinstance(effect, (r.Joined, r.Left, r.RoomClosed, r.Disconnected)):
        kind = traffic.ROWS[type(effect)][0]
        sid, room = getattr(effect, "sid", None), getattr(effect, "room", None)
        client = "" if sid is None else label(state, sid)
        return Move(kind, effect.namespace, room_text(room), client)
    return None


def _place(state: State, room: object) -> str:
    is_sid = isinstance(room, str) and (state.name_of(room) is not None or state.is_personal(room))
    return label(state, room) if is_sid else str(room)


def _tasks(story: Story, record: r.Record) -> Iterator[r.TaskStarted]:
    mine = {record.seq, getattr(record, "asked", None)}
    return (each for each in story.tasks if each.cause in mine)

"""Two outcomes of one event, side by side: what was, what is now, and where they differ."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from sio_lab.core.columns import Column, Columns, from_rows
from sio_lab.core.outcome import Emit, Move, Outcome, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COMPARISON = (
    Column("seq", "integer", "the row of the event that was replayed"),
    Column("event", "category", "the event's name"),
    Column("part", "category", "what is compared: status, error, ack, emit, join, ..."),
    Column("before", "text", "how it was"),
    Column("now", "text", "how it is with the handlers of now"),
    Column("differs", "flag", "whether that is another"),
)
LISTED = 8
"""How many recipients are named."""

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_FURTHER = " … and differs further on"


@dataclass(frozen=True, slots=True)
class Line:
    """One part of both outcomes."""

    label: str
    """What it is: status, error, ack, emit, join, ..."""

    before: str | None
    """As it was; None where there was none."""

    now: str | None
    """As it is now; None where there is none."""

    differs: bool
    is_moot: bool = False
    """Whether it could not come again, as `now` says: nothing follows from that."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One event, as it went and as it goes now."""

    seq: int
    event: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    """What else is to be known of the run."""

    @property
    def differs(self) -> bool:
        """Whether anything came out differently; how long it took does not count."""
        return any(line.differs for line in self.lines)


def compare(seq: int, event: str, before: Outcome, now: Outcome, notes: Iterable[str] = ()) -> Comparison:
    """Put two outcomes side by side."""
    lines = (*_plain_lines(before, now), *_effects(before, now), *_loose_lines(before, now))
    return Comparison(seq, event, lines, tuple(notes))


def columns(comparisons: Iterable[Comparison]) -> Columns:
    """Return comparisons as a table: a row for each part of each event."""
    rows = (
        (each.seq, each.event, line.label, line.before, line.now, line.differs)
        for each in comparisons
        for line in each.lines
    )
    return from_rows(COMPARISON, ("seq",), rows)


def _plain_lines(before: Outcome, now: Outcome) -> Iterator[Line]:
    yield Line("status", before.status, now.status, before.status != now.status)
    if before.answer != now.answer:
        yield Line("answer", before.answer, now.answer, differs=True)
    elif before.answer is not None:
        yield Line("answer", before.answer, now.answer, differs=False)
    yield from _line("error", before.error, now.error)
    if before.ack is None and now.ack is None:
        yield from _line("returned", before.value, now.value)
    else:
        yield _valued("ack", before.ack, now.ack)
    yield from _line("hint", before.hint, now.hint)


def _line(label: str, before: str | None, now: str | None) -> Iterator[Line]:
    if before is not None or now is not None:
        yield Line(label, before, now, _steady(before) != _steady(now))


def _steady(text: str | None) -> str | None:
    """Return a text without what is another one in every run: where an object lies in memory."""
    return None if text is None else _ADDRESS.sub("0x…", text)


def _valued(label: str, before: tuple[Any, ...] | None, now: tuple[Any, ...] | None) -> Line:
    return _lined(label, *((None, None) if each is None else (_key(each), _args(each)) for each in (before, now)))


def _lined(label: str, before: tuple[str | None, str | None], now: tuple[str | None, str | None]) -> Line:
    differs = before[0] != now[0]
    further = _FURTHER if differs and before[1] == now[1] else ""
    old, new = (None if text is None else text + further for text in (before[1], now[1]))
    return Line(label, old, new, differs)


def _effects(before: Outcome, now: Outcome) -> Iterator[Line]:
    """Compare what was made happen; what is missing, and could not come again, is no difference."""
    whys = {_effect_key(each): why for each, why in now.moot}
    came, moot, others = Counter(map(_effect_key, now.effects)), list[Line](), list[Emit | Move]()
    for each in before.effects:
        key = _effect_key(each)
        if key in whys and not came[key]:
            moot.append(Line(_kind(each), _text(each), whys[key], differs=False, is_moot=True))
        else:
            others.append(each)
            came[key] -= bool(came[key])
    yield from (*_effect_lines(others, now.effects), *moot)


def _effect_lines(before: Sequence[Emit | Move], now: Sequence[Emit | Move]) -> Iterator[Line]:
    """Match what handlers made happen, in order; what was one and is another stands side by side."""
    keys = [_effect_key(each) for each in before], [_effect_key(each) for each in now]
    for _, first, last, begin, end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        for old, new in zip_longest(before[first:last], now[begin:end]):
            yield from _pair(old, new)


def _pair(old: Emit | Move | None, new: Emit | Move | None) -> Iterator[Line]:
    is_pair = old is not None and new is not None and _kind(old) == _kind(new)
    for one, other in ((old, new),) if is_pair else ((old, None), (None, new)):
        either = one or other
        if either is not None:
            yield _lined(_kind(either), *(_told(each) for each in (one, other)))


def _told(effect: Emit | Move | None) -> tuple[str | None, str | None]:
    return (None, None) if effect is None else (_effect_key(effect), _text(effect))


def _kind(effect: Emit | Move) -> str:
    return "emit" if isinstance(effect, Emit) else effect.kind


def _effect_key(effect: Emit | Move) -> str:
    if isinstance(effect, Move):
        return repr(effect)
    people = sorted(effect.recipients)
    return repr((effect.namespace, effect.event, _key(effect.args), effect.to, people, effect.wants_ack))


def _text(effect: Emit | Move) -> str:
    if isinstance(effect, Move):
        who = " ".join(part for part in (effect.client, effect.room) if part)
        return f"{who} in {effect.namespace}" if effect.namespace != "/" else who
    to = f" to {', '.join(effect.to)}" if effect.to else ""
    place = f" in {effect.namespace}" if effect.namespace != "/" else ""
    left_out = len(effect.recipients) - LISTED
    people = ", ".join(effect.recipients[:LISTED]) + (f" and {left_out} more" if left_out > 0 else "")
    ack = ", wants an ack" if effect.wants_ack else ""
    return f"{effect.event}{_args(effect.args)}{to}{place} → {people or 'nobody'}{ack}"


def _args(values: tuple[Any, ...]) -> str:
    return f"({', '.join(map(shown, values))})"


def _key(values: object) -> str:
    """Return a text that is the same for the same values only, in whatever order their keys stand."""
    return _ADDRESS.sub("0x…", json.dumps(values, sort_keys=True, default=repr))


def _loose_lines(before: Outcome, now: Outcome) -> Iterator[Line]:
    """Tell of what never counts as a difference, or is known of one side only."""
    started = tuple(", ".join(each.tasks) or None for each in (before, now))
    yield from _line("tasks", *started)
    if now.sessions:
        old = None if before.sessions is None else ", ".join(before.sessions)
        yield Line("session", old, ", ".join(now.sessions), differs=False)
    yield from _line("printed", before.output, now.output) if before.output and now.output else ()
    if before.ms is not None or now.ms is not None:
        yield Line("duration", _duration(before.ms), _duration(now.ms), differs=False)


def _duration(ms: float | None) -> str | None:
    return None if ms is None else f"{ms:.3g} ms"

"""What changed between two captures: events, acks, errors, counts and timings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core.columns import Column, Columns, from_rows
from sio_lab.core.noise import changed_timings
from sio_lab.core.profile import Account, Profile, What

if TYPE_CHECKING:
    from collections.abc import Iterator

DIFF = (
    Column("namespace", "category", "the namespace it is in; empty where it is in none"),
    Column("direction", "category", "in: from a client; out: to one; -: in the server"),
    Column("kind", "category", "event, emit, connect, join, ... as in the traffic table; handler; client"),
    Column("event", "category", "the event's name; of a join or leave the room, of a disconnect the reason"),
    Column(
        "what",
        "category",
        "error, raised, no-handler, running, ack, unanswered, acks, seen, args, ack shape, count, recipients, "
        "ms (the median), p95_ms, handler or client",
    ),
    Column("args", "object", "of an ack, the arguments that it answers, a tuple"),
    Column("before", "object", "what it was; None where there was nothing"),
    Column("after", "object", "what it is; None where there is nothing"),
    Column("change", "category", "new, gone, more, fewer, slower, faster or changed"),
)

RANKS = (
    *("error", "raised", "no-handler", "running", "ack", "unanswered", "acks", "ack shape", "seen", "args"),
    *("count", "recipients", "ms", "p95_ms", "handler", "client"),
)
"""What may change, what matters most first."""

_FAILED = ("raised", "no-handler", "running")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was."""

    of: What
    what: str
    """One of `RANKS`."""

    before: Any
    after: Any
    change: str
    args: tuple[Any, ...] | None = None
    """Of an ack, the arguments that it answers."""

    @property
    def rank(self) -> tuple[int, bool]:
        """How much it matters, the lowest most: what went wrong before, and no longer does, less than what does now."""
        return RANKS.index(self.what), self.change in {"gone", "fewer"}


@dataclass(frozen=True)
class Differences:
    """All that changed, and what did not."""

    changes: tuple[Change, ...]
    """Events with the gravest change first, and of each event the gravest one."""

    same: tuple[tuple[What, int], ...]
    """What is as it was, and how often it happened."""

    def columns(self) -> Columns:
        """Return the changes as a table."""
        rows = ((*each.of, each.what, each.args, each.before, each.after, each.change) for each in self.changes)
        return from_rows(DIFF, (), rows)


def differ(before: Account, after: Account) -> Differences:
    """Compare two accounts."""
    found = [*_events(before, after), *_handlers(before, after), *_clients(before, after)]
    gravest: dict[What, tuple[int, bool]] = {}
    for each in found:
        gravest[each.of] = min(each.rank, gravest.get(each.of, each.rank))
    found.sort(key=lambda each: (gravest[each.of], each.of, each.rank))
    both = before.profiles.keys() & after.profiles.keys()
    same = tuple((what, after.profiles[what].count) for what in sorted(both - gravest.keys()))
    return Differences(tuple(found), same)


def _events(before: Account, after: Account) -> Iterator[Change]:
    for what in sorted(before.profiles.keys() | after.profiles.keys()):
        old, new = before.profiles.get(what), after.profiles.get(what)
        if old is None or new is None:
            yield from _seen(what, old, new)
        yield from _errors(what, old or Profile(), new or Profile())
        if old is not None and new is not None:
            yield from _failures(what, old, new)
            yield from _acks(what, old, new)
            yield from _facts(what, old, new)
            yield from _timings(what, old, new)


def _seen(what: What, old: Profile | None, new: Profile | None) -> Iterator[Change]:
    change = "new" if old is None else "gone"
    yield Change(what, "seen", old and old.count, new and new.count, change)


def _errors(what: What, old: Profile, new: Profile) -> Iterator[Change]:
    for text in sorted(new.errors.keys() - old.errors.keys()):
        yield Change(what, "error", None, new.errors[text], "new")
    for text in sorted(old.errors.keys() - new.errors.keys()):
        yield Change(what, "error", old.errors[text], None, "gone")


def _failures(what: What, old: Profile, new: Profile) -> Iterator[Change]:
    for status in _FAILED:
        yield from _number(what, status, old.statuses[status], new.statuses[status])


def _acks(what: What, old: Profile, new: Profile) -> Iterator[Change]:
    found = [each for text in sorted(old.acks.keys() & new.acks.keys()) for each in _ack(what, text, old, new)]
    yield from found
    unanswered = [profile.asked - profile.acked for profile in (old, new)]
    yield from _number(what, "unanswered", *unanswered)
    if unanswered[0] == unanswered[1] and bool(old.acked) != bool(new.acked):
        yield from _number(what, "acks", old.acked, new.acked)
    if not found and old.acked and new.acked:
        yield from _sets(what, "ack shape", old.ack_shapes, new.ack_shapes)


def _ack(what: What, text: str, old: Profile, new: Profile) -> Iterator[Change]:
    """Compare what answered the same arguments."""
    if old.acks[text].keys() != new.acks[text].keys():
        yield Change(what, "ack", _some(old.acks[text]), _some(new.acks[text]), "changed", new.args[text])


def _some(acks: dict[str, tuple[Any, ...]]) -> Any:
    """Return the ack; where there are several different ones, a list of them."""
    values = list(acks.values())
    return values[0] if len(values) == 1 else values


def _facts(what: What, old: Profile, new: Profile) -> Iterator[Change]:
    yield from _sets(what, "args", old.shapes, new.shapes)
    yield from _number(what, "count", old.count, new.count)
    yield from _sets(what, "recipients", old.recipients, new.recipients)


def _sets(what: What, name: str, old: set[Any], new: set[Any]) -> Iterator[Change]:
    if old != new:
        yield Change(what, name, tuple(sorted(old)), tuple(sorted(new)), "changed")


def _number(what: What, name: str, old: int, new: int) -> Iterator[Change]:
    if old != new:
        yield Change(what, name, old, new, "more" if new > old else "fewer")


def _timings(what: What, old: Profile, new: Profile) -> Iterator[Change]:
    for name, was, now in changed_timings(old.durations, new.durations):
        yield Change(what, name, was, now, "slower" if now > was else "faster")


def _handlers(before: Account, after: Account) -> Iterator[Change]:
    for key in sorted(before.handlers.keys() | after.handlers.keys()):
        old, new = before.handlers.get(key), after.handlers.get(key)
        if old != new:
            change = "new" if old is None else "gone" if new is None else "changed"
            yield Change(What(key[0], "-", "handler", key[1]), "handler", old, new, change)


def _clients(before: Account, after: Account) -> Iterator[Change]:
    for namespace, name in sorted(before.clients ^ after.clients):
        what = What(namespace, "-", "client", name)
        is_new = (namespace, name) in after.clients
        yield Change(what, "client", None if is_new else name, name if is_new else None, "new" if is_new else "gone")

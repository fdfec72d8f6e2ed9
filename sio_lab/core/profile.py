"""What one capture tells of each event: how often, how it ended, what was acknowledged, how long it took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sio_lab.core import traffic
from sio_lab.core.shapes import shape_of_args
from sio_lab.core.steady import Steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.columns import Row
    from sio_lab.core.state import State
    from sio_lab.core.traffic import Merged
    from sio_lab.core.wire import Decoder

_ROOMS = frozenset({"join", "leave", "close_room"})
_PASSED_OVER = frozenset({"server", "upgrade", "ack"})
"""Rows of which nothing is compared: a server's address is another each time, and an ack is told by its emit."""


class What(NamedTuple):
    """Which rows belong together."""

    namespace: str
    """Empty where there is none."""

    direction: str
    kind: str
    event: str
    """The event's name; of joins, leaves and closed rooms the room, of disconnects and refusals the reason."""


@dataclass
class Profile:
    """What is known of the rows that belong together."""

    count: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    errors: dict[str, str] = field(default_factory=dict)
    """Each error without what is volatile -> as it was first seen."""

    shapes: set[str] = field(default_factory=set)
    """The shapes of the arguments."""

    args: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Arguments that were acknowledged, as steady text -> as they were first seen."""

    acks: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=dict)
    """The same text -> what was acknowledged, as steady text -> as it was first seen."""

    asked: int = 0
    """How many acks were asked for."""

    acked: int = 0
    """How many came."""

    recipients: set[int] = field(default_factory=set)
    """Numbers of clients that an emit was sent to."""

    durations: list[float] = field(default_factory=list)
    """Of the handlers, the acks or the requests, in milliseconds."""

    @property
    def ack_shapes(self) -> set[str]:
        """The shapes of what was acknowledged."""
        return {shape_of_args(values) for acks in self.acks.values() for values in acks.values()}


@dataclass
class Account:
    """One capture, as far as it is compared."""

    profiles: dict[What, Profile] = field(default_factory=dict)
    handlers: dict[tuple[str, str], str] = field(default_factory=dict)
    """(namespace, event) -> the function that answers it."""

    clients: set[tuple[str, str]] = field(default_factory=set)
    """(namespace, name) of the lab's own clients that were seen."""


def handlers_of(state: State) -> dict[tuple[str, str], str]:
    """Return the functions that answer events, by (namespace, event); to be called under the log's lock."""
    return {key: handler.registered.function for key, handler, _ in state.handlers()}


def account(rows: Merged, state: State, read: Decoder, handlers: dict[tuple[str, str], str]) -> Account:
    """Give an account of some rows, and of the handlers there were; `state` knows the clients' names."""
    made = Account(handlers=handlers)
    teller = _Teller(made, rows)
    table = traffic.tabulate(rows, state, read)
    for position in range(len(table)):
        teller.tell(table.row(position))
    return made


class _Teller:
    def __init__(self, made: Account, merged: Merged) -> None:
        self._made = made
        self._rows = merged.rows
        times = [row.at for row in self._rows] or [0]
        self._steady = Steady(set(_sids(merged)), min(times), max(times))
        self._emits: dict[int, tuple[Profile, Row]] = {}

    def tell(self, row: Row) -> None:
        """Add one row to the account."""
        if row["client"] is not None and row["namespace"] is not None:
            self._made.clients.add((row["namespace"], row["client"]))
        if row["kind"] == "ack" and row["cause"] in self._emits:
            self._acked(*self._emits[row["cause"]], row["args"], row["ms"])
        if row["kind"] in _PASSED_OVER:
            return
        profile = self._made.profiles.setdefault(self._what(row), Profile())
        self._count(profile, row)
        self._exchanged(profile, row)

    def _what(self, row: Row) -> What:
        kind = row["kind"]
        named = row["to"] if kind in _ROOMS else row["args"][0] if kind == "disconnect" else row["event"]
        return What(row["namespace"] or "", row["direction"], kind, self._steady.line(named or ""))

    def _count(self, profile: Profile, row: Row) -> None:
        profile.count += 1
        if row["status"] is not None:
            profile.statuses[row["status"]] += 1
        if row["error"] is not None:
            profile.errors.setdefault(self._steady.line(row["error"]), row["error"])
        if row["recipients"] is not None:
            profile.recipients.add(row["recipients"])

    def _exchanged(self, profile: Profile, row: Row) -> None:
        if row["kind"] in {"event", "emit", "connect"} and isinstance(row["args"], tuple):
            profile.shapes.add(shape_of_args(row["args"]))
        if row["ack_id"] is not None:
            profile.asked += 1 if row["recipients"] is None else row["recipients"]
            self._emits[row["seq"]] = profile, row
        if row["ack"] is not None:
            self._acked(profile, row, row["ack"], row["ms"])
        elif row["ms"] is not None:
            profile.durations.append(row["ms"])

    def _acked(self, profile: Profile, row: Row, values: Any, ms: float | None) -> None:
        profile.acked += 1
        if ms is not None:
            profile.durations.append(ms)
        text = self._steady.written(row["args"])
        profile.args.setdefault(text, row["args"])
        profile.acks.setdefault(text, {}).setdefault(self._steady.written(values), values)


def _sids(merged: Merged) -> Iterator[str]:
    """Yield all ids of clients and connections that the rows name."""
    for row in merged.rows:
        yield from (getattr(row, name, None) or "" for name in ("sid", "eio_sid"))
        yield from (*getattr(row, "recipients", ()), *getattr(row, "sids", ()), *getattr(row, "skip", ()))
        for member in getattr(row, "members", ()):
            yield from (member.sid, member.eio_sid)

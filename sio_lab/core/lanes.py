"""The sequence diagram as data: a lane for the server and one for each client, and what went between them, in order.

It is folded from records one by one, keeps the newest steps, and may show only those whose row passes a test. What has
a row in the traffic table makes one step, and so does each ack, at the moment it left or came.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.lane_keys import OTHERS, SERVER, Lane, LaneKeys, remember
from sio_lab.core.steps import Step, Told, folded, step_of
from sio_lab.core.wire import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from sio_lab.core.lane_keys import Known
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder

MOST_STEPS = 300
"""How many steps are kept: the newest."""

MOST_LANES = 40
"""How many lanes clients get; beyond that the quietest share one."""

REMEMBERED = 2_000
"""Of how many records it is known what later ones tell of them."""

Test: TypeAlias = "Callable[[Mapping[str, Any]], bool]"
"""Whether a row of the traffic table is shown."""


@dataclass(frozen=True, slots=True)
class Model:
    """A sequence diagram."""

    lanes: tuple[Lane, ...]
    """The server's, the clients' in the order they first appear, and the one that several may share."""

    steps: tuple[Step, ...]
    """Oldest first; all their lanes are in `lanes`."""

    earlier: int = 0
    """How many older steps are not kept."""


@dataclass(slots=True)
class _Open:
    """A record that more may be told of."""

    record: Any
    told: Told
    passes: bool


class Lanes:
    """The fold. To add records in pieces gives the same as to add them at once."""

    def __init__(
        self, state: Callable[[], State], known: Known, test: Test | None = None, read: Decoder = decode
    ) -> None:
        self._state = state
        self._test = test
        self._read = read
        self._keys = LaneKeys(known)
        self._steps: dict[int, Step] = {}
        self._order: dict[str, None] = {}
        self._open: dict[int, _Open] = {}
        self._asked: dict[int, tuple[r.ConnectAsked, r.Handled | None]] = {}
        self.earlier = 0
        """How many steps were dropped to keep the newest."""

        self.changed: dict[int, None] = {}
        """Seqs of steps that came, changed or went; whoever has seen them clears it."""

        self.moves = 0
        """How often lanes turned out to be others than was known: then every step may have changed."""

    def add(self, records: Iterable[r.Record]) -> None:
        """Take in records, oldest first, each once."""
        for record in records:
            self._move(self._keys.learn(record))
            self._take(record)

    def steps(self) -> dict[int, Step]:
        """Return the steps by seq, oldest first, each between lanes of its own clients."""
        return self._steps

    def lanes(self, keep: Collection[str] = ()) -> tuple[Lane, ...]:
        """Return the lanes to draw. Those in `keep`, which are on display, stay where that leaves room for all.

        Where there are too many, one that is on display goes only for another that is much busier.
        """
        busy = self._busy()
        clients = [key for key in self._order if key in busy or key in keep]
        if len(clients) > MOST_LANES:
            clients = [key for key in clients if key in busy]
        others: tuple[Lane, ...] = ()
        if len(clients) > MOST_LANES:
            clients.sort(key=lambda key: -(2 * busy[key] + 3 if key in keep else busy[key]))
            others = (Lane(OTHERS, count=len(clients) - MOST_LANES + 1),)
            clients = clients[: MOST_LANES - 1]
        chosen = set(clients)
        return (self._keys.lane(SERVER), *(self._keys.lane(key) for key in self._order if key in chosen), *others)

    def model(self) -> Model:
        """Return the diagram as it stands."""
        lanes = self.lanes()
        shown = {lane.key for lane in lanes}
        steps = (replace(step, source=ends[0], targets=ends[1]) for step, ends in self._folded(shown))
        return Model(lanes, tuple(steps), self.earlier)

    def _folded(self, shown: Collection[str]) -> Iterable[tuple[Step, tuple[str, tuple[str, ...]]]]:
        return ((step, folded(step, shown)) for step in self._steps.values())

    def _busy(self) -> Counter[str]:
        """Count the steps of each client; to be one of many recipients is to be there, but quiet."""
        busy: Counter[str] = Counter()
        groups = {step.targets: None for step in self._steps.values() if len(step.targets) > 1}
        busy.update(dict.fromkeys((key for group in groups for key in group), 0))
        for step in self._steps.values():
            busy[step.source] += 1
            if len(step.targets) == 1:
                busy[step.targets[0]] += 1
        return busy

    def _take(self, record: r.Record) -> None:
        if isinstance(record, r.ConnectAsked):
            remember(self._asked, record.seq, (record, None), REMEMBERED)
        elif isinstance(record, r.Handled):
            self._handled(record)
        elif isinstance(record, r.AckSent) or (isinstance(record, r.AckReceived) and not traffic.is_row(record)):
            self._acked(record)
        elif traffic.is_row(record):
            self._row(record)

    def _row(self, record: Any) -> None:
        asked, handled = self._asked.pop(getattr(record, "asked", None) or 0, (None, None))
        entry = _Open(record, Told(handled, None, asked), passes=False)
        if isinstance(record, (r.EventReceived, r.Emitted, r.Disconnected, r.SocketOpened)):
            remember(self._open, record.seq, entry, REMEMBERED)
        self._show(entry)

    def _handled(self, record: r.Handled) -> None:
        asked = self._asked.get(record.of)
        if asked is not None:
            self._asked[record.of] = (asked[0], record)
        entry = self._open.get(record.of)
        if entry is not None:
            entry.told = replace(entry.told, handled=record)
            self._show(entry)

    def _acked(self, record: r.AckSent | r.AckReceived) -> None:
        entry = self._open.get(record.of or 0)
        if entry is not None:
            entry.told = replace(entry.told, ack=record)
            self._show(entry)
        if self._test is None or (entry is not None and entry.passes):
            self._put(step_of(record, self._keys))

    def _show(self, entry: _Open) -> None:
        """Put the step of a record where it passes; what has scrolled away does not come back."""
        seq, was_there = entry.record.seq, entry.passes
        entry.passes = self._passes(entry)
        if entry.passes and (seq in self._steps or not was_there):
            self._put(step_of(entry.record, self._keys, entry.told))
        elif not entry.passes and seq in self._steps:
            del self._steps[seq]
            self.changed[seq] = None

    def _passes(self, entry: _Open) -> bool:
        if self._test is None:
            return True
        seq, told = entry.record.seq, entry.told
        merged = traffic.Merged([entry.record], outcomes=self._state().outcomes)
        if told.handled is not None:
            merged.handled[told.handled.of] = told.handled
        if told.ack is not None:
            merged.acks[seq] = told.ack
        if told.asked is not None:
            merged.asked[told.asked.seq] = told.asked
        return self._test(traffic.tabulate(merged, self._state(), self._read).row(0))

    def _put(self, step: Step) -> None:
        is_late = step.seq not in self._steps and bool(self._steps) and step.seq < next(reversed(self._steps))
        if is_late and len(self._steps) >= MOST_STEPS and step.seq < next(iter(self._steps)):
            self.earlier += 1
            return
        self._steps[step.seq] = step
        if is_late:
            self._steps = dict(sorted(self._steps.items()))
        for key in (step.source, *step.targets):
            if key != SERVER and key not in self._order:
                remember(self._order, key, None, 10 * REMEMBERED)
        self.changed[step.seq] = None
        while len(self._steps) > MOST_STEPS:
            del self._steps[next(iter(self._steps))]
            self.earlier += 1

    def _move(self, moved: Mapping[str, str]) -> None:
        if not moved:
            return
        self.moves += 1
        self._order = dict.fromkeys(moved.get(key, key) for key in self._order)
        for seq, step in self._steps.items():
            ends = tuple(dict.fromkeys(moved.get(key, key) for key in step.targets))
            self._steps[seq] = replace(step, source=moved.get(step.source, step.source), targets=ends)

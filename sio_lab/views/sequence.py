"""The live sequence diagram: its feed, its view, and the pictures of it that stay."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from sio_lab.core.filters import parse
from sio_lab.core.lane_keys import OTHERS, SERVER, known_of
from sio_lab.core.lanes import MOST_STEPS, Lanes
from sio_lab.core.steps import folded
from sio_lab.core.traffic import TRAFFIC
from sio_lab.core.wire import decode
from sio_lab.views import html, values
from sio_lab.views.diagram import arrow, drawn, head, told
from sio_lab.views.mermaid import mermaid
from sio_lab.views.sequence_svg import svg
from sio_lab.views.sequence_text import sequence
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sio_lab.core.lane_keys import Lane
    from sio_lab.core.log import Log
    from sio_lab.core.steps import Step
    from sio_lab.core.wire import Decoder
    from sio_lab.views.diagram import Diagram
    from sio_lab.views.view import Answer

NEWEST = 4_000
"""How many records are looked at, at once: the newest."""

NEWEST_FILTERED = 20_000
"""How many, when a filter begins: what passes it may be rare."""

MOST_SENT = 40
"""How many steps a patch carries; the others are counted."""

STILL_STEPS = 100
"""How many steps a picture has."""

MOST_NUMBERS = 10_000
"""How many lanes have had a number, before they are numbered anew."""

_NUMBERS = {SERVER: 0, OTHERS: 1}


class SequenceFeed:
    """What a sequence diagram shows: lanes and steps, the newest 300 of those whose row passes a filter.

    A state, and a patch that says `whole`, is `{lanes, steps, earlier, filter, keep}`; other patches have `steps` that
    came or changed, `gone`, the seqs of those that went, `skipped`, how many came and were left out since, with the
    `before` seq they would stand before, and `lanes` where these have changed. A step names lanes by number.
    """

    def __init__(self, log: Log, read: Decoder = decode, filter_text: str = "") -> None:
        self._log = log
        self._read = read
        self._numbers = dict(_NUMBERS)
        self._restarts = 0
        self._epoch = (0, 0)
        self._lanes: tuple[Lane, ...] = ()
        self._begin(filter_text)

    @property
    def filter(self) -> str:
        """The filter, as it was typed."""
        return self._filter

    def state(self) -> dict[str, Any]:
        """Return all lanes and steps of now."""
        self._sync()
        self._lanes = self._chosen()
        shown = _keys(self._lanes)
        self._have_sent(self._fold.steps())
        steps = [self._told(step, shown) for step in self._fold.steps().values()]
        told_lanes = list(map(self._lane, self._lanes))
        return {
            "lanes": told_lanes,
            "steps": steps,
            "earlier": self._fold.earlier,
            "filter": self._filter,
            "keep": MOST_STEPS,
            "whole": True,
        }

    def patch(self) -> dict[str, Any] | None:
        """Return the steps that came or changed since the last patch, and the lanes where these have changed."""
        epoch = self._sync()
        changed = list(self._fold.changed)
        self._fold.changed.clear()
        before = self._lanes
        if not changed and epoch == self._epoch:
            return None
        lanes = self._chosen()
        # Who shares a lane has changed, and with that perhaps every step.
        is_folded_anew = OTHERS in _keys((*lanes, *before)) and _keys(lanes) != _keys(before)
        if epoch != self._epoch or is_folded_anew:
            self._epoch = epoch
            return self.state()
        self._lanes = lanes
        return self._changes(changed) | ({} if lanes == before else {"lanes": list(map(self._lane, lanes))})

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Show what passes another filter. Raises FilterError, and changes nothing, where it can't be read."""
        if "filter" in wishes:
            self._begin(str(wishes["filter"]))

    def diagram(self) -> Diagram:
        """Return what there is to show now, ready to be drawn."""
        self._sync()
        return drawn(self._fold.model(), self._read, values.visible(self._filter))

    def _begin(self, filter_text: str) -> None:
        wanted = parse(filter_text, tuple(column.name for column in TRAFFIC))
        self._filter = filter_text
        self._test = wanted.matches if wanted.terms else None
        self._restarts += 1
        self._anew(NEWEST_FILTERED if self._test else NEWEST)
        self._epoch = self._sync()

    def _anew(self, newest: int) -> None:
        self._fold = Lanes(lambda: self._log.state, known_of(self._log), self._test, self._read)
        self._seen = max(self._log.last_seq - newest, 0)
        self._lanes = ()
        self._sent: set[int] = set()
        self._newest = 0

    def _sync(self) -> tuple[int, int]:
        """Read what is new in the log; returns what differs from the last time where every step may have changed."""
        if self._log.last_seq - self._seen > NEWEST_FILTERED:
            # What was between is not looked at: of older steps nobody would know any more how they ended.
            self._restarts += 1
            self._anew(NEWEST)
        if len(self._numbers) > MOST_NUMBERS:
            self._restarts += 1
            self._numbers = dict(_NUMBERS)
        records = self._log.since(self._seen)
        if records:
            self._seen = records[-1].seq
            self._fold.add(records)
        return self._restarts, self._fold.moves

    def _chosen(self) -> tuple[Lane, ...]:
        """Return the lanes to show: those that are there stay, so that the picture does not jump."""
        return self._fold.lanes(_keys(self._lanes))

    def _changes(self, changed: list[int]) -> dict[str, Any]:
        steps, shown = self._fold.steps(), _keys(self._lanes)
        there = sorted(seq for seq in changed if seq in steps)
        old = [seq for seq in there if seq in self._sent][-MOST_SENT:]
        new = [seq for seq in there if seq not in self._sent and (seq > self._newest or self._test)]
        left_out = {"skipped": len(new) - MOST_SENT, "before": new[-MOST_SENT]} if len(new) > MOST_SENT else {}
        new = new[-MOST_SENT:]
        gone = [seq for seq in changed if seq in self._sent and seq not in steps]
        self._have_sent(new)
        told_steps = [self._told(steps[seq], shown) for seq in (*old, *new)]
        return {"steps": told_steps, "gone": gone, "earlier": self._fold.earlier, **left_out}

    def _have_sent(self, seqs: Iterable[int]) -> None:
        steps = self._fold.steps()
        self._sent = {seq for seq in self._sent if seq in steps}.union(seqs)
        self._newest = next(reversed(steps), 0)

    def _told(self, step: Step, shown: set[str]) -> dict[str, Any]:
        return told(arrow(step, folded(step, shown), self._read), self._number)

    def _lane(self, lane: Lane) -> dict[str, Any]:
        drawn_head = head(lane)
        number = self._number(lane.key)
        return {"id": number, "label": drawn_head.label, "full": drawn_head.full, "kind": drawn_head.kind}

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


class SequenceView(View):
    """A sequence diagram, live. The page may ask for `svg` and `mermaid`, which are texts."""

    stem: ClassVar[str] = "sequence"

    def __init__(
        self, log: Log, read: Decoder = decode, filter_text: str = "", answers: Mapping[str, Answer] | None = None
    ) -> None:
        self._feed = SequenceFeed(log, read, filter_text)
        self._filter = filter_text
        own = {"svg": lambda: svg(self.diagram()), "mermaid": lambda: mermaid(self.diagram())}
        super().__init__({"sequence": self._feed}, {**(answers or {}), **own})
        self._log, self._read = log, read

    def options(self) -> dict[str, Any]:
        """Return what the page is told once: the title, and the filter to begin with."""
        return {"title": "sequence", "filter": self._filter}

    def diagram(self) -> Diagram:
        """Return the diagram of now, by the filter that the page shows."""
        # A feed of its own: this is asked in another thread than the one that refreshes.
        return SequenceFeed(self._log, self._read, self._feed.filter).diagram()

    def still(self) -> dict[str, str]:
        """Return the picture of now: aligned text, and the newest steps as an SVG."""
        diagram = self.diagram()
        return {"text/plain": sequence(diagram), "text/html": picture(diagram)}


def picture(diagram: Diagram) -> str:
    """Return a diagram as HTML: its newest steps as an SVG, in sight the last ones."""
    arrows = diagram.arrows[-STILL_STEPS:]
    hidden = diagram.earlier + len(diagram.arrows) - len(arrows)
    counted = f"{len(arrows)} step{'' if len(arrows) == 1 else 's'}" if arrows else "nothing yet"
    label = html.element("span", "sequence", look="sio-title")
    label += html.element("span", counted + (f", {hidden:,} earlier not shown" if hidden else ""), look="sio-count")
    if diagram.filter:
        label += html.element("code", html.element("bdi", escape(diagram.filter)), "filter", "sio-filter")
    shown = svg(replace(diagram, arrows=arrows)) if arrows else ""
    scroll = html.element("div", shown, look="sio-scroll", tabindex="0", role="region", aria_label="sequence")
    return html.page("table", html.element("p", label, look="sio-head") + (scroll if arrows else ""))


def _keys(lanes: tuple[Lane, ...]) -> set[str]:
    return {lane.key for lane in lanes}

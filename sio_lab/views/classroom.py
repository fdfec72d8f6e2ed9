"""The class on a projector: link, code and QR as large as they go, who is in, and what the teacher can do.

The code is nowhere in what the page is told at first, nor in its feed: front ends may save that with the notebook. The
page asks for it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.views import class_card, qr, values
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.views.class_card import ClassNow
    from sio_lab.views.view import Answer

    Look = Callable[[], ClassNow | None]

EVERY = 0.25
"""Seconds between two looks at the class, at least."""

MOST = 120
"""How many students are told one by one."""


class ClassFeed:
    """Who is in, and what holds for them; a patch tells those parts that have changed, whole.

    State: `{open, invitation, links: [text], paused, locked, rate, count, students: [[eio_sid, name, full]], more}`;
    `invitation` is a number that changes when link or code do: then the page asks anew. Of no class, `{open: false}`.
    """

    def __init__(self, look: Look, clock: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._clock = clock
        self._told: dict[str, Any] = {}
        self._due = float("-inf")
        self._invitations: list[str] = []

    def state(self) -> dict[str, Any]:
        """Return all there is to know."""
        now = self._now()
        # Later on, another page may know less than this one is told now: patches go on from the last one.
        self._told = self._told or now
        return now

    def patch(self) -> dict[str, Any] | None:
        """Return those parts that have changed; None where none has, or it is too soon."""
        at = self._clock()
        if at < self._due:
            return None
        self._due = at + EVERY
        before, self._told = self._told, self._now()
        return {name: part for name, part in self._told.items() if name not in before or before[name] != part} or None

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Raise LabError: there is nothing to choose."""
        raise LabError(f"The class is shown whole; it can't be asked for {', '.join(map(repr, wishes))}.")

    def _now(self) -> dict[str, Any]:
        now = self._look()
        if now is None:
            return {"open": False}
        named = [
            [student.eio_sid, values.visible(student.name, class_card.NAME), values.visible(student.name, values.LONG)]
            for student in now.students[:MOST]
        ]
        return {
            "open": True,
            "invitation": self._number(now.invitation),
            "links": list(now.links),
            "paused": now.paused,
            "locked": now.locked,
            "rate": now.rate,
            "count": len(now.students),
            "students": named,
            "more": max(len(now.students) - MOST, 0),
        }

    def _number(self, invitation: str) -> int:
        if invitation not in self._invitations:
            self._invitations.append(invitation)
        return self._invitations.index(invitation)


def invitation_of(now: ClassNow | None) -> dict[str, Any]:
    """Return what a page shows to let students in: `{link, others, code, size, path}`, the QR as an SVG path.

    Raises LabError where there is no class.
    """
    if now is None:
        raise LabError("The class has ended: %sio start --join begins another.")
    drawn = qr.drawing(now.invitation)
    code = class_card.grouped(now.code)
    return {"link": now.links[0], "others": list(now.links[1:]), "code": code, "size": drawn.size, "path": drawn.path}


class ClassroomView(View):
    """The card in a cell. `answers` are `invitation` and what the teacher does, each of which returns `{text}`."""

    stem = "classroom"

    def __init__(self, look: Look, answers: Mapping[str, Answer]) -> None:
        super().__init__({"class": ClassFeed(look)}, answers)
        self._look = look

    def still(self) -> dict[str, str]:
        """Return the picture of now, without the code."""
        now = self._look()
        return {"text/plain": class_card.kept_text(now), "text/html": class_card.kept_html(now)}

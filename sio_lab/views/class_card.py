"""The card of a class as it is told once: with its code in a terminal, without it where a notebook may be saved."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

from sio_lab.views import html as markup
from sio_lab.views import qr, values

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = 40
"""Characters of a student's name that are shown."""

LISTED = 12
"""How many students a card that is told once names."""

_GROUP = 4
_INDENT = "  "


class Student(Protocol):
    """One who is in the class."""

    @property
    def name(self) -> str:
        """As typed, or as the teacher has it since."""

    @property
    def eio_sid(self) -> str:
        """The connection."""


class ClassNow(Protocol):
    """What is true of a class at a moment."""

    @property
    def links(self) -> Sequence[str]:
        """Where students may come in, the likeliest first."""

    @property
    def code(self) -> str:
        """What they need for that."""

    @property
    def invitation(self) -> str:
        """What the QR holds."""

    @property
    def paused(self) -> bool:
        """Whether their events are refused."""

    @property
    def locked(self) -> bool:
        """Whether nobody else is let in."""

    @property
    def rate(self) -> float | None:
        """How many events a second each may send; None for no limit."""

    @property
    def students(self) -> Sequence[Student]:
        """Who is connected, in the order in which they came."""


def as_text(now: ClassNow) -> str:
    """Return link, code, QR and who is in, for a terminal."""
    told = [f"link  {now.links[0]}", f"code  {grouped(now.code)}", *others(now)]
    drawn = qr.half_blocks(now.invitation).splitlines()
    return "\n".join(["A class may come in.", *(_INDENT + line for line in (*told, "", *drawn, "", who(now)))])


def kept_text(now: ClassNow | None) -> str:
    """Return what a saved notebook may tell of a class: all but its code."""
    if now is None:
        return "The class has ended."
    return f"A class at {now.links[0]}: {who(now)}. Its code is not kept in the notebook: %sio classroom shows it."


def kept_html(now: ClassNow | None) -> str:
    """Return the same as HTML."""
    text = escape(kept_text(now))
    if now is not None:
        link = escape(now.links[0])
        # Plain text, and no link: whoever opens the notebook later is in no class.
        text = text.replace(link, markup.element("strong", link), 1)
    return markup.page("classroom", markup.element("p", text))


def grouped(code: str) -> str:
    """Return a code in groups, as it is read out; one that comes in groups stays as it is."""
    if not code.isalnum() or len(code) <= _GROUP:
        return code
    width = 3 if len(code) % 3 == 0 else _GROUP
    return " ".join(code[place : place + width] for place in range(0, len(code), width))


def who(now: ClassNow) -> str:
    """Return how many are in, and their names."""
    count = len(now.students)
    counted = f"{count} student{'' if count == 1 else 's'} in"
    names = ", ".join(values.visible(student.name, NAME) for student in now.students[:LISTED])
    more = f" and {count - LISTED} more" if count > LISTED else ""
    return f"{counted}: {names}{more}" if names else counted


def others(now: ClassNow) -> list[str]:
    """Return what is said of the other links, where there are any."""
    if len(now.links) == 1:
        return []
    return [f"This machine is in several networks. If that link fails: {', '.join(now.links[1:])}"]

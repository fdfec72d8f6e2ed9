"""The page where a class is joined: a plain form, which works without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

import sio_lab.server.web

FOLDER = Path(sio_lab.server.web.__file__).parent / "join"
ASSETS = {
    "join.css": ("text/css; charset=utf-8", (FOLDER / "join.css").read_bytes()),
    "join.js": ("text/javascript; charset=utf-8", (FOLDER / "join.js").read_bytes()),
}
"""Name -> type and text of what the page loads."""

_FORM = (FOLDER / "join.html").read_text(encoding="utf-8")
_INSIDE = (FOLDER / "inside.html").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Filled:
    """What stands on the page; all of it is escaped."""

    code: str = ""
    name: str = ""
    where: str = ""
    """Where to go on to, as it was asked for."""

    trouble: str = ""
    """Why it did not work; an empty text where it was not tried."""

    inside: str = ""
    """The address of what lies behind, for who is in already."""

    is_locked: bool = False
    """Whether nobody joins now."""


def page(filled: Filled, base: str) -> bytes:
    """Return the page; `base` is the relative address of the place to join."""
    text = _INSIDE if filled.inside else _FORM
    trouble = filled.trouble or ("The class is closed now: ask the teacher to open it." if filled.is_locked else "")
    parts = {
        "BASE": base,
        "CODE": filled.code,
        "NAME": filled.name,
        "NEXT": filled.where,
        "TROUBLE": trouble,
        "INSIDE": filled.inside,
        "KNOWN": "known" if filled.code and not filled.trouble else "asked",
    }
    pieces = text.split("%%")
    # Every other piece is the name of a part: what is filled in is not looked through again.
    return "".join(escape(parts[each]) if odd % 2 else each for odd, each in enumerate(pieces)).encode()

"""Names that others choose: cleaned, so that they can stand anywhere, and unlike all other names."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 40
"""So many characters of a name are kept."""

_READ = 10 * LONGEST
_JOINERS = "\u200c\u200d"
"""They make no sense alone, but join emoji, and the letters of Persian and Indian scripts."""


def clean(name: str) -> str:
    """Return a name without what is not seen or turns the text around it; an empty text where nothing is left.

    NFC; no control, format, private and unassigned characters and no surrogates; each run of blanks one blank; at most
    `LONGEST` characters.
    """
    seen = "".join(map(_seen, unicodedata.normalize("NFC", name[:_READ])))
    text = " ".join(seen.split())[:LONGEST].strip()
    return text if any(map(_is_visible, text)) else ""


def unlike(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number where it looks like one of those `taken`: `Ada`, `Ada 2`, `Ada 3`."""
    known = set(map(likeness, taken))
    if likeness(name) not in known:
        return name
    numbered = (_numbered(name, number) for number in itertools.count(2))
    return next(each for each in numbered if likeness(each) not in known)


def likeness(name: str) -> str:
    """Return what two names share that a reader would take for the same: big and small, wide and narrow letters."""
    return unicodedata.normalize("NFKC", name).casefold()


def _numbered(name: str, number: int) -> str:
    ending = f" {number}"
    return name[: LONGEST - len(ending)].rstrip() + ending


def _seen(character: str) -> str:
    if character in _JOINERS:
        return character
    kind = unicodedata.category(character)
    # Cc control, Cf format (among them what turns the direction of writing), Zl and Zp line ends.
    return " " if kind in {"Cc", "Zl", "Zp", "Zs"} else "" if kind in {"Cf", "Cs", "Co", "Cn"} else character


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"

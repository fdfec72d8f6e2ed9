"""Names that others choose: cleaned, so that they can stand anywhere, and unlike all other names."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 40
"""So many characters of a name are kept."""

_READ = 10 * LONGEST
_JOINERS = "\u200c\u200d"
"""They make no sense alone, but join emoji, and the letters of Persian and Indian scripts."""

_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols to Unicode, blanks to a reader: fillers of Hangul, and Braille without a dot."""

_UNSEEN = re.compile(f"[{_JOINERS}\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What makes no other name to a reader: joiners, and what chooses among the shapes of the character before."""


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
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", name).casefold())


def _numbered(name: str, number: int) -> str:
    ending = f" {number}"
    return name[: LONGEST - len(ending)].rstrip() + ending


def _seen(character: str) -> str:
    if character in _JOINERS:
        return character
    if character in _BLANKS:
        return " "
    kind = unicodedata.category(character)
    # Cc control, Cf format (among them what turns the direction of writing), Zl and Zp line ends.
    return " " if kind in {"Cc", "Zl", "Zp", "Zs"} else "" if kind in {"Cf", "Cs", "Co", "Cn"} else character


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"

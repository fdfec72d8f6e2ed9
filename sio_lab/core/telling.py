"""Words for sentences about traffic: names, values, clients and durations, each bounded, and code to paste."""

from __future__ import annotations

import keyword
import re
import reprlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sio_lab.core.state import State

LONGEST = 60
"""Characters of a name that a sentence shows."""

PASTED = 200
"""A name that is longer is not put into code: nobody wrote it by hand."""

SHORT_SID = 8
"""So many characters of a sid tell clients apart, and name one to the lab."""

LISTED = 5
"""How many things a sentence lists."""

_LONG_MS = 999.5
_NO_NAME = re.compile(r"\W+")
_BEGINNINGS = frozenset(
    {"a", "an", "another", "client", "everybody", "no", "nobody", "nothing", "the", "there", "this", "what"}
)
"""Words that hints begin with; all else is taken for a name."""

_short = reprlib.Repr()
_short.maxstring = _short.maxother = LONGEST


def quoted(value: object) -> str:
    """Return a name or a value as Python writes it, shortened where it is long."""
    return _short.repr(value)


def who(state: State, sid: str | None) -> str:
    """Return what a client is called: its name, else the beginning of its sid."""
    if sid is None:
        return "a client that is not connected"
    return state.name_of(sid) or sid[:SHORT_SID]


def listed(names: Iterable[str], most: int = LISTED) -> str:
    """Return names one after another, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def counted(number: int, word: str) -> str:
    """Return a number and its word: 1 client, 2 clients."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def rows(seqs: Collection[int]) -> str:
    """Return the numbers of rows: row 7; rows 7, 9."""
    return f"row{'' if len(seqs) == 1 else 's'} {listed(map(str, seqs))}"


def lasted(nanoseconds: float) -> str:
    """Return a duration as `0.25 ms`, `12.3 ms` or `4.20 s`."""
    ms = nanoseconds / 1e6
    return f"{ms / 1e3:,.2f} s" if ms >= _LONG_MS else f"{ms:.3g} ms"


def decorator(event: str, namespace: str) -> str:
    """Return the line that has a function answer an event."""
    place = "" if namespace == "/" else f", namespace={namespace!r}"
    return f"@socketio.on({event!r}{place})"


def handler(event: str, namespace: str, count: int) -> str:
    """Return a handler to paste, for an event that comes with so many arguments; empty where its name is too long."""
    if len(event) > PASTED or len(namespace) > PASTED:
        return ""
    return f"{decorator(event, namespace)}\ndef {function_name(event)}({_parameters(count)}):\n    ..."


def function_name(event: str) -> str:
    """Return a name that a function answering an event may have."""
    name = _NO_NAME.sub("_", event).strip("_")
    if not name.isidentifier() or keyword.iskeyword(name):
        name = f"on_{name}" if name else "on_event"
    return name if name.isidentifier() else "on_event"


def sentence(text: str) -> str:
    """Return a hint as a sentence of its own; one that begins with a name or with code begins as it did."""
    end = "" if text.endswith((".", "!", "?")) else "."
    first = text[:1].upper() if text.partition(" ")[0] in _BEGINNINGS else text[:1]
    return f"{first}{text[1:]}{end}"


def first_line(text: str | None) -> str:
    """Return what an error says in its first line."""
    return (text or "").partition("\n")[0]


def below(sentence: str, code: str) -> str:
    """Put code to paste below a sentence."""
    return f"{sentence}\n{code}" if code else sentence


def _parameters(count: int) -> str:
    return ("", "data")[count] if count in {0, 1} else "*args"

"""What is offered for each kind of value, and how a name is written so that a line is read back as it was meant."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from sio_lab.commands import values
from sio_lab.commands.files import files_at
from sio_lab.commands.table import VERBS
from sio_lab.core.known import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sio_lab.core.known import Known, Way

MOST = 500
"""How many candidates are offered at most: as many as IPython shows."""

HOSTS = ("127.0.0.1", "localhost")
TRANSPORTS = ("polling", "websocket")
SCOPES = ("client", "sid", "room")
"""What may stand before a colon to say what a WHO is."""

FILE, FOLDER = "file", "folder"
"""What a path is of; that of a folder may go on."""

_HIGHEST_ROOM = 10**15
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SCOPED = re.compile(rf"(?:{'|'.join(SCOPES)}):")
_BARE = re.compile(r"[\w/*][\w/.:@*+-]*")
_PATH = re.compile(r"[\w/.~][\w/.~:@+-]*")
_INTEGER = re.compile(r"\d+")
_ESCAPED = re.compile(r"[\"\\]")
_JOINERS = "\u200c\u200d"
"""Not printable by themselves, yet part of Persian words and of emojis."""


class Candidate(NamedTuple):
    """A text that may be put in the place of what was typed."""

    text: str

    what: str
    """What it is, in a word: `verb`, `event`, `room`, ..."""


class Completed(NamedTuple):
    """What may stand at a cursor."""

    start: int
    """Where the text begins that a candidate replaces; it ends at the cursor."""

    candidates: list[Candidate]
    """In the order to show them; none where the place is known and nothing fits."""


class Group(NamedTuple):
    """Names of one sort. A set's are shown sorted, those of anything else in their order."""

    what: str
    names: Iterable[object]


class Offer(NamedTuple):
    """A name that fits what was typed."""

    name: str | int
    what: str
    scope: str = ""
    """What to put before a colon, lest the name be taken for something else."""

    @property
    def text(self) -> str:
        """The name with its scope."""
        return f"{self.scope}:{self.name}" if self.scope else str(self.name)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed so far of one word."""

    name: str
    """The name's beginning, without scope and quote."""

    quote: str = ""
    """The quote that is open."""

    scope: str = ""
    """What stands before a colon and decides what a WHO is."""

    is_closed: bool = False
    """Whether the quote that closes it stands behind the cursor already, as many editors put it there."""


def offers_for(kind: values.Kind, known: Known, typed: Typed, way: Way) -> list[Offer] | None:
    """Return what fits for a kind of value, which of an event is the way it goes; None where nothing is known of it."""
    if kind is values.EVENT:
        return fitting([Group("event", known.events(way))], typed.name)
    if kind is values.WHO:
        return _people(known, typed)
    if kind is values.FILE:
        folders, files = files_at(typed.name)
        return [
            Offer(name, what)
            for what, names in ((FOLDER, folders), (FILE, files))
            for name in names
            if _is_sendable(name)
        ]
    groups = _GROUPS.get(kind)
    return None if groups is None else fitting(groups(known), typed.name)


def fitting(groups: Iterable[Group], start: str) -> list[Offer]:
    """Return the names that begin with `start`, upper and lower case alike; at most `MOST`."""
    start = start.casefold()
    found: list[Offer] = []
    for what, names in groups:
        left = MOST - len(found)
        fits: list[str | int] = [*_numbers(names, start), *_texts(names, start)] if left else []
        found += [Offer(name, what) for name in fits[:left]]
    return found


def written(offer: Offer, typed: Typed) -> str | None:
    """Write an offer as a word of a `%sio` line; None where what was typed already does not allow it."""
    if isinstance(offer.name, int) and not typed.quote:
        return offer.text
    if offer.what in {FOLDER, FILE}:
        return _path(offer.text, typed)
    if typed.quote and not typed.scope:
        # In quotes a text is never an integer.
        return _quoted(offer.text, typed) if isinstance(offer.name, str) or offer.scope else None
    if not typed.quote and _BARE.fullmatch(offer.text) and not _INTEGER.fullmatch(offer.text):
        return offer.text
    name = _quoted(str(offer.name), typed)
    return f"{offer.scope}:{name}" if offer.scope and name is not None else name


def is_printable(text: str) -> bool:
    """Whether a text looks like what it is, so that it may stand in a line unescaped."""
    return text.isprintable() or all(character.isprintable() or character in _JOINERS for character in text)


def _people(known: Known, typed: Typed) -> list[Offer]:
    if typed.scope:
        found = fitting([Group(typed.scope, _SCOPE_NAMES[typed.scope](known))], typed.name)
        return [offer._replace(scope=typed.scope) for offer in found]
    clients, rooms = known.clients, known.rooms
    found = fitting([Group("client", clients), Group("room", rooms), Group("sid", known.nameless)], typed.name)
    unclear = clients & rooms
    is_unclear = (offer.name in unclear or _SCOPED.match(offer.text) is not None for offer in found)
    return [offer._replace(scope=offer.what) if each else offer for offer, each in zip(found, is_unclear, strict=True)]


def _numbers(names: Iterable[object], start: str) -> list[int]:
    others = (name for name in names if type(name) is not str)
    numbers = [int(name) for name in others if isinstance(name, int) and not isinstance(name, bool)]
    fits = [number for number in numbers if abs(number) < _HIGHEST_ROOM and str(number).startswith(start)]
    return sorted(fits) if isinstance(names, (set, frozenset)) else fits


def _texts(names: Iterable[object], start: str) -> list[str]:
    fits = [
        name
        for name in names
        if isinstance(name, str)
        and 0 < len(name) <= LONGEST_NAME
        and (not start or name.casefold().startswith(start))
        and _is_sendable(name)
    ]
    if isinstance(names, (set, frozenset)):
        # To sort all of ten thousand takes longer than to find the first of them.
        fits = nsmallest(MOST, fits, key=str.casefold) if len(fits) > MOST else fits
        fits.sort(key=lambda name: (name.casefold(), name))
    return [str.__str__(name) for name in fits[:MOST]]


def _path(text: str, typed: Typed) -> str | None:
    if not typed.quote and _PATH.fullmatch(text):
        return text
    written = _quoted(text, typed)
    is_open = written is not None and text.endswith("/") and not typed.is_closed
    return written[:-1] if written is not None and is_open else written


def _is_sendable(name: str) -> bool:
    # A surrogate, half a character, can't be sent to a front end.
    return name.isascii() or _SURROGATE.search(name) is None


def _quoted(text: str, typed: Typed) -> str | None:
    if typed.quote == "'" and is_printable(text) and "'" not in text:
        return f"'{text}" if typed.is_closed else f"'{text}'"
    if typed.quote == "'" and typed.is_closed:
        return None
    inner = text if text.isprintable() and not _ESCAPED.search(text) else "".join(map(_escaped, text))
    return f'"{inner}' if typed.is_closed else f'"{inner}"'


def _escaped(character: str) -> str:
    """Write a character as JSON has it in double quotes, so that none breaks the line or misleads the eye."""
    return character if is_printable(character) and character not in '"\\' else json.dumps(character)[1:-1]


_SCOPE_NAMES: Mapping[str, Callable[[Known], Iterable[object]]] = {
    "client": lambda known: known.clients,
    "sid": lambda known: known.connected,
    "room": lambda known: known.rooms,
}
_GROUPS: Mapping[values.Kind, Callable[[Known], list[Group]]] = {
    values.ROOM: lambda known: [Group("room", known.rooms)],
    values.NAME: lambda known: [Group("client", known.all_clients)],
    values.NAMESPACE: lambda known: [Group("namespace", {name for name in known.namespaces if name.startswith("/")})],
    values.FORM: lambda _known: [Group("form", values.FORMS)],
    values.VERB: lambda _known: [Group("verb", list(VERBS))],
    values.ROW: lambda known: [Group("row", known.rows)],
    values.ROW_OR_LAST: lambda known: [Group("row", [values.LAST]), Group("row", known.rows)],
    values.FORM: lambda _known: [Group("form", values.FORMS)],
    values.HOST: lambda _known: [Group("host", HOSTS)],
    values.ORIGIN: lambda _known: [Group("origin", ["*"])],
    values.TRANSPORT: lambda _known: [Group("transport", TRANSPORTS)],
    values.SERVED: lambda known: [Group("variable", set(known.served))],
    values.PATH: lambda known: [Group("path", set(known.paths))],
    values.MODULE: lambda _known: [],
    values.PARAMETER: lambda _known: [],
    values.JSON: lambda _known: [],
    values.PORT: lambda _known: [],
    values.SECONDS: lambda _known: [],
    values.SPEED: lambda _known: [],
    values.RATE: lambda _known: [Group("rate", [values.OFF])],
    values.TEXT: lambda _known: [],
}
"""Kind -> what there is to choose from; nothing where it is the user's to say."""

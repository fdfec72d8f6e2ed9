"""Completion of a filter: its keys, and the values that a key may have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sio_lab.commands.offers import TRANSPORTS, Candidate, Completed, Group, Typed, fitting, is_printable
from sio_lab.core import columns, filters
from sio_lab.core.acks import ACKS
from sio_lab.core.traffic import TRAFFIC
from sio_lab.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sio_lab.commands.offers import Offer
    from sio_lab.core.known import Known

ORIGINS = ("handler", "task", "callback", "route", "cell", "panel", "class")

_OPEN = r""" "(?:[^"\\]++|\\.)*+(?:"|\\?\Z) | '(?:[^'\\]++|\\.)*+(?:'|\\?\Z) """
_WORD = re.compile(rf"(?: (?<![^\s:,=<>-]) (?:{_OPEN}) | \S )++", re.DOTALL | re.VERBOSE)
_HEAD = re.compile(r"([^\W\d]\w*+)(>=|<=|[:><=])")
_VALUE = re.compile(rf"(?: {_OPEN} | [^\s,]*+ )", re.DOTALL | re.VERBOSE)
_PLAIN = re.compile(r"[\w/.@-]+")
_SPECIAL = re.compile(r"([\\*\"'])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def last_word(text: str) -> int:
    """Return where the word begins at whose end the text ends; the text's length where it ends between words."""
    start = len(text)
    for match in _WORD.finditer(text):
        start = match.start() if match.end() == len(text) else len(text)
    return start


def complete_filter(text: str, behind: str, known: Known, table: str = "", mark: str = '"') -> Completed:
    """Return what may stand at the end of a filter's text.

    `behind` is what follows the cursor, `table` the one that is filtered, if that is known. Names that need quotes
    get `mark`, where no quote is open.
    """
    word = last_word(text)
    start = word + text.startswith("-", word)
    head = _HEAD.match(text, start)
    if head is None:
        return Completed(start, _keys(text[start:], table))
    at, given = _last_value(text, head.end())
    if head[2] != ":":
        return Completed(at, [])
    typed = _typed(text[at:], behind)
    offers = _offers(head[1].lower(), known, typed.name)
    candidates = (Candidate(_written(offer, typed, mark), offer.what) for offer in offers if _is_writable(offer))
    return Completed(at, [candidate for candidate in candidates if candidate.text not in given])


def _keys(start: str, table: str) -> list[Candidate]:
    known = [key for key in filters.KEYS if _is_read(key, table) and key.startswith(start.lower())]
    signs = {key: (":", ">") if key in _NUMBERS else (":",) for key in known}
    return [Candidate(key + sign, "key") for key in known for sign in signs[key]]


def _is_read(key: str, table: str) -> bool:
    names = _COLUMNS.get(table)
    return names is None or any(column in names for column in filters.Named(key, ()).columns)


def _last_value(text: str, at: int) -> tuple[int, set[str]]:
    """Return where the last of the values begins that commas separate, and the others as they were written."""
    given: set[str] = set()
    while (match := _VALUE.match(text, at)) and text.startswith(",", match.end()):
        given.add(match.group())
        at = match.end() + 1
    return at, given


def _typed(value: str, behind: str) -> Typed:
    quote = value[:1] if value[:1] in {'"', "'"} else ""
    name = _ESCAPED.sub(r"\1", value[1:]) if quote else value
    return Typed(name, quote, is_closed=bool(quote) and behind.startswith(quote))


def _offers(key: str, known: Known, start: str) -> list[Offer]:
    choices = _CHOICES.get(key)
    if choices is not None:
        return fitting([Group(key, choices)], start)
    groups = _GROUPS.get(key)
    return [] if groups is None else fitting(groups(known), start)


def _is_writable(offer: Offer) -> bool:
    # A filter has no escape for what can't be seen.
    return is_printable(offer.text)


def _written(offer: Offer, typed: Typed, mark: str) -> str:
    star = "*" if offer.what == "error" else ""
    if not typed.quote and _PLAIN.fullmatch(offer.text):
        return offer.text + star
    quote = typed.quote or mark
    name = quote + _SPECIAL.sub(r"\\\1", offer.text) + star
    return name if typed.is_closed else name + quote


def _is_number(key: str) -> bool:
    try:
        filters.parse(f"{key}>0")
    except FilterError:
        return False
    return True


def _names(table: Iterable[columns.Column]) -> frozenset[str]:
    return frozenset(column.name for column in table)


_NUMBERS = frozenset(filter(_is_number, filters.KEYS))
_COLUMNS: Mapping[str, frozenset[str]] = {
    "clients": _names(columns.CLIENTS),
    "rooms": _names(columns.ROOMS),
    "namespaces": _names(columns.NAMESPACES),
    "handlers": _names(columns.HANDLERS),
    "tasks": _names(columns.TASKS),
    "traffic": _names(TRAFFIC),
    "errors": _names(TRAFFIC),
    "sequence": _names(TRAFFIC),
    "export": _names(TRAFFIC),
    "acks": _names(ACKS),
    "sockets": _names(columns.SOCKETS),
}
"""Table -> its columns; for one that is not listed every key is offered."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "dir": filters.DIRECTIONS,
    "direction": filters.DIRECTIONS,
    "kind": filters.KINDS,
    "status": filters.STATUSES,
    "origin": ORIGINS,
    "transport": TRANSPORTS,
}
_GROUPS: Mapping[str, Callable[[Known], list[Group]]] = {
    "event": lambda known: [Group("event", known.events("all"))],
    "ns": lambda known: [Group("namespace", known.namespaces)],
    "namespace": lambda known: [Group("namespace", known.namespaces)],
    "client": lambda known: [Group("client", known.all_clients)],
    "sid": lambda known: [Group("sid", known.connected)],
    "eio_sid": lambda known: [Group("connection", known.eio_sids)],
    "room": lambda known: [Group("room", known.rooms)],
    "to": lambda known: [Group("client", known.all_clients), Group("room", known.rooms)],
    "handler": lambda known: [Group("handler", known.functions)],
    "task": lambda known: [Group("task", known.running)],
    "cell": lambda known: [Group("cell", known.cells)],
    "address": lambda known: [Group("address", known.addresses)],
    "error": lambda known: [Group("error", set(known.errors))],
}

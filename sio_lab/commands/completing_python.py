"""Completion inside strings of Python: `lab.emit("`, `ada.call("`, `lab.traffic.where("`.

Nothing of the text is run: what a name in it stands for is asked of a `Role`, which only looks the name up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

from sio_lab.commands import values
from sio_lab.commands.completing_filters import complete_filter
from sio_lab.commands.offers import Candidate, Completed, Typed, is_printable, offers_for
from sio_lab.commands.open_string import open_argument
from sio_lab.commands.place import way_of
from sio_lab.commands.table import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.commands.open_string import Argument
    from sio_lab.commands.values import Kind
    from sio_lab.commands.verbs import Verb
    from sio_lab.core.known import Known, Way

Part: TypeAlias = Literal["lab", "client", "table", "traffic"]
"""What a name may stand for: the lab, one of its clients, one of its tables, the traffic's or another."""

Role: TypeAlias = Callable[[str], Part | None]
"""Tells what a name of the user's stands for; None where it is none of the lab's parts."""

LONGEST_CELL = 50_000
"""Longer texts before the cursor, in characters, are not completed."""


def complete_string(left: str, behind: str, known: Known, role: Role) -> Completed | None:
    """Return what may stand in the string that is open at the end of a cell's text; None where it says nothing of it.

    `behind` is what follows the cursor.
    """
    argument = open_argument(left) if len(left) <= LONGEST_CELL else None
    if argument is None or "\\" in left[argument.start :]:
        return None
    typed = left[argument.start :]
    table = _filtered(argument, role)
    if table is not None:
        return _in_filter(argument, typed, behind, known, table)
    kind, way = _expected(argument, role)
    if kind is None or kind in _OF_THE_USER:
        return None
    offers = offers_for(kind, known, _typed(typed, kind), way) or ()
    texts = [offer for offer in offers if isinstance(offer.name, str)]
    return Completed(argument.start, [Candidate(_escaped(offer.text, argument.quote), offer.what) for offer in texts])


def _filtered(argument: Argument, role: Role) -> str | None:
    """Return the name of the table that is filtered, empty where it is not known; None where none is."""
    first, *names = argument.called
    is_filter = names[-1:] == ["where"] and (argument.index, argument.keyword) in {(0, ""), (0, "filter_text")}
    if not is_filter:
        return None
    part, verb = role(first), _METHODS.get(names[0])
    if part == "lab":
        return names[0] if verb is not None and verb.is_table else None
    return {"table": "", "traffic": "traffic"}.get(part or "")


def _expected(argument: Argument, role: Role) -> tuple[Kind | None, Way]:
    """Return what kind of value is expected, and the way that an event goes."""
    first, *names = argument.called
    owner = role(first)
    if owner == "lab" and len(names) == 1 and names[0] in _METHODS:
        verb = _METHODS[names[0]]
        return _of_verb(verb, argument), way_of(verb)
    if (owner == "client" and len(names) == 1) or (owner == "lab" and names[:-1] == ["client"]):
        return _of_client(names[-1], argument), "out" if names[-1] in _LISTENING else "in"
    return None, "all"


def _of_verb(verb: Verb, argument: Argument) -> Kind | None:
    """Return what the lab's method of that name takes: the verb's arguments, then its options."""
    parameters = [parameter.kind for parameter in verb.parameters]
    if argument.keyword:
        named: dict[str, Kind | None] = {kind.name.lower(): kind for kind in parameters}
        return (named | {option.keyword: option.kind for option in verb.options}).get(argument.keyword)
    if verb.parameters and verb.parameters[-1].is_many:
        return parameters[min(argument.index, len(parameters) - 1)]
    return dict(enumerate([*parameters, *(option.kind for option in verb.options)])).get(argument.index)


def _of_client(method: str, argument: Argument) -> Kind | None:
    if method not in {*_SENDING, *_LISTENING}:
        return None
    if argument.keyword == "namespace":
        return values.NAMESPACE
    is_event = argument.keyword == "event" or (not argument.keyword and argument.index == 0 and method != "send")
    return values.EVENT if is_event else None


def _typed(text: str, kind: Kind) -> Typed:
    scope, colon, name = text.partition(":")
    if kind is values.WHO and colon and scope in {"client", "sid", "room"}:
        return Typed(name, scope=scope)
    return Typed(text)


def _in_filter(argument: Argument, typed: str, behind: str, known: Known, table: str) -> Completed:
    """Complete a filter within a string: its own quotes are those that the string is not in."""
    inner = "'" if argument.quote == '"' else '"'
    found = complete_filter(typed, behind, known, table, inner)
    candidates = [Candidate(_escaped(text, argument.quote), what) for text, what in found.candidates]
    return Completed(argument.start + found.start, candidates)


def _escaped(text: str, quote: str) -> str:
    """Write a text as it stands in a string of Python."""
    return "".join(_character(character, quote) for character in text)


def _character(character: str, quote: str) -> str:
    if character in {quote, "\\"}:
        return f"\\{character}"
    if is_printable(character):
        return character
    return character.encode("unicode_escape").decode()


_OF_THE_USER = (values.JSON, values.SERVED, values.FILTER)
"""What is the user's own to say: others may know more of it."""

_METHODS: Mapping[str, Verb] = {verb.method: verb for verb in VERBS.values()}
_SENDING = frozenset({"emit", "call", "send"})
_LISTENING = frozenset({"on", "wait_for"})

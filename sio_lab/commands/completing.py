"""Completion of `%sio` lines: what may stand at the cursor, found from the one table of verbs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sio_lab.commands.completing_filters import complete_filter, last_word
from sio_lab.commands.offers import SCOPES, Candidate, Completed, Group, Typed, fitting, offers_for, written
from sio_lab.commands.place import find_filter, find_place, way_of
from sio_lab.commands.table import HELP, VERBS
from sio_lab.commands.values import WHO
from sio_lab.commands.words import skip_space

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.commands.values import Kind
    from sio_lab.commands.verbs import Option, Verb
    from sio_lab.core.known import Known, Way

LONGEST_LINE = 10_000
"""Longer lines, in characters, are not completed."""

_CELL = re.compile(r"\s*+%%sio(?=\s)[^\S\n]*+([^\n]*+)")
_LINE = re.compile(r"[^\S\n]*+(?:[^%#=\n]*+=[^\S\n]*+)?%sio(?=\s)")
_NAME = re.compile(r"\S*+")
_VARIABLE = re.compile(r"(?<!\S)\$(\w*)\Z")
_TYPED = re.compile(rf"(?:({'|'.join(SCOPES)}):)?([\"']?)(.*)", re.DOTALL)


def complete(cell: str, cursor: int, known: Known) -> Completed | None:
    """Return what may stand at the cursor, a place in the text of a cell; None where the cell says nothing of it.

    A `%sio` may begin a line, stand behind `name =`, or be a `%%sio`, alone with a command in each line below it.
    """
    cursor = max(0, min(cursor, len(cell)))
    left, behind = cell[:cursor], cell[cursor:]
    line = left.rfind("\n") + 1
    if cursor - line > LONGEST_LINE:
        return None
    cell_magic = _CELL.match(left)
    if cell_magic is None:
        line_magic = _LINE.match(left, line)
        return None if line_magic is None else _command(left, line_magic.end(), behind, known)
    if cell_magic.end() == cursor:
        return _command(left, cell_magic.start(1), behind, known)
    if cell_magic[1].strip():
        return _body(cell_magic[1], left, known)
    return _command(left, line, behind, known)


def _command(left: str, start: int, behind: str, known: Known) -> Completed | None:
    """Complete what stands behind `%sio`, from `start` on."""
    text = left[start:]
    completed = complete_command(text, behind, known)
    return completed and completed._replace(start=completed.start + start)


def complete_command(text: str, behind: str, known: Known) -> Completed | None:
    """Return what may stand at the end of what is written behind `%sio`; `behind` is what follows the cursor.

    None where nothing is known of what is expected there.
    """
    start = skip_space(text, 0)
    name = _NAME.match(text, start)
    end = name.end() if name else start
    if end == len(text):
        return Completed(start, _verbs(text[start:]))
    verb = _verb(text[start:end])
    if verb is None:
        return Completed(len(text), [])
    begin = find_filter(verb, text, end) if verb.takes_filter else None
    if begin is not None:
        return _filter(verb, text, begin, behind, known)
    place = find_place(verb, text, end)
    word = text[place.start :]
    if place.kind is None or word.startswith("-"):
        return Completed(place.start, _options(place.options, word))
    values = _values(place.kind, word, behind, known, way_of(verb))
    return values if values is None else Completed(place.start, [*values, *_options(place.options, word)])


def _verb(name: str) -> Verb | None:
    return VERBS.get(name.replace("_", "-"))


def _verbs(start: str) -> list[Candidate]:
    names = [Group("verb", list(VERBS)), Group("option", HELP.names if start else ())]
    return [Candidate(offer.text, offer.what) for offer in fitting(names, start.replace("_", "-"))]


def _body(first: str, left: str, known: Known) -> Completed | None:
    """Complete a variable where a cell's body holds more arguments of the verb in its first line."""
    verb = _verb(first.split(maxsplit=1)[0])
    typed = _VARIABLE.search(left)
    if verb is None or typed is None or way_of(verb) != "out":
        return None
    return Completed(typed.start(), _variables(typed[1], known))


def _filter(verb: Verb, text: str, at: int, behind: str, known: Known) -> Completed | None:
    """Complete a word of a filter, or an option beside it: a dash may begin either."""
    start = last_word(text)
    given, typed = set(text[:start].split()), text[start:]
    asked = _asked(verb, text[at:start])
    if asked is not None:
        values = _values(asked, typed, behind, known, way_of(verb))
        return values if values is None else Completed(start, [*values])
    options = () if "--" in given else (option for option in (*verb.options, HELP) if given.isdisjoint(option.names))
    may_be_option = typed[:2] in {"", "-", "--"}
    found = _options(options, typed) if may_be_option else []
    if typed.startswith("--"):
        return Completed(start, found)
    begin, words = complete_filter(text[at:], behind, known, verb.method)
    if not found:
        return Completed(at + begin, words)
    return Completed(start, [*(Candidate(typed + text, what) for text, what in words), *found])


def _asked(verb: Verb, before: str) -> Kind | None:
    """Return what kind of value the option takes that stands right before the cursor; None where none does."""
    last = before.split()[-1:]
    return next((option.kind for option in verb.options if option.kind and {*last} & {*option.names}), None)


def _values(kind: Kind, word: str, behind: str, known: Known, way: Way) -> Iterable[Candidate] | None:
    if word.startswith("$"):
        return _variables(word[1:], known)
    typed = _typed(word, behind, has_scope=kind is WHO)
    offers = offers_for(kind, known, typed, way)
    if offers is None:
        return None
    texts = ((written(offer, typed), offer.what) for offer in offers)
    return (Candidate(text, what) for text, what in texts if text is not None)


def _options(options: Iterable[Option], start: str) -> list[Candidate]:
    """Return the options that begin as typed; of each its long name only, where nothing was typed yet."""
    names = (name for option in options for name in (option.names if start else option.names[-1:]))
    return [Candidate(name, "option") for name in names if name.startswith(start)]


def _variables(start: str, known: Known) -> list[Candidate]:
    names = {name for name in known.variables if name.isidentifier() and (start or not name.startswith("_"))}
    return [Candidate(f"${offer.text}", "variable") for offer in fitting([Group("variable", names)], start)]


def _typed(word: str, behind: str, *, has_scope: bool) -> Typed:
    match = _TYPED.match(word)
    scope, quote, name = match.groups(default="") if match else ("", "", word)
    if scope and not has_scope:
        scope, quote, name = "", "", word
    return Typed(_unescaped(name) if quote == '"' else name, quote, scope, is_closed=behind[:1] == quote != "")


def _unescaped(text: str) -> str:
    try:
        value = json.loads(f'"{text}"')
    except ValueError:
        return text
    return str(value)

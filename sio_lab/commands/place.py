"""Where an unfinished `%sio` line ends: in which word of it, and what may stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sio_lab.commands.offers import SCOPES
from sio_lab.commands.table import HELP
from sio_lab.commands.values import JSON
from sio_lab.commands.words import read_word, skip_space
from sio_lab.errors import Usage

if TYPE_CHECKING:
    from sio_lab.commands.values import Kind
    from sio_lab.commands.verbs import Option, Verb

_OPTION = re.compile(r"--\S*+|-[^\W\d_]\S*+")
_OPENING = re.compile(rf"(?:(?:{'|'.join(SCOPES)}):)?[\"'{{\[]")
_BARE = re.compile(r"\S*+")


@dataclass(frozen=True, slots=True)
class Place:
    """The last word of a line, and what may stand there."""

    start: int
    """Where that word begins."""

    kind: Kind | None = None
    """What kind of value is expected; None where no value is."""

    options: list[Option] = field(default_factory=list)
    """Options that may be written instead."""


def way_of(verb: Verb) -> Literal["out", "handled"]:
    """Return the way that a verb's event goes: to clients with its arguments, else to a handler."""
    return "out" if any(parameter.kind is JSON for parameter in verb.parameters) else "handled"


def find_place(verb: Verb, text: str, at: int) -> Place:
    """Return the place at the end of a line whose verb ends at `at`."""
    return _Reader(verb, text).place(at)


def find_filter(verb: Verb, text: str, at: int) -> int | None:
    """Return where the filter of a line begins whose verb ends at `at`; None where the cursor stands before it."""
    return _Reader(verb, text).behind(at, len(verb.before_filter))


class _Reader:
    """Goes through the words of an unfinished line, as `parse` does through those of a finished one."""

    def __init__(self, verb: Verb, text: str) -> None:
        self._verb = verb
        self._text = text
        self._options = {name: option for option in (*verb.options, HELP) for name in option.names}
        self._given: list[Option] = []
        self._count = 0
        self._has_options = True

    def place(self, at: int) -> Place:
        """Read on from `at` to the word at whose end the text ends."""
        place: Place | int = at
        while isinstance(place, int):
            start = skip_space(self._text, place)
            option = _OPTION.match(self._text, start) if self._has_options else None
            place = self._word(start) if option is None else self._option(option)
        return place

    def behind(self, at: int, count: int) -> int | None:
        """Read on from `at` to the end of argument number `count`; None where the text ends before."""
        while self._count < count:
            start = skip_space(self._text, at)
            option = _OPTION.match(self._text, start) if self._has_options else None
            read = self._word(start) if option is None else self._option(option)
            if isinstance(read, Place):
                return None
            at = read
        return at

    def _word(self, start: int) -> Place | int:
        end = self._end(start)
        if end is None:
            return self._argument(start)
        self._count += 1
        return end

    def _option(self, match: re.Match[str]) -> Place | int:
        """Return the place in an option or its value, or where to read on behind it."""
        name, equals, _ = match.group().partition("=")
        if match.end() == len(self._text) and not equals:
            return Place(match.start(), options=self._left())
        if match.group() == "--":
            self._has_options = False
            return match.end()
        option = self._options.get("--" + name[2:].replace("_", "-") if name.startswith("--") else name)
        self._given += [option] if option else []
        if option is None or option.kind is None:
            return match.end() if match.end() < len(self._text) else Place(match.end())
        at = match.start() + len(name)
        return self._value(option.kind, at + 1 if equals else skip_space(self._text, at), is_glued=bool(equals))

    def _value(self, kind: Kind, start: int, *, is_glued: bool) -> Place | int:
        if not is_glued and _OPTION.match(self._text, start):
            return start
        end = self._end(start)
        return Place(start, kind) if end is None else end

    def _end(self, start: int) -> int | None:
        """Return where the word that begins at `start` ends; None where the text ends with it."""
        if start == len(self._text):
            return None
        try:
            end = read_word(self._text, start, {}).end
        except Usage:
            # What is open goes on to the cursor; a $name or a slip is a word all the same.
            bare = None if _OPENING.match(self._text, start) else _BARE.match(self._text, start)
            end = bare.end() if bare else len(self._text)
        return end if end < len(self._text) else None

    def _argument(self, start: int) -> Place:
        parameters = self._verb.parameters
        if self._count >= len(parameters) and parameters and parameters[-1].is_many:
            kind: Kind | None = parameters[-1].kind
        else:
            kind = parameters[self._count].kind if self._count < len(parameters) else None
        may_be_option = start == len(self._text) or self._text[start] == "-"
        return Place(start, kind, self._left() if may_be_option else [])

    def _left(self) -> list[Option]:
        """Return the options that may still be given."""
        options = dict.fromkeys(self._options.values()) if self._has_options else {}
        return [option for option in options if option.is_many or option not in self._given]

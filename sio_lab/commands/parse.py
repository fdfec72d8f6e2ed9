"""From a `%sio` line to a command: the verb, its arguments and its options as the lab's method takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sio_lab.commands.table import HELP, VERBS, find
from sio_lab.commands.values import JSON
from sio_lab.commands.words import nearest, quoted, read_word, shortened, skip_space, wrong
from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.commands.verbs import Option, Verb
    from sio_lab.commands.words import Word

_NO_VARIABLES: Mapping[str, Any] = MappingProxyType({})
_NAME = re.compile(r"\S*+")
_OPTION = re.compile(r"--\S*+|-[^\W\d_]\S*+")
_FILTER_WORD = re.compile(
    r"""(?:(?<![^\s:,=<>-])(?:"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+')|\S)++""",
    re.DOTALL,
)
_OPTIONS_BESIDE_A_FILTER = re.compile(r"--.*|-[hn]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A line that was understood."""

    verb: Verb
    """What to do."""

    arguments: tuple[Any, ...] = ()
    """The arguments, in order; of a table the filter's text, if there is one."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """The options that were given, by the keywords of the lab's method."""

    body: str = ""
    """What stands below it in the cell, where the verb works on that."""


def parse(line: str, body: str | None = None, variables: Mapping[str, Any] = _NO_VARIABLES) -> Command:
    """Read what stands behind `%sio`; the body of a `%%sio` cell may hold more arguments, but no options.

    `variables` are where `$name` is looked up. An empty line is `dashboard`. Usage says what can't be read, and where.
    """
    start = skip_space(line, 0)
    match = _NAME.match(line, start)
    name = match.group() if match else ""
    if name in HELP.names:
        return Command(VERBS["help"])
    verb = find(name or "dashboard")
    if not _asks_help(line):
        _check_body(verb, body or "", is_cell=body is not None)
    reader = _Reader(verb, variables)
    if verb.takes_filter:
        return _filtered(reader, line, start + len(name))
    reader.read(line, start + len(name))
    if verb.body:
        return replace(reader.command(), body=body or "")
    reader.has_options = False
    reader.read(body or "", 0)
    return reader.command()


def read_arguments(text: str) -> list[Any]:
    """Read what an emit form holds: JSON values and bare words, one after another, as behind `%sio emit EVENT`.

    Raises Usage, showing the place, where it can't be read.
    """
    values, at = [], skip_space(text, 0)
    while at < len(text):
        word = read_word(text, at, _NO_VARIABLES)
        values.append(JSON.read(word))
        at = skip_space(text, word.end)
    return values


def _check_body(verb: Verb, body: str, *, is_cell: bool) -> None:
    if verb.body and not is_cell:
        raise Usage(f"{verb.name} works on a cell: begin it with %%sio {verb.name}, and write below it {verb.body}.")
    if body.strip() and not verb.takes_body:
        raise Usage(
            f"%%sio {verb.name} takes no body. Write %sio {verb.name} in a line of its own; "
            "to run several commands, write them below %%sio alone, one a line."
        )


def _asks_help(line: str) -> bool:
    return bool({*line.split()} & {*HELP.names})


class _Reader:
    """Sorts the words of a line into arguments and options."""

    def __init__(self, verb: Verb, variables: Mapping[str, Any]) -> None:
        self.verb = verb
        self.variables = variables
        self.words: list[Word] = []
        self.given: dict[Option, list[Any]] = {}
        self.has_options = True
        """Whether what looks like an option is one: behind -- it no longer is."""

    def read(self, text: str, at: int, most: int | None = None) -> int:
        """Read on from `at` to the end of the text, or of the word that makes `most`; return where that is."""
        while len(self.words) != most and (at := skip_space(text, at)) < len(text):
            option = _OPTION.match(text, at) if self.has_options else None
            if option is None:
                self.words.append(read_word(text, at, self.variables))
                at = self.words[-1].end
            elif option.group() == "--":
                self.has_options, at = False, option.end()
            else:
                at = self.read_option(text, option)
        return at

    def command(self) -> Command:
        """Check that all is there, and return the command; where help was asked for, that of the verb."""
        if HELP in self.given:
            return Command(VERBS["help"], (self.verb.name,))
        self._check_count()
        parameters = self.verb.parameters
        more = parameters[-1:] * (len(self.words) - len(parameters))
        arguments = [one.kind.read(word) for one, word in zip((*parameters, *more), self.words, strict=False)]
        return Command(self.verb, tuple(arguments), {one.keyword: _joined(self.given[one]) for one in self.given})

    def read_option(self, text: str, match: re.Match[str]) -> int:
        """Read an option and its value; return where that ends."""
        name, equals, _ = match.group().partition("=")
        option = _find_option(self.verb, name, (text, match.start()))
        if option in self.given and not option.is_many:
            raise wrong(text, match.start(), f"{name} is given twice.")
        end = match.start() + len(name)
        value: Any = True
        if option.kind:
            word = self._read_value(option, text, end + len(equals), is_glued=bool(equals))
            value, end = option.kind.read(word), word.end
        elif equals:
            raise wrong(text, end, f"{name} takes no value.")
        self.given.setdefault(option, []).append(value)
        return end

    def _read_value(self, option: Option, text: str, at: int, *, is_glued: bool) -> Word:
        start = at if is_glued else skip_space(text, at)
        is_missing = not text[start : start + 1].strip() or (not is_glued and _OPTION.match(text, start))
        if is_missing and option.kind:
            needs = f"{option.names[-1]} needs a value: {option.kind.name}, {option.kind.about}."
            raise wrong(text, at, needs)
        return read_word(text, start, self.variables)

    def _check_count(self) -> None:
        parameters, verb = self.verb.parameters, self.verb
        if len(self.words) > len(parameters) and not (parameters and parameters[-1].is_many):
            raise self._surplus(self.words[len(parameters)])
        for parameter in parameters[len(self.words) :]:
            if not parameter.is_optional:
                raise Usage(f"{verb.name} needs {parameter.kind.name}: {parameter.kind.about}.\nUsage: {verb.usage}")
        for option in verb.options:
            if option.is_required and option not in self.given:
                raise Usage(f"{verb.name} needs {option.usage}: {option.about}.\nUsage: {verb.usage}")

    def _surplus(self, word: Word) -> Usage:
        comment = " A # does not begin a comment here." if word.source.startswith("#") else ""
        error = word.wrong(f"{self.verb.name} takes no such argument.{comment}")
        return Usage(f"{error}\nUsage: {self.verb.usage}")


def _find_option(verb: Verb, given: str, place: tuple[str, int]) -> Option:
    """Return the option of that name, or raise the Usage that names the nearest."""
    known = {name: option for option in (*verb.options, HELP) for name in option.names}
    name = "--" + given[2:].replace("_", "-") if given.startswith("--") else given
    if name in known:
        return known[name]
    why = f"{verb.name} has no option {shortened(given)}{nearest(name, known)} It has {', '.join(known)}."
    raise wrong(*place, why + _or_rather(verb, given))


def _or_rather(verb: Verb, given: str) -> str:
    if not verb.takes_filter:
        return f" For the text itself write {quoted(given)}."
    return " A namespace is a word of the filter, as in ns:/chat." if given in {"-n", "--namespace"} else ""


def _joined(values: list[Any]) -> Any:
    """Make one value of an option given once, and a list of one given several times."""
    if len(values) == 1:
        return values[0]
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _filtered(reader: _Reader, line: str, at: int) -> Command:
    """Take the arguments before a filter and the options beside it, and leave its words to whom they are for.

    They have a language of their own.
    """
    before = len(reader.verb.before_filter)
    at = reader.read(line, at, before) if before else at
    words: list[str] = []
    while match := _FILTER_WORD.search(line, at):
        at = match.end()
        if match.group() == "--" or not reader.has_options:
            words.append(line[at if reader.has_options else match.start() :].strip())
            break
        if _OPTIONS_BESIDE_A_FILTER.fullmatch(match.group()):
            at = reader.read_option(line, match)
        else:
            words.append(match.group())
    command = reader.command()
    if command.verb is not reader.verb or not any(words):
        return command
    return replace(command, arguments=(*command.arguments, " ".join(words)))

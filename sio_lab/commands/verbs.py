"""What a verb of `%sio` is made of, and how its help page is laid out."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.commands import values

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 100
_INDENT = 27


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a verb."""

    names: tuple[str, ...]
    """How it may be written: the short name first, if it has one."""

    keyword: str
    """What the lab's method calls it."""

    kind: values.Kind | None
    """What its value is; None where it takes none."""

    about: str
    """What it does."""

    is_many: bool = False
    """Whether it may be given several times."""

    is_required: bool = False
    """Whether it must be given."""

    @property
    def usage(self) -> str:
        """How a usage line writes it."""
        text = _with_value(self.names[0], self)
        return text if self.is_required else f"[{text}]"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a verb, known by its place."""

    kind: values.Kind
    """What it is."""

    is_optional: bool = False
    """Whether it may be left out."""

    is_many: bool = False
    """Whether more of the same may follow; only the last parameter's."""

    @property
    def usage(self) -> str:
        """How a usage line writes it."""
        text = f"{self.kind.name}{' ...' * self.is_many}"
        return f"[{text}]" if self.is_optional else text


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of `%sio`: a method of the lab, or one of its tables."""

    name: str
    """How help writes it; an underscore in place of a dash is read too."""

    summary: str
    """What it does, in one line."""

    about: str
    """More about it."""

    parameters: tuple[Parameter, ...]
    """Its arguments, in order."""

    options: tuple[Option, ...]
    """Its options; --help, which every verb has, is left out."""

    example: str
    """A line to try, as it stands behind %sio."""

    python: str
    """The same in Python; empty where there is no need for it."""

    body: str = ""
    """What must stand below it in a cell: Python, a Jinja template, a program; empty where nothing needs to."""

    @property
    def method(self) -> str:
        """What the lab calls it."""
        return self.name.replace("-", "_")

    @property
    def takes_filter(self) -> bool:
        """Whether what follows it is a filter, not arguments."""
        return any(parameter.kind is values.FILTER for parameter in self.parameters)

    @property
    def before_filter(self) -> tuple[Parameter, ...]:
        """What stands before the filter, where one may follow."""
        return tuple(parameter for parameter in self.parameters if parameter.kind is not values.FILTER)

    @property
    def is_table(self) -> bool:
        """Whether it shows a table, which can be had as a DataFrame, too."""
        return self.takes_filter and any(option.keyword == "df" for option in self.options)

    @property
    def takes_body(self) -> bool:
        """Whether a cell's body may hold more of its arguments, or is what it works on."""
        return bool(self.body) or any(parameter.kind is values.JSON for parameter in self.parameters)

    @property
    def _magic(self) -> str:
        return "%%sio" if self.body else "%sio"

    @property
    def usage(self) -> str:
        """The line that says what may stand where."""
        arguments = (parameter.usage for parameter in self.parameters)
        return " ".join([self._magic, self.name, *arguments, *(option.usage for option in self.options)])

    @property
    def help(self) -> str:
        """The page of `%sio help VERB`."""
        lines = "\n".join(_explained(self.parameters, self.options))
        example = f"Example     {self._magic} {self.example}" + (f"\nIn Python   {self.python}" if self.python else "")
        usage = wrapped(self.usage, rest=" " * _INDENT)
        parts = [usage, wrapped(f"{self.summary}. {self.about}".strip()), lines, example]
        return "\n\n".join(part for part in parts if part)


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Break a text into lines, the first behind `first`, the others behind `rest`."""
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def listed(name: str, about: str) -> str:
    """Lay out a name and, in a column of its own, what is said of it."""
    return wrapped(about, f"  {name:<{_INDENT - 4}}  ", " " * _INDENT)


def _explained(parameters: tuple[Parameter, ...], options: tuple[Option, ...]) -> Iterator[str]:
    """Explain each argument and option; a kind of value that no argument has shown yet, below its option."""
    told = {parameter.kind for parameter in parameters}
    for parameter in parameters:
        yield listed(parameter.kind.name, parameter.kind.about)
    for option in options:
        is_new = option.kind and option.kind not in told
        yield listed(_with_value(", ".join(option.names), option), option.about)
        if option.kind and is_new:
            told.add(option.kind)
            yield listed("", f"{option.kind.name}: {option.kind.about}")


def _with_value(names: str, option: Option) -> str:
    return f"{names} {option.kind.name}" if option.kind else names

"""The statements of cells and files: what each binds, and which names it needs, now or when its functions run."""

from __future__ import annotations

import ast
import symtable
import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Source:
    """A cell, or a file of Python code."""

    file: str
    """The name that it is compiled as."""

    text: str


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top level of a source."""

    text: str
    node: ast.stmt
    place: tuple[int, int]
    """The number of its source, and its first line in it: statements in this order, ran so."""

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it gives a meaning to."""
        return frozenset(_bound(self.node))

    @cached_property
    def needs(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names that it looks up as it runs, and those that its functions do later on."""
        return needed_by(self.text)

    @property
    def all_needs(self) -> frozenset[str]:
        """The names that it looks up, now or later on."""
        return self.needs[0] | self.needs[1]


class Statements:
    """All statements of some sources, those that ran last at the end."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._of_file: dict[str, list[Statement]] = {}
        self.all: list[Statement] = []
        for number, source in enumerate(sources):
            found = list(_statements(source.text, number))
            self._of_file[source.file] = found
            self.all += found

    def number(self, file: str) -> int:
        """Return the number of a source, as it stands in the place of its statements."""
        return list(self._of_file).index(file) if file in self._of_file else len(self._of_file)

    def at(self, file: str, line: int) -> Statement | None:
        """Return the statement in which a line of a source stands."""
        for each in self._of_file.get(file, ()):
            if each.place[1] <= line <= (each.node.end_lineno or line):
                return each
        return None

    def binding(self, name: str, without: frozenset[str]) -> Statement | None:
        """Return the statement that gave a name its meaning last, of those that need none of the names `without`."""
        for each in reversed(self.all):
            # What only adds to it says nothing of how it began.
            is_whole = not isinstance(each.node, ast.AugAssign)
            if is_whole and name in each.binds and not each.all_needs & without:
                return each
        return None


def needed_by(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the global names that code looks up as it runs, and those that its functions do later on."""
    table = symtable.symtable(text, "<cell>", "exec")
    now = {each.get_name() for each in table.get_symbols() if each.is_referenced()}
    later: set[str] = set()
    for child in table.get_children():
        _gather(child, now, later)
    return frozenset(now), frozenset(later)


def lines_of(text: str, node: ast.stmt) -> tuple[str, int]:
    """Return the lines of a statement, its decorators included, as if at the top level, and the first one's number."""
    first = min([node.lineno, *(each.lineno for each in _decorators(node))])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines)), first


def _decorators(node: ast.stmt) -> list[ast.expr]:
    return node.decorator_list if isinstance(node, _DECORATED) else []


def _statements(text: str, number: int) -> Iterator[Statement]:
    try:
        nodes = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    for node in nodes:
        lines, first = lines_of(text, node)
        if _is_readable(lines):
            yield Statement(lines, node, (number, first))


def _is_readable(text: str) -> bool:
    try:
        needed_by(text)
    except SyntaxError:  # return, in the body of a %%sio on
        return False
    return True


def _gather(table: symtable.SymbolTable, now: set[str], later: set[str]) -> None:
    into = now if str(table.get_type()) == "class" else later
    into |= {each.get_name() for each in table.get_symbols() if each.is_global() and each.is_referenced()}
    for child in table.get_children():
        _gather(child, into, later)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, _DECORATED):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if not isinstance(node, _SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)

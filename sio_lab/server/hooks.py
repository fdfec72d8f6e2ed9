"""What a Flask app defines, piece by piece: hooks, handlers, filters, routes, and how they get into its tables."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core.cells import Owner
from sio_lab.server.lookup import describe
from sio_lab.server.urls import methods_of, told_route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sio_lab.core.book import Book

ROUTES = ("url_map", "view_functions")
HOOKS = {
    "before_request_funcs": "before_request",
    "after_request_funcs": "after_request",
    "teardown_request_funcs": "teardown_request",
    "template_context_processors": "context_processor",
    "url_value_preprocessors": "url_value_preprocessor",
    "url_default_functions": "url_defaults",
}
"""Tables with a list of functions for each scope: a blueprint's name, None for all requests -> their decorators."""
LISTS = {"teardown_appcontext_funcs": "teardown_appcontext", "shell_context_processors": "shell_context_processor"}
"""Lists without a scope -> their decorators."""
DEFERRED = ("deferred_functions", "_blueprints")
"""Lists that blueprints have, of what is to be done once they are registered."""
TEMPLATE = {"filters": "template filter", "tests": "template test", "globals": "template global"}
"""Tables of a Jinja environment."""
TABLES = (*ROUTES, *HOOKS, *LISTS, "error_handler_spec", "blueprints")
"""Tables of an app, by the names of its attributes."""

LISTED = frozenset({*HOOKS, *LISTS, *DEFERRED})
"""Tables in which any number of pieces stand side by side; in the others the newest is alone in its place."""
_DEPTH = {"error_handler_spec": 3} | dict.fromkeys((*LISTS, *DEFERRED), 0)
"""How many keys lead to a table's pieces, where it is not one."""

NOBODY = Owner("", 0, "")
"""Owns what no cell does: one run that never ends, in which definitions add up, as in plain Flask."""

Key: TypeAlias = tuple[str, tuple[Any, ...], Any]
_stamps = itertools.count()
_MISSING: Any = object()


@dataclass(eq=False)
class Piece:
    """One thing that a setup call defines."""

    table: str
    path: tuple[Any, ...]
    """Where in the table: the keys that lead to it."""

    value: Any
    function: Any = None
    """What it is known by: a rule's view, a hook itself."""

    owner: Owner = NOBODY
    rank: tuple[int, int] = (0, 0)
    """What has a higher one is newer: the run that brought it into force, and the run that defined it."""

    through: Piece | None = None
    """The registration of the blueprint that it belongs to."""

    stamp: int = field(default_factory=_stamps.__next__)
    """When it was defined, within its run."""

    def belong(self, owner: Owner, registered: Owner = NOBODY) -> None:
        """Say which run defined it, and which one registered the blueprint that it is of."""
        self.owner = owner if owner is not NOBODY else registered
        self.rank = (max(owner.run, registered.run), owner.run)


def fresh(table: str) -> Any:
    """Return an empty table, as Flask makes it."""
    if table in HOOKS:
        return defaultdict(list)
    if table == "error_handler_spec":
        return defaultdict(lambda: defaultdict(dict))
    return [] if table in LISTED else {}


def pieces_in(parts: Any, tables: Iterable[str]) -> list[Piece]:
    """Return all that stands in some tables, but for URL maps."""
    return [
        Piece(table, path, value, value)
        for table in tables
        for path, held in _places(parts[table], _DEPTH.get(table, 1))
        for value in (list(held) if table in LISTED else [held])
    ]


def _places(held: Any, depth: int) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if not depth:
        yield (), held
    else:
        for key, inner in list(held.items()):
            for path, value in _places(inner, depth - 1):
                yield (key, *path), value


def key_of(piece: Piece) -> Key:
    """Return what a piece is replaced by: what has the same place in its table; of hooks, the same name, too."""
    if piece.table in ROUTES:
        return "url_map", piece.path, None
    return piece.table, piece.path, _name(piece) if piece.table in LISTED else None


def _name(piece: Piece) -> tuple[Any, ...]:
    """Return a function's name; with its cell, where functions of other cells may have the same by accident."""
    function = piece.function
    name = getattr(function, "__qualname__", type(function).__qualname__)
    is_unique = isinstance(function, FunctionType) and "<" not in name
    return getattr(function, "__module__", None), name, "" if is_unique or piece.owner.anonymous else piece.owner.cell


def told(piece: Piece) -> str:
    """Name a piece as a reader knows it: `before_request check`, `error handler 404`, `template filter shout`."""
    if piece.table == "url_map":
        return told_route(piece.value.rule, methods_of(piece.value))
    of = f" of blueprint {piece.path[0]}" if piece.path and isinstance(piece.path[0], str) else ""
    if piece.table in HOOKS or piece.table in LISTS:
        return f"{HOOKS.get(piece.table) or LISTS[piece.table]} {describe(piece.function)}{of}"
    if piece.table == "error_handler_spec":
        return f"error handler {piece.path[1] or piece.path[2].__name__}{of}"
    return f"{TEMPLATE.get(piece.table) or {'blueprints': 'blueprint'}.get(piece.table, 'endpoint')} {piece.path[-1]}"


def pieces_of(book: Book[Piece]) -> list[Piece]:
    """Return all that is in a book, in force or not."""
    keys = book.keys()
    return [piece for key in keys for group in book.groups(key) for piece in group.items]


def in_force(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Return which of a key's pieces count: all routes, the newest run's hooks, the last of all else."""
    ordered = sorted(pieces, key=lambda each: (each.rank, each.stamp))
    if not ordered or ordered[0].table in ROUTES:
        return tuple(ordered)
    newest = [each for each in ordered if each.rank == ordered[-1].rank]
    return tuple(newest) if ordered[0].table in LISTED else (newest[-1],)


def pour(parts: Any, piece: Piece) -> None:
    """Put a piece into its table."""
    held = parts[piece.table]
    if piece.table in HOOKS:
        held.setdefault(piece.path[0], []).append(piece.value)
    elif piece.table in LISTED:
        held.append(piece.value)
    else:
        inner_table(held, piece.path)[piece.path[-1]] = piece.value


def spill(parts: Any, piece: Piece) -> None:
    """Take a piece out of its table, where it is there."""
    held = parts[piece.table]
    if piece.table in LISTED:
        functions = held.get(piece.path[0], []) if piece.table in HOOKS else held
        functions[:] = without(functions, [piece])
    elif inner_table(held, piece.path).get(piece.path[-1]) is piece.value:
        del inner_table(held, piece.path)[piece.path[-1]]


def inner_table(held: dict[Any, Any], path: tuple[Any, ...]) -> dict[Any, Any]:
    """Return the table that the last key of a path leads into; Flask's tables make what is missing on the way."""
    for key in path[:-1]:
        held = held[key]
    return held


def without(functions: list[Any], pieces: Iterable[Piece]) -> list[Any]:
    """Return functions without those of some pieces, each piece's once; equal ones are not the same."""
    rest = list(functions)
    for piece in pieces:
        at = _index(rest, piece.value)
        if at is not None:
            del rest[at]
    return rest


def relisted(functions: list[Any], old: Iterable[Piece], new: list[Piece], known: Iterable[Piece]) -> list[Any]:
    """Return functions with `new` in the place of `old`; `known` are all that cells have defined for that list.

    What an edited cell defines anew stands beside what else it defines; what any cell defines first, at the end.
    """
    places = [at for at in (_index(functions, each.value) for each in old) if at is not None]
    rest = without(functions, old)
    if new:
        at = min(places) if places else _beside(rest, new[0], list(known))
        rest[at:at] = [each.value for each in new]
    return rest


def _beside(functions: list[Any], piece: Piece, known: list[Piece]) -> int:
    cell = [each for each in known if each.owner.cell == piece.owner.cell and each is not piece]
    if piece.owner is NOBODY or not any(each.owner.run < piece.owner.run for each in cell):
        return len(functions)
    run = [_index(functions, each.value) for each in cell if each.owner.run == piece.owner.run]
    before = [at for at in run if at is not None]
    others = [at for at in (_index(functions, each.value) for each in cell) if at is not None]
    return max(before) + 1 if before else min(others, default=len(functions))


def in_order(functions: list[Any], pieces: Iterable[Piece]) -> list[Any]:
    """Return functions with those of one run in the order in which it defined them, in the places that they have."""
    ordered = [each.value for each in sorted(pieces, key=lambda each: each.stamp)]
    waiting = list(ordered)
    result = list(functions)
    for at, function in enumerate(functions):
        place = _index(waiting, function)
        if place is not None:
            del waiting[place]
            result[at] = ordered.pop(0)
    return result


def _index(functions: list[Any], function: Any) -> int | None:
    return next((at for at, each in enumerate(functions) if each is function), None)


class Overlay:
    """Puts values over those of tables with one value in each place, and puts back what was there before."""

    def __init__(self) -> None:
        self._ours: dict[Key, tuple[Any, Any]] = {}
        """Key -> what was put there, and what lay there before."""

    def claim(self, key: Key, value: Any) -> None:
        """Count a value that is in its place already as put there."""
        self._ours[key] = (value, _MISSING)

    def beneath(self, key: Key) -> Any:
        """Return what was there before; None where nothing was."""
        below = self._ours.get(key, (None, _MISSING))[1]
        return None if below is _MISSING else below

    def ours(self, table: str) -> dict[Any, Any]:
        """Return what was put into a table, by the place in it."""
        return {path[-1]: value for (name, path, _), (value, _) in self._ours.items() if name == table}

    def change(self, table: dict[Any, Any], key: Key, values: list[Any]) -> None:
        """Put the last of some values in its place; where there is none, put back what was there before.

        What has been put there since by somebody else stays.
        """
        name = key[1][-1]
        if values:
            below = self._ours[key][1] if key in self._ours else table.get(name, _MISSING)
            self._ours[key] = (values[-1], below)
            table[name] = values[-1]
            return
        ours, below = self._ours.pop(key, (_MISSING, _MISSING))
        if table.get(name, _MISSING) is not ours:
            return
        if below is _MISSING:
            table.pop(name, None)
        else:
            table[name] = below

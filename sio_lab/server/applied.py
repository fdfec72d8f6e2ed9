"""What is in force on a Flask app: its tables, and how new ones are made of what cells define.

Nothing is made from definitions alone: what users and extensions put into the tables directly stays where it is.
"""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.server.drafts import Tables
from sio_lab.server.hooks import (
    HOOKS,
    LISTED,
    LISTS,
    TABLES,
    TEMPLATE,
    Overlay,
    Piece,
    in_force,
    in_order,
    key_of,
    relisted,
    told,
)
from sio_lab.server.urls import Placed, Views, direct_rules, filled_map, methods_of, place, told_route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.cells import Owner
    from sio_lab.server.hooks import Key

Force: TypeAlias = "dict[Key, tuple[Piece, ...]]"
"""What counts, by what it may be replaced by."""


class Applied:
    """Makes an app's tables of what is defined, and knows what in them it has made."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._overlay = Overlay()
        self.force: Force = {}
        self.tables = Tables(app, {name: vars(app)[name] for name in TABLES})
        """What requests that begin now are answered by; never changed, but replaced."""

    def claim(self, pieces: list[Piece]) -> None:
        """Count pieces as put there that are in the tables already."""
        parts = self.tables.parts
        for piece in pieces:
            key = key_of(piece)
            self.force[key] = (*self.force.get(key, ()), piece)
            if piece.table == "url_map":
                place(piece.value, piece.function)
            if piece.table not in LISTED:
                self._overlay.claim(key, piece.function)
        parts["view_functions"] = Views(parts["view_functions"], self._overlay.ours("url_map"))

    def bring(self, wanted: dict[Key, list[Piece]], again: Owner | None = None) -> None:
        """Make tables of what is defined; of a cell that has run `again`, the hooks stand in the order of that run."""
        force = {key: in_force(pieces) for key, pieces in wanted.items()}
        changed = [key for key in self.force | force if self.force.get(key, ()) != force.get(key, ())]
        parts = dict(self.tables.parts)
        for key in changed:
            known = [piece for each, pieces in wanted.items() if each[:2] == key[:2] for piece in pieces]
            self._change(parts, key, list(force.get(key, ())), known)
        if any(key[0] == "url_map" for key in changed):
            self._change_routes(parts, force, changed)
        if again is not None:
            _put_in_order(parts, force, again)
        self.force = force
        self.tables = Tables(self._app, parts)
        vars(self._app).update(parts)

    def fill(self, environment: Any) -> None:
        """Put the filters, tests and globals that are in force into a new Jinja environment."""
        for key, pieces in self.force.items():
            if key[0] in TEMPLATE:
                self._overlay.change(getattr(environment, key[0]), key, [each.value for each in pieces])

    def settle(self) -> None:
        """Leave plain tables, as Flask has them; what is in force stays."""
        functions = (
            {id(view) for _, view in bound_views(pieces) if view is not None}
            for key, pieces in self.force.items()
            if _is_route(key)
        )
        parts = self.tables.parts
        if all(len(each) <= 1 for each in functions):
            # Else a plain dict could not tell which of the endpoint's functions is whose.
            parts["view_functions"] = dict(parts["view_functions"])
        vars(self._app).update(parts)

    def _change(self, parts: dict[str, Any], key: Key, new: list[Piece], known: list[Piece]) -> None:
        table, path, _ = key
        old = self.force.get(key, ())
        if table in HOOKS:
            held = parts[table] = copy.copy(parts[table])
            held[path[0]] = relisted(list(held.get(path[0], ())), old, new, known)
            if not held[path[0]]:
                del held[path[0]]
        elif table in LISTS:
            parts[table] = relisted(parts[table], old, new, known)
        elif table in TEMPLATE:
            self._change_template(key, new)
        elif not _is_route(key):
            self._overlay.change(_copied(parts, table, path), key, [each.value for each in new])

    def _change_template(self, key: Key, new: list[Piece]) -> None:
        environment = vars(self._app).get("jinja_env")
        if environment is not None:
            self._overlay.change(getattr(environment, key[0]), key, [each.value for each in new])
            if environment.cache is not None:
                # Jinja works out filters of constants when it compiles a template.
                environment.cache.clear()

    def _change_routes(self, parts: dict[str, Any], force: Force, changed: list[Key]) -> None:
        direct = direct_rules(parts["url_map"])
        parts["view_functions"] = self._views(
            parts["view_functions"], force, changed, {each.endpoint for each in direct}
        )
        bound = [each for key, pieces in force.items() if _is_route(key) for each in bound_views(pieces)]
        bound.sort(key=lambda each: _route_order(each[0]))
        rules = [(piece.value, Placed(view)) for piece, view in bound if piece.table == "url_map"]
        for rule in direct:
            key: Key = ("url_map", (rule.endpoint,), None)
            given = (view for piece, view in bound_views(force.get(key, ())) if piece.table == "view_functions")
            rules.append((rule, Placed(next(given, self._overlay.beneath(key)), is_managed=False)))
        parts["url_map"] = filled_map(parts["url_map"], rules)

    def _views(self, before: dict[str, Any], force: Force, changed: list[Key], direct: set[str]) -> Views:
        views = dict(before)
        for key in filter(_is_route, changed):
            functions = [view for _, view in bound_views(force.get(key, ())) if view is not None]
            self._overlay.change(views, key, functions[:1])
            if key not in force and key[1][0] not in direct:
                # A wrapper that was put over it directly has nothing to wrap.
                views.pop(key[1][0], None)
        return Views(views, self._overlay.ours("url_map"))


def bound_views(pieces: Iterable[Piece]) -> list[tuple[Piece, Any]]:
    """Return the routes of an endpoint, the newest run's first, each with its function.

    A function that a run gives to the endpoint alone, by `@app.endpoint`, serves that run's routes and older ones.
    """
    result: list[tuple[Piece, Any]] = []
    given = None
    ordered = sorted(pieces, key=lambda each: (each.rank, each.stamp), reverse=True)
    for _, group in itertools.groupby(ordered, key=lambda each: each.rank):
        run = list(group)
        given = given or next((each.function for each in run if each.table == "view_functions"), None)
        result += [(each, given or each.function) for each in run]
    return result


def lost(before: Force, after: Force) -> list[str]:
    """Name what was in force and is no longer; of a blueprint that has gone, nothing but the blueprint."""
    blueprints = {key[1] for key in after if key[0] == "blueprints"}
    old = [
        piece
        for pieces in before.values()
        for piece in pieces
        if piece.through is None or piece.through.path in blueprints
    ]
    new = [piece for pieces in after.values() for piece in pieces]
    answered, held = _methods(new), {told(each) for each in new}
    gone = {
        path: [each for each in methods if each not in answered.get(path, ())]
        for path, methods in _methods(old).items()
    }
    routes = [told_route(path, methods) for path, methods in gone.items() if methods]
    rest = [told(each) for each in old if each.table != "url_map"]
    return [*routes, *dict.fromkeys(each for each in rest if each not in held)]


def _methods(pieces: list[Piece]) -> dict[str, list[str]]:
    """Return the methods that each path answers."""
    found: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.table == "url_map":
            held = found.setdefault(piece.value.rule, [])
            held += [each for each in methods_of(piece.value) if each not in held]
    return found


def _is_route(key: Key) -> bool:
    return key[0] == "url_map"


def _route_order(piece: Piece) -> tuple[int, int, int]:
    """Return what routes are sorted by: the newest run's first, each run's as it defined them.

    What no cell wrote comes with the run that registers it, at its place there: of equal routes Flask asks the first.
    """
    brought, defined = piece.rank
    return -brought, -(defined or brought), piece.stamp


def _copied(parts: dict[str, Any], table: str, path: tuple[Any, ...]) -> Any:
    """Return the innermost table of a path; all tables on the way are new ones: requests read the old ones."""
    held = parts[table] = copy.copy(parts[table])
    for key in path[:-1]:
        inner = held[key] = copy.copy(held[key])
        held = inner
    return held


def _put_in_order(parts: dict[str, Any], force: Force, owner: Owner) -> None:
    """Put the hooks of a run that has ended in the order in which it defined them."""
    lists: dict[tuple[str, tuple[Any, ...]], list[Piece]] = {}
    for key, pieces in force.items():
        if key[0] in LISTED:
            lists.setdefault(key[:2], []).extend(each for each in pieces if each.owner.run == owner.run)
    for (table, path), run in lists.items():
        if table in LISTS:
            parts[table] = in_order(parts[table], run)
        elif run:
            parts[table] = copy.copy(parts[table])
            parts[table][path[0]] = in_order(parts[table][path[0]], run)

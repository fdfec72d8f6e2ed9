"""What was defined before the lab kept account: which run defined it, and how Flask made it of a blueprint."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import flask

from sio_lab.server.hooks import key_of

if TYPE_CHECKING:
    from werkzeug.routing import Map

    from sio_lab.server.hooks import Piece


class _Listener:
    """Stands in for a setup state, to hear of the route that a deferred function adds."""

    first_registration = False
    heard: tuple[str, Any, Any] | None = None

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **_options: Any) -> None:
        self.heard = (rule, endpoint or getattr(view_func, "__name__", ""), view_func)


def route_of(deferred: Any) -> tuple[str, str, Any] | None:
    """Return path, endpoint and view of the route that a deferred function adds; None where it is another one's.

    Only functions of Flask's own are asked: those of users may do anything.
    """
    flasks = inspect.unwrap(flask.Blueprint.add_url_rule).__globals__
    if getattr(deferred, "__globals__", None) is not flasks:
        return None
    listener = _Listener()
    deferred(listener)
    return listener.heard


def is_outrun(piece: Piece, pieces: list[Piece]) -> bool:
    """Tell whether one of `pieces` is what a later run of the same code defined in the place of this one."""
    later = (each for each in pieces if each.stamp > piece.stamp and key_of(each) == key_of(piece))
    return any(_is_rerun(piece.function, each.function) for each in later)


def _is_rerun(old: Any, new: Any) -> bool:
    """Tell whether two functions were made of the same text, compiled twice."""
    one, other = (getattr(inspect.unwrap(each), "__code__", None) if callable(each) else None for each in (old, new))
    if one is None or other is None or one is other:
        return False
    return bool(one == other and one.co_filename == other.co_filename)


def options_of(units: list[Piece], name: str, url_map: Map) -> dict[str, Any]:
    """Return the options that a blueprint must have been registered with, going by the routes that it has in a map."""
    prefix, _, own = name.rpartition(".")
    options: dict[str, Any] = {"name": own, "name_prefix": prefix}
    actual = {rule.endpoint: rule for rule in url_map.iter_rules()}
    for path, endpoint, _view in filter(None, (route_of(unit.value) for unit in units)):
        rule = actual.get(f"{name}.{endpoint}")
        relative = path.lstrip("/")
        if rule is not None and rule.rule.endswith(relative):
            before = rule.rule.removesuffix(relative).rstrip("/")
            return options | {"url_prefix": before or None, "subdomain": rule.subdomain or None}
    return options


def made_of(unit: Piece, name: str, pieces: list[Piece]) -> list[Piece]:
    """Return those of an app's pieces that Flask made of a unit of the blueprint of that name."""
    route = route_of(unit.value)
    if route is not None:
        path = (f"{name}.{route[1]}",)
        return [each for each in pieces if each.table == "url_map" and each.path == path and each.function is route[2]]
    scope = name if unit.path[:1] in {(), (None,)} else f"{name}.{unit.path[0]}"
    return [
        each
        for each in pieces
        if (each.table, each.path, each.value) == (unit.table, (scope, *unit.path[1:]), unit.value)
    ]

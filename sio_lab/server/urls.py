"""URL maps and views of a Flask app that changes while it serves: a new map each time, and each rule with its view."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from werkzeug.routing import Map, Rule

PLACED = "sio_lab_placed"
"""The attribute of a rule that says what it is bound to."""

IMPLIED = frozenset({"HEAD", "OPTIONS"})
"""Methods that Flask adds to a rule by itself."""

_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Placed:
    """What a rule in a map is bound to."""

    view: Callable[..., Any] | None
    """The function that answers, whatever else has the rule's endpoint; None leaves it to the app's views."""

    is_managed: bool = True
    """Whether it is there because a setup call defined it; else it was put into the map directly."""


def empty_map(like: Map) -> Map:
    """Return a map with another one's settings and none of its rules; its converters are the same dict."""
    new = type(like)(
        default_subdomain=like.default_subdomain,
        strict_slashes=like.strict_slashes,
        merge_slashes=like.merge_slashes,
        redirect_defaults=like.redirect_defaults,
        sort_parameters=like.sort_parameters,
        sort_key=like.sort_key,
        host_matching=like.host_matching,
    )
    new.converters = like.converters
    for name, value in vars(like).items():
        vars(new).setdefault(name, value)  # what a subclass of the user's own keeps
    return new


def filled_map(like: Map, rules: Iterable[tuple[Rule, Placed]]) -> Map:
    """Return a map of these rules, in this order, ready to match; the rules given are left as they are."""
    new = empty_map(like)
    for rule, placed in rules:
        twin = _twin(rule)
        setattr(twin, PLACED, placed)
        new.add(twin)
        vars(twin).pop("compile", None)
    new.update()
    return new


def direct_rules(url_map: Map) -> list[Rule]:
    """Return the rules of a map that no setup call defined: `/static`, and what was added to it directly."""
    return [rule for rule in url_map.iter_rules() if not placed_of(rule).is_managed]


def place(rule: Any, view: Any) -> None:
    """Count a rule of a map that is in force as defined by a setup call."""
    setattr(rule, PLACED, Placed(view))


def placed_of(rule: Any) -> Placed:
    """Return what a rule is bound to: nothing, where it was never placed."""
    placed: Placed = getattr(rule, PLACED, Placed(None, is_managed=False))
    return placed


def methods_of(rule: Rule) -> tuple[str, ...]:
    """Return the methods that a rule was written for."""
    methods = rule.methods or set()
    return tuple(sorted(methods - IMPLIED or methods))


def told_route(path: str, methods: Iterable[str]) -> str:
    """Name a route as a reader knows it: `route /about`, `route POST /push`."""
    names = ", ".join(methods)
    return f"route {path}" if names in {"GET", ""} else f"route {names} {path}"


class Views(dict[str, Any]):
    """An app's view functions by endpoint.

    During a request the function that its rule was bound to is found, though two rules of one endpoint, from two cells,
    have two functions. What is put in directly, as a wrapper around a view, comes before both.
    """

    def __init__(self, views: Mapping[str, Any], ours: Mapping[str, Any] | None = None) -> None:
        super().__init__(views)
        self.ours = dict(ours or {})
        """Endpoint -> what setup calls put there; anything else found in its place was put in directly."""

    def __getitem__(self, endpoint: str) -> Any:
        view = self.get(endpoint, _MISSING)
        if view is _MISSING:
            raise KeyError(endpoint)
        return view

    def get(self, endpoint: str, default: Any = None) -> Any:
        """Return the view of an endpoint, as `[]` does; `default` where there is none."""
        view = super().get(endpoint, _MISSING)
        if view is _MISSING or view is self.ours.get(endpoint, _MISSING):
            view = _view_of_request(endpoint) or view
        return default if view is _MISSING else view


def _view_of_request(endpoint: str) -> Any:
    rule = request.url_rule if has_request_context() else None
    return placed_of(rule).view if rule is not None and rule.endpoint == endpoint else None


def _twin(rule: Rule) -> Any:
    """Return an unbound copy of a rule that keeps what is compiled: to compile takes Werkzeug half a millisecond.

    `rule.empty()` would forget that a rule is of a WebSocket, and the attributes that Flask adds.
    """
    twin: Any = copy.copy(rule)
    twin.map = None
    twin.arguments = set(rule.arguments)
    if rule.map is not None:
        twin.compile = lambda: None
    return twin

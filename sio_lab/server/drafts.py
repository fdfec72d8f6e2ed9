"""The tables in which a Flask app looks up what serves a request, and drafts of them.

A setup call, as `@app.before_request`, runs on a draft; what is then in the draft are the pieces that it defines.
Tables that serve are not changed by it: new ones take their place, and a request ends with those that it began with.
"""

from __future__ import annotations

import threading
import types
import weakref
from collections import ChainMap
from contextvars import ContextVar
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from sio_lab.server.hooks import HOOKS, LISTS, TABLES, TEMPLATE, Piece, fresh, pieces_in
from sio_lab.server.urls import empty_map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextvars import Token

    from flask import Flask

    from sio_lab.core.cells import Owner

KEY = "sio_lab"
"""Where an app keeps its account, among its extensions; a blueprint, among its attributes."""

DEFINING = threading.RLock()
"""Held while something is being defined, on whatever app: a blueprint may be on several. No request waits for it."""


class Tables:
    """One state of what an app looks up; the requests that begin with it end with it."""

    def __init__(self, app: Flask, parts: dict[str, Any]) -> None:
        self.app = app
        self.parts = parts


class Draft(Tables):
    """Tables that are empty but for what the run which drafts may not define twice; whole setup calls run on it."""

    def __init__(self, app: Flask, owner: Owner, blueprints: dict[str, Any]) -> None:
        parts = {name: empty_map(app.url_map) if name == "url_map" else fresh(name) for name in TABLES}
        super().__init__(app, parts | {"blueprints": dict(blueprints)})
        self.owner = owner
        self.registrations: list[Piece] = []
        self._known = blueprints
        self._environment: _Environment | None = None

    def environment(self, original: Any) -> Any:
        """Return what stands in for the app's Jinja environment."""
        self._environment = self._environment or _Environment(original)
        return self._environment

    def pieces(self) -> list[Piece]:
        """Return what was defined."""
        views = self.parts["view_functions"]
        rules = [
            Piece("url_map", (rule.endpoint,), rule, views.get(rule.endpoint))
            for rule in self.parts["url_map"].iter_rules()
        ]
        template = self._environment.added if self._environment is not None else {}
        rest = pieces_in(self.parts, [*HOOKS, *LISTS, "error_handler_spec"]) + pieces_in(template, template)
        routed = {rule.path for rule in rules}
        rest += [each for each in pieces_in(self.parts, ["view_functions"]) if each.path not in routed]
        return [*rules, *rest, *self._blueprints(), *self.registrations]

    def _blueprints(self) -> list[Piece]:
        known = {*self._known, *(each.path[0] for each in self.registrations)}
        return [each for each in pieces_in(self.parts, ["blueprints"]) if each.path[0] not in known]


class _Environment:
    """Stands in for a Jinja environment: keeps what is added to its tables apart, and passes all else on."""

    def __init__(self, original: Any) -> None:
        self.added: dict[str, dict[str, Any]] = {name: {} for name in TEMPLATE}
        vars(self).update({name: ChainMap(self.added[name], getattr(original, name)) for name in TEMPLATE})
        self._original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in {"added", "_original"}:
            vars(self)[name] = value
        else:
            setattr(self._original, name, value)


_shown: ContextVar[Tables | None] = ContextVar("sio_lab_tables", default=None)


class Showing:
    """A block in which this thread sees an app with certain tables: a draft's, or those its request began with."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._token: Token[Tables | None] | None = None

    def __enter__(self) -> None:
        self._token = _shown.set(self._tables)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _shown.reset(self._token)


class Table:
    """An app's attribute: the table of that name, as this thread is to see it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, app: Any, kind: type | None = None) -> Any:
        if app is None:
            return self
        shown = _shown.get()
        tables = shown if shown is not None and shown.app is app else tables_of(app)
        return tables.parts[self._name]

    def __set__(self, app: Any, table: Any) -> None:
        (draft_of(app) or tables_of(app)).parts[self._name] = table


class TemplateEnvironment:
    """An app's attribute `jinja_env`: made by Flask when it is first needed; a stand-in for who works on a draft."""

    def __init__(self, mixin: type, name: str) -> None:
        self._mixin = mixin
        self._name = name

    def __get__(self, app: Any, kind: type | None = None) -> Any:
        if app is None:
            return self
        environment = getattr(super(self._mixin, app), self._name)
        draft = draft_of(app)
        return environment if draft is None else draft.environment(environment)

    def __set__(self, app: Any, environment: Any) -> None:
        vars(app)[self._name] = environment

    def __delete__(self, app: Any) -> None:
        vars(app).pop(self._name, None)


def tables_of(app: Any) -> Tables:
    """Return the tables of an app that are in force."""
    routes = app.extensions.get(KEY)
    tables: Tables = routes.tables if routes is not None else Tables(app, vars(app))
    return tables


def draft_of(app: Any) -> Draft | None:
    """Return the draft of an app that this thread works on."""
    shown = _shown.get()
    return shown if isinstance(shown, Draft) and shown.app is app else None


_adopted: weakref.WeakValueDictionary[tuple[type, type], type] = weakref.WeakValueDictionary()


def adopted_class(kind: type, mixin: type) -> type:
    """Return a subclass of a class, of the same name, whose methods are first those of `mixin`; one for each class."""
    made = _adopted.get((kind, mixin))
    if made is None:
        same = {name: getattr(kind, name) for name in ("__module__", "__qualname__", "__doc__")}
        made = types.new_class(kind.__name__, (mixin, kind), exec_body=lambda body: body.update(same))
        _adopted[kind, mixin] = made
    return made


def plain_class(kind: type, mixin: type) -> type:
    """Return the class that an adopted one was made of."""
    return next(each for each in kind.__mro__ if not issubclass(each, mixin))


def intercept(mixin: type, plain: type, names: Iterable[str], keeper: Callable[[Any], Any]) -> None:
    """Have `mixin` hand calls of the methods that a plain class has to `keeper(self).define`."""
    for name in names:
        if hasattr(plain, name):
            setattr(mixin, name, _handing_over(mixin, plain, name, keeper))


def _handing_over(mixin: type, plain: type, name: str, keeper: Callable[[Any], Any]) -> Callable[..., Any]:
    def setup(self: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        account = keeper(self)
        if account is None:
            # It was kept aside, and the app or the blueprint has become a plain one.
            return getattr(self, name)(*args, **options)
        return account.define(getattr(super(mixin, self), name), args, options)

    return update_wrapper(setup, getattr(plain, name))


def function_of(args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return the function that a setup call is given; None where it is given none."""
    return next(
        (each for each in (options.get("view_func"), options.get("f"), *reversed(args)) if callable(each)), None
    )


def defining(define: Callable[..., Any], result: Any, args: tuple[Any, ...]) -> Any:
    """Return what a setup call returned; where that is a decorator, one whose call is a setup call, too."""
    if not callable(result) or any(result is each for each in args):
        return result
    return lambda function: define(result, (function,), {})

"""Flask routes, hooks, handlers and filters that belong to cells and may be defined again while the app serves.

An app is adopted: its class becomes a subclass of it, whose setup calls work at any time. Each of them runs on a draft;
what it defines goes into a book, by owner, and the app gets new tables: what the book says over what was put into them
directly. A request ends with the tables that it began with, so it never sees half a change.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import flask

from sio_lab.core.book import Book
from sio_lab.server import blueprints
from sio_lab.server.applied import Applied, lost
from sio_lab.server.blueprints import Registration
from sio_lab.server.contexts import LIGHT, is_light
from sio_lab.server.drafts import (
    DEFINING,
    KEY,
    Draft,
    Showing,
    Table,
    Tables,
    TemplateEnvironment,
    adopted_class,
    defining,
    draft_of,
    function_of,
    intercept,
    plain_class,
    tables_of,
)
from sio_lab.server.found import is_outrun
from sio_lab.server.hooks import HOOKS, LISTS, NOBODY, TABLES, TEMPLATE, Piece, in_force, key_of, pieces_in, pieces_of
from sio_lab.server.raw_lines import LINE
from sio_lab.server.raw_serving import Served
from sio_lab.server.route_errors import leave_out_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.server.applied import Force
    from sio_lab.server.hooks import Key

    _Base = flask.Flask
else:
    _Base = object

SETUP = (
    *("add_url_rule", "endpoint", "register_blueprint", "register_error_handler", "before_request", "after_request"),
    *("teardown_request", "context_processor", "url_value_preprocessor", "url_defaults", "add_template_filter"),
    *("add_template_test", "add_template_global", "teardown_appcontext", "shell_context_processor"),
)
"""The methods through which all others define something."""

BEGAN_WITH = "sio_lab.tables"
"""Where a request's environ keeps the tables that it began with."""


class AdoptedFlask(_Base):
    """A Flask app whose setup calls work at any time, and whose requests never see half a change."""

    def _check_setup_finished(self, f_name: str) -> None:
        """Find nothing wrong with a late call."""

    def request_context(self, environ: dict[str, Any]) -> Any:
        """Begin a request with the tables that are in force."""
        tables = environ[BEGAN_WITH] = tables_of(self)
        if is_light(self, environ):
            return environ[LIGHT].context(self, environ, tables, {})
        with Showing(tables):
            return super().request_context(environ)

    def dispatch_request(self) -> Any:
        """Have a route answer; one that serves a raw WebSocket, as long as that is open."""
        serving, rule = flask.request.environ.get(LINE), flask.request.url_rule
        if serving is None or rule is None:
            return super().dispatch_request()
        routes = self.extensions.get(KEY)
        sockets = routes.sockets if routes is not None else None
        return serving.serve(rule, self.view_functions.get(rule.endpoint), sockets, super().dispatch_request)

    def log_exception(self, exc_info: Any) -> None:
        """Log what a request raised, as if the lab were not there."""
        leave_out_ours(exc_info[2])
        super().log_exception(exc_info)

    def create_jinja_environment(self) -> Any:
        """Make the environment of the templates, with what was defined before it was needed."""
        environment = super().create_jinja_environment()
        routes = self.extensions.get(KEY)
        if routes is not None:
            routes.fill(environment)
        return environment


def _as_it_began(name: str) -> Callable[..., Any]:
    """Return the method of an app that does its part for a request by the tables that the request began with."""

    def method(self: Any, *args: Any, **options: Any) -> Any:
        with Showing(_began_with(self)):
            return getattr(super(AdoptedFlask, self), name)(*args, **options)

    return update_wrapper(method, getattr(flask.Flask, name))


_ATTRIBUTES: dict[str, Any] = {
    **{name: Table(name) for name in TABLES},
    **{name: _as_it_began(name) for name in ("full_dispatch_request", "handle_exception", "do_teardown_request")},
    "jinja_env": TemplateEnvironment(AdoptedFlask, "jinja_env"),
}
for _name, _attribute in _ATTRIBUTES.items():
    setattr(AdoptedFlask, _name, _attribute)
intercept(AdoptedFlask, flask.Flask, SETUP, lambda app: app.extensions.get(KEY))


def routes_of(app: Any, cells: Cells) -> Routes:
    """Return the account of a Flask app's routes, hooks and the like; the app is adopted by the first call."""
    routes = app.extensions.get(KEY)
    return routes if isinstance(routes, Routes) else Routes(app, cells)


class Routes:
    """Keeps account of who defined what on a Flask app, and has it do what the newest definitions say."""

    def __init__(self, app: Any, cells: Cells) -> None:
        self.app = app
        self.cells = cells
        self.book: Book[Piece] = Book(self._changed, many=True)
        self.accounts: weakref.WeakSet[blueprints.Account] = weakref.WeakSet()
        """Of the blueprints that were ever registered on it."""

        self.sockets = Served(cells)
        """The raw WebSockets that its routes serve."""

        self._applied = Applied(app)
        self._ended: dict[str, Owner] = {}
        self._began: dict[str, tuple[int, Force]] = {}
        """Cell -> its last run, and what was in force before that defined anything."""

        self._depth = 0
        self._is_released = False
        with DEFINING:
            app.extensions[KEY] = self
            app.__class__ = adopted_class(type(app), AdoptedFlask)
            self._find()

    # --- what the lab asks --------------------------------------------------------------------------------------

    @property
    def tables(self) -> Tables:
        """What requests that begin now are answered by."""
        return self._applied.tables

    @property
    def ended(self) -> list[Owner]:
        """The last run, of each cell, that ended well."""
        return list(self._ended.values())

    def sweep(self, owner: Owner) -> list[str]:
        """Remove what earlier runs of a cell defined; names what this one no longer does."""
        with DEFINING:
            if not owner.anonymous:
                self._ended[owner.cell] = owner
            run, before = self._began.pop(owner.cell, (None, {}))
            pieces = (piece for held in self._wanted().values() for piece in held)
            is_again = any(each.owner.cell == owner.cell and each.owner.run < owner.run for each in pieces)
            return self._take(
                lambda each: each.sweep(owner), before if run == owner.run else None, owner if is_again else None
            )

    def drop(self, cell: str) -> list[str]:
        """Remove all that a cell defined, and name it."""
        with DEFINING:
            self._ended.pop(cell, None)
            self._began.pop(cell, None)
            return self._take(lambda each: each.drop(cell))

    def carry(self, other: Routes, without: Collection[str] = ()) -> None:
        """Take over what was defined on another app, but for what the cells `without` own."""
        with self._as_one():
            self.book.carry(other.book, without)
            for piece in self._registered():
                if self not in piece.bound:
                    self._bind(piece)

    def release(self) -> None:
        """Make the app a plain one again; all that is in force stays. A second call does nothing."""
        with DEFINING:
            if self._is_released:
                return
            self._is_released = True
            self._applied.settle()
            self.app.__class__ = plain_class(type(self.app), AdoptedFlask)
            self.app.extensions.pop(KEY, None)
            for account in list(self.accounts):
                account.release(self)

    # --- what the app and its blueprints ask --------------------------------------------------------------------

    def define(self, plain: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Make a setup call; what it defines is in force when this returns. Raises what the call raises."""
        __tracebackhide__ = True
        if draft_of(self.app) is not None:
            return defining(self.define, plain(*args, **options), args)
        owner = self.cells.owner(function_of(args, options)) or NOBODY
        for blueprint in (each for each in args if isinstance(each, flask.Blueprint)):
            blueprints.adopt(blueprint, self)
        draft = self.draft(owner, self._names_of(owner))
        with Showing(draft):
            result = plain(*args, **options)
        self._add(draft.pieces(), owner)
        return defining(self.define, result, args)

    def draft(self, owner: Owner, names: dict[str, Any]) -> Draft:
        """Return empty tables for a setup call, in which blueprints of these names are registered already."""
        return Draft(self.app, owner, names)

    def begin(self, owner: Owner) -> None:
        """Note that a run is about to define something."""
        if owner is not NOBODY and self._began.get(owner.cell, (None,))[0] != owner.run:
            self._began[owner.cell] = (owner.run, self._applied.force)

    def refresh(self) -> None:
        """Bring the app in line with what is defined."""
        with self._as_one():
            return

    def registrations(self) -> list[Registration]:
        """Return the blueprints that are registered, in force or beneath others, with those within them."""
        found = self._registered()
        for each in found:
            bound = each.bound.get(self, {}).values()
            found += [piece for pieces in bound for piece in pieces if isinstance(piece, Registration)]
        return found

    def refuse_second(self, pieces: Iterable[Piece], others: Iterable[Piece] = ()) -> None:
        """Raise AssertionError, as Flask does, where a run has given an endpoint a second function."""
        known = list(others)
        for piece in pieces:
            rivals = [*known, *self._applied.force.get(key_of(piece), ())]
            if piece.table == "url_map" and any(_is_second(piece, each) for each in rivals):
                raise AssertionError(
                    f"View function mapping is overwriting an existing endpoint function: {piece.path[0]}"
                )

    def fill(self, environment: Any) -> None:
        """Put the filters, tests and globals that are in force into a new Jinja environment."""
        self._applied.fill(environment)

    # --- within -------------------------------------------------------------------------------------------------

    def _add(self, pieces: list[Piece], owner: Owner) -> None:
        for piece in pieces:
            piece.belong(owner)
        self.refuse_second(pieces, self._direct_views(pieces) if owner is NOBODY else ())
        self.begin(owner)
        with self._as_one():
            for piece in pieces:
                self.cells.note(piece.function, owner if owner is not NOBODY else None)
                self.book.add(key_of(piece), owner, piece)

    def _direct_views(self, pieces: list[Piece]) -> list[Piece]:
        """Return the views that nobody's book knows, as `static`, for the endpoints of some pieces."""
        views = self.tables.parts["view_functions"]
        endpoints = {
            each.path for each in pieces if each.table == "url_map" and key_of(each) not in self._applied.force
        }
        return [Piece("url_map", path, None, views[path[0]]) for path in endpoints if path[0] in views]

    def _names_of(self, owner: Owner) -> dict[str, Any]:
        """Return the blueprints that a run has registered already: their names are taken."""
        names = {each.path[0]: each.value for each in self.registrations() if each.owner.run == owner.run}
        return dict(self.tables.parts["blueprints"]) if owner is NOBODY else names

    def _registered(self) -> list[Registration]:
        return [piece for piece in pieces_of(self.book) if isinstance(piece, Registration)]

    def _bind(self, registration: Registration) -> None:
        """Register a blueprint that another app had, as that did."""
        try:
            blueprints.adopt(registration.value, self).bind(registration, self, {})
        except Exception:
            self.app.logger.exception("The blueprint %r did not go over to the new app", registration.path[0])

    def _take(
        self, remove: Callable[[Any], object], before: Force | None = None, again: Owner | None = None
    ) -> list[str]:
        before = self._applied.force if before is None else before
        with self._as_one(again):
            for account in list(self.accounts):
                remove(account)
            remove(self.book)
        return lost(before, self._applied.force)

    def _changed(self, _key: Hashable) -> None:
        if not self._depth:
            self.refresh()

    @contextmanager
    def _as_one(self, again: Owner | None = None) -> Iterator[None]:
        """Have all that changes inside come into force at once."""
        with DEFINING:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth and not self._is_released:
                    self._applied.bring(self._wanted(), again)
                    self.sockets.part(self._applied.force)

    def _wanted(self) -> dict[Key, list[Piece]]:
        """Return all that is defined, the blueprints' own included, by what it may be replaced by."""
        found: dict[Key, list[Piece]] = {}
        for piece in pieces_of(self.book):
            found.setdefault(key_of(piece), []).append(piece)
        done: set[Key] = set()
        while names := [key for key in found if key[0] == "blueprints" and key not in done]:
            # A blueprint before those within it: which of them count is known then.
            key = min(names, key=lambda each: each[1][0].count("."))
            done.add(key)
            for registration in in_force(found[key]):
                for piece in registration.pieces(self) if isinstance(registration, Registration) else ():
                    found.setdefault(key_of(piece), []).append(piece)
        return found

    def _find(self) -> None:
        """Enter what the app has already, each for the cell that it was written in; all else stays as it is."""
        parts = self.tables.parts
        owned = self._owned(parts)
        linked = [blueprints.adopt(each, self).link(self, name, owned) for name, each in parts["blueprints"].items()]
        self._applied.claim([*linked, *owned])
        with self._as_one():
            for each in [*linked, *owned]:
                if each.through is None and not is_outrun(each, owned):
                    self.book.add(key_of(each), each.owner, each)

    def _owned(self, parts: dict[str, Any]) -> list[Piece]:
        """Return what was written in cells."""
        environment = vars(self.app).get("jinja_env")
        found = pieces_in(parts, [*HOOKS, *LISTS, "error_handler_spec"])
        if environment is not None:
            found += pieces_in({name: getattr(environment, name) for name in TEMPLATE}, TEMPLATE)
        views = parts["view_functions"]
        found += [
            Piece("url_map", (each.endpoint,), each, views.get(each.endpoint)) for each in parts["url_map"].iter_rules()
        ]
        for each in found:
            each.belong(self.cells.written_by(each.function) or NOBODY)
        return [each for each in found if each.owner is not NOBODY]


def _began_with(app: Any) -> Tables:
    tables: Tables | None = flask.request.environ.get(BEGAN_WITH)
    return tables if tables is not None and tables.app is app else tables_of(app)


def _is_second(piece: Piece, other: Piece) -> bool:
    is_same_run = key_of(piece) == key_of(other) and piece.owner.run == other.owner.run
    is_given = piece.function is not None and other.function is not None
    # A blueprint that has just taken the place of one of its name: the old one's routes go.
    is_replaced = None not in (piece.through, other.through) and piece.through is not other.through
    return is_same_run and is_given and not is_replaced and bool(other.function != piece.function)

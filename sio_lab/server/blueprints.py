"""Blueprints that may be changed after they were registered, and registered again.

What a blueprint has is kept in units: a deferred function, a hook, a blueprint within it. Each unit is bound on its own
to each app that the blueprint is registered on, by Flask's own `Blueprint.register`. So one more can be bound at any
time, and one that its cell no longer defines can go.
"""

from __future__ import annotations

import copy
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import flask

from sio_lab.core.book import Book
from sio_lab.server.drafts import (
    DEFINING,
    KEY,
    Draft,
    Showing,
    adopted_class,
    defining,
    draft_of,
    function_of,
    intercept,
)
from sio_lab.server.found import is_outrun, made_of, options_of, route_of
from sio_lab.server.hooks import (
    DEFERRED,
    HOOKS,
    LISTED,
    NOBODY,
    Piece,
    fresh,
    key_of,
    pieces_in,
    pieces_of,
    pour,
    spill,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.server.routes import Routes

    _Base = flask.Blueprint
else:
    _Base = object

SETUP = (
    *("record", "add_url_rule", "endpoint", "register_error_handler", "register_blueprint", "before_request"),
    *("after_request", "teardown_request", "context_processor", "url_value_preprocessor", "url_defaults"),
)
"""The methods through which all others define something."""

UNITS = (*DEFERRED, *HOOKS, "error_handler_spec", "view_functions")
"""Tables of a blueprint, by the names of its attributes."""


@dataclass(eq=False)
class Registration(Piece):
    """A blueprint as an app has it: under a name, with options."""

    options: dict[str, Any] = field(default_factory=dict)
    bound: weakref.WeakKeyDictionary[Routes, dict[Piece, list[Piece]]] = field(
        default_factory=weakref.WeakKeyDictionary
    )
    """App -> unit -> what that defines there; its own static route stands under the registration itself."""

    def pieces(self, routes: Routes) -> list[Piece]:
        """Return all that it defines on an app."""
        bound = self.bound.get(routes, {})
        return [piece for unit in (self, *account_of(self.value).units()) for piece in bound.get(unit, ())]


class AdoptedBlueprint(_Base):
    """A blueprint whose setup calls take effect at any time."""

    def _check_setup_finished(self, f_name: str) -> None:
        """Find nothing wrong with a late call."""

    def register(self, app: Any, options: dict[str, Any]) -> None:
        """Register it on an app, as Flask does when the app is asked to."""
        routes, draft = app.extensions.get(KEY), draft_of(app)
        if routes is None:
            super().register(app, options)
        elif draft is None:
            routes.define(self.register, (app, options), {})
        else:
            account_of(self).register(routes, draft, options)


intercept(AdoptedBlueprint, flask.Blueprint, SETUP, lambda blueprint: vars(blueprint).get(KEY))


def adopt(blueprint: Any, routes: Routes) -> Account:
    """Have setup calls of a blueprint take effect at any time; returns its account. A second call does nothing."""
    account: Account | None = account_of(blueprint)
    if account is None:
        account = Account(blueprint, routes.cells)
        account.find(routes.ended)
        vars(blueprint)[KEY] = account
        blueprint.__class__ = adopted_class(type(blueprint), AdoptedBlueprint)
    account.users.add(routes)
    routes.accounts.add(account)
    return account


def account_of(blueprint: Any) -> Any:
    """Return the account of a blueprint; None where it is not adopted."""
    return vars(blueprint).get(KEY)


class Account:
    """Keeps account of who defined what on a blueprint."""

    def __init__(self, blueprint: Any, cells: Cells) -> None:
        self.blueprint = blueprint
        self.users: weakref.WeakSet[Routes] = weakref.WeakSet()
        """The apps that it is, or was, registered on."""

        self._cells = cells
        self._kind = type(blueprint)
        self._book: Book[Piece] = Book(lambda _key: None, many=True)
        self._is_capturing = False

    def units(self) -> list[Piece]:
        """Return what it has, in the order in which it was defined."""
        return sorted(pieces_of(self._book), key=lambda each: each.stamp)

    def find(self, ended: Iterable[Owner]) -> None:
        """Enter what was defined before there was an account, but for what the runs that have `ended` put an end to."""
        units = pieces_in(vars(self.blueprint), UNITS)
        for unit in units:
            route = route_of(unit.value)
            unit.function = route[2] if route is not None else unit.value
            unit.belong(self._cells.written_by(unit.function) or NOBODY)
        for unit in units:
            if is_outrun(unit, units):
                spill(vars(self.blueprint), unit)
            else:
                self._book.add(key_of(unit), unit.owner, unit)
        for owner in ended:
            self.sweep(owner)

    def define(self, plain: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Make a setup call; what it defines takes effect wherever the blueprint is registered."""
        __tracebackhide__ = True
        with DEFINING:
            if self._is_capturing:
                result = plain(*args, **options)
            else:
                function = function_of(args, options)
                owner = self._cells.owner(function) or NOBODY
                result, units = self._captured(plain, args, options)
                for unit in units:
                    unit.function = function or unit.value
                    unit.belong(owner)
                self._add(units)
        return defining(self.define, result, args)

    def register(self, routes: Routes, draft: Draft, options: dict[str, Any]) -> None:
        """Register the blueprint on an app, whose tables are drafted. Raises ValueError as Flask does."""
        name = ".".join(filter(None, (options.get("name_prefix"), options.get("name", self.blueprint.name))))
        registration = Registration("blueprints", (name,), self.blueprint, self.blueprint, options=dict(options))
        registration.belong(draft.owner)
        with DEFINING:
            self.bind(registration, routes, draft.parts["blueprints"])
        draft.registrations.append(registration)
        draft.parts["blueprints"][registration.path[0]] = self.blueprint

    def bind(self, registration: Registration, routes: Routes, taken: dict[str, Any]) -> None:
        """Find out what a registration defines on an app, on which blueprints' names in `taken` are another's."""
        bound = registration.bound[routes] = {}
        bound[registration] = self._bound(registration, routes, None, taken)
        for unit in self.units():
            bound[unit] = self._bound(registration, routes, unit, {})

    def link(self, routes: Routes, name: str, pieces: list[Piece]) -> Registration:
        """Return the registration that Flask made before there was an account; its pieces are among `pieces`."""
        registration = Registration("blueprints", (name,), self.blueprint, self.blueprint)
        units = self.units()
        bound = registration.bound[routes] = {unit: made_of(unit, name, pieces) for unit in units}
        registration.options = options_of(units, name, routes.app.url_map)
        for piece in (piece for each in bound.values() for piece in each):
            piece.through = registration
        return registration

    def sweep(self, owner: Owner) -> None:
        """Remove what earlier runs of a cell defined and this one does not."""
        self._take(lambda: self._book.sweep(owner))

    def drop(self, cell: str) -> None:
        """Remove what a cell defined."""
        self._take(lambda: self._book.drop(cell))

    def release(self, routes: Routes) -> None:
        """Be a plain blueprint again, once the last app is a plain one; what it has stays."""
        self.users.discard(routes)
        if not self.users and vars(self.blueprint).pop(KEY, None) is not None:
            self.blueprint.__class__ = self._kind

    def _add(self, units: list[Piece]) -> None:
        found = [
            (registration, routes, unit, self._bound(registration, routes, unit, {}))
            for routes in list(self.users)
            for registration in routes.registrations()
            if registration.value is self.blueprint
            for unit in units
        ]
        for routes in list(self.users):
            for unit in units:
                routes.begin(unit.owner)
        for registration, routes, unit, pieces in found:
            registration.bound.setdefault(routes, {})[unit] = pieces
        for unit in units:
            pour(vars(self.blueprint), unit)
            self._cells.note(unit.function, unit.owner if unit.owner is not NOBODY else None)
            self._book.add(key_of(unit), unit.owner, unit)
        self._refresh()

    def _take(self, remove: Callable[[], object]) -> None:
        with DEFINING:
            before = self.units()
            remove()
            after = self.units()
            gone = [unit for unit in before if unit not in after]
            for unit in gone:
                spill(vars(self.blueprint), unit)
            for unit in after if gone else ():
                if unit.table not in LISTED:
                    pour(vars(self.blueprint), unit)
            if gone:
                self._refresh()

    def _refresh(self) -> None:
        for routes in list(self.users):
            routes.refresh()

    def _captured(
        self, plain: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[Any, list[Piece]]:
        """Make a setup call on empty tables; returns what it returns, and the units that it defines."""
        parts = vars(self.blueprint)
        held = {name: parts[name] for name in UNITS}
        parts.update({name: fresh(name) for name in UNITS})
        self._is_capturing = True
        try:
            return plain(*args, **options), pieces_in(parts, UNITS)
        finally:
            self._is_capturing = False
            parts.update(held)

    def _bound(
        self, registration: Registration, routes: Routes, unit: Piece | None, taken: dict[str, Any]
    ) -> list[Piece]:
        """Have Flask register the blueprint with nothing but one unit; returns what that defines on the app."""
        thin = self._thin(unit)
        names = {name: thin if held is self.blueprint else held for name, held in taken.items()}
        owner = max(unit.owner if unit else NOBODY, registration.owner, key=lambda each: each.run)
        if unit is not None and unit.table == "_blueprints":
            adopt(unit.value[0], routes)
        draft = routes.draft(owner, names | self._names(registration, routes, unit, thin))
        with Showing(draft):
            if unit is None:
                _register_whole(thin, routes.app, registration)
            else:
                flask.Blueprint.register(thin, routes.app, dict(registration.options))
        for name, value in vars(thin).items():
            vars(self.blueprint).setdefault(name, value)  # that it was registered
        pieces = [each for each in draft.pieces() if each.value is not thin]
        for piece in pieces:
            piece.belong(unit.owner if unit else registration.owner, registration.owner)
            piece.through = registration
        routes.refuse_second(pieces, [each for held in registration.bound.get(routes, {}).values() for each in held])
        return pieces

    def _names(self, registration: Registration, routes: Routes, unit: Piece | None, thin: Any) -> dict[str, Any]:
        """Return the names that are taken, and those that the blueprint had before: what is done once has been done."""
        run = unit.owner.run if unit is not None else None
        same = [held for other, held in registration.bound.get(routes, {}).items() if other.owner.run == run]
        within = {each.path[0]: each.value for held in same for each in held if isinstance(each, Registration)}
        before = (each for each in routes.registrations() if each.stamp < registration.stamp)
        return within | {
            each.path[0]: thin for each in before if each.value is self.blueprint and each.path != registration.path
        }

    def _thin(self, unit: Piece | None) -> Any:
        """Return a copy of the blueprint with one unit; or with none, but with the static route."""
        thin = copy.copy(self.blueprint)
        thin.__class__ = self._kind
        parts = vars(thin)
        parts.pop(KEY, None)
        parts.update({name: fresh(name) for name in UNITS})
        if unit is not None:
            thin.static_folder = None
            pour(parts, unit)
        return thin


def _register_whole(blueprint: Any, app: Any, registration: Registration) -> None:
    """Register a blueprint by its own `register`, and keep the options that Flask is given in the end."""
    original = blueprint.make_setup_state

    def make_setup_state(app: Any, options: dict[str, Any], *rest: Any, **more: Any) -> Any:
        registration.options = dict(options)
        return original(app, options, *rest, **more)

    blueprint.make_setup_state = make_setup_state
    blueprint.register(app, dict(registration.options))
    del blueprint.make_setup_state
    registration.path = ([name for name, each in app.blueprints.items() if each is blueprint][-1],)

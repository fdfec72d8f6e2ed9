"""Flask's side of an event at the moment its handler failed, so that it can be looked at later."""

from __future__ import annotations

import copy
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import flask
from flask.ctx import RequestContext
from flask.globals import app_ctx

from sio_lab.server import failures

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a handler could ask of Flask while it ran."""

    app: Any
    """The Flask app."""

    request: Any
    """The request itself, with its `sid`, `namespace` and `event`."""

    session: Any
    """A copy of the session as it was; the values in it are the same objects."""

    names: Any
    """What was `flask.g`."""

    def within(self, function: Callable[[], T]) -> T:
        """Return what `function` returns, called where `request`, `session` and `flask.g` are those of then.

        Nothing is run when it ends: what the app tears down after an event has been torn down, and happens once.
        """
        return copy_context().run(self._entered, function)

    def _entered(self, function: Callable[[], T]) -> T:
        RequestContext(self.app, self.request.environ, self.request, self.session).push()
        app_ctx.g = self.names
        return function()


def note(error: BaseException) -> None:
    """Note what a handler has raised, and what Flask had at that moment."""
    failures.noted.set(failures.Noted(error, take()))


def take() -> Moment | None:
    """Return what Flask has here and now; None outside of a request."""
    if not flask.has_request_context():
        return None
    app, request, names = map(_behind, (flask.current_app, flask.request, flask.g))
    return Moment(app, request, _copied(_behind(flask.session)), names)


def _behind(proxy: Any) -> Any:
    return proxy._get_current_object()


def _copied(session: Any) -> Any:
    # A session is of a class of the user's choice, which may refuse that.
    with suppress(Exception):
        return copy.copy(session)
    return session

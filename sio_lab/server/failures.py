"""What went wrong in a handler, told to the one who wrote it: from the handler's own frame on, and what to do next."""

from __future__ import annotations

import inspect
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import flask
import jinja2
from socketio.exceptions import TimeoutError as NoAck

from sio_lab.core.templates import missing_template
from sio_lab.core.vanished import advice_for
from sio_lab.errors import LabError
from sio_lab.server.lookup import accepts, describe

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from sio_lab.server.lookup import Match
    from sio_lab.server.moments import Moment

LIBRARIES = frozenset(
    {"socketio", "engineio", "bidict", "flask_socketio", "flask", "werkzeug", "threading", "contextlib", "sio_lab"}
    | {"flask_sock", "simple_websocket"}
)
TRACEBACK_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Noted:
    """What a handler raised, seen before anybody else could take care of it."""

    error: BaseException
    moment: Moment | None
    """Flask's side of it; None without Flask."""


noted: ContextVar[Noted | None] = ContextVar("sio_lab_noted", default=None)
"""What the running handler raised, though an `on_error` handler may have taken care of it."""


explained: WeakKeyDictionary[BaseException, str] = WeakKeyDictionary()
"""What to do about errors that were looked into where they were raised."""


class Unanswered(Exception):
    """An event that must not reach a handler; the text says why."""


class HandlerRaised(Exception):
    """A TypeError out of a `connect` or `disconnect` handler, wrapped so that no library takes it for a wrong call.

    Flask-SocketIO and python-socketio run such a handler again with fewer arguments when they see a TypeError.
    """


@dataclass(frozen=True, slots=True)
class Told:
    """A failure in words."""

    error: str
    """The exception's last line."""

    traceback: str
    """From the handler's frame on."""

    hint: str | None
    """What to do next."""


def unwrap(error: BaseException | None) -> BaseException | None:
    """Return the user's own exception behind `error`."""
    return error.__cause__ if isinstance(error, HandlerRaised) and error.__cause__ else error


def is_wrong_call(error: BaseException) -> bool:
    """Tell whether a library could not call a handler at all: none of the user's code has run."""
    return isinstance(error, TypeError) and users_part(error.__traceback__) is None


def one_line(error: BaseException) -> str:
    """Return an exception as the last line of its traceback, bounded."""
    if isinstance(error, LabError):
        return f"{type(error).__name__}: {error}".partition("\n")[0][:1000]
    return traceback.format_exception_only(error)[-1].strip()[:1000]


def tell(error: BaseException, match: Match | None, args: tuple[Any, ...], left: str | None) -> Told:
    """Put into words what a handler raised that was called with `args`; `left` is its client where that is gone."""
    return Told(one_line(error), shown(error), _hint(error, match, args, left))


def shown(error: BaseException) -> str:
    """Return the traceback as text, without the libraries' frames that led to the user's code.

    An error of the lab's own shows the user's frames only: it says what is wrong with them.
    """
    if isinstance(error, LabError):
        own = [(each, line) for each, line in traceback.walk_tb(error.__traceback__) if not _is_frame_of_library(each)]
        frames = "".join(traceback.StackSummary.extract(own).format())
        return f"Traceback (most recent call last):\n{frames}{type(error).__name__}: {error}\n"
    lines = traceback.format_exception(type(error), error, users_part(error.__traceback__))
    return "".join(lines)[-TRACEBACK_LENGTH:]


def users_part(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback from the first frame on that is no library's; None where there is none."""
    first = trace
    while first is not None and _is_library(first):
        first = first.tb_next
    return first


def _is_library(trace: TracebackType) -> bool:
    return _is_frame_of_library(trace.tb_frame)


def _is_frame_of_library(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in LIBRARIES


def _hint(error: BaseException, match: Match | None, args: tuple[Any, ...], left: str | None) -> str | None:
    if match is not None and is_wrong_call(error):
        return _wrong_call(match, args)
    if isinstance(error, (KeyError, ValueError)) and left is not None and _raised_in_library(error.__traceback__):
        return f"client {left} left while its handler ran, so there was nobody to act on"
    return advice(error)


def advice(error: BaseException) -> str | None:
    """Say what to do about an error whose way out is known, whatever raised it; None for all others."""
    if isinstance(error, NoAck):
        return explained.get(error)
    if isinstance(error, UnboundLocalError):
        return _assigned_later(error)
    if isinstance(error, jinja2.TemplateNotFound):
        return no_template(error)
    if isinstance(error, RuntimeError) and "outside of request context" in str(error):
        return "flask_socketio's own functions work in handlers only; elsewhere use socketio.emit(..., to=sid)"
    return advice_for(error)


def _assigned_later(error: UnboundLocalError) -> str:
    name = getattr(error, "name", None) or str(error).partition("'")[2].partition("'")[0]
    return f"a name that a function assigns is its own: to change the notebook's, begin it with: global {name}"


def no_template(error: jinja2.TemplateNotFound) -> str:
    """Say where a template of the running app is looked for, and what else there is."""
    app = flask.current_app if flask.has_app_context() else None
    folder = Path(app.root_path) / app.template_folder if app is not None and app.template_folder else None
    return missing_template(error, folder)


def _wrong_call(match: Match, args: tuple[Any, ...]) -> str | None:
    if accepts(match.function, args):
        return None
    what = ", ".join(type(value).__name__ for value in args) or "nothing"
    count = f"{len(args)} argument{'' if len(args) == 1 else 's'}"
    signature = inspect.signature(match.function)
    return f"{describe(match.function)}{signature} was called with {count} ({what}): make them agree"


def _raised_in_library(trace: TracebackType | None) -> bool:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and _is_library(trace)

"""Calls of Flask-SocketIO that lose something, or that it refuses without a word on what to write.

Each function takes the original and returns a guarded one. What plain Flask-SocketIO does stays; what it refuses with
a TypeError is refused with one that names the line and the fix.
"""

from __future__ import annotations

import functools
import reprlib
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core.hints import LOST
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sio_lab.legacy.notices import Notices

Function: TypeAlias = Any
Hinting: TypeAlias = "Callable[[str], AbstractContextManager[object]]"
COMMON = frozenset({"namespace", "to", "room", "include_self", "skip_sid", "callback", "ignore_queue"})
OF_EMIT = COMMON | {"broadcast", "event"}
OF_SEND = COMMON | {"broadcast", "json", "message"}
OF_SOCKETIO_EMIT = COMMON | {"data", "event"}
OF_SOCKETIO_SEND = COMMON | {"data", "json"}
OF_CLASS_EMIT = frozenset({"event", "data", "room", "include_self", "namespace", "callback"})
OF_CLASS_SEND = OF_CLASS_EMIT - {"event"}
"""What each call knows how to do something with."""

LONGEST = 40
"""How many characters of a value are shown in a fix."""

MOST = 2
"""An event's name, and one value."""


class WrongCall(LabError, TypeError):
    """Flask-SocketIO can't be called like this; the text says how, and where the line is."""


class Calls:
    """Makes the guarded functions.

    `hinting(text)` is entered around a call that goes through but loses something: what is recorded inside may carry
    the text as its hint.
    """

    def __init__(self, notices: Notices, hinting: Hinting = nullcontext) -> None:
        self._notices = notices
        self._hinting = hinting

    # --- Flask-SocketIO's functions, for handlers -----------------------------------------------------------------

    def emit(self, original: Function) -> Function:
        """Guard `flask_socketio.emit`."""

        @functools.wraps(original)
        def emit(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            self._refuse_more(args, "emit")
            lost = [name for name in kwargs if name not in OF_EMIT]
            if not lost:
                return original(*args, **kwargs)
            text = _lost_by_emit(args, kwargs, lost)
            self._notices.give(text)
            with self._hinting(text):
                return original(*args, **kwargs)

        return emit

    def send(self, original: Function) -> Function:
        """Guard `flask_socketio.send`."""

        @functools.wraps(original)
        def send(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            if "data" in kwargs and not args and "message" not in kwargs:
                raise self._wrong("send() takes no data=: write send(value).")
            if "data" not in kwargs and not args and "message" not in kwargs:
                raise self._wrong("send() has nothing to send: write send(value).")
            self._refuse_more(args, "send", most=1)
            lost = [name for name in kwargs if name not in OF_SEND]
            text = (
                f"send() does nothing with {_listed(lost)}: leave it out." if lost else self._as_message(args, kwargs)
            )
            if text is None:
                return original(*args, **kwargs)
            self._notices.give(text)
            with self._hinting(text):
                return original(*args, **kwargs)

        return send

    # --- methods of a SocketIO object -----------------------------------------------------------------------------

    def socketio_emit(self, original: Function) -> Function:
        """Guard `emit` of a SocketIO object."""

        @functools.wraps(original)
        def emit(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            self._refuse_broadcast(kwargs, "socketio.emit")
            self._refuse_more(args, "socketio.emit")
            self._refuse_unknown(kwargs, OF_SOCKETIO_EMIT, "socketio.emit")
            return original(*args, **kwargs)

        return emit

    def socketio_send(self, original: Function) -> Function:
        """Guard `send` of a SocketIO object."""

        @functools.wraps(original)
        def send(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            self._refuse_broadcast(kwargs, "socketio.send")
            self._refuse_unknown(kwargs, OF_SOCKETIO_SEND, "socketio.send")
            return original(*args, **kwargs)

        return send

    # --- methods of a class-based namespace -----------------------------------------------------------------------

    def class_emit(self, original: Function) -> Function:
        """Guard `emit` of a `flask_socketio.Namespace`."""
        return self._guarded_method(original, "self.emit", OF_CLASS_EMIT)

    def class_send(self, original: Function) -> Function:
        """Guard `send` of a `flask_socketio.Namespace`."""
        return self._guarded_method(original, "self.send", OF_CLASS_SEND)

    def _guarded_method(self, original: Function, name: str, known: frozenset[str]) -> Function:
        @functools.wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            self._refuse_broadcast(kwargs, name)
            self._refuse_unknown(kwargs, known, name)
            return original(*args, **kwargs)

        return call

    # --- what is refused ------------------------------------------------------------------------------------------

    def _refuse_broadcast(self, kwargs: dict[str, Any], name: str) -> None:
        if "broadcast" not in kwargs:
            return
        if kwargs["broadcast"]:
            raise self._wrong(f"{name}() goes to everybody in the namespace as it is: leave broadcast=True out.")
        verb = name.rpartition(".")[2]
        raise self._wrong(
            f"{name}() knows no broadcast=: it goes to everybody in the namespace. To answer the client of a handler "
            f"only, write {verb}(...) there, of flask_socketio, or give {name}() to=request.sid."
        )

    def _refuse_more(self, args: tuple[Any, ...], name: str, most: int = MOST) -> None:
        """Refuse a value too many: plain Flask-SocketIO takes it for `to`, and says that it got two of these."""
        if len(args) <= most:
            return
        values = ", ".join(_short(value) for value in args[most - 1 :])
        event = f"{args[0]!r}, " if most == MOST else ""
        to = f", or {name}({event}{_short(args[most - 1])}, to=...) for a room or client" if _is_who(args[most]) else ""
        raise self._wrong(
            f"{name}() takes one value: to send several, give them as a tuple, {name}({event}({values})){to}."
        )

    def _refuse_unknown(self, kwargs: dict[str, Any], known: frozenset[str], name: str) -> None:
        unknown = [each for each in kwargs if each not in known]
        if unknown:
            raise self._wrong(f"{name}() knows no {_listed(unknown)}: leave it out. It knows {_listed(sorted(known))}.")

    def _wrong(self, text: str) -> WrongCall:
        return WrongCall(self._notices.located(text))

    def _as_message(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
        """Say that a dict sent out of a `json` handler goes out as a `message`, where it does."""
        value = args[0] if args else kwargs.get("message")
        if not isinstance(value, (dict, list)) or kwargs.get("json") or _running_event() != "json":
            return None
        return (
            f"send() of a {type(value).__name__} sends the event 'message', for which this handler's client may not "
            "listen: it sent 'json'. To send 'json' back: send(value, json=True)."
        )


def _lost_by_emit(args: tuple[Any, ...], kwargs: dict[str, Any], lost: list[str]) -> str:
    event = repr(args[0] if args else kwargs.get("event"))
    values = [name for name in lost if name == "data" or not isinstance(kwargs[name], (bool, type(None)))]
    if len(args) >= MOST or not values:
        return f"emit() does nothing with {_listed(lost)}: leave it out."
    # The value itself is not shown: a line that runs often is told once.
    return f"emit() knows no {values[0]}=: {event} {LOST}. Write the value in second place: emit({event}, value)."


def _running_event() -> str | None:
    from flask import has_request_context, request

    event = getattr(request, "event", None) if has_request_context() else None
    return event.get("message") if isinstance(event, dict) else None


def _is_who(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _listed(names: list[str]) -> str:
    return ", ".join(f"{name}=" for name in names)


def _short(value: Any) -> str:
    text = reprlib.repr(value)
    return text if len(text) <= LONGEST and "..." not in text else "value"


def guarded(name: str, function: Function, notices: Notices, hinting: Hinting = nullcontext) -> Function:
    """Return one of Flask-SocketIO's functions guarded; those that lose nothing as they are.

    `name` is `emit` or `send` of flask_socketio, `socketio.emit` or `socketio.send` of a SocketIO object, `self.emit`
    or `self.send` of a class-based namespace.
    """
    calls = Calls(notices, hinting)
    guards = {
        "emit": calls.emit,
        "send": calls.send,
        "socketio.emit": calls.socketio_emit,
        "socketio.send": calls.socketio_send,
        "self.emit": calls.class_emit,
        "self.send": calls.class_send,
    }
    guard = guards.get(name)
    return function if guard is None else guard(function)

"""Guards on one Flask-SocketIO object: what plain Flask-SocketIO leaves dangling is ended and said.

Each guard is a difference from plain behaviour, and stands in DIFFERENCES.md.
"""

from __future__ import annotations

import inspect
import re
import traceback
from typing import TYPE_CHECKING, Any

from socketio import packet as sio_packet

from sio_lab.core import hints
from sio_lab.server import failures
from sio_lab.server.lookup import accepts, is_reserved
from sio_lab.server.moments import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.display import Display
    from sio_lab.server.patches import Patches

REFUSAL = "The server's connect handler raised an error"
MISFIT = re.compile(r"\(\) (takes|missing|got) ")
"""Part of what Python says of a call that does not fit."""


class InnerGuards:
    """Guards that the taps look through: attached before them."""

    def __init__(self, server: Any, display: Display) -> None:
        self._server = server
        self._display = display

    def attach(self, patches: Patches, socketio: Any = None) -> None:
        """Put the guards in place: around the server, and the SocketIO object if it is given."""
        patches.wrap(self._server, "_handle_event", self._refuse_reserved)
        patches.wrap(self._server, "_handle_connect", self._refuse_when_raised)
        if socketio is not None:
            patches.wrap(socketio, "_handle_event", self._call_once)

    def _refuse_reserved(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(eio_sid: str, namespace: str | None, number: int | None, data: Any) -> Any:
            if is_reserved(data[0]):
                raise failures.Unanswered(hints.reserved(data[0]))
            return original(eio_sid, namespace, number, data)

        return handle

    def _refuse_when_raised(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(eio_sid: str, namespace: str | None, data: Any) -> Any:
            with self._display.showing():
                try:
                    original(eio_sid, namespace, data)
                except Exception:
                    self._refuse(eio_sid, namespace or "/")
                    raise

        return handle

    def _refuse(self, eio_sid: str, namespace: str) -> None:
        server = self._server
        sid = server.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None:
            return
        answer = sio_packet.DISCONNECT if server.always_connect else sio_packet.CONNECT_ERROR
        if server.always_connect:
            server.manager.pre_disconnect(sid, namespace)
        server._send_packet(eio_sid, server.packet_class(answer, data={"message": REFUSAL}, namespace=namespace))
        server.manager.disconnect(sid, namespace, ignore_queue=True)

    def _call_once(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(handler: Any, message: str | None, namespace: str, sid: str, *args: Any) -> Any:
            call = fitting(handler) if is_reserved(message) else noting(handler)
            try:
                return original(call, message, namespace, sid, *args)
            except TypeError as error:
                if is_reserved(message):
                    raise failures.HandlerRaised(str(error)) from error
                raise

        return handle


class OuterGuards:
    """Guards around the taps: attached after them."""

    def __init__(self, server: Any, display: Display) -> None:
        self._server = server
        self._display = display

    def attach(self, patches: Patches) -> None:
        """Put the guards in place."""
        patches.wrap(self._server, "_handle_event_internal", self._show_what_is_raised)
        patches.wrap(self._server, "_trigger_event", self._let_go_all_the_same)

    def _show_what_is_raised(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any) -> Any:
            with self._display.showing():
                return original(*args)

        return handle

    def _let_go_all_the_same(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def trigger(event: str, namespace: str, *args: Any) -> Any:
            if event != "disconnect":
                return original(event, namespace, *args)
            # What follows takes the client out of its rooms.
            with self._display.showing():
                return original(event, namespace, *args)

        return trigger


def noting(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler`, noting what it raises: an `on_error` handler would keep that from everybody else."""

    def call(*args: Any) -> Any:
        try:
            return handler(*args)
        except Exception as error:
            note(error)
            raise

    return call


def fitting(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `connect` or `disconnect` handler that runs once, with or without its argument, as it is written."""
    raised: list[Exception] = []

    def call(*args: Any) -> Any:
        if raised:
            raise raised[0]
        try:
            return _call_fitting(handler, args)
        except Exception as error:
            raised.append(error)
            note(error)
            raise

    return call


def _call_fitting(handler: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    if accepts(handler, args):
        try:
            return handler(*args)
        except TypeError as error:
            if _has_run(handler, error):
                raise
    # Its own signature is shorter, or that of what a decorator makes of it.
    return handler(*args[:-1])


def _has_run(handler: Callable[..., Any], error: BaseException) -> bool:
    """Tell whether the handler proper was reached, through whatever decorates it."""
    proper = inspect.unwrap(handler)
    code = getattr(proper, "__code__", None)
    frames = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    if proper is handler and code is not None and code.co_flags & inspect.CO_VARARGS:
        # A decorator may hide what it decorates: then all there is to see is that its own call did not fit.
        return frames[-1] is not code or MISFIT.search(str(error)) is None
    return code is None or code in frames

"""`socketio.test_client()` on a live server: its packets take a side road, those of real clients stay on theirs.

Flask-SocketIO's test client replaces the server's sending functions for good and turns `async_handlers` off, so that
real clients get nothing any more. Here it is handed a stand-in for the server that keeps those settings to itself.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask_socketio import SocketIOTestClient

from sio_lab.server.failures import HandlerRaised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.server.patches import Patches

_inline: ContextVar[bool] = ContextVar("sio_lab_inline", default=False)
_OWN = frozenset({"_send_packet", "_send_eio_packet", "async_handlers"})


def runs_inline() -> bool:
    """Tell whether a test client waits for what runs: its handlers run in its own thread."""
    return _inline.get()


class SideRoad:
    """Sends what is meant for test clients to them, on one server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._stand_ins: dict[str, weakref.ref[StandIn]] = {}

    def attach(self, patches: Patches) -> None:
        """Put the fork in place."""
        patches.wrap(self._server, "_send_packet", self._fork("_send_packet"))
        patches.wrap(self._server, "_send_eio_packet", self._fork("_send_eio_packet"))
        patches.wrap(self._server, "start_background_task", self._start)

    def client(self, app: Any, socketio: Any, **options: Any) -> SocketIOTestClient:
        """Return a Flask-SocketIO test client that leaves the live server alone."""
        return SocketIOTestClient(app, _Facade(socketio, StandIn(self._server, self._stand_ins)), **options)

    def _fork(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def send(eio_sid: str, packet: Any) -> Any:
                kept = self._stand_ins.get(eio_sid)
                stand_in = None if kept is None else kept()
                return original(eio_sid, packet) if stand_in is None else stand_in.own[name](eio_sid, packet)

            return send

        return make

    def _start(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            # The arguments of an event's task begin with the server itself; a handler's own tasks stay tasks.
            if _inline.get() and args[:1] == (self._server,):
                return target(*args, **kwargs)
            return original(target, *args, **kwargs)

        return start


class StandIn:
    """What a test client takes for the server: it keeps the test client's settings, and passes on all else."""

    def __init__(self, server: Any, stand_ins: dict[str, weakref.ref[StandIn]]) -> None:
        vars(self).update(_server=server, _stand_ins=stand_ins, own={})

    def __getattr__(self, name: str) -> Any:
        """Return the live server's attribute."""
        return getattr(self._server, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep what the test client sets."""
        if name not in _OWN:
            raise AttributeError(f"the test client sets {name!r}, which this version of the lab does not know")
        self.own[name] = value

    @property
    def eio(self) -> Any:
        """An Engine.IO server to switch settings of, that nobody uses."""
        return type("UnusedEngine", (), {})()

    def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        stand_ins = self._stand_ins
        stand_ins[eio_sid] = weakref.ref(self, lambda _: stand_ins.pop(eio_sid, None))
        self._server._handle_eio_connect(eio_sid, environ)

    def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        with waiting():
            try:
                self._server._handle_eio_message(eio_sid, data)
            except HandlerRaised as error:
                # The test expects what the handler raised.
                raise error.__cause__ or error from None


class _Facade:
    """A SocketIO whose `server` is the stand-in."""

    def __init__(self, socketio: Any, server: StandIn) -> None:
        self._socketio = socketio
        self.server = server

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socketio, name)


@contextmanager
def waiting() -> Iterator[None]:
    """Have handlers run inside raise to their caller, in its own thread; nothing of that is printed."""
    token = _inline.set(True)
    try:
        yield
    finally:
        _inline.reset(token)

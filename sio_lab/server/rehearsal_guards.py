"""Guards on one server that send what a rehearsal does to it to its understudy; all else goes on as it was."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from sio_lab.server.context import rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.server.patches import Patches

OF_SERVER = ("get_session", "save_session", "session", "disconnect", "transport")
OF_MANAGER = (
    *("emit", "enter_room", "leave_room", "close_room", "disconnect", "get_rooms", "get_participants"),
    *("can_disconnect", "pre_disconnect", "basic_enter_room", "basic_leave_room", "basic_close_room"),
    "basic_disconnect",
)
"""What handlers reach a server by, and all that `emit`, `join_room` and the others of Flask-SocketIO end in."""

_lent: ContextVar[dict[str, Any] | None] = ContextVar("sio_lab_lent_environ", default=None)


@contextmanager
def lending(environ: dict[str, Any] | None) -> Iterator[None]:
    """Have the server find this environment, inside, for a client that it has none of."""
    token = _lent.set(environ)
    try:
        yield
    finally:
        _lent.reset(token)


class RehearsalGuards:
    """Guards around everything else on a server; an emit, or an event, passes one or two of them."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def attach(self, patches: Patches) -> None:
        """Put the guards in place."""
        for name in OF_SERVER:
            patches.wrap(self._server, name, self._of_server(name))
        for name in OF_MANAGER:
            patches.wrap(self._server.manager, name, self._of_manager(name))
        patches.wrap(self._server.manager, "is_connected", self._is_connected)
        patches.wrap(self._server, "get_environ", self._get_environ)
        patches.wrap(self._server, "call", self._call)

    def _of_server(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def turn(*args: Any, **kwargs: Any) -> Any:
                inside = rehearsal()
                if inside is None:
                    return original(*args, **kwargs)
                return getattr(inside.understudy(self._server), name)(*args, **kwargs)

            return turn

        return make

    def _of_manager(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def turn(*args: Any, **kwargs: Any) -> Any:
                inside = rehearsal()
                if inside is None:
                    return original(*args, **kwargs)
                return getattr(inside.understudy(self._server).manager, name)(*args, **kwargs)

            return turn

        return make

    def _is_connected(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def is_connected(sid: str, namespace: str) -> Any:
            # Each event passes this one: its arguments are spelled out, which is quicker.
            inside = rehearsal()
            if inside is None:
                return original(sid, namespace)
            return inside.understudy(self._server).manager.is_connected(sid, namespace)

        return is_connected

    def _get_environ(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def get_environ(sid: str, namespace: str | None = None) -> Any:
            inside = rehearsal()
            if inside is None:
                return original(sid, namespace) or _lent.get()
            return inside.understudy(self._server).get_environ(sid, namespace)

        return get_environ

    def _call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            inside = rehearsal()
            if inside is None:
                return original(*args, **kwargs)
            return inside.call(self._server, *args, **kwargs)

        return call

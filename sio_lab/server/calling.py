"""The tap on `call`, which waits for an ack: it says at once why none can come, and in the end why none came."""

from __future__ import annotations

import inspect
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from socketio.exceptions import TimeoutError as NoAck

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.errors import RecordDropped
from sio_lab.server import failures
from sio_lab.server.context import cause_in, hinting, origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.server.patches import Patches


class _Asked(NamedTuple):
    """What a call is asked to do."""

    event: str
    namespace: str
    to: Any
    """The sid, or the room."""

    seconds: float
    """How long it waits."""

    @classmethod
    def of(cls, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Asked:
        """Read the arguments of `call`; those that do not fit it are left for it to refuse."""
        given: dict[str, Any] = {}
        with suppress(TypeError):
            given = inspect.signature(call).bind_partial(*args, **kwargs).arguments
        to = given.get("to") or given.get("sid")
        return cls(str(given.get("event")), given.get("namespace") or "/", to, given.get("timeout", 60))


class CallTap:
    """Looks into the calls of one python-socketio server."""

    def __init__(self, server: Any, log: Log) -> None:
        self._server = server
        self._log = log

    def attach(self, patches: Patches) -> None:
        """Put the tap in place."""
        patches.wrap(self._server, "call", self._call)

    def _call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            asked = _Asked.of(original, args, kwargs)
            is_vain = self._holds_up(asked)
            try:
                with hinting(hints.CALL_IN_CONNECT) if is_vain else nullcontext():
                    return original(*args, **kwargs)
            except NoAck as error:
                failures.explained[error] = hints.CALL_IN_CONNECT if is_vain else self._why(asked)
                raise

        return call

    def _holds_up(self, asked: _Asked) -> bool:
        """Tell whether a call waits for a client whose connection can't be read before the caller returns."""
        connecting = self._connecting()
        if connecting is None or not isinstance(asked.to, str):
            return False
        with self._log.lock:
            eio_sid: str | None = self._server.manager.eio_sid_from_sid(asked.to, asked.namespace)
        return eio_sid == connecting.eio_sid

    def _connecting(self) -> r.ConnectAsked | None:
        """Return for which connect the handler that runs here runs; None where another one runs, or none."""
        cause = cause_in(self._log) if origin() == "handler" else None
        with suppress(RecordDropped):
            record = None if cause is None else self._log.get(cause)
            return record if isinstance(record, r.ConnectAsked) else None
        return None

    def _why(self, asked: _Asked) -> str:
        with self._log.lock:
            return hints.not_acknowledged(self._log.state, asked.event, (asked.namespace, asked.to), asked.seconds)

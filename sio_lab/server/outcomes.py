"""How a handler's run ended, told to the log."""

from __future__ import annotations

import inspect
import reprlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from socketio.exceptions import ConnectionRefusedError as Refusal

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.server import failures
from sio_lab.server.lookup import describe, find_handler, is_reserved

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.server.lookup import Match

ASYNC = "an async handler never runs: Flask-SocketIO calls handlers in threads, so write def, without async"
VALUE_LENGTH = 200
_short = reprlib.Repr()
_short.maxstring = _short.maxother = VALUE_LENGTH


@dataclass(frozen=True, slots=True)
class Run:
    """One handler run under way."""

    of: int | None
    """The seq of what it answers."""

    event: str
    """As the client named it: what should be a text may be anything."""

    namespace: str
    args: tuple[Any, ...]
    """As python-socketio passes them: the sid first."""

    started: int = field(default_factory=time.perf_counter_ns)

    @property
    def ms(self) -> float:
        """How long it has been running, in milliseconds."""
        return (time.perf_counter_ns() - self.started) / 1e6


class Outcomes:
    """Tells the log how the runs of one server's handlers ended."""

    def __init__(self, server: Any, log: Log, show: Callable[[BaseException], None]) -> None:
        self._server = server
        self._log = log
        self._show = show
        """Prints what was raised: before the log tells of it, and not in the handler's time."""

    def tell(self, run: Run, value: Any = None, error: BaseException | None = None) -> r.Handled | None:
        """Tell the log that a run ended with this value, or this error; returns the record, None without a seq."""
        if run.of is None:
            return None
        match = find_handler(self._server, run.namespace, run.event)
        if match is None and error is None:
            hint = None if is_reserved(run.event) else hints.no_handler(self._log.state, run.namespace, str(run.event))
            return self._log.append(r.Handled(run.of, "no-handler", run.ms, hint=hint))
        failure = failures.unwrap(error) or failures.noted.get()
        if failure is None or _is_refusal(failure):
            return self._log.append(self._handled(run, match, value))
        record = self._raised(run, match, failure)
        if error is not None:
            self._show(error)
        return self._log.append(record)

    def _handled(self, run: Run, match: Match | None, value: Any) -> r.Handled:
        shown = None if value is None else _short.repr(value)
        hint = ASYNC if inspect.iscoroutine(value) else None
        return r.Handled(run.of or 0, "handled", run.ms, **self._who(match), value=shown, hint=hint)

    def _raised(self, run: Run, match: Match | None, failure: BaseException) -> r.Handled:
        args = match.arguments(run.event, run.namespace, run.args) if match else ()
        told = failures.tell(failure, match, args, self._left(run))
        error, trace = told.error, told.traceback
        return r.Handled(
            run.of or 0, "raised", run.ms, **self._who(match), error=error, traceback=trace, hint=told.hint
        )

    def _left(self, run: Run) -> str | None:
        sid: str = run.args[0]
        return None if is_reserved(run.event) or self._server.manager.is_connected(sid, run.namespace) else sid

    def _who(self, match: Match | None) -> dict[str, Any]:
        if match is None:
            return {}
        return {"handler": describe(match.function), "key": match.key, "cell": self._cell_of(match.key)}

    def _cell_of(self, key: tuple[str, str]) -> str | None:
        state = self._log.state
        handler = state.functions.get(key) or state.methods.get(key)
        return handler.registered.cell if handler else None


def _is_refusal(failure: BaseException) -> bool:
    """Tell whether a handler refused a client: that is an answer, not an accident."""
    return isinstance(failure, (Refusal, ConnectionRefusedError))

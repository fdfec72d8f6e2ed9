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
from sio_lab.server.lookup import accepts, is_reserved
from sio_lab.server.post_mortem import of_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.server.answering import Answerer
    from sio_lab.server.lookup import Match
    from sio_lab.server.post_mortem import PostMortem

ASYNC = "an async handler never runs: Flask-SocketIO calls handlers in threads, so write def, without async"
VALUE_LENGTH = 200
MOST_BITS = 64
"""A number of more bits is too long to be written out unasked."""

_short = reprlib.Repr()
_short.maxstring = _short.maxother = VALUE_LENGTH


@dataclass(slots=True)
class Run:
    """One handler run under way."""

    of: int | None
    """The seq of what it answers."""

    event: str
    """As the client named it: what should be a text may be anything."""

    namespace: str
    args: tuple[Any, ...]
    """As python-socketio passes them: the sid first."""

    answerer: Answerer | None
    """Who answers it; None where nobody does."""

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

        self.post_mortem: PostMortem | None = None
        """Keeps what was raised, for the debugger; None where nobody asks for it."""

    def tell(self, run: Run, value: Any = None, error: BaseException | None = None) -> r.Handled | None:
        """Tell the log that a run ended with this value, or this error; returns the record, None without a seq."""
        if run.of is None:
            return None
        if run.answerer is None and error is None:
            hint = None if is_reserved(run.event) else hints.no_handler(self._log.state, run.namespace, str(run.event))
            return self._log.append(r.Handled(run.of, "no-handler", run.ms, hint=hint))
        failure = failures.unwrap(error) or failures.noted.get()
        if failure is None or _is_refusal(failure):
            return self._log.append(_handled(run, value))
        record = self._raised(run, failure)
        if error is not None:
            self._show(error)
        return self._log.append(record)

    def _raised(self, run: Run, failure: BaseException) -> r.Handled:
        match = None if run.answerer is None else run.answerer.match
        args = match.arguments(run.event, run.namespace, run.args) if match else ()
        if self.post_mortem is not None:
            given = _given(match, run.event, args) if match else ()
            self.post_mortem.keep(of_event(run.of or 0, run.event, (run.namespace, run.args[0]), given, failure))
        told = failures.tell(failure, match, args, self._left(run))
        error, trace = told.error, told.traceback
        return r.Handled(
            run.of or 0, "raised", run.ms, *_who(run.answerer), error=error, traceback=trace, hint=told.hint
        )

    def _left(self, run: Run) -> str | None:
        sid: str = run.args[0]
        return None if is_reserved(run.event) or self._server.manager.is_connected(sid, run.namespace) else sid


def _handled(run: Run, value: Any) -> r.Handled:
    hint = ASYNC if inspect.iscoroutine(value) else None
    return r.Handled(run.of or 0, "handled", run.ms, *_who(run.answerer), value=_shown(value), hint=hint)


def _given(match: Match, event: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what the handler was given in the end: a `connect` or `disconnect` one may be without its argument."""
    may_be_short = not match.bare and is_reserved(event) and not accepts(match.function, args)
    return args[:-1] if may_be_short and accepts(match.function, args[:-1]) else args


def _who(answerer: Answerer | None) -> tuple[str | None, tuple[str, str] | None, str | None]:
    """Return what records say of a handler: its name, what it is registered for, its cell."""
    return (None, None, None) if answerer is None else (answerer.handler, answerer.match.key, answerer.cell)


def _shown(value: Any) -> str | None:
    """Return what a handler returned as text, bounded; small values of plain types the quick way."""
    if value is None:
        return None
    return repr(value) if _is_small(value) else _short.repr(value)


def _is_small(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return len(value) <= _short.maxdict and all(map(_is_scalar, value)) and all(map(_is_scalar, value.values()))
    if kind is list or kind is tuple:
        return len(value) <= _short.maxtuple and all(map(_is_scalar, value))
    return _is_scalar(value)


def _is_scalar(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return len(value) <= VALUE_LENGTH - 2
    return kind is bool or kind is float or value is None or (kind is int and value.bit_length() < MOST_BITS)


def _is_refusal(failure: BaseException) -> bool:
    """Tell whether a handler refused a client: that is an answer, not an accident."""
    return isinstance(failure, (Refusal, ConnectionRefusedError))

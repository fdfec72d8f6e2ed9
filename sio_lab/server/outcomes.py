"""How a handler's run ended, told to the log."""

from __future__ import annotations

import inspect
import reprlib
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from socketio.exceptions import ConnectionRefusedError as Refusal

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.cells import acting_for
from sio_lab.core.console import OVER
from sio_lab.errors import RecordDropped
from sio_lab.server import failures
from sio_lab.server.lookup import accepts, is_reserved
from sio_lab.server.post_mortem import of_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Owner
    from sio_lab.core.log import Log
    from sio_lab.server.answering import Answerer
    from sio_lab.server.lookup import Match
    from sio_lab.server.post_mortem import PostMortem

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

    acting: acting_for
    """Whose code runs, and what it has written."""

    started: int = field(default_factory=time.perf_counter_ns)

    @property
    def ms(self) -> float:
        """How long it has been running, in milliseconds."""
        return (time.perf_counter_ns() - self.started) / 1e6

    @property
    def output(self) -> str | None:
        """What it has written, bounded."""
        console = self.acting.console
        return None if console is OVER or console is None else console.text


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
            return self._log.append(r.Handled(run.of, "no-handler", run.ms, hint=self._why_nobody(run)))
        noted = failures.noted.get()
        failure = failures.unwrap(error) or (noted.error if noted else None)
        if failure is None or _is_refusal(failure):
            return self._log.append(_handled(run, value))
        record = self._raised(run, failure, is_taken=error is None)
        if error is not None:
            self.show(error, run.acting.owner)
        return self._log.append(record)

    def show(self, error: BaseException, owner: Owner | None) -> None:
        """Print what was raised in a handler, as output of the cell that owns it."""
        with acting_for(owner):
            self._show(error)

    def _why_nobody(self, run: Run) -> str | None:
        """Say why nothing answers an event; of a connect or a disconnect that is no loss."""
        if is_reserved(run.event):
            return None
        hint = hints.no_handler(self._log.state, run.namespace, str(run.event))
        # A class-based namespace acknowledges what it has no method for.
        classes = self._server.namespace_handlers
        is_acknowledged = run.namespace in classes or "*" in classes
        return hint if is_acknowledged or not self._wants_ack(run) else hints.without_ack(hint)

    def _wants_ack(self, run: Run) -> bool:
        """Tell whether the client waits for an ack of what is answered."""
        with suppress(RecordDropped):
            return getattr(self._log.get(run.of or 0), "ack_id", None) is not None
        return False

    def _raised(self, run: Run, failure: BaseException, *, is_taken: bool) -> r.Handled:
        match = None if run.answerer is None else run.answerer.match
        args = match.arguments(run.event, run.namespace, run.args) if match else ()
        if self.post_mortem is not None:
            given = _given(match, run.event, args) if match else ()
            self.post_mortem.keep(of_event(run.of or 0, run.event, (run.namespace, run.args[0]), given, failure))
        told = failures.tell(failure, match, args, self._left(run))
        hint = hints.without_ack(told.hint) if self._wants_ack(run) and not is_taken else told.hint
        failed: dict[str, Any] = {"error": told.error, "traceback": told.traceback, "hint": hint}
        failed |= {"output": run.output, "is_taken": is_taken}
        return r.Handled(run.of or 0, "raised", run.ms, *_who(run.answerer), **failed)

    def _left(self, run: Run) -> str | None:
        sid: str = run.args[0]
        return None if is_reserved(run.event) or self._server.manager.is_connected(sid, run.namespace) else sid


def _handled(run: Run, value: Any) -> r.Handled:
    remark = None if run.answerer is None else run.answerer.remark
    hint = hints.ASYNC if inspect.iscoroutine(value) else remark
    who, shown = _who(run.answerer), _shown(value)
    return r.Handled(run.of or 0, "handled", run.ms, *who, value=shown, hint=hint, output=run.output)


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

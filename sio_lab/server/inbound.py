"""Taps on what clients send: packets, events, connects and disconnects, and on the handlers that answer them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from socketio import packet as sio_packet

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.cells import acting_for
from sio_lab.core.wire import NO_WIRE, REDACTED, Wire, redact
from sio_lab.server import failures
from sio_lab.server.blank_locals import lasting
from sio_lab.server.context import carried, carried_event, cause_in, running_for
from sio_lab.server.outbound import as_wire
from sio_lab.server.outcomes import Outcomes, Run
from sio_lab.server.refused_events import Refusing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log
    from sio_lab.server.answering import Answerers
    from sio_lab.server.joining.rules import Refusal, Rules
    from sio_lab.server.patches import Patches


Client: TypeAlias = tuple[str, str | None, str]
"""A namespace, the sid in it, None where the connection is not connected to it, and the connection's Engine.IO sid."""


class InboundTap:
    """Tells the log what arrives at one python-socketio server."""

    def __init__(self, server: Any, log: Log, answerers: Answerers, show: Callable[[BaseException], None]) -> None:
        self._server = server
        self._log = log
        self._answerers = answerers
        self.outcomes = Outcomes(server, log, show)
        """Tells the log how handlers end."""

        self.rules: Rules | None = None
        """Which events a class may send; None where no class is in. Set by the host."""

        self._refusing = Refusing(server, log)
        self._partial: dict[str, list[str | bytes]] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        """Engine.IO sid -> the numbers of its next events."""

        self._now = lasting()

    def attach(self, patches: Patches) -> None:
        """Put the taps in place."""
        patches.wrap(self._server, "_handle_eio_message", self._message)
        patches.wrap(self._server, "_handle_connect", self._connect)
        patches.wrap(self._server, "_handle_event", self._event)
        patches.wrap(self._server, "_handle_event_internal", self._run)
        patches.wrap(self._server, "_handle_ack", self._ack)
        patches.wrap(self._server, "_trigger_event", self._trigger)
        patches.wrap(self._server, "start_background_task", self._start_task)

    def forget(self, eio_sid: str) -> None:
        """Drop what is kept of a connection that is gone."""
        self._partial.pop(eio_sid, None)
        self._numbers.pop(eio_sid, None)
        uncounted = self.rules.uncounted(eio_sid) if self.rules is not None else None
        if uncounted is not None:
            seq, hint = uncounted
            self._log.append(r.Handled(seq, "refused", 0.0, hint=hint))

    def wire(self) -> Wire:
        """Return the packet that this thread is taking in."""
        pieces = getattr(self._now, "pieces", None)
        return Wire(pieces[0], tuple(pieces[1:])) if pieces else NO_WIRE

    def _message(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(eio_sid: str, data: str | bytes) -> Any:
            self._now.pieces = pieces = self._pieces(eio_sid, data)
            self._now.recorded = False
            try:
                return original(eio_sid, data)
            except Exception as error:
                if not self._now.recorded:
                    self._reject(eio_sid, error)
                pieces.pop()
                raise
            finally:
                if eio_sid not in self._server._binary_packet:
                    self._partial.pop(eio_sid, None)

        return handle

    def _pieces(self, eio_sid: str, data: str | bytes) -> list[str | bytes]:
        """Return the packet that `data` begins, or the one whose attachment it is: python-socketio keeps that, too."""
        if eio_sid not in self._server._binary_packet:
            self._partial[eio_sid] = []
        elif isinstance(data, str):
            return [data]  # no attachment: it breaks in
        pieces = self._partial.setdefault(eio_sid, [])
        pieces.append(data)
        return pieces

    def _reject(self, eio_sid: str, error: Exception) -> None:
        connection = self._log.state.connections.get(eio_sid)
        address = connection.address if connection else None
        reason = f"a packet that can't be read: {failures.one_line(error)}"
        self._log.append(r.Rejected(reason, address=address, eio_sid=eio_sid, wire=_without_auth(self.wire())))

    def _connect(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(eio_sid: str, namespace: str | None, data: Any) -> Any:
            place = namespace or "/"
            # Written as this server writes: another dialect is read by another decoder.
            packet = self._server.packet_class(sio_packet.CONNECT, data=redact(data), namespace=place)
            asked = self._log.append(r.ConnectAsked(place, eio_sid, as_wire(packet.encode())))
            self._now.recorded = True
            with running_for(self._log, asked.seq, "handler"):
                return original(eio_sid, namespace, data)

        return handle

    def _event(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(eio_sid: str, namespace: str | None, number: int | None, data: Any) -> Any:
            place = namespace or "/"
            refusal = self.rules.refusal(eio_sid) if self.rules is not None else None
            if refusal is not None:
                self._now.recorded = True
                self.refuse(self._client(eio_sid, place), str(data[0]), self.wire(), number, refusal)()
                return None
            received = self._received(eio_sid, place, str(data[0]), number)
            self._now.dispatched = False
            with running_for(self._log, received.seq, "handler"):
                try:
                    result = original(eio_sid, namespace, number, data)
                except failures.Unanswered as error:
                    self.tell_unanswered(received, str(error))
                    return None
            if not self._now.dispatched:
                self.tell_unanswered(received, hints.not_in_namespace(self._log.state, place, eio_sid))
            return result

        return handle

    def _ack(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any) -> Any:
            # It can be read; what is raised from here on is raised by the user's callback.
            self._now.recorded = True
            return original(*args)

        return handle

    def _start_task(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            if target is not vars(self._server).get("_handle_event_internal"):
                return original(carried(target, "task"), *args, **kwargs)
            self._now.dispatched = True
            return original(carried_event(target, "handler"), *args, **kwargs)

        return start

    def _received(self, eio_sid: str, namespace: str, event: str, number: int | None) -> r.EventReceived:
        self._now.recorded = True
        return self.tell_received(self._client(eio_sid, namespace), event, self.wire(), number)

    def _client(self, eio_sid: str, namespace: str) -> Client:
        sid = self._server.manager.sid_from_eio_sid(eio_sid, namespace)
        is_connected = sid is not None and self._server.manager.is_connected(sid, namespace)
        return namespace, sid if is_connected else None, eio_sid

    def tell_received(self, client: Client, event: str, wire: Wire, ack_id: int | None) -> r.EventReceived:
        """Tell the log of an event; returns its record."""
        namespace, sid, eio_sid = client
        numbers = self._numbers.get(eio_sid) or self._numbers_from(eio_sid)
        with self._log.lock:
            return self._log.append(r.EventReceived(namespace, event, sid, eio_sid, next(numbers), wire, ack_id))

    def refuse(
        self, client: Client, event: str, wire: Wire, ack_id: int | None, refusal: Refusal
    ) -> Callable[[], None]:
        """Tell the log of an event that is not taken, if that is to have a row; returns what answers it."""
        if not refusal.has_row:
            next(self._numbers.get(client[2]) or self._numbers_from(client[2]))
            return partial(self._refusing.answer, client, event, ack_id, refusal, None)
        seq = self.tell_received(client, event, wire, ack_id).seq
        self._log.append(r.Handled(seq, "refused", 0.0, hint=refusal.hint))
        if self.rules is not None:
            self.rules.note_row(client[2], seq, refusal.hint)
        return partial(self._refusing.answer, client, event, ack_id, refusal, seq)

    def _numbers_from(self, eio_sid: str) -> Iterator[int]:
        """Begin to count a connection's events, where the log has come to."""
        connection = self._log.state.connections.get(eio_sid)
        return self._numbers.setdefault(eio_sid, itertools.count(connection.events + 1 if connection else 1))

    def tell_unanswered(self, received: r.EventReceived, hint: str) -> None:
        """Tell the log that no handler runs for an event, and why."""
        told = hint if received.ack_id is None else hints.without_ack(hint)
        self._log.append(r.Handled(received.seq, "no-handler", 0.0, hint=told))

    def _run(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any) -> Any:
            seq = cause_in(self._log)
            self._now.dispatched = True
            try:
                return original(*args)
            except Exception as error:
                self.tell_ack_failed(seq, error)
                raise

        return handle

    def tell_ack_failed(self, seq: int | None, error: Exception) -> None:
        """Tell of what was raised after the handler had returned: its value could not be sent."""
        ended: r.Handled | None = self._now.ended
        if ended is not None and ended.of == seq:
            answerer = self._answerers.find(*ended.key) if ended.key is not None else None
            self.outcomes.show(error, None if answerer is None else answerer.owner)
            hint = ended.hint or "what the handler returned can't be sent as an ack: return JSON, bytes or None"
            error_line = failures.one_line(error)
            self._log.append(replace(ended, status="raised", error=error_line, hint=hint, is_taken=False))

    def _trigger(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def trigger(event: str, namespace: str, *args: Any) -> Any:
            if event != "disconnect":
                return self.timed(original, cause_in(self._log), event, namespace, args)
            sid = args[0]
            eio_sid = self._server.manager.eio_sid_from_sid(sid, namespace)
            reason = str(args[1]) if len(args) > 1 else ""
            gone = self._log.append(r.Disconnected(namespace, sid, eio_sid, reason, cause_in(self._log)))
            self._now.recorded = True
            with running_for(self._log, gone.seq, "handler"):
                return self.timed(original, gone.seq, event, namespace, args)

        return trigger

    def timed(
        self, original: Callable[..., Any], seq: int | None, event: str, namespace: str, args: tuple[Any, ...]
    ) -> Any:
        """Call what runs a handler, and tell the log how that ended."""
        answerer = self._answerers.find(namespace, event)
        acting = acting_for(None if answerer is None else answerer.owner)
        run = Run(seq, event, namespace, args, answerer, acting)
        # A handler may disconnect its client, whose `disconnect` handler then runs inside this run.
        outside = failures.noted.set(None)
        self._now.ended = None
        try:
            with acting:
                value = original(event, namespace, *args)
        except BaseException as error:
            if not _comes_again(run, error):
                self.outcomes.tell(run, error=error)
            raise
        else:
            self._now.ended = self.outcomes.tell(run, value)
            return value
        finally:
            failures.noted.reset(outside)


def _without_auth(wire: Wire) -> Wire:
    """Hide what an unreadable CONNECT packet carries: it may be a secret with a comma missing."""
    is_connect = isinstance(wire.text, str) and wire.text.startswith("0")
    return Wire(f"0{REDACTED}") if is_connect else wire


def _comes_again(run: Run, error: BaseException) -> bool:
    """Tell whether python-socketio will call a bare server's `connect` handler again, as one that takes no auth."""
    return run.event == "connect" and run.args[2:] == (None,) and failures.is_wrong_call(error)

"""The short way of an event over a WebSocket, from its text to its ack: the same steps, without the calls in between.

On its long way an event passes some twenty functions of Engine.IO, python-socketio, Flask-SocketIO and of what the lab
has put around them. Nearly all events need none of what these could decide otherwise: text without attachments, from a
client that is connected, for a function that answers just this event. Those take the short way. As soon as anything is
otherwise, or anybody else has put something in the way, the event takes the long one, from its beginning.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sio_lab.core import records as r
from sio_lab.core.wire import Wire
from sio_lab.server.context import running_for
from sio_lab.server.failures import Unanswered
from sio_lab.server.framing import frame_of
from sio_lab.server.guards import noting
from sio_lab.server.lookup import RESERVED
from sio_lab.server.packets import QuickPacket, dumps, head_of, loads
from sio_lab.server.socketio import LabSocketIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.server.answering import Answerers
    from sio_lab.server.carrier import Carrier
    from sio_lab.server.dispatch import Dispatch
    from sio_lab.server.display import Display
    from sio_lab.server.handover import Runs
    from sio_lab.server.inbound import InboundTap

EVENT = "42"
"""What the text of an event begins with: Engine.IO's number of a message, Socket.IO's of an event."""

ACK = "3"
MOST_HEAD = 200
"""So long may what stands before an event's data be, to be read here."""

_ON_THE_WAY = (
    *("_handle_eio_message", "_handle_event", "_handle_event_internal", "_trigger_event", "start_background_task"),
    *("_send_packet", "async_handlers", "packet_class"),
)
"""The attributes of a server that decide about an event's way."""


class Parts(NamedTuple):
    """What there is around a server that an event passes."""

    log: Log
    carrier: Carrier
    dispatch: Dispatch
    display: Display
    runs: Runs
    inbound: InboundTap
    answerers: Answerers


class Event(NamedTuple):
    """One event under way."""

    seq: int
    sid: str
    eio_sid: str
    namespace: str
    data: list[Any]
    """Its name and its arguments."""

    ack_id: int | None
    handler: Callable[..., Any]
    """The function that the user gave to Flask-SocketIO."""


class Lane:
    """The short way through one Flask-SocketIO object; open once all taps and guards are in place."""

    def __init__(self, socketio: Any, parts: Parts) -> None:
        self._socketio = socketio
        self._server = socketio.server
        self._parts = parts
        self._found: tuple[Any, ...] | None = None

    def open(self) -> None:
        """Let events take it from now on, as long as what stands on the long way now does."""
        # A reader's subclass may see to events its own way.
        if type(self._socketio)._handle_event is LabSocketIO._handle_event:
            self._found = self._look()

    def close(self) -> None:
        """Let none take it any more."""
        self._found = None

    def takes(self, eio_sid: str, message: str) -> Callable[[], object] | None:
        """Take in an event, if the short way is one for it; returns what runs it, None for the long way."""
        if not message.startswith(EVENT) or self._found is None or self._look() != self._found:
            return None
        begin = message.find("[", len(EVENT), MOST_HEAD)
        head = head_of(message[len(EVENT) : begin]) if begin > 0 else None
        if head is None or eio_sid in self._server._binary_packet:
            return None
        try:
            data = loads(message[begin:])
        except (ValueError, RecursionError):
            return None
        return self._accepted(eio_sid, head, data, message)

    def _look(self) -> tuple[Any, ...]:
        server = self._server
        quiet = not (server.logger.isEnabledFor(logging.INFO) or server.eio.logger.isEnabledFor(logging.INFO))
        # Some may be gone: what was put on them is taken off meanwhile.
        way = map(vars(server).get, _ON_THE_WAY)
        return (*way, quiet, server.eio.handlers["message"], vars(self._socketio).get("_handle_event"))

    def _accepted(
        self, eio_sid: str, head: tuple[str | None, int | None], data: list[Any], message: str
    ) -> Callable[[], object] | None:
        """Tell the log of an event and return what runs it, where a function answers it and its client is connected."""
        namespace, ack_id = head[0] or "/", head[1]
        name = data[0] if data else None
        if type(name) is not str or name in RESERVED:
            return None
        function = self._server.handlers.get(namespace, {}).get(name)
        answerer = self._parts.answerers.find(namespace, name)
        sid = self._server.manager.sid_from_eio_sid(eio_sid, namespace)
        if function is None or answerer is None or answerer.match.bare:
            return None
        if sid is None or not self._server.manager.is_connected(sid, namespace):
            return None
        inbound, client = self._parts.inbound, (namespace, sid, eio_sid)
        refusal = inbound.rules.refusal(eio_sid) if inbound.rules is not None else None
        if refusal is not None:
            return inbound.refuse(client, name, Wire(message[1:]), ack_id, refusal)
        received = inbound.tell_received(client, name, Wire(message[1:]), ack_id)
        return self._task(received, Event(received.seq, sid, eio_sid, namespace, data, ack_id, function.__wrapped__))

    def _task(self, received: r.EventReceived, event: Event) -> Callable[[], object]:
        parts, args = self._parts, (None, event.sid, event.eio_sid, event.data, event.namespace, event.ack_id)
        try:
            parts.runs.accept(*args)
            try:
                parts.dispatch.begin(event.eio_sid, event.data)
            except Unanswered:
                parts.runs.over(*args)
                raise
        except Unanswered as error:
            return partial(parts.inbound.tell_unanswered, received, str(error))
        return partial(self._run, event, args)

    def _run(self, event: Event, args: tuple[Any, ...]) -> None:
        parts = self._parts
        try:
            with running_for(parts.log, event.seq, "handler"), parts.display.showing():
                self._handle(event)
        finally:
            parts.runs.over(*args)
            parts.dispatch.over(event.eio_sid, event.data)

    def _handle(self, event: Event) -> None:
        try:
            call = partial(self._call, event.handler)
            args = (event.sid, *event.data[1:])
            value = self._parts.inbound.timed(call, event.seq, event.data[0], event.namespace, args)
            if event.ack_id is not None and value != self._server.not_handled:
                self._acknowledge(event, value)
        except Exception as error:
            self._parts.inbound.tell_ack_failed(event.seq, error)
            raise

    def _call(self, handler: Callable[..., Any], name: str, namespace: str, sid: str, *args: Any) -> Any:
        return LabSocketIO._handle_event(self._socketio, noting(handler), name, namespace, sid, *args)

    def _acknowledge(self, event: Event, value: Any) -> None:
        """Send what a handler returned: a tuple as several values, None as none."""
        data = [] if value is None else list(value) if isinstance(value, tuple) else [value]
        carried = self._parts.carrier.reachable(event.eio_sid)
        if carried is None or carried.websocket.is_compressed or QuickPacket.data_is_binary(data):
            packet = self._server.packet_class(int(ACK), namespace=event.namespace, id=event.ack_id, data=data)
            self._server._send_packet(event.eio_sid, packet)
            return
        place = "" if event.namespace == "/" else f"{event.namespace},"
        text = f"{ACK}{place}{event.ack_id}{dumps(data)}"
        sid = self._server.manager.sid_from_eio_sid(event.eio_sid, event.namespace)
        self._parts.log.append(r.AckSent(event.seq, sid or "", Wire(text)))
        carried.websocket.send_last(frame_of(f"4{text}"))

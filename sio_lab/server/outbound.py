"""Taps on what the server emits, to whom, and which acks come back."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from socketio import packet as sio_packet

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.wire import NO_WIRE, Wire
from sio_lab.server.answers import Answers
from sio_lab.server.blank_locals import lasting
from sio_lab.server.context import carried, cause_in, hint_here, origin
from sio_lab.server.nobody import Nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log
    from sio_lab.server.patches import Patches

_collected: ContextVar[list[r.Emitted] | None] = ContextVar("sio_lab_collected", default=None)


@contextmanager
def collected_emits() -> Iterator[list[r.Emitted]]:
    """Collect the records of what this piece of code emits."""
    emits: list[r.Emitted] = []
    token = _collected.set(emits)
    try:
        yield emits
    finally:
        _collected.reset(token)


@dataclass(slots=True)
class Emission:
    """One call of the manager's `emit` under way."""

    namespace: str
    event: str
    to: tuple[r.Room, ...]
    skip: tuple[str, ...]
    participants: dict[str, str]
    """sid -> eio_sid of everybody it goes to, fixed before the first packet."""

    wants_ack: bool = False
    """Whether something waits for an ack."""

    taken: bool = False
    """Whether the manager has asked for the participants; whoever asks after that asks for something else."""

    record: r.Emitted | None = None
    held: list[tuple[str, Any]] = field(default_factory=list)
    """Packets kept back until the text and all attachments are known, so that the record comes first."""


class OutboundTap:
    """Tells the log what one python-socketio server sends."""

    def __init__(self, server: Any, log: Log, wire: Callable[[], Wire]) -> None:
        self._server = server
        self._log = log
        self._wire = wire
        """Tells the packet that the asking thread is taking in."""
        self._participants: Callable[..., Any] = server.manager.get_participants
        self._answers = Answers(server, log)
        self._nobody = Nobody(log)
        self._now = lasting()
        self.fan_out: Callable[[list[Any], list[str]], list[str]] = _reach_nobody
        """Sends the packets of an emit to many at once, and returns those it did not reach; set by who can."""

        self._way: Callable[[str, Any], None] = _lead_nowhere
        self._awaited: dict[str, dict[tuple[str | None, int], tuple[r.Emitted, int]]] = {}

    def attach(self, patches: Patches) -> None:
        """Put the taps in place."""
        patches.wrap(self._server.manager, "emit", self._emit)
        patches.wrap(self._server.manager, "get_participants", self._get_participants)
        patches.wrap(self._server, "_send_eio_packet", self._send_eio_packet)
        patches.wrap(self._server, "_send_packet", self._send_packet)
        patches.wrap(self._server, "_handle_ack", self._handle_ack)

    def forget(self, eio_sid: str) -> None:
        """Drop what is kept of a connection that is gone: its acks will never come."""
        self._awaited.pop(eio_sid, None)

    @property
    def _emission(self) -> Emission | None:
        emission: Emission | None = getattr(self._now, "emission", None)
        return emission

    def _emit(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def emit(event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, **options: Any) -> Any:
            target = options.pop("to", None) or room
            emission = self._plan(event, namespace, target, skip_sid)
            if options.get("callback"):
                options["callback"] = carried(options["callback"], "callback")
                emission.wants_ack = True
            with self._emitting(emission):
                result = original(event, data, namespace, room=target, skip_sid=skip_sid, **options)
                if emission.record is None:
                    self._record(emission, self._encoded(event, data, namespace), 0 if emission.wants_ack else None)
            return result

        return emit

    def _plan(self, event: str, namespace: str, target: Any, skip_sid: Any) -> Emission:
        skip = tuple(skip_sid) if isinstance(skip_sid, list) else (skip_sid,) if skip_sid is not None else ()
        rooms = () if target is None else tuple(target) if isinstance(target, (list, tuple)) else (target,)
        with self._log.lock:
            people = dict(self._participants(namespace, target))
        chosen = {sid: eio_sid for sid, eio_sid in people.items() if sid not in skip}
        return Emission(namespace, event, rooms, skip, chosen)

    @contextmanager
    def _emitting(self, emission: Emission) -> Iterator[None]:
        outer = self._emission
        self._now.emission = emission
        try:
            yield
        finally:
            self._now.emission = outer

    def _get_participants(self, original: Callable[..., Any]) -> Callable[..., Any]:
        self._participants = original

        def get_participants(namespace: str, room: Any) -> Any:
            emission = self._emission
            if emission is None or emission.taken:
                return original(namespace, room)
            # The emit under way goes to exactly those it was recorded for, whoever joins meanwhile.
            emission.taken = True
            return self._in_turn(emission)

        return get_participants

    def _in_turn(self, emission: Emission) -> Iterator[tuple[str, str]]:
        """Yield to whom the manager is to send; once the record is there, all that are left are sent to at once."""
        people = list(emission.participants.items())
        for place, person in enumerate(people):
            yield person
            if emission.held and emission.record is not None and vars(self._server).get(_WAY) is self._way:
                self._fan_out(emission.held, [eio_sid for _, eio_sid in people[place + 1 :]])
                return

    def _fan_out(self, held: list[tuple[str, Any]], eio_sids: list[str]) -> None:
        packets = [packet for _, packet in held]
        for eio_sid in self.fan_out(packets, eio_sids):
            for packet in packets:
                self._way(eio_sid, packet)

    def _encoded(self, event: str, data: Any, namespace: str) -> Wire:
        """Encode an emit that nobody receives, for its record; python-socketio does not always try."""
        args = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        try:
            return as_wire(
                self._server.packet_class(sio_packet.EVENT, namespace=namespace, data=[event, *args]).encode()
            )
        except (TypeError, ValueError):
            return NO_WIRE

    def _record(self, emission: Emission, wire: Wire, ack_id: int | None = None) -> r.Emitted:
        silent = not emission.participants or (emission.wants_ack and len(emission.participants) > 1)
        hint = hint_here()
        if silent:
            hint = "; ".join(filter(None, (hint, self._why(emission))))
        record = r.Emitted(
            emission.namespace,
            emission.event,
            emission.to,
            emission.skip,
            tuple(emission.participants),
            wire,
            ack_id,
            origin(),
            cause_in(self._log),
            hint,
        )
        emission.record = self._log.append(record)
        collecting = _collected.get()
        if collecting is not None:
            collecting.append(record)
        return record

    def _why(self, emission: Emission) -> str:
        """Say why an emit reaches nobody, or what becomes of a callback that several may answer."""
        if emission.participants:
            return hints.broadcast_callback(len(emission.participants))
        return self._nobody.hint(emission.namespace, emission.to, emission.skip, wants_ack=emission.wants_ack)

    def _send_eio_packet(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def send(eio_sid: str, packet: Any) -> None:
            emission = self._emission
            if emission is None or emission.record is not None:
                original(eio_sid, packet)
                return
            emission.held.append((eio_sid, packet))
            pieces = [held.data for _, held in emission.held]
            if len(pieces) > attachments_of(pieces[0]):
                self._record(emission, as_wire(pieces))
                for held in emission.held:
                    original(*held)

        self._way = send
        return send

    def _send_packet(self, original: Callable[..., Any]) -> Callable[..., Any]:
        tellers = {
            sio_packet.EVENT: self._event_sent,
            sio_packet.BINARY_EVENT: self._event_sent,
            sio_packet.ACK: self._answers.ack_sent,
            sio_packet.BINARY_ACK: self._answers.ack_sent,
            sio_packet.CONNECT: self._answers.connect_sent,
            sio_packet.CONNECT_ERROR: self._answers.refusal_sent,
            sio_packet.DISCONNECT: self._answers.sent_away,
        }

        def send(eio_sid: str, packet: Any) -> None:
            tell = tellers.get(packet.packet_type)
            if tell is not None:
                encoded = packet.encode()
                # The original asks this packet, and no other, for its text again: encoding once is enough.
                packet.encode = lambda: encoded
                tell(eio_sid, packet, as_wire(encoded))
            original(eio_sid, packet)

        return send

    def _event_sent(self, eio_sid: str, packet: Any, wire: Wire) -> None:
        emission = self._emission
        if emission is None:
            return
        record = emission.record or self._record(emission, wire, packet.id)
        sid = next((sid for sid, other in emission.participants.items() if other == eio_sid), "")
        self._awaited.setdefault(eio_sid, {})[sid, packet.id] = record, time.perf_counter_ns()
        if eio_sid not in self._log.state.connections:
            self.forget(eio_sid)

    def _handle_ack(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(eio_sid: str, namespace: str | None, number: int, data: Any) -> Any:
            place = namespace or "/"
            sid = self._server.manager.sid_from_eio_sid(eio_sid, place)
            emitted, sent_at = self._awaited.get(eio_sid, {}).pop((sid, number), (None, 0))
            ms = (time.perf_counter_ns() - sent_at) / 1e6 if emitted else None
            broadcast = emitted is not None and len(emitted.recipients) > 1
            of = emitted.seq if emitted else None
            self._log.append(r.AckReceived(of, place, sid, number, self._wire(), ms, broadcast))
            return original(eio_sid, namespace, number, data)

        return handle


_WAY = "_send_eio_packet"
"""The method of a server by which the manager sends an emit's packets."""


def _reach_nobody(_packets: list[Any], eio_sids: list[str]) -> list[str]:
    return eio_sids


def _lead_nowhere(_eio_sid: str, _packet: Any) -> None:
    """Send nothing: the taps are not in place."""


def as_wire(encoded: Any) -> Wire:
    """Return an encoded packet, one piece or a list of text and attachments, as it goes over the wire."""
    if not isinstance(encoded, list):
        return Wire(encoded)
    return Wire(encoded[0], tuple(bytes(piece) for piece in encoded[1:])) if len(encoded) > 1 else Wire(encoded[0])


def attachments_of(text: str | bytes) -> int:
    """Return how many attachments follow an encoded packet: `52-...` says two."""
    if not isinstance(text, str) or text[:1] not in {"5", "6"}:
        return 0
    count = text[1:].partition("-")[0]
    return int(count) if count.isdigit() else 0

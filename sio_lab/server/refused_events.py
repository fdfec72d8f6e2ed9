"""What a client is told whose event a class's rules do not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engineio import packet as eio_packet
from socketio import packet as sio_packet

from sio_lab.server.context import running_for

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.server.inbound import Client
    from sio_lab.server.joining.rules import Refusal

EVENT = "refused"
"""The event by which a client is told, of the event that was refused, the reason and a text to show."""


class Refusing:
    """Answers events that were refused, on one python-socketio server."""

    def __init__(self, server: Any, log: Log) -> None:
        self._server = server
        self._log = log

    def answer(self, client: Client, event: str, ack_id: int | None, refusal: Refusal, seq: int | None) -> None:
        """Acknowledge a refused event, where an ack was asked for, and tell its client, where that is due.

        `seq` is the event's row; what is sent is recorded beside it, and where it has none, not at all.
        """
        namespace, sid, eio_sid = client
        if sid is None:
            return
        with running_for(self._log, seq, "class"):
            if ack_id is not None:
                told = {"refused": refusal.reason, "text": refusal.text}
                self._acknowledge(eio_sid, self._ack(namespace, ack_id, told), is_told=seq is not None)
            if refusal.is_told:
                told = {"event": event, "reason": refusal.reason, "text": refusal.text}
                self._server.emit(EVENT, told, to=sid, namespace=namespace)

    def _ack(self, namespace: str, ack_id: int, told: dict[str, str]) -> Any:
        return self._server.packet_class(sio_packet.ACK, namespace=namespace, id=ack_id, data=[told])

    def _acknowledge(self, eio_sid: str, packet: Any, *, is_told: bool) -> None:
        if is_told:
            self._server._send_packet(eio_sid, packet)
        else:
            self._server._send_eio_packet(eio_sid, eio_packet.Packet(eio_packet.MESSAGE, packet.encode()))

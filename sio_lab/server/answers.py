"""What the server answers: acks to events, CONNECT and CONNECT_ERROR to those who ask for a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.server.context import cause_in

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Wire


class Answers:
    """Tells the log of one server's answers, just before they leave."""

    def __init__(self, server: Any, log: Log) -> None:
        self._server = server
        self._log = log

    def ack_sent(self, eio_sid: str, packet: Any, wire: Wire) -> None:
        """Tell of a handler's return value."""
        seq = cause_in(self._log)
        sid = self._server.manager.sid_from_eio_sid(eio_sid, packet.namespace or "/")
        if seq is not None:
            self._log.append(r.AckSent(seq, sid or "", wire))

    def connect_sent(self, eio_sid: str, packet: Any, _wire: Wire) -> None:
        """Tell of a client let in."""
        self._log.append(r.Connected(packet.namespace or "/", packet.data["sid"], eio_sid, cause_in(self._log)))

    def refusal_sent(self, eio_sid: str, packet: Any, wire: Wire) -> None:
        """Tell of a client not let in, and why."""
        namespace = packet.namespace or "/"
        sid = self._server.manager.sid_from_eio_sid(eio_sid, namespace)
        unserved = packet.data == "Unable to connect"
        told = packet.data.get("message") if isinstance(packet.data, dict) else packet.data
        hint = self._why_unserved(namespace, sid) if unserved else None
        self._log.append(
            r.Refused(namespace, None if unserved else sid, eio_sid, cause_in(self._log), str(told), wire, hint)
        )

    def sent_away(self, eio_sid: str, packet: Any, wire: Wire) -> None:
        """Tell of a client that was let in provisionally, and is not to stay."""
        # With `always_connect` a refusal is a DISCONNECT that says why; no other one says anything.
        if packet.data is not None:
            self.refusal_sent(eio_sid, packet, wire)

    def _why_unserved(self, namespace: str, sid: str | None) -> str:
        if sid is not None:
            return f"this connection is connected to {namespace} already"
        with self._log.lock:
            return hints.namespace_not_served(self._log.state, namespace)

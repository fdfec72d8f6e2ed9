"""One connection of a named client: python-socketio's own client, opened once and in order.

It leans on names that python-socketio >= 5.12, < 6 keeps private: the `_handle_...` methods, `_trigger_event`,
`_send_packet`, `_get_event_handler`, `_generate_ack_id`.
"""

from __future__ import annotations

import copy
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import socketio
from socketio import packet

from sio_lab.clients.reasons import refused, silent, unreachable
from sio_lab.clients.transport import PART_SECONDS, Engine, quiet
from sio_lab.clients.worker import Reported, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.clients.options import Options

ANSWER_SECONDS = 5.0
"""How long the server has to let a client into its namespaces."""

_EVENTS = {packet.EVENT, packet.BINARY_EVENT}


@dataclass(frozen=True)
class Told:
    """Whom a connection tells what it sees, in the order it sees it; none of them may block."""

    opened: Callable[[str], None]
    """The connection's eio_sid is known; no namespace has been asked for yet."""

    arrived: Callable[[str, str, tuple[Any, ...]], None]
    """An event came: namespace, event, args."""

    changed: Callable[[], None]
    """Something that others may wait for has happened."""


class Connection(socketio.Client):  # type: ignore[misc] # socketio ships no type information
    """Carries a client in its namespaces until either side, or the network, ends it."""

    def __init__(self, name: str, handlers: dict[str, dict[str, Callable[..., Any]]], told: Told) -> None:
        super().__init__(reconnection=False, handle_sigint=False, logger=quiet, engineio_logger=quiet)
        self.name = name
        self.handlers = handlers
        self.worker = Worker(name, told.changed)
        self.eio_sid: str | None = None
        self.sids: dict[str, str] = {}
        self.refusals: dict[str, Any] = {}
        self.lost: str | None = None
        """Why it has ended, as Engine.IO says it; None before."""

        self.sent = 0
        """How many events have been sent on it."""

        self.arrived: Counter[str] = Counter()
        """Namespace -> how many events have come."""

        self._told = told
        self._sending = threading.RLock()
        self._answered = threading.Event()

    @property
    def is_open(self) -> bool:
        """Whether it carries a client in some namespace."""
        return self.lost is None and bool(self.sids)

    def open(self, options: Options, more_headers: Mapping[str, str] | None = None) -> None:
        """Connect, and wait until the server has let the client into every namespace.

        Raises NotRunning where nobody listens, ClientRefused where it is refused or not answered; end it then.
        """
        auth = options.current_auth()
        headers, namespaces = {**options.headers, **(more_headers or {})}, list(options.namespaces)
        transports = options.transports and list(options.transports)
        try:
            self.connect(options.address, headers, auth, transports, namespaces, wait=False)
        except socketio.exceptions.ConnectionError as error:
            raise unreachable(self.name, options.url, error) from error
        self._answered.wait(ANSWER_SECONDS)
        if self.refusals:
            raise refused(self.name, *next(iter(self.refusals.items())))
        if not self.sids.keys() >= set(namespaces):
            raise silent(self.name, [each for each in namespaces if each not in self.sids], self.lost, ANSWER_SECONDS)

    def send_event(
        self, namespace: str, event: str, args: list[Any], callback: Callable[..., None] | None
    ) -> tuple[int, int | None]:
        """Send an event; return the how-manieth of this connection it is, from 1, and its ack id.

        Raises TypeError, ValueError or RecursionError where `args` are not JSON plus bytes; then nothing was sent.
        """
        with self._sending:
            ack_id = None if callback is None else self._generate_ack_id(namespace, callback)
            try:
                self._send_packet(self.packet_class(packet.EVENT, data=[event, *args], namespace=namespace, id=ack_id))
            except Exception:
                self.forget_ack(namespace, ack_id)
                raise
            return self.sent, ack_id

    def forget_ack(self, namespace: str, ack_id: int | None) -> None:
        """Wait for an ack no longer."""
        self.callbacks.get(namespace, {}).pop(ack_id, None)

    def listens(self, event: str, namespace: str) -> bool:
        """Tell whether a handler answers an event."""
        return self._get_event_handler(event, namespace, ())[0] is not None

    def part(self) -> None:
        """Say goodbye in every namespace; waits for nothing."""
        for namespace in list(self.sids):
            self._send_packet(self.packet_class(packet.DISCONNECT, namespace=namespace))
        self.eio.part()

    def end(self, seconds: float = PART_SECONDS) -> None:
        """Part, and leave no thread and no socket: `seconds` for the server to close, some more for our own threads."""
        self.part()
        self.eio.end(seconds)
        self._end_worker(seconds)

    def cut(self) -> None:
        """Have the network die under it, and leave no thread and no socket."""
        self.eio.cut()
        self._end_worker(PART_SECONDS)

    def _end_worker(self, seconds: float) -> None:
        self.worker.finish()
        self.worker.join(seconds)

    def _engineio_client_class(self) -> type[Engine]:
        return Engine

    def _send_packet(self, pkt: Any) -> None:
        # The attachments of a binary packet follow it at once, whichever threads send.
        with self._sending:
            super()._send_packet(pkt)
            self.sent += pkt.packet_type in _EVENTS

    def _handle_eio_connect(self) -> None:
        self.eio_sid = str(self.eio.sid)
        self._told.opened(self.eio_sid)
        super()._handle_eio_connect()

    def _handle_eio_message(self, data: str | bytes) -> None:
        with Reported(f"Client {self.name}: a packet that can't be read"):
            super()._handle_eio_message(data)

    def _handle_eio_disconnect(self, reason: str) -> None:
        self.lost = reason
        super()._handle_eio_disconnect(reason)
        self.sids.clear()
        self.worker.finish()
        self._note_change()

    def _handle_connect(self, namespace: str | None, data: Any) -> None:
        # Before the handler of 'connect' runs, which may send.
        self.sids[namespace or "/"] = data["sid"]
        super()._handle_connect(namespace, data)
        self._note_change()

    def _handle_error(self, namespace: str | None, data: Any) -> None:
        self.refusals[namespace or "/"] = data
        super()._handle_error(namespace, data)
        self._note_change()

    def _handle_disconnect(self, namespace: str | None) -> None:
        # python-socketio sets this only when `connect` returns, and ignores whom the server sends away before.
        self.connected = True
        self.sids.pop(namespace or "/", None)
        if self.sids:
            super()._handle_disconnect(namespace)
            self._note_change()
        else:
            # It would end the connection, too, but as if the client had wanted that.
            self.eio.disconnect(abort=True, reason=self.reason.SERVER_DISCONNECT)

    def _note_change(self) -> None:
        if self.lost or self.refusals or self.sids.keys() >= set(self.connection_namespaces):
            self._answered.set()
        self._told.changed()

    def _handle_event(self, namespace: str | None, ack_id: int | None, data: Any) -> None:
        place, event, args = namespace or "/", data[0], tuple(data[1:])
        self._told.arrived(place, event, args)
        handle = super()._handle_event
        if self._get_event_handler(event, place, args)[0] is None:
            handle(namespace, ack_id, data)
        else:
            # The handler's own copy: what it changes in its arguments did not arrive like that.
            own = copy.deepcopy(data)
            self.worker.put(self._handler_of(event, place), lambda: handle(namespace, ack_id, own))
        self.arrived[place] += 1
        self._told.changed()

    def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        trigger = super()._trigger_event
        if self.worker.is_current:
            return trigger(event, namespace, *args)
        if self._get_event_handler(event, namespace, args)[0] is not None:
            self.worker.put(self._handler_of(event, namespace), lambda: trigger(event, namespace, *args))
        return None

    def _handler_of(self, event: str, namespace: str) -> str:
        return f"the handler of {event!r} in {namespace}"

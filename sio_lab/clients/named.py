"""A named client: what a cell holds in its hands."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, overload

from sio_lab.clients.arrivals import Arrivals
from sio_lab.clients.connection import Connection, Told
from sio_lab.clients.order import SETTLE_SECONDS
from sio_lab.clients.reasons import no_ack
from sio_lab.clients.sending import Outgoing
from sio_lab.core.records import Refused, Rejected
from sio_lab.errors import CallFailed, ClientRefused, LabError, NotRunning, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sio_lab.clients.arrivals import Arrival
    from sio_lab.clients.options import Options
    from sio_lab.clients.order import Order
    from sio_lab.core.columns import Columns
    from sio_lab.core.log import Log

Handler = TypeVar("Handler", bound="Callable[..., Any]")

CALL_SECONDS = 5.0
"""How long a call waits for its ack, and `wait_for` for its event."""


@dataclass(frozen=True)
class Home:
    """What a client needs of those who keep it."""

    log: Log
    order: Order
    named: Callable[[str, str], None]
    """Told (eio_sid, name) as soon as a connection is open, before its CONNECT packets are sent."""

    frame: Callable[[Columns], Any]
    """Makes what `received` returns."""

    panel: Callable[[str], Any]
    """Makes what `panel` returns, by the client's name."""

    headers: Callable[[str], Mapping[str, str]]
    """Returns what the server wants to be told at each connect, by the client's name."""

    keep: Callable[[NamedClient], None]
    """Told that a client connects: it needs to be closed some day. Raises where its name is another's by now."""

    forget: Callable[[NamedClient], None]
    """Told that a client is closed."""


class NamedClient:
    """A Socket.IO client in this kernel, which talks to the server over the network as any other.

    Where a method takes a namespace and none is given, it means the client's first one.
    """

    def __init__(self, name: str, options: Options, home: Home) -> None:
        self.name = name
        self._options = options
        self._home = home
        self._handlers: dict[str, dict[str, Callable[..., Any]]] = {}
        self._arrivals = Arrivals()
        self._connection = self._new_connection()
        self._changing = threading.RLock()

    def __repr__(self) -> str:
        state = f"sid={self.sid} connected" if self.connected else "disconnected"
        return f"<Client {self.name} {' '.join(self.namespaces)} {state}>"

    # --- what it is ---------------------------------------------------------------------------------------------

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces it was opened for, the first one first."""
        return tuple(self._options.namespaces)

    @property
    def connected(self) -> bool:
        """Whether it is connected to one of its namespaces at least."""
        return self._connection.is_open

    @property
    def sids(self) -> dict[str, str]:
        """Namespace -> its sid there, of those it is connected to now."""
        return self._connection.sids.copy()

    @property
    def sid(self) -> str | None:
        """Its sid in its first namespace; None while it is not connected there."""
        return self._connection.sids.get(self.namespaces[0])

    @property
    def lost(self) -> str | None:
        """Why it is disconnected, as Engine.IO says it; None while it is connected."""
        return self._connection.lost

    @property
    def connection(self) -> Connection:
        """The newest connection, open or lost."""
        return self._connection

    # --- sending ------------------------------------------------------------------------------------------------

    def emit(
        self,
        event: str,
        *args: Any,
        namespace: str | None = None,
        callback: Callable[..., Any] | None = None,
        wait: bool = True,
    ) -> None:
        """Send an event: several `args` are several arguments; a single tuple, too, as python-socketio has it.

        Returns once its handler is done and what that emitted has reached the lab's clients, and `callback` has run
        with the ack; at most after 1 second, or at once with `wait=False`. That the server is slower is no error.
        Raises NotRunning while disconnected; Usage for a namespace it is not in, or an argument that can't be sent.
        """
        outgoing = self._new_event(event, namespace)
        outgoing.send(args, callback)
        if wait:
            self._home.order.wait(lambda: outgoing.is_done)

    def send(
        self,
        *args: Any,
        namespace: str | None = None,
        callback: Callable[..., Any] | None = None,
        wait: bool = True,
    ) -> None:
        """Send the event 'message'; all else is as with `emit`."""
        self.emit("message", *args, namespace=namespace, callback=callback, wait=wait)

    def call(self, event: str, *args: Any, namespace: str | None = None, timeout: float = CALL_SECONDS) -> Any:
        """Send an event and return its ack: None, the value, or a tuple of several; then settle as `emit` does.

        Raises CallFailed where none comes: after `timeout` seconds, at once where the handler raised, where there is
        none, or where the client is not connected to the namespace; Usage for an argument that can't be sent.
        """
        try:
            outgoing = self._new_event(event, namespace)
        except LabError as error:
            raise CallFailed(f"call {event!r}: {error}") from None
        outgoing.send(args, wants_ack=True)
        self._home.log.wait(lambda: outgoing.is_decided, timeout)
        if outgoing.has_failed or outgoing.ack is None:
            outgoing.connection.forget_ack(outgoing.namespace, outgoing.ack_id)
            raise CallFailed(f"Client {self.name}: call {event!r} in {outgoing.namespace}: {no_ack(outgoing, timeout)}")
        # A server that tells nothing of the event has no taps: then there is nothing to wait for.
        if outgoing.handled is not None:
            self._home.order.wait(lambda: True)
        return outgoing.ack[0] if len(outgoing.ack) == 1 else outgoing.ack or None

    # --- receiving ----------------------------------------------------------------------------------------------

    @overload
    def on(self, event: str, handler: Handler, namespace: str | None = None) -> Handler: ...

    @overload
    def on(self, event: str, handler: None = None, namespace: str | None = None) -> Callable[[Handler], Handler]: ...

    def on(
        self, event: str, handler: Callable[..., Any] | None = None, namespace: str | None = None
    ) -> Callable[..., Any]:
        """Have a function answer an event from the server, as `@client.on("event")` or `client.on("event", f)`.

        `*` as event or namespace is any, as in python-socketio: the handler gets the event's name, the namespace's, or
        both first. What it returns is the ack. A client's handlers run one after another, and may call the server.
        """
        if not isinstance(event, str):
            raise Usage(f'{event!r} is no name of an event; write @{self.name}.on("event")')
        table = self._handlers.setdefault(self._place(namespace, "*"), {})

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            table[event] = function
            return function

        return register if handler is None else register(handler)

    def listens(self, event: str, namespace: str) -> bool:
        """Tell whether a handler of `on` answers an event, or `wait_for` has waited for it."""
        return self._connection.listens(event, namespace) or self._arrivals.was_waited_for(event, namespace)

    @property
    def received(self) -> Any:
        """The newest 10,000 events received, oldest first: a DataFrame with time, namespace, event and args."""
        return self._home.frame(self.received_columns)

    @property
    def received_columns(self) -> Columns:
        """The same as plain columns."""
        return self._arrivals.columns()

    @property
    def received_dropped(self) -> int:
        """How many older events `received` has let go."""
        return self._arrivals.dropped

    def panel(self) -> Any:
        """Return the client's panel, to be a cell's last line: what arrived, a line to emit, drop and reconnect."""
        return self._home.panel(self.name)

    def received_since(self, after: int, most: int) -> tuple[int, list[Arrival]]:
        """Return how many events have come so far, and the newest `most` beyond the first `after`, oldest first."""
        return self._arrivals.since(after, most)

    def wait_for(self, event: str, namespace: str | None = None, timeout: float = CALL_SECONDS) -> tuple[Any, ...]:
        """Return the args of the first `event` not waited for before, in `namespace` or any; it may have come already.

        Raises CallFailed, with what did arrive, after `timeout` seconds, or at once where the client is disconnected.
        """
        place = namespace and self._place(namespace)
        found, looked = None, 0

        def is_over() -> bool:
            nonlocal found, looked
            total = self._arrivals.total
            found, looked = self._arrivals.take(event, place, looked), total
            return found is not None or not self.connected

        self._home.log.wait(is_over, timeout)
        if found is not None:
            return found.args
        why = f"within {timeout:g} s" if self.connected else f"and none will: {self._why_disconnected()}"
        where = f" in {place}" if place else ""
        raise CallFailed(f"Client {self.name} received no {event!r}{where} {why}. {self._arrivals.summary(event)}")

    # --- coming and going ---------------------------------------------------------------------------------------

    def drop(self) -> None:
        """Lose the connection as if the network died: the server is told nothing. `reconnect` makes a new one.

        Over WebSocket the server notices the closed socket at once; over polling only by its ping timeout.
        """
        with self._changing:
            eio_sid, transport = self._connection.eio_sid, self._connection.eio.transport()
            self._connection.cut()
        if transport == "websocket":
            self._home.order.wait(lambda: self._home.order.is_gone(eio_sid))

    def reconnect(self, url: str | None = None) -> None:
        """Connect anew, with a new sid and in no rooms; closes the connection there is. `received` and handlers stay.

        `url` is where the server is now, if it has moved.

        Raises NotRunning where nothing listens, ClientRefused where the server refuses, Usage where its name has
        been given to another client.
        """
        with self._changing:
            self._home.keep(self)
            self._options.url = url or self._options.url
            self._connection.end()
            self._connection = self._new_connection()
            self._open()
            eio_sid = self._connection.eio_sid
        self._home.order.wait(lambda: self._home.order.is_let_in(eio_sid))

    def close(self) -> None:
        """Disconnect and leave nothing running. A second call does nothing; `reconnect` brings it back."""
        eio_sid = self._connection.eio_sid
        was_connected = self.connected
        self.shut()
        if was_connected:
            self._home.order.wait(lambda: self._home.order.is_gone(eio_sid))

    def part(self) -> None:
        """Say goodbye to the server without waiting, ahead of `shut`: so that many can be closed together."""
        self._connection.part()

    def shut(self, seconds: float = SETTLE_SECONDS) -> None:
        """Disconnect, giving the server `seconds` to close; waits for nothing that others do about it."""
        with self._changing:
            self._connection.end(seconds)
        self._home.forget(self)

    # --- within -------------------------------------------------------------------------------------------------

    def _new_connection(self) -> Connection:
        told = Told(self._name_connection, self._arrivals.note, self._home.log.nudge)
        return Connection(self.name, self._handlers, told)

    def _name_connection(self, eio_sid: str) -> None:
        self._home.named(eio_sid, self.name)

    def _open(self) -> None:
        connection, log = self._connection, self._home.log
        with log.lock:
            before = log.last_seq
        try:
            connection.open(self._options, self._home.headers(self.name))
        except ClientRefused as error:
            connection.end()
            told = [each for each in log.since(before) if isinstance(each, (Refused, Rejected))]
            hints = [each.hint for each in told if each.eio_sid == connection.eio_sid and each.hint]
            raise ClientRefused("; ".join([str(error), *hints]), error.message, error.data) from None
        except BaseException:
            connection.end()
            raise

    def _new_event(self, event: str, namespace: str | None) -> Outgoing:
        if not isinstance(event, str):
            raise Usage(f"{event!r} is no name of an event; it is a text")
        return Outgoing(self._home.log, self._connected_to(namespace), self._place(namespace), event)

    def _place(self, namespace: str | None, *others: str) -> str:
        place = self.namespaces[0] if namespace is None else namespace
        if place not in {*self.namespaces, *others}:
            raise Usage(
                f"Client {self.name} is not in the namespace {place!r} but in {_listed(self.namespaces)}. "
                f"Name one of these, or open it with that one: lab.client({self.name!r}, namespace=...)."
            )
        return place

    def _connected_to(self, namespace: str | None) -> Connection:
        place, connection = self._place(namespace), self._connection
        if not connection.is_open:
            raise NotRunning(self._why_disconnected())
        if place not in connection.sids:
            raise Usage(
                f"The server has disconnected client {self.name} from {place}; it is still in "
                f"{_listed(connection.sids)}. Connect it anew: reconnect()."
            )
        return connection

    def _why_disconnected(self) -> str:
        why = f": {self._connection.lost}" if self._connection.lost else ""
        return f"Client {self.name} is not connected{why}. Connect it anew: reconnect()."


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)

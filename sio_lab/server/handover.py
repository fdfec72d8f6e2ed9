"""Parting from the clients of a program that another one replaces, so that they come back by themselves.

Nothing that a client has sent is to be lost, and nothing handled twice. An event that waits for an ack is refused from
the first moment on: without an ack its sender knows that it may send it again. What waits for none is handled to the
last: nobody would send it again. So the server asks the client to end the connection, and reads until it has.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engineio import packet as eio_packet

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.server.failures import Unanswered
from sio_lab.server.lookup import methods
from sio_lab.server.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log
    from sio_lab.server.front import Program

RUN_SECONDS = 0.5
"""How long handlers that run are waited for, and their acks with them."""

SETTLE_SECONDS = 0.05
"""Between an ack and the farewell: python-socketio's client takes each packet in a thread of its own, and forgets whom
an ack is for as soon as the connection ends."""

POST_GAP_SECONDS = 0.01
"""Between a poller's POST and the farewell: what a client in JavaScript keeps back while it posts, it throws away."""

LINGER_SECONDS = 0.3
"""How long a client that says nothing more may take to end its connection once it has been asked to."""

LONGEST_SECONDS = 2.0
"""How long one may take that goes on sending: it has not heard yet, or what it sent before is still being read."""

STEP_SECONDS = 0.005
LONGEST_STEP_SECONDS = 0.02
"""What counts of a step that took longer: a busy machine may keep a client from running just as long."""

REFUSED = hints.REPLACED
UNREADABLE = "x"


class Farewell(eio_packet.Packet):  # type: ignore[misc]  # Engine.IO ships no types
    """The packet that has a client end its connection, and connect anew, on either transport.

    Clients do both at once where they can't read a packet. On Engine.IO's own CLOSE, JavaScript's does nothing over a
    WebSocket, and python-socketio's stays away. From a WebSocket's Close frame on, JavaScript's drops what is emitted,
    without a word, until the server has closed, too.
    """

    def __init__(self, connection: Any) -> None:
        super().__init__(eio_packet.NOOP)
        self.connection = connection

    def encode(self, b64: bool = False) -> str:
        """Return a text that is no packet."""
        del b64
        return UNREADABLE


class Clock:
    """The monotonic clock, less the time for which this process was kept from running; one thread asks it, steadily.

    What others note by the monotonic clock looks later by it than it was: whoever waits from then on waits longer.
    """

    def __init__(self) -> None:
        self._asked = time.monotonic()
        self._kept = 0.0

    def now(self) -> float:
        """Return the time in seconds; it is never later than the monotonic clock's."""
        now = time.monotonic()
        self._kept += max(now - self._asked - LONGEST_STEP_SECONDS, 0)
        self._asked = now
        return now - self._kept


class Runs:
    """The runs of one server's handlers, and whether events that wait for an ack still get one."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._running: dict[int, str] = {}
        """What identifies a run -> its Engine.IO connection."""

        self._refusing = False
        self._awaited: set[int] = set()
        """What ran when acks began to be refused."""

        self._ended: dict[str, float] = {}
        self._heard: dict[str, float] = {}

    def attach(self, patches: Patches) -> None:
        """Begin to watch; events with and without ack are handled alike."""
        self._refusing = False
        self._ended, self._heard = {}, {}
        patches.wrap(self._server, "start_background_task", self._start)
        patches.wrap(self._server, "_handle_event_internal", self._run)

    def refuse_acks(self) -> None:
        """Have no handler run, from now on, for events that wait for an ack."""
        with self._lock:
            self._refusing = True
            self._awaited = set(self._running)

    def is_awaited(self, eio_sid: str) -> bool:
        """Tell whether a handler still runs, for a connection, that did so when acks began to be refused."""
        with self._lock:
            return any(self._running.get(run) == eio_sid for run in self._awaited)

    def ended_at(self, eio_sid: str) -> float:
        """Return when the newest run for a connection ended since then, on the monotonic clock; 0 where none has."""
        return self._ended.get(eio_sid, 0.0)

    def heard_at(self, eio_sid: str) -> float:
        """Return when the newest event of a connection came since then, on the monotonic clock; 0 where none has."""
        return self._heard.get(eio_sid, 0.0)

    def are_for(self, eio_sid: str) -> bool:
        """Tell whether a handler runs for a connection."""
        with self._lock:
            return eio_sid in self._running.copy().values()

    def _start(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            if target is not vars(self._server).get("_handle_event_internal"):
                return original(target, *args, **kwargs)
            self.accept(*args)
            try:
                return original(target, *args, **kwargs)
            except Exception:
                self.over(*args)
                raise

        return start

    def _run(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*args: Any) -> Any:
            if not self._server.async_handlers:
                self.accept(*args)
            try:
                return original(*args)
            finally:
                self.over(*args)

        return handle

    def accept(self, _server: Any, _sid: str, eio_sid: str, data: Any, _namespace: str, ack_id: int | None) -> None:
        """Note a run that is about to begin. Raises Unanswered where it wants an ack, and those are refused."""
        # Noted first: who refuses from now on either finds it here, or it finds that out itself.
        self._running[id(data)] = eio_sid
        if self._refusing:
            with self._lock:
                self._heard[eio_sid] = time.monotonic()
                if ack_id is not None and id(data) not in self._awaited:
                    self._running.pop(id(data), None)
                    raise Unanswered(REFUSED)

    def over(self, _server: Any, _sid: str, eio_sid: str, data: Any, _namespace: str, ack_id: int | None) -> None:
        """Note that a run has ended."""
        self._running.pop(id(data), None)
        if self._refusing:
            with self._lock:
                self._awaited.discard(id(data))
                if ack_id is not None:
                    self._ended[eio_sid] = time.monotonic()


class Handover:
    """Parts from all clients of one server, side by side: a hundred take no longer than one."""

    def __init__(self, eio: Any, runs: Runs, program: Program, say_goodbye: Callable[[str], object]) -> None:
        self._eio = eio
        self._runs = runs
        self._program = program
        self._say_goodbye = say_goodbye
        """Sends a Close frame, once, to a client that can't be told otherwise."""

        self._began = time.monotonic()
        self._asked: dict[str, float] = {}
        """Engine.IO sid -> when its client was asked to end the connection, by the clock of `part`."""

    def part(self) -> None:
        """Ask every client to end its connection, and read what it still sends until it has, or time is up."""
        self._runs.refuse_acks()
        patches = Patches()
        patches.wrap(self._eio, "_ok", self._farewells_alone)
        patches.wrap_item(self._eio.handlers, "disconnect", self._hear_out)
        clock = Clock()
        try:
            while self._step(clock.now()):
                time.sleep(STEP_SECONDS)
        finally:
            patches.undo()

    def _step(self, now: float) -> bool:
        """Do what is due; tells whether somebody is still to be waited for."""
        posting = {request.eio_sid for request in self._program.requests() if request.is_post}
        there = [connection for connection in list(self._eio.sockets.values()) if not connection.closed]
        for connection in there:
            if connection.sid not in self._asked and self._may_ask(connection, now, posting):
                connection.queue.put(Farewell(connection))
                self._asked[connection.sid] = now
            elif self._is_silent(connection.sid, now, LINGER_SECONDS / 2):
                self._say_goodbye(connection.sid)
        return not all(self._is_silent(connection.sid, now, LINGER_SECONDS) for connection in there)

    def _is_silent(self, eio_sid: str, now: float, seconds: float) -> bool:
        """Tell whether a client has been asked, and has said nothing for so long, or has gone on for too long."""
        asked = self._asked.get(eio_sid)
        if asked is None:
            return False
        return now > asked + LONGEST_SECONDS or now > max(asked, self._runs.heard_at(eio_sid)) + seconds

    def _may_ask(self, connection: Any, now: float, posting: set[str]) -> bool:
        if now > self._began + RUN_SECONDS:
            return True
        if connection.upgrading or self._runs.is_awaited(connection.sid):
            return False
        if now < max(self._began, self._runs.ended_at(connection.sid)) + SETTLE_SECONDS:
            return False
        since_post = now - self._program.posted_at(connection.sid)
        return bool(connection.upgraded) or (connection.sid not in posting and since_post > POST_GAP_SECONDS)

    def _farewells_alone(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def ok(packets: list[Any] | None = None, *args: Any, **kwargs: Any) -> Any:
            return original(packets and _up_to_farewell(packets), *args, **kwargs)

        return ok

    def _hear_out(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def closed(eio_sid: str, *args: Any) -> Any:
            clock = Clock()
            deadline = clock.now() + RUN_SECONDS
            connection = self._eio.sockets.get(eio_sid)
            if connection is not None and not connection.upgraded:
                # The POST that closes may have overtaken one that carries events.
                time.sleep(POST_GAP_SECONDS)
            # Flask-SocketIO forgets the client, and with that drops events whose handlers are about to begin.
            while clock.now() < deadline and (self._runs.are_for(eio_sid) or self._is_posting(eio_sid)):
                time.sleep(STEP_SECONDS)
            # Whoever closes it in the end, it is because the server has asked for it.
            reason = (self._eio.reason.SERVER_DISCONNECT,) if eio_sid in self._asked else args
            return original(eio_sid, *reason)

        return closed

    def _is_posting(self, eio_sid: str) -> bool:
        """Tell whether a connection has a POST under way beside the one that asks."""
        posts = (request for request in self._program.requests() if request.is_post)
        return any(post.eio_sid == eio_sid and post.thread is not threading.current_thread() for post in posts)


def _up_to_farewell(packets: list[Any]) -> list[Any]:
    """Return what may go in one answer to a poll: python-socketio's client takes all of it for unreadable, or none."""
    place = next((place for place, packet in enumerate(packets) if isinstance(packet, Farewell)), None)
    if place is None:
        return packets
    if place == 0:
        return packets[:1]
    queue = packets[place].connection.queue
    with queue.not_empty:
        # It is due next, whatever has come after it.
        queue.queue.appendleft(packets[place])
        queue.unfinished_tasks += 1
        queue.not_empty.notify()
    return packets[:place]


@contextmanager
def handlers_handed_over(old: Any, new: Any, log: Log) -> Iterator[None]:
    """Tell of the handlers of one server that another one lacks; of the others, no tap inside can tell the end."""
    for namespace, event, is_method in sorted(_handlers(old) - _handlers(new)):
        log.append(r.HandlerRemoved(namespace, event, method=is_method))
    tables = old.handlers, old.namespace_handlers
    old.handlers, old.namespace_handlers = {}, {}
    try:
        yield
    finally:
        old.handlers, old.namespace_handlers = tables


def _handlers(server: Any) -> set[tuple[str, str, bool]]:
    functions = {(place, event, False) for place, table in server.handlers.items() for event in table}
    owners = server.namespace_handlers.values()
    return functions | {(owner.namespace, event, True) for owner in owners for event in methods(owner)}

"""Bringing an Engine.IO server to rest: no client, no thread, ready to be started again."""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simple_websocket import ConnectionClosed
from wsproto.events import CloseConnection
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

from sio_lab.server.thread import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.patches import Patches

STEP_SECONDS = 0.005
PATIENCE_SECONDS = 0.2
"""After that long, a `disconnect` handler no longer holds up the clients that come after its own."""


class Sleepers:
    """Wakes the threads in which Engine.IO waits before it pings: else each outlives its client by up to 25 s."""

    def __init__(self, eio: Any) -> None:
        self._eio = eio
        self._mine = threading.local()
        self._waiting: dict[str, threading.Event] = {}
        self._threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self.websockets: dict[str, Any] = {}
        """Engine.IO sid -> the WebSocket that carries it, as simple-websocket has it."""

        self._closing: set[str] = set()

    def attach(self, patches: Patches) -> None:
        """Put the wake-up in place."""
        patches.wrap(self._eio, "sleep", self._sleep)
        patches.wrap(self._eio, "start_background_task", self._start)
        patches.wrap_item(self._eio.handlers, "connect", self._opened)
        patches.wrap_item(self._eio.handlers, "disconnect", self._closed)

    def say_goodbye(self, eio_sid: str) -> None:
        """Send the Close frame, once, to a client that can't be told otherwise; what it sends is read on."""
        websocket = self.websockets.get(eio_sid)
        if websocket is None:
            return
        if eio_sid in self._closing:
            if not websocket.thread.is_alive():
                # It has told of its end a little early: who reads from it may have gone back to sleep.
                websocket.event.set()
            return
        self._closing.add(eio_sid)
        with suppress(OSError, LocalProtocolError):
            frame = websocket.ws.send(CloseConnection(CloseReason.SERVICE_RESTART))
            # A client that reads nothing must not hold up the others.
            websocket.sock.send(frame, getattr(socket, "MSG_DONTWAIT", 0))

    def join(self, deadline: float) -> None:
        """Wait, until `deadline` on the monotonic clock, for the threads that were woken."""
        for thread in list(self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _opened(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(eio_sid: str, environ: dict[str, Any]) -> Any:
            connection = self._eio.sockets.get(eio_sid)
            if connection is not None:
                # The connection's own attribute: it goes with it.
                connection._websocket_handler = self._reading(eio_sid, connection._websocket_handler)
            return original(eio_sid, environ)

        return opened

    def _closed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def closed(eio_sid: str, *args: Any) -> Any:
            try:
                return original(eio_sid, *args)
            finally:
                waiting = self._waiting.pop(eio_sid, None)
                if waiting is not None:
                    waiting.set()

        return closed

    def _start(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            is_ping = getattr(target, "__name__", "") == "_send_ping"
            return original(self._pinging(target) if is_ping else target, *args, **kwargs)

        return start

    def _pinging(self, send_ping: Any) -> Callable[[], None]:
        connection = send_ping.__self__
        waiting = self._waiting.setdefault(connection.sid, threading.Event())
        if connection.closing:
            # It ends in this very moment: nobody would wake it later.
            self._waiting.pop(connection.sid, None)
            waiting.set()

        def wait_and_ping() -> None:
            self._mine.waiting = waiting
            self._threads.add(threading.current_thread())
            if not connection.closed:
                send_ping()

        return wait_and_ping

    def _reading(self, eio_sid: str, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def handle(websocket: Any) -> Any:
            # simple-websocket reads in a thread of its own, which ends a little after the connection.
            self._threads.add(websocket.ws.thread)
            websocket.close = _quietly(websocket.close)
            self.websockets[eio_sid] = websocket.ws
            try:
                return original(websocket)
            finally:
                self.websockets.pop(eio_sid, None)
                self._closing.discard(eio_sid)
                # Where it ends with an error, the reading thread would wait for a client that may stay.
                cut(websocket.ws.sock)

        return handle

    def _sleep(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def sleep(seconds: float = 0) -> Any:
            waiting = getattr(self._mine, "waiting", None)
            return original(seconds) if waiting is None else waiting.wait(seconds)

        return sleep


def _quietly(close: Callable[[], None]) -> Callable[[], None]:
    def close_quietly() -> None:
        # The peer, or another thread, may close it in the same moment: nobody needs to hear of that.
        with suppress(OSError, ConnectionClosed, LocalProtocolError):
            close()

    return close_quietly


def disconnect_all(eio: Any, timeout: float) -> list[str]:
    """Disconnect every client without waiting for it; their `disconnect` handlers run.

    Returns the names of threads in which one still runs after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    connections, workers = deque(eio.sockets.values()), []
    while connections and time.monotonic() < deadline:
        worker = threading.Thread(
            target=_disconnect_each, args=(eio, connections), name="sio-lab-disconnect", daemon=True
        )
        workers.append(worker)
        worker.start()
        worker.join(PATIENCE_SECONDS)
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))
    for connection in list(eio.sockets.values()):
        # Its handler hangs; a poll of its need not wait for that.
        connection.queue.put(None)
    return [worker.name for worker in workers if worker.is_alive()]


def _disconnect_each(eio: Any, connections: deque[Any]) -> None:
    with suppress(IndexError):  # another worker has taken the last one
        while connections:
            connection = connections.popleft()
            if connection.closed:
                _let_waiting_go(connection.queue)
            # Not `eio.disconnect()`: it waits for a poll that may never come.
            connection.close(wait=False, abort=True)
            eio.sockets.pop(connection.sid, None)


def _let_waiting_go(queue: Any) -> None:
    """End Engine.IO's own wait, in `eio.disconnect()`, for a poll that never came."""
    with queue.all_tasks_done:
        queue.unfinished_tasks = 0
        queue.all_tasks_done.notify_all()


def forget_clients(server: Any) -> None:
    """Take everybody out of their rooms whose `disconnect` handler would not end."""
    for namespace, rooms in list(server.manager.rooms.items()):
        for sid in list(rooms.get(None, ())):
            server.manager.disconnect(sid, namespace, ignore_queue=True)


def stop_monitor(eio: Any, timeout: float = 2.0) -> list[str]:
    """End the thread that looks for dead clients, and have it started again with the next client.

    Returns its name where it did not end in `timeout` seconds: a `disconnect` handler may hold it up.
    """
    monitor = eio.service_task_handle
    if monitor is None:
        return []
    deadline = time.monotonic() + timeout
    while eio.service_task_event is None and monitor.is_alive() and time.monotonic() < deadline:
        # It makes its event when it begins to run: which may be now.
        monitor.join(STEP_SECONDS)
    if eio.service_task_event is not None:
        eio.service_task_event.set()
        monitor.join(max(0.0, deadline - time.monotonic()))
    # Left as they are, a second stop would end nobody, and no monitor would start after a restart.
    eio.service_task_handle = None
    eio.start_service_task = True
    if monitor.is_alive():
        return [monitor.name]  # it will ask the event when it goes on
    eio.service_task_event = None
    return []

"""Bringing an Engine.IO server to rest: no client, no thread, ready to be started again."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.patches import Patches

STEP_SECONDS = 0.005


class Sleepers:
    """Wakes the threads in which Engine.IO waits before it pings: else each outlives its client by up to 25 s."""

    def __init__(self, eio: Any) -> None:
        self._eio = eio
        self._mine = threading.local()
        self._waiting: dict[str, threading.Event] = {}
        self._threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()

    def attach(self, patches: Patches) -> None:
        """Put the wake-up in place."""
        patches.wrap(self._eio, "sleep", self._sleep)
        patches.wrap_item(self._eio.handlers, "connect", self._opened)
        patches.wrap_item(self._eio.handlers, "disconnect", self._closed)

    def join(self, deadline: float) -> None:
        """Wait, until `deadline` on the monotonic clock, for the threads that were woken."""
        for thread in list(self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _opened(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(eio_sid: str, environ: dict[str, Any]) -> Any:
            socket = self._eio.sockets.get(eio_sid)
            if socket is not None:
                self._waiting[eio_sid] = threading.Event()
                # The connection's own attributes: they go with it.
                socket._send_ping = self._pinging(eio_sid, socket._send_ping)
                socket._websocket_handler = self._reading(socket._websocket_handler)
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

    def _pinging(self, eio_sid: str, original: Callable[[], None]) -> Callable[[], None]:
        def send_ping() -> None:
            self._mine.waiting = self._waiting.get(eio_sid)
            self._threads.add(threading.current_thread())
            original()

        return send_ping

    def _reading(self, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def handle(websocket: Any) -> Any:
            # simple-websocket reads in a thread of its own, which ends a little after the connection.
            self._threads.add(websocket.ws.thread)
            return original(websocket)

        return handle

    def _sleep(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def sleep(seconds: float = 0) -> Any:
            waiting = getattr(self._mine, "waiting", None)
            return original(seconds) if waiting is None else waiting.wait(seconds)

        return sleep


def disconnect_all(eio: Any) -> None:
    """Disconnect every client without waiting for it; their `disconnect` handlers run."""
    for connection in list(eio.sockets.values()):
        # Not `eio.disconnect()`: it waits for a poll that may never come.
        connection.close(wait=False, abort=True)
    eio.sockets.clear()


def stop_monitor(eio: Any, timeout: float = 2.0) -> None:
    """End the thread that looks for dead clients, and have it started again with the next client."""
    monitor = eio.service_task_handle
    if monitor is None:
        return
    deadline = time.monotonic() + timeout
    while eio.service_task_event is None and monitor.is_alive() and time.monotonic() < deadline:
        # It makes its event when it begins to run: which may be now.
        monitor.join(STEP_SECONDS)
    eio.shutdown()
    # Left as they are, a second shutdown would join None, and no monitor would start after a restart.
    eio.service_task_handle = None
    eio.service_task_event = None
    eio.start_service_task = True

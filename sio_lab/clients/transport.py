"""Engine.IO underneath a client: messages in order, sockets it owns, an end that can't hang.

Engine.IO's own client starts a thread for every message, so that events overtake each other and the attachments of a
binary one get mixed; closes its sockets when the garbage collector does; and waits without a bound at its end.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import engineio
import engineio.base_client
import engineio.client
from engineio import packet

from sio_lab.clients.polling import Inbox, Outbox

if TYPE_CHECKING:
    from collections.abc import Callable

PART_SECONDS = 1.0
"""How long the server has to close a connection that was ended politely."""

CUT_SECONDS = 1.0
"""How long the threads of a connection have to notice that its sockets are gone."""

FLUSH_SECONDS = 0.5
"""How long the last packets may take when it is the server that ends the connection."""

_CUT_AGAIN_SECONDS = 0.05

_NO_PROXY = {"http_proxy_host": "none", "http_proxy_port": 1, "http_no_proxy": ["*"]}
"""Keeps websocket-client from the environment's proxies: it reads what it must not use only beside a proxy."""

quiet = logging.getLogger("sio_lab.clients")
"""Engine.IO warns of every connection that ends; here that is part of the lesson. Lower its level to see all."""
quiet.setLevel(logging.CRITICAL + 1)


class Engine(engineio.Client):  # type: ignore[misc] # engineio ships no type information
    """One Engine.IO connection, opened once.

    It leans on names that engineio >= 4.11, < 5 keeps private: `_trigger_event`, `_send_packet`, `_send_request`,
    `_reset`, `state`, `queue`.
    """

    def __init__(self, **options: Any) -> None:
        self._carriers: list[Any] = []
        self._threads: list[threading.Thread] = []
        self._inbox = Inbox()
        self._parting = False
        self._is_cut = False
        self._has_told_end = False
        self._writer: threading.Thread | None = None
        self._session = self._new_session()
        super().__init__(
            http_session=self._session,
            websocket_extra_options={"class_": self._new_websocket, **_NO_PROXY},
            **options,
        )

    @property
    def write_loop_task(self) -> threading.Thread | None:
        """The thread that writes: while there is one, Engine.IO reads."""
        return self._writer

    @write_loop_task.setter
    def write_loop_task(self, thread: threading.Thread | None) -> None:
        # When all is said, it goes on reading until the server closes: what the server has not read by the time that
        # a socket is closed is lost.
        if thread is not None or not self._parting:
            self._writer = thread

    def start_background_task(self, target: Callable[..., object], *args: Any, **kwargs: Any) -> threading.Thread:
        """Start a daemon thread that is joined when the connection ends."""
        thread: threading.Thread = super().start_background_task(target, *args, **kwargs)
        self._threads.append(thread)
        return thread

    def part(self, reason: str | None = None) -> None:
        """Tell the server that this is the end, after everything sent before; waits for nothing."""
        if self.state != "connected" or self._parting:
            return
        self._parting = True
        self._send_packet(packet.Packet(packet.CLOSE))
        # One ends the batch that is being written, the other the loop: it writes all there is before it ends.
        self.queue.put(None)
        self.queue.put(None)
        self._trigger_event("disconnect", reason or self.reason.CLIENT_DISCONNECT)

    def end(self, seconds: float = PART_SECONDS) -> None:
        """Part from the server, wait `seconds` for it to close, cut the line if it doesn't, and free all sockets."""
        self.part()
        if not self._join(seconds):
            self._cut_all()
        self._settle_state()

    def cut(self) -> None:
        """Let the network die: the server is told nothing, and all sockets are freed."""
        self._cut_all()
        self._settle_state()

    def disconnect(self, abort: bool = False, reason: str | None = None) -> None:
        """End the connection, as python-socketio and Engine.IO ask when the server has ended it.

        With `abort` it waits only until what was sent before has left.
        """
        self.part(reason)
        self._join(FLUSH_SECONDS if abort else PART_SECONDS)
        self._settle_state()

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        # Both ends, the network and Engine.IO's own loops may end a connection: the first one to do so is believed.
        if event == "disconnect" and self._has_told_end:
            return None
        self._has_told_end |= event == "disconnect"
        kwargs["run_async"] = False
        return super()._trigger_event(event, *args, **kwargs)

    def create_queue(self, *_args: Any, **_kwargs: Any) -> Outbox:
        """Return the queue of packets to write."""
        return Outbox()

    def _send_request(self, method: str, *args: Any, **kwargs: Any) -> Any:
        # A text is how Engine.IO says that a request failed.
        if self._is_cut:
            return "the connection was cut"
        if method == "GET" and self._parting:
            return "there is nothing to wait for any longer"
        kept = self._inbox.next() if method == "GET" else None
        if kept is not None:
            return kept
        answer = super()._send_request(method, *args, **kwargs)
        return self._inbox.divide(answer) if method == "GET" and hasattr(answer, "content") else answer

    def _new_session(self) -> Any:
        session = engineio.client.requests.Session()
        # Between a kernel and its own server stands no proxy, whatever the environment says.
        session.trust_env = False
        for adapter in session.adapters.values():
            pools = adapter.poolmanager
            kinds = pools.pool_classes_by_scheme.items()
            pools.pool_classes_by_scheme = {scheme: self._watched(kind) for scheme, kind in kinds}
        return session

    def _watched(self, kind: Callable[..., Any]) -> Callable[..., Any]:
        def make_pool(*args: Any, **kwargs: Any) -> Any:
            pool = kind(*args, **kwargs)
            make_connection = pool.ConnectionCls
            pool.ConnectionCls = lambda **options: self._kept(make_connection(**options))
            return pool

        return make_pool

    def _new_websocket(self, **options: Any) -> Any:
        return self._kept(engineio.client.websocket.WebSocket(**options))

    def _kept(self, carrier: Any) -> Any:
        self._carriers.append(carrier)
        return carrier

    def _sockets(self) -> list[socket.socket]:
        found = (getattr(carrier, "sock", None) for carrier in list(self._carriers))
        return [carried for carried in found if carried is not None]

    def _cut_all(self) -> None:
        self._is_cut = True
        deadline = time.monotonic() + CUT_SECONDS
        while True:
            self._shut_sockets()
            # A poll may have been about to open another socket: look again until the threads are gone.
            if self._join(_CUT_AGAIN_SECONDS) or time.monotonic() > deadline:
                return

    def _join(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        others = [thread for thread in self._threads if thread is not threading.current_thread()]
        for thread in others:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in others)

    def _settle_state(self) -> None:
        if self.state == "connected":
            self._trigger_event("disconnect", self.reason.TRANSPORT_ERROR)
        with contextlib.suppress(ValueError):
            engineio.base_client.connected_clients.remove(self)
        self._reset()

    def _reset(self) -> None:
        # Whoever ends the connection, Engine.IO does this last.
        super()._reset()
        self._shut_sockets()
        for carried in self._sockets():
            carried.close()
        self._session.close()

    def _shut_sockets(self) -> None:
        for carried in self._sockets():
            with contextlib.suppress(OSError):
                carried.shutdown(socket.SHUT_RDWR)

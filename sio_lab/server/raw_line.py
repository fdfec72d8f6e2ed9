"""One raw WebSocket: what goes over it told to the log frame by frame, and how the lab ends it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.handshake import header_in
from sio_lab.core.socket_records import MOST_KEPT, NO_CLOSE
from sio_lab.core.sockets import SWITCHING
from sio_lab.server.context import caused_by
from sio_lab.server.environs import address_of
from sio_lab.server.frame_reader import CLOSE, FrameReader, Seen, Unreadable, windows
from sio_lab.server.framing import FIN
from sio_lab.server.raw_socket import RawSocket, past
from sio_lab.server.shaking import request_text, response_text, status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log

PATH_LENGTH = 500
TOO_BIG, POLICY = 1009, 1008
FAREWELL_SECONDS = 1.0
"""How long the other side may take to answer a Close frame."""

LOCK_SECONDS = 0.2
"""How long to wait for somebody who is sending, before the connection is cut instead."""

PING = b"\x89\x00"
"""A Ping frame that carries nothing."""


class Line:
    """A WebSocket as the lab sees it, from the request on."""

    def __init__(self, log: Log, environ: dict[str, Any], limit: int | None, idle_seconds: float) -> None:
        self._log = log
        self._limit = limit
        self._idle_seconds = idle_seconds
        self.environ = environ
        """The WSGI environment of its request."""

        self.path = str(environ.get("PATH_INFO", ""))[:PATH_LENGTH]
        self.socket = RawSocket(environ["werkzeug.socket"], self)
        self.seq: int | None = None
        """The seq of its `SocketOpened`; None until the handshake has been answered."""

        self.sid = ""
        self.view: Any = None
        """The function that serves it."""

        self.is_open = False
        """Whether the answer to the handshake was that the WebSocket begins."""

        self.over = threading.Event()
        """Set when nothing more comes or goes."""

        self.opened: Callable[[], object] = bool
        """Called when it is open; set by who wants to know."""

        self._began = 0.0
        self._lock = threading.RLock()
        self._in: FrameReader | None = FrameReader()
        self._out: FrameReader | None = FrameReader()
        self._first: tuple[str, Seen] | None = None
        """Who sent the first Close frame, and that frame."""

        self._closed_ways: set[str] = set()
        self._is_silent = False
        """Whether the lab has sent the last frame: nothing of the server's follows that."""

        self._deadline: float | None = None
        """Until when what still comes is read, and thrown away."""

        self._is_pinged = False
        self.has_given_up = False
        """Whether nothing more is read."""

    # --- what the socket tells ----------------------------------------------------------------------------------

    def answered(self, head: bytes) -> None:
        """Note the answer to the handshake, which has been sent."""
        status, response = status_of(head), response_text(head)
        agent, request = self.environ.get("HTTP_USER_AGENT"), request_text(self.environ)
        with self._log.lock:
            self.sid = f"ws-{self._log.last_seq + 1}"
            told = (self.sid, self.path, address_of(self.environ), agent and str(agent)[:PATH_LENGTH])
            self.seq = self._log.append(r.SocketOpened(*told, status, request, response)).seq
        caused_by(self._log, self.seq)
        self._began = time.perf_counter()
        self.is_open = status == SWITCHING
        if self.is_open:
            client, server = windows(header_in(response, "sec-websocket-extensions"))
            self._in, self._out = FrameReader(client, self._limit), FrameReader(server)
            self.socket.patience(self._idle_seconds)
            self.opened()

    def received(self, data: bytes) -> bytes:
        """Take in bytes of the client; returns those that the server is to see: none after a message too long."""
        self._is_pinged = False
        if self._deadline is not None:
            self._throw_away(data)
            return b""
        reader = self._in
        if reader is not None:
            self._tell(reader, data, is_sent=False)
            if reader.is_too_long:
                self._refuse_length()
                return b""
        return data

    def send(self, data: bytes) -> int:
        """Send frames of the server's; once the lab has closed, they are nobody's business any more."""
        with self._lock:
            if self._is_silent:
                return len(data)
            if self._out is not None:
                self._tell(self._out, data, is_sent=True)
            self.socket.send_all(data)
        self._end_if_closed()
        return len(data)

    def was_idle(self) -> None:
        """Ask a client whether it is there, from which nothing has come for long; the second time, give it up."""
        if self._deadline is not None:
            self.has_given_up = past(self._deadline)
        elif self._first is not None:
            self.has_given_up = True
        elif self._is_pinged:
            self.close(POLICY, "Ping/Pong timeout")
            self.has_given_up = True
        else:
            self._is_pinged = True
            self._inject(PING)

    def lost(self) -> None:
        """Note that the connection is gone; a second call does nothing."""
        if self.seq is None or not self.is_open:
            return
        with self._log.lock:
            if self.over.is_set():
                return
            self.over.set()
            origin, frame = self._first or ("network", Seen("close", "", 0, is_final=True, code=NO_CLOSE))
            is_clean, ms = len(self._closed_ways) > 1, (time.perf_counter() - self._began) * 1000
            told = (self.sid, self.path, self.seq, frame.code or NO_CLOSE, str(frame.payload))
            self._log.append(r.SocketClosed(*told, origin, is_clean, ms))

    # --- what the lab does --------------------------------------------------------------------------------------

    def close(self, code: int, reason: str = "") -> None:
        """Send the client a Close frame, unless there has been one; the server's function hears of it by the answer."""
        if not self.is_open or self._first is not None or self.over.is_set():
            return
        payload = code.to_bytes(2, "big") + reason.encode()
        frame = bytes((FIN | CLOSE, len(payload))) + payload
        if not self._inject(frame, is_last=True):
            self.socket.cut()

    def finish(self) -> None:
        """Wait until the other side has answered the Close frame, for a moment; then it is over."""
        if self._first is not None:
            self.over.wait(FAREWELL_SECONDS)
        self.lost()

    # --- within -------------------------------------------------------------------------------------------------

    def _inject(self, frame: bytes, *, is_last: bool = False) -> bool:
        """Send a frame of the lab's own between two of the server's; tells whether there was a place for it."""
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            return False
        try:
            reader = self._out
            if reader is None or not reader.is_between or self._is_silent:
                return False
            self._is_silent = is_last
            self._tell(reader, frame, is_sent=True, by="lab")
            self.socket.send_at_once(frame)
        finally:
            self._lock.release()
        return True

    def _tell(self, reader: FrameReader, data: bytes, *, is_sent: bool, by: str = "server") -> None:
        """Tell the log of the frames in some bytes; of what is no frame, once."""
        try:
            frames = reader.feed(data)
        except Unreadable:
            frames = [Seen("unreadable", data[:MOST_KEPT], len(data), is_final=True)]
            if is_sent:
                self._out = None
            else:
                self._in = None
        for frame in frames:
            self._note(frame, is_sent=is_sent, by=by if is_sent else "client")
        if frames and not is_sent and self._is_silent:
            self._end_if_closed()

    def _end_if_closed(self) -> None:
        if len(self._closed_ways) > 1:
            self.lost()

    def _refuse_length(self) -> None:
        self.close(TOO_BIG, "Message is too big")
        self._deadline = time.monotonic() + FAREWELL_SECONDS
        self.socket.patience(FAREWELL_SECONDS)
        if self._in is not None:
            self._in.skip()

    def _throw_away(self, data: bytes) -> None:
        """Look for nothing but the client's Close frame in what still comes."""
        try:
            frames = self._in.feed(data) if self._in is not None else []
        except Unreadable:
            self.has_given_up = True
            return
        closing = [frame for frame in frames if frame.code is not None]
        for frame in closing[:1]:
            self._note(frame, is_sent=False, by="client")
        self.has_given_up = bool(closing) or self._deadline is None or past(self._deadline)

    def _note(self, frame: Seen, *, is_sent: bool, by: str) -> None:
        kind = r.FrameSent if is_sent else r.FrameReceived
        told = (frame.opcode, frame.payload, frame.length, frame.is_final, frame.code)
        self._log.append(kind(self.sid, self.path, *told))
        if frame.code is not None:
            self._closed_ways.add("out" if is_sent else "in")
            self._first = self._first or (by, frame)

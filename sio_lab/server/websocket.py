"""One upgraded WebSocket in the loop's care: what it reads, what it has yet to write, and how it ends."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from wsproto.events import BytesMessage, TextMessage
from wsproto.frame_protocol import CloseReason

from sio_lab.server.framing import close_frame
from sio_lab.server.loop import READ, WRITE

if sys.platform != "win32":
    import fcntl
    import termios

if TYPE_CHECKING:
    import socket

    from sio_lab.server.framing import Reader
    from sio_lab.server.loop import Loop

READ_BYTES = 65_536
COMPRESSED_BYTES = 4_096
"""What is read at once of what may inflate to a thousand times its length."""

JOINED_BYTES = 262_144
"""How much goes into one write, at most."""

PATIENT_BYTES = 1024 * 1024
"""So much may wait for a client that takes nothing in, until its pings tell that it is gone."""

STALLED_SECONDS = 2.0
"""A client for which more than that waits, and which has taken in nothing for so long, is cut off."""

MOST_BYTES = 32 * 1024 * 1024
"""More than that waits for nobody, unless it is one single packet."""

FAREWELL_SECONDS = 1.0
"""How long a client may take to answer a Close frame."""


def untaken(connection: socket.socket) -> int:
    """Return how many bytes the network holds that the other side has not taken; 0 where the system does not tell.

    A slow client's system takes little at a time, and long before there is room to send it more.
    """
    if sys.platform == "win32" or not hasattr(termios, "TIOCOUTQ"):
        return 0
    try:
        return int.from_bytes(fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except OSError:
        return 0


class Taker(Protocol):
    """Whom a WebSocket tells what it reads; in the loop's thread."""

    def take_in(self, messages: list[Any]) -> None:
        """Take messages that have come whole."""

    def released(self) -> None:
        """Hear that the connection is closed."""

    def ended(self, reason: str | None) -> None:
        """Hear, once, that there will be no more; with the reason where that is out of the ordinary."""


class WebSocket:
    """A WebSocket after its handshake."""

    __slots__ = (
        "_connection",
        "_has_ended",
        "_is_closing",
        "_is_gathered",
        "_is_open",
        "_is_reading",
        "_is_stuck",
        "_lock",
        "_loop",
        "_progress_at",
        "_protocol",
        "_reader",
        "_sent_bytes",
        "_taken_bytes",
        "_taker",
        "_waiting",
        "is_compressed",
        "waiting_bytes",
    )

    def __init__(self, loop: Loop, connection: socket.socket, reader: Reader, taker: Taker) -> None:
        self._loop = loop
        self._connection = connection
        self._reader = reader
        self._protocol = reader.protocol
        self.is_compressed = reader.is_compressed
        self._taker = taker
        self._lock = threading.RLock()
        self._waiting: deque[Any] = deque()
        self.waiting_bytes = 0
        self._is_gathered = False
        self._is_stuck = False
        """Whether the network takes no more right now."""

        self._progress_at = 0.0
        self._sent_bytes = self._taken_bytes = 0
        """How many have been given to the network, and how many of those the client has been seen to take."""

        self._is_closing = False
        """Whether nothing more is to be sent."""

        self._is_open = True
        self._is_reading = True
        self._has_ended = False

    def open(self) -> None:
        """Begin to read; of the loop's own thread."""
        if self._is_open:
            self._connection.setblocking(False)
            self._listen()

    # --- writing ------------------------------------------------------------------------------------------------

    def send(self, frame: bytes) -> None:
        """Write a frame at once, or, within a handler, when that has ended; what does not fit waits its turn."""
        with self._lock:
            if self._is_closing or not self._is_open:
                return
            self._add(frame)
            if self._is_stuck or self._is_gathered:
                return
            if self._loop.gathers:
                self._is_gathered = True
                self._loop.gather(self.flush)
            else:
                self._write()

    def send_last(self, frame: bytes) -> None:
        """Write what a handler has to say last, with what it said before: it need not be gathered."""
        with self._lock:
            if self._is_closing or not self._is_open:
                return
            self._add(frame)
            if not self._is_stuck:
                self._write()

    def flush(self) -> None:
        """Write what was gathered."""
        with self._lock:
            self._is_gathered = False
            if not self._is_stuck:
                self._write()

    def send_message(self, message: str | bytes) -> None:
        """Send a message in a frame of this connection's own, compressed where that was agreed on."""
        with self._lock:
            # Compressed in the order in which it is sent: the client inflates it in that order.
            if not self._is_closing and self._is_open:
                event = TextMessage(message) if isinstance(message, str) else BytesMessage(message)
                self.send(self._protocol.send(event))

    def _add(self, frame: bytes) -> None:
        self._waiting.append(frame)
        self.waiting_bytes += len(frame)
        if self.waiting_bytes > MOST_BYTES and len(self._waiting) > 1:
            self._give_up()

    def _write(self) -> None:
        """Write as much as the network takes; the lock is held."""
        while self._waiting and self._is_open:
            data = self._next_bytes()
            try:
                sent = self._connection.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                self._is_closing = True
                self._drop_waiting()
                return  # the reading side hears of it
            self.waiting_bytes -= sent
            self._sent_bytes += sent
            if sent < len(data):
                self._waiting.appendleft(memoryview(data)[sent:])
                self._wait_for_network()
                return
        if self._is_stuck:
            self._is_stuck = False
            self._loop.call(self._listen)

    def _next_bytes(self) -> Any:
        data = self._waiting.popleft()
        if not self._waiting or len(data) >= JOINED_BYTES:
            return data
        pieces, length = [data], len(data)
        while self._waiting and length + len(self._waiting[0]) <= JOINED_BYTES:
            pieces.append(self._waiting.popleft())
            length += len(pieces[-1])
        return b"".join(pieces)

    def _wait_for_network(self) -> None:
        if not self._is_stuck:
            self._is_stuck = True
            self._loop.call(self._listen)
            self._progress_at = time.monotonic()
            self._loop.at(self._progress_at + STALLED_SECONDS / 4, self._look_for_progress)

    def reads(self, yes: bool) -> None:
        """Read on, or no more until told to; of the loop's own thread."""
        self._is_reading = yes
        self._listen()

    def _listen(self) -> None:
        if not self._is_open:
            return
        events = (READ if self._is_reading else 0) | (WRITE if self._is_stuck else 0)
        if events:
            self._loop.watch_over(self._connection, events, self._can)
        else:
            self._loop.forget(self._connection)

    def _look_for_progress(self) -> None:
        """Cut a client off that takes in nothing while much waits for it."""
        with self._lock:
            if not self._is_stuck or not self._is_open:
                return
            now, taken = time.monotonic(), self._sent_bytes - untaken(self._connection)
            if taken > self._taken_bytes:
                self._taken_bytes, self._progress_at = taken, now
            if now - self._progress_at >= STALLED_SECONDS and self.waiting_bytes > PATIENT_BYTES:
                self._give_up()
            else:
                self._loop.at(now + STALLED_SECONDS / 4, self._look_for_progress)

    def _give_up(self) -> None:
        waited = self.waiting_bytes
        self._is_closing = True
        self._drop_waiting()
        reason = f"a client that takes nothing in: {waited:,} bytes waited for it"
        self._loop.call(lambda: self._end(reason))

    def _drop_waiting(self) -> None:
        self._waiting.clear()
        self.waiting_bytes = 0

    # --- reading ------------------------------------------------------------------------------------------------

    def _can(self, events: int) -> None:
        if events & WRITE:
            with self._lock:
                self._write()
        if events & READ and self._is_open:
            self._read()

    def _read(self) -> None:
        try:
            data = self._connection.recv(COMPRESSED_BYTES if self.is_compressed else READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        with self._lock:
            # wsproto keeps one state for both directions.
            messages = self._reader.feed(data)
            self._answer()
        if messages and not self._has_ended:
            self._taker.take_in(messages)
        if self._reader.is_too_long:
            self._refuse_length()
        elif self._reader.has_ended:
            self._end()

    def _answer(self) -> None:
        reply, self._reader.reply = self._reader.reply, b""
        if reply and not self._is_closing:
            self._add(reply)
            if not self._is_stuck:
                self._write()

    def _refuse_length(self) -> None:
        self.close(CloseReason.MESSAGE_TOO_BIG)
        self._tell_end(f"a WebSocket message longer than max_http_buffer_size, {self._reader.limit:,} bytes")

    # --- the end ------------------------------------------------------------------------------------------------

    def close(self, code: int = CloseReason.NORMAL_CLOSURE) -> None:
        """Send what waits and a Close frame, and give the client a moment to answer it; a second call does nothing."""
        with self._lock:
            if self._is_closing or not self._is_open:
                return
            self.say_goodbye(code)
            self._is_closing = True
            self.flush()
        self._loop.at(time.monotonic() + FAREWELL_SECONDS, self._end)

    def say_goodbye(self, code: int) -> None:
        """Send a Close frame, and go on reading."""
        with self._lock:
            if not self._is_closing and self._is_open:
                self._add(close_frame(self._protocol, code))
                if not self._is_stuck:
                    self._write()

    def release(self) -> None:
        """Close the connection itself; of the loop's own thread, or when the loop has ended."""
        with self._lock:
            if not self._is_open:
                return
            self._is_open = False
            self._drop_waiting()
            self._loop.forget(self._connection)
            self._connection.close()
        self._taker.released()

    def _end(self, reason: str | None = None) -> None:
        self.release()
        self._tell_end(reason)

    def _tell_end(self, reason: str | None = None) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._taker.ended(reason)

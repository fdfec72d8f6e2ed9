"""Where Engine.IO puts the packets for one client: a queue that polls empty, until a WebSocket takes them at once."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sio_lab.server.framing import frame_of

if TYPE_CHECKING:
    from sio_lab.server.websocket import WebSocket


class Outlet(queue.Queue[Any]):
    """Engine.IO's queue of one client; None, put in, ends the connection, as Engine.IO has it."""

    def __init__(self) -> None:
        super().__init__()
        self._swap = threading.Lock()
        self._websocket: WebSocket | None = None

    def carry(self, websocket: WebSocket) -> None:
        """Have a WebSocket take what is in the queue, and all that is put in from now on."""
        with self._swap:
            with suppress(queue.Empty):  # whatever a poll that still waits may take at the same moment
                while True:
                    _send(websocket, self.get_nowait())
                    self.task_done()
            self._websocket = websocket

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Send a packet, or keep it for the next poll."""
        websocket = self._websocket
        if websocket is None:
            with self._swap:
                websocket = self._websocket
                if websocket is None:
                    super().put(item, block, timeout)
                    return
        _send(websocket, item)


def _send(websocket: WebSocket, packet: Any) -> None:
    if packet is None:
        websocket.close()
    elif websocket.is_compressed:
        websocket.send_message(_message(packet))
    else:
        websocket.send(frame_of_packet(packet))


def frame_of_packet(packet: Any) -> bytes:
    """Return a packet as a frame; of a broadcast, one and the same for all."""
    frame: bytes | None = packet.__dict__.get("lab_frame")
    if frame is None:
        frame = packet.lab_frame = frame_of(_message(packet))
    return frame


def _message(packet: Any) -> str | bytes:
    """Return a packet as a WebSocket's message.

    Bytes are taken as they are: once asked for it, the packet would give the same to a poller, who needs a text.
    """
    return bytes(packet.data) if packet.binary else packet.encode()

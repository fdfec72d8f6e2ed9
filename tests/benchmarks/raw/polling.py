"""One client that polls: a GET always waits for what the server has to say, POSTs carry what the client says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.benchmarks.raw.http import Requester

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.raw.loop import Loop

SEPARATOR = b"\x1e"
"""Stands between the packets of one body."""

PING, PONG, CLOSE, CONNECT = b"2", b"3", b"1", b"40"


class PollingClient:
    """Connected to the namespace `/`; each message is handed to `received`."""

    def __init__(self, loop: Loop, port: int, received: Callable[[bytes], object]) -> None:
        self.received = received
        self._loop = loop
        self._gets, self._posts = Requester(loop, port, self._open), Requester(loop, port, self._posted)
        self._target = "/socket.io/?EIO=4&transport=polling"
        self._to_send: list[bytes] = []
        self._posting = False
        self._get()

    def send(self, message: bytes) -> None:
        """Post a message, at once or when the POST before it is answered."""
        self._to_send.append(message)
        self._post()

    def close(self) -> None:
        """Say goodbye, and end both connections."""
        # Servers differ in how they end the GET; to take it away first would be to break off, not to say goodbye.
        self._gets.ignore()
        self.send(CLOSE)
        self._loop.run_until(lambda: not self._posting)
        self._posts.close()
        self._gets.close()

    def _open(self, body: bytes) -> None:
        self._target += f"&sid={json.loads(body[1:])['sid']}"
        self._gets.answered = self._got
        self.send(CONNECT)
        self._get()

    def _got(self, body: bytes) -> None:
        self._get()
        for packet in body.split(SEPARATOR):
            if packet == PING:
                self.send(PONG)
            else:
                self.received(packet)

    def _get(self) -> None:
        self._gets.request("GET", self._target)

    def _post(self) -> None:
        if self._to_send and not self._posting:
            self._posting = True
            self._posts.request("POST", self._target, SEPARATOR.join(self._to_send))
            self._to_send.clear()

    def _posted(self, _body: bytes) -> None:
        self._posting = False
        self._post()

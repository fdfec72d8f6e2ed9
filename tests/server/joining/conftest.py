"""A lab with a class in it, and those who join."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab import Lab
from sio_lab.core import records as r
from tests.server.peers import DEADLINE, Peer, RawSocket, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADER = "X-Sio-Lab-Pass"


class Room:
    """A lab that serves, with a class; all that it opened ends with `close`."""

    def __init__(self) -> None:
        self.lab = Lab(say=lambda _: None)
        self.lab.start()
        self.pupils = self.lab.stage.let_in_class()
        self._closers: list[Callable[[], None]] = []

        @self.lab.on("say", "/chat")
        @self.lab.on("say")
        def say(*args: Any) -> Any:
            return args

    @property
    def url(self) -> str:
        return self.lab.url or ""

    def ask_in(self, code: str, name: str, **headers: str) -> tuple[int, dict[str, Any]]:
        """Ask to join by JSON; returns status and answer."""
        body = json.dumps({"code": code, "name": name})
        status, text = request(f"{self.url}/_lab/join", body, {"Content-Type": "application/json", **headers})
        return status, json.loads(text)

    def join(self, name: str) -> str:
        """Join with the right code; returns the pass."""
        status, told = self.ask_in(self.pupils.code, name)
        assert status == 200, told
        return told["pass"]

    def peer(self, token: str, *namespaces: str, **options: Any) -> Peer:
        """Connect with a pass."""
        peer = Peer()
        self._closers.append(peer.close)
        return peer.open(self.url, *namespaces, headers={HEADER: token}, **options)

    def pupil(self, name: str, *namespaces: str, **options: Any) -> Peer:
        """Join, and connect."""
        return self.peer(self.join(name), *namespaces, **options)

    def raw(self, token: str) -> RawSocket:
        """Connect by a WebSocket that sends what it is given."""
        raw = RawSocket(self.url, header={HEADER: token})
        self._closers.append(raw.close)
        return raw

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for a path, redirects followed."""
        return request(self.url + path, None, headers)

    def all(self, kind: type[Any]) -> list[Any]:
        """Return the records of a kind."""
        return [record for record in self.lab.log.since() if type(record) is kind]

    def wait(self, true: Callable[[], Any]) -> None:
        """Wait until `true()`, asked after each record."""
        assert self.lab.log.wait(lambda: bool(true()), DEADLINE), self.lab.log.since()

    def eio_sid(self, peer: Peer) -> str:
        """Return the Engine.IO sid of a client."""
        return str(peer.eio.sid)

    def refused(self) -> list[r.Handled]:
        """Return how the refused events ended."""
        return [record for record in self.all(r.Handled) if record.status == "refused"]

    def close(self) -> None:
        for close in reversed(self._closers):
            close()
        self.lab.close()


@pytest.fixture
def room(_no_thread_left: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Return a lab with a class in it."""
    monkeypatch.setattr("sio_lab.server.thread.POLL_SECONDS", 0.005)
    room = Room()
    yield room
    room.close()

"""Cells without a notebook: each runs in one namespace, and a stage is told how it ended."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio

from sio_lab.core.cells import Cells
from sio_lab.core.log import Log
from sio_lab.server.outside import handler_functions
from sio_lab.server.stage import Stage
from tests.server.peers import Peer, request

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sheet:
    """A stage, and cells that are run on it; what it opened ends with `close`."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "__name__": "__main__",
            "Flask": flask.Flask,
            "Namespace": flask_socketio.Namespace,
        }
        self.names |= handler_functions(lambda: ("ada", "SID", "/"))
        self.said: list[str] = []
        self.log = Log()
        self.cells = Cells(self.names)
        self.stage = Stage(self.log, self.cells, self.said.append)
        self.names["SocketIO"] = self.stage.socketio_class
        self._count = 0
        self._peers: list[Peer] = []

    def start(self) -> Sheet:
        """Serve a pair of the lab's own, under its usual names."""
        self.stage.start("127.0.0.1", 0)
        self.names |= {"socketio": self.socketio, "app": self.socketio.sockio_mw.flask_app}
        return self

    def run(self, cell: str, code: str) -> list[str]:
        """Run a cell to its end; returns what it no longer defines."""
        with self.running(cell, code) as run:
            run()
        return self.removed

    @contextmanager
    def running(self, cell: str, code: str) -> Iterator[Any]:
        """Begin a cell, yield what runs its code, and end it: as one that failed where the block raises."""
        self._count += 1
        file = f"<cell {self._count}>"
        self.cells.begin(cell, f"In [{self._count}]", file)
        self.removed: list[str] = []
        succeeded = False
        try:
            yield lambda: exec(compile(textwrap.dedent(code), file, "exec"), self.names)  # noqa: S102 - it is a cell
            succeeded = True
        finally:
            self.removed = self.stage.cell_ended(self.cells.end(), succeeded=succeeded)

    @property
    def socketio(self) -> Any:
        return self.stage.hosted().served

    @property
    def url(self) -> str:
        return self.stage.hosted().url or ""

    def peer(self, *namespaces: str, **options: Any) -> Peer:
        """Return a client that the server let in."""
        self._peers.append(Peer())
        return self._peers[-1].open(self.url, *namespaces, **options)

    def get(self, path: str = "/", body: str | None = None) -> tuple[int, str]:
        """Send a request; returns status and text."""
        return request(self.url + path, body)

    def events(self) -> list[str]:
        """Return the events that functions answer, with their namespaces."""
        return sorted(f"{namespace} {event}" for namespace, event in self.log.state.functions)

    def close(self) -> None:
        for peer in self._peers:
            peer.close()
        self.stage.close()

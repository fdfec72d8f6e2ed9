"""A server under test: a Host with its log, and all that a test connects to it."""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sio_lab
from sio_lab.core import records as r
from sio_lab.core.cells import Cells, Owner
from sio_lab.core.log import Log
from sio_lab.core.traffic import traffic
from sio_lab.server.host import Host
from sio_lab.server.manner import Manner
from sio_lab.server.program import new_pair
from tests.server.peers import DEADLINE, Peer, Poller, RawSocket, request

if TYPE_CHECKING:
    from collections.abc import Callable

    import flask

R = TypeVar("R", bound=r.Record)
T = TypeVar("T")

DIFFERENCES = Path(sio_lab.__file__).parent / "server" / "DIFFERENCES.md"
HEADINGS = re.findall(r"^## (.+)$", DIFFERENCES.read_text(), re.MULTILINE)


class InOneCell(Cells):
    """An account of cells by which everything is defined in the same one."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._only = Owner(label, 1, label)

    def owner(self, _thing: Any = None) -> Owner | None:
        return self._only


class Rig:
    """Serves `served`, by default a fresh pair with `options`; everything it opened ends with `close`.

    `plain` has it served without the loop, by threads for each client and event.
    """

    def __init__(self, served: Any = None, *, cells: Cells | None = None, plain: bool = False, **options: Any) -> None:
        self.log = Log()
        self.socketio = served if served is not None else new_pair(options)
        self.host = Host(self.socketio, self.log, cells, Manner(plain=plain))
        self.host.attach()
        self._closers: list[Callable[[], None]] = []

    @property
    def server(self) -> Any:
        return self.host.server

    @property
    def app(self) -> flask.Flask:
        return self.socketio.sockio_mw.flask_app

    @property
    def url(self) -> str:
        if not self.host.running:
            self.host.start()
        return self.host.url or ""

    def peer(self, *namespaces: str, **options: Any) -> Peer:
        """Return a client that the server let in; by WebSocket where no `transports` are given."""
        peer = self.knock(*namespaces, **options)
        assert not peer.got("connect_error")
        return peer

    def knock(self, *namespaces: str, **options: Any) -> Peer:
        """Return a client that the server let in or refused."""
        peer = Peer(**({"serializer": options.pop("serializer")} if "serializer" in options else {}))
        self._closers.append(peer.close)
        return peer.open(self.url, *namespaces, **options)

    def raw(self, **options: Any) -> RawSocket:
        """Return a WebSocket that sends what it is given."""
        raw = RawSocket(self.url, **options)
        self._closers.append(raw.close)
        return raw

    def poller(self, **options: Any) -> Poller:
        """Return a connection by long polling whose posts return when they have been taken in."""
        return Poller(self.url, **options)

    def get(self, path: str = "/", body: str | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Send a request to the app; returns status and text."""
        return request(self.url + path, body, headers)

    def all(self, kind: type[R], **fields: Any) -> list[R]:
        """Return the records of a kind whose fields have these values."""
        return [
            record
            for record in self.log.since()
            if type(record) is kind and all(getattr(record, name) == value for name, value in fields.items())
        ]

    def first(self, kind: type[R], **fields: Any) -> R:
        """Wait for a record, and return the first of its kind."""
        self.wait(lambda: self.all(kind, **fields), f"{kind.__name__} {fields}")
        return self.all(kind, **fields)[0]

    def handled(self, event: str) -> r.Handled:
        """Wait until an event is handled; returns how."""
        return self.first(r.Handled, of=self.first(r.EventReceived, event=event).seq)

    def wait(self, true: Callable[[], Any], what: str = "") -> None:
        """Wait until `true()`, asked after each record."""
        assert self.log.wait(lambda: bool(true()), DEADLINE), f"{what} did not come; there is {self.log.since()}"

    def rows(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return the traffic table, read as this server writes."""
        with self.log.lock:
            columns = traffic(self.log.since(), self.log.state, self.host.decode)
        rows = [columns.row(number) for number in range(len(columns))]
        return [row for row in rows if kind in {None, row["kind"]}]

    def settle(self, *peers: Peer) -> None:
        """Wait until peers have received all that was emitted to them up to now."""
        for peer in peers:
            seen = len(peer.got("settled"))
            self.server.emit("settled", to=peer.get_sid())
            peer.wait_for("settled", seen + 1)

    def close(self) -> None:
        """Let everybody go and leave what was served as it was found."""
        for close in reversed(self._closers):
            close()
        self.host.release()


def membership(server: Any) -> dict[str, dict[Any, set[str]]]:
    """Return who is in which room as the server's own manager has it; rooms without members left out."""
    return _without_empty(server.manager.rooms)


def folded(log: Log) -> dict[str, dict[Any, set[str]]]:
    """Return who is in which room as the log's state has it."""
    with log.lock:
        return _without_empty(log.state.rooms)


def _without_empty(namespaces: Any) -> dict[str, dict[Any, set[str]]]:
    rooms = {ns: {room: set(sids) for room, sids in of.items() if sids} for ns, of in dict(namespaces).items()}
    return {ns: of for ns, of in rooms.items() if of}


class Gate:
    """Holds a handler up until it is opened."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def pass_through(self) -> None:
        """Say that one is here, and wait."""
        self._reached.set()
        assert self._open.wait(DEADLINE)

    def reached(self) -> None:
        """Wait until one is here."""
        assert self._reached.wait(DEADLINE)

    def open(self) -> None:
        """Let all pass."""
        self._open.set()


class Screen(io.StringIO):
    """Stands in for stderr; tells when something has been written."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def write(self, text: str) -> int:
        with self._changed:
            self._changed.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> str:
        """Wait until `text` stands there; returns all that does."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.getvalue(), DEADLINE), self.getvalue()
        return self.getvalue()


def differs(heading: str) -> Callable[[T], T]:
    """Mark a test as the proof of what DIFFERENCES.md announces under `heading`."""
    assert heading in HEADINGS, heading
    return lambda test: test

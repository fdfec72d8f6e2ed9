"""While clients send without pause a program is replaced twenty times: nothing is lost, and nothing handled twice."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engineio
import requests
import socketio

from sio_lab.core.log import Log
from sio_lab.server.host import Host
from sio_lab.server.program import new_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.socketio import LabSocketIO

REPLACEMENTS = 20
DEADLINE = 30.0
"""How long anything that must happen is waited for, in seconds."""

PAUSE_MS = 5
"""Between two events of one client: together they are about as many as two processors can take."""

UNANSWERED = {"js": 100, "websocket": 100, "polling": 6}
"""How many events without an answer a client goes on with; Engine.IO takes no more than 16 packets in one POST."""

NODE = Path(__file__).parent.parent / "node"
SENDER = """
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, pause, most] = process.argv.slice(1);
const auth = { name: "js" };
const socket = io(url, { auth, transports: ["websocket"], reconnectionDelay: 50, randomizationFactor: 0 });
let number = 0, unanswered = 0, over = false;

function ask(own) {
  unanswered += 1;
  socket.timeout(60000).emit("ask", "js", own, (error) => {
    unanswered -= 1;
    if (error) ask(own);
    else if (over && !unanswered) process.stdout.write(`${number}\\n`);
  });
}

const timer = setInterval(() => {
  if (unanswered >= most) return;
  number += 1;
  if (number % 2) socket.emit("tell", "js", number);
  else ask(number);
}, Number(pause));

createInterface({ input: process.stdin }).on("line", () => {
  clearInterval(timer);
  over = true;
  number += 1;
  ask(number);
});
"""


class Noted:
    """What the handlers of all programs were called with, and who is connected to which of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._times: Counter[tuple[str, int]] = Counter()
        self._connected: dict[str, int] = {}

    def handled(self, client: str, number: int) -> None:
        with self._changed:
            self._times[client, number] += 1
            self._changed.notify_all()

    def connected(self, client: str, program: int) -> None:
        with self._changed:
            self._connected[client] = program
            self._changed.notify_all()

    def wait_connected(self, clients: list[str], program: int) -> None:
        """Wait until clients are connected to a program."""
        assert self._wait(lambda: all(self._connected.get(client) == program for client in clients)), self._connected

    def handled_of(self, client: str, last: int) -> dict[int, int]:
        """Return which numbers of a client's were handled, and how often each; waits for as many as it has sent."""
        self._wait(lambda: sum(name == client for name, _ in self._times) >= last)
        with self._changed:
            return {number: times for (name, number), times in self._times.items() if name == client}

    def _wait(self, true: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(true, DEADLINE)


def program(noted: Noted, name: int) -> LabSocketIO:
    """Return a program that notes what it is told and asked."""
    pair = new_pair({})
    pair.sockio_mw.flask_app.add_url_rule("/", "page", lambda: f"program {name}")
    pair.on_event("connect", lambda auth: noted.connected(auth["name"], name))
    pair.on_event("tell", noted.handled)
    pair.on_event("ask", noted.handled)
    return pair


class Outbox(queue.Queue[Any]):
    """A queue that never hands its end mark to who asks whether there is more.

    python-socketio's client, which takes out all there is at once, would overlook the mark, and never end.
    """

    Empty = queue.Empty

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not block and self.queue and self.queue[0] is None:
            raise queue.Empty
        return super().get(block, timeout)


class Engine(engineio.Client):
    """Keeps what has not left when a connection ends; python-socketio's client throws that away."""

    unsent: tuple[Any, ...] = ()

    def create_queue(self, *args: Any, **kwargs: Any) -> Any:
        return Outbox(*args, **kwargs)

    def _reset(self) -> None:
        if self.queue is not None:
            self.unsent += tuple(packet.data for packet in self.queue.queue if packet is not None)
            self.queue.queue.clear()
        super()._reset()


class Client(socketio.Client):
    def _engineio_client_class(self) -> type[engineio.Client]:
        return Engine

    def connect(self, *args: Any, **options: Any) -> None:
        """Connect; where that takes a second, python-socketio's own would give up and first wait for its last poll."""
        super().connect(*args, **{**options, "wait_timeout": DEADLINE})


class Sender(threading.Thread):
    """A python-socketio client that sends numbers, told and asked by turns, until it is stopped."""

    def __init__(self, url: str, transport: str) -> None:
        super().__init__(name=transport)
        self.last = 0
        self._over = threading.Event()
        self._changed = threading.Condition()
        self._is_in = False
        self._unanswered: set[int] = set()
        self._websocket: Any = None
        self._session = requests.Session()
        self._client = Client(
            reconnection_delay=0.05, randomization_factor=0, handle_sigint=False, http_session=self._session
        )
        self._client.on("connect", self._came_in)
        self._client.on("disconnect", self._went_out)
        self._client.connect(url, auth={"name": transport}, transports=[transport])

    def run(self) -> None:
        while not self._over.wait(PAUSE_MS / 1000):
            self._send("ask" if self.last % 2 else "tell")
        self._send("ask")

    def stop(self) -> int:
        """Have it send a last number, and wait until all that it asked has been answered; returns that number."""
        self._over.set()
        self.join(DEADLINE)
        self._wait(lambda: not self._unanswered)
        return self.last

    def leave(self) -> None:
        """Close the connection."""
        engine = self._client.eio
        self._client.reconnection = False
        # The server closes; the client's own `disconnect` would wait 3 s for a frame that its reader takes away.
        engine._send_packet(engineio.packet.Packet(engineio.packet.CLOSE))
        engine.read_loop_task.join(DEADLINE)
        self._close(engine.ws)
        self._session.close()

    def _send(self, event: str) -> None:
        with self._changed:
            self._wait(lambda: self._is_in and len(self._unanswered) < UNANSWERED[self.name])
            self.last += 1
            self._emit(event, self.last)

    def _emit(self, event: str, number: int) -> None:
        if event == "tell":
            self._client.emit("tell", (self.name, number))
        else:
            self._unanswered.add(number)
            self._client.emit("ask", (self.name, number), callback=lambda: self._answered(number))

    def _answered(self, number: int) -> None:
        with self._changed:
            self._unanswered.remove(number)
            self._changed.notify_all()

    def _came_in(self) -> None:
        with self._changed:
            self._close(self._websocket)  # else the garbage collector does, in the same moment
            self._websocket = self._client.eio.ws
            unsent, self._client.eio.unsent = self._client.eio.unsent, ()
            for number in self._unanswered:
                self._emit("ask", number)
            for told in unsent:
                if isinstance(told, str) and told.startswith('2["tell"'):
                    self._emit("tell", json.loads(told[1:])[2])
            self._is_in = True
            self._changed.notify_all()

    def _close(self, websocket: Any) -> None:
        if websocket is not None:
            websocket.shutdown()

    def _went_out(self, _reason: str) -> None:
        with self._changed:
            self._is_in = False

    def _wait(self, true: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(true, DEADLINE), self._unanswered


class Browser:
    """A client in JavaScript that does the same, over a WebSocket."""

    name = "js"

    def __init__(self, url: str) -> None:
        command = ["node", "--input-type=module", "--eval", SENDER, url, str(PAUSE_MS), str(UNANSWERED[self.name])]
        self._process = subprocess.Popen(command, cwd=NODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self) -> None:
        """Do nothing: it sends already."""

    def stop(self) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("stop\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def leave(self) -> None:
        self._process.kill()
        self._process.communicate()


class Reader(threading.Thread):
    """Asks for a page without pause; it would keep its connection if the server did."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.statuses: Counter[int] = Counter()
        self._url = url
        self._over = threading.Event()

    def run(self) -> None:
        with requests.Session() as session:
            while not self._over.is_set():
                self.statuses[session.get(self._url, timeout=DEADLINE).status_code] += 1

    def stop(self) -> None:
        self._over.set()
        self.join(DEADLINE)


def replaced(host: Host, noted: Noted, clients: list[str]) -> Host:
    """Replace a program again and again, each time when all clients are back; returns the last one's host."""
    url = host.url
    for number in range(1, REPLACEMENTS + 1):
        noted.wait_connected(clients, number - 1)
        new = Host(program(noted, number), host.log)
        new.attach()
        assert new.take_over(host) == []
        assert new.url == new.log.state.url == url
        host = new
    noted.wait_connected(clients, REPLACEMENTS)
    return host


def test_nothing_is_lost_and_nothing_handled_twice() -> None:
    noted = Noted()
    host = Host(program(noted, 0), Log())
    host.start()
    url = host.url or ""
    reader, clients = Reader(url), [Browser(url), Sender(url, "websocket"), Sender(url, "polling")]
    for each in (reader, *clients):
        each.start()
    try:
        host = replaced(host, noted, [client.name for client in clients])
        for client in clients:
            last = client.stop()
            assert last > REPLACEMENTS
            assert noted.handled_of(client.name, last) == dict.fromkeys(range(1, last + 1), 1)
    finally:
        reader.stop()
        for client in clients:
            client.leave()
        host.release()
    assert set(reader.statuses) == {200}
    assert host.log.state.clients == host.log.state.connections == {}

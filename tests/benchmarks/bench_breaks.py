"""What clients that behave badly cost a server: plain Flask-SocketIO, and the lab.

    python -m tests.benchmarks.bench_breaks

Each line is one kind of misbehaviour towards a fresh server in a process of its own: the most memory that it took
beyond what it had before, and how many threads and descriptors more it has two seconds after it is over.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.processes import Server, raise_file_limit
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.frames import masked

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = 2.0
MASK = bytes(4)
KILO = b"x" * 1024
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def status(pid: int, name: str) -> int:
    """Return a figure of a process: VmRSS and VmHWM in kB, Threads."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def descriptors(pid: int) -> int:
    """Return how many files and sockets a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def opened(port: int, extensions: bytes = b"") -> socket.socket:
    """Return a WebSocket that the server has answered, as a bare socket."""
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.sendall(UPGRADE + extensions + b"\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    connection.sendall(masked(b"40"))
    return connection


def pour(connection: socket.socket, *pieces: bytes) -> None:
    """Send until all is sent or the server has had enough."""
    with contextlib.suppress(OSError):
        for piece in pieces:
            connection.sendall(piece)


def huge_frame(port: int) -> list[socket.socket]:
    """Send a frame of 100 MB."""
    connection = opened(port)
    pour(connection, bytes((0x81, 0xFF)) + (100 * 1024 * 1024).to_bytes(8) + MASK, *([KILO * 64] * 1600))
    return [connection]


def fragments(port: int) -> list[socket.socket]:
    """Send a message of 100 MB in fragments."""
    connection = opened(port)
    head = (65_536).to_bytes(8) + MASK
    pour(connection, bytes((0x01, 0xFF)) + head + KILO * 64, *([bytes((0x00, 0xFF)) + head + KILO * 64] * 1600))
    return [connection]


def bomb(port: int) -> list[socket.socket]:
    """Send 292 kB that inflate to 300 MB."""
    connection = opened(port, b"Sec-WebSocket-Extensions: permessage-deflate\r\n")
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(b"0" * 300_000_000) + deflate.flush(zlib.Z_SYNC_FLUSH)
    pour(connection, bytes((0xC1, 0xFF)) + len(data[:-4]).to_bytes(8) + MASK + data[:-4])
    return [connection]


def never_reads(port: int) -> list[socket.socket]:
    """Read nothing while 2,000 times 100 kB are broadcast."""
    frozen = opened(port)
    asking = Connection(port, lambda _message, _now: None)
    asking.send(b'42["flood",2000,100000]')
    time.sleep(6)
    asking.drop()
    return [frozen]


def frozen(port: int) -> list[socket.socket]:
    """Have 200 clients that answer nothing any more, until their pings have timed out."""
    clients = [opened(port) for _ in range(200)]
    time.sleep(6)  # the servers of this benchmark ping after 1 s, and wait for 2 s
    return clients


def no_packets(port: int) -> list[socket.socket]:
    """Send what is no packet, 200 times, each over a WebSocket of its own."""
    clients = [opened(port) for _ in range(200)]
    for client in clients:
        pour(client, masked(b"abc"))
    return clients


def blocking(port: int) -> list[socket.socket]:
    """Ask 3,000 times for what blocks, and leave."""
    client = opened(port)
    pour(client, *[masked(b'42["block"]')] * 3000)
    time.sleep(3)
    client.close()
    return []


ROWS: dict[str, Callable[[int], list[socket.socket]]] = {
    "a frame of 100 MB": huge_frame,
    "100 MB in fragments": fragments,
    "292 kB that inflate to 300 MB": bomb,
    "one that never reads, 200 MB emitted": never_reads,
    "200 frozen clients": frozen,
    "200 that send what is no packet": no_packets,
    "3,000 events whose handlers block": blocking,
}


def measured(name: str, misbehave: Callable[[int], list[socket.socket]]) -> str:
    """Return the figures of one server."""
    with Server(f"{name}-breaks") as server:
        pid = server.process.pid
        opened(server.port).close()
        time.sleep(LATER)
        before = status(pid, "VmRSS"), status(pid, "Threads"), descriptors(pid)
        kept = misbehave(server.port)
        time.sleep(LATER)
        most = (status(pid, "VmHWM") - before[0]) / 1024
        figures = f"{most:6.0f} MB {status(pid, 'Threads') - before[1]:5} {descriptors(pid) - before[2]:5}"
        for connection in kept:
            connection.close()
        return figures


def main() -> None:
    """Measure all of it."""
    raise_file_limit()
    sys.stdout.write(f"{'memory, threads, descriptors':38} {'plain':>21}   {'lab':>21}\n")
    for title, misbehave in ROWS.items():
        plain, lab = (measured(name, misbehave) for name in ("plain", "lab"))
        sys.stdout.write(f"{title:38} {plain}   {lab}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

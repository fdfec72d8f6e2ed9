"""WebSocket frames that no Socket.IO client sends, but any program may."""

from __future__ import annotations

import base64
import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import websocket
from case import case, event
from seen import DEADLINE
from websocket import ABNF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench import Bench

HELLO = '421["echo","hello"]'
BYTES = '451-2["echo",{"_placeholder":true,"num":0}]'
LARGE = "x" * 200_000


@contextmanager
def raw(bench: Bench) -> Iterator[websocket.WebSocket]:
    """Yield a WebSocket that the server let into the namespace /, of an app that answers `echo`."""
    bench.socketio.on_event("echo", lambda value: value)
    address = bench.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    connection = websocket.create_connection(address, timeout=DEADLINE)
    connection.recv()
    connection.send("40")
    connection.recv()
    yield connection
    connection.shutdown()


def send(connection: websocket.WebSocket, payload: str | bytes, opcode: int, *, fin: bool) -> None:
    data = payload.encode() if isinstance(payload, str) else payload
    connection.send_frame(ABNF.create_frame(data, opcode, int(fin)))


@case("a message in fragments, with a ping between them", expect=(b"ping", '431["hello"]'), clients=("python",))
def fragments(bench: Bench) -> Any:
    with raw(bench) as connection:
        send(connection, HELLO[:5], ABNF.OPCODE_TEXT, fin=False)
        send(connection, HELLO[5:9], ABNF.OPCODE_CONT, fin=False)
        connection.ping(b"ping")
        send(connection, HELLO[9:], ABNF.OPCODE_CONT, fin=True)
        return connection.recv_data(control_frame=True)[1], connection.recv()


@case("bytes in fragments", expect=['461-2[{"_placeholder":true,"num":0}]', b"\x00\xff" * 500], clients=("python",))
def binary_fragments(bench: Bench) -> Any:
    with raw(bench) as connection:
        connection.send(BYTES)
        send(connection, b"\x00\xff" * 300, ABNF.OPCODE_BINARY, fin=False)
        send(connection, b"\x00\xff" * 200, ABNF.OPCODE_CONT, fin=True)
        return [connection.recv(), connection.recv()]


@case("pings are answered with what they carry", expect=[b"", b"one", b"x" * 125], clients=("python",))
def pings(bench: Bench) -> Any:
    with raw(bench) as connection:
        pongs = []
        for payload in (b"", b"one", b"x" * 125):
            connection.ping(payload)
            pongs.append(connection.recv_data(control_frame=True)[1])
        return pongs


@case("large messages both ways", expect=len('431[""]') + len(LARGE), clients=("python",), counts={"event": 1})
def large(bench: Bench) -> Any:
    with raw(bench) as connection:
        connection.send(f'421["echo","{LARGE}"]')
        return len(connection.recv())


@case(
    "letters of all sizes", expect='431["\\u00e4\\u20ac\\ud83d\\ude00"]', clients=("python",), records=[event("echo")]
)
def letters(bench: Bench) -> Any:
    with raw(bench) as connection:
        connection.send('421["echo","ä€😀"]')
        return connection.recv()


@case(
    "a Close frame is answered with its code, and the client is gone",
    expect=([1000, 1001, 4000], ["transport close"] * 3),
    clients=("python",),
    needs="python-engineio>=4.11.2",
)
def close_codes(bench: Bench) -> Any:
    seen, codes = bench.seen(), []
    bench.socketio.on_event("disconnect", seen.add)
    for code in (1000, 1001, 4000):
        with raw(bench) as connection:
            connection.send_close(code)
            codes.append(int.from_bytes(connection.recv_data(control_frame=True)[1][:2]))
    return codes, seen.wait(3)


@case(
    "a client that the server sends away gets a Close frame with code 1000",
    expect=["41", 1000],
    clients=("python",),
    needs="simple-websocket>=1.1",
)
def sent_away(bench: Bench) -> Any:
    bench.socketio.on_event("leave", lambda: bench.server.eio.disconnect(next(iter(bench.server.eio.sockets))))
    with raw(bench) as connection:
        connection.send('42["leave"]')
        frames = []
        while not frames or frames[-1][0] != ABNF.OPCODE_CLOSE:
            frames.append(connection.recv_data(control_frame=True))
        return ["41", int.from_bytes(frames[-1][1][:2])]


@case(
    "text that is no UTF-8 closes with 1007, a frame that is not masked with 1002",
    expect=[1007, 1002],
    clients=("python",),
)
def broken_frames(bench: Bench) -> Any:
    codes = []
    for broken in (bytes((0x81, 0x82, 0, 0, 0, 0)) + b"4\xff", bytes((0x81, 0x02)) + b"42"):
        with raw(bench) as connection:
            connection.sock.sendall(broken)
            codes.append(int.from_bytes(connection.recv_data(control_frame=True)[1][:2]))
    return codes


@case(
    "permessage-deflate is agreed on where it is offered, and only there",
    expect=["permessage-deflate", None, "permessage-deflate; server_max_window_bits=10"],
    clients=("python",),
)
def compression(bench: Bench) -> Any:
    offers = ("permessage-deflate", "", "permessage-deflate; server_max_window_bits=10")
    return [agreed(bench, offer) for offer in offers]


def agreed(bench: Bench, offer: str) -> str | None:
    """Return what the server answers to an offer of extensions; None where it says nothing of them."""
    bench.app  # noqa: B018 - begins to serve
    place = urlsplit(bench.url)
    with socket.create_connection((place.hostname, place.port), DEADLINE) as connection:
        lines = (
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: {place.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            *([f"Sec-WebSocket-Extensions: {offer}"] if offer else []),
        )
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(4096)
    told = [
        line for line in answer.decode(errors="replace").split("\r\n") if line.lower().startswith("sec-websocket-ext")
    ]
    return told[0].partition(": ")[2] if told else None

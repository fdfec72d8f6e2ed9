"""What goes over a raw WebSocket is in the log, frame by frame, and limits hold."""

from __future__ import annotations

import socket
import subprocess
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import pytest
from flask_sock import Sock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.server.framing import TEXT, frame_of
from sio_lab.server.thread import ServerThread
from tests.server.peers import DEADLINE
from tests.server.raw_client import RawClient
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig

DEFLATE = {"header": ["Sec-WebSocket-Extensions: permessage-deflate"]}


def echo(ws: Any) -> None:
    while True:
        ws.send(ws.receive())


@pytest.fixture
def site(rig: Rig) -> Rig:
    Sock(rig.app).route("/echo")(echo)
    return rig


def frames(rig: Rig, kind: type[Any] = r.FrameReceived) -> list[tuple[str, Any]]:
    return [(record.opcode, record.payload) for record in rig.all(kind)]


def test_frames_of_both_directions_and_how_it_ended(site: Rig) -> None:
    with RawClient(site.url) as client:
        assert client.say("hé") == "hé"
        assert client.say(b"\0\1") == b"\0\1"
        client.ws.ping("p")
        assert client.ws.recv_data(control_frame=True) == (10, b"p")
        client.ws.send_close(4001, b"bye")
        assert client.ended() == (4001, "bye")
    closed = site.first(r.SocketClosed)
    assert frames(site) == [("text", "hé"), ("binary", b"\0\1"), ("ping", b"p"), ("close", "bye")]
    assert frames(site, r.FrameSent) == [("text", "hé"), ("binary", b"\0\1"), ("pong", b"p"), ("close", "bye")]
    assert (closed.code, closed.reason, closed.origin, closed.is_clean) == (4001, "bye", "client", True)
    assert closed.ms > 0
    opened = site.first(r.SocketOpened)
    assert (opened.sid, opened.path, opened.status) == (f"ws-{opened.seq}", "/echo", 101)
    assert closed.began == opened.seq
    assert not site.all(r.HttpRequest)


def test_a_client_that_is_gone_without_a_word(site: Rig) -> None:
    with RawClient(site.url) as client:
        client.say("hi")
    closed = site.first(r.SocketClosed)
    assert (closed.code, closed.origin, closed.is_clean) == (1006, "network", False)
    assert site.host.stop() == []
    assert [name for name, _ in frames(site, r.FrameSent)] == ["text"]


def test_fragments_and_compression_are_read(site: Rig) -> None:
    with RawClient(site.url, **DEFLATE) as client:
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = squeeze.compress(b"hello " * 20) + squeeze.flush(zlib.Z_SYNC_FLUSH)
        client.ws.sock.sendall(masked(0x41, data[:3]) + masked(0x80, data[3:-4]))
        site.wait(lambda: len(site.all(r.FrameSent)) == 1)
    assert [name for name, _ in frames(site)][:2] == ["text", "continuation"]
    assert "".join(text for name, text in frames(site) if name in {"text", "continuation"}) == "hello " * 20
    assert frames(site, r.FrameSent)[0] == ("text", "hello " * 20)


def masked(first: int, payload: bytes) -> bytes:
    assert len(payload) < 126
    return bytes((first, 0x80 | len(payload))) + bytes(4) + payload


def test_what_can_t_be_read_is_recorded_as_such_and_passes(site: Rig) -> None:
    with RawClient(site.url) as client:
        client.ws.sock.sendall(b"\xf1\x85\0\0\0\0hello")
        site.first(r.SocketClosed)
    assert frames(site)[0] == ("unreadable", b"\xf1\x85\0\0\0\0hello")


PIECES = st.lists(
    st.tuples(st.sampled_from([0x81, 0x82]), st.binary(max_size=100).map(bytes.hex)), min_size=1, max_size=5
)


@pytest.fixture(scope="module")
def plain_url() -> Any:
    """Return where plain flask-sock serves the same function, beside the lab."""
    app = flask.Flask("plain")
    Sock(app).route("/echo")(echo)
    server = ServerThread(app, "127.0.0.1", 0)
    server.start()
    yield server.url
    server.stop_listening()
    server.close_connections()


@given(messages=PIECES, size=st.integers(1, 50))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_client_gets_the_same_bytes_as_from_plain_flask_sock(
    site: Rig, plain_url: str, messages: list[tuple[int, str]], size: int
) -> None:
    sent = b"".join(masked_any(first, text.encode()) for first, text in messages)
    expected = b"".join(frame_of(text if first == TEXT else text.encode()) for first, text in messages)
    for url in (site.url, plain_url):
        with RawClient(url) as client:
            for at in range(0, len(sent), size):
                client.ws.sock.sendall(sent[at : at + size])
            assert client.read(len(expected)) == expected
            client.ws.sock.sendall(masked(0x88, b"\x03\xe8"))
            if url == site.url:  # the plain one may write its HTTP answer before that, or nothing
                assert client.rest() == b"\x88\x02\x03\xe8"


def masked_any(first: int, payload: bytes) -> bytes:
    if len(payload) < 126:
        return masked(first, payload)
    return bytes((first, 0xFE)) + len(payload).to_bytes(2, "big") + bytes(4) + payload


@differs("Raw WebSockets have limits")
@pytest.mark.parametrize("options", [{}, DEFLATE], ids=["plain", "deflate"])
def test_a_message_too_long_closes_with_1009(make_rig: Callable[..., Rig], options: dict[str, Any]) -> None:
    site = make_rig(max_http_buffer_size=1_000)
    Sock(site.app).route("/echo")(echo)
    with RawClient(site.url, **options) as client:
        assert client.say("x" * 1_000) == "x" * 1_000 if not options else True
        client.send("x" * 1_001)
        assert client.ended() == (1009, "Message is too big")
    closed = site.first(r.SocketClosed)
    assert (closed.code, closed.origin, closed.is_clean) == (1009, "lab", True)
    assert "longer than the limit" in site.rows("close")[0]["error"]


def test_sock_server_options_are_followed(make_rig: Callable[..., Rig]) -> None:
    site = make_rig(max_http_buffer_size=1_000)
    site.app.config["SOCK_SERVER_OPTIONS"] = {"max_message_size": 2_000}
    Sock(site.app).route("/echo")(echo)
    with RawClient(site.url) as client:
        assert client.say("é" * 2_000) == "é" * 2_000
        client.send("x" * 2_001)
        assert client.ended()[0] == 1009


def test_a_client_is_pinged_when_nothing_comes_and_then_given_up(make_rig: Callable[..., Rig]) -> None:
    site = make_rig(ping_interval=0.05, ping_timeout=5)
    Sock(site.app).route("/echo")(echo)
    with RawClient(site.url) as client:
        client.ws.sock.settimeout(DEADLINE)
        assert client.ws.recv_data(control_frame=True) == (9, b"")  # answered
        assert client.say("still here") == "still here"
        closed = site.first(r.SocketClosed)  # nobody reads the next ping
    assert (closed.code, closed.reason, closed.origin) == (1008, "Ping/Pong timeout", "lab")
    assert frames(site, r.FrameSent)[0] == ("ping", b"")


def test_a_client_that_takes_nothing_in_is_cut_off(make_rig: Callable[..., Rig]) -> None:
    site, ended = make_rig(ping_interval=0.2, ping_timeout=5), threading.Event()

    def flood(ws: Any) -> None:
        try:
            while True:
                ws.send(b"x" * 1_000_000)
        finally:
            ended.set()

    Sock(site.app).route("/flood")(flood)
    with RawClient(site.url, "/flood", sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]):
        assert ended.wait(DEADLINE)
        site.first(r.SocketClosed)


def test_stop_says_goodbye_and_leaves_nothing(site: Rig) -> None:
    clients = [RawClient(site.url) for _ in range(5)]
    site.wait(lambda: len(site.log.state.sockets) == 5)
    ends: list[tuple[int, str]] = []
    readers = [threading.Thread(target=lambda each=each: ends.append(each.ended())) for each in clients]
    for reader in readers:
        reader.start()
    assert site.host.stop() == []
    for reader, client in zip(readers, clients, strict=True):
        reader.join(DEADLINE)
        client.ws.shutdown()
    assert ends == [(1001, "")] * 5
    assert not site.log.state.sockets
    assert [record.is_clean for record in site.all(r.SocketClosed)] == [True] * 5


NODE = """
import WebSocket from "ws";
const socket = new WebSocket(process.argv[1], { perMessageDeflate: { threshold: 0 } });
socket.on("open", () => socket.send("hello ".repeat(50)));
socket.on("message", (data, isBinary) => {
  console.log(data.length, isBinary, socket.extensions);
  socket.close(4002, "done");
});
socket.on("close", (code, reason) => console.log(code, String(reason)));
"""


def test_node_s_websocket_is_understood_compressed_as_it_is(site: Rig) -> None:
    url = f"{site.url.replace('http', 'ws')}/echo"
    command = ["node", "--input-type=module", "-e", NODE, url]
    folder = Path(__file__).parent.parent / "node"
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True).stdout
    assert told == "300 false permessage-deflate\n4002 done\n"
    site.first(r.SocketClosed, code=4002)
    assert frames(site) == [("text", "hello " * 50), ("close", "done")]
    assert frames(site, r.FrameSent) == [("text", "hello " * 50), ("close", "done")]

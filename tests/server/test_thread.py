"""A WSGI server in a background thread: where it listens, what it shows, and that nothing of it is left."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.errors import LabError, PortTaken
from sio_lab.server.thread import ServerThread, cut, listen
from tests.server.peers import DEADLINE, connected_socket, request
from tests.server.rig import Gate, differs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


@pytest.fixture
def serve(_no_thread_left: None) -> Iterator[Callable[..., ServerThread]]:
    """Return what serves an app on any free port."""
    servers: list[ServerThread] = []

    def start(app: Callable[..., Any] = hello, host: str = "127.0.0.1", port: int = 0) -> ServerThread:
        servers.append(ServerThread(app, host, port))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.stop_listening()
        server.close_connections()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:{}"),
        ("localhost", "http://localhost:{}"),
        ("0.0.0.0", "http://127.0.0.1:{}"),  # noqa: S104 - in a test
        ("", "http://127.0.0.1:{}"),
        ("::1", "http://[::1]:{}"),
        ("::", "http://[::1]:{}"),
    ],
)
def test_it_serves_at_the_address_it_tells(serve: Callable[..., ServerThread], host: str, url: str) -> None:
    server = serve(host=host)
    assert server.url == url.format(server.port)
    assert request(server.url) == (200, "hello")


def test_a_taken_port_names_itself_and_the_way_out() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as told:
            listen("127.0.0.1", port)
    text = str(told.value)
    assert text.startswith(f"Port {port} on 127.0.0.1 is taken: ")
    # Only Linux tells who it is.
    assert "this kernel listens there itself" in text or "another program listens there" in text
    assert text.endswith("take any free port: %sio start --port 0, lab.start(port=0).")
    assert told.value.place == ("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 65_536, 70_000, "80", None, 1.5])
def test_a_port_that_is_none_says_which_there_are(port: Any) -> None:
    with pytest.raises(LabError) as told:
        listen("127.0.0.1", port)
    assert str(told.value) == f"There is no port {port!r}: ports are 0 (any free one) to 65535."


@pytest.mark.parametrize(
    "host", ["no.such.host.invalid", "..", "x" * 70, "unix:///tmp/x", "[::1]", "203.0.113.5", "\udcff", "a\0b"]
)
def test_a_host_that_cannot_be_had_says_which_can(host: str) -> None:
    with pytest.raises(LabError, match=r"0 stands for all its addresses\.$") as told:
        listen(host, 0)
    assert str(told.value).startswith(f"Can't listen on {host!r}, port 0: ")


def test_a_port_that_needs_rights_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)  # the tests may run as root
    with pytest.raises(LabError) as told:
        listen("127.0.0.1", 80)
    assert str(told.value) == (
        "Can't listen on '127.0.0.1', port 80: Permission denied. "
        "Ports below 1024 need rights this kernel lacks: take a higher one, or 0 for any."
    )


def test_start_and_stop_twice_are_as_once(serve: Callable[..., ServerThread]) -> None:
    server = serve()
    before = threading.active_count()
    server.start()
    assert threading.active_count() == before
    server.stop_listening()
    server.stop_listening()
    assert server.close_connections() == server.close_connections() == []
    server.start()
    with pytest.raises(OSError, match="refused"):
        request(server.url)


def test_stopped_before_it_is_started_it_gives_the_port_back() -> None:
    server = ServerThread(hello, "127.0.0.1", 0)
    server.stop_listening()
    listen("127.0.0.1", server.port).close()


def test_nobody_is_told_of_requests(serve: Callable[..., ServerThread], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        request(serve().url)
    assert [record for record in caplog.records if record.name == "werkzeug"] == []


def test_errors_are_shown(serve: Callable[..., ServerThread], caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: Any, _start_response: Any) -> Any:
        raise ValueError("on purpose")

    server = serve(broken)
    assert request(server.url)[0] == 500
    server.stop_listening()
    server.close_connections()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "ValueError: on purpose" in caplog.text


@differs("No 40 ms wait between two packets")
def test_connections_send_at_once(serve: Callable[..., ServerThread]) -> None:
    options: list[int] = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        options.append(environ["werkzeug.socket"].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return hello(environ, start_response)

    request(serve(app).url)
    assert options[0] != 0


def test_a_connection_that_says_nothing_is_cut_at_the_end(serve: Callable[..., ServerThread]) -> None:
    server = serve()
    with connected_socket(server.url) as silent, connected_socket(server.url) as served:
        served.sendall(GET)
        assert served.recv(100).startswith(b"HTTP/1.1 200 OK")
        request(server.url)  # so that all three have been accepted
        server.stop_listening()
        assert server.close_connections() == []
        assert silent.recv(1) == b""


def test_what_was_accepted_at_the_last_moment_is_cut_too(serve: Callable[..., ServerThread]) -> None:
    server = serve()
    server.stop_listening()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        server.opened(ours)
        assert theirs.recv(1) == b""
        server.ended()


def test_a_request_that_will_not_end_is_named(serve: Callable[..., ServerThread]) -> None:
    gate = Gate()

    def stuck(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        gate.pass_through()
        return hello(environ, start_response)

    server = serve(stuck)
    with connected_socket(server.url) as connection:
        connection.sendall(GET)
        gate.reached()
        server.stop_listening()
        assert len(server.close_connections(timeout=0.01)) == 1
        gate.open()
        assert server.close_connections() == []


def test_the_port_is_free_at_once_with_connections_open(serve: Callable[..., ServerThread]) -> None:
    server = serve()
    with connected_socket(server.url) as connection:
        connection.sendall(GET)
        connection.recv(100)
        server.stop_listening()
        server.close_connections()
        assert request(serve(port=server.port).url) == (200, "hello")


def test_requests_over_one_connection_end_as_werkzeug_ends_them(serve: Callable[..., ServerThread]) -> None:
    server = serve()
    with connected_socket(server.url) as connection:
        connection.sendall(GET)
        answer = b"".join(iter(lambda: connection.recv(1000), b""))
    assert b"Connection: close" in answer


def test_no_note_is_kept_of_connections_that_ended(serve: Callable[..., ServerThread]) -> None:
    server = serve()
    for _ in range(20):
        request(server.url)
    with connected_socket(server.url) as gone:
        gone.settimeout(DEADLINE)
    server.stop_listening()
    server.close_connections()
    assert server._connections == {}


def test_cutting_what_is_closed_does_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        cut(ours)
        assert theirs.recv(1) == b""
        ours.close()
        cut(ours)


def test_who_speaks_tls_is_told_of_and_answered_in_plain_text(
    serve: Callable[..., ServerThread], capsys: pytest.CaptureFixture[str]
) -> None:
    server, told = serve(), []
    server.spoke_tls = told.append
    with connected_socket(server.url) as client:
        client.sendall(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
        assert client.recv(100) == b""
    assert told == ["127.0.0.1"]
    assert capsys.readouterr().err == ""
    assert request(server.url) == (200, "hello")

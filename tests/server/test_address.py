"""Where a program that calls `socketio.run(app, host, port)` is served."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.errors import LabError
from sio_lab.server import address
from sio_lab.server.address import Address, is_free, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a test
STOPPED = Address()
RUNNING = Address("127.0.0.1", 6000)
OPEN = Address(EVERYWHERE, 6000)


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


@pytest.fixture
def free() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def app_named(name: str | None) -> flask.Flask:
    app = flask.Flask("test")
    app.config["SERVER_NAME"] = name
    return app


@pytest.mark.parametrize(
    ("asked", "now", "got"),
    [
        ((None, 7000), STOPPED, ("127.0.0.1", 7000)),
        (("127.0.0.1", 7000), STOPPED, ("127.0.0.1", 7000)),
        (("localhost", 7000), RUNNING, ("localhost", 7000)),
        (("::1", None), RUNNING, ("::1", 6000)),
        ((None, None), RUNNING, ("127.0.0.1", 6000)),
        ((None, 0), RUNNING, ("127.0.0.1", 0)),
        (("127.0.0.1", "7000"), STOPPED, ("127.0.0.1", 7000)),
        ((EVERYWHERE, 7000), STOPPED, ("127.0.0.1", 7000)),
        ((EVERYWHERE, None), RUNNING, ("127.0.0.1", 6000)),
        (("192.168.1.5", None), Address("localhost", 6000), ("localhost", 6000)),
        ((EVERYWHERE, 7000), OPEN, (EVERYWHERE, 7000)),
        (("127.0.0.1", None), OPEN, (EVERYWHERE, 6000)),
        ((None, None), OPEN, (EVERYWHERE, 6000)),
        (("192.168.1.5", None), OPEN, (EVERYWHERE, 6000)),
    ],
)
def test_an_address_that_others_reach_is_taken_only_where_the_lab_has_it(
    asked: tuple[str | None, Any], now: Address, got: tuple[str, int]
) -> None:
    assert wanted(app_named(None), *asked, now) == Address(*got)


@pytest.mark.parametrize(
    ("name", "port"),
    [("localhost:7000", 7000), ("example.org:80", 80), ("[::1]:7001", 7001)],
)
def test_the_port_may_stand_in_server_name(name: str, port: int) -> None:
    assert wanted(app_named(name), None, None, STOPPED).port == port
    assert wanted(app_named(name), None, None, RUNNING).port == 6000
    assert wanted(app_named(name), None, 8000, STOPPED).port == 8000


@pytest.mark.parametrize("name", [None, "", "localhost", "localhost:", "localhost:http", "localhost:99999", "[::1]"])
def test_without_any_it_is_flask_socketios_own_where_that_is_free(
    name: str | None, free: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "DEFAULT_PORT", free)
    assert wanted(app_named(name), None, None, STOPPED) == Address("127.0.0.1", free)
    assert wanted(None, None, None, STOPPED) == Address("127.0.0.1", free)


def test_and_any_free_one_where_it_is_not(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "DEFAULT_PORT", taken)
    assert wanted(app_named(None), None, None, STOPPED) == Address("127.0.0.1", 0)


def test_the_default_is_flask_socketios() -> None:
    assert address.DEFAULT_PORT == 5000


@pytest.mark.parametrize("port", ["http", "", [], "5000.5"])
def test_a_port_that_is_no_number_is_named(port: Any) -> None:
    with pytest.raises(LabError) as told:
        wanted(app_named(None), None, port, STOPPED)
    assert str(told.value) == f"There is no port {port!r}: ports are 0 (any free one) to 65535."


def test_free_is_where_a_server_could_listen(taken: int, free: int) -> None:
    assert is_free("127.0.0.1", free)
    assert is_free("localhost", free)
    assert not is_free("127.0.0.1", taken)
    assert not is_free("no.such.host.invalid", free)
    assert is_free("127.0.0.1", free)  # asking leaves nothing behind

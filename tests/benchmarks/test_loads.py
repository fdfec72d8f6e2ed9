"""Each load, for a moment and with few clients, on a real lab in this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sio_lab.lab import Lab
from tests.benchmarks.loads.broadcast import measure_broadcast
from tests.benchmarks.loads.echo import measure_echo
from tests.benchmarks.loads.idle import measure_idle
from tests.benchmarks.loads.pair import measure_pair
from tests.benchmarks.loads.polling import measure_polling
from tests.benchmarks.loads.steady import measure_steady
from tests.benchmarks.loads.target import PAYLOAD, Target
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.leaving import leave
from tests.benchmarks.raw.loop import Loop
from tests.benchmarks.servers.handlers import register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEASURED = {"per_second", "cpu_us", "p50_ms", "p99_ms", "server_cpu", "driver_cpu"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(say=lambda _text: None)
    lab.start(port=0)
    register(lab.socketio)
    yield lab
    lab.close()


@pytest.fixture
def target(lab: Lab) -> Target:
    return Target(lab.port or 0, os.getpid(), 0.2)


def test_a_raw_client_speaks_the_protocol(lab: Lab) -> None:
    loop, came = Loop(), list[bytes]()
    clients = [Connection(lab.port or 0, lambda message, _now: came.append(message)) for _ in range(2)]
    for client in clients:
        loop.add(client, client.read)
    assert len(lab.clients) == 2
    clients[0].send(b'427["echo",%b]' % PAYLOAD)
    loop.run_until(lambda: bool(came))
    lab.emit("news", 1)
    loop.run_until(lambda: len(came) == 3)
    assert came == [b"437[%b]" % PAYLOAD, b'42["news",1]', b'42["news",1]']
    leave(lab.port or 0, clients)
    loop.close()


@pytest.mark.parametrize(
    ("measure", "args"),
    [
        (measure_echo, (2,)),
        (measure_broadcast, (2, 3)),
        (measure_broadcast, (2, 1)),
        (measure_polling, (2,)),
        (measure_steady, (2, 100)),
    ],
)
def test_a_load_is_measured(
    lab: Lab, target: Target, measure: Callable[..., dict[str, float]], args: tuple[int, ...]
) -> None:
    figures = measure(target, *args)
    assert set(figures) == MEASURED
    assert all(value >= 0 for value in figures.values())
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert len(lab.clients) <= 1
    assert len(lab.traffic.where("status:raised,no-handler kind:event")) == 0


def test_the_second_of_two_emits_is_measured(target: Target) -> None:
    figures = measure_pair(target)
    assert set(figures) == {"talking_ms", "quiet_ms"}
    assert min(figures.values()) >= 0


def test_idle_clients_are_measured(target: Target) -> None:
    figures = measure_idle(target, 2)
    assert set(figures) == {"threads", "descriptors", "client_kb"}
    assert figures["threads"] >= 1
    assert figures["descriptors"] >= 2

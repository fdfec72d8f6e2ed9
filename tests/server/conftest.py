"""Real servers on a free port, real clients, and a watch over what outlives them."""

from __future__ import annotations

import logging
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.loop import Loop
from tests.server.peers import DEADLINE
from tests.server.rig import Rig, Screen
from tests.server.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

for name in ("engineio.server", "engineio.client", "socketio.server", "socketio.client"):
    # With a level of their own they add no handler that writes to the first test's stderr for good.
    logging.getLogger(name).setLevel(logging.ERROR)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    new = set(threading.enumerate()) - before
    for thread in new:
        thread.join(DEADLINE)
    assert not [thread for thread in new if thread.is_alive()]


@pytest.fixture
def loop(_no_thread_left: None) -> Iterator[Loop]:
    """Return a loop that runs."""
    loop = Loop()
    loop.start()
    yield loop
    loop.stop(time.monotonic() + DEADLINE)


@pytest.fixture
def make_rig(_no_thread_left: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rig]]:
    """Return what makes servers; they end with the test."""
    monkeypatch.setattr("sio_lab.server.thread.POLL_SECONDS", 0.005)  # most of a test's time is the server's end
    rigs: list[Rig] = []

    def make(served: Any = None, **options: Any) -> Rig:
        rigs.append(Rig(served, **options))
        return rigs[-1]

    yield make
    for rig in reversed(rigs):
        rig.close()


@pytest.fixture
def sheet(_no_thread_left: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sheet]:
    """Return a notebook's cells, and the stage that they work on."""
    monkeypatch.setattr("sio_lab.server.thread.POLL_SECONDS", 0.005)
    sheet = Sheet()
    yield sheet
    sheet.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    """Return a server that serves when first asked for its address."""
    return make_rig()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Return what the server writes to stderr, in any thread; pytest sets `sys.stderr` itself before each test."""
    screen = Screen()
    monkeypatch.setattr("sio_lab.server.display.sys", SimpleNamespace(stderr=screen))
    return screen

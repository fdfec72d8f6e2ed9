"""Cells re-run 200 times while two clients send without pause: no event is lost, none is handled twice."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.server.peers import DEADLINE, Peer
from tests.server.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 200
CELL = """
{maker}
def {name}(sender, number):
    seen.append((sender, number))
    return "{version}"

class Tell(Namespace):
    def on_tell(self, sender, number):
        seen.append((sender, number))
        return "{version}"

socketio.on_namespace(Tell("/class"))
"""
MAKERS = ('@socketio.on("tell")', '@socketio.on("tell", namespace="/")', "@socketio.event(namespace='/')")


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    sheet = Sheet().start()
    yield sheet
    sheet.close()


class Sender:
    """Sends numbered events, each as soon as the one before it was acknowledged."""

    def __init__(self, peer: Peer, name: str, namespace: str) -> None:
        self.answers: list[str] = []
        self._peer, self._name, self._namespace = peer, name, namespace
        self._is_over = threading.Event()
        self._answered = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def wait(self) -> None:
        """Wait until one more event has been answered from now on."""
        while self._answered.acquire(blocking=False):
            pass
        assert self._answered.acquire(timeout=DEADLINE)

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()

    def _send(self) -> None:
        while not self._is_over.is_set():
            self.answers.append(self._peer.ask("tell", self._name, len(self.answers), namespace=self._namespace))
            self._answered.release()


def code(run: int) -> str:
    """Return the cell of a run: other functions each time, registered in another way."""
    maker = MAKERS[run % len(MAKERS)]
    name = "tell" if maker.startswith("@socketio.event") else f"tell_{run % 5}"
    return CELL.format(maker=maker, name=name, version=run)


def test_two_hundred_runs_of_a_cell_lose_no_event_and_double_none(sheet: Sheet) -> None:
    seen = sheet.names["seen"] = []
    sheet.run("cell", code(0))
    senders = [Sender(sheet.peer("/"), "one", "/"), Sender(sheet.peer("/class"), "two", "/class")]
    for run in range(1, RUNS + 1):
        assert sheet.run("cell", code(run)) == []
        senders[run % 2].wait()
    for sender in senders:
        sender.stop()
    sent = {
        (name, number)
        for name, sender in zip(("one", "two"), senders, strict=True)
        for number in range(len(sender.answers))
    }
    assert Counter(seen) == Counter(sent)
    for sender in senders:
        versions = [int(answer) for answer in sender.answers]
        assert versions == sorted(versions)
        assert len(set(versions)) > RUNS / 4

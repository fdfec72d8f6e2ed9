"""What gevent and eventlet have in common says what to write today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.legacy.kit import Kit
from sio_lab.legacy.plain_routes import PlainRoutes

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads


@pytest.fixture
def kit(runner: Threads) -> Kit:
    return Kit("gevent", runner.flow, PlainRoutes(runner.notices))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("kit.sleep(0)", "gevent.sleep() works here. Today: socketio.sleep(seconds)."),
        ("kit.greenlet.spawn(len, 'abc').get()", "a background task here"),
        ("kit.pool(2)", "Today: concurrent.futures.ThreadPoolExecutor."),
        ("kit.result()", "gevent.event.AsyncResult works here. Today: concurrent.futures.Future"),
        ("kit.queues['Queue']()", "gevent's Queue is one for threads here. Today: queue.Queue."),
        ("kit.locks['Semaphore']()", "gevent's Semaphore is one for threads here. Today: threading.Semaphore."),
        ("kit.needless('gevent.reinit')()", "gevent.reinit() is not needed here: the lab runs handlers in threads."),
    ],
)
def test_each_line_is_told(runner: Threads, notebook: Notebook, kit: Kit, code: str, text: str) -> None:
    notebook.run(code, kit=kit)
    assert len(runner.said) == 1
    assert text in runner.said[0]
    assert runner.said[0].endswith(f"    {code}")


def test_a_library_that_would_patch_the_kernel_is_told_of_differently(
    runner: Threads, notebook: Notebook, kit: Kit
) -> None:
    library = {"__name__": "flask_socketio.old", "patch": kit.needless("gevent.monkey.patch_all")}
    exec("def load(): patch()", library)  # noqa: S102 - code of another package
    notebook.run("load()", load=library["load"])
    (said,) = runner.said
    assert said.startswith("<cell 1>, line 1: What this line imports calls gevent.monkey.patch_all(), which would ")
    assert said.endswith("It was left out.\n    load()")


def test_a_time_limit_is_the_kits_own(runner: Threads, kit: Kit) -> None:
    assert kit.with_timeout(0.01, runner.flow.pause, 1000, timeout_value="late") == "late"
    with pytest.raises(kit.timeout):
        kit.greenlet.spawn(runner.flow.pause, 0.001).get(block=False)

"""Replaying events one after the other, each in a thread that may be given up."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING

from sio_lab.server.dry_run import DryRun
from sio_lab.server.live_run import LiveRun
from sio_lab.server.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sio_lab.core.scene import Scene
    from sio_lab.server.host import Host
    from sio_lab.server.reentry import Reentry


def replayed(
    host: Host, scenes: Sequence[Scene], *, live: bool, speed: float | None, timeout: float
) -> Iterator[tuple[Reentry, tuple[str, ...]]]:
    """Yield each event that was entered, in order, and what is to be said of that.

    `speed` keeps the pace of then, as many times as fast; without, one follows the other. A handler that takes more
    than `timeout` seconds is given up: it goes on in its thread, of a dry run without anything being sent.
    """
    began, first = time.monotonic(), scenes[0].at
    with entering(host, live=live) as enter:
        for scene in scenes:
            if speed is not None:
                _wait_until(began + (scene.at - first) / 1e9 / speed)
            reentry = enter(scene)
            given_up = _run(reentry, timeout)
            yield reentry, (*reentry.notes, *given_up)


@contextmanager
def entering(host: Host, *, live: bool) -> Iterator[Callable[[Scene], Reentry]]:
    """Yield what enters events: all dry runs of it are one rehearsal, which ends with it."""
    host.attach()
    if live:
        yield partial(LiveRun, host)
        return
    rehearsal = Rehearsal(host)
    try:
        yield lambda scene: DryRun(host, scene, rehearsal)
    finally:
        rehearsal.end()


def _run(reentry: Reentry, timeout: float) -> tuple[str, ...]:
    """Enter an event in a thread with a blank context; says so where that was given up."""
    name = f"sio-lab-replay-{reentry.scene.seq}"
    thread = threading.Thread(target=Context().run, args=(_entered, reentry), name=name, daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        return (f"given up after {timeout:g} s: its handler still runs, in thread {name}",)
    reentry.finish()
    return ()


def _entered(reentry: Reentry) -> None:
    # What handlers raise has been taken care of; these would end the thread, and be told of once more.
    with suppress(SystemExit, KeyboardInterrupt):
        reentry.run()


def _wait_until(due: float) -> None:
    threading.Event().wait(max(due - time.monotonic(), 0))

"""Entering a handler again, for an event of the past; how, is seen to in `dry_run` and in `live_run`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sio_lab.core.already import moot_moves
from sio_lab.core.outcome import Move, Outcome
from sio_lab.server.absent import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core import records as r
    from sio_lab.core.log import Log
    from sio_lab.core.outcome import Effect
    from sio_lab.core.scene import Scene
    from sio_lab.server.host import Host

TASK_SECONDS = 0.25
"""How much longer than then the tasks may take that a handler starts."""

LONGEST = 5.0
"""So many seconds at most they are waited for, and that moment."""


class Reentry:
    """One event entered again; `run` blocks as long as its handler does, and may be asked of from another thread."""

    def __init__(self, host: Host, scene: Scene) -> None:
        self.host = host
        self.scene = scene
        self.raised: BaseException | None = None
        """What the handler raised."""

        self.value: Any = None
        """What the handler returned."""

        self._moot: dict[Move, str] = {}
        self._going_on: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the client of then is still connected."""
        manager, scene = self.host.server.manager, self.scene
        return bool(manager.is_connected(scene.sid, scene.namespace))

    def run(self) -> None:
        """Enter the handler; keeps what it raises."""
        raise NotImplementedError

    def finish(self) -> None:
        """Wait for the tasks that the handler has started, as long as they took then, and a moment longer."""
        self._going_on = self._await_tasks(min(self.scene.tasks_seconds, LONGEST) + TASK_SECONDS)

    def outcome(self) -> Outcome:
        """Return what has come of it so far."""
        reasons = ((each, self._why_not(each)) for each in self.scene.before.effects)
        return replace(self._told(), moot=tuple((each, why) for each, why in reasons if why is not None))

    def _why_not(self, effect: Effect) -> str | None:
        """Say why an effect of then could not come again; None where it could."""
        if isinstance(effect, Move):
            return self._moot.get(effect)
        return "its task still ran" if self._going_on and effect.origin == "task" else None

    def _told(self) -> Outcome:
        """Return what the log tells that it was run for."""
        raise NotImplementedError

    def _await_tasks(self, seconds: float) -> tuple[str, ...]:
        """Wait for what the handler has started; returns the names of the tasks that go on."""
        raise NotImplementedError

    def _look_around(self, log: Log) -> None:
        """Note which moves of then would be none now."""
        with log.lock:
            self._moot = moot_moves(log.state, self.scene.before.effects)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the result says beside the outcome."""
        raise NotImplementedError

    def _absent(self) -> str:
        scene, rooms = self.scene, listed(self.scene.rooms)
        known = f"rooms: {rooms}" + ("" if scene.is_whole else ", as far as the log goes back")
        return f"its client is gone: a stand-in with the same sid ({known}) took its place; {UNKNOWN} are not known"


def listed(rooms: Iterable[r.Room]) -> str:
    """Return rooms in words."""
    return ", ".join(sorted(map(str, rooms))) or "none"

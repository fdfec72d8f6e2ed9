"""Taking away what cells no longer define, and telling what would not go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import flask

from sio_lab.core.doctor_news import DoctorNews
from sio_lab.core.running import still_running
from sio_lab.server.adoption import PLAIN, app_of
from sio_lab.server.routes import routes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.core.log import Log
    from sio_lab.server.socketio import LabSocketIO
    from sio_lab.server.tasks import Tasks

MOST_TOLD = 3
"""Handlers that run on are told of one by one, up to that many at once."""


class Sweeper:
    """Knows how each cell ended last, and asks all that keep account of definitions to act on it.

    `shown` are the SocketIO objects that there are: the one that is served comes first, one that waits may follow.
    """

    def __init__(self, log: Log, cells: Cells, tasks: Tasks) -> None:
        self._log = log
        self._cells = cells
        self._tasks = tasks
        self._ended: dict[str, Owner] = {}
        """Cell -> its last run that ended well."""

        self._doctor = DoctorNews(log)
        self._told: set[int] = set()
        """The handlers' runs that were told of."""

    def sweep(self, owner: Owner, shown: Sequence[LabSocketIO], *, reached: bool = True) -> list[str]:
        """Remove what earlier runs of a cell defined, and name what this one no longer does.

        `reached` leaves alone what the cells' names no longer stand for: a program that is being run again piece by
        piece defines on an object that is not served yet.
        """
        if not owner.anonymous:
            self._ended[owner.cell] = owner
        return [name for keeper in self._keepers(shown, reached=reached) for name in keeper.sweep(owner)]

    def drop(self, cell: str, shown: Sequence[LabSocketIO]) -> list[str]:
        """Remove all that a deleted cell defined, and name it."""
        self._ended.pop(cell, None)
        return [name for keeper in self._keepers(shown, reached=False) for name in keeper.drop(cell)]

    def catch_up(self, socketio: LabSocketIO) -> None:
        """Remove from an object that comes on stage what cells had defined on the last one, and no longer do."""
        for owner in self._ended.values():
            socketio.lab_book.sweep(owner)
            routes_of(app_of(socketio), self._cells).sweep(owner)

    def news(self) -> list[str]:
        """Return what the reader should know and has not been told.

        Tasks that would not end, handlers that run on, and clients that can't connect.
        """
        with self._log.lock:
            running = still_running(self._log.state, time.time_ns())
        new = [each for each in running if each.seq not in self._told]
        self._told.update(each.seq for each in new)
        more = [f"{len(new) - MOST_TOLD:,} more handlers run on: %sio status."] if len(new) > MOST_TOLD else []
        return [*self._tasks.lingering(), *(each.text for each in new[:MOST_TOLD]), *more, *self._doctor.news()]

    def _keepers(self, shown: Sequence[LabSocketIO], *, reached: bool) -> Iterator[Any]:
        """Yield all that keep account of what cells defined."""
        for number, socketio in enumerate(shown):
            is_served = number == 0 and socketio.lab_host is not None
            if not (is_served and reached and self._is_left(socketio, PLAIN)):
                yield socketio.lab_book
            app = app_of(socketio)
            if app is not None and not (is_served and reached and self._is_left(app, flask.Flask)):
                yield routes_of(app, self._cells)
        yield self._tasks

    def _is_left(self, thing: Any, kind: type[Any]) -> bool:
        """Tell whether the cells' names stand for another object of a kind, and no longer for this one."""
        named = [each for each in self._cells.named() if issubclass(type(each), kind)]
        return bool(named) and not any(each is thing for each in named)

"""The views of a lab: made here from what the lab can tell and do, shown live where somebody looks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Protocol

from sio_lab import tables
from sio_lab.acting import Acting, is_on_a_page
from sio_lab.classes import answers_of, now
from sio_lab.commands import read_arguments
from sio_lab.errors import LabError, TargetError
from sio_lab.shows import Sequence, Shows
from sio_lab.views import values
from sio_lab.views.classroom import ClassFeed, ClassroomView
from sio_lab.views.dashboard import DashboardView
from sio_lab.views.panels import PanelsView
from sio_lab.views.room_map import MapFeed, RoomMapView
from sio_lab.views.sequence import SequenceView
from sio_lab.views.status_feed import StatusFeed
from sio_lab.views.table import TableView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.acting import Answering
    from sio_lab.clients import Clients
    from sio_lab.core.cells import Cells
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder
    from sio_lab.lab import Lab
    from sio_lab.results import Status
    from sio_lab.tables import Table
    from sio_lab.views.class_card import ClassNow
    from sio_lab.views.feed import Feed
    from sio_lab.views.live import Live
    from sio_lab.views.view import Answer, View


class Watched(Protocol):
    """What there is to show: a lab, or a capture."""

    log: Log
    cells: Cells
    live: bool

    @property
    def reader(self) -> Decoder:
        """What reads the packets."""

    @property
    def named_clients(self) -> Clients:
        """The own clients, by name."""

    def status(self) -> Status:
        """Return how the server is."""


def showing_of(lab: Lab) -> Showing:
    """Return what makes the views of a lab, whose pages may act."""
    acting = Acting(lab)
    return Showing(lab, acting, classroom=ClassShown(partial(now, lab), answers_of(lab, acting.as_page)))


@dataclass(frozen=True)
class ClassShown:
    """What a class's card shows, and what its page may ask."""

    look: Callable[[], ClassNow | None]
    """Returns what is true of the class; None where none is in."""

    answers: Mapping[str, Answer]
    """`invitation`, and what the teacher does."""


class Showing:
    """Makes the views of one lab, or of one capture, and keeps those that are on display.

    `capture` says what is shown instead of a server, where it is one; `beside` returns the lab's, which then keeps what
    is on display, so that it goes with the cell and ends with the lab.
    """

    def __init__(
        self,
        lab: Watched,
        acting: Acting | Answering,
        capture: str | None = None,
        beside: Callable[[], Showing] | None = None,
        classroom: ClassShown | None = None,
    ) -> None:
        self._lab = lab
        self._capture = capture
        self._beside = beside
        self._classroom = classroom
        self.acting = acting
        """What the pages may ask, and have done."""

        self._live: Live | None = None

    def __len__(self) -> int:
        """How many views are live."""
        return len(self._live) if self._live is not None else 0

    def show(self, make: Callable[[], View]) -> bool:
        """Show a view below the cell that runs, and keep it up to date; False where nobody looks."""
        from sio_lab.views import screen

        if not self._lab.live or not screen.is_live():
            return False
        self.displayed.show(make())
        return True

    def drop(self, cell: str | None) -> None:
        """Close the views that a cell displayed: it is run anew, or was deleted."""
        if self._live is not None:
            self._live.drop(cell)

    def still(self, *, at_the_end: bool = False) -> None:
        """Put pictures in the place of all views; but where a page has asked for what ends them, it goes on."""
        if self._live is not None and not is_on_a_page():
            self._live.still(at_the_end=at_the_end)

    # --- the views ----------------------------------------------------------------------------------------------

    def table(self, table: Table) -> bool:
        """Show a table live; False where that can't be, or where no row will be added to it."""
        return table.is_open and self.show(
            lambda: TableView(table.title, table.feed(), self.acting.answers, table.picture)
        )

    def dashboard(self) -> Shows:
        """Return the dashboard."""
        return Shows(self._dashboard, self.show)

    def sequence(self, filter_text: str) -> Sequence:
        """Return the sequence diagram. Raises FilterError where the filter can't be read."""
        make = partial(SequenceView, self._lab.log, self._lab.reader, filter_text, self.acting.answers)
        make()  # a filter that can't be read is told at once
        return Sequence(make, self.show)

    def room_map(self) -> Shows:
        """Return the room map."""
        return Shows(lambda: RoomMapView(self._lab.log, self.acting.answers), self.show)

    def panels(self, names: tuple[str, ...]) -> Shows:
        """Return the panels of the lab's own clients. Raises TargetError for a name that no client has."""
        lab = self._lab
        there = [client.name for client in lab.named_clients]
        for name in names:
            if name not in there:
                raise TargetError(f"The lab has no client {name!r}; it has: {', '.join(there) or 'none'}.")
        find, answers = lab.named_clients.get, self.acting.answers
        return Shows(
            lambda: PanelsView(lab.log, find, names or there, answers, read_arguments, read=lab.reader), self.show
        )

    def classroom_view(self) -> ClassroomView:
        """Return the card of a class. Raises LabError of a capture, which none comes into."""
        if self._classroom is None:
            raise LabError("No class comes into a capture.")
        return ClassroomView(self._classroom.look, self._classroom.answers)

    def _dashboard(self) -> DashboardView:
        lab = self._lab
        # What the diagram in it is asked for is asked of the dashboard.
        sequence = SequenceView(lab.log, lab.reader, "", self.acting.answers)
        shown: dict[str, Feed] = {table.title: table.feed() for table in self._tables()}
        feeds = {"status": StatusFeed(lab.log, lab.status), **shown, **sequence.feeds, "map": MapFeed(lab.log)}
        answers = dict(sequence.answers)
        if self._classroom is not None:
            feeds["class"] = ClassFeed(self._classroom.look)
            answers |= self._classroom.answers
        return DashboardView(feeds, answers, self._dashboard_picture, self._capture)

    def _tables(self) -> list[Table]:
        log, read = self._lab.log, self._lab.reader
        small = (tables.clients, tables.rooms, tables.namespaces, tables.handlers, tables.tasks)
        rows = (tables.traffic, tables.errors)
        acks = tables.acks(log, read, listening=self._lab.named_clients.listens)
        return [*(make(log) for make in small), *(make(log, read) for make in rows), acks]

    def _dashboard_picture(self) -> dict[str, str]:
        """Return the state in a line, and below it, in a notebook, who was connected then and what had happened."""
        status, traffic = self._lab.status(), tables.traffic(self._lab.log, self._lab.reader)
        shown = [tables.clients(self._lab.log).picture(), traffic.picture()]
        pictures = "".join(picture["text/html"] for picture in shown)
        when = "" if self._capture else f" (at {values.moment(time.time_ns())})"
        # No link: a picture is looked at when the server has long gone.
        told = escape(repr(status)).replace("\n", "<br>")
        head = f"<p>{told}{when}</p>"
        return {"text/plain": repr(status), "text/html": head + pictures}

    @property
    def displayed(self) -> Live:
        """What is on display, live."""
        if self._beside is not None:
            return self._beside().displayed
        if self._live is None:
            from sio_lab.views.live import Live

            self._live = Live(self._lab.log, self._cell)
        return self._live

    def _cell(self) -> str | None:
        owner = self._lab.cells.current
        return None if owner is None or owner.anonymous else owner.cell

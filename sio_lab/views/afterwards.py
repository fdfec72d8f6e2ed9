"""What can be done with a row once it has happened: explained, run again, exported as a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.views import values
from sio_lab.views.told_replay import told_replay
from sio_lab.views.told_why import told_why

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.views.row import TrafficRow

RUNS = frozenset({"event", "connect", "disconnect"})
"""Kinds of rows that handlers are run for."""


@dataclass(frozen=True)
class Afterwards:
    """What is done with rows; what is None can't be done here, and is not offered."""

    why: Callable[[int], Any] | None = None
    """Gives what `told_why` takes."""

    replay: Callable[[int], Sequence[Any]] | None = None
    """Runs a row again and gives one comparison, as `told_replay` takes them."""

    export: Callable[[str], str] | None = None
    """Gives the text of a pytest file of the rows that a filter lets through."""

    has_cells: bool = False
    """Whether there are cells that a command can be pasted into."""

    @property
    def names(self) -> list[str]:
        """What may be asked for here: any of `why`, `replay`, `export`."""
        return [name for name in ("why", "replay", "export") if getattr(self, name) is not None]

    def can(self, row: TrafficRow) -> list[str]:
        """Return what is offered for a row: `why`, `replay`, `export`, and the commands `debug` and `rerun`."""
        is_run = row.kind in RUNS and row.handled is not None and row.handled.handler is not None
        offers = {
            "why": self.why is not None,
            "replay": self.replay is not None and row.kind in RUNS,
            "export": self.export is not None and row.kind == "event",
            "debug": self.has_cells and is_run and row.status == "raised",
            "rerun": self.has_cells and is_run,
        }
        return [name for name, is_offered in offers.items() if is_offered]

    def explained(self, row: TrafficRow) -> dict[str, Any]:
        """Return why something happened to a row. Raises LabError where that is not offered."""
        return told_why(_offered(self.why, "explain rows")(row.seq))

    def replayed(self, row: TrafficRow) -> dict[str, Any]:
        """Run a row's handler again and return both outcomes. Raises LabError where that is not offered, or fails."""
        [compared] = _offered(self.replay, "replay rows")(row.seq)
        return told_replay(compared)

    def exported(self, row: TrafficRow, form: str) -> dict[str, str]:
        """Return a test of what a row's client did: `name` of the file, and its `text`.

        Raises LabError where the client can't be told, or the test can't be made.
        """
        if form != "pytest":
            raise LabError(f"A row is exported as pytest, not as {form!r}.")
        export = _offered(self.export, "export tests")
        return {"name": file_name(row), "text": export(filter_of(row))}


def filter_of(row: TrafficRow) -> str:
    """Return the filter for all that the client of a row did. Raises LabError where the row has none."""
    if row.client and _is_word(row.client):
        return f"client:{row.client}"
    if row.sid:
        return f"sid:{row.sid}"
    raise LabError(
        f"Row {row.seq} does not tell which client it is of, so there is nobody whose events a test could send."
    )


def file_name(row: TrafficRow) -> str:
    """Return the name of a file for a client's test: letters, digits and underscores, however that is called."""
    called = row.client or values.short_sid(row.sid or "")
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in called).strip("_").lower()
    return f"test_{plain or 'client'}.py"


NOTHING = Afterwards()
"""Where rows are looked at, and no more."""


def _is_word(name: str) -> bool:
    """Tell whether a filter takes a name as it is."""
    return name.isascii() and name.replace("_", "").replace("-", "").isalnum()


def _offered(act: Callable[..., Any] | None, what: str) -> Callable[..., Any]:
    if act is None:
        raise LabError(f"This view can't {what}.")
    return act

"""What the verbs give back: who was reached, and how the server is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, overload

from sio_lab.core.elsewhere import is_elsewhere, told_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LISTED = 8


@dataclass(frozen=True, eq=False)
class Reached(Sequence[str]):
    """The sids that an act reached, in the order the server sent; shown by their clients' names."""

    sids: tuple[str, ...]
    namespace: str
    what: str = ""
    """What they were reached by: the event's name, or what was done."""

    names: tuple[str, ...] = ()
    """What the lab calls each of them: its client's name, else the sid."""

    hint: str | None = field(default=None)
    """Why nobody was reached."""

    @classmethod
    def named(
        cls,
        sids: Iterable[str],
        namespace: str,
        what: str,
        name_of: Callable[[str], str | None],
        hint: str | None = None,
    ) -> Reached:
        """Make one, with the names that `name_of` gives."""
        reached = tuple(sids)
        return cls(reached, namespace, what, tuple(name_of(sid) or sid for sid in reached), hint)

    def __len__(self) -> int:
        """How many were reached."""
        return len(self.sids)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        """Return a sid, or several."""
        return self.sids[index]

    def __eq__(self, other: object) -> bool:
        """Equal where the same sids were reached, in whatever order."""
        if isinstance(other, (str, bytes)) or not isinstance(other, (Sequence, set, frozenset)):
            return NotImplemented
        return sorted(self.sids) == sorted(map(str, other))

    def __hash__(self) -> int:
        """Hash by the sids alone."""
        return hash(tuple(sorted(self.sids)))

    def __repr__(self) -> str:
        """Return who was reached, in one line."""
        head = f"{self.what} → " if self.what else ""
        if not self.sids:
            return f"{head}nobody in {self.namespace}" + (f": {self.hint}" if self.hint else "")
        more = f" and {len(self) - LISTED} more" if len(self) > LISTED else ""
        counted = f"{len(self)} client{'s' if len(self) > 1 else ''} in {self.namespace}"
        return f"{head}{', '.join(self.names[:LISTED])}{more} ({counted})"


@dataclass(frozen=True, slots=True)
class Status:
    """How the server is right now."""

    running: bool
    url: str | None
    """Where it listens."""

    clients: int
    """Clients connected, counted once for each namespace."""

    rooms: int
    """Rooms with somebody in them, personal ones left out."""

    handlers: int
    records: int
    """Records kept in the log."""

    dropped: int
    """Records that have left the log."""

    busy: tuple[str, ...] = ()
    """Handlers that still run."""

    note: str | None = None
    """What the verb that gave this has to say."""

    long: tuple[str, ...] = ()
    """What is said of those that have been running for long."""

    classroom: str | None = None
    """What is said of a class that is let in."""

    capture: str | None = None
    """What is shown, where it is no server but a capture."""

    recording: Kept | None = None
    """What is being recorded."""

    def __repr__(self) -> str:
        """Return one line, and more for what needs attention."""
        return "\n".join([self._state(), *self._remarks()])

    def _repr_html_(self) -> str:
        text = escape(repr(self)).replace("\n", "<br>")
        if not self.url or is_elsewhere():
            return text
        url = escape(self.url)
        return text.replace(url, f'<a href="{url}" target="_blank" rel="noopener">{url}</a>', 1)

    def _state(self) -> str:
        if self.capture is not None:
            return self.capture
        if not self.running:
            return "The server is stopped. Start it: %sio start, lab.start()"
        counts = ((self.clients, "client"), (self.rooms, "room"), (self.handlers, "handler"), (self.records, "record"))
        counted = ", ".join(f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in counts)
        return f"Serving {told_place(self.url)}: {counted}"

    def _remarks(self) -> list[str]:
        dropped = f"{self.dropped:,} older records have left the log." if self.dropped else None
        busy = f"Still running: {', '.join(self.busy[:LISTED])}." if self.busy else None
        recording = repr(self.recording) if self.recording is not None else None
        return [
            remark for remark in (self.note, self.classroom, recording, dropped, busy, *self.long[:LISTED]) if remark
        ]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the log in a file."""

    path: str | None
    """The file; None where nothing is."""

    count: int
    """How many records are in it."""

    doing: str = ""
    """What is, or was, done: `Saved`, `Recorded`, `Recording`."""

    note: str | None = None
    """What else there is to say."""

    def __repr__(self) -> str:
        """Return what was done, and what can be done next."""
        if self.path is None:
            return "Nothing is being recorded: %sio record PATH records to a file from now on."
        counted = f"{self.count:,} record{'' if self.count == 1 else 's'}"
        if self.doing == "Recording":
            return f"Recording to {self.path}: {counted} so far. %sio record, without a path, ends it."
        path = self.path if self.path.split() == [self.path] else repr(self.path)
        opened = f"Open it: %sio load {path}, sio_lab.load({self.path!r})"
        return " ".join(filter(None, (f"{self.doing} {counted} to {self.path}.", self.note, opened)))

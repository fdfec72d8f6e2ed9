"""Two captures side by side: what `lab.diff` and `%sio diff` return."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sio_lab.core.differ import Differences, differ
from sio_lab.core.profile import Account, account, handlers_of
from sio_lab.core.selection import Selection
from sio_lab.errors import LabError
from sio_lab.tables import Traffic
from sio_lab.views import diff as view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from sio_lab.core.columns import Columns
    from sio_lab.core.differ import Change


@dataclass(frozen=True, repr=False)
class Diff:
    """What changed between two captures; true where anything did."""

    before: str
    """What the first one is called."""

    after: str
    """What the second one is called."""

    differences: Differences
    """All changes, and what is the same."""

    @property
    def columns(self) -> Columns:
        """The changes as columns of plain Python values."""
        return self.differences.columns()

    @property
    def df(self) -> pd.DataFrame:
        """The changes as a DataFrame: namespace, direction, kind, event, what, args, before, after, change."""
        from sio_lab.frames import frame

        return frame(self.columns)

    def __len__(self) -> int:
        """How many changes there are."""
        return len(self.differences.changes)

    def __iter__(self) -> Iterator[Change]:
        """Go through the changes, the gravest first."""
        return iter(self.differences.changes)

    def __repr__(self) -> str:
        """Return what changed as text, event by event."""
        return view.text(self.differences, self.before, self.after)

    def _repr_html_(self) -> str:
        return view.html(self.differences, self.before, self.after)


def compare(before: Any, after: Any, load: Callable[[str | PathLike[str]], Any]) -> Diff:
    """Compare two captures, each a path, which `load` opens, or what has a `log` and a `reader`, or a traffic table.

    Raises LabError where it is none of these, and what `load` raises.
    """
    (first, old), (second, new) = (_side(each, load) for each in (before, after))
    return Diff(first, second, differ(old, new))


def _side(thing: Any, load: Callable[[str | PathLike[str]], Any]) -> tuple[str, Account]:
    """Return what a side is called, and the account of it."""
    if isinstance(thing, (str, PathLike)):
        return Path(thing).name, _side(load(thing), load)[1]
    if isinstance(thing, Traffic):
        return thing.title, _account(thing.selection)
    log, read = getattr(thing, "log", None), getattr(thing, "reader", None)
    if log is None or read is None:
        raise LabError(
            f"There is nothing to compare in {thing!r:.100}: give the path of a capture, what sio_lab.load returned, "
            "the lab, or a traffic table."
        )
    return _name(thing), _account(Selection(log, read))


def _name(thing: Any) -> str:
    path = getattr(thing, "path", None)
    return Path(path).name if isinstance(path, (str, PathLike)) else "the lab"


def _account(within: Selection) -> Account:
    with within.log.lock:
        handlers = handlers_of(within.log.state)
    # Not under the lock: to read payloads takes its time, and events go on.
    return account(within.merged(), within.log.state, within.read, handlers)

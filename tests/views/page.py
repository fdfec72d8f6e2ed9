"""What a page makes of the feeds: states and patches, applied as the page's own code does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.views.packed import CELLS, CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.views.feed import Feed

_NUMBERS = {"seq", "time", "ms", "cause", "failed", "recipients"}


class TrafficPage:
    """A page that shows traffic."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.rows: dict[int, dict[str, Any]] = {}
        self.skipped = 0
        self._take(feed.state())

    def turn(self) -> None:
        """Take in one patch, as JSON would bring it."""
        patch = self.feed.patch()
        if patch is not None:
            self._take(patch)

    @property
    def seqs(self) -> list[int]:
        return sorted(self.rows)

    @property
    def events(self) -> list[str | None]:
        return [self.rows[seq]["event"] for seq in self.seqs]

    def _take(self, told: Mapping[str, Any]) -> None:
        words = told["words"]
        self.skipped += told["skipped"]
        for packed in told["rows"]:
            row = _read(CELLS, packed, words)
            self.rows[row["seq"]] = row
        for packed in told.get("changes", ()):
            change = _read(CHANGES, packed, words)
            known = self.rows.get(change["seq"])
            if known is not None:
                known.update({name: value for name, value in change.items() if value is not None})
        for seq in told.get("gone", ()):
            self.rows.pop(seq, None)


class KeyedPage:
    """A page that shows a small table."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        state = feed.state()
        self.columns = [column["name"] for column in state["columns"]]
        self.rows: dict[str, dict[str, Any]] = {row["key"]: row for row in state["rows"]}
        feed.patch()  # what the state has told already

    def turn(self) -> None:
        """Take in one patch."""
        patch = self.feed.patch()
        if patch is not None:
            for key in patch["gone"]:
                self.rows.pop(key, None)
            self.rows.update({row["key"]: row for row in patch["rows"]})
            self.rows = {key: self.rows[key] for key in patch.get("order", self.rows)}

    def column(self, name: str) -> list[str]:
        place = self.columns.index(name)
        return [_text(row["cells"][place]) for row in self.rows.values()]


def _read(names: tuple[str, ...], packed: list[Any], words: list[str]) -> dict[str, Any]:
    told = dict(zip(names, packed, strict=True))
    return {name: value if name in _NUMBERS or value is None else words[value] for name, value in told.items()}


def _text(cell: Any) -> str:
    return str(cell if isinstance(cell, str) else cell[0])

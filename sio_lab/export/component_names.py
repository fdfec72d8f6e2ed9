"""Names of a document's components: made of letters, digits, dots, dashes and underscores, and each of them once."""

from __future__ import annotations

import re

_ODD = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST = 60
"""Characters that are kept of a name; what clients send may be of any length."""


class ComponentNames:
    """Gives out names: one that is taken already gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def give(self, *parts: str) -> str:
        """Return a free name made of `parts`, dots between them: `root.receive.chat`, `root.receive.chat_2`."""
        wished = ".".join(map(plain, parts))
        number = self._last.get(wished, 0) + 1
        name = wished if number == 1 else f"{wished}_{number}"
        while name in self._taken:
            number += 1
            name = f"{wished}_{number}"
        self._last[wished] = number
        self._taken.add(name)
        return name


def plain(text: str) -> str:
    """Return `text` with each run of odd characters as one underscore, bounded; `_` where nothing is left."""
    return _ODD.sub("_", text[: 4 * LONGEST]).strip("_")[:LONGEST] or "_"

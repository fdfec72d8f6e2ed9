"""Names for what a file defines: valid ones, that hide nothing."""

from __future__ import annotations

import builtins
import keyword
import re

_MOST = 30
_KEPT = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist})


class Names:
    """Hands out names, each once."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = {*taken, *_KEPT}

    def new(self, wanted: str, instead: str) -> str:
        """Return a name as near to `wanted` as ASCII can be; made of `instead` where that would be none.

        Whatever is wanted, only lower case letters, digits and underscores come out.
        """
        plain = re.sub(r"\W+", "_", wanted[:200].lower(), flags=re.ASCII).strip("_")[:_MOST]
        base = plain if plain.isidentifier() else f"{instead}_{plain}".rstrip("_")
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name

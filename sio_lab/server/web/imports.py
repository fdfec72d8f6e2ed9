"""The addresses from which a script imports modules, and where in its text they stand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = r"//[^\n]*+|/\*.*?(?:\*/|\Z)"
"""One that never ends goes on to the script's end: looked for again and again, its end would take minutes."""

_STRING = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
_BETWEEN = rf"(?:\s|{_COMMENT})*+"
_IMPORT = rf"(?<![\w$.])(?:from|import)\b{_BETWEEN}\(?{_BETWEEN}(?P<address>{_STRING})"
_TOKEN = re.compile(rf"{_COMMENT}|{_IMPORT}|{_STRING}|`(?:[^`\\]|\\.)*`", re.DOTALL)
_VALUE = re.compile(r'(?P<colon>:\s*)?(?P<text>"(?:[^"\\]|\\.)*")', re.DOTALL)


def imported(script: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, address) of what a script's text imports, statically or not; quotes are within the places.

    What stands in comments, strings and templates is none. An address that is written with escapes is left out.
    """
    for token in _TOKEN.finditer(script):
        address = token["address"]
        if address is not None and "\\" not in address:
            yield token.start("address"), token.end("address"), address[1:-1]


def mapped(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, address) of the addresses in the text of an import map; quotes are within the places."""
    for value in _VALUE.finditer(text):
        if value["colon"] is None:
            continue
        try:
            address = json.loads(value["text"])
        except ValueError:
            continue
        if not address.endswith("/"):  # a whole folder's
            yield value.start("text"), value.end("text"), address

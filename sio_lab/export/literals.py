"""Values as Python source, laid out as black lays them out.

What clients sent enters a file here only, as literals: never as text that could be code. What does not fit a line is
put one element a line with a trailing comma, which black leaves as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

WIDTH = 88
"""The longest line, in characters: black's."""

_STEP = " " * 4


class Unwritable(Exception):
    """A value that no literal of JSON and bytes stands for; the text says which."""


@dataclass(frozen=True, slots=True)
class Code:
    """An expression of the file's own, such as the name of a variable; nothing that was received."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the file's own functions."""

    function: str
    """What is called, as source."""

    arguments: tuple[Any, ...]
    """Values, or `Code`."""

    keywords: tuple[tuple[str, Any], ...] = ()
    """Name and value of the keyword arguments."""


def flat(value: Any) -> str:
    """Return a value's source in one line.

    Raises Unwritable for what is neither JSON, nor bytes, nor the file's own code.
    """
    if isinstance(value, Code):
        return value.text
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(flat, value))}]"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(flat, value)))}}}" if value else "set()"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{flat(key)}: {flat(each)}' for key, each in value.items())}}}"
    if isinstance(value, Call):
        return f"{value.function}({', '.join(prefix + flat(each) for prefix, each in _arguments(value))})"
    return _scalar(value)


def written(value: Any, before: str = "", behind: str = "", depth: int = 1) -> list[str]:
    """Return the lines of a value behind `before`, with `behind` at the end, `depth` levels of four spaces deep."""
    indent = _STEP * depth
    line = f"{indent}{before}{flat(value)}{behind}"
    opened = _opened(value)
    if opened is None or fits(line):
        return [line]
    start, elements, end = opened
    inner = (line for prefix, each in elements for line in written(each, prefix, ",", depth + 1))
    return [f"{indent}{before}{start}", *inner, f"{indent}{end}{behind}"]


def compared(left: str, value: Any, depth: int = 1) -> list[str]:
    """Return the lines that assert that an expression of the file's own equals a value."""
    if fits(f"{_STEP * depth}assert {left} == {flat(value)}") or isinstance(value, (list, dict, frozenset)):
        return written(value, f"assert {left} == ", depth=depth)
    return written([value], f"assert [{left}] == ", depth=depth)


def fits(line: str) -> bool:
    """Tell whether a line is short enough, however wide its characters are shown."""
    return len(line) + sum(not each.isascii() for each in line) <= WIDTH


def _opened(value: Any) -> tuple[str, list[tuple[str, Any]], str] | None:
    """Return how a value begins, its elements with what stands before each, and how it ends; None for a scalar."""
    if isinstance(value, (list, tuple)) and value:
        return "[", [("", each) for each in value], "]"
    if isinstance(value, frozenset) and value:
        return "{", [("", each) for each in sorted(value, key=flat)], "}"
    if isinstance(value, dict) and value:
        return "{", [(f"{flat(key)}: ", each) for key, each in value.items()], "}"
    if isinstance(value, Call) and (value.arguments or value.keywords):
        return f"{value.function}(", _arguments(value), ")"
    return None


def _arguments(call: Call) -> list[tuple[str, Any]]:
    return [*(("", each) for each in call.arguments), *((f"{name}=", each) for name, each in call.keywords)]


def _scalar(value: Any) -> str:
    kind = type(value)
    if kind is str or kind is bytes:
        return _quoted(repr(value))
    if kind is float and not math.isfinite(value):
        return f'float("{value}")'
    if kind is float:
        return repr(value).replace("e+", "e")
    if value is None or kind in {bool, int}:
        try:
            return repr(value)
        except ValueError as error:
            raise Unwritable(f"an integer too long to be written: {error}") from None
    raise Unwritable(f"a {kind.__name__}, which is neither JSON nor bytes")


def _quoted(source: str) -> str:
    """Return a literal in double quotes, where that takes no more backslashes than `repr` gives it."""
    prefix, text = ("b", source[1:]) if source.startswith("b") else ("", source)
    if text[0] == '"':
        return source
    body = text[1:-1]
    inner = body.replace("\\'", "'")
    if inner.count('"') > len(body) - len(inner):
        return source
    return f'{prefix}"{inner}"' if '"' not in inner else prefix + '"' + inner.replace('"', '\\"') + '"'

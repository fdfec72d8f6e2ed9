"""The string that is open at the end of a text of Python, and what it is an argument of.

A cell that is being written is no valid Python, so it is read token by token, and what does not fit is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<space> [^\S\n]++ | \#[^\n]*+ | \\\n )
    | (?P<string> [A-Za-z]{0,2}(?P<quote> \"{3} | '{3} | " | ' ) )
    | (?P<name> [^\W\d]\w*+ )
    | (?P<number> \d\w*+ )
    | (?P<compared> [=!<>:]= | \*\* )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_STRINGS = {
    '"': re.compile(r'(?:[^"\\\n]++|\\.)*+("|\n)?', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]++|\\.)*+('|\n)?", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]++|\\.|"(?!""))*+(""")?', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]++|\\.|'(?!''))*+(''')?", re.DOTALL),
}
"""Opening quote -> what follows it, up to the closing one, which is the group; none where the string is open."""


@dataclass(slots=True)
class _Bracket:
    """A bracket that is open."""

    sign: str
    called: tuple[str, ...]
    """The names, with dots between them, in front of it."""

    index: int = 0
    """How many commas stand in it."""

    keyword: str = ""
    """The argument's name, where it has one."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A string that is not closed yet, and what it is an argument of."""

    start: int
    """Where its text begins, behind the quote."""

    quote: str
    called: tuple[str, ...]
    """What is called: `("lab", "traffic", "where")`; calls and subscripts on the way are left out."""

    index: int
    """Its place among the arguments."""

    keyword: str
    """The argument's name; empty for one that is known by its place."""


def open_argument(left: str) -> Argument | None:
    """Return the string that is open at the end of a text, if it is a whole argument of a call, or one of its list."""
    return _Reader(left).read()


class _Reader:
    """Reads Python up to the cursor, and keeps the brackets that are open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Bracket] = []
        self._names: tuple[str, ...] = ()
        self._before = ""

    def read(self) -> Argument | None:
        """Return the open string at the end."""
        at = 0
        while match := _TOKEN.match(self._text, at):
            at = match.end()
            if match["quote"]:
                string = _STRINGS[match["quote"]].match(self._text, at)
                if string is None or string[1] is None:
                    return self._argument(at, match["string"])
                at = string.end()
                self._note("", ())
            elif match["name"]:
                is_part = self._before == "."
                self._note("name", (*self._names, match["name"]) if is_part and self._names else (match["name"],))
            elif not match["space"]:
                self._sign(match.group())
        return None

    def _note(self, before: str, names: tuple[str, ...]) -> None:
        self._before, self._names = before, names

    def _sign(self, sign: str) -> None:
        """Note a bracket, a comma, or whatever else is no word."""
        top = self._open[-1] if self._open else None
        if sign == "\n" and top is not None:
            return
        names: tuple[str, ...] = ()
        if sign in "([{":
            self._open.append(_Bracket(sign, self._names))
        elif sign in ")]}":
            # What was called may be followed by a dot: lab.traffic.where("...").where("
            names = self._open.pop().called if self._open else ()
        elif sign == ".":
            names = self._names
        elif top is not None and sign == ",":
            top.index, top.keyword = top.index + 1, ""
        elif top is not None and sign == "=" and self._before == "name":
            top.keyword = self._names[-1]
        self._note(sign, names)

    def _argument(self, start: int, opening: str) -> Argument | None:
        if len(opening) != 1 or self._before not in {"(", "[", ",", "="}:
            return None  # a prefix, three quotes, or a string that goes on from something else
        brackets = self._open[::-1]
        while len(brackets) > 1 and brackets[0].sign in "([" and not brackets[0].called:
            del brackets[0]
        if not brackets or brackets[0].sign != "(" or not brackets[0].called:
            return None
        call = brackets[0]
        return Argument(start, opening, call.called, call.index, call.keyword)

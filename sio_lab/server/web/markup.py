"""The tags of a page that say which scripts it loads, and where in its text they stand."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate

_ATTRIBUTE = re.compile(r"""[\s/]*(=?[^\s/>=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>][^\s>]*))?""")
_END = re.compile(r"[\s/]*>")
_SCRIPTS_OF_JAVASCRIPT = re.compile(r"|(?:text|application)/(?:x-)?(?:java|ecma|j|live)script(?:\s*;.*)?|module")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag; places are those in the page's text."""

    value: str
    """What it means; an empty text where it has no value."""

    raw: str
    """It as it is written, without what stands before it."""

    start: int
    """Where the blanks before it begin."""

    value_start: int
    """Where its value begins, with the quotes around it."""

    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag."""

    start: int
    end: int
    attributes: dict[str, Attribute]
    """By name in small letters; the first one of a name counts."""

    def get(self, name: str) -> str | None:
        """Return an attribute's value; None where there is none of the name."""
        found = self.attributes.get(name)
        return None if found is None else found.value


@dataclass(frozen=True, slots=True)
class Script:
    """A script element that is whole: a browser runs no other."""

    tag: Tag
    end: int
    """Where its text ends; it begins at the end of the tag."""

    base: str | None
    """What a `<base>` before it has given for the address that URLs are relative to."""

    @property
    def kind(self) -> str:
        """What it is: `classic`, `module`, `importmap`, or nothing where it is not run."""
        kind = (self.tag.get("type") or "").strip().lower()
        if kind in {"module", "importmap"}:
            return kind
        return "classic" if _SCRIPTS_OF_JAVASCRIPT.fullmatch(kind) else ""


@dataclass(slots=True)
class Page:
    """What a page loads."""

    scripts: list[Script] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    """Its own Content-Security-Policies, of `<meta>` tags."""


def read_page(text: str) -> Page:
    """Return what a page loads. Any text can be read; what is in comments, text areas and the like is no tag."""
    reader = _Reader(text)
    with suppress(AssertionError):  # html.parser's, of a `<![` that it does not know; a browser skips it
        # Never closed: what is cut off at the end, as a comment that goes on to there, is not to be read as tags.
        reader.feed(text)
    return reader.page


_WITHOUT_TAGS = frozenset(
    {"script", "style", "textarea", "title", "noscript", "iframe", "xmp", "noembed", "noframes", "plaintext"}
)
"""Elements in which a browser sees no tags; html.parser of before 3.13.6 knows of the first two only."""


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.page = Page()
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._base: str | None = None
        self._open: Tag | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a start tag."""
        del attrs  # they come without their places
        if tag in _WITHOUT_TAGS:
            self.set_cdata_mode(tag)
        if tag not in {"script", "base", "meta"}:
            return
        found = _tag(self.get_starttag_text() or "", self._place())
        if tag == "script":
            self._open = found
        elif tag == "base" and self._base is None and found is not None:
            self._base = found.get("href")
        elif found is not None and (found.get("http-equiv") or "").lower() == "content-security-policy":
            self.page.policies.append(found.get("content") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag that ends in a slash, which to a browser means nothing in HTML."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Take in an end tag."""
        if tag == "script" and self._open is not None:
            self.page.scripts.append(Script(self._open, self._place(), self._base))
            self._open = None

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _tag(text: str, start: int) -> Tag | None:
    """Take a start tag apart; None where a browser might do so otherwise."""
    place = re.match(r"<[^\s/>]*", text)
    at = place.end() if place else 0
    attributes: dict[str, Attribute] = {}
    while found := _ATTRIBUTE.match(text, at):
        raw = text[found.start(1) : found.end()]
        value = found[2] or ""
        value = unescape(value[1:-1] if value[:1] in {'"', "'"} else value)
        where = (start + found.start(), start + found.end() - len(found[2] or ""), start + found.end())
        attributes.setdefault(found[1].lower(), Attribute(value, raw, *where))
        at = found.end()
    end = _END.match(text, at)
    return Tag(start, start + len(text), attributes) if end and end.end() == len(text) else None

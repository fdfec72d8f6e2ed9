"""Pages as text whose places are found again in their bytes."""

from __future__ import annotations

import codecs
import re

_PLAIN = "".join(map(chr, range(0x20, 0x7F)))
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_IN_TYPE = re.compile(r"""charset\s*=\s*["']?([\w:.+-]+)""", re.IGNORECASE)
_IN_META = re.compile(rb"""<meta\b[^>]*\bcharset\s*=\s*["']?([\w:.+-]+)""", re.IGNORECASE)
_FIRST_BYTES = 1024
_SHIFTING = ("iso2022", "hz", "utf-7", "utf_7")
"""Codecs in which a byte below 128 is another character behind an escape sequence."""


def read(body: bytes, content_type: str) -> tuple[str, str] | None:
    """Return a page as text and the codec that makes the same bytes of it again; None where there is none such.

    Nearly every charset writes tags as ASCII does: there each byte is read as one character, whatever it means.
    """
    named = _IN_TYPE.search(content_type)
    declared = _IN_META.search(body[:_FIRST_BYTES])
    charset = named[1] if named else declared[1].decode("ascii") if declared else "utf-8"
    charset = next((name for mark, name in _MARKS.items() if body.startswith(mark)), charset)
    try:
        if _writes_tags_as_ascii(charset):
            return body.decode("latin-1"), "latin-1"
        text = body.decode(charset)
        return (text, charset) if text.encode(charset) == body else None
    except (LookupError, ValueError):
        return None


def _writes_tags_as_ascii(charset: str) -> bool:
    if codecs.lookup(charset).name.startswith(_SHIFTING):
        return False
    ascii_bytes = _PLAIN.encode("ascii")
    return _PLAIN.encode(charset, "replace") == ascii_bytes and ascii_bytes.decode(charset, "replace") == _PLAIN

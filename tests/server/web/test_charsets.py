"""Pages in any charset: what is read makes the same bytes again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.server.web.charsets import read

PAGE = '<script src="x"></script>'


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "windows-1252", "shift_jis", "gbk", "big5", "koi8-r"])
def test_where_tags_are_ascii_each_byte_is_a_character(charset: str) -> None:
    body = PAGE.encode(charset) + b"\xff\x82\xa0"
    assert read(body, f"text/html; charset={charset}") == (body.decode("latin-1"), "latin-1")


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "iso2022_jp", "utf-7", "utf-32-le", "cp037"])
def test_else_the_text_is_read(charset: str) -> None:
    body = ("あ" * (charset != "cp037") + PAGE).encode(charset)
    found = read(body, f'text/html; charset="{charset}"')
    assert found is not None
    text, codec = found
    assert PAGE in text
    assert text.encode(codec) == body


def test_the_charset_is_that_of_the_header_of_a_mark_or_of_the_page() -> None:
    body = f"<meta charset='iso-2022-jp'>{PAGE}".encode()
    assert read(body, "text/html") == (body.decode(), "iso-2022-jp")
    assert read(body, "text/html; charset=utf-8") == (body.decode(), "latin-1")
    marked = b"\xff\xfe" + PAGE.encode("utf-16-le")
    assert read(marked, "text/html; charset=utf-8") == (f"\ufeff{PAGE}", "utf-16-le")


@pytest.mark.parametrize("charset", ["klingon", "rot13", "hex", "zlib"])
def test_an_unknown_one_is_not_read(charset: str) -> None:
    assert read(PAGE.encode(), f"text/html; charset={charset}") is None


def test_bytes_that_are_not_of_their_charset_are_not_read() -> None:
    assert read(b"\x00", "text/html; charset=utf-16-le") is None


@given(st.binary(), st.sampled_from(["utf-8", "utf-16", "iso-2022-jp", "utf-7", "latin-1"]))
def test_what_is_read_makes_the_same_bytes(body: bytes, charset: str) -> None:
    found = read(body, f"text/html; charset={charset}")
    assert found is None or found[0].encode(found[1]) == body

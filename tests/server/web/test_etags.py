"""The ETag of a mended page is the page's own with a mark, which the program never sees."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.server.web.etags import Mark

MARK = Mark("4.8.4", "a/b", "5000")
MARKED = "-sio-lab-4.8.4-a_b-5000"


@pytest.mark.parametrize(
    ("own", "mended"),
    [('"x"', f'"x{MARKED}"'), ('W/"x"', f'W/"x{MARKED}"'), ("bad", "bad")],
)
def test_it_is_put_on(own: str, mended: str) -> None:
    assert MARK.put_on(own) == mended


@pytest.mark.parametrize(
    ("asked", "is_kept", "own"),
    [
        (f'"x{MARKED}"', True, '"x"'),
        (f'W/"x{MARKED}", "y"', True, 'W/"x"'),
        ('"x"', False, None),
        ('"x-sio-lab-4.7.0-a_b-5000"', False, None),
        ("*", False, None),
        (None, False, None),
    ],
)
def test_it_is_taken_off(asked: str | None, own: str | None, *, is_kept: bool) -> None:
    environ: dict[str, Any] = {"HTTP_IF_MODIFIED_SINCE": "now", "OTHER": "1"}
    if asked is not None:
        environ["HTTP_IF_NONE_MATCH"] = asked
    assert MARK.is_kept(environ) is is_kept
    MARK.taken_off(environ)
    assert environ == {"OTHER": "1"} | ({"HTTP_IF_NONE_MATCH": own} if own else {})

from __future__ import annotations

import pytest

from tests.benchmarks.raw.http import Answer, whole_answer

SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n4\r\n you\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("data", "expected"), [(SIZED, Answer(b"hello", closes=False)), (CHUNKED, Answer(b"hello you", closes=True))]
)
def test_an_answer_is_whole_when_its_last_byte_is_there(data: bytes, expected: Answer) -> None:
    assert [whole_answer(data[:end]) for end in range(len(data))] == [None] * len(data)
    assert whole_answer(data) == expected


def test_an_error_is_raised() -> None:
    with pytest.raises(ConnectionError, match=r"400 Bad Request.*no such sid"):
        whole_answer(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\n\r\nno such sid")

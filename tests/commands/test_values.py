from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.commands import values
from sio_lab.commands.words import read_word
from sio_lab.errors import Usage

if TYPE_CHECKING:
    from sio_lab.commands.values import Kind

VARIABLES = {
    "text": "ada",
    "number": 7,
    "half": 0.5,
    "raw": b"\x00",
    "both": ("ada", 7),
    "nothing": None,
    "yes": True,
    "nan": float("nan"),
    "deep": [["ada"]],
}


def read(kind: Kind, text: str) -> Any:
    return kind.read(read_word(text, 0, VARIABLES))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (values.JSON, "hello", "hello"),
        (values.JSON, "-5", -5),
        (values.JSON, "1.5e3", 1500.0),
        (values.JSON, "true", True),
        (values.JSON, "null", None),
        (values.JSON, "True", "True"),
        (values.JSON, "007", "007"),
        (values.JSON, "1.", "1."),
        (values.JSON, "10.0.0.1", "10.0.0.1"),
        (values.JSON, "2024-01-01", "2024-01-01"),
        (values.JSON, "hello,", "hello,"),
        (values.JSON, "a[0]", "a[0]"),
        (values.JSON, '"5"', "5"),
        (values.JSON, "'5'", 5),
        (values.JSON, "'hello world'", "hello world"),
        (values.JSON, "'$text'", "$text"),
        (values.JSON, "''", ""),
        (values.JSON, "$raw", b"\x00"),
        (values.EVENT, "7", "7"),
        (values.EVENT, "true", "true"),
        (values.EVENT, '"my event"', "my event"),
        (values.EVENT, "'my event'", "my event"),
        (values.EVENT, "$text", "ada"),
        (values.WHO, "ada", "ada"),
        (values.WHO, "7", 7),
        (values.WHO, "-7", -7),
        (values.WHO, '"7"', "7"),
        (values.WHO, "'7'", "7"),
        (values.WHO, "007", "007"),
        (values.WHO, "9" * 40, "9" * 40),
        (values.WHO, '["ada", 7]', ["ada", 7]),
        (values.WHO, "$both", ["ada", 7]),
        (values.WHO, "$number", 7),
        (values.WHO, "sid:abcd", "sid:abcd"),
        (values.WHO, 'room:"my room"', "room:my room"),
        (values.ROOM, "7", 7),
        (values.ROOM, '"my room"', "my room"),
        (values.ROOM, "$number", 7),
        (values.NAMESPACE, "/chat", "/chat"),
        (values.ROW, "7", 7),
        (values.ROW, "$number", 7),
        (values.ROW_OR_LAST, "7", 7),
        (values.ROW_OR_LAST, "last", "last"),
        (values.PORT, "0", 0),
        (values.PORT, "65535", 65_535),
        (values.SECONDS, "5", 5),
        (values.SECONDS, "$half", 0.5),
        (values.TRANSPORT, "websocket", ["websocket"]),
        (values.ORIGIN, "*", "*"),
    ],
)
def test_a_word_becomes_the_value_of_its_kind(kind: Kind, text: str, value: Any) -> None:
    got = read(kind, text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (values.JSON, "1,", 'separated by spaces, not commas. For the text write "1,"'),
        (values.JSON, "1,2", "separated by spaces"),
        (values.JSON, "NaN", 'for the text write "NaN"'),
        (values.JSON, "-Infinity", "no browser would read it"),
        (values.JSON, "1e999", "too large a number"),
        (values.JSON, "9" * 5000, "too many digits"),
        (values.JSON, "'{a}'", "a name in double quotes is expected"),
        (values.JSON, 'data={"a":', "A { stands inside this word"),
        (values.JSON, "x[1,", "A [ stands inside this word"),
        (values.EVENT, '{"a": 1}', 'A text is expected here, not {"a": 1}.'),
        (values.EVENT, "$number", "not $number, a int."),
        (values.WHO, "$nothing", "not $nothing, a NoneType."),
        (values.WHO, "$yes", "WHO is a name"),
        (values.WHO, "$raw", "WHO is a name"),
        (values.WHO, "$deep", "WHO is a name"),
        (values.WHO, "[1.5]", "WHO is a name"),
        (values.WHO, "[null]", "WHO is a name"),
        (values.WHO, '{"a": 1}', "WHO is a name"),
        (values.ROOM, '["a", "b"]', "One room is expected"),
        (values.ROOM, "$nothing", "One room is expected"),
        (values.ROOM, "$yes", "One room is expected"),
        (values.NAMESPACE, "chat", "did you mean /chat?"),
        (values.NAMESPACE, "[1]", "A text is expected"),
        (values.ROW, "-1", "0 or more, not -1"),
        (values.ROW, "last", "0 or more, not last"),
        (values.ROW_OR_LAST, "first", "0 or more, not first"),
        (values.ROW, "$yes", "0 or more"),
        (values.PORT, "65536", "at most 65535"),
        (values.PORT, "http", "A number is expected"),
        (values.SECONDS, "0", "above 0"),
        (values.SECONDS, "5s", "above 0 is expected here, not 5s"),
        (values.SECONDS, "$nan", "above 0"),
        (values.SECONDS, "true", "above 0"),
        (values.RATE, "0", "above 0, is expected here, or off, not 0. %sio pause refuses all events."),
        (values.RATE, "fast", "or off, not fast."),
        (values.TRANSPORT, "udp", "polling or websocket, not udp"),
    ],
)
def test_what_is_of_another_kind_is_refused(kind: Kind, text: str, why: str) -> None:
    with pytest.raises(Usage) as caught:
        read(kind, text)
    assert why in str(caught.value).splitlines()[0]


def test_every_kind_tells_what_may_be_written() -> None:
    kinds = [value for value in vars(values).values() if isinstance(value, values.Kind)]
    assert all(kind.name.isupper() and kind.about for kind in kinds)
    assert len({kind.name for kind in kinds}) == len(kinds)

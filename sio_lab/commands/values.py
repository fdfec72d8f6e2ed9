"""What may stand in each place of a `%sio` line: how a word becomes a value, and what help says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.commands.words import Form, Word, decode_inside, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_LITERAL = re.compile(rf"{_NUMBER}|true|false|null|NaN|-?Infinity")
_COMMA = re.compile(rf"(?:{_NUMBER}|true|false|null),")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_LONGEST_INTEGER = 18
_HIGHEST_PORT = 65_535
_TRANSPORTS = ("polling", "websocket")
LAST = "last"
"""What stands for the newest row that something can be said of."""

OFF = "off"
"""What stands for no limit."""

FORMS = ("pytest", "asyncapi")
"""What traffic can be exported as."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of argument, or of an option's value."""

    name: str
    """What usage lines call it."""

    about: str
    """What may be written, for help."""

    read: Callable[[Word], Any]
    """Turns a word into the value, or raises Usage."""


def read_json(word: Word) -> Any:
    """Return the JSON value; a bare word, and what single quotes hold, may be a plain text too."""
    if word.form not in {Form.BARE, Form.SHELL}:
        return word.value
    if word.form is Form.BARE:
        _check_bare(word)
    inner = word.value.strip()
    is_json = _LITERAL.fullmatch(inner) or (word.form is Form.SHELL and inner.startswith(("{", "[", '"')))
    return decode_inside(word) if is_json else word.value


def _check_bare(word: Word) -> None:
    """Refuse what is no mere word, but a slip: `1, 2` and `data={"a": 1}`."""
    if _COMMA.match(word.value):
        raise word.wrong(f"Arguments are separated by spaces, not commas. For the text write {quoted(word.value)}.")
    for opened, closed in ("{}", "[]"):
        if word.value.count(opened) > word.value.count(closed):
            why = f"A {opened} stands inside this word; an object or a list begins with it."
            raise word.wrong(f"{why} For the text write {quoted(word.value)}.", word.value.index(opened))


def read_text(word: Word) -> str:
    """Return a text: bare, in quotes of either kind, or a variable that holds one."""
    if isinstance(word.value, str):
        return word.value
    raise word.wrong(f"A text is expected here, not {_described(word)}.")


def read_who(word: Word) -> str | int | list[str | int]:
    """Return a name, an integer room, or a list of these."""
    if isinstance(word.value, (list, tuple, set, frozenset)):
        return [_one(word, element) for element in word.value]
    return _one(word, _name_or_number(word))


def read_room(word: Word) -> str | int:
    """Return a room: a text or an integer."""
    room = _name_or_number(word)
    if isinstance(room, (str, int)) and not isinstance(room, bool):
        return room
    raise word.wrong(f"One room is expected here, a name or an integer, not {_described(word)}.")


def read_namespace(word: Word) -> str:
    """Return a namespace, which begins with a slash."""
    name = read_text(word)
    if name.startswith("/"):
        return name
    raise word.wrong(f"A namespace begins with a slash; did you mean /{name[:40]}?")


def read_integer(word: Word) -> int:
    """Return an integer, not below 0."""
    number = _name_or_number(word)
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return number
    raise word.wrong(f"A number is expected here, 0 or more, not {_described(word)}.")


def read_port(word: Word) -> int:
    """Return a port; 0 lets the system choose a free one."""
    port = read_integer(word)
    if port <= _HIGHEST_PORT:
        return port
    raise word.wrong(f"A port is at most {_HIGHEST_PORT}; 0 chooses a free one.")


def read_seconds(word: Word) -> float:
    """Return a number of seconds, above 0."""
    seconds = read_json(word)
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds > 0:
        return seconds
    raise word.wrong(f"A number of seconds above 0 is expected here, not {_described(word)}.")


def read_transports(word: Word) -> list[str]:
    """Return the one transport that a client is to use, as a list."""
    name = read_text(word)
    if name in _TRANSPORTS:
        return [name]
    raise word.wrong(f"A transport is {' or '.join(_TRANSPORTS)}, not {word.source}.")


def read_row(word: Word) -> int | str:
    """Return a row's number, or the word `last`."""
    return LAST if word.value == LAST else read_integer(word)


def read_speed(word: Word) -> float:
    """Return how many times as fast as it happened, above 0."""
    speed = read_json(word)
    if isinstance(speed, (int, float)) and not isinstance(speed, bool) and speed > 0:
        return speed
    raise word.wrong(f"A speed is a number above 0, 1 for the pace it happened at, not {_described(word)}.")


def read_form(word: Word) -> str:
    """Return what traffic can be exported as."""
    name = read_text(word)
    if name in FORMS:
        return name
    raise word.wrong(f"What happened is exported as {' or '.join(FORMS)}, not {word.source}.")


def read_module(word: Word) -> str:
    """Return a module and the name of an object in it, as in chat:socketio."""
    name = read_text(word)
    module, _, path = name.partition(":")
    if path and all(each.isidentifier() for each in [*module.split("."), *path.split(".")]):
        return name
    raise word.wrong("A module and its object are expected here, as in chat:socketio.")


def read_rate(word: Word) -> float | None:
    """Return how many events a second, above 0, or None for the word `off`."""
    rate = read_json(word)
    if rate == OFF:
        return None
    if isinstance(rate, (int, float)) and not isinstance(rate, bool) and rate > 0:
        return rate
    none = " %sio pause refuses all events." if rate == 0 else ""
    raise word.wrong(f"A number of events a second, above 0, is expected here, or {OFF}, not {_described(word)}.{none}")


def _name_or_number(word: Word) -> Any:
    is_number = word.form is Form.BARE and len(word.value) <= _LONGEST_INTEGER and _INTEGER.fullmatch(word.value)
    return int(word.value) if is_number else word.value


def _one(word: Word, value: Any) -> str | int:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return value
    raise word.wrong(f'WHO is a name, a sid, a room or a list such as ["ada", "bob"], not {_described(word)}.')


def _described(word: Word) -> str:
    return f"{word.source}, a {type(word.value).__name__}" if word.form is Form.VARIABLE else word.source


EVENT = Kind("EVENT", "the event's name; in quotes where it has spaces", read_text)
JSON = Kind("JSON", "a value: JSON, a bare word (a text), or $name (what a Python variable holds)", read_json)
WHO = Kind(
    "WHO",
    "a client's name, a sid or its first 4 characters or more, a room, an integer room, or a list of them; "
    "client: sid: or room: before it decides",
    read_who,
)
ROOM = Kind("ROOM", "a room: a name or an integer", read_room)
NAME = Kind("NAME", "a client's name", read_text)
NAMESPACE = Kind("NS", "a namespace, as in /chat", read_namespace)
ROW = Kind("N", "a row's number: its seq in the traffic table", read_integer)
ROW_OR_LAST = Kind("ROW", "a row's number, or last: the newest one there is something to say of", read_row)
SPEED = Kind("FACTOR", "how fast: 1 for the pace it happened at, 2 for twice that", read_speed)
FILE = Kind("FILE", "a file's path", read_text)
FORM = Kind("FORM", "pytest or asyncapi", read_form)
MODULE = Kind("MODULE", "a module and its SocketIO object, as in chat:socketio", read_module)
RATE = Kind("RATE", "events a second, as in 5; off for no limit", read_rate)
TEXT = Kind("TEXT", "a text; in quotes where it has spaces", read_text)
VERB = Kind("VERB", "one of the verbs", read_text)
FILTER = Kind("FILTER", "a word that rows must match, as in event:chat client:ada ms>50 -hello", read_text)
HOST = Kind(
    "HOST", "the address to listen on; others in your network reach 0.0.0.0, with --join or --anyone", read_text
)
PORT = Kind("PORT", "the port to listen on; 0 chooses a free one", read_port)
ORIGIN = Kind("ORIGIN", "an origin whose pages may connect, as in https://example.org; * for all", read_text)
SECONDS = Kind("SECONDS", "how long to wait, in seconds", read_seconds)
TRANSPORT = Kind("TRANSPORT", "the only transport it may use: polling or websocket", read_transports)
PARAMETER = Kind("PARAM", "a parameter of the handler, as in data, room=None or *rest", read_text)
PATH = Kind("PATH", "a path, as in / or /chat/<room>", read_text)
SERVED = Kind("SOCKETIO", "a variable that holds a SocketIO object, or module:object, as in chat:socketio", read_text)

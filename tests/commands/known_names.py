"""Names to complete, and what becomes of a line when a candidate is put in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.handler_state import HandlerState
from sio_lab.core.known import Known
from sio_lab.core.state import ConnectionState, TaskState

if TYPE_CHECKING:
    from sio_lab.commands.offers import Completed

NASTY = (
    *(
        "chat",
        "my response",
        'say "hi"',
        "it's",
        "back\\slash",
        "two\nlines",
        "tab\t",
        "bell\x07",
        "nul\0",
        "\u202eevil",
    ),
    *(
        "-n",
        "--to",
        "--",
        "$data",
        "{x}",
        "[1]",
        "5",
        "-5",
        "true",
        "null",
        "really?",
        "end;",
        "#1",
        "a,b",
        "star*",
        "*",
    ),
    *(
        "room:lobby",
        "client:ada",
        'room:"x"',
        "event:chat",
        "é",
        "e\u0301",
        "教室 一",
        "👩\u200d💻",
        "\u2028",
        "a:b",
        "/x",
    ),
    *(
        "%sio",
        "!ls",
        "a=b",
        "\xa0",
        "'",
        '"',
        "\\",
        "\\\\",
        "\\u0041",
        "?",
        ";",
        "  x  ",
        "In [4]",
        "<lambda>",
        "\ufeff",
    ),
)
"""Names as a student may send them."""

names = st.sampled_from(NASTY) | st.text(max_size=12) | st.text(st.sampled_from("ab \"'\\*,:-$?;\n"), max_size=8)
many_names = st.lists(names, max_size=8).map(tuple)
rooms = st.lists(names | st.integers(-20, 20), max_size=8).map(tuple)


def handler(function: str, cell: str) -> HandlerState:
    return HandlerState(r.HandlerRegistered("/", "chat", function, cell))


def lesson(**more: Any) -> Known:
    """Return what a lesson knows."""
    told: dict[str, Any] = {
        "emitted": ("my response", "news"),
        "received": ("chat", "caht"),
        "answered": (("/", "chat"), ("/", "connect"), ("/chat", "boom")),
        "registered": (handler("on_chat", "In [4]"),),
        "connected": ("s-ada", "s-bob", "s-web"),
        "named": {"s-ada": "ada", "s-bob": "bob smith", "s-eve": "eve"},
        "entered": ((None, "s-ada", "s-web", "lobby", "my room", 5),),
        "past": ("/", "/test"),
        "tasks": (TaskState(r.TaskStarted("tick", "In [5]")),),
        "connections": (ConnectionState("eio-1", address="10.0.0.9"),),
        "errors": ("KeyError",),
        "rows": (9, 7),
        "paths": ("/about",),
        "variables": ("data", "draft", "_hidden", "socketio"),
        "served": ("socketio",),
    }
    return Known(**told | more)


def texts(completed: Completed | None) -> list[str]:
    assert completed is not None
    return [candidate.text for candidate in completed.candidates]


def put(text: str, cursor: int, completed: Completed | None) -> list[str]:
    """Return the text with each of the candidates in its place."""
    assert completed is not None
    assert 0 <= completed.start <= cursor
    return [text[: completed.start] + candidate + text[cursor:] for candidate in texts(completed)]

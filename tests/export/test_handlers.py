from __future__ import annotations

import linecache
from typing import Any

import pytest

from sio_lab.errors import LabError
from sio_lab.export.handlers import Piece, handler, piece, registration
from sio_lab.export.program import Registered
from sio_lab.export.statements import Source, Statements

CHAT = Registered("handler", "/", "chat", None)
PROGRAM = """\
@socketio.on("chat")
@other
def kept(data):
    return data


@lab.on("chat")
def stripped(data):
    return data


def outer():
    @lab.socketio.on("chat")
    def inner(data):
        return data
    return inner


for name in ("a", "b"):
    @socketio.on(name)
    def looped():
        return 1

plain = socketio.on_event("c", lambda: 1)
"""


def functions(file: str, text: str) -> dict[str, Any]:
    """Return what a program defines."""

    class Anything:
        socketio: Any

        def on(self, _event: str) -> Any:
            return lambda function: function

        def on_event(self, _event: str, function: Any) -> Any:
            return function

    anything = Anything()
    anything.socketio = anything
    names = {"socketio": anything, "lab": anything, "other": lambda function: function}
    exec(compile(text, file, "exec"), names)  # noqa: S102 - a program of the test
    return names


@pytest.fixture
def names() -> dict[str, Any]:
    return functions("<handlers>", PROGRAM)


def made(function: Any, *registered: Registered) -> Piece:
    statements = Statements([Source("<handlers>", PROGRAM)])
    return handler(function, registered or (CHAT,), statements, lambda name: name == "socketio", "socketio")


def test_a_handler_is_as_it_was_written(names: dict[str, Any]) -> None:
    part = made(names["kept"])
    assert part.text == '@socketio.on("chat")\n@other\ndef kept(data):\n    return data'
    assert (part.binds, part.now, part.later) == ({"kept"}, {"socketio", "other"}, frozenset())


def test_what_the_lab_registers_the_program_does(names: dict[str, Any]) -> None:
    expected = 'def {}(data):\n    return data\n\n\nsocketio.on_event("chat", {})'
    assert made(names["stripped"]).text == expected.format("stripped", "stripped")
    assert made(names["outer"]()).text == expected.format("inner", "inner")


def test_a_loop_is_taken_whole(names: dict[str, Any]) -> None:
    assert made(names["looped"]).text.startswith("for name in")


def test_a_lambda_is_found(names: dict[str, Any]) -> None:
    assert made(names["plain"]).text == 'socketio.on_event("chat", (lambda: 1))'


def test_a_body_becomes_a_function() -> None:
    linecache.cache["<body>"] = (0, None, ["\n", "if text:\n", "    return '''a\n", "b'''\n"], "<body>")
    body = functions("<body>", "def shout(text, n=1): return len(text)")["shout"]
    assert made(body).text == (
        "def shout(text, n=1):\n    if text:\n        return '''a\nb'''\n\n\nsocketio.on_event(\"chat\", shout)"
    )
    del linecache.cache["<body>"]


def test_without_a_source_a_module_is_asked_for() -> None:
    with pytest.raises(LabError, match="--app module:socketio"):
        made(functions("<nowhere>", "def f(): pass")["f"])


@pytest.mark.parametrize(
    ("registered", "line"),
    [
        (CHAT, 'socketio.on_event("chat", f)'),
        (Registered("handler", "/x", "*", None), 'socketio.on_event("*", f, namespace="/x")'),
        (Registered("class", "/x", None, None), 'socketio.on_namespace(f("/x"))'),
        (Registered("error", None, None, None), "socketio.on_error_default(f)"),
        (Registered("error", "/x", None, None), 'socketio.on_error("/x")(f)'),
    ],
)
def test_whatever_answers_is_registered(registered: Registered, line: str) -> None:
    assert registration(registered, "f", "socketio") == line
    assert "socketio" in piece(line, (0, 0)).now

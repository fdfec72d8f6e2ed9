"""Failures in words: the traceback from the user's frame on, one line, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask_socketio
import socketio

from sio_lab.server.failures import (
    TRACEBACK_LENGTH,
    HandlerRaised,
    is_wrong_call,
    one_line,
    shown,
    tell,
    unwrap,
)
from sio_lab.server.lookup import Match

if TYPE_CHECKING:
    from collections.abc import Callable


def raised(function: Callable[..., Any], *args: Any) -> Exception:
    """Return what `function(*args)` raises."""
    try:
        function(*args)
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


def through_libraries(function: Callable[..., Any], *args: Any) -> Exception:
    """Return what `function` raises when python-socketio calls it."""
    server = socketio.Server(async_mode="threading")
    server.on("chat", function)
    error = raised(server._trigger_event, "chat", "/", *args)
    return error.with_traceback(error.__traceback__.tb_next)  # without the frame of this module


def broken(*_args: Any) -> None:
    {}["key"]


def chat(sid: str, text: str) -> None: ...


def hint(error: Exception, *args: Any, left: str | None = None) -> str | None:
    return tell(error, Match(("/", "chat"), chat, method=False), args, left).hint


def test_the_traceback_begins_in_the_users_own_code() -> None:
    text = shown(through_libraries(broken))
    assert text.startswith("Traceback (most recent call last):\n")
    assert "socketio" not in text
    assert text.rstrip().endswith("KeyError: 'key'")
    assert text.count("  File ") == 1


def test_without_a_frame_of_the_users_only_the_exception_is_shown() -> None:
    assert shown(through_libraries(chat)).startswith("TypeError: chat() missing")


def test_a_traceback_is_bounded() -> None:
    def deep(left: int) -> None:
        raise ValueError("x" * 2 * TRACEBACK_LENGTH) if left == 0 else raised(deep, left - 1)

    text = shown(raised(deep, 3))
    assert len(text) == TRACEBACK_LENGTH


def test_the_last_line_alone_is_bounded_too() -> None:
    assert one_line(ZeroDivisionError("division by zero")) == "ZeroDivisionError: division by zero"
    assert len(one_line(ValueError("x" * 5000))) == 1000


def test_a_syntax_error_is_told_by_its_last_line() -> None:
    assert one_line(raised(compile, "1 +", "cell", "exec")).startswith("SyntaxError: ")


def test_a_wrapped_type_error_is_told_as_itself() -> None:
    inner = TypeError("x")
    outer = HandlerRaised("x")
    outer.__cause__ = inner
    assert unwrap(outer) is inner
    assert unwrap(inner) is inner
    assert unwrap(None) is None


def test_a_wrong_number_of_arguments_names_handler_and_what_came() -> None:
    error = through_libraries(chat)
    assert hint(error, "sid", b"two", None) == (
        "chat(sid: 'str', text: 'str') -> 'None' was called with 3 arguments (str, bytes, NoneType): make them agree"
    )
    assert "with 0 arguments (nothing)" in (hint(error) or "")


def test_a_call_that_fits_gets_no_such_hint() -> None:
    assert hint(through_libraries(chat), "sid", "text") is None


def test_a_type_error_of_the_handlers_own_gets_no_such_hint() -> None:
    assert not is_wrong_call(raised(lambda: len(5)))
    assert hint(raised(lambda: len(5))) is None


def test_a_client_that_left_explains_what_a_library_raised() -> None:
    server = socketio.Server(async_mode="threading")
    error = raised(server.enter_room, "abc", "lobby")
    told = "client abc left while its handler ran, so there was nobody to act on"
    assert hint(error, left="abc") == told
    assert hint(error) is None
    assert hint(raised(broken), left="abc") is None


def test_flask_socketios_functions_outside_a_handler_are_explained() -> None:
    told = hint(raised(flask_socketio.emit, "chat"))
    assert told == "flask_socketio's own functions work in handlers only; elsewhere use socketio.emit(..., to=sid)"

"""Handler functions, inside and outside of handlers."""

from __future__ import annotations

import flask
import flask_socketio
import pytest

from sio_lab.errors import LabError
from sio_lab.server.outside import INSTEAD, advice_for, guided, handler_functions, in_handler


def somebody() -> tuple[str, str, str]:
    return "ada", "sid-of-ada", "/chat"


@pytest.mark.parametrize("name", INSTEAD)
def test_outside_they_say_what_to_call_with_a_sid(name: str) -> None:
    function = handler_functions(somebody)[name]
    with pytest.raises(
        LabError, match=rf"{name}\(\) knows its client inside a handler only.*Use lab\..*'ada'"
    ) as caught:
        function("x")
    assert caught.value.__cause__ is None
    if "room" not in name:
        assert "to='sid-of-ada', namespace='/chat'" in str(caught.value)


def test_in_a_route_they_say_so_too() -> None:
    app = flask.Flask("test")
    with app.test_request_context("/"):
        assert not in_handler()
        with pytest.raises(LabError, match="inside a handler only"):
            handler_functions(somebody)["emit"]("x")


def test_inside_a_handler_its_own_errors_pass() -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("its own")

    with flask.Flask("test").test_request_context("/"):
        flask.request.sid = "sid"  # type: ignore[attr-defined]
        assert in_handler()
        with pytest.raises(RuntimeError, match="its own"):
            guided(fails, somebody)("x")


def test_they_are_flask_socketios_own() -> None:
    functions = handler_functions(somebody)
    assert functions["emit"].__wrapped__ is flask_socketio.emit
    assert functions["request"] is flask.request
    assert list(functions) == ["emit", "send", "join_room", "leave_room", "request"]


@pytest.mark.parametrize("name", INSTEAD)
def test_the_users_own_import_is_recognised_by_its_traceback(name: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        getattr(flask_socketio, name)("x")
    advice = advice_for(caught.value, somebody)
    assert advice is not None
    assert advice.startswith(f"{name}() knows its client inside a handler only")


@pytest.mark.parametrize("error", [None, KeyError("x"), RuntimeError("another")])
def test_other_errors_get_no_advice(error: Exception | None) -> None:
    assert advice_for(error, somebody) is None

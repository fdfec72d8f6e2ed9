"""Calls that lose something are told of, those that can't work are refused with the line and the fix.

What plain Flask-SocketIO does stays as it is: each call here is made both ways.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest

from sio_lab.errors import LabError
from sio_lab.legacy.calls import WrongCall, guarded
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.legacy.reader import Notebook, Threads

HINTS: list[str] = []


@contextmanager
def hinting(text: str) -> Iterator[None]:
    HINTS.append(text)
    yield
    HINTS.append("done")


class Chat:
    """A server that runs code in a handler, and what its client then received."""

    def __init__(self, runner: Threads, notebook: Notebook, guard: Callable[[str, Any], Any]) -> None:
        self.notebook = notebook
        self.app = flask.Flask("app")
        self.socketio = flask_socketio.SocketIO(self.app, async_mode="threading")
        for name in ("emit", "send"):
            vars(self.socketio)[name] = guard(f"socketio.{name}", getattr(self.socketio, name))
        self.names = {
            "socketio": self.socketio,
            "emit": guard("emit", flask_socketio.emit),
            "send": guard("send", flask_socketio.send),
            "request": flask.request,
        }
        self.said = runner.said

    def handle(self, code: str, event: str = "go") -> list[tuple[str, Any]]:
        """Run code in a handler of `event`; returns names and arguments of what the client gets."""
        self.notebook.run(f"def handler(*args):\n    {code}", **self.names)
        self.socketio.on(event)(self.notebook.names["handler"])
        client = self.socketio.test_client(self.app)
        if event == "json":
            client.send({"a": 1}, json=True)
        else:
            client.emit(event)
        return [(each["name"], each["args"]) for each in client.get_received()]


@pytest.fixture
def chat(runner: Threads, notebook: Notebook) -> Chat:
    HINTS.clear()
    return Chat(runner, notebook, lambda name, function: guarded(name, function, runner.notices, hinting))


@pytest.fixture
def plain(runner: Threads, notebook: Notebook) -> Chat:
    return Chat(runner, notebook, lambda _name, function: function)


@pytest.mark.parametrize(
    "code",
    [
        "emit('x')",
        "emit('x', {'a': 1})",
        "emit('x', (1, 2))",
        "emit('x', 1, broadcast=True, include_self=False)",
        "emit('x', 1, broadcast=False)",
        "emit('x', 1, room=request.sid, namespace='/', callback=print, skip_sid=None, ignore_queue=False)",
        "emit(event='x')",
        "send('hi')",
        "send({'a': 1})",
        "send({'a': 1}, json=True)",
        "send(message='hi', broadcast=True, to=request.sid)",
        "socketio.emit('x', 1)",
        "socketio.emit('x', data=1, to=request.sid)",
        "socketio.emit('x', (1, 2), include_self=True, skip_sid=None, namespace='/')",
        "socketio.send('hi')",
        "socketio.send({'a': 1}, json=True, to=request.sid)",
        "socketio.send(data='hi', room=request.sid)",
    ],
)
def test_what_works_in_plain_works_alike_and_nothing_is_said(chat: Chat, plain: Chat, code: str) -> None:
    assert chat.handle(code) == plain.handle(code)
    assert not chat.said
    assert not HINTS


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        (
            "emit('x', data={'a': 1})",
            ("emit() knows no data=: 'x' goes out without it. Write the value in second place: emit('x', value)."),
        ),
        (
            "emit('x', message='hi')",
            ("emit() knows no message=: 'x' goes out without it. Write the value in second place: emit('x', value)."),
        ),
        (
            "emit(event='x', data=5)",
            ("emit() knows no data=: 'x' goes out without it. Write the value in second place: emit('x', value)."),
        ),
        (
            "emit('x', data='x' * 50)",
            ("emit() knows no data=: 'x' goes out without it. Write the value in second place: emit('x', value)."),
        ),
        ("emit('x', 1, json=True)", "emit() does nothing with json=: leave it out."),
        ("emit('x', 1, data=2, json=True)", "emit() does nothing with data=, json=: leave it out."),
        ("send('hi', data=1)", "send() does nothing with data=: leave it out."),
    ],
)
@differs("Calls that lose or break something say so")
def test_what_loses_something_in_plain_does_so_with_a_notice(chat: Chat, plain: Chat, code: str, fix: str) -> None:
    received = chat.handle(code)
    assert chat.said == [f"<cell 1>, line 2: {fix}\n    {code}"]
    assert [fix, "done"] == HINTS
    assert received == plain.handle(code)


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("send(data='hi')", "send() takes no data=: write send(value)."),
        ("send()", "send() has nothing to send: write send(value)."),
        (
            "emit('x', 1, 2)",
            (
                "emit() takes one value: to send several, give them as a tuple, emit('x', (1, 2)), or emit('x', "
                "1, to=...) for a room or client."
            ),
        ),
        ("emit('x', 1, [2])", "emit() takes one value: to send several, give them as a tuple, emit('x', (1, [2]))."),
        (
            "send('a', 'b')",
            (
                "send() takes one value: to send several, give them as a tuple, send(('a', 'b')), or send('a', "
                "to=...) for a room or client."
            ),
        ),
        (
            "socketio.emit('x', 1, {'a': 1})",
            (
                "socketio.emit() takes one value: to send several, give them as a tuple, socketio.emit('x', (1, "
                "{'a': 1}))."
            ),
        ),
        (
            "socketio.emit('x', broadcast=True)",
            ("socketio.emit() goes to everybody in the namespace as it is: leave broadcast=True out."),
        ),
        (
            "socketio.send('x', broadcast=True)",
            ("socketio.send() goes to everybody in the namespace as it is: leave broadcast=True out."),
        ),
        (
            "socketio.emit('x', 1, broadcast=False)",
            (
                "socketio.emit() knows no broadcast=: it goes to everybody in the namespace. To answer the "
                "client of a handler only, write emit(...) there, of flask_socketio, or give socketio.emit() "
                "to=request.sid."
            ),
        ),
        (
            "socketio.send('x', broadcast=False)",
            (
                "socketio.send() knows no broadcast=: it goes to everybody in the namespace. To answer the "
                "client of a handler only, write send(...) there, of flask_socketio, or give socketio.send() "
                "to=request.sid."
            ),
        ),
        (
            "socketio.emit('x', 1, json=True)",
            (
                "socketio.emit() knows no json=: leave it out. It knows callback=, data=, event=, "
                "ignore_queue=, include_self=, namespace=, room=, skip_sid=, to=."
            ),
        ),
        (
            "socketio.send('x', binary=True)",
            (
                "socketio.send() knows no binary=: leave it out. It knows callback=, data=, ignore_queue=, "
                "include_self=, json=, namespace=, room=, skip_sid=, to=."
            ),
        ),
    ],
)
@differs("Calls that lose or break something say so")
def test_what_plain_refuses_with_a_type_error_is_refused_with_the_fix(
    chat: Chat, plain: Chat, code: str, fix: str
) -> None:
    with pytest.raises(TypeError):
        plain.handle(code)
    with pytest.raises(WrongCall) as raised:
        chat.handle(code)
    assert str(raised.value) == f"<cell 2>, line 2: {fix}\n    {code}"
    assert isinstance(raised.value, LabError)
    assert isinstance(raised.value, TypeError)
    assert not chat.said


def test_a_dict_sent_from_a_json_handler_goes_out_as_a_message(chat: Chat, plain: Chat) -> None:
    code = "send({'b': 2})"
    assert chat.handle(code, event="json") == plain.handle(code, event="json") == [("message", {"b": 2})]
    assert chat.said[0].startswith("<cell 1>, line 2: send() of a dict sends the event 'message'")
    assert "To send 'json' back: send(value, json=True)." in chat.said[0]
    assert len(HINTS) == 2


@pytest.mark.parametrize("code", ["send({'b': 2}, json=True)", "send('text')", "emit('json', {'b': 2})"])
def test_what_is_meant_in_a_json_handler_is_left_alone(chat: Chat, code: str) -> None:
    chat.handle(code, event="json")
    assert not chat.said


def test_a_line_that_runs_often_is_told_once(chat: Chat) -> None:
    assert len(chat.handle("[emit('x', data=number) for number in range(50)]")) == 50
    assert len(chat.said) == 1
    assert len(HINTS) == 100


def test_methods_of_a_class_are_guarded_alike(runner: Threads, chat: Chat) -> None:
    class Own(flask_socketio.Namespace):
        def on_good(self) -> None:
            self.emit("x", {"a": 1}, include_self=True)
            self.send("hi", namespace="/own")

        def on_bad(self, name: str, options: dict[str, Any]) -> None:
            getattr(self, name)("x", **options)

    own = Own("/own")
    for name in ("emit", "send"):
        vars(own)[name] = guarded(f"self.{name}", getattr(own, name), runner.notices)
    chat.socketio.on_namespace(own)
    client = chat.socketio.test_client(chat.app, namespace="/own")
    client.emit("good", namespace="/own")
    assert [each["name"] for each in client.get_received("/own")] == ["x", "message"]
    for name, options, fix in (
        ("emit", {"broadcast": True}, r"self.emit\(\) goes to everybody .*: leave broadcast=True out"),
        ("emit", {"to": "x"}, r"self.emit\(\) knows no to=: leave it out. It knows callback=, data=, event="),
        ("send", {"json": True}, r"self.send\(\) knows no json=: leave it out"),
    ):
        with pytest.raises(WrongCall, match=fix):
            client.emit("bad", name, options, namespace="/own")


def test_functions_that_lose_nothing_stay_as_they_are(runner: Threads) -> None:
    assert guarded("join_room", flask_socketio.join_room, runner.notices) is flask_socketio.join_room


def test_a_guarded_function_goes_by_its_own_name(runner: Threads) -> None:
    emit = guarded("emit", flask_socketio.emit, runner.notices)
    assert (emit.__name__, emit.__doc__) == ("emit", flask_socketio.emit.__doc__)

"""Which handler answers, compared with which one python-socketio really runs."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest
import socketio

from sio_lab.core.cells import Cells
from sio_lab.server.lookup import accepts, describe, find_handler, methods, source_of
from sio_lab.server.program import new_pair

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = (("/a", "chat"), ("/a", "*"), ("*", "chat"), ("*", "*"))
SUBSETS = [subset for size in range(len(KEYS) + 1) for subset in itertools.combinations(KEYS, size)]


class Chat(socketio.Namespace):
    def on_chat(self, *_args: Any) -> str:
        return "on_chat"

    def on_connect(self) -> None: ...


class Dispatching(socketio.Namespace):
    def trigger_event(self, *_args: Any) -> str:
        return "trigger_event"


def saying(answer: Any) -> Callable[..., Any]:
    return lambda *_args: answer


def bare_server() -> socketio.Server:
    return socketio.Server(async_mode="threading")


@pytest.mark.parametrize("subset", SUBSETS, ids=str)
@pytest.mark.parametrize("owner", [None, Chat("/a"), Chat("*"), Dispatching("/a")])
def test_it_finds_the_handler_that_python_socketio_runs(
    subset: tuple[tuple[str, str], ...], owner: socketio.Namespace | None
) -> None:
    server = bare_server()
    for namespace, event in subset:
        server.on(event, saying((namespace, event)), namespace=namespace)
    if owner is not None:
        server.register_namespace(owner)
    ran = server._trigger_event("chat", "/a", "sid")
    match = find_handler(server, "/a", "chat")
    found = None if match is None else match.function.__name__ if match.method else match.key
    assert ran == (server.not_handled if found is None else found)


def test_connect_and_disconnect_are_no_business_of_a_catch_all() -> None:
    server = bare_server()
    server.on("*", saying(None), namespace="/a")
    assert find_handler(server, "/a", "connect") is None
    assert find_handler(server, "/a", "disconnect") is None


def test_a_missing_method_of_a_class_answers_nothing() -> None:
    server = bare_server()
    server.register_namespace(Chat("/a"))
    assert find_handler(server, "/a", "missing") is None


def test_flask_socketios_wrapping_is_peeled_off() -> None:
    pair = new_pair({})

    @pair.on("chat")
    def chat() -> None: ...

    match = find_handler(pair.server, "/", "chat")
    assert match is not None
    assert (match.function, match.key, match.method) == (chat, ("/", "chat"), False)


def test_methods_are_the_events_a_class_answers() -> None:
    assert sorted(methods(Chat("/a"))) == ["chat", "connect"]


def test_a_handler_is_known_by_the_name_its_author_gave_it() -> None:
    def local() -> None: ...

    assert describe(local) == "local"
    assert describe(Chat("/a").on_chat) == "Chat.on_chat"
    assert describe(functools.partial(local)) == "partial"


def test_source_is_file_and_line_and_none_for_what_is_not_python() -> None:
    name, line = (source_of(saying, Cells()) or "").split(":")
    assert name == "test_lookup.py"
    assert int(line) == saying.__code__.co_firstlineno
    assert source_of(len, Cells()) is None


def test_accepts_tells_whether_a_call_would_fit() -> None:
    def one(auth: Any) -> None: ...

    assert accepts(one, (1,))
    assert not accepts(one, ())
    assert accepts(functools.partial(one, 1), ())
    assert accepts(print, (1, 2, 3))


def test_a_function_without_a_signature_is_taken_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_signature(_function: Any) -> None:
        raise ValueError("no signature found")

    monkeypatch.setattr("inspect.signature", no_signature)
    assert accepts(print, ())


def test_a_class_based_namespace_of_flask_socketio_does_not_dispatch_itself() -> None:
    pair = new_pair({})
    pair.on_namespace(flask_socketio.Namespace("/a"))
    assert find_handler(pair.server, "/a", "chat") is None

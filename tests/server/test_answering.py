"""Who answers an event is looked up once for each handler, and anew when anything has changed."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

from sio_lab.core.cells import Cells
from sio_lab.server import answering
from sio_lab.server.answering import Answerers
from sio_lab.server.lookup import find_handler
from tests.server.peers import DEADLINE
from tests.server.rig import InOneCell

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig

CELL = "In [7]"


def chat(*_args: Any) -> None: ...


def catch_all(*_args: Any) -> None: ...


class Room(flask_socketio.Namespace):
    def on_join(self, *_args: Any) -> None: ...


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    return make_rig(cells=InOneCell(CELL))


@pytest.fixture
def cells() -> Cells:
    return Cells()


@pytest.fixture
def answerers(rig: Rig, cells: Cells) -> Answerers:
    return Answerers(rig.server, rig.log, cells)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the events that were looked up."""
    looks: list[Any] = []

    def find(server: Any, namespace: str, event: object) -> Any:
        looks.append(event)
        return find_handler(server, namespace, event)

    monkeypatch.setattr(answering, "find_handler", find)
    return looks


def test_an_answerer_has_all_that_a_record_says_of_a_handler(rig: Rig, cells: Cells, answerers: Answerers) -> None:
    rig.socketio.on_event("chat", chat)
    owner = cells.mint("cell", CELL)
    cells.note(chat, owner)
    found = answerers.find("/", "chat")
    assert found is not None
    assert (found.match.key, found.match.function, found.match.method) == (("/", "chat"), chat, False)
    assert (found.handler, found.cell, found.owner) == ("chat", CELL, owner)


def test_a_method_and_a_catch_all_are_found_by_the_names_they_go_by(rig: Rig, answerers: Answerers) -> None:
    rig.socketio.on_namespace(Room("/room"))
    rig.socketio.on_event("*", catch_all)
    method, any_event = answerers.find("/room", "join"), answerers.find("/", "whatever")
    assert method is not None
    assert any_event is not None
    assert (method.handler, method.match.method, method.cell) == ("Room.on_join", True, CELL)
    assert (any_event.handler, any_event.match.key, any_event.cell) == ("catch_all", ("/", "*"), CELL)


def test_where_nobody_answers_there_is_none_until_somebody_does(rig: Rig, answerers: Answerers) -> None:
    rig.socketio.on_event("chat", chat, namespace="/other")
    assert answerers.find("/", "chat") is None
    assert answerers.find("/nowhere", "chat") is None
    rig.socketio.on_event("chat", chat)
    assert answerers.find("/", "chat") is not None


@pytest.mark.parametrize("event", [None, 7, 1.5, ["chat"], {"chat": 1}, True])
def test_an_event_may_be_named_by_anything(rig: Rig, answerers: Answerers, event: object) -> None:
    rig.socketio.on_event("chat", chat)
    assert answerers.find("/", event) is None
    rig.socketio.on_event("*", catch_all)
    found = answerers.find("/", event)
    assert found is not None
    assert found.handler == "catch_all"


def test_a_function_of_one_event_is_looked_up_once(rig: Rig, answerers: Answerers, looks: list[Any]) -> None:
    rig.socketio.on_event("chat", chat)
    first = answerers.find("/", "chat")
    assert [answerers.find("/", "chat") is first for _ in range(3)] == [True] * 3
    assert looks == ["chat"]


def test_events_that_clients_make_up_are_not_remembered(rig: Rig, answerers: Answerers) -> None:
    rig.socketio.on_event("*", catch_all)
    rig.socketio.on_namespace(Room("/room"))
    for number in range(100):
        answerers.find("/", f"made up {number}")
        answerers.find("/room", f"made up {number}")
    assert answerers._known == {}


def test_the_same_event_of_two_namespaces_has_two_answerers(rig: Rig, answerers: Answerers) -> None:
    rig.socketio.on_event("chat", chat)
    rig.socketio.on_event("chat", catch_all, namespace="/b")
    found = [answerers.find(namespace, "chat") for namespace in ("/", "/b", "/", "/b")]
    assert [each and each.handler for each in found] == ["chat", "catch_all"] * 2


def test_another_function_is_found_at_once_and_so_is_its_absence(rig: Rig, answerers: Answerers) -> None:
    def later() -> None: ...

    rig.server.on("chat", chat)
    for function, name in ((chat, "chat"), (later, "later")):
        rig.server.handlers["/"]["chat"] = function
        found = answerers.find("/", "chat")
        assert found is not None
        assert (found.handler, found.match.function) == (name, function)
    del rig.server.handlers["/"]["chat"]
    assert answerers.find("/", "chat") is None


def test_the_same_function_by_another_cell_is_found_when_told_to_forget(
    rig: Rig, cells: Cells, answerers: Answerers
) -> None:
    rig.socketio.on_event("chat", chat)
    first, second = (cells.mint(label, label) for label in ("one", "two"))
    owners = []
    for owner, is_told in ((first, False), (second, False), (second, True)):
        cells.note(chat, owner)
        if is_told:
            answerers.forget()
        found = answerers.find("/", "chat")
        owners.append(found and found.owner)
    assert owners == [first, first, second]


def test_nothing_is_kept_of_a_handler_that_is_removed(rig: Rig) -> None:
    def short_lived() -> None: ...

    gone = threading.Event()
    kept = weakref.ref(short_lived, lambda _: gone.set())
    rig.socketio.on_event("chat", short_lived)
    rig.peer().ask("chat")
    known = rig.host._taps.answerers._known
    assert ("/", "chat") in known
    rig.socketio.lab_book.off("chat", "/")
    assert known == {}
    del short_lived
    gc.collect()
    assert gone.wait(DEADLINE), kept  # its thread has just answered, and may not be through with it


def test_a_server_forgets_whenever_something_is_registered(rig: Rig, looks: list[Any]) -> None:
    rig.socketio.on_event("chat", chat)
    peer = rig.peer()
    for _ in range(2):
        peer.ask("chat")
    rig.socketio.on_event("other", chat)
    peer.ask("chat")
    assert looks.count("chat") == 2

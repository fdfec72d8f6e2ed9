"""Which function or method answers which event, told when it is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest
import socketio

from sio_lab.core import records as r
from tests.server.rig import InOneCell

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


class Chat(flask_socketio.Namespace):
    def on_join(self) -> str:
        return "old"

    def on_leave(self) -> None: ...


class NewChat(flask_socketio.Namespace):
    def on_join(self) -> str:
        return "new"


def chat() -> str:
    return "chat"


def registered(rig: Rig) -> list[tuple[str, str, str, bool]]:
    return [(record.namespace, record.event, record.function, record.method) for record in rig.all(r.HandlerRegistered)]


def by_on(rig: Rig) -> Any:
    return rig.socketio.on("chat", namespace="/room")(chat)


def by_on_event(rig: Rig) -> Any:
    rig.socketio.on_event("chat", chat, namespace="/room")
    return chat


def by_event(rig: Rig) -> Any:
    return rig.socketio.event(namespace="/room")(chat)


def by_bare_on(rig: Rig) -> Any:
    return rig.server.on("chat", namespace="/room")(chat)


def by_bare_on_with_handler(rig: Rig) -> Any:
    rig.server.on("chat", chat, namespace="/room")
    return chat


def by_bare_event(rig: Rig) -> Any:
    return rig.server.event(namespace="/room")(chat)


@pytest.mark.parametrize("register", [by_on, by_on_event, by_event, by_bare_on, by_bare_on_with_handler, by_bare_event])
def test_every_way_to_register_is_told_and_works(make_rig: Callable[..., Rig], register: Callable[[Rig], Any]) -> None:
    rig = make_rig(cells=InOneCell("cell 1"))
    assert register(rig) is chat
    assert registered(rig) == [("/room", "chat", "chat", False)]
    record = rig.first(r.HandlerRegistered)
    assert (record.cell, record.source) == ("cell 1", f"test_registry.py:{chat.__code__.co_firstlineno}")
    if "bare" not in register.__name__:
        assert rig.peer("/room").ask("chat", namespace="/room") == "chat"


def test_the_default_namespace_has_its_name(rig: Rig) -> None:
    rig.server.on("chat", chat)
    rig.socketio.on("chat")(chat)
    assert {record.namespace for record in rig.all(r.HandlerRegistered)} == {"/"}


def test_methods_of_a_class_are_told_one_by_one(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(cells=InOneCell("cell 2"))
    rig.socketio.on_namespace(Chat("/room"))
    assert registered(rig) == [("/room", "join", "Chat.on_join", True), ("/room", "leave", "Chat.on_leave", True)]
    assert {record.cell for record in rig.all(r.HandlerRegistered)} == {"cell 2"}


def test_a_class_that_replaces_another_takes_its_methods_away(rig: Rig) -> None:
    rig.socketio.on_namespace(Chat("/room"))
    rig.socketio.on_namespace(NewChat("/room"))
    assert [(record.event, record.method) for record in rig.all(r.HandlerRemoved)] == [("join", True), ("leave", True)]
    assert sorted(rig.log.state.methods) == [("/room", "join")]
    assert rig.peer("/room").ask("join", namespace="/room") == "new"


def test_a_handler_defined_again_replaces_the_first_one_live(rig: Rig) -> None:
    rig.socketio.on_event("chat", lambda: "first")
    peer = rig.peer()
    assert peer.ask("chat") == "first"
    rig.socketio.on_event("chat", lambda: "second")
    assert peer.ask("chat") == "second"
    assert [handler.calls for handler in rig.log.state.functions.values()] == [1]


def test_a_function_hides_a_method_of_the_same_event(rig: Rig) -> None:
    rig.socketio.on_namespace(Chat("/room"))
    rig.socketio.on_event("join", chat, namespace="/room")
    assert rig.peer("/room").ask("join", namespace="/room") == "chat"
    hidden = {key: shadows for key, _, shadows in rig.log.state.handlers()}
    assert hidden == {("/room", "join"): "Chat.on_join", ("/room", "leave"): None}


def test_what_is_there_already_is_told_at_attach_without_a_cell(make_rig: Callable[..., Rig]) -> None:
    server = socketio.Server(async_mode="threading")
    server.on("chat", chat, namespace="/room")
    server.register_namespace(socketio.Namespace("/empty"))
    rig = make_rig(server, cells=InOneCell("cell 3"))
    assert registered(rig) == [("/room", "chat", "chat", False)]
    assert rig.first(r.HandlerRegistered).cell is None


def test_what_cannot_be_registered_is_not_told(rig: Rig) -> None:
    with pytest.raises(ValueError, match="Not a namespace instance"):
        rig.server.register_namespace(object())
    assert rig.all(r.HandlerRegistered) == rig.all(r.HandlerRemoved) == []

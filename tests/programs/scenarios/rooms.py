"""Programs with rooms, and with several namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.visitors import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer


def rooms_chat(url: str, connect: Callable[..., Peer]) -> None:
    assert "<h1>Rooms &amp; more</h1>" in Browser(url).get("/").text
    ada, bob, eve = connect(), connect(), connect()
    ada.ask("join", {"username": "Ada", "room": "tea"})
    bob.ask("join", {"username": "Bob", "room": "tea"})
    ada.ask("join", {"username": "Ada", "room": "garden"})
    assert bob.wait_for("message") == [("Bob has entered the room.",)]
    ada.ask("my_rooms")
    assert ada.wait_for("rooms_are") == [(["garden", "tea"],)]
    eve.ask("room_message", {"room": "tea", "text": "hello"})
    assert ada.wait_for("room_message") == bob.wait_for("room_message") == [({"room": "tea", "text": "hello"},)]
    ada.ask("leave", {"username": "Ada", "room": "tea"})
    assert bob.wait_for("message", 2)[1] == ("Ada has left the room.",)
    eve.ask("close", {"room": "tea"})
    assert bob.wait_for("room_message", 2)[1] == ({"room": "tea", "text": "This room is closing."},)
    bob.ask("my_rooms")
    assert bob.wait_for("rooms_are") == [([],)]
    assert eve.got("message") == eve.got("room_message") == []
    assert ada.got("message") == [(f"{name} has entered the room.",) for name in ("Ada", "Bob", "Ada")]


def several_namespaces(url: str, connect: Callable[..., Peer]) -> None:
    guest, cook, boss = connect("/shop"), connect("/kitchen", "/shop"), connect("/office")
    assert cook.ask("on duty", "grill", namespace="/kitchen") == "grill"
    assert guest.ask("order", "soup", namespace="/shop") == "thank you"
    assert guest.wait_for("ordered") == [("soup",)]
    assert cook.wait_for("cook") == [({"item": "soup"},)]
    cook.ask("done", "soup", namespace="/kitchen")
    assert guest.wait_for("pick up") == [("soup",)]
    assert boss.wait_for("statistics") == [({"done": "soup"},)]
    assert Browser(url).send("POST", "/alarm/oven").text == "sent"
    assert Browser(url).send("POST", "/alarm/grill").text == "sent"
    assert cook.wait_for("alarm") == [("grill",)]
    assert guest.got("cook") == cook.got("ordered") == []

"""Programs in which people write to each other, and what they see of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.visitors import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer


def private_messages(url: str, connect: Callable[..., Peer]) -> None:
    browser = Browser(url)
    assert "nobody" in browser.get("/").text
    ada, bob = connect("/private"), connect("/private")
    ada.ask("username", "Ada", namespace="/private")
    bob.ask("username", "Bob", namespace="/private")
    assert ada.wait_for("users", 2) == [(["Ada"],), (["Ada", "Bob"],)]
    assert "<li>Ada</li><li>Bob</li>" in browser.get("/").text
    ada.ask("private_message", {"username": "Bob", "message": "psst"}, namespace="/private")
    ada.ask("private_message", {"username": "Zoe", "message": "psst"}, namespace="/private")
    assert bob.wait_for("new_private_message") == [({"from": "Ada", "text": "psst"},)]
    assert ada.wait_for("undeliverable") == [("Zoe",)]
    assert ada.got("new_private_message") == []
    bob.close()
    assert ada.wait_for("users", 3)[2] == (["Ada"],)


def typing_indicator(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada, bob, eve = connect(), connect(), connect()
    assert [peer.ask("hello", name) for peer, name in ((ada, "Ada"), (bob, "Bob"))] == ["Ada", "Bob"]
    assert ada.ask("typing") is True
    assert bob.wait_for("typing") == eve.wait_for("typing") == [({"who": "Ada"},)]
    ada.ask("stop typing")
    assert bob.wait_for("stop typing") == [({"who": "Ada"},)]
    ada.send("done")
    assert ada.wait_for("message") == bob.wait_for("message") == [({"who": "Ada", "text": "done"},)]
    assert ada.got("typing") == ada.got("stop typing") == []
    bob.ask("typing")
    bob.close()
    assert ada.wait_for("stop typing") == [({"who": "Bob"},)]


def class_chat(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada = Browser(url), connect("/chat", "/admin-desk")
    assert ada.wait_for("status") == [({"members": 1},)]
    bob = connect("/chat")
    assert ada.wait_for("status", 2)[1] == ({"members": 2},)
    assert ada.ask("introduce", "Ada", namespace="/chat") == "Welcome, Ada!"
    assert bob.ask("introduce", "Bob", namespace="/chat") == "Welcome, Bob!"
    assert ada.ask("count", namespace="/admin-desk") == 2
    assert browser.get("/members").json == {"members": ["Ada", "Bob"]}
    ada.ask("enter", {"room": "tea"}, namespace="/chat")
    bob.ask("enter", {"room": "tea"}, namespace="/chat")
    assert ada.wait_for("entered", 2) == [({"name": "Ada", "room": "tea"},), ({"name": "Bob", "room": "tea"},)]
    ada.ask("say", {"room": "tea", "text": "hi"}, namespace="/chat")
    assert bob.wait_for("said") == [({"name": "Ada", "text": "hi"},)]
    ada.ask("exit", {"room": "tea"}, namespace="/chat")
    assert bob.wait_for("message") == [("Ada went away",)]
    bob.close()
    assert ada.wait_for("left") == [({"name": "Bob"},)]
    assert ada.got("message") == []
    assert browser.get("/members").json == {"members": ["Ada"]}


def quiz(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada, bob = connect("/quiz"), connect("/quiz")
    ada.ask("play", "Ada", namespace="/quiz")
    assert ada.wait_for("players") == [(["Ada"],)]
    bob.ask("play", "Bob", namespace="/quiz")
    assert ada.wait_for("question") == bob.wait_for("question") == [({"text": "2 + 2"},)]
    assert bob.ask("answer", "5", namespace="/quiz") is False
    assert bob.wait_for("wrong") == [({"your answer": "5"},)]
    assert ada.ask("answer", "4", namespace="/quiz") is True
    assert bob.ask("answer", " lima ", namespace="/quiz") is True
    assert ada.ask("answer", "au", namespace="/quiz") is True
    rights = [({"name": name, "points": points},) for name, points in (("Ada", 1), ("Bob", 1), ("Ada", 2))]
    assert ada.wait_for("right", 3) == bob.wait_for("right", 3) == rights
    assert bob.wait_for("the end") == [({"points": {"Ada": 2, "Bob": 1}},)]
    assert ada.got("wrong") == []


def tic_tac_toe(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada, bob, eve = Browser(url), connect(), connect(), connect()
    assert ada.ask("join game", "g") == {"sign": "X"}
    assert bob.ask("join game", "g") == {"sign": "O"}
    assert eve.ask("join game", "g") == {"error": "this game is full"}
    assert ada.wait_for("your move") == bob.wait_for("your move") == [({"turn": "X", "board": " " * 9},)]
    assert browser.get("/games").json == ["g"]
    assert bob.ask("move", {"game": "g", "field": 0}) == {"error": "not now, not there"}
    for peer, field in ((ada, 0), (bob, 3), (ada, 1), (bob, 4), (ada, 2)):
        assert peer.ask("move", {"game": "g", "field": field}) == {"ok": True}
    assert bob.wait_for("your move", 5)[4] == ({"turn": "X", "board": "XX OO    "},)
    assert ada.wait_for("game over") == bob.wait_for("game over") == [({"winner": "X", "board": "XXXOO    "},)]
    assert eve.got("your move") == eve.got("game over") == []
    assert browser.get("/games").json == []

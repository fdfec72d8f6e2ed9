"""Programs in which somebody answers: acks, callbacks, calls, errors, and handlers for everything."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tests.programs.visitors import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer


def acks_and_callbacks(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada = connect()
    assert ada.ask("add", 19, 23) == 42
    assert tuple(ada.ask("divide", 1, 4)) == ("ok", 0.25)
    assert tuple(ada.ask("divide", 1, 0)) == ("error", "division by zero")
    assert ada.ask("fire and forget") in {None, ()}
    ada.answers["parcel"] = ("received", 3)
    ada.emit("order", "lamp")
    assert ada.wait_for("parcel") == [({"item": "lamp"},)]
    assert ada.wait_for("thanks") == [({"receipts": 1},)]
    assert ada.ask("all_receipts") == [["received", 3]]


def ask_the_client(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada, robot = Browser(url), connect(), connect()
    ada.answers = {"challenge": 42, "question": str.upper}
    robot.answers = {"challenge": "beep"}
    assert ada.ask("check me") == "human"
    assert robot.ask("check me") == "machine"
    assert robot.got("challenge") == [({"question": "6 * 7"},)]
    assert ada.ask("register", "ada") == 1
    assert browser.get("/ask/ada/why").json == {"name": "ada", "answer": "WHY"}
    assert browser.get("/ask/bob/why").status == 404


def error_handlers(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada = connect("/", "/polite", "/elsewhere")
    assert ada.ask("say", "good evening", namespace="/polite") == "said"
    assert ada.ask("say", "stupid", namespace="/polite") == "mind your words"
    assert ada.wait_for("sorry") == [({"because": "TooRude"},)]
    ada.ask("divide", 4)
    ada.ask("divide", 0)
    assert ada.wait_for("quotient") == [(25,)]
    ada.ask("boom", namespace="/elsewhere")
    failed = [({"event": "divide", "args": [0], "error": "division by zero"},)]
    assert ada.wait_for("failed", 2) == [*failed, ({"where": "/elsewhere", "error": "boom"},)]


def catch_all(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada = Browser(url), connect("/", "/devices")
    assert ada.ask("reset") == "nothing seen"
    assert ada.ask("temperature", 21, "C") == "temperature?"
    assert ada.ask("temperature") == "temperature?"
    assert ada.wait_for("echo", 2) == [
        ({"event": "temperature", "args": [21, "C"]},),
        ({"event": "temperature", "args": []},),
    ]
    ada.ask("low battery", {"id": "d1"}, namespace="/devices")
    assert ada.wait_for("logged") == [({"device": "d1", "event": "low battery"},)]
    assert browser.get("/seen").json == {"temperature": 2, "device low battery": 1}
    assert ada.ask("reset") == "nothing seen"
    assert browser.get("/seen").json == {}


def upload(url: str, connect: Callable[..., Peer]) -> None:
    ada, bob = connect(), connect()
    content = bytes(range(256)) * 400
    half = len(content) // 2
    assert ada.ask("start", "picture.bin", len(content)) is True
    assert ada.ask("slice", content[:half]) == half
    assert ada.ask("slice", content[half:]) == len(content)
    assert ada.wait_for("progress", 2) == [({"percent": 50},), ({"percent": 100},)]
    assert ada.ask("finish") == hashlib.sha256(content).hexdigest()
    assert bob.wait_for("new file") == [({"name": "picture.bin", "size": len(content)},)]
    bob.ask("thumbnail", "picture.bin")
    assert bob.wait_for("thumbnail") == [({"name": "picture.bin", "picture": content[:16]},)]
    assert Browser(url).send("HEAD", "/files/picture.bin").headers["Content-Length"] == str(len(content))


def without_decorators(url: str, connect: Callable[..., Peer]) -> None:
    ada = connect("/", "/tools")
    ada.ask("shout", "hey")
    assert ada.wait_for("shouted") == [("HEY",)]
    assert ada.ask("reverse", "abc", namespace="/tools") == "cba"
    assert ada.ask("length", "abc", namespace="/tools") == 3
    ada.send("hello")
    assert ada.wait_for("message") == [("got 'hello'",)]
    assert ada.ask("count") == 1
    assert ada.ask("count", 4) == 5
    assert Browser(url).get("/total").text == "5"


def registered_in_a_loop(url: str, connect: Callable[..., Peer]) -> None:
    ada, bob = connect("/", "/red"), connect("/", "/red", "/blue")
    assert ada.ask("up", namespace="/red") == [0, 1]
    assert ada.ask("left", 3, namespace="/red") == [-3, 1]
    assert bob.ask("down", 2, namespace="/blue") == [10, 8]
    assert bob.wait_for("position", 3) == [([0, 1],), ([-3, 1],), ([10, 8],)]
    for number in range(3):
        assert ada.ask(f"button {number}") == f"button {number} was pressed"
    assert Browser(url).get("/robots").json == {"/red": [-3, 1], "/blue": [10, 8]}


def json_messages(url: str, connect: Callable[..., Peer]) -> None:
    ada, bob = connect("/", "/loud"), connect("/loud")
    ada.send("hello")
    assert ada.wait_for("message") == [("you wrote: hello",)]
    ada.emit("json", {"b": 1, "a": 2})
    assert ada.wait_for("json") == [({"keys": ["a", "b"], "count": 2},)]
    bob.send("fire", namespace="/loud")
    assert bob.wait_for("message") == [("FIRE!",)]
    assert Browser(url).get("/announce/dinner").text == "announced"
    assert ada.wait_for("json", 2)[1] == ({"announced": "dinner"},)
    assert ada.got("message", "/") == [("you wrote: hello",), ("dinner",)]
    assert ada.got("message", "/loud") == [("FIRE!",)]

"""Programs that are a page, or several, with a socket behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.programs.visitors import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer


def two_forms(url: str, connect: Callable[..., Peer]) -> None:
    page = Browser(url).get("/")
    assert page.status == 200
    assert 'io("/test")' in page.text
    ada, bob = connect("/test"), connect("/test")
    assert ada.wait_for("my response") == [({"data": "Connected", "count": 0},)]
    ada.ask("my event", {"data": "to me"}, namespace="/test")
    ada.ask("my broadcast event", {"data": "to all"}, namespace="/test")
    assert ada.wait_for("my response", 3)[1:] == [({"data": "to me", "count": 1},), ({"data": "to all", "count": 2},)]
    assert bob.wait_for("my response", 2)[1:] == [({"data": "to all", "count": 2},)]


def push_route(url: str, connect: Callable[..., Peer]) -> None:
    browser = Browser(url)
    ada, bob = connect("/inbox"), connect("/inbox")
    assert ada.ask("subscribe", "news", namespace="/inbox") == {"subscribed": "news"}
    assert (pushed := browser.post("/push", text="hello")).status == 202
    assert pushed.json == {"pushed": 1}
    assert browser.post_json("/push", {"n": 2}).json == {"pushed": 2}
    assert browser.post("/push").status == 400
    assert browser.send("PUT", "/push/news", "extra").status == 204
    assert ada.wait_for("notification", 3) == [({"text": "hello"},), ({"n": 2},), ({"text": "extra"},)]
    assert bob.ask("history", namespace="/inbox") == [{"text": "hello"}, {"n": 2}]
    assert bob.wait_for("notification", 2) == [({"text": "hello"},), ({"n": 2},)]


def vue_todo(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada = Browser(url), connect()
    assert "{{ todo.title }}" in browser.get("/").text
    assert browser.get("/api/todos").json == []
    milk = {"id": 1, "title": "milk", "done": False}
    assert (added := browser.post_json("/api/todos", {"title": "milk"})).status == 201
    assert added.json == milk
    assert browser.post_json("/api/todos", {"title": "bread"}).json["id"] == 2
    assert browser.post_json("/api/todos/1/toggle", {}).json == milk | {"done": True}
    assert browser.post_json("/api/todos/9/toggle", {}).json == {"error": "no to-do 9"}
    assert browser.get("/api/nothing").json == {"error": "not found"}
    assert ada.ask("clear done") == {"left": 1}
    bread = {"id": 2, "title": "bread", "done": False}
    shown = [todos for (todos,) in ada.wait_for("todos", 4)]
    assert shown == [[milk], [milk, bread], [milk | {"done": True}, bread], [bread]]


def factory(url: str, connect: Callable[..., Peer]) -> None:
    browser = Browser(url)
    assert browser.get("/").text == "<title>Tea Room</title><a href='/about'>About</a>"
    assert browser.get("/about").text == "Tea Room, version 1"
    ada, bob = connect("/chat"), connect("/chat")
    ada.ask("joined", {"name": "Ada"}, namespace="/chat")
    bob.ask("text", {"name": "Bob", "msg": "hi"}, namespace="/chat")
    for peer in (ada, bob):
        assert peer.wait_for("status") == [({"msg": "Ada has come to Tea Room"},)]
        assert peer.wait_for("message") == [({"msg": "Bob: hi"},)]


def poll_results(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada, bob = Browser(url), connect(), connect()
    none = {"Python": 0, "JavaScript": 0, "Perl": 0}
    assert ada.wait_for("votes") == [(none,)]
    ada.ask("vote", "Python")
    bob.ask("vote", "Python")
    ada.ask("vote", "Perl")
    bob.ask("vote", "Cobol")
    assert ada.wait_for("votes", 3)[1:] == [(none | {"Python": 1},), (none | {"Python": 2},)]
    assert ada.wait_for("error message") == bob.wait_for("error message") == [("You have voted.",)]
    assert browser.get("/results.json").json["votes"] == none | {"Python": 2}
    assert ">Python: 2</button>" in browser.get("/").text
    assert connect().wait_for("votes") == [(none | {"Python": 2},)]


def template_page(url: str, connect: Callable[..., Peer]) -> None:
    ada = connect()
    assert ada.wait_for("visits") == [(1,)]
    page = Browser(url).get("/")
    assert "<title>Visitors</title>" in page.text
    assert "<p id='visits'>1</p>" in page.text
    ada.ask("card", "<Ada>")
    assert ada.wait_for("card") == [({"html": "<div class='card'>&lt;Ada&gt;</div>"},)]


def missing_template(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada, bob = Browser(url), connect(), connect()
    assert browser.get("/").status == 500
    assert browser.get("/ping").text == "pong"
    ada.send("still here")
    assert ada.wait_for("message") == bob.wait_for("message") == [("still here",)]


def hooks_and_headers(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada = Browser(url), connect()
    first = browser.get("/")
    assert (first.text, first.headers["X-Request-Number"]) == ("HOOKS! 1", "1")
    assert browser.get("/item/7").json == {"item": 7}
    assert browser.send("DELETE", "/item/7").status == 204
    assert browser.send("PUT", "/item/7").status == 405
    assert (lost := browser.get("/item/seven")).status == 404
    assert (lost.text, lost.headers["X-Request-Number"]) == ("/item/seven is not here", "5")
    assert ada.wait_for("visited") == [({"path": "/", "number": 1},)]
    ada.ask("how many")
    assert ada.wait_for("so many") == [(5,)]


def drawing_board(url: str, connect: Callable[..., Peer]) -> None:
    assert "<canvas" in Browser(url).get("/").text
    ada, bob = connect("/board"), connect("/board")
    strokes: list[Any] = [{"from": [0, 0], "to": [9, 9], "colour": "#06c"}, {"from": [1, 0], "to": [1, 5.5]}]
    for stroke in strokes:
        ada.ask("draw", stroke, namespace="/board")
    assert bob.wait_for("draw", 2) == [(stroke,) for stroke in strokes]
    assert connect("/board").wait_for("picture") == [(strokes,)]
    bob.ask("wipe", namespace="/board")
    assert ada.wait_for("wiped") == [()]
    assert ada.got("draw") == []
    assert connect("/board").wait_for("picture") == [([],)]

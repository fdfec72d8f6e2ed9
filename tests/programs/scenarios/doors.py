"""Programs that know who comes: sessions, tokens, members, and people who are put out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.visitors import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer


def login_session(url: str, connect: Callable[..., Peer]) -> None:
    browser = Browser(url)
    assert '<form method="post">' in browser.get("/chat").text  # redirected
    assert "You are Ada &amp; Co" in browser.post("/login", name="Ada & Co").text
    ada, stranger = connect(headers=browser.cookie), connect()
    assert ada.wait_for("hello") == [({"name": "Ada & Co"},)]
    assert stranger.wait_for("hello") == [({"name": "stranger"},)]
    ada.ask("text", "hi")
    ada.ask("set nickname", "A.")
    ada.ask("text", "me again")
    expected = [({"from": "Ada & Co", "message": "hi"},), ({"from": "A.", "message": "me again"},)]
    assert stranger.wait_for("text", 2) == ada.wait_for("text", 2) == expected
    assert '<form method="post">' in browser.get("/logout").text
    assert connect(headers=browser.cookie).wait_for("hello") == [({"name": "stranger"},)]


def token_gate(url: str, connect: Callable[..., Peer]) -> None:
    browser = Browser(url)
    assert browser.post_json("/token", {"name": "Nobody"}).status == 404
    token = browser.post_json("/token", {"name": "Ali"}).json["token"]
    page = {"Origin": "http://localhost:3000"}  # where the article's page comes from
    refusal = {"message": "unauthorized!", "data": {"hint": "ask /token for one"}}
    for auth in (None, {}, {"token": "wrong"}):
        assert connect(auth=auth, headers=page, let_in=False).got("connect_error") == [(refusal,)]
    ali = connect(auth={"token": token}, headers=page)
    assert ali.wait_for("welcome") == [({"name": "Ali"},)]
    cassim = connect("/", "/vault", auth={"token": "0pen"}, headers=page, query="key=gold")
    assert cassim.ask("count", namespace="/vault") == 1001
    assert ali.ask("who") == ["Ali", "Cassim"]
    for query in ("", "key=iron"):
        refused = connect("/vault", headers=page, query=query, let_in=False)
        assert len(refused.got("connect_error", "/vault")) == 1
        assert refused.got("connect", "/vault") == []


def members_only(url: str, connect: Callable[..., Peer]) -> None:
    browser, stranger = Browser(url), connect()
    assert browser.post("/enter", name="Ada").text == "come in"
    ada = connect(headers=browser.cookie)
    assert ada.ask("my secret", "what?") == "Ada asked 'what?': the answer is 42"
    assert stranger.ask("lobby") == "anybody may read this"
    stranger.emit("my secret", "what?")
    assert stranger.wait_for("go away") == [("members only",)]
    stranger.wait_for("disconnect")
    assert ada.ask("called") == ["tell_secret"]


def shared_session(url: str, connect: Callable[..., Peer]) -> None:
    browser, other = Browser(url), Browser(url)
    assert browser.post("/cart", item="pen").json == ["pen"]
    assert other.get("/cart").json == []
    ada = connect(headers=browser.cookie)
    assert ada.ask("show cart") == ["pen"]
    ada.ask("add to cart", "ink")
    assert ada.wait_for("cart") == [(["pen", "ink"],)]
    assert browser.get("/cart").json == ["pen", "ink"]
    assert browser.post("/cart", item="paper").json == ["pen", "ink", "paper"]
    assert ada.ask("show cart") == ["pen", "ink", "paper"]
    assert connect(headers=other.cookie).ask("show cart") == []


def moderator(url: str, connect: Callable[..., Peer]) -> None:
    browser = Browser(url)
    ada, bob, eve = connect("/forum"), connect("/forum"), connect("/forum")
    for name, peer in (("ada", ada), ("bob", bob), ("eve", eve)):
        peer.ask("enter", name, namespace="/forum")
    assert ada.wait_for("people", 3)[-1] == (["ada", "bob", "eve"],)
    assert ada.ask("kick", "mallory", namespace="/forum") == "mallory is not here"
    assert ada.ask("kick", "eve", namespace="/forum") == "eve is out"
    assert eve.wait_for("kicked") == [({"by": "the moderator"},)]
    eve.wait_for("disconnect")
    assert bob.wait_for("gone") == [("eve",)]
    bob.emit("quit", namespace="/forum")
    assert bob.wait_for("bye") == [()]
    bob.wait_for("disconnect")
    assert ada.wait_for("gone", 2)[1] == ("bob",)
    assert browser.get("/people").json == {"people": ["ada"]}

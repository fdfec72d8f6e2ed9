"""Panels: what changed is told, by name; what the page asks for is done by the client of that name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.log import Log
from sio_lab.errors import LabError, NotRunning, TargetError, Usage
from sio_lab.lab import Lab
from sio_lab.views.panels import MOST_RECORDS, PanelsFeed, PanelsView
from tests import factories as make
from tests.views.phones import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

ADA, BEN = make.ADA, make.BEN


def read_args(text: str) -> list[Any]:
    return [json.loads(text)] if text else []


class Room:
    """Two clients in front of a log, and a view of both."""

    def __init__(self) -> None:
        self.log = Log()
        make.connect(self.log, ADA, name="ada")
        make.connect(self.log, BEN, name="bob")
        self.clients: dict[str, StandIn] = {"ada": StandIn({"/": ADA}), "bob": StandIn({"/": BEN})}
        self.view = PanelsView(self.log, self.clients.get, ["ada", "bob", "ada"], {"ping": lambda: "pong"}, read_args)
        self.feed = self.view.feeds["panels"]

    def state(self) -> dict[str, Any]:
        return {phone["name"]: phone for phone in self.feed.state()["phones"]}

    def patch(self) -> dict[str, Any]:
        return {phone["name"]: phone for phone in (self.feed.patch() or {"phones": []})["phones"]}


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def quiet(room: Room) -> Room:
    """All that was there has been told."""
    room.state()
    room.patch()
    return room


def said(phone: dict[str, Any]) -> list[Any]:
    return [(item["dir"], item["event"], item["args"]) for item in phone["items"]]


class TestFeed:
    def test_the_state_has_each_name_once_with_what_came_before(self, room: Room) -> None:
        room.clients["ada"].receive("hello", 1)
        make.receive(room.log, BEN, "chat", "hi")
        state = room.state()
        assert list(state) == ["ada", "bob"]
        assert said(state["ada"])[-1] == ("in", "hello", "1")
        assert said(state["bob"])[-1] == ("out", "chat", "'hi'")
        assert json.loads(json.dumps(state)) == state

    def test_nothing_new_is_no_patch(self, quiet: Room) -> None:
        assert quiet.feed.patch() is None

    def test_a_patch_has_only_who_received_something(self, quiet: Room) -> None:
        quiet.clients["bob"].receive("news", "x")
        patch = quiet.patch()
        assert list(patch) == ["bob"]
        assert patch["bob"].keys() == {"name", "received", "items"}
        assert (patch["bob"]["received"], said(patch["bob"])) == (1, [("in", "news", "'x'")])

    def test_a_state_in_between_takes_nothing_from_the_next_patch(self, quiet: Room) -> None:
        quiet.clients["bob"].receive("news")
        assert said(quiet.state()["bob"])[-1] == ("in", "news", "()")
        assert said(quiet.patch()["bob"]) == [("in", "news", "()")]

    def test_how_a_sent_event_ended_is_told_with_it_and_later(self, quiet: Room) -> None:
        chat = make.receive(quiet.log, ADA, "chat", ack_id=3)
        (sent,) = quiet.patch()["ada"]["items"]
        assert (sent["ack"], sent["failed"]) == ("", "")
        make.handle(quiet.log, chat)
        make.acknowledge(quiet.log, chat, "ok", 2)
        (again,) = quiet.patch()["ada"]["items"]
        assert (again["n"], again["ack"]) == (sent["n"], "'ok', 2")

    def test_a_handler_that_failed_is_told(self, quiet: Room) -> None:
        make.handle(quiet.log, make.receive(quiet.log, ADA, "caht"), "no-handler")
        make.handle(quiet.log, make.receive(quiet.log, ADA, "boom"), "raised", error="KeyError: 'user'")
        make.handle(quiet.log, make.receive(quiet.log, ADA, "chat"), "refused", hint="the class is paused")
        failed = [item["failed"] for item in quiet.patch()["ada"]["items"]]
        assert failed == ["no handler", "raised KeyError: 'user'", "refused"]

    def test_an_ack_that_a_client_gave_is_its_own_item(self, quiet: Room) -> None:
        quiz = make.emit(quiet.log, "quiz", recipients=(ADA,), ack_id=1)
        make.answer(quiet.log, quiz, ADA, 4)
        assert said(quiet.patch()["ada"]) == [("out", "", "4")]

    def test_rooms_are_told_as_they_change(self, quiet: Room) -> None:
        make.join(quiet.log, ADA, "lobby")
        ada = quiet.patch()["ada"]
        assert [place["rooms"] for place in ada["namespaces"]] == [["lobby"]]
        assert said(ada) == [("note", "room", "entered lobby")]

    def test_a_panel_follows_its_name_to_another_client(self, quiet: Room) -> None:
        quiet.clients["ada"].receive("old")
        quiet.patch()
        newer = quiet.clients["ada"] = StandIn({"/": "new0123456789"})
        newer.receive("new")
        make.disconnect(quiet.log, ADA)
        make.connect(quiet.log, "new0123456789", name="ada")
        ada = quiet.patch()["ada"]
        assert sorted(said(ada)) == [
            ("in", "new", "()"),
            ("note", "connected", "connected anew as sid new01234, in no room"),
            ("note", "lost", "disconnected"),
        ]

    def test_a_client_that_is_not_there_yet_is_awaited(self) -> None:
        clients: dict[str, StandIn] = {}
        feed = PanelsFeed(Log(), clients.get, ["ada"])
        assert "lab.client('ada')" in feed.state()["phones"][0]["why"]
        clients["ada"] = StandIn({"/": ADA})
        assert feed.patch()["phones"][0]["connected"]

    def test_it_looks_at_the_newest_records_alone(self, quiet: Room) -> None:
        make.receive(quiet.log, ADA, "first")
        for _ in range(MOST_RECORDS):
            make.emit(quiet.log, "tick", recipients=(ADA, BEN))
        assert quiet.feed.patch() is None
        make.receive(quiet.log, ADA, "last")
        assert said(quiet.patch()["ada"]) == [("out", "last", "()")]

    def test_others_are_shown_by_another_view(self, room: Room) -> None:
        with pytest.raises(Usage, match="%sio panels NAME"):
            room.feed.want({"filter": "x"})

    @pytest.mark.parametrize("names", [[], [f"client {number}" for number in range(25)]])
    def test_none_and_too_many_are_refused(self, names: list[str]) -> None:
        with pytest.raises(Usage, match=r"%sio panels ada bob|at most 24"):
            PanelsFeed(Log(), {}.get, names)


class TestAsks:
    def test_a_client_emits_without_waiting(self, room: Room) -> None:
        given = {"name": "ada", "event": " chat ", "args_text": '{"a": 1}', "namespace": "/", "ack": True}
        assert room.view.answer("client_emit", given) == {"text": "ada sent chat"}
        room.view.answer("client_emit", {"name": "ada", "event": "bare"})
        assert room.clients["ada"].done == [("chat", ({"a": 1},), "/", True, False), ("bare", (), None, False, False)]

    def test_what_is_wrong_is_said(self, room: Room) -> None:
        room.clients["ada"].drop()
        with pytest.raises(Usage, match="needs a name"):
            room.view.answer("client_emit", {"name": "ada", "event": " "})
        with pytest.raises(NotRunning, match="reconnect"):
            room.view.answer("client_emit", {"name": "ada", "event": "chat"})
        with pytest.raises(TargetError, match=r"lab\.client\('mallory'\)"):
            room.view.answer("client_drop", {"name": "mallory"})

    def test_a_closed_client_can_be_brought_back(self, room: Room) -> None:
        room.state()
        ada = room.clients.pop("ada")
        room.state()
        room.view.answer("client_reconnect", {"name": "ada"})
        assert ada.done == ["reconnect"]

    def test_other_answers_stay(self, room: Room) -> None:
        assert room.view.answer("ping", {}) == "pong"

    def test_the_picture_is_of_now(self, room: Room) -> None:
        room.clients["ada"].receive("hello", "<b>")
        still = room.view.still()
        assert "← hello '<b>'" in still["text/plain"]
        assert "&lt;b&gt;" in still["text/html"]


class TestLive:
    """With a lab, its server, and clients that talk to it over the network."""

    @pytest.fixture
    def lab(self) -> Iterator[Lab]:
        lab = Lab()
        lab.start()
        yield lab
        lab.close()

    def test_a_broadcast_without_its_sender_a_room_and_a_lost_network(self, lab: Lab) -> None:
        from flask_socketio import emit

        def chat(text: str) -> str:
            emit("chat", text, broadcast=True, include_self=False)
            return "ok"

        lab.socketio.on_event("chat", chat)
        lab.socketio.on_event("nothing", chat, namespace="/test")
        clients = {name: lab.client(name) for name in ("ada", "bob")}
        clients["eve"] = lab.client("eve", namespace=["/", "/test"])
        view = PanelsView(lab.log, clients.get, list(clients), {}, read_args)
        feed = view.feeds["panels"]
        eve = feed.state()["phones"][2]
        assert [place["full"] for place in eve["namespaces"]] == list(clients["eve"].sids.values())
        feed.patch()

        view.answer("client_emit", {"name": "ada", "event": "chat", "args_text": '"hi"', "ack": True})
        assert lab.settle(10)
        told = {phone["name"]: phone for phone in feed.patch()["phones"]}
        assert said(told["ada"]) == [("out", "chat", "'hi'")]
        assert told["ada"]["items"][0]["ack"] == "'ok'"
        assert said(told["bob"]) == said(told["eve"]) == [("in", "chat", "'hi'")]

        lab.join("bob", "lobby")
        assert feed.patch()["phones"][0]["namespaces"][0]["rooms"] == ["lobby"]
        before = clients["bob"].sid
        view.answer("client_drop", {"name": "bob"})
        (bob,) = feed.patch()["phones"]
        assert (bob["connected"], bob["why"][:15], bob["namespaces"][0]["sid"]) == (False, "connection lost", "")
        assert said(bob)[0][:2] == ("note", "lost")
        with pytest.raises(LabError, match="not connected"):
            view.answer("client_emit", {"name": "bob", "event": "chat", "args_text": '"hi"'})
        view.answer("client_reconnect", {"name": "bob"})
        (bob,) = feed.patch()["phones"]
        assert (bob["connected"], bob["namespaces"][0]["rooms"]) == (True, [])
        assert bob["namespaces"][0]["full"] == clients["bob"].sid != before
        assert said(bob)[-1][2].endswith("in no room")

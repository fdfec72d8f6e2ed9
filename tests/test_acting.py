"""What a page may ask of a lab, and have it do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import sio_lab
from sio_lab.acting import Acting, Answering, is_on_a_page
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lab() -> Iterator[sio_lab.Lab]:
    made = sio_lab.Lab()
    made.start()
    yield made
    made.close()


def ask(lab: sio_lab.Lab, what: str, **given: Any) -> Any:
    return Acting(lab).answers[what](**given)


def test_rooms_are_joined_left_and_closed_and_clients_sent_away(lab: sio_lab.Lab) -> None:
    ada = lab.client("ada")
    assert ask(lab, "join", who="ada", room="lobby")["text"] == "joined lobby → ada (1 client in /)"
    assert list(lab.rooms.df.query("not personal").index.get_level_values("room")) == ["lobby"]
    assert ask(lab, "leave", who=f"sid:{ada.sid}", room="lobby", namespace="/")["text"].startswith("left lobby → ada")
    ask(lab, "join", who="ada", room=5)
    assert ask(lab, "close_room", room=5)["text"].startswith("closed 5 → ada")
    assert ask(lab, "kick", who="ada")["text"].startswith("kicked → ada")
    assert not ada.connected


def test_an_emit_of_a_page_has_panel_as_its_origin(lab: sio_lab.Lab) -> None:
    lab.client("ada")
    told = ask(lab, "emit", event="news", args_text='{"a": 1} hello', to="ada", skip="", namespace="", ack=False)
    assert "ada" in told["text"]
    emitted = lab.traffic.where("event:news")[-1]
    assert (emitted.origin, emitted.args) == ("panel", ({"a": 1}, "hello"))


def test_an_error_of_ours_is_the_page_s_to_show(lab: sio_lab.Lab) -> None:
    with pytest.raises(LabError, match="names nobody"):
        ask(lab, "kick", who="nobody-there")


def test_buttons_do_what_the_lab_says_they_do(lab: sio_lab.Lab) -> None:
    lab.controls["start"] = lambda: f"started, {'on' if is_on_a_page() else 'off'} a page"
    assert ask(lab, "start") == {"text": "started, on a page"}
    assert not is_on_a_page()
    assert ask(lab, "stop")["text"].startswith("The server is stopped")
    assert not lab.running


def test_rows_are_asked_for_too(lab: sio_lab.Lab) -> None:
    assert ask(lab, "detail", seq=1)["kind"] == "server"


def test_why_is_asked_of_the_lab(lab: sio_lab.Lab) -> None:
    ada = lab.client("ada")
    ada.emit("caht")
    row = lab.traffic.where("event:caht")[-1]
    assert ask(lab, "detail", seq=row.seq)["can"] == ["why", "replay", "export"]
    told = ask(lab, "why", seq=row.seq)
    assert told["reasons"][0]["name"] == "no handler"
    assert told["reasons"][0]["failed"] == 1


def test_a_replay_is_of_one_row_and_says_what_differs(lab: sio_lab.Lab) -> None:
    lab.on("chat")(lambda: "before")
    lab.client("ada").emit("chat")
    row = lab.traffic.where("event:chat")[-1]
    lab.on("chat")(lambda: "now")
    assert ask(lab, "replay", seq=row.seq)["differing"] == [["returned", "'before'", "'now'"]]
    assert "rerun" in ask(lab, "detail", seq=row.seq)["can"]
    assert len(lab.traffic.where("event:chat")) == 1


def test_a_test_is_exported_as_a_text(lab: sio_lab.Lab) -> None:
    @lab.on("chat")
    def chat(text: str) -> str:
        return text.upper()

    lab.client("ada").emit("chat", "爱")
    row = lab.traffic.where("event:chat")[-1]
    told = ask(lab, "export", seq=row.seq, form="pytest")
    assert told["name"] == "test_ada.py"
    assert 'ada.emit("chat", "爱")' in told["text"]


def test_of_what_can_not_be_acted_on_rows_are_told_and_nothing_is_done(lab: sio_lab.Lab) -> None:
    def refuse(**_: Any) -> None:
        raise LabError("no server")

    answers = Answering(lab.log, lab.reader, reach=lab.reach, refuse=refuse, why=lab.why).answers
    acts = {"emit", "replay", "export", "join", "leave", "kick", "close_room", "start", "stop", "restart"}
    assert {*Acting(lab).answers} - {*answers} == acts | {"where"}
    assert answers["detail"](seq=1)["can"] == ["why"]

from __future__ import annotations

from ast import literal_eval
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.commands.completing_python import LONGEST_CELL, complete_string
from sio_lab.core import filters
from sio_lab.core.known import LONGEST_NAME, Known
from tests.commands.known_names import lesson, many_names, names, put, texts

if TYPE_CHECKING:
    from sio_lab.commands.completing_python import Part


def role(name: str) -> Part | None:
    parts: dict[str, Part] = {"lab": "lab", "ada": "client", "some": "table", "slow": "traffic"}
    return parts.get(name)


def offered(left: str, behind: str = "") -> list[str]:
    return texts(complete_string(left, behind, lesson(), role))


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ('lab.client("', ["ada", "bob smith", "eve"]),
        ("lab.client('b", ["bob smith"]),
        ('lab.client(name="e', ["eve"]),
        ('lab.client("ada", "/t', ["/test"]),
        ('lab.client("ada", namespace="/t', ["/test"]),
        ('lab.client("ada", namespace=["/", "/t', ["/test"]),
        ('lab.client("ada", transports=["p', ["polling"]),
        ('lab.emit("my', ["my response"]),
        ('lab.emit(event="my', ["my response"]),
        ('lab.call("n', ["news"]),
        ('lab.send("hi", to="a', ["ada"]),
        ('lab.emit("x", 1, to="room:', ["room:lobby", "room:my room"]),
        ('lab.emit("x", 1, to=["ada", "b', ["bob smith"]),
        ('lab.emit("x", skip="l', ["lobby"]),
        ('lab.emit("x", namespace="/c', ["/chat"]),
        ('lab.reach("a', ["ada"]),
        ('lab.join("a', ["ada"]),
        ('lab.join("ada", "', ["lobby", "my room"]),
        ('lab.join("ada", room="l', ["lobby"]),
        ('lab.join("ada", "lobby", "/t', ["/test"]),
        ('lab.leave(who="a', ["ada"]),
        ('lab.kick("', ["ada", "bob smith", "lobby", "my room", "s-web"]),
        ('lab.close_room("l', ["lobby"]),
        ('lab.off("c', ["caht", "chat", "connect"]),
        ('@lab.on("c', ["caht", "chat", "connect"]),
        ('lab.start(host="l', ["localhost"]),
        ('ada.emit("', ["boom", "caht", "chat"]),
        ('ada.call("c', ["caht", "chat"]),
        ('ada.emit(event="b', ["boom"]),
        ('ada.emit("x", namespace="/t', ["/test"]),
        ('ada.send("x", namespace="/t', ["/test"]),
        ('@ada.on("n', ["news"]),
        ('ada.wait_for("n', ["news"]),
        ('lab.client("ada").emit("b', ["boom"]),
        ('lab.traffic.where("ev', ["event:"]),
        ('lab.traffic.where(filter_text="ev', ["event:"]),
        ('lab.traffic.where("event:my', ["'my response'"]),
        ("lab.traffic.where('event:my", ['"my response"']),
        ("lab.traffic.where('kind:emit,ev", ["event"]),
        ('lab.traffic[5:].where("ev', ["event:"]),
        ('lab.traffic.where("x").where("-ev', ["event:"]),
        ('lab.clients.where("ev', ["events_in:", "events_in>", "events_out:", "events_out>"]),
        ('some.where("rtt', ["rtt_ms:", "rtt_ms>"]),
        ('slow.where("ev', ["event:"]),
        ('slow[5:].where("x").where("ev', ["event:"]),
        ('lab.client("zzz', []),
    ],
)
def test_a_string_is_completed_by_what_it_is_for(left: str, expected: list[str]) -> None:
    assert offered(left) == expected


@pytest.mark.parametrize(
    "left",
    [
        "lab.emit(",
        'other.emit("my',
        'print("my',
        'lab.nothing("my',
        'lab.traffic("my',
        'lab.traffic.df("my',
        'lab.where("ev',
        'slow.nothing("ev',
        'ada.traffic.where("ev',
        'lab.emit("x", "my',
        'lab.emit("x", nothing="my',
        'lab.serve("my',
        'lab.client("ada", auth="my',
        'ada.drop("my',
        'ada.send("my',
        'ada.emit("x", "my',
        'lab.emit("my \\"',
        'lab.traffic.where("x", "ev',
        'lab.emit("' + "x" * LONGEST_CELL,
    ],
)
def test_of_other_strings_nothing_is_said(left: str) -> None:
    assert complete_string(left, "", lesson(), role) is None


def test_a_quote_of_the_filter_that_is_closed_already_stays() -> None:
    assert offered("lab.traffic.where(\"event:'my", "'\")") == ["'my response"]


@given(events=many_names, quote=st.sampled_from(["'", '"']))
def test_each_name_offered_is_what_python_reads(events: tuple[str, ...], quote: str) -> None:
    left = f"lab.emit({quote}"
    lines = put(left, len(left), complete_string(left, "", Known(emitted=events), role))
    read = {literal_eval(line.removeprefix("lab.emit(") + quote) for line in lines}
    assert read == {event for event in events if 0 < len(event) <= LONGEST_NAME} - {"*", "connect", "disconnect"}


@given(events=many_names, quote=st.sampled_from(["'", '"']))
def test_each_filter_offered_is_what_python_reads(events: tuple[str, ...], quote: str) -> None:
    left = f"lab.traffic.where({quote}event:"
    for line in put(left, len(left), complete_string(left, "", Known(emitted=events), role)):
        read = filters.parse(literal_eval(line.removeprefix("lab.traffic.where(") + quote))
        assert any(read.matches({"event": event}) for event in events)


@given(st.text(st.sampled_from("lab.emit(\"'[]{}=,#\n\\ to:whr")) | st.text(), st.text(max_size=2), names)
def test_it_never_fails(text: str, behind: str, name: str) -> None:
    known = Known(emitted=(name,), entered=((name,),))
    for start in ("", 'lab.emit("', 'lab.traffic.where("', 'lab.kick(to="'):
        found = complete_string(start + text, behind, known, role)
        assert found is None or 0 <= found.start <= len(start + text)

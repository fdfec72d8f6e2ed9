"""Why nobody is found under an address: the name of each silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.absent import absent, causes, nobody_there, put_back
from sio_lab.core.log import Log
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.core.state import State

CAT = "cat0123456789sid0000"


@pytest.fixture
def state() -> State:
    """Return a state in which ada is in / and in the rooms lobby and 7, ben in /chat and its room attic, cat gone."""
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN, "/chat")
    make.connect(log, CAT, name="cat")
    make.disconnect(log, CAT, reason="ping timeout")
    make.join(log, make.ADA, "lobby")
    make.join(log, make.ADA, 7)
    make.join(log, make.BEN, "attic", namespace="/chat")
    return log.state


@pytest.mark.parametrize(
    ("room", "name", "what"),
    [
        (make.BEN, "not in this namespace", f"client '{make.BEN}' is connected to /chat, not to /"),
        (CAT, "client left", "client cat (cat01234…) has left / (row 21: ping timeout)"),
        (f"eio-{make.ADA}", "not a sid", "is the id of a connection (eio_sid), not a sid: its client in / has the sid"),
        ("ada", "not a sid", "'ada' is what the lab calls a client: the server knows its sid and its rooms only"),
        ("7", "room of another type", "nobody is in room '7' (str), but somebody is in 7 (int)"),
        ("attic", "room in another namespace", "nobody is in room 'attic' of /; a room of that name has 1 client in /"),
        ("A1b2" * 5, "unknown sid", f"no client of / has the sid '{'A1b2' * 5}', and no room has that name"),
        ("loby", "empty room", "there is no client and no room 'loby' in /; did you mean 'lobby'?"),
        ("zzz", "empty room", "there is no client and no room 'zzz' in /"),
        (("a", 1), "empty room", "there is no client and no room ('a', 1) in /"),
        ("²", "empty room", "there is no client and no room '²' in /"),
    ],
)
def test_each_silence_has_a_name(state: State, room: Any, name: str, what: str) -> None:
    found = absent(state, state.rooms, "/", room)
    assert found.name == name
    assert what in found.what
    assert found.next_step


def test_a_number_where_rooms_are_texts() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "7")
    assert absent(log.state, log.state.rooms, "/", 7).name == "room of another type"


def test_a_client_that_left_its_personal_room(state: State) -> None:
    rooms = {"/": {None: {make.ADA}}}
    found = absent(state, rooms, "/", make.ADA)
    assert found.name == "left its personal room"
    assert found.next_step.endswith(put_back(make.ADA, "/"))


def test_causes_are_told_for_each_address(state: State) -> None:
    told = [(room, each.name) for room, each in causes(state, state.rooms, ("/", ("zzz", CAT), ()))]
    assert told == [("zzz", "empty room"), (CAT, "client left")]
    ((room, skipped),) = causes(state, state.rooms, ("/", ("lobby",), (make.ADA,)))
    assert (room, skipped.name, skipped.what) == (None, "everybody skipped", "everybody in lobby was skipped: ada")
    both = [each.name for _, each in causes(state, state.rooms, ("/", ("lobby", "zzz"), (make.ADA,)))]
    assert both == ["everybody skipped", "empty room"]


def test_nobody_in_a_namespace(state: State) -> None:
    assert nobody_there(state.rooms, "/x").what == "nobody is connected to /x; / has 1, /chat has 1"
    for to in ((), (None,)):
        ((room, found),) = causes(state, state.rooms, ("/x", to, ()))
        assert (room, found.name) == (None, "nobody connected")


def test_rooms_of_any_length_are_cut(state: State) -> None:
    found = absent(state, state.rooms, "/", "x" * 100_000)
    assert len(found.what) + len(found.next_step) < 1_000

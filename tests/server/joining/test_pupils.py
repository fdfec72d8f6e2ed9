from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from sio_lab.core.log import Log
from sio_lab.errors import Usage
from sio_lab.server.joining import Names, NotLetIn, Pupils
from sio_lab.server.joining.passes import MOST
from sio_lab.server.joining.pupils import RATE

if TYPE_CHECKING:
    from tests.server.joining.conftest import Room


@pytest.fixture
def pupils() -> Pupils:
    log = Log()
    return Pupils(log, Names(log), "LESSON7")


def test_who_has_the_code_gets_a_pass_and_a_name(pupils: Pupils) -> None:
    token, name = pupils.join("lesson-7", "Ada\n", "10.0.0.1")
    again, other = pupils.join("lesson-7", "ADA", "10.0.0.1")
    assert (name, other) == ("Ada", "ADA 2")
    assert token != again
    assert pupils.pupil_of(["wrong", token]) is not None
    assert pupils.names() == ["Ada", "ADA 2"]
    assert not pupils.here()


@pytest.mark.parametrize(
    ("code", "name", "status"), [("wrong1", "Ada", 403), ("", "Ada", 400), ("lesson7", " \u202e", 400)]
)
def test_who_has_not_gets_a_reason(pupils: Pupils, code: str, name: str, status: int) -> None:
    with pytest.raises(NotLetIn) as told:
        pupils.join(code, name, "10.0.0.1")
    assert told.value.status == status
    assert not pupils.names()


def test_guessing_is_slowed_down_and_the_class_joins_all_the_same(pupils: Pupils) -> None:
    statuses = []
    for number in range(30):
        with pytest.raises(NotLetIn) as told:
            pupils.join(f"guess{number}", "Eve", "10.0.0.1")
        statuses.append(told.value.status)
    assert statuses[:10] == [403] * 10
    assert set(statuses[10:]) == {429}
    assert told.value.wait > 0
    assert "Wait" in str(told.value)
    assert pupils.join("lesson7", "Ada", "10.0.0.1")[1] == "Ada"  # behind the same address


def test_beyond_what_all_may_try_no_code_is_looked_at(pupils: Pupils, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr("sio_lab.server.joining.buckets.time.monotonic", lambda: now)
    for number in range(200):
        with pytest.raises(NotLetIn):
            pupils.join("wrong1", "Eve", str(number))
    with pytest.raises(NotLetIn) as told:
        pupils.join("lesson7", "Ada", "10.0.0.1")
    assert told.value.status == 429
    assert told.value.wait < 1


def test_1000_joins_fill_the_room_and_no_more(pupils: Pupils, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.joining.guesses.Guesses.try_one", lambda *_: 0.0)
    honest, _ = pupils.join("lesson7", "Ada", "10.0.0.1")
    refused = 0
    for _ in range(1_000):
        try:
            pupils.join("lesson7", "x", "10.0.0.9")
        except NotLetIn as error:
            refused += error.status == 503
    assert len(pupils.names()) == MOST - 1  # the kernel's own pass is one of them
    assert refused == 1_000 - (MOST - 2)
    assert pupils.pupil_of([honest]) is not None


def test_a_lock_keeps_others_out_and_lets_back_in(pupils: Pupils) -> None:
    token, _ = pupils.join("lesson7", "Ada", "10.0.0.1")
    pupils.lock()
    with pytest.raises(NotLetIn, match="closed"):
        pupils.join("lesson7", "Ben", "10.0.0.1")
    assert pupils.pupil_of([token]) is not None
    pupils.unlock()
    assert pupils.join("lesson7", "Ben", "10.0.0.1")[1] == "Ben"


def test_the_teacher_sets_a_limit_and_a_pause(pupils: Pupils) -> None:
    assert (pupils.rate, pupils.paused) == (RATE, False)
    pupils.limit_to(0.5)
    pupils.pause()
    assert (pupils.rate, pupils.paused) == (0.5, True)
    pupils.limit_to(None)
    pupils.resume()
    assert (pupils.rate, pupils.paused) == (None, False)
    for rate in (0, -1, float("inf"), float("nan")):
        with pytest.raises(Usage, match="limit"):
            pupils.limit_to(rate)


def test_a_new_name_is_for_all_connections_and_for_later_ones(room: Room) -> None:
    token = room.join("Ada")
    one, other = room.peer(token), room.peer(token, transports=("polling",))
    assert room.pupils.rename(room.eio_sid(one), "Eve") == "Eve"
    third = room.peer(token)
    names = [room.lab.log.state.name_of(room.eio_sid(each)) for each in (one, other, third)]
    assert names == ["Eve"] * 3
    assert room.pupils.names() == room.pupils.here() == ["Eve"]


def test_a_pupil_who_comes_back_keeps_the_name_and_is_the_one_reached(room: Room) -> None:
    token = room.join("Ada")
    old, new = room.peer(token), room.peer(token)
    reached = room.lab.emit("hi", to="Ada")
    assert reached.sids == (new.get_sid(),)
    new.wait_for("hi")
    assert not old.got("hi")
    assert "Ada" in str(room.lab.sequence())


def test_a_client_of_the_lab_takes_its_name_back(room: Room) -> None:
    room.pupil("ada")
    client = room.lab.client("ada")
    assert room.pupils.names() == ["ada 2"]
    assert client.call("say", 1) == 1
    assert room.lab.reach(to="ada").sids == (client.sid,)
    assert room.ask_in(room.pupils.code, "Ada")[1]["name"] == "Ada 3"


def test_who_is_kicked_is_out_on_all_connections_until_it_joins_again(room: Room) -> None:
    token = room.join("Ada")
    one, other, ben = room.peer(token), room.peer(token, transports=("polling",)), room.pupil("Ben")
    room.lab.kick("Ada")
    for each in (one, other):
        each.wait_for("disconnect")
        assert each.got("refused")[-1][0]["reason"] == "kicked"
    room.wait(lambda: len(room.lab.log.state.connections) == 1)
    assert room.pupils.names() == ["Ben"]
    assert room.get("/", **{"X-Sio-Lab-Pass": token})[0] == 403
    assert ben.ask("say", 1) == 1
    assert room.pupil("Ada").ask("say", 2) == 2


def test_who_is_kicked_cannot_enter_again_over_the_connection_it_has(room: Room) -> None:
    raw = room.raw(room.join("Eve"))
    raw.opened()
    raw.enter("/")
    room.lab.kick("Eve")
    room.wait(lambda: not room.lab.log.state.connections)


def test_the_kernels_own_pass_is_no_pupils(pupils: Pupils) -> None:
    own = pupils.pupil_of([pupils.own_pass])
    assert own is not None
    assert own.is_own
    assert not pupils.names()

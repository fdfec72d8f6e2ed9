"""Whose lane it is, also after reconnects, before a name is known, and of clients that have left."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.lane_keys import OTHERS, REMEMBERED, SERVER, Lane, LaneKeys, known_of
from sio_lab.core.log import Log
from tests import factories as make


def nobody(_sid: str) -> tuple[None, None]:
    return None, None


def keys(log: Log) -> LaneKeys:
    learned = LaneKeys(nobody)
    for record in log.since():
        learned.learn(record)
    return learned


def test_a_connection_has_one_lane_for_all_its_namespaces() -> None:
    learned = LaneKeys(nobody)
    learned.learn(r.Connected("/", "sid-a", "eio", None))
    learned.learn(r.Connected("/chat", "sid-b", "eio", None))
    assert learned.of("sid-a") == learned.of("sid-b") == learned.of(None, "eio")
    assert learned.lane(learned.of("sid-b")).label == "sid-a"


def test_a_named_client_keeps_its_lane_over_reconnects() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.disconnect(log, make.ADA)
    make.connect(log, make.BEN, name="ada")
    learned = keys(log)
    assert learned.of(make.ADA) == learned.of(make.BEN) == "name:ada"
    assert learned.lane("name:ada").label == "ada"


def test_others_are_called_by_their_short_sid() -> None:
    log = Log()
    make.connect(log, make.BEN)
    learned = keys(log)
    assert learned.lane(learned.of(make.BEN)).label == make.BEN[:8]


def test_a_name_that_comes_late_moves_the_lane() -> None:
    learned = LaneKeys(nobody)
    before = learned.of(None, "eio")
    assert learned.learn(r.ClientNamed("eio", "ada")) == {before: "name:ada"}
    assert learned.learn(r.ClientNamed("eio", "ada")) == {}


def test_a_sid_whose_connection_comes_late_moves_too() -> None:
    learned = LaneKeys(nobody)
    alone = learned.of("sid-a")
    assert alone == "sid:sid-a"
    assert learned.learn(r.Connected("/", "sid-a", "eio", None)) == {alone: "eio:eio"}
    assert learned.of("sid-a") == "eio:eio"


def test_what_the_state_knows_helps_with_clients_from_before() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    learned = LaneKeys(known_of(log))
    assert learned.of(make.ADA) == "name:ada"
    make.disconnect(log, make.ADA)
    assert LaneKeys(known_of(log)).of(make.ADA) == "name:ada"


def test_a_snapshot_tells_of_all_members() -> None:
    learned = LaneKeys(nobody)
    members = (r.Member("/", None, "a", "one"), r.Member("/", None, "b", "two"))
    learned.learn(r.Snapshot(members, ()))
    assert (learned.of("a"), learned.of("b")) == ("eio:one", "eio:two")


def test_lanes_of_the_server_and_of_many() -> None:
    assert LaneKeys(nobody).lane(SERVER).label == "server"
    assert Lane(OTHERS, count=4).label == "4 others"


def test_memory_is_bounded() -> None:
    learned = LaneKeys(nobody)
    for number in range(REMEMBERED + 50):
        learned.learn(r.Connected("/", f"sid-{number}", f"eio-{number}", None))
    assert max(map(len, (learned._connections, learned._keys, learned._lanes))) == REMEMBERED
    assert learned.of("sid-3") == "sid:sid-3"


def test_several_at_once_are_known_again_until_one_turns_out_to_be_another() -> None:
    learned = LaneKeys(nobody)
    assert learned.of_all(("a", "b", "a")) == ("sid:a", "sid:b")
    assert learned.of_all(("a", "b", "a")) is learned.of_all(("a", "b", "a"))
    learned.learn(r.Connected("/", "a", "eio", None))
    learned.learn(r.Connected("/chat", "b", "eio", None))
    assert learned.of_all(("a", "b", "a")) == ("eio:eio",)

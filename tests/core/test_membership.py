"""Who is in which room, as a value that a map draws and compares."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.membership import (
    MOST_CLIENTS,
    MOST_MEMBERSHIPS,
    MOST_NAMESPACES,
    MOST_ROOMS,
    Membership,
    Place,
    membership,
    word,
)
from sio_lab.core.targets import reach, resolve
from tests import factories as make


def of(log: Log) -> Membership:
    with log.lock:
        return membership(log.state)


def only(log: Log) -> Place:
    (place,) = of(log).places
    return place


def two() -> Log:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    return log


def test_clients_and_rooms_are_told_in_the_order_they_came() -> None:
    log = two()
    make.join(log, make.BEN, "lobby")
    make.join(log, make.ADA, "lobby")
    make.join(log, make.ADA, 5)
    place = only(log)
    assert [(client.sid, client.name) for client in place.clients] == [(make.ADA, "ada"), (make.BEN, None)]
    assert [(room.room, room.members, room.count) for room in place.rooms] == [("lobby", (1, 0), 2), (5, (0,), 1)]
    assert (place.clients_count, place.rooms_count) == (2, 2)


def test_personal_rooms_are_left_out_and_nothing_else() -> None:
    assert only(two()).rooms == ()


def test_what_does_not_change_is_equal_and_what_does_is_not() -> None:
    log = two()
    before = of(log)
    make.receive(log, make.ADA, "chat", "hi")
    assert of(log) == before
    make.join(log, make.ADA, "lobby")
    assert of(log) != before


def test_a_namespace_with_handlers_alone_is_told_and_the_one_for_all_is_not() -> None:
    log = two()
    log.append(r.HandlerRegistered("/chat", "say", "on_say", "In[4]", "cell 4, line 2"))
    log.append(r.HandlerRegistered("*", "say", "on_say", "In[4]", "cell 4, line 2"))
    assert [place.namespace for place in of(log).places] == ["/", "/chat"]


def test_a_connection_is_known_in_each_of_its_namespaces() -> None:
    log = two()
    log.append(r.Joined("/chat", None, "another", f"eio-{make.ADA}"))
    (client,) = of(log).places[1].clients
    assert (client.eio_sid, client.name) == (f"eio-{make.ADA}", "ada")


def test_all_is_bounded_and_the_rest_is_counted() -> None:
    log = Log()
    for number in range(MOST_CLIENTS + 3):
        log.append(r.Joined("/", None, f"sid{number}", f"eio{number}"))
    for number in range(MOST_ROOMS + 2):
        log.append(r.Joined("/", f"room{number}", "sid0", "eio0"))
    log.append(r.Joined("/", "room0", f"sid{MOST_CLIENTS}", "eio"))
    place = only(log)
    assert (len(place.clients), place.clients_count) == (MOST_CLIENTS, MOST_CLIENTS + 3)
    assert (len(place.rooms), place.rooms_count) == (MOST_ROOMS, MOST_ROOMS + 2)
    assert (place.rooms[0].members, place.rooms[0].count) == ((0,), 2)


def test_memberships_are_bounded() -> None:
    log = Log()
    for sid in range(MOST_CLIENTS):
        log.append(r.Joined("/", None, f"sid{sid}", f"eio{sid}"))
        for room in range(30):
            log.append(r.Joined("/", room, f"sid{sid}", f"eio{sid}"))
    rooms = only(log).rooms
    assert sum(len(room.members) for room in rooms) == MOST_MEMBERSHIPS
    assert {room.count for room in rooms} == {MOST_CLIENTS}


def test_of_too_many_namespaces_those_with_clients_stay() -> None:
    log = Log()
    for number in range(MOST_NAMESPACES + 4):
        log.append(r.HandlerRegistered(f"/a{number}", "say", "on_say", "In[4]", "cell 4, line 2"))
    make.connect(log, make.ADA, "/zoo")
    told = of(log)
    assert (len(told.places), told.more) == (MOST_NAMESPACES, 5)
    assert told.places[-1].namespace == "/zoo"


class Broken:
    def __str__(self) -> NoReturn:
        raise ValueError("no text")


@pytest.mark.parametrize(
    ("room", "told"),
    [
        ("lobby", "room:lobby"),
        ("", "room:"),
        ("room:x", "room:room:x"),
        (5, 5),
        (2**60, f"room:{2**60}"),
        (("a", 1), "room:('a', 1)"),
        (True, "room:True"),
        ("x" * 1_001, None),
        ("\ud800", None),
        (Broken(), None),
    ],
)
def test_a_room_has_a_word_that_a_page_can_ask_with(room: Any, told: str | int | None) -> None:
    assert word(room, {room}) == told


def test_an_integer_that_python_will_not_write_has_no_word() -> None:
    assert word(10**5_000, set()) is None


def test_the_word_of_a_room_means_that_room_and_no_other_that_looks_like_it() -> None:
    log = two()
    make.join(log, make.ADA, "5")
    make.join(log, make.BEN, 5)
    make.join(log, make.BEN, ("a", 1))
    rooms = [room.room for room in only(log).rooms]
    reached = [reach(log.state, resolve(log.state, word(room, rooms), "/")) for room in rooms]
    assert reached == [(make.ADA,), (make.BEN,), (make.BEN,)]


def test_a_room_whose_text_is_another_room_s_name_has_no_word() -> None:
    assert word(("a", 1), {("a", 1), "('a', 1)"}) is None


def test_a_small_namespace_is_told_in_full_beside_a_large_one() -> None:
    log = Log()
    for namespace, count in (("/", MOST_CLIENTS * 2), ("/chat", 3)):
        for number in range(count):
            sid = f"{namespace}{number}"
            log.append(r.Joined(namespace, None, sid, sid))
            log.append(r.Joined(namespace, f"room{number}", sid, sid))
    big, small = of(log).places
    assert (len(small.clients), len(small.rooms)) == (3, 3)
    assert (len(big.clients), len(big.rooms)) == (MOST_CLIENTS - 3, MOST_ROOMS - 3)

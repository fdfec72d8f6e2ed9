from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from tests.server.joining.conftest import Room


def test_without_a_class_a_connection_goes_by_the_name_its_page_was_given(room: Room) -> None:
    room.lab.stage.end_class()
    room.lab.client("boss")
    names = []
    for asked in ("Ada", "ada", "Boss", "\u202e", "<b>"):
        sid = open_with(room, f"lab_name={quote(asked)}")
        names.append(room.lab.log.state.name_of(sid))
    assert names == ["Ada", "ada 2", "Boss 2", None, "<b>"]


@pytest.mark.parametrize("of_the_kernel", [True, False])
def test_with_a_class_it_is_the_pupils_name(room: Room, of_the_kernel: bool) -> None:
    token = room.pupils.own_pass if of_the_kernel else room.join("Ada")
    sid = open_with(room, f"lab_name=Boss&lab_pass={token}")
    assert room.lab.log.state.name_of(sid) == ("Boss" if of_the_kernel else "Ada")
    assert room.pupils.names() == ([] if of_the_kernel else ["Ada"])


def test_a_page_whose_name_a_client_of_the_lab_takes_gets_another(room: Room) -> None:
    room.lab.stage.end_class()
    sid = open_with(room, "lab_name=ada")
    room.lab.client("ada")
    assert room.lab.log.state.name_of(sid) == "ada 2"


def open_with(room: Room, query: str) -> str:
    """Open a connection by a query; returns its eio_sid."""
    poll = room.get(f"/socket.io/?EIO=4&transport=polling&{query}")
    assert poll[0] == 200, poll
    return poll[1].partition('"sid":"')[2].partition('"')[0]

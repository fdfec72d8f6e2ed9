from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.errors import Usage
from sio_lab.server.joining import Names
from tests import factories as made


def named(log: Log) -> list[str]:
    return [record.name for record in log.since() if type(record) is r.ClientNamed]


@pytest.mark.parametrize("taken", ["Ada", "lobby", made.BEN, "server", "Boss"])
def test_nobody_gets_the_name_of_another_a_room_a_sid_or_a_client_of_the_lab(taken: str) -> None:
    log = Log()
    made.connect(log, made.ADA, name="Ada")
    made.connect(log, made.BEN)
    made.join(log, made.ADA, "lobby")
    names = Names(log)
    names.of_the_lab.add("boss")
    assert names.choose(taken) == f"{taken} 2"
    assert names.choose("Cat") == "Cat"


def test_a_connection_may_be_renamed_and_keeps_its_own_name() -> None:
    log = Log()
    connected = made.connect(log, made.ADA, name="Ada")
    names = Names(log)
    assert names.rename(connected.eio_sid, "Ada") == "Ada"
    assert names.rename(connected.eio_sid, "Eve") == "Eve"
    assert log.state.name_of(made.ADA) == "Eve"
    with pytest.raises(Usage, match="no name"):
        names.rename(connected.eio_sid, "\u202e \n")


def test_one_that_has_gone_is_not_named() -> None:
    log = Log()
    Names(log).give("gone", "Ada")
    assert not named(log)


def test_a_page_that_goes_by_the_name_of_a_new_client_of_the_lab_gets_another() -> None:
    log, names = Log(), None
    connected = made.connect(log, made.ADA, name="Ada")
    names = Names(log)
    names.note(connected.eio_sid)
    names.of_the_lab.add("ada")
    names.make_way()
    names.make_way()
    assert log.state.name_of(made.ADA) == "Ada 2"


def test_a_client_of_the_lab_may_be_written_otherwise() -> None:
    log = Log()
    connected = made.connect(log, made.ADA, name="ada")
    names = Names(log)
    names.of_the_lab.add("ada")
    assert names.rename(connected.eio_sid, "Ada") == "Ada"
    assert names.rename(connected.eio_sid, "ada") == "ada"

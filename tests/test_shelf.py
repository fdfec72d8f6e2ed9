"""What a lab has to show is one thing, whoever asks."""

from __future__ import annotations

import pytest

from sio_lab import tables
from sio_lab.lab import Lab
from sio_lab.shelf import Shelf
from sio_lab.shows import Sequence, Shows

TABLES = ("acks", "clients", "errors", "handlers", "namespaces", "rooms", "tasks", "traffic")


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_made_anew_at_each_look_and_know_their_title(name: str) -> None:
    lab = Lab()
    table = getattr(lab, name)
    assert isinstance(table, tables.Table)
    assert table.title == name
    assert getattr(lab, name) is not table


def test_looking_at_a_table_makes_no_views() -> None:
    lab = Lab()
    assert len(lab.traffic) == 0
    assert lab.on_display is None


def test_views_show_themselves() -> None:
    lab = Lab()
    assert isinstance(lab.sequence(), Sequence)
    assert all(isinstance(shown, Shows) for shown in (lab.dashboard(), lab.map(), lab.panels()))


def test_all_of_it_is_the_lab_s() -> None:
    assert issubclass(Lab, Shelf)

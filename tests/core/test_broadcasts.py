"""Emits to several clients, counted for all of them at once."""

from __future__ import annotations

from sio_lab.core.broadcasts import MOST_GROUPS, Broadcasts


def test_emits_to_the_same_clients_are_counted_together() -> None:
    broadcasts = Broadcasts()
    broadcasts.count(("a", "b"), 10)
    broadcasts.count(("a", "b"), 5)
    broadcasts.count(("b", "a"), 1)
    assert broadcasts.taken() == [(("a", "b"), 2, 15), (("b", "a"), 1, 1)]


def test_what_was_taken_is_gone() -> None:
    broadcasts = Broadcasts()
    broadcasts.count(("a", "b"), 10)
    assert broadcasts
    broadcasts.taken()
    assert not broadcasts
    assert broadcasts.taken() == []


def test_many_different_recipients_are_not_kept_for_long() -> None:
    broadcasts = Broadcasts()
    for number in range(MOST_GROUPS):
        assert not broadcasts.is_full
        broadcasts.count((f"a{number}", "b"), 1)
    assert broadcasts.is_full

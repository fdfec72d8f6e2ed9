from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.joining import passes as module
from sio_lab.server.joining.passes import MOST, Passes, Pupil

if TYPE_CHECKING:
    import pytest


def test_a_pass_finds_its_pupil_and_nothing_else_does() -> None:
    passes, ada = Passes(), Pupil("Ada")
    token = passes.issue(ada)
    assert passes.find(token) is ada
    assert not any(map(passes.find, ["", token[:-1], token + "x", token.swapcase(), "é\ud800", "x" * 10_000]))


def test_a_pass_is_kept_nowhere_as_it_is() -> None:
    passes = Passes()
    token = passes.issue(Pupil("Ada"))
    assert token not in repr(vars(passes))
    assert len(token) >= 22


def test_a_pass_that_was_taken_back_is_none() -> None:
    passes, ada = Passes(), Pupil("Ada")
    token = passes.issue(ada)
    passes.withdraw(ada)
    assert passes.find(token) is None
    assert ada.is_gone


def test_where_all_fit_who_never_came_makes_room_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, honest = Passes(), Pupil("Ada", has_come=True)
    token = passes.issue(honest)
    while len(passes) < MOST:
        assert passes.make_room()
        passes.issue(Pupil("x"))
    assert not passes.make_room()  # they may be about to come
    monkeypatch.setattr(module, "PATIENCE_SECONDS", -1.0)
    assert passes.make_room()
    assert len(passes) == MOST - 1
    assert passes.find(token) is honest

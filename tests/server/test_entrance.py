"""Requests pass one door after the other, then the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.entrance import Entrance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Way:
    """Notes who was passed; `shut` answers, all others let pass."""

    def __init__(self, shut: str | None = None) -> None:
        self.passed: list[str] = []
        self.shut = shut

    def door(self, name: str) -> Callable[[dict[str, Any], Any], Iterable[bytes] | None]:
        def door(environ: dict[str, Any], _start: Any) -> Iterable[bytes] | None:
            self.passed.append(name)
            environ[name] = len(self.passed)
            return [name.encode()] if name == self.shut else None

        return door

    def program(self, environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        self.passed.append("program")
        return [repr(environ).encode()]


@pytest.mark.parametrize(
    ("shut", "passed"), [("a", "a"), ("b", "a b"), ("c", "a b c"), (None, "a b c program")], ids=str
)
def test_the_first_that_answers_is_the_last_that_is_asked(shut: str | None, passed: str) -> None:
    way = Way(shut)
    answer = Entrance(way.door("a"), way.door("b"), way.door("c")).before(way.program)
    assert list(answer({}, None)) == [shut.encode() if shut else b"{'a': 1, 'b': 2, 'c': 3}"]
    assert " ".join(way.passed) == passed


def test_an_empty_answer_is_one() -> None:
    way = Way()
    assert list(Entrance(lambda *_: []).before(way.program)({}, None)) == []
    assert way.passed == []


def test_doors_may_be_added_while_serving() -> None:
    way = Way("late")
    entrance = Entrance()
    answer = entrance.before(way.program)
    assert list(answer({}, None)) == [b"{}"]
    entrance.doors.append(way.door("late"))
    assert list(answer({}, None)) == [b"late"]


def test_each_entrance_has_origins_of_its_own() -> None:
    first, second = Entrance(), Entrance()
    assert first.origins is not second.origins
    assert Entrance(origins=first.origins).origins is first.origins

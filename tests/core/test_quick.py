"""Frozen classes that cost little to make: they differ from plain ones in nothing else."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.quick import quick


@dataclass(frozen=True, slots=True)
class Plain:
    name: str
    number: int | None = None
    stamp: int = field(default=0, init=False)


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    name: str
    number: int | None = None
    stamp: int = field(default=0, init=False)


@quick
@dataclass(frozen=True, slots=True)
class Below(Quick):
    more: tuple[int, ...] = ()


@given(st.text(), st.none() | st.integers())
def test_it_is_what_the_plain_one_would_be(name: str, number: int | None) -> None:
    quickly, plainly = Quick(name, number), Plain(name, number=number)
    assert repr(quickly).replace("Quick", "Plain") == repr(plainly)
    assert [getattr(quickly, each.name) for each in fields(quickly)] == [name, number, 0]
    assert quickly == Quick(name, number)
    assert hash(quickly) == hash(plainly)
    assert type(quickly) is Quick


def test_its_signature_is_the_plain_one_s() -> None:
    assert inspect.signature(Quick) == inspect.signature(Plain)
    assert Quick.__init__.__annotations__ == Plain.__init__.__annotations__


@pytest.mark.parametrize("args", [(), ("a", 1, 2), ("a", 1, 2, 3)])
def test_wrong_calls_are_refused(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        Quick(*args)


@pytest.mark.parametrize("thing", [Quick("a", 1), Below("a", more=(1,))])
def test_it_cannot_be_changed(thing: Quick) -> None:
    with pytest.raises(FrozenInstanceError):
        thing.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del thing.name
    with pytest.raises((FrozenInstanceError, TypeError)):
        thing.__class__ = Plain  # type: ignore[assignment]


@pytest.mark.parametrize("thing", [Quick("a", 1), Below("a", more=(1,))])
def test_copies_are_equal_and_of_the_same_class(thing: Quick) -> None:
    for other in (copy.copy(thing), copy.deepcopy(thing), pickle.loads(pickle.dumps(thing)), replace(thing)):  # noqa: S301 - our own bytes
        assert (other, type(other)) == (thing, type(thing))
    assert replace(thing, name="b").name == "b"


def test_what_failed_to_be_made_was_never_open_to_anybody() -> None:
    assert Quick.__subclasses__()[0].__name__ == "_OpenQuick"
    with pytest.raises(TypeError):
        Quick()  # type: ignore[call-arg]


def test_other_classes_are_refused() -> None:
    @dataclass(frozen=True)
    class Loose:
        name: str

    @dataclass(frozen=True, slots=True)
    class Making:
        names: list[str] = field(default_factory=list)

    for cls in (Loose, Making):
        with pytest.raises(TypeError, match=f"{cls.__name__} is no dataclass with slots"):
            quick(cls)

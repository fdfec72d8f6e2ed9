"""What is remembered of functions and objects: which cell owns them."""

from __future__ import annotations

import gc
import weakref
from functools import partial, wraps
from typing import Any

import pytest

from sio_lab.core.cells import Cells, Owner

A = Owner("a", 1, "In [1]")
B = Owner("b", 2, "In [2]")


@pytest.fixture
def cells() -> Cells:
    return Cells()


class Namespace:
    """Stands for a class-based namespace."""

    def on_chat(self) -> None: ...


class Equal:
    """Not hashable, since it is compared by value."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal)

    __hash__ = None

    def on_chat(self) -> None: ...


class Slotted:
    """Not to be referred to weakly."""

    __slots__ = ()


def chat() -> None: ...


@wraps(chat)
def decorated() -> None: ...


SPACE = Namespace()


@pytest.mark.parametrize(
    ("noted", "asked"),
    [
        (chat, chat),
        (chat, partial(partial(chat), 1)),
        (partial(chat), chat),
        (chat, decorated),
        (decorated, chat),
        (SPACE.on_chat, Namespace().on_chat),
        (SPACE, SPACE),
        (SPACE, SPACE.on_chat),
        (SPACE, partial(SPACE.on_chat, 1)),
        (Namespace, Namespace),
        (print, print),
    ],
)
def test_what_is_noted_is_found_by_what_it_is_made_of(cells: Cells, noted: Any, asked: Any) -> None:
    cells.note(noted, A)
    assert cells.of(asked) is A
    assert cells.label(asked) == "In [1]"
    cells.note(noted, B)
    assert cells.of(asked) is B
    cells.note(noted, None)
    assert (cells.of(asked), cells.label(asked)) == (None, None)


@pytest.mark.parametrize("thing", [Equal(), Equal().on_chat, Slotted(), [], {}, 3, None, "text", [].append])
def test_what_can_not_be_noted_is_nobodys(cells: Cells, thing: Any) -> None:
    if thing is not None and getattr(thing, "__self__", None) is None:
        cells.note(thing, A)
    assert cells.of(thing) is None
    assert cells.label(thing) is None


def test_notes_are_told_apart(cells: Cells) -> None:
    one, two = Namespace(), Namespace()
    cells.note(one, A)
    cells.note(two, B)
    assert (cells.of(one.on_chat), cells.of(two.on_chat), cells.of(Namespace)) == (
        A,
        B,
        None,
    )


def test_a_note_keeps_nothing_alive() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = Cells(names)
    cells.begin("a", "In [1]", "<a>")
    code = "def chat(): ...\nclass Chat:\n    def on_chat(self): ...\nspace = Chat()"
    exec(compile(code, "<a>", "exec"), names)  # noqa: S102 - as IPython does
    owner = cells.end()
    things = [names.pop(name) for name in ("chat", "space", "Chat")]
    for thing in things:
        cells.note(thing, owner)
        assert cells.of(thing) is cells.written_by(thing) is owner
    watched = [weakref.ref(thing) for thing in things]
    del thing, things
    gc.collect()
    assert [each() for each in watched] == [None, None, None]

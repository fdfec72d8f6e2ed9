"""Replacing methods of single objects, and putting everything back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.errors import LabError
from sio_lab.server.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Callable


class Bell:
    def ring(self, times: int = 1) -> str:
        return "ding" * times


def louder(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: f"{original(*args)}!"


def test_only_this_object_is_changed() -> None:
    bell, other = Bell(), Bell()
    Patches().wrap(bell, "ring", louder)
    assert bell.ring(2) == "dingding!"
    assert (other.ring(), Bell.ring(other)) == ("ding", "ding")


def test_undo_leaves_no_attribute_where_there_was_none() -> None:
    bell, patches = Bell(), Patches()
    patches.wrap(bell, "ring", louder)
    patches.wrap(bell, "ring", louder)
    assert bell.ring() == "ding!!"
    patches.undo()
    assert vars(bell) == {}


def test_undo_puts_back_an_attribute_that_the_object_had_of_its_own() -> None:
    bell, patches = Bell(), Patches()
    own = bell.ring = lambda: "dong"
    patches.wrap(bell, "ring", louder)
    assert bell.ring() == "dong!"
    patches.undo()
    assert vars(bell) == {"ring": own}


def test_a_second_undo_does_nothing() -> None:
    bell, patches = Bell(), Patches()
    patches.wrap(bell, "ring", louder)
    patches.undo()
    bell.ring = lambda: "mine"
    patches.undo()
    assert bell.ring() == "mine"


def test_an_item_of_a_dict_is_wrapped_and_put_back_in_its_place() -> None:
    def ring() -> str:
        return "ding"

    bells, patches = {"first": ring, "second": ring}, Patches()
    patches.wrap_item(bells, "first", louder)
    assert bells["first"]() == "ding!"
    patches.undo()
    assert list(bells.items()) == [("first", ring), ("second", ring)]


def test_a_method_that_is_missing_names_itself_and_the_versions_to_install() -> None:
    with pytest.raises(LabError, match=r"Bell has no method 'chime'.*Install python-socketio >= 5\.12"):
        Patches().wrap(Bell(), "chime", louder)

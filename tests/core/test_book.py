"""Of all that cells have defined for a key the newest counts, and what lies under it comes back when that goes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sio_lab.core.cells import Cells, Owner
from tests.core.kept_object import Object


def owner(cell: str, run: int, *, kept: bool = False, anonymous: bool = False) -> Owner:
    return Owner(cell, run, f"In [{run}]", anonymous, kept)


@pytest.fixture
def thing() -> Object:
    return Object()


def test_the_newest_counts_and_what_lies_under_it_comes_back(thing: Object) -> None:
    for run, cell in enumerate("abc", 1):
        thing.book.add("x", owner(cell, run), cell)
    assert thing.has == {"x": ["c"]}
    assert [group.items for group in thing.book.groups("x")] == [["a"], ["b"], ["c"]]
    assert thing.book.drop("c") == ["x"]
    assert thing.has == {"x": ["b"]}
    assert thing.book.drop("a") == ["x"]
    assert thing.has == {"x": ["b"]}
    assert thing.book.drop("b") == ["x"]
    assert (thing.has, thing.book.keys(), thing.book.groups("x")) == ({}, [], [])


def test_a_re_run_replaces_and_removes_what_it_no_longer_defines(thing: Object) -> None:
    for key in "xyz":
        thing.book.add(key, owner("a", 1), 1)
    thing.book.add("x", owner("a", 2), 2)
    assert thing.book.sweep(owner("a", 2)) == ["y", "z"]
    assert thing.has == {"x": [2]}
    assert thing.book.sweep(owner("a", 2)) == []


def test_a_run_that_is_not_swept_takes_nothing_away(thing: Object) -> None:
    thing.book.add("x", owner("a", 1), 1)
    thing.book.add("y", owner("a", 1), 1)
    thing.book.add("x", owner("a", 2), 2)  # and then it fails
    assert thing.has == {"x": [2], "y": [1]}
    assert thing.book.sweep(owner("a", 3)) == ["x", "y"]


def test_who_defines_again_comes_to_the_top(thing: Object) -> None:
    thing.book.add("x", owner("a", 1), "a")
    thing.book.add("x", owner("b", 2), "b")
    thing.book.add("x", owner("a", 1), "a, by a handler")
    assert thing.has == {"x": ["a, by a handler"]}
    thing.book.drop("a")
    assert thing.has == {"x": ["b"]}


def test_within_a_run_the_last_counts(thing: Object) -> None:
    for item in (1, 2, 3):
        thing.book.add("x", owner("a", 1), item)
    assert thing.has == {"x": [3]}
    assert len(thing.book.groups("x")) == 1


def test_with_many_a_run_has_all_that_it_defined() -> None:
    thing = Object(many=True)
    thing.book.add("x", owner("a", 1), 1)
    thing.book.add("x", owner("a", 1), 2)
    thing.book.add("x", owner("b", 2), 3)
    assert thing.has == {"x": [3]}
    thing.book.add("x", owner("a", 1), 4)
    assert thing.has == {"x": [1, 2, 4]}
    assert thing.book.sweep(owner("a", 3)) == ["x"]
    assert thing.has == {"x": [3]}


@pytest.mark.parametrize("many", [False, True])
def test_what_belongs_to_no_cell_is_replaced_and_never_swept(*, many: bool) -> None:
    thing = Object(many=many)
    thing.book.add("x", None, 1)
    thing.book.add("x", None, 2)
    assert thing.has == {"x": [2]}
    thing.book.add("x", owner("a", 1), 3)
    thing.book.sweep(owner("a", 2))
    assert thing.has == {"x": [2]}
    thing.book.add("x", owner("b", 3), 4)
    thing.book.add("x", None, 5)
    assert thing.has == {"x": [5]}
    assert len(thing.book.groups("x")) == 2
    assert thing.book.remove("x")
    assert not thing.book.remove("x")
    assert thing.has == {}


def test_what_a_module_registered_stays_until_a_module_registers_it_anew(thing: Object) -> None:
    thing.book.add("x", owner("a", 1, kept=True), "module")
    assert thing.book.sweep(owner("a", 1)) == []
    thing.book.add("x", owner("a", 2), "cell")
    assert thing.book.sweep(owner("a", 2)) == []
    assert thing.has == {"x": ["cell"]}
    assert thing.book.sweep(owner("a", 3)) == ["x"]
    assert thing.has == {"x": ["module"]}
    thing.book.add("x", owner("a", 4, kept=True), "module, once more")
    thing.book.sweep(owner("a", 4))
    assert [group.items for group in thing.book.groups("x")] == [["module, once more"]]
    assert thing.book.drop("a") == ["x"]


def test_what_comes_too_late_is_left_out(thing: Object) -> None:
    thing.book.add("x", owner("a", 1), 1)
    thing.book.add("x", owner("a", 2), 2)
    thing.book.sweep(owner("a", 2))
    thing.book.add("x", owner("a", 1), "late")
    thing.book.add("y", owner("a", 1), "late")
    thing.book.add("z", owner("a", 1, kept=True), "of a module")
    assert thing.has == {"x": [2], "z": ["of a module"]}
    new = Object()
    new.book.carry(thing.book)
    new.book.add("y", owner("a", 1), "late")
    assert new.has == thing.has


def test_what_a_deleted_cell_defines_late_is_left_out_and_a_new_run_is_not(thing: Object) -> None:
    thing.book.add("x", owner("a", 1), 1)
    thing.book.sweep(owner("b", 2))
    thing.book.drop("a")
    thing.book.add("x", owner("a", 1), "late")
    assert thing.has == {}
    thing.book.add("x", owner("a", 3), "again")
    assert thing.has == {"x": ["again"]}


@pytest.mark.parametrize("kept", [False, True])
def test_within_a_run_the_last_says_whether_it_is_kept(thing: Object, *, kept: bool) -> None:
    thing.book.add("x", owner("a", 1, kept=not kept), 1)
    thing.book.add("x", owner("a", 1, kept=kept), 2)
    thing.book.sweep(owner("a", 2))
    assert thing.has == ({"x": [2]} if kept else {})


def test_without_ids_a_cell_replaces_what_any_other_defined(thing: Object) -> None:
    thing.book.add("x", owner("<one>", 1, anonymous=True), 1)
    thing.book.add("y", owner("<one>", 1, anonymous=True), 1)
    thing.book.add("x", owner("a", 2), "a")
    thing.book.add("x", owner("<two>", 3, anonymous=True), 2)
    assert thing.book.sweep(owner("<two>", 3, anonymous=True)) == []
    assert [group.items for group in thing.book.groups("x")] == [["a"], [2]]
    assert thing.has == {"x": [2], "y": [1]}


def test_it_is_told_of_what_changes_and_of_nothing_else(thing: Object) -> None:
    thing.book.add("x", owner("a", 1), 1)
    thing.book.add("y", owner("b", 2), 1)
    assert thing.news() == ["x", "y"]
    assert thing.book.sweep(owner("c", 3)) == thing.book.drop("c") == []
    thing.book.sweep(owner("b", 4))
    assert thing.news() == ["y"]


def test_carried_is_what_other_cells_own_beneath_what_is_there(thing: Object) -> None:
    for run, (key, cell) in enumerate([("y", "b"), ("x", "a"), ("x", "b"), ("x", "c"), ("z", "c")], 1):
        thing.book.add(key, owner(cell, run), cell)
    thing.book.add("y", None, "nobody")
    new = Object()
    new.book.add("x", owner("d", 6), "d")
    new.book.carry(thing.book, without={"c"})
    assert [group.items for group in new.book.groups("x")] == [["a"], ["b"], ["d"]]
    assert new.has == {"x": ["d"], "y": ["nobody"]}
    assert new.book.keys() == ["x", "y"]
    new.book.carry(thing.book, without={"c"})
    assert [group.items for group in new.book.groups("x")] == [["a"], ["b"], ["d"]]
    assert thing.has == {"x": ["c"], "y": ["nobody"], "z": ["c"]}


def test_carried_keys_are_in_the_order_they_were_defined_in(thing: Object) -> None:
    for key in "zxy":
        thing.book.add(key, owner("a", 1), 1)
    new = Object()
    new.book.carry(thing.book)
    assert new.book.keys() == ["z", "x", "y"]
    assert new.news() == ["z", "x", "y"]


def test_threads_define_and_sweep_at_once(thing: Object) -> None:
    start = threading.Barrier(4, timeout=10)
    cells = Cells()

    def work(cell: str) -> None:
        start.wait()
        for turn in range(100):
            run = cells.mint(cell, cell)
            thing.book.add(f"{cell} {turn}", run, turn)
            thing.book.add("shared", run, cell)
            thing.book.sweep(run)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "abcd"))
    assert thing.says() == thing.has
    assert sorted(thing.has) == ["a 99", "b 99", "c 99", "d 99", "shared"]
    assert sorted(group.items[0] for group in thing.book.groups("shared")) == ["a", "b", "c", "d"]

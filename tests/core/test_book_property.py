"""The book against a model of it, told as plainly as may be, in any sequence of what happens in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sio_lab.core.cells import Cells, Owner
from tests.core.kept_object import Object

KEYS = st.sampled_from(["x", "y", "z"])
CELLS = st.sampled_from(["a", "b", "c", None])
"""Cells with ids, and one that runs where the front end gives none: each of its edits looks like another cell."""


@dataclass(frozen=True)
class Entry:
    """One definition, as the model has it: the last of a key's entries counts."""

    owner: Owner | None
    item: int

    def is_of(self, other: Owner | None) -> bool:
        mine = (self.owner.cell, self.owner.run) if self.owner else None
        return mine == ((other.cell, other.run) if other else None)


class Model:
    """What the book should say, told as plainly as may be."""

    def __init__(self, *, many: bool) -> None:
        self.many = many
        self.entries: dict[str, list[Entry]] = {}
        self.over: set[tuple[str, int]] = set()
        """The cells' runs that have been followed by one that ended well, or by the end of the cell."""

        self.newest = 0
        """The newest run that has defined something or ended well."""

    def add(self, key: str, by: Owner | None, item: int) -> None:
        self.newest = max(self.newest, by.run if by else 0)
        if by and not by.kept and (by.cell, by.run) in self.over:
            return
        same = [each for each in self.entries.get(key, []) if each.is_of(by)]
        kept = same if self.many and by else []
        # What one run defines for a key stands together, under the owner that it had last.
        others = [each for each in self.entries.get(key, []) if each not in same]
        self.entries[key] = [*others, *(replace(each, owner=by) for each in kept), Entry(by, item)]

    def active(self) -> dict[str, list[int]]:
        return {
            key: [each.item for each in entries if each.is_of(entries[-1].owner)]
            for key, entries in self.entries.items()
            if entries
        }

    def sweep(self, run: Owner) -> set[str]:
        """End what earlier runs defined; returns the keys that this run does not define."""
        lost = set()
        self.newest = max(self.newest, run.run)
        for key, entries in self.entries.items():
            new = [each.owner for each in entries if each.is_of(run)]
            gone = [each for each in entries if each.owner and self.is_ended(each.owner, run, new[-1] if new else None)]
            self.entries[key] = [each for each in entries if each not in gone]
            lost |= {key} if gone and not new else set()
        return lost

    @staticmethod
    def is_ended(old: Owner, run: Owner, new: Owner | None) -> bool:
        is_the_cells = old.cell == run.cell or (old.anonymous and run.anonymous and new is not None)
        is_to_stay = old.kept and not (new is not None and new.kept)
        return old.run < run.run and is_the_cells and not is_to_stay

    def drop(self, cell: str) -> set[str]:
        gone = {key for key, entries in self.entries.items() if any(e.owner and e.owner.cell == cell for e in entries)}
        for key in gone:
            self.entries[key] = [each for each in self.entries[key] if not each.owner or each.owner.cell != cell]
        return gone

    def end(self, runs: list[Owner]) -> None:
        self.over |= {(each.cell, each.run) for each in runs if each.run <= self.newest}

    def carry(self, other: Model, without: set[str]) -> None:
        self.over |= other.over
        self.newest = max(self.newest, other.newest)
        for key, entries in other.entries.items():
            own = self.entries.get(key, [])
            come = [each for each in entries if not each.owner or each.owner.cell not in without]
            self.entries[key] = [*(each for each in come if not any(e.is_of(each.owner) for e in own)), *own]


class BookAgainstModel(RuleBasedStateMachine):
    """Cells run, fail, are edited and deleted, and programs replaced: the book says what the model does."""

    many = False

    @initialize()
    def begin(self) -> None:
        self.cells = Cells()
        self.edits = 0
        self.items = 0
        self.owners: list[Owner] = []
        self.renew()

    def renew(self) -> None:
        self.thing, self.model = Object(many=self.many), Model(many=self.many)

    def define(self, key: str, by: Owner | None) -> None:
        self.items += 1
        self.thing.book.add(key, by, self.items)
        self.model.add(key, by, self.items)

    def new_run(self, cell: str | None) -> Owner:
        self.edits += 1
        run = self.cells.mint(cell or f"<{self.edits // 2}>", "In [1]", anonymous=cell is None)
        self.owners.append(run)
        return run

    @rule(cell=CELLS, defined=st.lists(st.tuples(KEYS, st.booleans()), max_size=4), succeeds=st.booleans())
    def run_a_cell(self, cell: str | None, defined: list[tuple[str, bool]], *, succeeds: bool) -> None:
        run = self.new_run(cell)
        for key, by_module in defined:
            self.define(key, replace(run, kept=by_module))
        if succeeds:
            lost = self.thing.book.sweep(run)
            assert set(lost) == self.model.sweep(run)
            self.model.end([each for each in self.owners if each.cell == run.cell and each is not run])
            assert len(lost) == len(set(lost))

    @rule(key=KEYS)
    def define_for_nobody(self, key: str) -> None:
        self.define(key, None)

    @rule(key=KEYS, number=st.integers(0))
    def define_late(self, key: str, number: int) -> None:
        """Do what a handler does that registers another one: its run may have been followed by others."""
        if self.owners:
            self.define(key, self.owners[number % len(self.owners)])

    @rule(cell=st.sampled_from(["a", "b", "c"]))
    def delete_a_cell(self, cell: str) -> None:
        self.model.end([each for each in self.owners if each.cell == cell])
        assert set(self.thing.book.drop(cell)) == self.model.drop(cell)

    @rule(key=KEYS)
    def remove(self, key: str) -> None:
        assert self.thing.book.remove(key) is bool(self.model.entries.pop(key, []))

    @rule(cell=CELLS, defined=st.lists(KEYS, max_size=2), without=st.sets(st.sampled_from(["a", "b"])))
    def replace_the_program(self, cell: str | None, defined: list[str], without: set[str]) -> None:
        old_thing, old_model = self.thing, self.model
        self.renew()
        run = self.new_run(cell)
        for key in defined:
            self.define(key, run)
        self.thing.book.carry(old_thing.book, without)
        self.model.carry(old_model, without)

    @invariant()
    def what_counts_is_what_the_object_has(self) -> None:
        if hasattr(self, "thing"):
            assert self.thing.says() == self.model.active() == self.thing.has


class BookOfManyAgainstModel(BookAgainstModel):
    """The same, where a run may define several items for a key."""

    many = True


TestOne = BookAgainstModel.TestCase
TestMany = BookOfManyAgainstModel.TestCase
TestOne.settings = TestMany.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)

"""Outcomes side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.compare import Line, columns, compare
from sio_lab.core.outcome import Effect, Emit, Move, Outcome

WORDS = st.sampled_from(["chat", "news", "quiz"])
VALUES = st.none() | st.integers(0, 3) | st.binary(max_size=3) | st.dictionaries(WORDS, st.integers(0, 3), max_size=2)
EMITS = st.builds(
    Emit, st.just("/"), WORDS, st.tuples(VALUES), st.just(()), st.lists(WORDS, max_size=2).map(tuple), st.booleans()
)
MOVES = st.builds(Move, st.sampled_from(["join", "leave"]), st.just("/"), WORDS, st.just("ada"))
OUTCOMES = st.builds(
    Outcome,
    st.sampled_from(["handled", "raised", "no-handler"]),
    ack=st.none() | st.tuples(VALUES),
    effects=st.lists(EMITS | MOVES, max_size=6).map(tuple),
    ms=st.floats(0, 5),
)


def emit(event: str, *args: Any, recipients: tuple[str, ...] = ("ada",)) -> Emit:
    return Emit("/", event, args, (), recipients, wants_ack=False)


def differing(before: Outcome, now: Outcome) -> list[Line]:
    return [line for line in compare(7, "chat", before, now).lines if line.differs]


def test_a_failure_that_is_gone() -> None:
    before = Outcome("raised", error="KeyError: 'x'", ms=1.0)
    now = Outcome("handled", ack=("ok",), effects=(emit("chat", "hi"),), ms=2.0)
    assert differing(before, now) == [
        Line("status", "raised", "handled", differs=True),
        Line("error", "KeyError: 'x'", None, differs=True),
        Line("ack", None, "('ok')", differs=True),
        Line("emit", None, "chat('hi') → ada", differs=True),
    ]


def test_emits_are_matched_in_order_and_what_has_changed_stands_side_by_side() -> None:
    effects: tuple[Effect, ...] = (emit("a"), emit("b", 1), emit("c"))
    before, now = Outcome("handled", effects=effects), Outcome("handled", effects=(emit("a"), emit("b", 2), emit("c")))
    assert differing(before, now) == [Line("emit", "b(1) → ada", "b(2) → ada", differs=True)]
    assert differing(before, replace(before, effects=effects[1:])) == [Line("emit", "a() → ada", None, differs=True)]


def test_what_is_another_one_in_every_run_is_no_difference() -> None:
    before = Outcome("raised", error="<object at 0x7f001122>", effects=(emit("a", {"x": 1, "y": 2}),), ms=1.0)
    now = replace(before, error="<object at 0x7fAABBCC>", effects=(emit("a", {"y": 2, "x": 1}),), ms=9.0)
    assert differing(before, now) == []


def test_what_differs_beyond_what_is_shown_says_so() -> None:
    before, now = (Outcome("handled", ack=("x" * 300 + end + "x" * 300,)) for end in "ab")
    (line,) = differing(before, now)
    assert line.before is not None
    assert line.before.endswith("differs further on")


def test_sessions_are_told_and_not_compared() -> None:
    lines = compare(7, "chat", Outcome("handled"), Outcome("handled", sessions=("'n' = 1",))).lines
    assert Line("session", None, "'n' = 1", differs=False) in lines


@given(OUTCOMES)
def test_an_outcome_is_as_itself(one: Outcome) -> None:
    assert not compare(1, "chat", one, replace(one, ms=99.0)).differs


@given(OUTCOMES, OUTCOMES)
def test_all_that_either_side_has_is_told(before: Outcome, now: Outcome) -> None:
    compared = compare(1, "chat", before, now)
    kinds = {"emit", "join", "leave"}
    told = [line for line in compared.lines if line.label in kinds]
    assert sum(line.before is not None for line in told) == len(before.effects)
    assert sum(line.now is not None for line in told) == len(now.effects)
    assert compared.differs == compare(1, "chat", now, before).differs


def test_the_table_has_a_row_for_each_part() -> None:
    table = columns([compare(7, "chat", Outcome("raised", error="E"), Outcome("handled"))])
    assert [(row["part"], row["differs"]) for row in map(table.row, range(len(table)))] == [
        ("status", True),
        ("error", True),
    ]
    assert len(columns([])) == 0


def test_what_could_not_come_again_is_no_difference() -> None:
    join, tick = Move("join", "/", "lobby", "ada"), emit("tick")
    before = Outcome("handled", effects=(join, tick, tick, emit("chat")))
    now = Outcome("handled", effects=(tick,), moot=((join, "was in it already"), (tick, "its task still ran")))
    lines = compare(7, "chat", before, now).lines
    assert [(line.label, line.before) for line in lines if line.differs] == [("emit", "chat() → ada")]
    assert [(line.label, line.now) for line in lines if line.is_moot] == [
        ("join", "was in it already"),
        ("emit", "its task still ran"),
    ]
    assert not any(line.is_moot for line in compare(7, "chat", before, replace(now, effects=before.effects)).lines)

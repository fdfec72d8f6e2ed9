"""What one run writes: kept, bounded, and passed on in whole lines, whatever else is written at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.console import MOST_HELD, MOST_KEPT, OVER, Console, newest


class Sheet:
    """Where texts are put: what arrived, a piece a call."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def put(self, text: str) -> None:
        self.pieces.append(text)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def test_nothing_written_is_none() -> None:
    assert Console().text is None
    console = Console()
    console.write("", Sheet().put)
    assert console.text is None


def test_a_line_is_put_in_one_piece() -> None:
    console, sheet = Console(), Sheet()
    for piece in ("from", " ", "ada", "\n", "and"):
        console.write(piece, sheet.put)
    assert sheet.pieces == ["from ada\n"]
    assert console.text == "from ada\nand"


def test_a_flush_and_the_end_put_what_waits() -> None:
    console, sheet = Console(), Sheet()
    console.write("one", sheet.put)
    console.flush()
    console.write("two", sheet.put)
    console.end()
    assert sheet.pieces == ["one", "two"]


def test_a_carriage_return_ends_a_line_too() -> None:
    console, sheet = Console(), Sheet()
    console.write("\r10 %", sheet.put)
    console.write("\r20 %", sheet.put)
    assert sheet.pieces == ["\r", "10 %\r"]


def test_a_line_that_is_too_long_does_not_wait() -> None:
    console, sheet = Console(), Sheet()
    console.write("x" * MOST_HELD, sheet.put)
    assert sheet.pieces == []
    console.write("y", sheet.put)
    assert sheet.text == "x" * MOST_HELD + "y"


def test_each_stream_has_lines_of_its_own() -> None:
    console, out, err = Console(), Sheet(), Sheet()
    console.write("o", out.put)
    console.write("e\n", err.put)
    console.write("k\n", out.put)
    assert (out.pieces, err.pieces, console.text) == (["ok\n"], ["e\n"], "oe\nk\n")


def test_what_is_shown_comes_behind_what_was_written_and_is_kept_as_its_text() -> None:
    console, sheet = Console(), Sheet()
    console.write("before ", sheet.put)
    assert console.show("a picture\n", lambda: (sheet.put("<picture>"), "shown")[1]) == "shown"
    assert sheet.pieces == ["before ", "<picture>"]
    assert console.text == "before a picture\n"


def test_what_a_text_is_written_by_in_turn_is_kept_once() -> None:
    console, sheet = Console(), Sheet()
    console.show("a table\n", lambda: console.write("a table\n", sheet.put))
    console.write("line\n", lambda text: console.write(text, sheet.put))
    assert (sheet.text, console.text) == ("a table\nline\n", "a table\nline\n")


def test_when_it_is_over_all_goes_on_as_it_comes() -> None:
    console, sheet = Console(), Sheet()
    console.end()
    console.write("late", sheet.put)
    assert console.show("shown", lambda: 3) == 3
    assert (sheet.pieces, console.text) == (["late"], None)
    OVER.write("later", sheet.put)
    assert OVER.text is None


def test_a_stream_that_refuses_is_the_writers_affair_but_not_at_the_end() -> None:
    def refuse(_text: str) -> None:
        raise ValueError("I/O operation on closed file")

    console, sheet = Console(), Sheet()
    with pytest.raises(ValueError, match="closed file"):
        console.write("line\n", refuse)
    console.write("line\n", sheet.put)
    assert (sheet.text, console.text) == ("line\n", "line\nline\n")
    console.write("rest", refuse)
    console.end()


@given(st.lists(st.text(st.sampled_from("ab\n"), max_size=2 * MOST_KEPT // 3), max_size=6))
def test_the_beginning_and_the_end_are_kept(pieces: list[str]) -> None:
    console, whole = Console(), "".join(pieces)
    for piece in pieces:
        console.write(piece, Sheet().put)
    told = console.text or ""
    if len(whole) <= MOST_KEPT:
        assert told == whole
    else:
        half = MOST_KEPT // 2
        assert told == f"{whole[:half]}\n… {len(whole) - MOST_KEPT:,} characters left out …\n{whole[-half:]}"


def test_one_text_larger_than_all_that_is_kept() -> None:
    console = Console()
    console.write("a" * MOST_KEPT * 3, Sheet().put)
    assert len(console.text or "") < MOST_KEPT + 50


@given(st.lists(st.tuples(st.integers(0, 3), st.text(st.sampled_from("xyz \n"), max_size=5)), max_size=60))
def test_runs_that_write_by_turns_never_mix(steps: list[tuple[int, str]]) -> None:
    """Below one cell, lines are whole; each console has its own run's text and nothing else."""
    runs, sheet, written = [Console() for _ in range(4)], Sheet(), defaultdict(str)
    for run, text in steps:
        own = text.replace("x", f"{run}")
        written[run] += own
        runs[run].write(own, sheet.put)
    for console in runs:
        console.end()
    assert [console.text for console in runs] == [written[run] or None for run in range(4)]
    lines = [line for run in range(4) for line in written[run].splitlines(keepends=True)]
    # Those without an end come last, when their runs are over; each stands in one piece.
    assert sorted("".join(sheet.pieces)) == sorted("".join(lines))
    whole = [line for line in lines if line.endswith("\n")]
    assert sorted(line for piece in sheet.pieces if piece.endswith("\n") for line in piece.splitlines(True)) == sorted(
        whole
    )


def test_threads_never_mix_either() -> None:
    sheet, begin = Sheet(), threading.Barrier(4)

    def run(name: str) -> None:
        console = Console()
        begin.wait(10)
        for number in range(200):
            for piece in (name, " ", str(number), "\n"):
                console.write(piece, sheet.put)
        assert (console.text or "").splitlines()[:2] == [f"{name} 0", f"{name} 1"]

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(sheet.text.splitlines()) == sorted(f"{name} {number}" for name in "abcd" for number in range(200))


def test_threads_of_one_run_share_its_console() -> None:
    console, sheet = Console(), Sheet()
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(console.write, f"{n}\n" * 50, sheet.put))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(console.text or "") == sorted(sheet.text)
    assert len((console.text or "").split()) == 200


def test_newest() -> None:
    assert newest("abc", 3) == "abc"
    assert newest("abcd", 3) == "…cd"

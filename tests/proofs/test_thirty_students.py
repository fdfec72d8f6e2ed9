"""Thirty students join, talk in three rooms, are cut off and come back: every line is there once, where it belongs.

What "nothing is lost" means for who is away: a line reaches whom the log names as its recipients, those that were in
the room when it was sent. To each of them it comes once. One who is cut off may miss lines, but none whose handler had
ended before the student's own newest one was sent. Who has come back is in the room by another sid, is counted again
from there, and goes by the name that it had. What two handlers send at once comes in either order; all else in that of
the log.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

import sio_lab
from sio_lab.core import records as r
from sio_lab.core.wire import decode
from sio_lab.views import screen
from tests.proofs.students import LINES
from tests.views.comms import comms as comms  # noqa: PLC0414 - this is how a fixture is shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.views.comms import Comms

TESTS = Path(__file__).parent.parent
PYTHON, NODE = [sys.executable, "-m", "tests.proofs.students"], ["node", "students.mjs"]
GROUPS = ((PYTHON, 12), (PYTHON, 12), (NODE, 6))
"""Programs, each with so many students: thirty in all."""

ROOMS = ("red", "green", "blue")
STAY = 3
"""Every third student is never cut off."""


class Group:
    """A program with some of the students."""

    def __init__(self, command: list[str], lab: sio_lab.Lab, words: list[str]) -> None:
        code = lab.classroom().code
        where = TESTS / "node" if command is NODE else TESTS.parent
        whole = [*command, lab.url or "", code, *words]
        self.process = subprocess.Popen(whole, cwd=where, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hear(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.__exit__(None, None, None)


@dataclass
class Lesson:
    """What the log and the students say of it, when all is over."""

    lines: dict[int, r.Emitted]
    """Number of a line -> the emit."""

    sent_at: dict[int, int]
    """Number of a line -> the seq of its emit."""

    done_at: dict[int, int]
    """Number of a line -> the seq of the end of its handler: by then it is on its way to all."""

    told: dict[str, dict[str, Any]]
    """Name -> what the student says."""

    names: dict[str, str]
    """Sid -> name, as the log has it."""

    acked: Counter[str]
    """Text of a line -> how often its event was acknowledged."""

    patches: int
    """Messages that the dashboard was sent meanwhile."""

    def sent_to(self, sid: str) -> set[int]:
        return {number for number, emit in self.lines.items() if sid in emit.recipients}

    def is_in_order(self, numbers: list[int]) -> bool:
        """Tell whether lines that came in this order could: none behind another that was sent when it was done."""
        newest = 0
        for number in numbers:
            if self.done_at[number] < newest:
                return False
            newest = max(newest, self.sent_at[number])
        return True


@pytest.fixture
def lab(comms: Comms, monkeypatch: pytest.MonkeyPatch) -> Iterator[sio_lab.Lab]:
    assert not comms
    monkeypatch.setattr(screen, "is_live", lambda: True)
    monkeypatch.setattr(screen, "_display", lambda *_, **__: None)
    made = sio_lab.Lab(say=lambda _: None)
    made.public_url = "http://127.0.0.1"  # all are on this machine, which need not be in any network
    made.start(join=True)
    numbers = itertools.count(1)
    joined, sent = made.handler_functions["join_room"], made.handler_functions["emit"]

    @made.on("enter")
    def enter(room: str) -> None:
        joined(room)

    @made.on("say")
    def say(line: dict[str, Any]) -> int:
        number = next(numbers)
        sent("line", {**line, "number": number}, to=line["room"])
        return number

    yield made
    made.close()


def taught(lab: sio_lab.Lab, comms: Comms) -> Lesson:
    """Have the lesson, with a dashboard on display."""
    lab.dashboard()._ipython_display_()
    number, told = itertools.count(), []
    with ExitStack() as stack:
        groups = []
        for command, count in GROUPS:
            words = [word for _ in range(count) for word in student(next(number))]
            groups.append(stack.enter_context(Group(command, lab, words)))
        for said in ("ready", "done"):
            for group in groups:
                group.hear(said)
            for group in groups:
                group.go_on()
        for group in groups:
            assert group.process.stdout is not None
            told += json.loads(group.process.stdout.read())
    return lesson_of(lab, told, len(comms.views[0].sent))


def student(number: int) -> tuple[str, str, str]:
    """Return name, room, and the line before which it is cut off."""
    return f"student {number}", ROOMS[number % 3], "0" if number % STAY == 0 else str(3 + number % (LINES - 4))


def lesson_of(lab: sio_lab.Lab, told: list[dict[str, Any]], patches: int) -> Lesson:
    records = list(lab.log.since(0))
    emitted = [each for each in records if isinstance(each, r.Emitted) and each.event == "line"]
    lines = {decode(each.wire).args[0]["number"]: each for each in emitted}
    assert len(lines) == len(emitted)
    ended = {each.of: each.seq for each in records if isinstance(each, r.Handled)}
    named = {each.eio_sid: each.name for each in records if isinstance(each, r.ClientNamed)}
    said = {each.seq: each for each in records if isinstance(each, r.EventReceived) and each.event == "say"}
    acks = [said[each.of] for each in records if isinstance(each, r.AckSent) and each.of in said]
    return Lesson(
        lines,
        sent_at={number: each.seq for number, each in lines.items()},
        done_at={number: ended[each.cause or 0] for number, each in lines.items()},
        told={each["name"]: each for each in told},
        names={each.sid: named[each.eio_sid] for each in records if isinstance(each, r.Connected)},
        acked=Counter(decode(each.wire).args[0]["text"] for each in acks),
        patches=patches,
    )


@pytest.mark.slow
def test_every_line_arrives_once_where_it_belongs(lab: sio_lab.Lab, comms: Comms) -> None:
    lesson = taught(lab, comms)
    assert len(lesson.told) == sum(count for _, count in GROUPS) == 30
    check_lines(lesson)
    for told in lesson.told.values():
        check_student(lesson, told)
    assert lesson.patches > 0
    assert lab.pupils is not None
    assert sorted(lab.pupils.names()) == sorted(lesson.told)


def check_lines(lesson: Lesson) -> None:
    """Every line that was sent was taken once, acknowledged once, and emitted once: to its room, and to its members."""
    sent = {text: number for told in lesson.told.values() for text, number in told["sent"]}
    assert len(sent) == 30 * LINES
    assert lesson.acked == Counter(dict.fromkeys(sent, 1))
    assert sorted(sent.values()) == sorted(lesson.lines)
    for text, number in sent.items():
        emit = lesson.lines[number]
        said = decode(emit.wire).args[0]
        assert said["text"] == text
        assert emit.to == (said["room"],)
        assert {lesson.told[lesson.names[sid]]["room"] for sid in emit.recipients} == {said["room"]}
        assert len(set(emit.recipients)) == len(emit.recipients)


def check_student(lesson: Lesson, told: dict[str, Any]) -> None:
    """It got what was sent to it, once and in order; where it was cut off, what was on its way before, too."""
    *cut, last = told["stays"]
    assert {lesson.names[stay["sid"]] for stay in told["stays"]} == {told["name"]}
    assert {room for stay in told["stays"] for _, room in stay["got"]} == {told["room"]}
    assert sorted(numbers_of(last)) == sorted(lesson.sent_to(last["sid"]))
    assert lesson.is_in_order(numbers_of(last))
    was_to_be_cut = next(int(before) for name, _, before in map(student, range(30)) if name == told["name"])
    assert len(cut) == bool(was_to_be_cut)
    for stay in cut:
        got, due = numbers_of(stay), lesson.sent_to(stay["sid"])
        assert len(set(got)) == len(got)
        assert due.issuperset(got)
        assert stay["acked"] in got
        assert lesson.is_in_order(got)
        assert all(lesson.done_at[number] > lesson.sent_at[stay["acked"]] for number in due.difference(got))


def numbers_of(stay: dict[str, Any]) -> list[int]:
    return [number for number, _ in stay["got"]]

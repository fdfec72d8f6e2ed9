from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core.differ import Change, Differences
from sio_lab.core.profile import What
from sio_lab.views import diff_words as words

CHAT = What("/", "in", "event", "chat")


def line(what: str, before: Any, after: Any, change: str, of: What = CHAT, **told: Any) -> words.Line:
    (group,) = words.groups(Differences((Change(of, what, before, after, change, **told),), ()))
    return group.lines[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("error", None, "KeyError: 'x'", "new"), ("+", "error", "", "KeyError: 'x'", "failed")),
        (("raised", 3, 0, "fewer"), ("↓", "raised", "3", "0", "mended")),
        (("ack", ("a",), [("a",), ()], "changed"), ("≠", "ack", "'a'", "'a' or ()", "")),
        (("count", 1_000, 2_000, "more"), ("↑", "times", "1,000", "2,000", "")),
        (("recipients", (1, 2), (3,), "changed"), ("≠", "recipients", "1 or 2", "3", "")),
        (("ms", 2.0, 8.0, "slower"), ("↑", "median time", "2.00 ms", "8.00 ms, 4.0\u00d7 slower", "")),
        (("p95_ms", 8.0, 0, "faster"), ("↓", "95th percentile", "8.00 ms", "0.00 ms", "")),
        (("seen", None, 1, "new"), ("+", "new", "", "1 time", "")),
        (("unanswered", 0, 2, "more"), ("↑", "no ack came", "0", "2", "failed")),
    ],
)
def test_each_change_is_a_line(change: tuple[str, Any, Any, str], told: tuple[str, ...]) -> None:
    made = line(*change)
    assert (made.mark, made.label, made.before, made.after, made.look) == told


def test_an_ack_says_which_arguments_it_answers() -> None:
    assert line("ack", ("a",), ("b",), "changed", args=({"text": "hi"},)).label == "ack of ({'text': 'hi'})"
    assert line("ack", ("a",), ("b",), "changed", args=()).label == "ack"


def test_an_emit_s_time_is_that_to_its_ack() -> None:
    assert line("ms", 1.0, 9.0, "slower", What("/", "out", "emit", "quiz")).label == "time to ack"


def test_names_say_direction_and_kind() -> None:
    assert words.name(CHAT) == "→ chat"
    assert words.name(What("/", "-", "join", "lobby")) == "· join lobby"
    assert words.name(What("/", "in", "connect", "")) == "→ connect"
    assert words.name(What("/", "out", "emit", "\x1b[2J")) == "← \\x1b[2J"
    assert (words.place(CHAT), words.place(What("/a", "in", "event", "x"))) == ("", "/a")


def test_counts_are_said_plainly() -> None:
    change = Change(CHAT, "count", 1, 2, "more")
    assert words.counted(Differences((), ((CHAT, 1),))) == "no difference: 1 is the same"
    assert words.counted(Differences((), ())) == "no difference: nothing is in them"
    assert words.counted(Differences((change,), ((CHAT, 1),))) == "1 difference in 1 place"


def test_many_changes_of_one_kind_are_counted() -> None:
    changes = tuple(Change(CHAT, "ack", ("a",), ("b",), "changed", (number,)) for number in range(20))
    (group,) = words.groups(Differences(changes, ()))
    assert len(group.lines) == words.MOST_LINES + 1
    assert group.lines[-1].after == "and 12 more: .df has all"

"""The diagram in a terminal: aligned, and never wider than it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.views.sequence_text import MOST_STEPS, sequence
from tests import factories as make
from tests.views.test_diagram import diagram


def lines(log: Log, width: int = 100) -> list[str]:
    """Return the lines without their times."""
    return [line[14:] for line in sequence(diagram(log), width).splitlines()[1:]]


def test_lanes_are_columns_and_events_stand_on_arrows() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN, name="ben")
    event = make.receive(log, make.ADA, "chat", ack_id=1)
    make.emit(log, "chat", recipients=(make.ADA, make.BEN))
    make.handle(log, event)
    make.acknowledge(log, event, "ok")
    make.join(log, make.BEN, "lobby")
    make.handle(log, make.receive(log, make.BEN, "boom"), "raised", error="KeyError")
    assert lines(log, 86) == [
        "   server                  ada                     ben",
        "    │<────── connect ───────│                       │",
        "    │<────────────────── connect ───────────────────│",
        "    │<─────── chat ─────────│                       │",
        "    │──────── chat ────────>│──────────────────────>│ 2 clients",
        "    │╌╌╌╌╌╌╌╌╌ ack ╌╌╌╌╌╌╌╌>│                       │ 'ok'",
        "    │                       │                       ◆ joins lobby",
        "    │✕─────────────────── boom ─────────────────────│ raised · KeyError",
    ]


def test_only_the_newest_steps_are_told() -> None:
    log = Log()
    make.connect(log, make.ADA)
    for _ in range(MOST_STEPS + 4):
        make.receive(log, make.ADA, "tick")
    text = sequence(diagram(log), 80)
    assert text.splitlines()[0] == "sequence: 40 steps, 5 earlier not shown"
    assert len(text.splitlines()) == 2 + MOST_STEPS


def test_nothing_yet() -> None:
    assert sequence(diagram(Log()), 80) == "sequence: nothing yet"


def test_clients_without_room_share_a_column() -> None:
    log = Log()
    for number in range(30):
        make.connect(log, f"{number:08}", name=f"client {number}")
    make.receive(log, "00000029", "chat")
    make.receive(log, "00000029", "chat")
    head, *_ = lines(log, 100)
    assert "27 others" in head
    assert "client 29" in head


def test_a_server_line_goes_across() -> None:
    log = Log()
    log.append(r.ServerStarted("http://127.0.0.1:5000"))
    assert lines(log, 70)[1].startswith("══════ server started · http://127.0.0.1:5000 ═══")


@given(st.text(), st.text(), st.sampled_from([40, 61, 100, 200]))
def test_no_line_is_wider_than_the_terminal(event: str, name: str, width: int) -> None:
    log = Log()
    make.connect(log, make.ADA, name=name or None)
    make.handle(log, make.receive(log, make.ADA, event, name), "raised", error=event)
    make.join(log, make.ADA, event)
    make.refuse(log)
    assert all(wcswidth(line) <= width for line in sequence(diagram(log), width).splitlines())


@pytest.mark.parametrize("event", ["小明小明", "سلام", "e\u0301e\u0301", "🎉", "हिन्दी", "மொழி", "🇩🇪🇫🇷", "❤\ufe0f👍🏽"])
def test_wide_and_combining_letters_keep_the_lanes_aligned(event: str) -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.receive(log, make.ADA, event)
    make.receive(log, make.ADA, "plain")
    widths = {wcswidth(line.rpartition("│")[0]) for line in lines(log)[2:]}
    assert len(widths) == 1

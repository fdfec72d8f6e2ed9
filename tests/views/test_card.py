"""A row told in full, in text and in HTML."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core.log import Log
from sio_lab.core.story import Story
from sio_lab.views import card
from sio_lab.views.cells import Cell
from sio_lab.views.detail import detail
from tests import factories as make
from tests.views.test_html import KNOWN, Page

TAGS = KNOWN | {"dl", "dt", "dd", "strong", "small", "pre", "ul", "li"}


def of(log: Log, seq: int) -> card.Card:
    record = log.get(seq)
    return detail(Story(log, record), record)


def test_text_tells_what_happened_from_the_top() -> None:
    lines = card.text(of(make.lesson(), 16), 120).split("\n")
    assert lines[0] == "row 16 → event chat - handled"
    assert "  request.event  {'message': 'chat', 'args': ({'text': 'hello'},)}" in lines
    assert "  wire           type EVENT    2" in lines
    assert '                 data as JSON  ["chat",{"text":"hello"}]' in lines
    assert lines[-6:] == [
        "  printed",
        "    hello from ada",
        "  effects",
        "    · 17 join lobby, ada",
        "    ← 18 emit chat · 2 clients · {'text': 'hello'}",
        "    ← 19 emit quiz · ada · '2+2?'",
    ]


def test_what_failed_is_marked_in_text_and_html() -> None:
    told = of(make.lesson(), 25)
    assert card.text(told, 80).startswith("✕ row 25 → event boom - raised\n")
    assert "    KeyError: 'user'" in card.text(told, 80)
    seen = Page(card.html(told))
    assert "✕ raised" in seen.texts
    assert "sio-card sio-failed" in {div.get("class") for div in seen.all("div")}


def test_effects_of_effects_are_indented() -> None:
    inner = card.Effect(Cell("→", "in", "in"), "3 ack", failed=False, effects=())
    outer = card.Effect(Cell("←", "out", "out"), "2 emit", failed=True, effects=(inner,))
    told = replace(of(make.lesson(), 1), effects=(outer,))
    assert card.text(told, 80).split("\n")[-2:] == ["    ← ✕ 2 emit", "      → 3 ack"]
    assert "<li" in card.html(told)
    assert card.html(told).count("<ul>") == 2


def test_a_long_fact_is_wrapped_below_itself() -> None:
    told = replace(of(make.lesson(), 1), facts=(card.Fact("args", Cell("word " * 20)),), parts=())
    lines = card.text(told, 60).split("\n")[1:]
    assert len(lines) > 1
    assert all(line.startswith(" " * 17) for line in lines[1:])


@given(st.text(), st.text(), st.integers(20, 150))
def test_no_line_is_wider_than_the_terminal_and_no_payload_is_markup(event: str, value: str, width: int) -> None:
    log = Log()
    chat = make.receive(log, make.ADA, event, value)
    make.emit(log, event, value, cause=chat.seq)
    make.handle(log, chat, "raised", error=value, traceback=f"a\n{value}", output=value, handler=event)
    told = of(log, chat.seq)
    assert all(0 <= wcswidth(line) <= width for line in card.text(told, width).split("\n"))
    seen = Page(card.html(told))
    assert seen.open == []
    assert {tag for tag, _ in seen.elements} <= TAGS


def test_html_tells_each_piece_of_the_wire_text() -> None:
    seen = Page(card.html(of(make.lesson(), 16)))
    assert [text for text in seen.texts if text in {"2", "7", "type EVENT", "ack id"}] == [
        "2",
        "type EVENT",
        "7",
        "ack id",
    ]
    assert "effects" in seen.texts
    assert "printed" in seen.texts


def test_html_leaves_out_what_is_not_there() -> None:
    seen = Page(card.html(of(make.lesson(), 17)))
    assert not {"wire", "traceback", "printed", "effects"} & set(seen.texts)

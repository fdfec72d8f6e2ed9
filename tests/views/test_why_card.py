"""Why something happened, as it is shown."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core.reason import Reason, Why
from sio_lab.views import why_card

FAILURE = Reason(
    "no handler", "Nothing answers 'x'.", "record 8", "Define it:\n@socketio.on('x')\ndef x():\n    ...", True
)
REMARK = Reason("no listener", "It arrived.", "the lab asked", "Look at .received.", is_failure=False)
BOTH = Why(7, "event", "'x' from ada was answered by nobody.", (FAILURE, REMARK))


class Seen(HTMLParser):
    """What a browser makes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_it_is_aligned() -> None:
    assert why_card.text(BOTH, 60).splitlines() == [
        "✕ row 7, event: 'x' from ada was answered by nobody.",
        "  ✕ no handler",
        "    what      Nothing answers 'x'.",
        "    evidence  record 8",
        "    next      Define it:",
        "              @socketio.on('x')",
        "              def x():",
        "                  ...",
        "  · no listener",
        "    what      It arrived.",
        "    evidence  the lab asked",
        "    next      Look at .received.",
    ]


def test_what_went_well_is_a_line() -> None:
    assert why_card.text(Why(7, "event", "Handled.")) == "row 7, event: Handled."
    assert why_card.text(Why(0, "", "Nothing went wrong.")) == "Nothing went wrong."
    assert why_card.text(Why(3, "task", "Started.")) == "record 3, task: Started."


def test_long_sentences_are_broken_and_code_is_not() -> None:
    long = Reason("x", "word " * 40, "", "Do:\n" + "c" * 200, is_failure=True)
    *told, code = why_card.text(Why(1, "event", "h", (long,)), 60).splitlines()
    assert max(map(len, told)) <= 60
    assert code.strip() == "c" * 200


def test_a_failure_is_marked_in_html_too() -> None:
    shown = why_card.html(BOTH)
    assert 'class="sio-card sio-failed"' in shown
    assert "<pre>@socketio.on(&#x27;x&#x27;)\ndef x():\n    ...</pre>" in shown
    assert 'class="sio-card"' in why_card.html(Why(7, "event", "h", (REMARK,)))


@given(st.lists(st.text(min_size=1, max_size=30), min_size=5, max_size=5))
def test_hostile_texts_stay_text(texts: list[str]) -> None:
    name, what, evidence, step, headline = (f"<script>{text}\x1b[2J" for text in texts)
    why = Why(1, "event", headline, (Reason(name, what, evidence, step, is_failure=True),))
    seen = Seen()
    seen.feed(why_card.html(why).partition("</style>")[2])
    assert not seen.tags - {"div", "p", "span", "bdi", "strong", "dl", "dt", "dd", "pre"}
    told = why_card.text(why, 80)
    assert "\x1b" not in told
    assert all(wcswidth(line) >= 0 for line in told.splitlines())

"""What the doctor has found, as it is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core.finding import Finding, Seen
from sio_lab.doctoring import Diagnosis
from sio_lab.views import diagnosis
from tests.views.test_why_card import Seen as Browser

ROWS = (Seen(87, "GET /?EIO=3"), Seen(88, "GET /?EIO=3"))
OLD = Finding(
    "old client",
    "It uses 2.x.",
    "Load it:\n<script>",
    rows=ROWS,
    summary="12 times",
    times=12,
)
REMARK = Finding("polling only", "It polls.", "Nothing.", "possible", 2)
UNSEEN = (("an https page", "The browser blocks it."),)


def shown(*findings: Finding) -> Diagnosis:
    return Diagnosis(findings, "3 records of the log", UNSEEN)


def test_it_is_aligned() -> None:
    assert diagnosis.text(shown(OLD, REMARK), 80).splitlines() == [
        "1 thing is wrong, and 1 remark. Looked at: 3 records of the log.",
        "  ✕ old client (sure)",
        "    what      It uses 2.x.",
        "    evidence  12 times",
        "              rows 87, 88: GET /?EIO=3",
        "    next      Load it:",
        "              <script>",
        "  · polling only (possible)",
        "    what      It polls.",
        "    next      Nothing.",
    ]


def test_nothing_wrong_says_where_else_to_look() -> None:
    assert diagnosis.text(shown(), 80).splitlines() == [
        "Nothing wrong that can be seen. Looked at: 3 records of the log.",
        "  What would leave no trace here:",
        "    - an https page: The browser blocks it.",
    ]
    assert diagnosis.headline([REMARK]) == "Nothing wrong that can be seen. 1 remark."
    assert diagnosis.headline([OLD, OLD]) == "2 things are wrong."
    assert '<details class="sio-card" open="open">' in diagnosis.html(shown())
    assert '<details class="sio-card">' in diagnosis.html(shown(OLD))


def test_what_is_wrong_is_marked_and_code_stands_apart() -> None:
    told = diagnosis.html(shown(OLD, REMARK))
    assert 'class="sio-card sio-failed"' in told
    assert "<pre>&lt;script&gt;</pre>" in told
    assert "sio-failed" not in diagnosis.html(shown(REMARK)).partition("</style>")[2]


@given(st.lists(st.text(min_size=1, max_size=30), min_size=5, max_size=5))
def test_hostile_texts_stay_text(texts: list[str]) -> None:
    name, what, summary, step, row = (f"<b onclick=x>{text}\x1b[2J" for text in texts)
    told = shown(Finding(name, what, step, rows=(Seen(1, row),), summary=summary))
    browser = Browser()
    browser.feed(diagnosis.html(told).partition("</style>")[2])
    assert not browser.tags - {
        *("div", "p", "span", "bdi", "strong", "dl", "dt", "dd", "pre", "ul", "li", "details", "summary"),
    }
    lines = diagnosis.text(told, 80).splitlines()
    assert all(wcswidth(line) >= 0 for line in lines)

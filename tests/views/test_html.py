"""HTML tables: payloads are data, never markup; they can be read by eye, by keyboard and by a screen reader."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import columns, traffic
from sio_lab.core.log import Log
from sio_lab.views import html
from sio_lab.views.cells import Cell
from sio_lab.views.sheet import Sheet
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.core.columns import Columns

KNOWN = {
    *("div", "style", "p", "span", "code", "bdi", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}
KNOWN_ATTRIBUTES = {"class", "title", "dir", "role", "aria-label", "tabindex", "scope", "colspan"}


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def sheet(table: Columns, **told: Any) -> Sheet:
    return Sheet("traffic", table, told.pop("shown", ()), told.pop("total", len(table)), **told)


def lesson() -> Columns:
    log = make.lesson()
    return traffic.traffic(log.since(), log.state)


def page(table: Columns, **told: Any) -> Page:
    return Page(html.table(sheet(table, **told)))


hostile = st.one_of(
    st.text(), st.sampled_from(["<img src=x onerror=alert(1)>", "</td></table><script>", '" onclick="x', "&lt;", "]]>"])
)


@given(hostile, hostile, hostile)
def test_whatever_clients_send_stays_text(event: str, value: str, name: str) -> None:
    log = Log()
    make.connect(log, make.ADA, name=name)
    make.receive(log, make.ADA, event, value, {value: value})
    make.join(log, make.ADA, value)
    make.handle(log, log.get(log.last_seq - 1), "raised", error=value, handler=event)
    tables = [traffic.traffic(log.since(), log.state), columns.clients(log.state), columns.rooms(log.state)]
    for table in tables:
        seen = page(table, filters=(value,))
        assert seen.open == []
        assert {tag for tag, _ in seen.elements} <= KNOWN
        assert {key for _, attributes in seen.elements for key in attributes} <= KNOWN_ATTRIBUTES


def test_payloads_are_shown_as_they_were_sent() -> None:
    log = Log()
    make.receive(log, make.ADA, "chat", "<b>bold</b>")
    markup = html.table(sheet(traffic.traffic(log.since(), log.state)))
    assert "<b>" not in markup
    assert "'<b>bold</b>'" in Page(markup).texts


def test_the_table_can_be_read_by_a_screen_reader() -> None:
    seen = page(lesson(), total=1234)
    assert "traffic, last 14 of 1,234 rows" in seen.texts
    assert len(seen.all("caption")) == 1
    assert all(header["scope"] == "col" for header in seen.all("th"))
    (region,) = [attributes for attributes in seen.all("div") if attributes.get("role") == "region"]
    assert (region["tabindex"], region["aria-label"]) == ("0", "traffic")


def test_direction_is_an_arrow_a_colour_and_a_word() -> None:
    seen = page(lesson())
    assert {"→", "←", "·"} <= set(seen.texts)
    labels = {span.get("aria-label") for span in seen.all("span")}
    assert {"in: from a client", "out: to a client"} <= labels
    looks = {cell.get("class") for cell in seen.all("td")}
    assert {"sio-direction sio-in", "sio-direction sio-out"} <= looks


def test_rows_that_failed_are_marked_and_say_why_below() -> None:
    seen = page(lesson())
    rows = [row.get("class") for row in seen.all("tr")]
    assert rows.count("sio-failed") == 4
    assert rows.count("sio-below sio-failed") == 4
    assert "✕ raised" in seen.texts
    assert "KeyError: 'user'" in seen.texts


def test_every_row_fills_all_columns() -> None:
    markup = html.table(sheet(lesson()))
    widths = set()
    for row in markup.split("<tbody>")[1].split("</tr>")[:-1]:
        cells = Page(row + "</tr>").all("td")
        widths.add(sum(int(cell.get("colspan") or 1) for cell in cells))
    assert widths == {len(Page(markup).all("th"))}


def test_every_text_is_isolated_and_code_runs_from_left_to_right() -> None:
    assert html.shown(Cell("سلام")) == '<bdi dir="auto">سلام</bdi>'
    assert html.shown(Cell("['سلام', 5]", look="code")).startswith('<bdi dir="ltr">')
    assert html.shown(Cell("")) == ""


def test_short_sids_have_the_whole_one_as_tooltip() -> None:
    seen = page(columns.clients(make.lesson().state))
    assert make.ADA[:8] in seen.texts
    assert make.ADA in {cell.get("title") for cell in seen.all("td")}


def test_what_is_shown_and_what_is_not_is_told() -> None:
    seen = page(lesson(), total=1234, filters=("-kind:http",), dropped=7)
    assert "last 14 of 1,234 rows" in seen.texts
    assert "-kind:http" in seen.texts
    assert "1,220 earlier rows are not shown: .df has all rows" in seen.texts
    assert "7 older records have left the log" in seen.texts


def test_a_table_without_rows_says_so_and_draws_none() -> None:
    seen = page(traffic.traffic([], Log().state), filters=("event:x",))
    assert "no row matches" in seen.texts
    assert seen.all("table") == []


def test_only_tables_with_arguments_take_the_whole_width() -> None:
    assert "sio-scroll sio-wide" in html.table(sheet(lesson()))
    assert "sio-scroll sio-wide" not in html.table(sheet(columns.rooms(make.lesson().state)))


def test_the_style_is_scoped_and_follows_the_theme() -> None:
    css = html.table(sheet(lesson())).split("<style>")[1].split("</style>")[0]
    rules = [rule for rule in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).split("}") if "{" in rule]
    selectors = [one.strip() for rule in rules for one in rule.split("{")[0].split(",")]
    assert all(selector.startswith(".sio-lab") for selector in selectors)
    assert "var(--jp-content-font-color1" in css
    assert "http" not in css


def test_attributes_are_escaped_and_empty_ones_left_out() -> None:
    assert (
        html.element("td", "x", 'a "title"', aria_label="<")
        == '<td title="a &quot;title&quot;" aria-label="&lt;">x</td>'
    )
    assert html.element("td", "x") == "<td>x</td>"

"""The SVG: well-formed, self-contained, escaped, legible in light and dark, and telling every step in a tooltip."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.log import Log
from sio_lab.views.sequence_svg import ROW, estimate, svg
from tests import factories as make
from tests.views.test_diagram import diagram

SPACE = "{http://www.w3.org/2000/svg}"
KNOWN = {"svg", "title", "style", "path", "rect", "circle", "g", "text", "tspan"}


def parsed(log: Log) -> ET.Element:
    return ET.fromstring(svg(diagram(log)))  # noqa: S314 - our own text


def tags(root: ET.Element) -> set[str]:
    return {element.tag.removeprefix(SPACE) for element in root.iter()}


def test_every_step_tells_itself_in_a_title() -> None:
    root = parsed(make.lesson())
    titles = [title.text or "" for title in root.iter(f"{SPACE}title")]
    assert titles[0] == "sequence diagram, 16 steps between 4 lanes"
    assert any("event chat, from ada to server, args {'text': 'hello'}" in title for title in titles)
    assert any("failed: event boom" in title for title in titles)
    assert len(titles) == 1 + 4 + 16


def test_it_grows_with_steps_and_lanes() -> None:
    small, large = Log(), make.lesson()
    heights = [float(parsed(log).get("height", "0")) for log in (small, large)]
    assert heights[1] - heights[0] == 16 * ROW + 38
    assert float(parsed(large).get("width", "0")) > float(parsed(small).get("width", "0"))


def test_an_emit_is_one_line_with_a_head_at_every_recipient() -> None:
    log = Log()
    sids = [f"{number}-sid" for number in range(5)]
    for sid in sids:
        make.connect(log, sid)
    make.emit(log, "chat", recipients=sids)
    group = parsed(log).findall(f"{SPACE}g")[-1]
    paths = [path.get("d", "") for path in group.iter(f"{SPACE}path")]
    assert len(paths) == 1 + 5


def test_it_follows_the_theme_and_the_system_and_loads_nothing() -> None:
    text = svg(diagram(make.lesson()))
    assert "prefers-color-scheme:dark" in text
    assert "var(--jp-content-font-color1,var(--vscode-foreground,#1f2328))" in text
    assert not re.search(r"href|url\(|@import|<script", text)


def test_wide_letters_count_twice() -> None:
    assert estimate("小明") == estimate("abcd")


@given(st.text(), st.text())
def test_payloads_are_texts_never_markup(event: str, value: str) -> None:
    log = Log()
    make.connect(log, make.ADA, name=f"<b>{value}")
    make.handle(log, make.receive(log, make.ADA, f"<img src=x onerror=alert(1)>{event}", value), "raised", error=event)
    make.join(log, make.ADA, value)
    root = parsed(log)
    assert tags(root) <= KNOWN
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


def test_far_from_the_server_a_step_is_named_at_both_of_its_ends() -> None:
    log = Log()
    for number in range(20):
        make.connect(log, f"{number:08}", name=f"client {number}")
    texts = ["".join(text.itertext()) for text in parsed(log).iter(f"{SPACE}text")]
    assert "connectfrom client 19" in texts
    assert "connectfrom client 2" not in texts

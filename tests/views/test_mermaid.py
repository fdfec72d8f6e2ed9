"""Mermaid text: what clients chose never becomes part of its grammar."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.log import Log
from sio_lab.views.mermaid import mermaid
from tests import factories as make
from tests.views.test_diagram import diagram

WHO = re.compile(r"    (participant|actor) p\d+ as .+")
MESSAGE = re.compile(r"    p\d+(->>|-->>|-x)p\d+: .+")
NOTE = re.compile(r"    Note over p\d+(,p\d+)?: .+")


def test_a_lesson() -> None:
    lines = mermaid(diagram(make.lesson())).splitlines()
    assert lines[:6] == [
        "sequenceDiagram",
        "    participant p0 as server",
        "    actor p1 as ada",
        f"    actor p2 as {make.BEN[:8]}",
        "    actor p3 as eio-cat",
        "    Note over p0,p3: server started (http#58;//127.0.0.1#58;5000)",
    ]
    assert "    p1->>p0: chat" in lines
    assert "    p0-->>p1: ack ('ok')" in lines
    assert lines.count("    p0->>p1: chat (2 clients)") == lines.count("    p0->>p2: chat (2 clients)") == 1
    assert "    p2-xp0: ✕ boom (raised · KeyError#58; 'user')" in lines
    assert "    Note over p1: joins lobby" in lines


def test_words_of_its_own_are_written_as_entities() -> None:
    log = Log()
    make.connect(log, make.ADA, name="end")
    make.handle(log, make.receive(log, make.ADA, "end"))
    make.handle(log, make.receive(log, make.ADA, 'a;b#c "d"\n%% e $$x$$ {f} <g>'))
    text = mermaid(diagram(log))
    assert "actor p1 as #101;nd" in text
    assert "p1->>p0: #101;nd" in text
    assert "a#59;b#35;c #34;d#34;#92;n#37;#37; e #36;#36;x#36;#36; #123;f#125; #60;g#62;" in text


def test_an_empty_diagram_has_its_server() -> None:
    assert mermaid(diagram(Log())) == "sequenceDiagram\n    participant p0 as server\n"


@given(st.text(), st.text())
def test_every_line_is_one_that_mermaid_knows(event: str, name: str) -> None:
    log = Log()
    make.connect(log, make.ADA, name=name or None)
    make.handle(log, make.receive(log, make.ADA, event, name), "raised", error=event)
    make.join(log, make.ADA, event)
    make.refuse(log)
    first, *lines = mermaid(diagram(log)).removesuffix("\n").split("\n")
    assert first == "sequenceDiagram"
    assert all(WHO.fullmatch(line) or MESSAGE.fullmatch(line) or NOTE.fullmatch(line) for line in lines)
    said = [line.partition(": ")[2] or line.partition(" as ")[2] for line in lines]
    assert not any(set(re.sub(r"#\d+;", "", text)) & set(';#"%{}<>\n$:') for text in said)

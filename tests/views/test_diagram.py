"""A sequence diagram in words: bounded, on one line, and telling enough."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.lane_keys import OTHERS, Lane, known_of
from sio_lab.core.lanes import Lanes
from sio_lab.core.log import Log
from sio_lab.core.wire import decode
from sio_lab.views.diagram import CAPTION, Arrow, Diagram, drawn, head, listed, spoken, told
from tests import factories as make


def diagram(log: Log) -> Diagram:
    lanes = Lanes(lambda: log.state, known_of(log))
    lanes.add(log.since())
    return drawn(lanes.model(), decode)


def newest(log: Log) -> Arrow:
    return diagram(log).arrows[-1]


def alone(record: Any) -> Arrow:
    log = Log()
    log.append(record)
    return newest(log)


def test_a_lesson_in_words() -> None:
    assert [(arrow.look, arrow.caption, arrow.aside) for arrow in diagram(make.lesson()).arrows] == [
        ("line", "server started", "http://127.0.0.1:5000"),
        ("in", "connect", ""),
        ("in", "connect", ""),
        ("in", "chat", ""),
        ("note", "joins lobby", ""),
        ("out", "chat", "2 clients"),
        ("out", "quiz", ""),
        ("ack", "ack", "'ok'"),
        ("ack", "ack", "4"),
        ("out", "vote", "2 clients"),
        ("ack", "ack", "'b'"),
        ("in", "boom", "raised · KeyError: 'user'"),
        ("in", "caht", "no-handler · did you mean chat?"),
        ("in", "refused", "/nowhere · Unable to connect - did you mean /?"),
        ("note", "rejected", "400 · origin http://evil.example is not allowed"),
        ("in", "disconnect", "client disconnect"),
    ]


def test_an_arrow_tells_what_it_carried_and_how_it_went() -> None:
    log = make.lesson()
    chat = next(arrow for arrow in diagram(log).arrows if arrow.caption == "chat")
    assert (chat.args, chat.ack, chat.status) == ("{'text': 'hello'}", "'ok'", "handled in 1.50 ms")
    sentence = spoken(chat, {head.key: head.label for head in diagram(log).heads})
    assert sentence.endswith("event chat, from ada to server, args {'text': 'hello'}, ack 'ok', handled in 1.50 ms")


def test_an_emit_says_whom_it_was_addressed_to() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.connect(log, make.BEN)
    rooms = tuple(f"room {number}" for number in range(5))
    make.emit(log, "chat", recipients=(make.ADA, make.BEN), to=rooms)
    assert newest(log).aside == "to room 0, room 1, room 2, 2 more · 2 clients"
    make.emit(log, "chat", recipients=(), to=("attic",))
    assert (newest(log).look, newest(log).aside) == ("note", "reaches nobody")


def test_other_namespaces_are_named() -> None:
    log = Log()
    make.connect(log, make.ADA, "/chat")
    assert newest(log).aside == "/chat"


def test_notes() -> None:
    assert alone(r.RoomClosed("/", 7)).caption == "closes 7"
    assert alone(r.HttpRequest("GET", "/a", 500, 12.0, None)).aside == "500 · 12.0 ms"
    assert alone(r.Upgraded("eio", ())).caption == "upgrade to websocket"
    assert alone(r.AckReceived(None, "/", None, 7, decode_me())).aside == "1 · no emit waits for it"


def decode_me() -> Any:
    return make.encode("ACK", [1], "/", 7)


def test_heads_have_the_whole_sid_for_a_tooltip() -> None:
    assert head(Lane("eio:x", sid=make.ADA)).full == f"sid {make.ADA}"
    assert head(Lane("name:ada", "ada", make.ADA)).full == f"ada, sid {make.ADA}"
    assert head(Lane(OTHERS, count=3)).label == "3 others"


def test_many_names_are_counted() -> None:
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"


def test_json_leaves_out_what_is_empty() -> None:
    log = Log()
    log.append(r.RoomClosed("/", "lobby"))
    assert told(newest(log), lambda _key: 0) == {
        "seq": 1,
        "row": 1,
        "time": newest(log).time,
        "kind": "close_room",
        "look": "note",
        "caption": "closes lobby",
        "from": 0,
        "to": [],
        "failed": 0,
    }


@given(st.text(), st.text(), st.text())
def test_what_clients_send_is_bounded_and_on_one_line(event: str, value: str, room: str) -> None:
    log = Log()
    make.connect(log, make.ADA, name=event or None)
    make.handle(log, make.receive(log, make.ADA, event * 50, value * 500), "raised", error=value * 500)
    make.join(log, make.ADA, room)
    for arrow in diagram(log).arrows:
        texts = (arrow.caption, arrow.aside, arrow.args, arrow.status, arrow.note)
        assert all("\n" not in text and "\x1b" not in text for text in texts)
        assert len(arrow.caption) <= CAPTION + 9
        assert len(arrow.args) <= 162

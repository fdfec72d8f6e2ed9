"""From a row's story to its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.story import Story
from sio_lab.views.detail import detail, line
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.views.card import Card


def card(log: Log, seq: int) -> Card:
    record = log.get(seq)
    return detail(Story(log, record), record)


def facts(of: Card) -> dict[str, str]:
    return {fact.label: fact.cell.text for fact in of.facts}


def test_an_event_tells_what_was_asked_and_answered() -> None:
    told = card(make.lesson(), 16)
    assert (told.seq, told.kind, told.event, told.status, told.failed) == (16, "event", "chat", "handled", False)
    known = facts(told)
    assert known["request.event"] == "{'message': 'chat', 'args': ({'text': 'hello'},)}"
    assert (known["client"], known["sid"], known["args"]) == ("ada", make.ADA, "{'text': 'hello'}")
    assert (known["ack"], known["returned"], known["took"]) == ("'ok'", "'ok'", "1.50 ms")
    assert known["handler"] == "on_chat, In[4]"
    assert told.output == "hello from ada"
    assert told.parts == (("2", "type EVENT"), ("7", "ack id"), ('["chat",{"text":"hello"}]', "data as JSON"))


def test_output_is_told_without_what_only_a_terminal_shows() -> None:
    log = Log()
    event = make.receive(log, make.ADA, "chat")
    make.handle(log, event, output="\x1b[1;31mred\x1b[0m\n\x1b[2Jcleared\r\x00\n")
    assert card(log, event.seq).output == "red\n\\x1b[2Jcleared\n\\x00"


def test_nothing_is_told_of_what_is_not_there() -> None:
    known = facts(card(make.lesson(), 17))
    assert list(known) == ["time", "namespace", "client", "sid", "to", "cause"]


def test_a_failure_has_its_error_and_traceback() -> None:
    told = card(make.lesson(), 25)
    assert told.failed
    assert facts(told)["error"] == "KeyError: 'user'"
    assert told.traceback.endswith("KeyError: 'user'")


def test_effects_are_told_in_a_line_each() -> None:
    told = card(make.lesson(), 16)
    assert [effect.text for effect in told.effects] == [
        "17 join lobby, ada",
        "18 emit chat · 2 clients · {'text': 'hello'}",
        "19 emit quiz · ada · '2+2?'",
    ]


def test_effects_have_effects() -> None:
    log = Log()
    chat = make.receive(log, make.ADA, "chat")
    vote = make.emit(log, "vote", recipients=(make.ADA, make.BEN), ack_id=1, cause=chat.seq)
    make.answer(log, vote, make.BEN, "b")
    (effect,) = card(log, chat.seq).effects
    assert [inner.text for inner in effect.effects] == ["3 ack ben01234 · 'b'"]


def test_of_many_effects_some_are_told() -> None:
    log = Log()
    chat = make.receive(log, make.ADA, "chat")
    for _ in range(60):
        make.emit(log, "x", cause=chat.seq)
    effects = card(log, chat.seq).effects
    assert len(effects) == 51
    assert effects[-1].text == "… 10 more"


def test_recipients_are_called_by_name() -> None:
    assert facts(card(make.lesson(), 18))["recipients"] == "ada, ben01234"
    log = Log()
    make.emit(log, "x", recipients=[f"{number:08}" for number in range(30)])
    assert facts(card(log, 1))["recipients"].endswith("00000009 and 20 more")
    make.emit(log, "x", hint="join the room first")
    assert facts(card(log, 2))["recipients"] == "nobody"
    assert facts(card(log, 2))["error"] == "join the room first"


def test_a_cause_is_told_even_where_it_was_dropped() -> None:
    assert facts(card(make.lesson(), 17))["cause"] == "16 event chat · ada · {'text': 'hello'}"
    log = Log(max_records=1)
    make.receive(log, make.ADA, "chat")
    make.emit(log, "x", cause=1)
    assert facts(card(log, 2))["cause"] == "has left the log"


def test_every_row_has_a_card_and_a_line() -> None:
    log = make.lesson()
    log.append(r.Snapshot((), ()))
    log.append(r.HttpRequest("GET", "/", 200, 1.0, None))
    log.append(r.RoomClosed("/", 5))
    for seq in (1, 9, 16, 17, 18, 24, 30, 31, 32, 35, 36, 37):
        assert card(log, seq).seq == seq
        row = Story(log, log.get(seq)).cells(log.get(seq))
        assert line(row).startswith(f"{seq} {row['kind']}")


def test_a_page_that_was_mended_says_how_and_is_no_failure() -> None:
    log = Log()
    log.append(r.HttpRequest("GET", "/", 200, 1.0, None, "Its socket.io was <replaced>."))
    told = card(log, 1)
    assert facts(told)["mended"] == "Its socket.io was <replaced>."
    assert not told.failed


def test_a_websocket_s_handshake_is_told_in_both_halves() -> None:
    log = Log()
    told = card(log, make.open_socket(log).seq)
    assert [title for title, _ in told.handshake] == ["request", "response", "why it fits"]
    assert told.handshake[0][1].startswith("GET /echo HTTP/1.1\nSec-WebSocket-Key: ")
    assert "base64(SHA-1(Key + GUID))" in told.handshake[2][1]
    assert card(make.lesson(), 16).handshake == ()

"""One row of the traffic table, with everything that belongs to it."""

from __future__ import annotations

import copy

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.traffic import TRAFFIC
from sio_lab.core.wire import decode, encode
from sio_lab.errors import LabError, RecordDropped, Usage
from sio_lab.views.row import find
from tests import factories as make


def test_every_column_is_an_attribute() -> None:
    row = find(make.lesson(), 16)
    assert (row.kind, row.event, row.args, row.status, row.ack, row.ms) == (
        *("event", "chat", ({"text": "hello"},), "handled", ("ok",), 1.5),
    )
    assert {column.name for column in TRAFFIC} <= set(dir(row))


def test_other_attributes_are_an_error_that_names_the_columns() -> None:
    row = find(make.lesson(), 16)
    with pytest.raises(AttributeError, match=r"no 'room'; its columns are seq, time"):
        row.room  # noqa: B018 - asking is what raises
    assert not hasattr(copy.copy(row), "__deepcopy__")


def test_an_event_has_its_packet_handler_and_request_event() -> None:
    row = find(make.lesson(), 16)
    assert row.record.seq == 16
    assert row.wire == '27["chat",{"text":"hello"}]'
    assert row.attachments == ()
    assert row.parts[0] == ("2", "type EVENT")
    assert row.request_event == {"message": "chat", "args": ({"text": "hello"},)}
    assert row.handled is not None
    assert row.handled.key == ("/", "chat")
    assert row.recipients == ()


def test_an_emit_has_its_recipients_and_cause() -> None:
    row = find(make.lesson(), 18)
    assert row.recipients == (make.ADA, make.BEN)
    assert row.cause is not None
    assert row.cause.seq == 16
    with pytest.raises(LabError, match="Row 18 is of kind emit"):
        row.request_event  # noqa: B018 - asking is what raises


def test_effects_are_rows_with_effects_of_their_own() -> None:
    log = Log()
    chat = make.receive(log, make.ADA, "chat")
    vote = make.emit(log, "vote", recipients=(make.ADA, make.BEN), ack_id=1, cause=chat.seq)
    make.answer(log, vote, make.BEN, "b")
    (effect,) = find(log, chat.seq).effects
    (ack,) = effect.effects
    assert (effect.event, ack.kind, ack.args, ack.effects) == ("vote", "ack", ("b",), [])


def test_attachments_come_with_the_packet() -> None:
    log = Log()
    sent = make.receive(log, make.ADA, "upload", b"\x00\x01")
    assert find(log, sent.seq).attachments == (b"\x00\x01",)
    assert find(log, sent.seq).args == (b"\x00\x01",)


def test_a_row_without_a_packet_has_none() -> None:
    row = find(make.lesson(), 17)
    assert (row.wire, row.attachments, row.parts, row.handled) == (None, (), [], None)


def test_a_record_without_a_row_of_its_own_names_the_one_it_is_part_of() -> None:
    log = make.lesson()
    with pytest.raises(Usage, match=r"Record 20 \(Handled\) is no row .* part of row 16, traffic\[16\]"):
        find(log, 20)
    with pytest.raises(Usage, match="part of row 9"):
        find(log, 5)
    with pytest.raises(Usage, match="only changes what the other tables show"):
        find(log, 3)


def test_rows_that_are_gone_or_never_were_say_so() -> None:
    log = Log(max_records=1)
    make.receive(log, make.ADA, "a")
    make.receive(log, make.ADA, "b")
    for seq in (0, 1, 3):
        with pytest.raises(RecordDropped):
            find(log, seq)


def test_a_row_stays_as_it_was_first_seen_and_a_new_one_is_told_anew() -> None:
    log = Log()
    chat = make.receive(log, make.ADA, "chat")
    row = find(log, chat.seq)
    assert row.status == "running"
    make.handle(log, chat)
    assert (row.status, find(log, chat.seq).status) == ("running", "handled")


def test_another_decoder_is_used_for_everything() -> None:
    log = Log()
    chat = make.receive(log, make.ADA, "chat", 1)
    packet = encode("EVENT", ["chat", 2])
    row = find(log, chat.seq, lambda _: decode(packet))
    assert (row.args, row.request_event["args"]) == ((2,), (2,))


def test_a_row_shows_itself_in_a_line_within_lists_and_as_a_card_alone() -> None:
    row = find(make.lesson(), 17)
    assert repr([row]) == "[<row 17 join lobby, ada>]"
    assert str(row).startswith("row 17 · join")
    bundle = row._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == str(row)
    assert bundle["text/html"].startswith('<div class="sio-lab">')


def test_what_is_shown_of_a_connect_holds_no_secret() -> None:
    log = Log()
    asked = log.append(r.ConnectAsked("/", "eio", encode("CONNECT", {"token": "•••"})))
    connected = log.append(r.Connected("/", make.ADA, "eio", asked.seq))
    assert find(log, connected.seq).request_event == {"message": "connect", "args": ({"token": "•••"},)}


def test_of_a_page_it_says_what_the_lab_changed_in_it() -> None:
    log = Log()
    note = "Its socket.io 2.3.0 from a.example was replaced by the lab's own 4.8.4."
    mended = log.append(r.HttpRequest("GET", "/", 200, 1.0, None, note))
    plain = log.append(r.HttpRequest("GET", "/", 200, 1.0, None))
    assert (find(log, mended.seq).mended, find(log, plain.seq).mended) == (note, None)
    assert find(log, 1).error is None
    assert note in " ".join(str(find(log, mended.seq)).split())
    assert "mended" not in str(find(log, plain.seq))
    assert [repr(find(log, seq)) for seq in (1, 2)] == ["<row 1 http GET / · mended>", "<row 2 http GET />"]

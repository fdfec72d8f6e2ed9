from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.traffic import Merged, merge
from sio_lab.core.wire import decode, encode
from sio_lab.errors import LabError
from sio_lab.export.asyncapi import asyncapi
from tests import factories as make
from tests.core.any_record import RECORDS
from tests.export.official import check, needs_schema

pytestmark = needs_schema

JSONS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def export(log: Log, url: str | None = "http://127.0.0.1:5000") -> str:
    return asyncapi(merge(log.since()), log.state, title="a lesson", url=url, read=decode)


def test_namespaces_are_channels_and_events_messages_in_both_directions() -> None:
    document = check(export(make.lesson()))
    assert {name: channel["address"] for name, channel in document["channels"].items()} == {
        "root": "/",
        "nowhere": "/nowhere",
    }
    assert document["operations"]["root.receive.chat"]["action"] == "receive"
    assert document["operations"]["root.send.chat"]["action"] == "send"
    message = document["components"]["messages"]["root.receive.chat"]
    assert message["name"] == "chat"
    assert message["payload"]["properties"] == {"text": {"type": "string"}}
    assert message["examples"] == [{"payload": {"text": "hello"}}]


def test_acks_are_replies_in_both_directions_and_of_broadcasts() -> None:
    document = check(export(make.lesson()))
    for operation, payload in (
        ("root.receive.chat", "string"),
        ("root.send.quiz", "integer"),
        ("root.send.vote", "string"),
    ):
        (ref,) = document["operations"][operation]["reply"]["messages"]
        assert ref == {"$ref": f"#/channels/root/messages/{operation}.ack"}
        assert document["components"]["messages"][f"{operation}.ack"]["payload"] == {"type": payload}


def test_auth_shows_its_keys_and_what_refuses_is_its_reply() -> None:
    document = check(export(make.lesson()))
    auth = document["components"]["messages"]["root.connect"]["payload"]
    assert auth["required"] == ["token"]
    assert "hidden" in auth["properties"]["token"]["description"]
    refused = document["components"]["messages"]["nowhere.connect.refused"]
    assert (refused["name"], refused["payload"]["properties"]["message"]) == ("connect_error", {"type": "string"})


def test_the_head_says_what_was_observed() -> None:
    info = check(export(make.lesson()))["info"]
    assert info["title"] == "a lesson"
    assert "3 connects, 3 events received, 3 emitted, 3 acks" in info["description"]
    assert "Observed, not specified" in info["description"]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://127.0.0.1:5000", ("127.0.0.1:5000", "ws")),
        ("https://lab.example", ("lab.example", "wss")),
        (None, None),
    ],
)
def test_the_server_is_where_it_is(url: str | None, server: tuple[str, str] | None) -> None:
    servers = check(export(make.lesson(), url)).get("servers", {})
    assert [(each["host"], each["protocol"]) for each in servers.values()] == ([server] if server else [])


def test_nothing_to_export_is_said() -> None:
    log = Log()
    log.append(r.ServerStarted("http://x"))
    with pytest.raises(LabError, match=r"nothing to export.*%sio traffic"):
        export(log)


def test_thousands_of_events_are_sampled_and_it_says_so() -> None:
    log = Log()
    for number in range(1_000):
        make.receive(log, make.ADA, "tick", number)
    message = check(export(log))["components"]["messages"]["root.receive.tick"]
    assert "1,000 times. Told from 200 of 1,000, spread evenly." in message["description"]
    assert len(message["examples"]) == 3


def test_events_of_too_many_names_are_counted() -> None:
    log = Log()
    for number in range(510):
        make.receive(log, make.ADA, f"event {number}")
    document = check(export(log))
    assert len(document["operations"]) == 500
    assert "10 more events of other names were seen" in document["info"]["description"]


def test_what_no_file_can_hold_is_spelled_out() -> None:
    log = Log()
    make.receive(log, make.ADA, "\ud800\x85", {"\u2028": "é\x7f"})
    text = export(log)
    assert "é" in text
    assert "\\u2028" in text
    check(text)


@pytest.mark.parametrize("args", [[], [1, [2, "é"]], [[1], 2]])
def test_a_connect_that_is_another_packet_in_a_capture_makes_a_valid_document(args: list[Any]) -> None:
    log = Log()
    log.append(r.Opened(r.Connection("eio", "websocket", "127.0.0.1", "pytest")))
    asked = log.append(r.ConnectAsked("/", "eio", encode("EVENT", ["odd", *args], "/")))
    log.append(r.Connected("/", make.ADA, "eio", asked.seq))
    check(export(log))


@settings(max_examples=30, deadline=None)  # it is the check against the official schema that takes its time
@given(RECORDS)
def test_whatever_was_recorded_makes_a_valid_document(records: list[Any]) -> None:
    log = Log()
    for record in records:
        log.append(record)
    merged = merge(log.since())
    if any(isinstance(row, (r.EventReceived, r.Emitted, r.Connected, r.Refused)) for row in merged.rows):
        check(export(log))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=5), st.lists(JSONS, max_size=3), st.none() | JSONS, JSONS), min_size=1, max_size=4
    )
)
def test_whatever_is_sent_makes_a_valid_document(events: list[tuple[str, list[Any], Any, Any]]) -> None:
    log = Log()
    for event, args, ack, auth in events:
        make.connect(log, make.ADA, auth={"auth": auth})
        received = make.receive(log, make.ADA, event, *args, ack_id=1)
        make.acknowledge(log, received, *([] if ack is None else [ack]))
    check(export(log))


def test_rows_alone_are_enough() -> None:
    row = r.EventReceived("/", "chat", None, "eio", 1, encode("EVENT", ["chat"]))
    document = check(asyncapi(Merged(rows=[row]), Log().state, title="x", url=None, read=decode))
    assert document["components"]["messages"]["root.receive.chat"]["payload"]["maxItems"] == 0

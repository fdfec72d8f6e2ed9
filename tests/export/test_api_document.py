from __future__ import annotations

from sio_lab.core.log import Log
from sio_lab.core.traffic import merge
from sio_lab.core.wire import decode
from sio_lab.export.api_document import ApiDocument
from sio_lab.export.observed import observe
from tests import factories as make


def document(log: Log) -> ApiDocument:
    made = ApiDocument({*log.state.functions, *log.state.methods}, decode)
    for namespace, place in observe(merge(log.since())).items():
        made.add(namespace, place)
    return made


def test_an_event_named_like_another_s_ack_has_a_name_of_its_own() -> None:
    log = Log()
    make.acknowledge(log, make.receive(log, make.ADA, "chat", ack_id=1), "ok")
    make.receive(log, make.ADA, "chat.ack")
    make.receive(log, make.ADA, "chat ack")
    made = document(log)
    assert list(made.messages) == [
        *("root.receive.chat", "root.receive.chat.ack", "root.receive.chat_ack", "root.receive.chat_ack_2"),
    ]
    assert [message["name"] for message in made.messages.values()] == ["chat", "ack of chat", "chat.ack", "chat ack"]


def test_namespaces_that_look_alike_are_two_channels() -> None:
    log = Log()
    for namespace in ("/", "/root", "/a b", "/a_b"):
        make.receive(log, make.ADA, "x", namespace=namespace)
    channels = document(log).channels
    assert {name: channel["address"] for name, channel in channels.items()} == {
        "root": "/",
        "root_2": "/root",
        "a_b": "/a b",
        "a_b_2": "/a_b",
    }


def test_without_auth_and_refusals_a_connect_has_nothing_to_say() -> None:
    log = Log()
    make.connect(log, make.ADA)
    made = document(log)
    assert made.operations == {}
    assert list(made.channels) == ["root"]


def test_an_ack_that_never_came_is_no_reply() -> None:
    log = Log()
    make.receive(log, make.ADA, "chat", ack_id=1)
    assert "reply" not in document(log).operations["root.receive.chat"]

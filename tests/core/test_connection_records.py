"""What happened to connections and requests."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from sio_lab.core import connection_records, records
from sio_lab.core.connection_records import Asked, HttpRequest, Rejected, Upgraded
from sio_lab.core.log import Log
from sio_lab.core.why import explain
from tests import factories as make

CLASSES = [
    item
    for item in vars(connection_records).values()
    if inspect.isclass(item) and item.__module__.endswith("n_records")
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_is_found_in_records_too(kind: type) -> None:
    assert getattr(records, kind.__name__) is kind
    assert kind.__name__ in records.__all__


def test_what_a_request_said_of_itself_says_little_where_nothing_is_known() -> None:
    asked = Asked("GET", "/socket.io/", "EIO=4")
    assert (asked.host, asked.origin, asked.user_agent, asked.scheme, asked.forwarded) == (
        None,
        None,
        None,
        "http",
        None,
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        asked.path = "/"  # type: ignore[misc]


def test_a_request_is_kept_with_what_rejected_it() -> None:
    asked = Asked("GET", "/socket.io/", "EIO=3")
    assert Rejected("bad", request=asked).request == HttpRequest("GET", "/", 404, 1.0, None, request=asked).request
    assert Rejected("bad").request is None
    assert Upgraded("eio", ()).transport == "websocket"


def test_a_rejected_request_can_be_explained() -> None:
    log = make.lesson()
    row = log.append(Rejected("unsupported version", "10.0.0.9", 400, request=Asked("GET", "/socket.io/", "EIO=3")))
    assert explain(log, row).reasons[0].name == "old client"


def test_a_request_counts_among_the_records() -> None:
    log = Log()
    log.append(HttpRequest("GET", "/x", 404, 1.0, None, request=Asked("GET", "/x", "EIO=4")))
    assert log.bytes > 0

"""Why a request, or a packet, was rejected."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.cause import FAILURE, HINDRANCE, REMARK, Setup
from sio_lab.core.cause_request import TLS, cause_of, hint_of, rejected

GET = r.Asked("GET", "/socket.io/", "EIO=4&transport=polling")
NOTHING = r.Asked("GET", "/socket.io/", "")
WEBSOCKET = r.Asked("GET", "/socket.io/", "EIO=4&transport=websocket")
UPGRADE = r.Asked("GET", "/socket.io/", "EIO=4&transport=websocket&sid=x")
CARRIER = r.Asked("GET", "/socket.io/", "EIO=4&transport=carrier")
POST = r.Asked("POST", "/socket.io/", "EIO=4&transport=polling&sid=x")


@pytest.mark.parametrize(
    ("row", "name", "grade"),
    [
        (
            r.Rejected("unsupported version", status=400, request=NOTHING),
            "no Socket.IO client",
            FAILURE,
        ),
        (r.Rejected("Not an accepted origin.", status=400, request=GET), "origin refused", FAILURE),
        (r.Rejected("Invalid session x", status=400, request=GET), "unknown connection", REMARK),
        (
            r.Rejected("Invalid websocket upgrade", status=400, request=WEBSOCKET),
            "WebSocket blocked",
            FAILURE,
        ),
        (r.Rejected("Invalid transport", status=400, request=UPGRADE), "WebSocket blocked", HINDRANCE),
        (r.Rejected("Invalid transport", status=400, request=CARRIER), "unknown transport", FAILURE),
        (r.Rejected("ValueError: Too many packets in payload"), "too many packets", HINDRANCE),
        (
            r.Rejected("a WebSocket message longer than max_http_buffer_size, 1 bytes"),
            "packet too large",
            HINDRANCE,
        ),
        (r.Rejected("400 BAD REQUEST", status=400, request=POST), "packet too large", HINDRANCE),
        (r.Rejected("400 BAD REQUEST", status=400, request=GET), "request rejected", FAILURE),
        (r.Rejected(TLS, "10.0.0.9"), "https used", FAILURE),
        (r.Rejected("a packet that can't be read"), "packet rejected", HINDRANCE),
        (r.Rejected("a name that is not its own: x", status=403), "host not allowed", FAILURE),
        (
            r.Rejected("the class's code is missing", status=403, hint="open the link"),
            "not let into the class",
            FAILURE,
        ),
        (r.Rejected("go away", status=429, hint="wait a minute"), "refused at the door", FAILURE),
    ],
)
def test_what_it_is_and_how_grave(row: r.Rejected, name: str, grade: int) -> None:
    cause = rejected(row)
    assert (cause.name, cause.grade) == (name, grade)
    assert cause_of(row) == cause
    assert cause.next_step


def test_a_row_has_the_cause_in_few_words() -> None:
    assert hint_of(TLS) == "https:// was used where the server speaks http: write http://"
    assert hint_of("whatever") is None
    assert hint_of("Not an accepted origin.", r.Asked("GET", "/", "", origin="http://x.test")) == (
        "a page of http://x.test may not connect: %sio stop, then %sio start --cors http://x.test"
    )


def test_what_the_door_said_is_the_step() -> None:
    assert (
        rejected(r.Rejected("no code", status=403, hint="open the class's link")).next_step == "open the class's link."
    )


def test_rows_that_stand_for_several_requests_are_of_one_cause() -> None:
    told = "not let into the class"
    more = f"{told} (1,200 more such requests since the last of these rows)"
    assert rejected(r.Rejected(told, status=403)) == rejected(r.Rejected(more, status=403))


def test_the_address_to_write_has_the_port() -> None:
    assert rejected(r.Rejected(TLS), Setup(port=5000)).next_step.endswith("http://127.0.0.1:5000/")


def test_other_records_keep_nobody_out() -> None:
    assert cause_of(r.Left("/", "lobby", "sid")) is None
    assert cause_of(r.HttpRequest("GET", "/", 404, 1.0, None)) is None

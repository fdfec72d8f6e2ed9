from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.export.literals import Call, Code
from sio_lab.export.volatile import ANY_NAN, ANY_SID, ANY_TEXT, ANY_TIME, ANY_UUID, Volatile

ADA = "EPEC_Do9FCv6PPzaAAAB"
GONE = "xPEC_Do9FCv6PPzaAAAC"
NOW = 1_795_935_103.25
"""Not the clock's: the processes that the tests are shared out among must agree on what they are called."""

AT = int(NOW * 1e9)


@pytest.fixture
def values() -> Volatile:
    return Volatile({ADA: Code("ada_sid")}, {ADA, GONE})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ADA, Code("ada_sid")),
        (ADA[:6], Code("ada_sid[:6]")),
        (f"{ADA} is here", Call('"".join', ([Code("ada_sid"), " is here"],))),
        ({ADA: [ADA]}, {Code("ada_sid"): [Code("ada_sid")]}),
        (GONE, ANY_SID),
        (f"{GONE} left", ANY_TEXT),
        (NOW, ANY_TIME),
        (int(NOW), ANY_TIME),
        (int(NOW * 1000), ANY_TIME),
        (str(NOW), ANY_TIME),
        (datetime.fromtimestamp(NOW, UTC).isoformat(), ANY_TIME),
        (datetime.fromtimestamp(NOW, UTC).astimezone().replace(tzinfo=None).isoformat(), ANY_TIME),
        (time.strftime("%H:%M", time.localtime(NOW)), ANY_TIME),
        (time.ctime(NOW), ANY_TIME),
        (str(uuid.UUID(int=2**127 + 5, version=4)), ANY_UUID),
        (float("nan"), ANY_NAN),
        (1.5, 1.5),
        (True, True),
        (NOW - 86_400, NOW - 86_400),
        ("2001-01-01T00:00:00", "2001-01-01T00:00:00"),
        (float("inf"), float("inf")),
    ],
)
def test_what_differs_from_run_to_run_is_matched(values: Volatile, value: Any, expected: Any) -> None:
    assert values.expected(value, AT) == expected


@given(st.recursive(st.text(max_size=9) | st.integers(-(10**8), 10**8) | st.none() | st.binary(), st.lists))
def test_all_else_is_compared(value: Any) -> None:
    made = Volatile({ADA: Code("ada_sid")}, {ADA, GONE}).expected(value, 10**18)
    assert made == value


def test_what_a_client_sent_is_no_news(values: Volatile) -> None:
    sent = {"t": NOW, "id": str(uuid.uuid4()), "to": ADA}
    assert values.sent(sent) == {**sent, "to": Code("ada_sid")}
    assert values.expected(sent, AT) == {**sent, "to": Code("ada_sid")}


def test_the_sids_that_are_asked_for_are_known(values: Volatile) -> None:
    assert values.used == set()
    values.room(ADA)
    assert values.used == {ADA}


def test_the_reason_that_a_client_left_for_is_matched_where_a_test_has_another(values: Volatile) -> None:
    values.reason = "transport close"
    assert values.expected(["transport close"], AT) == [ANY_TEXT]

"""Findings, folded from a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.cause import Setup
from sio_lab.core.doctor import MOST_FINDINGS, SHOWN_ROWS, STORM, findings
from sio_lab.core.finding import columns
from sio_lab.core.log import Log
from sio_lab.core.traffic import is_row
from tests.core.any_record import FULL_RECORDS, ODD_TEXTS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD = st.sampled_from(
    ["unsupported version", "Not an accepted origin.", "Invalid session x", "Invalid transport", "a TLS handshake"]
)
QUERIES = st.sampled_from(["EIO=3&transport=polling", "transport=websocket", "EIO=4&transport=websocket&sid=a", "%%%"])
ORIGINS = st.none() | st.sampled_from(["null", "http://x.test", "https://127.0.0.1:5000", "http://["]) | ODD_TEXTS
ASKED = st.builds(
    r.Asked, st.just("GET"), st.just("/socket.io/") | ODD_TEXTS, QUERIES | ODD_TEXTS, TEXTS, ORIGINS, TEXTS
)
REJECTED = st.builds(
    r.Rejected, TOLD | ODD_TEXTS, TEXTS, st.none() | st.sampled_from([400, 403]), TEXTS, request=st.none() | ASKED
)
LOST = st.builds(r.HttpRequest, st.just("GET"), ODD_TEXTS, st.just(404), st.just(1.0), TEXTS, request=st.none() | ASKED)
REFUSED = st.builds(
    r.Refused,
    *(ODD_TEXTS | st.just("/socket.io/"), st.none(), st.just("eio-ada"), st.none(), st.just("Unable to connect")),
    *(st.just(r.NO_WIRE), TEXTS),
)
OLD = r.Asked("GET", "/socket.io/", "EIO=3&transport=polling", user_agent="Mozilla/5.0 (X11) Firefox/140.0")


def old(log: Log, address: str = "10.0.0.1") -> r.Rejected:
    return log.append(r.Rejected("unsupported version", address, 400, request=OLD))


def filled(records: Sequence[Any]) -> Log:
    log = Log()
    for record in records:
        log.append(record)
    return log


@given(st.lists(st.one_of(REJECTED, LOST, REFUSED), max_size=20), FULL_RECORDS)
def test_any_log_gives_a_diagnosis_whose_rows_exist(rejections: list[Any], others: list[Any]) -> None:
    log = filled([*rejections, *others])
    for finding in findings(log, Setup(("http://x.test/",))):
        assert all(is_row(log.get(row.seq)) for row in finding.rows)
        assert finding.times >= 1
        assert finding.addresses <= finding.times
        assert finding.what
        assert finding.next_step
    assert len(columns(findings(log))) == len(findings(log))


def test_duplicates_are_gathered() -> None:
    log = Log()
    for number in range(12):
        last = old(log, f"10.0.0.{number % 3}")
    [finding] = findings(log)
    assert finding.summary == f"12 times, from 3 addresses, last at row {last.seq}"
    assert (len(finding.rows), finding.last) == (SHOWN_ROWS, last.seq)
    assert finding.rows[-1].what == "GET /socket.io/?EIO=3&transport=polling, by Firefox/140.0"


def test_one_that_tries_again_and_again_is_told_so() -> None:
    log = Log()
    for _ in range(STORM):
        old(log)
    assert "it tries again and again" in findings(log)[0].summary


def test_what_was_before_the_last_start_is_over() -> None:
    log = Log()
    old(log)
    log.append(r.ServerStarted("http://x"))
    log.append(r.Rejected("a TLS handshake", "10.0.0.1"))
    assert [(each.name, each.is_past) for each in findings(log)] == [("https used", False), ("old client", True)]
    assert findings(log)[1].summary.endswith("the server has been started anew since")


def test_the_address_of_one_that_is_refused_is_its_connections() -> None:
    log = Log()
    log.append(r.Opened(r.Connection("eio", "polling", "10.0.0.7", None)))
    log.append(r.Refused("/socket.io", None, "eio", None, "Unable to connect", r.NO_WIRE))
    assert findings(log)[0].summary == "once, from 10.0.0.7, at row 2"


def test_a_flood_of_different_causes_is_bounded() -> None:
    log = Log()
    for number in range(2 * MOST_FINDINGS):
        asked = r.Asked("GET", "/socket.io/", "EIO=4", origin=f"http://x{number}.test")
        log.append(r.Rejected("Not an accepted origin.", "10.0.0.1", 400, request=asked))
    assert len(findings(log)) == MOST_FINDINGS

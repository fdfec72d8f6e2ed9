"""What a teacher is told without asking."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.doctor_news import MORE, MOST_KNOWN, MOST_OWN, MOST_TOLD, DoctorNews
from sio_lab.core.log import Log


def refused(log: Log, origin: str) -> None:
    asked = r.Asked("GET", "/socket.io/", "EIO=4", origin=origin)
    log.append(r.Rejected("Not an accepted origin.", "10.0.0.1", 400, request=asked))


def test_each_cause_is_told_once() -> None:
    log = Log()
    news = DoctorNews(log)
    assert news.news() == []
    for _ in range(100):
        refused(log, "http://x.test")
    assert news.news() == [
        (
            "A client could not connect: a page of http://x.test may not connect: %sio stop, then "
            f"%sio start --cors http://x.test. {MORE}"
        )
    ]
    refused(log, "http://x.test")
    assert news.news() == []


def test_many_at_once_are_counted() -> None:
    log = Log()
    for number in range(MOST_TOLD + 2):
        refused(log, f"http://x{number}.test")
    told = DoctorNews(log).news()
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == f"2 more causes keep clients out. {MORE}"


def test_a_flood_of_new_ones_ends() -> None:
    log = Log()
    news = DoctorNews(log)
    for number in range(MOST_KNOWN + 5):
        refused(log, f"http://x{number}.test")
    assert news.news()
    refused(log, "http://another.test")
    assert news.news() == []


def test_a_student_is_told_of_though_it_has_a_name() -> None:
    log = Log()
    log.append(r.Opened(r.Connection("eio", "polling", None, None)))
    log.append(r.ClientNamed("eio", "Ada", is_own=False))
    log.append(r.Refused("/chat", None, "eio", None, "Unable to connect", r.NO_WIRE))
    assert "'/chat'" in " ".join(DoctorNews(log).news())


def test_so_many_of_the_labs_own_are_remembered() -> None:
    log = Log()
    news = DoctorNews(log)
    for number in range(MOST_OWN + 5):
        log.append(r.ClientNamed(f"eio {number}", "ada"))
    assert news.news() == []
    assert len(vars(news)["_own"]) == MOST_OWN


def test_what_is_harmless_or_the_labs_own_is_no_news() -> None:
    log = Log()
    log.append(r.Rejected("Invalid session x", "10.0.0.1", 400))
    log.append(r.Opened(r.Connection("eio", "polling", None, None)))
    log.append(r.ClientNamed("eio", "ada"))
    log.append(r.Refused("/chat", None, "eio", None, "Unable to connect", r.NO_WIRE))
    assert DoctorNews(log).news() == []

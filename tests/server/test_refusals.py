"""A flood of refused requests does not fill the log."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.server.refusals import LONGEST_REASON, MOST_KINDS, SECONDS, Refusals

ENVIRON = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "evil.example"}


class Minutes:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.log = Log()
        self.now = 0.0
        self.refusals = Refusals(self.log, clock=lambda: self.now)

    def tell(self, kind: str = "a", times: int = 1) -> None:
        for _ in range(times):
            self.refusals.tell(kind, ENVIRON, f"kind {kind}", "a hint")

    @property
    def told(self) -> list[str]:
        return [each.reason for each in self.log.since() if isinstance(each, r.Rejected)]


def test_one_is_told_with_the_request() -> None:
    minutes = Minutes()
    minutes.refusals.tell("a", ENVIRON, "why", "fix", 400)
    (told,) = minutes.log.since()
    assert isinstance(told, r.Rejected)
    assert (told.reason, told.hint, told.status, told.address) == ("why", "fix", 400, "127.0.0.1")
    assert told.request is not None
    assert told.request.host == "evil.example"


def test_those_that_follow_within_a_minute_are_counted() -> None:
    minutes = Minutes()
    minutes.tell(times=1_235)
    assert minutes.told == ["kind a"]
    minutes.now = SECONDS
    minutes.tell(times=3)
    assert minutes.told == ["kind a", "kind a (1,234 more such requests since the last of these rows)"]
    minutes.now = 2 * SECONDS
    minutes.tell()
    assert minutes.told[-1] == "kind a (2 more such requests since the last of these rows)"
    minutes.now = 9 * SECONDS
    minutes.tell()
    assert minutes.told[-1] == "kind a"


def test_each_kind_has_its_own_row_and_many_share_one() -> None:
    minutes = Minutes()
    for number in range(10 * MOST_KINDS):
        minutes.tell(str(number))
    assert minutes.told == [f"kind {number}" for number in range(MOST_KINDS + 1)]
    assert len(vars(minutes.refusals)["_kinds"]) == MOST_KINDS + 1
    minutes.now = SECONDS
    minutes.tell("new")
    minutes.tell("newer")
    assert minutes.told[-2:] == ["kind new", "kind newer"]
    assert len(vars(minutes.refusals)["_kinds"]) == 2


def test_so_many_kinds_are_told_apart_as_was_said() -> None:
    log = Log()
    refusals = Refusals(log, 60, clock=lambda: 0.0)
    for number in range(5_000):
        refusals.tell((f"10.0.{number}", 403), ENVIRON, "no pass", None)
    assert log.last_seq == 61
    assert len(vars(refusals)["_kinds"]) == 61


def test_no_value_of_a_query_is_told() -> None:
    minutes = Minutes()
    minutes.refusals.tell("a", {**ENVIRON, "QUERY_STRING": "EIO=4&x=secret"}, "why", None)
    assert "secret" not in repr(minutes.log.since())


def test_a_reason_without_end_is_cut() -> None:
    minutes = Minutes()
    for minutes.now in (0.0, 1.0, SECONDS):
        minutes.refusals.tell("a", ENVIRON, "x" * 2_000, None)
    assert [len(each) for each in minutes.told] == [LONGEST_REASON, LONGEST_REASON]
    assert minutes.told[-1].endswith("(1 more such requests since the last of these rows)")

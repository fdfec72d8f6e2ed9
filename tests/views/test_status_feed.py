"""How the server is, told once a second at most."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.errors import Usage
from sio_lab.views.status_feed import LISTED, StatusFeed
from tests import factories as f

URL = "http://127.0.0.1:5000"


@dataclass
class Status:
    """What the lab would tell."""

    running: bool = True
    url: str | None = URL
    clients: int = 0
    rooms: int = 0
    handlers: int = 1
    records: int = 3
    dropped: int = 0
    busy: tuple[str, ...] = ()
    long: tuple[str, ...] = ()


class Bench:
    """A feed of a server that was just started, its status, and a clock that stands still."""

    def __init__(self) -> None:
        self.log = Log()
        self.log.append(r.ServerStarted(URL))
        self.now = float(self.log.get(1).at // 1_000_000_000 + 1)
        self.told = Status()
        self.asked = 0
        self.feed = StatusFeed(self.log, self.status, lambda: self.now)

    def status(self) -> Status:
        self.asked += 1
        return self.told


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.feed.state()
    bench.feed.patch()
    return bench


def test_the_state_is_whole() -> None:
    bench = Bench()
    bench.told = Status(clients=2, rooms=1, busy=("on_chat",), long=("on_chat runs for 12 s",))
    state = bench.feed.state()
    assert (state["running"], state["url"]) == (True, URL)
    assert state["counts"] == {
        "clients": 2, "rooms": 1, "namespaces": 0, "handlers": 1, "tasks": 0, "errors": 0, "records": 3, "dropped": 0,
    }  # fmt: skip
    assert (state["busy"], state["more_busy"], state["notes"]) == (["on_chat"], 0, ["on_chat runs for 12 s"])
    assert [len(values) for values in state["rates"].values()] == [60, 60]
    assert -24 * 60 < state["offset"] < 24 * 60


def test_the_first_patch_may_tell_all_again() -> None:
    bench = Bench()
    assert bench.feed.patch() == bench.feed.state()


def test_a_server_at_rest_has_no_patches(bench: Bench) -> None:
    for _ in range(5):
        bench.now += 1
        assert bench.feed.patch() is None


def test_what_changed_is_told_after_a_second(bench: Bench) -> None:
    bench.told = Status(handlers=2)
    bench.now += 0.5
    assert bench.feed.patch() is None
    bench.now += 0.5
    patch = bench.feed.patch()
    assert patch is not None
    assert list(patch) == ["counts"]
    assert patch["counts"]["handlers"] == 2


def test_rates_are_told_until_they_are_at_rest(bench: Bench) -> None:
    f.connect(bench.log, f.ADA)
    f.receive(bench.log, f.ADA, "chat")
    patches = []
    for _ in range(70):
        bench.now += 1
        patches.append(bench.feed.patch())
    assert sum(patch is not None and "rates" in patch for patch in patches) >= 60
    assert patches[-1] is None


def test_a_stop_is_told_at_once(bench: Bench) -> None:
    bench.told = Status(running=False, url=None)
    bench.log.append(r.ServerStopped(URL))
    assert bench.feed.patch() == {"running": False, "url": None}


def test_a_stop_that_the_log_hears_of_first_is_told_as_soon_as_it_is_true(bench: Bench) -> None:
    bench.log.append(r.ServerStopped(URL))
    assert bench.feed.patch() is None
    bench.told = Status(running=False, url=None)
    assert bench.feed.patch() == {"running": False, "url": None}


def test_another_address_is_told_at_once(bench: Bench) -> None:
    bench.log.append(r.ServerStarted("http://127.0.0.1:6000"))
    bench.told = Status(url="http://127.0.0.1:6000")
    assert bench.feed.patch() == {"url": "http://127.0.0.1:6000"}


def test_the_status_is_not_asked_for_eight_times_a_second(bench: Bench) -> None:
    bench.asked = 0
    for _ in range(8):
        bench.now += 0.125
        bench.feed.patch()
    assert bench.asked == 1


def test_a_clock_that_is_set_back_holds_nothing_up(bench: Bench) -> None:
    bench.now -= 3600
    bench.told = Status(handlers=2)
    assert bench.feed.patch() is not None


def test_what_is_listed_is_bounded_and_harmless(bench: Bench) -> None:
    bench.told = Status(busy=("a\n" * 500,) * 3000, long=("x" * 5000,) * 50)
    state = bench.feed.state()
    assert (len(state["busy"]), state["more_busy"], len(state["notes"])) == (LISTED, 3000 - LISTED, LISTED)
    assert "\n" not in state["busy"][0]
    assert max(map(len, (*state["busy"], *state["notes"]))) <= 1000


def test_there_is_nothing_to_choose(bench: Bench) -> None:
    with pytest.raises(Usage, match="filter"):
        bench.feed.want({"filter": "x"})

"""Pools start so many greenlets at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from sio_lab.legacy.flow import bound
from sio_lab.legacy.pools import GreenPile, GreenPool, Group, Pool
from tests.legacy.reader import DEADLINE

if TYPE_CHECKING:
    from tests.legacy.reader import Threads


def fail() -> None:
    raise KeyError("no")


@pytest.fixture
def pools(runner: Threads) -> type[Pool]:
    return bound(Pool, runner.flow, greenlets=runner.greenlet)


def test_it_never_runs_more_than_its_size(runner: Threads, pools: type[Pool]) -> None:
    pool, lock, now, most = pools(3), threading.Lock(), [0], [0]
    three = threading.Barrier(3, timeout=DEADLINE)

    def work() -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        three.wait()  # so many do run at a time
        runner.flow.pause(0.001)
        with lock:
            now[0] -= 1

    for _ in range(12):
        pool.spawn(work)
    pool.waitall()
    assert most[0] == 3
    assert len(pool) == 0


def test_it_counts(pools: type[Pool]) -> None:
    pool, go = pools(2), threading.Event()
    assert pool
    greenlet = pool.spawn(go.wait)
    assert (pool.running(), pool.free(), pool.full(), greenlet in pool) == (1, 1, False, True)
    pool.spawn(go.wait)
    assert pool.full()
    waiting = threading.Thread(target=pool.spawn, args=(len, "abc"))
    waiting.start()
    pool.resize(3)
    waiting.join(DEADLINE)
    assert not pool.waiting()
    go.set()
    assert pool.join()
    assert pools().free_count() == 1


def test_it_maps_in_order(pools: type[Pool]) -> None:
    pool = pools(2)
    assert pool.map(len, ["a", "bb", "ccc"]) == [1, 2, 3]
    assert list(pool.imap(pow, [2, 3], [3, 2])) == [8, 9]
    assert sorted(pool.imap_unordered(len, ["a", "bb"])) == [1, 2]
    assert list(pool.starmap(pow, [(2, 3), (3, 2)])) == [8, 9]


def test_it_applies(pools: type[Pool]) -> None:
    pool, called = pools(), threading.Event()
    assert pool.apply(pow, (2,), {"exp": 3}) == 8
    got: list[int] = []
    pool.apply_async(pow, (2, 3), callback=lambda value: got.append(value) or called.set())
    assert called.wait(DEADLINE)
    assert got == [8]


def test_what_its_greenlets_raise_can_be_raised_when_they_are_waited_for(pools: type[Pool]) -> None:
    pool = pools()
    pool.spawn(fail)
    with pytest.raises(KeyError):
        pool.apply(fail)
    pool.waitall()


def test_all_of_it_can_be_killed(runner: Threads, pools: type[Pool]) -> None:
    pool = pools()
    first = pool.spawn(runner.flow.pause, 1000)
    pool.spawn(runner.flow.pause, 1000)
    pool.killone(first, timeout=DEADLINE)
    assert first.ready()
    pool.kill(timeout=DEADLINE)
    pool.waitall()


def test_a_group_has_the_greenlets_it_is_given(runner: Threads) -> None:
    greenlet = runner.greenlet(len, "abc")
    group = bound(Group, runner.flow, greenlets=runner.greenlet)(greenlet)
    assert greenlet in group
    greenlet.start()
    group.waitall()
    assert greenlet.value == 3


def test_a_green_pool_is_one(runner: Threads) -> None:
    pool = bound(GreenPool, runner.flow, greenlets=runner.greenlet)()
    done: list[int] = []
    pool.spawn_n(done.append, 1)
    pool.waitall()
    assert (done, pool.size) == ([1], 1000)


def test_a_pile_yields_in_the_order_of_the_start(runner: Threads) -> None:
    pools = bound(GreenPool, runner.flow, greenlets=runner.greenlet)
    piles = bound(GreenPile, runner.flow, pools=pools)
    for pile in (piles(2), piles(pools(1)), piles()):
        for word in ("a", "bb", "ccc"):
            pile.spawn(len, word)
        assert list(pile) == [1, 2, 3]

"""WHO: what a word stands for, and who is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.log import Log
from sio_lab.core.targets import Target, reach, resolve, resolve_skip
from sio_lab.errors import TargetError
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.core.state import State


@pytest.fixture
def state() -> State:
    log = Log()
    make.connect(log, "sidA00000001", name="ada")
    make.connect(log, "sidB00000002", name="bob")
    make.connect(log, "sidC00000003")
    make.connect(log, "sidD00000004", "/test", name="dora")
    make.connect(log, "sidE00000005", "/chat", name="eve")
    make.connect(log, "sidF00000006", "/test", name="eve")
    for sid, room in (("sidA00000001", "lobby"), ("sidB00000002", "lobby"), ("sidC00000003", 7)):
        make.join(log, sid, room)
    make.join(log, "sidB00000002", "ada")
    make.join(log, "sidD00000004", "annex", namespace="/test")
    return log.state


@pytest.mark.parametrize(
    ("who", "target"),
    [
        (None, Target("/")),
        ("bob", Target("/", ("sidB00000002",))),
        ("client:ada", Target("/", ("sidA00000001",))),
        ("room:ada", Target("/", ("ada",))),
        ("sidC00000003", Target("/", ("sidC00000003",))),
        ("sid:sidC", Target("/", ("sidC00000003",))),
        ("sidC", Target("/", ("sidC00000003",))),
        ("dora", Target("/test", ("sidD00000004",))),
        ("dor", None),
        ("annex", Target("/test", ("annex",))),
        ("lobby", Target("/", ("lobby",))),
        (7, Target("/", (7,))),
        (["bob", "lobby", "bob"], Target("/", ("sidB00000002", "lobby"))),
        ("room:empty", Target("/", ("empty",))),
    ],
)
def test_words(state: State, who: object, target: Target | None) -> None:
    if target is None:
        with pytest.raises(TargetError):
            resolve(state, who)  # type: ignore[arg-type]
    else:
        assert resolve(state, who, "/" if who == "room:empty" else None) == target  # type: ignore[arg-type]


def test_a_namespace_decides(state: State) -> None:
    assert resolve(state, "eve", "/chat") == Target("/chat", ("sidE00000005",))


def test_a_number_finds_a_room_named_by_its_digits() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "42")
    assert resolve(log.state, 42) == Target("/", ("42",))


@pytest.mark.parametrize(
    ("who", "namespace", "told"),
    [
        ("eve", None, r"'eve' is in several namespaces: say which with -n /chat or -n /test\."),
        ("ada", None, r"'ada' may stand for several: client:ada, room:ada\. Write one of these\."),
        ("boob", None, r"'boob' names no client, sid or room\. Did you mean 'bob'\? There are: .*ada.*bob.*lobby"),
        ("sid0", "/", r"'sid0' names no client, sid or room in /\."),
        (
            "bob",
            "/nowhere",
            r"'bob' names nobody in /nowhere: nobody is connected there\. Clients are in /, /chat, /test",
        ),
        ([], None, r"WHO is an empty list"),
        (["bob", "dora"], None, r"No namespace has all of them: bob in /; dora in /test\. Address one namespace"),
    ],
)
def test_slips_say_what_and_what_next(state: State, who: object, namespace: str | None, told: str) -> None:
    with pytest.raises(TargetError, match=told):
        resolve(state, who, namespace)  # type: ignore[arg-type]


def test_an_ambiguous_prefix_lists_candidates() -> None:
    log = Log()
    make.connect(log, "abcd1", name="anna1")
    make.connect(log, "abcd2")
    with pytest.raises(
        TargetError, match=r"may stand for several: client:anna1, sid:abcd1, sid:abcd2|sid:abcd1, sid:abcd2"
    ):
        resolve(log.state, "abcd")


def test_with_nobody_connected_it_says_how_to_connect() -> None:
    with pytest.raises(TargetError, match=r"nobody is connected there\. Connect one: lab\.client"):
        resolve(Log().state, "ada")


def test_reach_counts_everybody_once(state: State) -> None:
    assert reach(state, Target("/")) == ("sidA00000001", "sidB00000002", "sidC00000003")
    assert reach(state, Target("/", ("lobby", "ada", 7))) == ("sidA00000001", "sidB00000002", "sidC00000003")
    assert reach(state, Target("/", ("lobby",)), skip=["sidA00000001"]) == ("sidB00000002",)
    assert reach(state, Target("/nowhere")) == ()


def test_skip_of_a_room_is_its_members(state: State) -> None:
    assert resolve_skip(state, "lobby", "/") == ("sidA00000001", "sidB00000002")
    assert resolve_skip(state, None, "/") == ()
    assert resolve_skip(state, ["client:ada", "sidC"], "/") == ("sidA00000001", "sidC00000003")


@given(st.one_of(st.text(), st.integers(), st.lists(st.text(), max_size=3)))
def test_any_who_is_resolved_or_refused_with_a_target_error(who: object) -> None:
    log = Log()
    make.connect(log, "abcdefgh", name="ada")
    try:
        resolve(log.state, who)  # type: ignore[arg-type]
    except TargetError:
        return


def test_of_two_connections_of_one_name_the_newest_is_meant() -> None:
    log = Log()
    for sid in ("sid-old-of-ada", "sid-new-of-ada"):
        make.connect(log, sid, name="ada")
    make.connect(log, "sid-elsewhere", "/chat", name="ada")
    assert resolve(log.state, "ada", "/") == Target("/", ("sid-new-of-ada",))
    assert resolve(log.state, "sid-old-of-ada", "/") == Target("/", ("sid-old-of-ada",))
    make.disconnect(log, "sid-new-of-ada")
    assert resolve(log.state, "ada", "/") == Target("/", ("sid-old-of-ada",))

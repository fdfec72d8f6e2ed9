"""Replacing methods that others replace, too, whoever comes and goes first."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.shared import wrap_shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Stream:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def write(self, text: str) -> None:
        self.texts.append(text)


def louder(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda text: original(f"{text}!")


@contextmanager
def tee(stream: Any, seen: list[str]) -> Iterator[None]:
    """Note what is written for a while, as IPython does while a cell runs."""
    before = stream.write

    def write(text: str) -> None:
        seen.append(text)
        before(text)

    stream.write = write
    yield
    stream.write = before


def test_it_is_undone_without_a_trace() -> None:
    stream = Stream()
    undo = wrap_shared(stream, "write", louder)
    stream.write("a")
    undo()
    stream.write("b")
    assert stream.texts == ["a!", "b"]
    assert set(vars(stream)) == {"texts"}
    undo()


def test_what_the_object_had_of_its_own_is_put_back() -> None:
    stream, other = Stream(), Stream()
    own = stream.write = other.write  # type: ignore[method-assign]
    undo = wrap_shared(stream, "write", louder)
    stream.write("a")
    undo()
    assert vars(stream)["write"] == own
    assert other.texts == ["a!"]


def test_others_on_top_stay_and_ours_is_out_from_under_them() -> None:
    stream, seen = Stream(), []
    undo = wrap_shared(stream, "write", louder)
    with tee(stream, seen), tee(stream, seen):
        stream.write("a")
        undo()
        stream.write("b")
    stream.write("c")
    assert (stream.texts, seen) == (["a!", "b", "c"], ["a", "a", "b", "b"])


def test_what_comes_while_others_are_there_stays_when_they_go() -> None:
    stream, seen = Stream(), []
    with tee(stream, seen), tee(stream, seen):
        undo = wrap_shared(stream, "write", louder)
        stream.write("a")
    stream.write("b")
    undo()
    stream.write("c")
    assert (stream.texts, seen) == (["a!", "b!", "c"], ["a", "a"])
    assert set(vars(stream)) == {"texts"}


def test_both_within_the_others_time() -> None:
    stream, seen = Stream(), []
    with tee(stream, seen):
        undo = wrap_shared(stream, "write", louder)
        undo()
    stream.write("a")
    assert stream.texts == ["a"]


def test_others_of_another_kind_are_left_alone() -> None:
    class Other:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __call__(self, text: str) -> None:
            self.inner(text)

    stream = Stream()
    undo = wrap_shared(stream, "write", louder)
    stream.write = other = Other(stream.write)  # type: ignore[method-assign]
    undo()
    assert stream.write is other


def test_streams_of_python_itself() -> None:
    stream, seen = io.TextIOWrapper(io.BytesIO()), []
    with tee(stream, seen):
        undo = wrap_shared(stream, "write", louder)
    stream.write("a")
    undo()
    stream.write("b")
    stream.seek(0)
    assert stream.read() == "a!b"


def test_what_lets_nobody_replace_it() -> None:
    class Slotted:
        __slots__ = ()

        def write(self, text: str) -> None: ...

    for each in (Slotted(), None):
        with pytest.raises((AttributeError, TypeError)):
            wrap_shared(each, "write", louder)


def test_values_that_answer_in_any_way_are_not_asked() -> None:
    class Wild:
        def __getattribute__(self, name: str) -> Any:
            raise RuntimeError(name)

    wild, stream = Wild(), Stream()
    plain = stream.write

    def write(text: str) -> None:
        assert wild is not None
        plain(text)

    stream.write = write  # type: ignore[method-assign]
    undo = wrap_shared(stream, "write", louder)
    stream.write("a")
    undo()
    assert stream.texts == ["a!"]


def test_even_a_method_that_somebody_has_pinned_is_put_back() -> None:
    stream = Stream()
    pinned = stream.write = stream.write  # type: ignore[method-assign]
    undo = wrap_shared(stream, "write", louder)
    undo()
    assert vars(stream)["write"] == pinned

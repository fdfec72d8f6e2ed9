"""Values as text: on one line, bounded, and harmless to a terminal."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.views import values

NANOSECONDS = 1_700_000_000_123_456_789

payloads = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
)


def harmless(text: str) -> bool:
    """Tell whether nothing in `text` moves a cursor or turns what stands beside it."""
    kept = {*values.JOINERS, values.FIRST_STRONG_ISOLATE, values.POP_ISOLATE}
    return all(c in kept or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in text)


def balanced(text: str) -> bool:
    return text.count(values.FIRST_STRONG_ISOLATE) == text.count(values.POP_ISOLATE)


@given(st.text(), st.integers(1, 50))
def test_visible_text_is_harmless_and_bounded(text: str, limit: int) -> None:
    shown = values.visible(text, limit)
    assert harmless(shown)
    assert balanced(shown)
    assert len(shown) <= limit + 2
    shown.encode()  # raises for lone surrogates


@given(payloads, st.integers(1, 80))
def test_payloads_are_harmless_and_bounded(payload: Any, limit: int) -> None:
    for shown in (values.payload(payload, limit), values.arguments((payload, payload), limit)):
        assert harmless(shown)
        assert balanced(shown)
        assert len(shown.replace(values.FIRST_STRONG_ISOLATE, "")) <= limit + 40
        shown.encode()


@given(st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.integers(), inner)))
def test_short_payloads_are_written_as_python_writes_them(payload: Any) -> None:
    assert values.payload(payload, 10_000) == repr(payload) or "…" in values.payload(payload, 10_000)


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ("it's", '"it\'s"'),
        ("both ' and \"", "'both \\' and \"'"),
        ("back\\slash", "'back\\\\slash'"),
        ("\x1b[2J\n", "'\\x1b[2J\\n'"),
        ("\u202egnp", "'\\u202egnp'"),
        ("\ud800", "'\\ud800'"),
        ("全角\u3000空白", "'全角\u3000空白'"),
        ((1,), "(1,)"),
        ((), "()"),
        ({"a": [1, None, True]}, "{'a': [1, None, True]}"),
        (b"", "<0 bytes>"),
        (b"h", "<1 byte: 68>"),
        (bytearray(b"hello"), "<5 bytes: 68 65 6c 6c 6f>"),
        (b"0" * 5_000, "<5,000 bytes: 30 30 30 30 30 30 30 30 …>"),
        (10**400, "<integer of 1,329 bits>"),
    ],
)
def test_payloads_are_told_much_as_repr_has_them(payload: object, shown: str) -> None:
    assert values.payload(payload) == shown


def test_right_to_left_text_is_isolated_from_its_neighbours() -> None:
    isolated = f"{values.FIRST_STRONG_ISOLATE}سلام{values.POP_ISOLATE}"
    assert values.payload(["سلام", 5]) == f"['{isolated}', 5]"
    assert values.visible("سلام") == isolated
    assert values.visible("你好") == "你好"


def test_a_loop_and_deep_nesting_come_to_an_end() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert "…" in values.payload(loop)


def test_a_large_payload_is_cut_before_it_is_written() -> None:
    large = {"text": "x" * 10_000_000, "items": list(range(1_000_000))}
    began = time.perf_counter()
    for _ in range(100):
        assert len(values.payload(large)) == values.SHORT
    assert time.perf_counter() - began < 1.0


class Endless(Mapping[str, int]):
    """A mapping that says it has all keys there are."""

    def __getitem__(self, key: str) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        while True:
            yield "key"

    def __len__(self) -> int:
        return 1


def test_no_more_of_a_payload_is_read_than_is_shown() -> None:
    assert values.payload(Endless(), 20) == "{'key': 1, 'key': 1…"


class Broken:
    def __repr__(self) -> NoReturn:
        raise ValueError("no repr")


def test_a_payload_without_a_repr_is_told_by_its_type() -> None:
    assert values.payload([Broken()]) == "[<Broken>]"


@pytest.mark.parametrize(
    ("given_values", "shown"),
    [
        (None, ""),
        ((), "()"),
        (("hi",), "'hi'"),
        (("hi", [1]), "'hi', [1]"),
        ('2["raw"]', "'2[\"raw\"]'"),
    ],
)
def test_arguments_are_told_as_a_call_has_them(given_values: object, shown: str) -> None:
    assert values.arguments(given_values) == shown


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (0.0, "0.00 ms"),
        (0.254, "0.25 ms"),
        (9.996, "10.0 ms"),
        (12.34, "12.3 ms"),
        (99.96, "100 ms"),
        (999.7, "1.00 s"),
        (61_234.0, "61.23 s"),
    ],
)
def test_durations_have_three_digits(ms: float, shown: str) -> None:
    assert values.duration(ms) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (1_500, "1.5 kB"), (2_000_000, "2.0 MB")])
def test_sizes_are_in_round_units(count: int, shown: str) -> None:
    assert values.size(count) == shown


def test_moments_are_local_time() -> None:
    local = datetime.fromtimestamp(NANOSECONDS // 10**9).astimezone()
    assert values.moment(NANOSECONDS) == local.strftime("%H:%M:%S") + ".123"
    full = datetime.fromisoformat(values.full_moment(NANOSECONDS))
    assert (full.timestamp() // 1, full.microsecond) == (NANOSECONDS // 10**9, 123456)


def test_sids_are_shortened_to_what_tells_them_apart() -> None:
    assert values.short_sid("pQ8sW2xYcV5bN1mKAAAC") == "pQ8sW2xY"


def test_the_end_of_a_long_output_is_shown() -> None:
    shown = values.lines("\n".join(f"\tline {number}\x07" for number in range(100)), 2)
    assert shown == "… 98 lines before these\n    line 98\\x07\n    line 99\\x07"
    assert values.lines("") == ""


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)


@given(st.lists(JSON, min_size=1, max_size=4).map(tuple), st.sampled_from([20, values.SHORT]))
def test_small_payloads_are_written_as_all_others_are(args: tuple[object, ...], limit: int) -> None:
    slowly = values._bounded(values._braced("", values._items(args, limit, 0), ""), limit)
    assert values.arguments(args, limit) == slowly


def test_colours_of_a_terminal_are_left_out_and_nothing_else() -> None:
    assert values.uncoloured("\x1b[0;31mred\x1b[0m [1m\x1b[2J") == "red [1m\x1b[2J"

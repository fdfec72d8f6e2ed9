from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.export.literals import Call, Code, Unwritable, compared, fits, flat, written

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "'''",
    '"""',
    "\\",
    "\n",
    "{{x}}",
    "\u202e",
    "__import__('os')",
    "\ud800",
    "\0",
    'it\'s "x"',
    "日本" * 40,
    "\\'",
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.binary()
    | st.text(st.characters())
    | st.lists(st.sampled_from(HOSTILE)).map("".join)
)
PAYLOADS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(st.characters()), inner, max_size=5)
)


@given(PAYLOADS)
def test_what_is_written_is_the_value(value: Any) -> None:
    assert ast.literal_eval(flat(value)) == value
    assert ast.literal_eval("\n".join(written(value, depth=0))) == value


@given(PAYLOADS)
def test_all_of_it_is_printable_and_in_its_lines(value: Any) -> None:
    assert all(line.isprintable() and not set(line) & {"\u202e", "\r"} for line in written(value))


@pytest.mark.lint
def test_it_is_as_black_has_it(tmp_path: Path) -> None:
    values = [*HOSTILE, b"'\"\xff", {"a" * 60: {"b": ["c" * 50, 1, [], {}]}}, ["x" * 100], 1e20, -1.5, ["é" * 40] * 2]
    lines = [line for value in values for line in compared("seen", value)]
    lines += written(Call("client.emit", ("chat", *values), (("callback", True),)), "ack = ")
    lines += compared("rooms", frozenset({"a" * 40, "b" * 40, 7}))
    file = tmp_path / "laid_out.py"
    file.write_text("\n".join(["def test():", *lines, ""]))
    done = subprocess.run([sys.executable, "-m", "black", "--diff", "-q", file], capture_output=True, check=True)
    assert done.stdout == b""


def test_what_no_literal_stands_for_is_written_all_the_same() -> None:
    infinite = eval(flat([float("inf"), float("-inf")]))  # noqa: S307 - it has been written here
    assert infinite == [float("inf"), float("-inf")]
    assert flat(float("nan")) == 'float("nan")'


def test_sets_are_sorted_and_calls_have_their_keywords() -> None:
    assert flat(frozenset({"b", "a", 7})) == '{"a", "b", 7}'
    assert flat(frozenset()) == "set()"
    assert (
        flat(Call("ada.emit", ("x", Code("bob_sid")), (("callback", True),))) == 'ada.emit("x", bob_sid, callback=True)'
    )


def test_what_does_not_fit_a_line_stands_in_several() -> None:
    assert written(["a" * 50, "b" * 50], "x = ", depth=0) == ["x = [", f'    "{"a" * 50}",', f'    "{"b" * 50}",', "]"]
    assert compared("ack", "a" * 90) == ["    assert [ack] == [", f'        "{"a" * 90}",', "    ]"]


def test_wide_characters_count_twice() -> None:
    assert fits("a" * 88)
    assert not fits("a" * 89)
    assert not fits("日" * 45)


@pytest.mark.parametrize("value", [object(), {1, 2}, 10**5000], ids=["object", "set", "long"])
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(Unwritable):
        flat(value)

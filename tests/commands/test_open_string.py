from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.commands.open_string import open_argument


def read(left: str) -> tuple[Any, ...] | None:
    found = open_argument(left)
    return found and (".".join(found.called), found.index, found.keyword, found.quote + left[found.start :])


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ('lab.emit("', ("lab.emit", 0, "", '"')),
        ("lab.emit('my r", ("lab.emit", 0, "", "'my r")),
        ('lab . emit ( "x', ("lab.emit", 0, "", '"x')),
        ('lab.join("ada", "lob', ("lab.join", 1, "", '"lob')),
        ('lab.emit("a", {"b": [1, 2]}, to="', ("lab.emit", 2, "to", '"')),
        ('lab.emit("a", (1, 2), f(3, 4), to = "x', ("lab.emit", 3, "to", '"x')),
        ('lab.emit(\n    "a",  # a comment with "quotes" and (\n    to="', ("lab.emit", 1, "to", '"')),
        ('lab.emit("a", to=["ada", "b', ("lab.emit", 1, "to", '"b')),
        ('lab.emit("a", to=("ada", "b', ("lab.emit", 1, "to", '"b')),
        ('lab.traffic.where("', ("lab.traffic.where", 0, "", '"')),
        ('lab.traffic[5:20].where("', ("lab.traffic.where", 0, "", '"')),
        ('lab.traffic.where("a").where("', ("lab.traffic.where.where", 0, "", '"')),
        ('lab.client("ada").emit("', ("lab.client.emit", 0, "", '"')),
        ('print(lab.call("x', ("lab.call", 0, "", '"x')),
        ('x = (1\nlab.emit("x', ("lab.emit", 0, "", '"x')),
        ("don't\nlab.emit(\"x", ("lab.emit", 0, "", '"x')),
        ('"""a "docstring" (\n"""\nlab.emit("x', ("lab.emit", 0, "", '"x')),
        ("'''it''s'''\nlab.emit('x", ("lab.emit", 0, "", "'x")),
        (r'lab.emit("a\"b", "x', ("lab.emit", 1, "", '"x')),
        ('lab.emit(a == b, "x', ("lab.emit", 1, "", '"x')),
        ('@ada.on("x', ("ada.on", 0, "", '"x')),
        ('return await lab.emit("x', ("lab.emit", 0, "", '"x')),
        ('f"{x}"; lab.emit("x', ("lab.emit", 0, "", '"x')),
        ('))]lab.emit("x', ("lab.emit", 0, "", '"x')),
        ('lab.emit("a", x[1, 2], "x', ("lab.emit", 2, "", '"x')),
        ("%sio send it's\nlab.emit(\"x", ("lab.emit", 0, "", '"x')),
    ],
)
def test_a_string_is_an_argument(left: str, expected: tuple[Any, ...]) -> None:
    assert read(left) == expected


@pytest.mark.parametrize(
    "left",
    [
        "",
        "lab.emit(",
        'lab.emit("x"',
        'lab.emit("x")',
        'lab.emit(f"x',
        'lab.emit(b"x',
        'lab.emit(r"x',
        'lab.emit("""x',
        'lab.emit("a" "x',
        'lab.emit("a" + "x',
        'lab.emit(x == "x',
        'lab.emit({"x',
        'lab.emit(x["x',
        'lab["x',
        '["x',
        '("x',
        'x = "x',
        '# lab.emit("x',
        '"""lab.emit(\'x',
        "'''lab.emit(\"x",
        'emit "x',
    ],
)
def test_other_strings_are_none(left: str) -> None:
    assert read(left) is None


@given(st.text(st.sampled_from("lab.emit(\"'[]{}=,#\n\\ fr%:")) | st.text())
def test_it_never_fails(left: str) -> None:
    found = open_argument(left)
    assert found is None or left[found.start - 1] == found.quote

from __future__ import annotations

import json
from typing import Any

from sio_lab.export.examples import LARGEST, MOST, examples


def test_there_are_a_few_different_ones() -> None:
    assert examples(["a", "a", "b", "c", "d"]) == ["a", "b", "c"]
    assert len(examples(range(100))) == MOST


def test_each_shape_has_its_turn_first() -> None:
    assert examples([{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4, "b": 1}, None]) == [{"a": 1}, {"a": 4, "b": 1}, None]


def test_what_is_long_is_shortened() -> None:
    (example,) = examples([{"text": "x" * 10_000, "many": list(range(1_000)), "file": b"abc"}])
    assert len(json.dumps(example)) < LARGEST
    assert example["many"] == [0, 1, 2, 3, 4]
    assert example["file"] == "(3 bytes)"


def test_of_several_arguments_none_is_left_out() -> None:
    assert examples([tuple(range(9))]) == [list(range(9))]


def test_what_can_t_be_shown_is_no_example() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    too_much = {str(number): "x" * 100 for number in range(300)}
    assert examples(
        [float("nan"), [float("inf")], deep, too_much, 10**700, 1 + 2j, {"a": {"$ref": "http://x"}}, "fine"]
    ) == ["fine"]

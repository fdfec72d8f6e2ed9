"""Payloads as trees: bounded whatever they hold, and whole when asked branch by branch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.errors import LabError
from sio_lab.views.tree import LEVELS, PAGE, branch, node

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
PAYLOADS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=5)
)


def whole(value: Any, path: list[int]) -> Any:
    """Unfold all of a tree, as a very patient reader would; leaves as they are told."""
    told = branch(value, path)
    if "items" not in told or told["t"] == "text":
        return told["text"]
    items = list(told["items"])
    while len(items) < told["size"]:
        items += branch(value, path, len(items))["items"]
    return [[key, whole(value, [*path, place])] for place, (key, _) in enumerate(items)]


@given(PAYLOADS)
def test_a_tree_unfolds_to_all_there_is(value: Any) -> None:
    assert json.loads(json.dumps(node(value)))["size"] == node(value)["size"]
    assert count(value) == leaves(whole(value, []))


def count(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(count, value.values()))
    return sum(map(count, value)) if isinstance(value, list) else 1


def leaves(told: Any) -> int:
    return sum(leaves(item) for _, item in told) if isinstance(told, list) else 1


def test_types_and_sizes_are_told() -> None:
    told = node({"a": [1, 2.5], "b": (None, True), "c": b"\x00\x01", "d": "x", 5: object})
    kinds = {key: item["t"] for key, item in told["items"]}
    assert (told["t"], told["size"], told["more"]) == ("object", 5, 0)
    assert kinds == {"a": "array", "b": "tuple", "c": "bytes", "d": "text", 5: "other"}
    assert [item["t"] for _, item in told["items"][0][1]["items"]] == ["number", "number"]
    assert [item["t"] for _, item in told["items"][1][1]["items"]] == ["nothing", "flag"]
    assert told["items"][2][1]["size"] == 2


def test_large_deep_and_hostile_payloads_are_told_in_little() -> None:
    deep: Any = "end"
    for _ in range(900):
        deep = [deep]
    wide, hostile = {f"k{number}": number for number in range(10_000)}, ["<img onerror=alert(1)>\x1b" * 1000] * 200
    for value in (wide, deep, "x" * 1_000_000, hostile):
        told = node(value)
        assert len(json.dumps(told)) < 60_000
    assert node({str(n): n for n in range(10_000)})["more"] == 10_000 - PAGE


def test_levels_beyond_the_first_are_asked_for() -> None:
    value: Any = [[[[["deep"]]]]]
    inner = node(value)
    for _ in range(LEVELS):
        inner = inner["items"][0][1]
    assert "items" not in inner
    assert branch(value, [0] * LEVELS)["items"][0][1]["t"] == "array"


def test_a_long_text_unfolds_into_pieces() -> None:
    text = "".join(chr(97 + number % 26) for number in range(100_000))
    assert node({"a": text})["items"][0][1]["long"]
    assert "long" not in node("short")
    pieces: list[Any] = []
    while True:
        told = branch({"a": text}, [0], len(pieces))
        pieces += told["items"]
        if not told["more"]:
            break
    assert "".join(piece["text"][1:-1] for _, piece in pieces) == text
    assert [begin for begin, _ in pieces] == list(range(0, 100_000, 300))


@pytest.mark.parametrize("path", [[5], [-1], ["a"], [0, 0], [None], [True, 0, 0]])
def test_a_path_that_leads_nowhere_is_told(path: list[Any]) -> None:
    with pytest.raises(LabError, match="no branch"):
        branch(["leaf"], path)

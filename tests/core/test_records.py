"""Records: immutable, small, documented."""

from __future__ import annotations

import ast
import dataclasses
import inspect

import pytest

from sio_lab.core import records as r

CLASSES = [item for item in vars(r).values() if inspect.isclass(item) and issubclass(item, r.Record)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_is_frozen_slotted_and_says_when_it_happens(kind: type[r.Record]) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(kind)
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")


def test_a_record_cannot_be_changed() -> None:
    record = r.Left("/", "lobby", "sid")
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.room = "other"  # type: ignore[misc]


def test_each_field_has_a_line_of_its_own() -> None:
    tree = ast.parse(inspect.getsource(r))
    lines = [item.lineno for item in ast.walk(tree) if isinstance(item, ast.AnnAssign)]
    assert len(lines) == len(set(lines))


def test_a_new_record_has_no_number_yet() -> None:
    assert (r.ServerStarted("http://x").seq, r.ServerStarted("http://x").at) == (0, 0)


@pytest.mark.parametrize(
    ("wire", "size"),
    [
        (r.Wire(""), 0),
        (r.Wire('2["é"]'), 7),
        (r.Wire(b"\x80\x81"), 2),
        (r.Wire("51-[]", (b"abc", b"de")), 10),
        (r.Wire("\ud800"), 1),
    ],
)
def test_wire_counts_bytes_not_characters(wire: r.Wire, size: int) -> None:
    assert wire.size == size


def test_recipients_and_payload_count() -> None:
    few = r.Emitted("/", "tick", (), (), ("a",), r.Wire("x"))
    many = r.Emitted("/", "tick", (), (), ("a",) * 101, r.Wire("x" * 51))
    assert many.size - few.size == 100 * 8 + 50


def test_text_of_a_failure_counts() -> None:
    plain = r.Handled(1, "handled", 1.0)
    assert r.Handled(1, "raised", 1.0, traceback="x" * 500).size - plain.size == 500
    assert r.Handled(1, "handled", 1.0, output="x" * 500).size - plain.size == 500

"""Captures, labs and tables side by side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab import Lab, LabError
from sio_lab.comparing import compare
from sio_lab.core.differ import DIFF
from sio_lab.core.wire import decode
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.log import Log


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A lab whose handler answered twice, and then raised."""
    lab = Lab()
    lab.start()
    answers = iter(["ok", "ok"])

    @lab.on("chat")
    def chat(_text: str) -> str:
        return next(answers)

    ada = lab.client("ada")
    for text in ("hi", "ho"):
        ada.call("chat", text)
    with pytest.raises(LabError):
        ada.call("chat", "hi", timeout=1)
    yield lab
    lab.close()


def capture(log: Log) -> Any:
    return SimpleNamespace(log=log, reader=decode)


def fail_to_load(path: Any) -> Any:
    raise LabError(f"{path} is no capture.")


def test_a_lab_does_not_differ_from_itself(lab: Lab) -> None:
    found = lab.diff(lab, lab)
    assert len(found) == 0
    assert not found
    assert repr(found).startswith("diff the lab → the lab: no difference")


def test_tables_are_compared_row_by_row(lab: Lab) -> None:
    first, second = (row["seq"] for row in lab.traffic.where("event:chat") if row["args"] == ("hi",))
    found = lab.diff(lab.traffic[:second], lab.traffic[second:])
    told = {(each.what, each.of.event): (each.before, each.after) for each in found}
    assert first < second
    assert told["raised", "chat"] == (0, 1)
    assert told["error", "chat"][1].startswith("StopIteration")
    assert told["unanswered", "chat"] == (0, 1)
    assert told["count", "chat"] == (2, 1)
    assert [each.what for each in found][:2] == ["error", "raised"]


def test_its_dataframe_has_a_row_a_change(lab: Lab) -> None:
    found = compare(lab, capture(make.lesson()), fail_to_load)
    frame = found.df
    assert list(frame.columns) == [column.name for column in DIFF]
    assert len(frame) == len(found) > 0
    assert list(map(str, compare(lab, lab, fail_to_load).df.dtypes)) == list(map(str, frame.dtypes))


def test_a_path_is_loaded_and_goes_by_its_name(lab: Lab) -> None:
    asked: list[Any] = []

    def load(path: Any) -> Any:
        asked.append(path)
        return capture(make.lesson())

    found = compare("lessons/monday.sio", lab, load)
    assert asked == ["lessons/monday.sio"]
    assert (found.before, found.after) == ("monday.sio", "the lab")
    assert "monday.sio" in found._repr_html_()


def test_what_is_no_capture_is_said(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"nothing to compare in 42: give the path"):
        lab.diff(42, lab)
    with pytest.raises(LabError, match="is no capture"):
        compare("x", lab, fail_to_load)

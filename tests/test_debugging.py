"""The verbs of debugging, one after another, on one lab: what each of them gives is where the next one begins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

import sio_lab
from sio_lab.errors import LabError, RecordDropped, Usage
from sio_lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEADLINE = 10


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.start()
    yield lab
    lab.close()


def sell(lab: Lab, lowest: Any) -> None:
    """Have the lab answer bids."""

    @lab.socketio.on("bid")
    def bid(item: str, amount: int) -> bool:
        higher = amount > lowest
        flask_socketio.join_room(item)
        flask_socketio.emit("price", [item, amount], to=item)
        return higher


def test_a_failure_is_explained_mended_replayed_kept_compared_and_made_a_test(lab: Lab, tmp_path: Path) -> None:
    sell(lab, None)
    ada, bob = lab.client("ada"), lab.client("bob")
    lab.join("bob", "lamp")
    ada.emit("bid", "lamp", 12)
    failed = lab.errors[-1]
    assert "raised TypeError: '>' not supported" in str(lab.why(failed.seq)) == str(lab.why())

    sell(lab, 10)
    before = lab.log.last_seq
    [comparison] = lab.replay(failed.seq)
    lines = {line.label: line for line in comparison.lines}
    assert (lines["status"].before, lines["status"].now) == ("raised", "handled")
    assert lab.rerun(failed.seq).value is True
    assert (lab.log.last_seq, len(bob.received), len(ada.received)) == (before, 0, 0)

    lab.save(tmp_path / "before.sio")
    ada.call("bid", ("lamp", 13))
    lab.save(tmp_path / "after.sio")
    told = str(lab.diff(tmp_path / "before.sio", tmp_path / "after.sio"))
    assert "price" in told
    capture = sio_lab.load(tmp_path / "before.sio")
    assert capture.errors.df.index.tolist() == [failed.seq]
    assert "raised TypeError" in str(capture.why())

    lab.export("pytest", tmp_path / "test_bids.py", "event:bid status:handled")
    assert 'ada.emit("bid", "lamp", 13, callback=True)' in (tmp_path / "test_bids.py").read_text()
    lab.export("asyncapi", tmp_path / "bids.json")
    assert json.loads((tmp_path / "bids.json").read_text())["asyncapi"] == "3.0.0"


def test_rows_of_a_capture_are_replayed_against_the_handlers_of_another_lab(lab: Lab, tmp_path: Path) -> None:
    sell(lab, None)
    lab.client("ada").emit("bid", "lamp", 12)
    failed = lab.errors[-1].seq
    lab.save(tmp_path / "bids.sio")
    other = Lab()
    other.start()
    sell(other, 1)
    for source in (tmp_path / "bids.sio", str(tmp_path / "bids.sio"), sio_lab.load(tmp_path / "bids.sio")):
        [comparison] = other.replay(failed, source=source)
        assert {line.label: line.now for line in comparison.lines}["status"] == "handled"
    assert len(other.traffic.where("kind:event")) == 0
    other.close()


def test_what_is_recorded_goes_on_over_a_restart_and_ends_with_the_lab(lab: Lab, tmp_path: Path) -> None:
    lab.record(tmp_path / "live.sio")
    lab.client("ada").emit("nothing")
    lab.restart()
    seq = lab.log.last_seq
    lab.close()
    capture = sio_lab.load(tmp_path / "live.sio")
    assert capture.about.complete
    assert capture.log.last_seq >= seq
    assert str(lab.record()) == str(Lab().record())  # nothing is recorded any more


@pytest.mark.parametrize("verb", ["why", "replay", "rerun", "debug"])
def test_a_number_that_no_row_has_is_told(lab: Lab, verb: str) -> None:
    with pytest.raises(RecordDropped, match="There is no record 12345"):
        getattr(lab, verb)(12345)


@pytest.mark.parametrize("verb", ["replay", "rerun"])
def test_a_row_that_is_no_event_is_told_with_what_can_be(lab: Lab, verb: str) -> None:
    with pytest.raises(Usage, match="rows of kind event, connect, refused and disconnect can"):
        getattr(lab, verb)(1)


def test_a_lab_where_nothing_happened_says_so(lab: Lab, tmp_path: Path) -> None:
    assert str(lab.why()) == "Nothing in the log went wrong, and there is nothing to remark."
    with pytest.raises(LabError, match="There is no failure to debug"):
        lab.debug()
    with pytest.raises(LabError, match="othing"):
        lab.export("asyncapi", tmp_path / "none.json")


def test_an_old_row_that_has_left_the_log_is_told(tmp_path: Path) -> None:
    lab = Lab(max_records=10)
    lab.start()
    ada: Any = lab.client("ada")
    ada.emit("first")
    first = lab.traffic.where("event:first")[-1].seq
    for _ in range(20):
        ada.emit("more")
    for verb in (lab.why, lab.replay, lab.rerun, lab.debug):
        with pytest.raises(RecordDropped, match=f"Record {first} has left the log"):
            verb(first)
    lab.save(tmp_path / "rest.sio")
    assert sio_lab.load(tmp_path / "rest.sio").clients.df["client"].tolist() == ["ada"]
    lab.close()

"""A capture beside the lab that it is of: the same tables and pictures, without a server; and no secrets."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import sio_lab
from sio_lab.core.records import ServerStopped
from sio_lab.errors import LabError
from tests import factories as made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HIDDEN = "s3cr3t-9f8e7d"
TABLES = ("clients", "rooms", "namespaces", "handlers", "tasks", "traffic", "errors", "acks")


@pytest.fixture
def lab() -> Iterator[sio_lab.Lab]:
    said: list[str] = []
    lab = sio_lab.Lab(say=said.append)
    lab.start()
    lab.on("chat")(lambda data: data)
    lab.on("divide")(lambda by: 1 / by)
    yield lab
    lab.close()


def lesson(lab: sio_lab.Lab) -> None:
    ada = lab.client("ada", auth={"token": HIDDEN}, headers={"Authorization": f"Bearer {HIDDEN}", "Cookie": HIDDEN})
    assert ada.call("chat", {"text": "hi", "picture": b"\x00\xff"})
    with pytest.raises(LabError):
        ada.call("divide", 0)
    lab.join("ada", 7)
    lab.emit("news", {"n": 1}, to=7)
    lab.settle()


def assert_same(lab: sio_lab.Lab, capture: Any) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(capture, name).df, getattr(lab, name).df)
        assert repr(getattr(capture, name)) == repr(getattr(lab, name))


def test_a_capture_has_what_the_lab_has_and_no_secrets(lab: sio_lab.Lab, tmp_path: Path) -> None:
    path = tmp_path / "lesson.sio"
    recorded = tmp_path / "recorded.sio"
    assert "Recording to" in repr(lab.record(recorded))
    lesson(lab)
    assert repr(lab.save(path)).startswith("Saved ")
    capture = sio_lab.load(path)
    assert_same(lab, capture)
    number = int(lab.traffic.where("event:divide").df.index[0])
    assert capture.traffic[number].handled == lab.traffic[number].handled
    assert capture.traffic[number].request_event == lab.traffic[number].request_event
    assert len(capture.traffic.where("event:chat")) == 1
    assert capture.sequence().svg == lab.sequence().svg
    assert "Recorded" in repr(lab.record())
    for file in (path, recorded):
        content = file.read_bytes()
        assert HIDDEN.encode() not in content
        assert b"token" in content


def test_closing_the_lab_ends_the_recording(lab: sio_lab.Lab, tmp_path: Path) -> None:
    path = tmp_path / "x.sio"
    lab.record(path)
    lesson(lab)
    lab.stop()
    assert repr(lab.record(path)).startswith("Recording to ")
    assert f"Recording to {path}: " in repr(lab.status())
    lab.close()
    capture = sio_lab.load(path)
    assert capture.about.complete
    assert list(capture.traffic.df.kind)[-1] == "server"
    assert capture.log.since(capture.log.first_seq - 1) == lab.log.since(capture.log.first_seq - 1)
    assert repr(lab.record()).startswith("Nothing is being recorded")
    assert "Recording" not in repr(lab.status())


ENDING = """
import atexit, sio_lab
lab = sio_lab.Lab()
atexit.register(lab.close)  # as the magics do, before anything is recorded
lab.start()
lab.record({path!r})
"""


def test_a_program_that_ends_has_its_end_recorded(tmp_path: Path) -> None:
    path = tmp_path / "x.sio"
    program = ENDING.format(path=str(path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    capture = sio_lab.load(path)
    assert (done.stderr, capture.about.complete) == ("", True)
    assert type(capture.log.since()[-1]) is ServerStopped


def test_what_is_waited_for_in_a_capture_has_been_waited_for_until_it_was_kept(tmp_path: Path) -> None:
    lab = sio_lab.Lab()
    made.connect(lab.log, made.ADA)
    emit = made.emit(lab.log, "ask", recipients=[made.ADA], ack_id=1)
    lab.save(tmp_path / "x.sio")
    kept_at = time.time_ns()
    capture = sio_lab.load(tmp_path / "x.sio")
    assert emit.at <= capture.log.now() <= kept_at
    with sqlite3.connect(tmp_path / "x.sio") as base:
        base.execute("UPDATE meta SET value = ? WHERE key = 'until'", (str(emit.at + 7_000_000_000),))
    base.close()
    later = sio_lab.load(tmp_path / "x.sio")
    assert later.acks.df[["state", "waited_s"]].iloc[0].tolist() == ["waiting", 7]
    assert "was sent 7" in repr(later.why(emit.seq))


def test_recording_to_another_path_ends_the_first(lab: sio_lab.Lab, tmp_path: Path) -> None:
    lab.record(tmp_path / "a.sio")
    lab.record(tmp_path / "b.sio")
    assert lab.load(tmp_path / "a.sio").about.complete
    with pytest.raises(LabError, match="is a capture already"):
        lab.record(tmp_path / "a.sio")
    assert not lab.load(tmp_path / "b.sio").about.complete


def test_its_views_answer_and_do_nothing(lab: sio_lab.Lab, tmp_path: Path) -> None:
    lesson(lab)
    lab.save(tmp_path / "lesson.sio")
    capture = lab.load(tmp_path / "lesson.sio")
    answers = capture.showing.acting.answers
    number = int(capture.traffic.where("event:chat").df.index[0])
    assert answers["detail"](seq=number)["event"]
    assert "emit" not in answers
    assert not {"kick", "start", "replay"} & set(answers)
    assert answers["why"](seq=number)
    with pytest.raises(LabError, match=r"no panels of ada"):
        capture.panels("ada")
    bundle = capture._repr_mimebundle_()
    assert "Capture lesson.sio of" in bundle["text/html"]
    assert "stopped" not in bundle["text/html"]
    assert "Look at its .traffic" in bundle["text/plain"]


def test_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    lab = sio_lab.Lab()
    made.connect(lab.log, made.ADA, name="ada")
    path = tmp_path / "x.sio"
    lab.save(path)
    path.write_bytes(path.read_bytes()[:-8192])
    with pytest.raises(LabError, match="is damaged"):
        lab.load(path)
    capture = lab.load(path, partly=True)
    assert capture.about.notes
    assert capture.about.notes[0] in repr(capture)


def test_packets_of_a_server_that_speaks_msgpack_are_read(tmp_path: Path) -> None:
    lab = sio_lab.Lab()
    lab.start(serializer="msgpack")
    try:
        lab.emit("news", {"picture": b"\x00"})
        lab.save(tmp_path / "x.sio")
        capture = lab.load(tmp_path / "x.sio")
        assert capture.about.codec == "msgpack"
        assert capture.traffic.df.args.iloc[-1] == ({"picture": b"\x00"},)
    finally:
        lab.close()

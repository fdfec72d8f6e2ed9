"""`%sio save`, `record` and `load` in a real kernel, which is killed in the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import sio_lab
from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 10

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own


def test_saved_recorded_loaded_and_killed(tmp_path: Path) -> None:
    saved, recorded = tmp_path / "saved.sio", tmp_path / "recorded.sio"
    with Kernel() as kernel:
        kernel.run("%load_ext sio_lab\n%sio start")
        assert "Recording to" in kernel.run(f"%sio record {recorded}").text
        kernel.run("@socketio.on('chat')\ndef chat(data):\n    return data", "c1")
        kernel.run("ada = lab.client('ada')\nada.call('chat', {'n': 1})")
        assert "Saved" in kernel.run(f"%sio save {saved}").text
        shown = kernel.run(f"%sio load {saved}", "c2")
        shown = kernel.run(f"%sio load {saved}", "c2")
        assert "Capture saved.sio of" in shown.text
        assert shown.error == ""
        assert "chat" in kernel.run(f"lab.load({str(saved)!r}).traffic").text
        assert kernel.run("len(lab.showing)").text == "1", "it goes with its cell, and ends with the lab"
        missing = kernel.run("%sio load nowhere.sio")
        assert "There is no file 'nowhere.sio'" in missing.error + missing.err
        assert "capture_reading" not in missing.error
        # It is killed as soon as another program finds the event in the file: so it is while it is being recorded.
        end = time.monotonic() + DEADLINE
        while not len(sio_lab.load(recorded).traffic.where("kind:event")):
            assert time.monotonic() < end
    capture = sio_lab.load(recorded)
    assert not capture.about.complete
    assert list(capture.traffic.where("kind:event").df.args) == [({"n": 1},)]

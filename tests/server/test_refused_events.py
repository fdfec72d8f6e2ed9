from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from tests.server.joining.conftest import room
from tests.server.rig import differs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.joining.conftest import Room

__all__ = ["room"]

COUNTED = re.compile(r"([\d,]+) more")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@differs("With a class, events may be refused")
def test_a_paused_pupil_is_told_by_ack_and_by_event_and_no_handler_runs(room: Room, transport: str) -> None:
    peer, lab = room.pupil("Ada", "/", "/chat", transports=(transport,)), room.lab
    ran: list[str] = []
    lab.on("say", "/chat")(lambda *_: ran.append("ran"))
    room.pupils.pause()
    answer = peer.ask("say", "hi", namespace="/chat")
    assert answer["refused"] == "paused"
    assert "paused" in answer["text"]
    peer.wait_for("refused")
    assert peer.got("refused", "/chat") == [({"event": "say", "reason": "paused", "text": answer["text"]},)]
    row = lab.traffic.where("status:refused").df.iloc[0]
    assert (row["namespace"], row["client"], row["event"]) == ("/chat", "Ada", "say")
    assert "%sio resume" in row["error"]
    assert not ran
    room.pupils.resume()
    assert peer.ask("say", "hi") == "hi"
    assert not len(lab.errors.df)


def test_why_says_so_and_the_diagram_marks_it(room: Room, tmp_path: Path) -> None:
    peer = room.pupil("Ada")
    room.pupils.pause()
    peer.ask("say", "hi")
    seq = room.refused()[0].of
    assert "resume" in str(room.lab.why(seq))
    assert "refused" in str(room.lab.why(seq))
    step = next(line for line in str(room.lab.sequence()).splitlines() if "✕" in line)
    assert "say" in step
    assert "rules did not allow" in str(room.lab.export("pytest", tmp_path / "test_lesson.py"))


def test_a_class_and_plain_threads_go_together(room: Room) -> None:
    room.lab.stop()
    room.lab.start(plain=True)
    room.pupils = room.lab.stage.let_in_class()
    peer = room.pupil("Ada")
    room.pupils.limit_to(1)
    answers = [peer.ask("say", "hi") for _ in range(4)]
    assert answers[:2] == ["hi", "hi"]
    assert answers[3]["refused"] == "limit"


def test_what_has_no_row_is_acknowledged_and_leaves_no_record(room: Room) -> None:
    peer = room.pupil("Ada")
    room.pupils.pause()
    answers = [peer.ask("say", number) for number in range(50)]
    assert all(each["refused"] == "paused" for each in answers)
    assert len(room.refused()) < 20
    assert len(room.all(r.AckSent)) == len(room.refused())
    assert len(peer.got("refused")) < 10


def test_when_the_one_who_flooded_has_gone_all_is_counted(room: Room) -> None:
    peer = room.pupil("Eve")
    room.pupils.pause()
    for number in range(200):
        peer.emit("say", number)
    peer.ask("say", "last")
    peer.close()
    room.wait(lambda: any("refused after it" in (each.hint or "") for each in room.refused()))
    rows = room.lab.traffic.where("status:refused").df
    counts = [int(count.replace(",", "")) for text in rows["error"] for count in COUNTED.findall(text)]
    assert sum(counts) + len(rows) == 201


def test_another_programs_events_are_refused_too(room: Room) -> None:
    token = room.join("Ada")
    room.pupils.pause()
    namespace: dict[str, object] = {"app": room.lab.app}
    exec("from flask_socketio import SocketIO\nio = SocketIO(app, async_mode='threading')", namespace)  # noqa: S102
    room.lab.serve(namespace["io"])
    peer = room.peer(token)
    assert peer.ask("say", 1)["refused"] == "paused"

"""Moves that would be none as things are."""

from __future__ import annotations

from sio_lab.core.already import moot_moves
from sio_lab.core.log import Log
from sio_lab.core.outcome import Emit, Move
from tests import factories as make


def test_who_is_in_a_room_does_not_join_it_and_who_is_not_does_not_leave_it() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    make.join(log, make.ADA, 7)
    ben = make.BEN[:8]
    moves = [Move(kind, "/", "7", who) for kind in ("join", "leave") for who in ("ada", ben)]
    emit = Emit("/", "chat", (), (), (), wants_ack=False)
    others = (Move("close_room", "/", "7", ""), Move("disconnect", "/", "", ben), Move("join", "/chat", "7", "ada"))
    gone = Move("disconnect", "/", "", "cat")
    assert moot_moves(log.state, (*moves, emit, *others, gone)) == {
        moves[0]: "was in it already",
        moves[3]: "was not in it",
        gone: "was gone already",
    }

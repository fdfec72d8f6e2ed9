"""`.df` right after a call is complete, a thousand times in a row, while others are busy."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import flask_socketio

from sio_lab.lab import Lab

if TYPE_CHECKING:
    import pandas as pd

TIMES = 1000


def test_the_frame_right_after_a_call_is_complete() -> None:
    lab, stop = Lab(max_records=2_000), threading.Event()
    socketio = lab.socketio

    @socketio.on("work")
    def work(number: int) -> int:
        flask_socketio.join_room(f"room{number}")
        flask_socketio.emit("worked", number)
        flask_socketio.leave_room(f"room{number}")
        return number

    socketio.on_event("noise", lambda: flask_socketio.emit("noise", broadcast=True))
    lab.start()
    ada = lab.client("ada", transports=["websocket"])
    busy = [lab.client(name, transports=["websocket"]) for name in ("bob", "eve")]

    def make_noise(client: object) -> None:
        while not stop.wait(0.005):
            client.emit("noise", wait=False)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=make_noise, args=(client,)) for client in busy]
    for thread in threads:
        thread.start()
    try:
        for number in range(TIMES):
            before = lab.log.last_seq
            assert ada.call("work", number) == number
            check(lab, before, number)
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
        lab.close()


def check(lab: Lab, before: int, number: int) -> None:
    rows = lab.traffic[before + 1 :].df
    # What a frame selects of itself is a frame, and takes as long to make.
    [mine] = places((rows["event"] == "work") & (rows["client"] == "ada"))
    assert rows["status"].iloc[mine] == "handled"
    assert rows["ack"].iloc[mine] == (number,)
    assert rows["ms"].notna().iloc[mine]
    effects = places(rows["cause"] == rows.index[mine])
    assert [rows["kind"].iloc[place] for place in effects] == ["join", "emit", "leave"]
    assert rows["args"].iloc[effects[1]] == (number,)


def places(mask: pd.Series[bool]) -> list[int]:
    return [place for place, holds in enumerate(mask.fillna(value=False)) if holds]

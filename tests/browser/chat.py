"""The notebook that the tests of the views run: a small chat, what shows it, and two cells that take their time."""

from __future__ import annotations

CHAT = """
import threading, time
from ipywidgets.widgets.widget import _instances

ended = threading.Event()


@socketio.on("say")
def say(text):
    emit("said", text, broadcast=True)
    return "sent"


@socketio.on("enter")
def enter(room):
    join_room(room)


@socketio.on("finish")
def finish():
    ended.set()


def talk(word):
    bob.emit("enter", f"{word} room")
    for number in range(1_000):
        bob.emit("say", f"{word} {number}")
        if ended.wait(0.5):
            return


def begin(word):
    ended.clear()
    threading.Thread(target=talk, args=(word,), daemon=True).start()
    return time.monotonic() + 100
"""
CLIENTS = """
ada, bob, eve = lab.client("ada"), lab.client("bob"), lab.client("eve")
ada.emit("enter", "lobby")
lab.settle()
"""
SLEEPS = """
begin("asleep")
ended.wait(100)
"""
COMPUTES = """
until = begin("at work")
count = 0
while not ended.is_set() and time.monotonic() < until:
    count += 1
"""
"""Both end once a client has emitted `finish`; which a page has one do."""

SHOWN = {
    "traffic": "lab.traffic",
    "clients": "lab.clients",
    "dashboard": "lab",
    "sequence": "%sio sequence",
    "map": "%sio map",
    "panels": "%sio panels ada bob",
}
"""View -> the cell that shows it."""

FIRST_VIEW = 3
PLACES = {name: FIRST_VIEW + place for place, name in enumerate(SHOWN)}
"""View -> the number of its cell, behind those that start the server, register the handlers, and connect clients."""

BEHIND = FIRST_VIEW + len(SHOWN)
"""The number of the first cell of the test's own."""

SPEAKER_CELL = 2


def cells(*own: str) -> tuple[str, ...]:
    """Return the cells of the notebook behind the first one, which starts the server."""
    return (CHAT, CLIENTS, *SHOWN.values(), *own)

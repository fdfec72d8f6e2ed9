"""A lesson on a chat program, and what is changed in it to see its test fail."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.errors import CallFailed, ClientRefused

if TYPE_CHECKING:
    from sio_lab.clients.named import NamedClient
    from sio_lab.lab import Lab

HOSTILE = "'''\"\"\" \\ \n {{x}} {0} \u202e\u2066 __import__('os').system('x') # %s"

PROGRAM = """\
import time, uuid
from flask import Flask, request, session
from flask_socketio import SocketIO, Namespace, ConnectionRefusedError
from flask_socketio import disconnect, emit, join_room, leave_room, send

app = Flask(__name__)
app.config['SECRET_KEY'] = 'x'
socketio = SocketIO(app, async_mode="threading")
history = []
LIMIT = 10
unused = object()

class NoSuchRoom(Exception):
    pass

def stamped(data):
    return {**data, "sid": request.sid, "at": time.time(), "id": str(uuid.uuid4())}

@socketio.on("connect")
def on_connect(auth=None):
    emit("welcome", {"sid": request.sid, "text": f"{request.sid} is here"}, broadcast=True)

@socketio.on("disconnect")
def on_disconnect(reason):
    emit("left", [request.sid, reason], broadcast=True)

@socketio.on("join")
def on_join(room):
    join_room(room)
    emit("joined", {"who": request.sid, "room": room}, to=room)
    return "ok"

@socketio.on("leave")
def on_leave(room):
    leave_room(room)

@socketio.on("chat")
def on_chat(data):
    history.append(data["text"])
    del history[:-LIMIT]
    emit("chat", stamped(data), to=data["room"])

@socketio.on("several")
def several(a, b): return a + b, a * b, {"who": request.sid}

@socketio.on("blob")
def blob(data):
    emit("blob", data)
    return data[::-1]

@socketio.on("boom")
def boom(number):
    emit("soon", number)
    raise NoSuchRoom(number)

@socketio.on("wrong")
def wrong():
    return {}["nothing"]

@socketio.on("kick")
def kick(sid):
    disconnect(sid)

@socketio.on("history")
def get_history(): return history

@socketio.on("echo")
def echo(*data):
    emit("echo", data, broadcast=True)
    return data[0]

@socketio.on("say")
def say(text):
    send(text, broadcast=True)

def tick():
    socketio.emit("tick", 1)

@socketio.on("task")
def task():
    socketio.start_background_task(tick)

class Counter:
    total = 0
    def up(self, by):
        self.total += by
        return self.total

counter = Counter()
socketio.on_event("up", counter.up)

def answered(*answer):
    socketio.emit("answered", answer)

@socketio.on("ask")
def ask():
    emit("question", 1, callback=answered)

class Game(Namespace):
    def __init__(self, path, factor):
        super().__init__(path)
        self.factor = factor
    def on_connect(self):
        self.emit("welcome", "game")
    def on_move(self, data):
        emit("moved", data)
        return {"x": data["x"] * self.factor}
    def on_caught(self):
        raise ValueError("no")

game = Game("/game", 2)
socketio.on_namespace(game)

@socketio.on_error("/game")
def game_error(error):
    return "sorry"

@socketio.on("connect", namespace="/private")
def private(auth=None):
    raise ConnectionRefusedError("members only")
"""

MUTATIONS = {
    "ack changed": ('return "ok"', 'return "fine"'),
    "event renamed": ('emit("joined", {"who"', 'emit("entered", {"who"'),
    "payload changed": ('emit("chat", stamped(data)', 'emit("chat", dict(stamped(data), room="?")'),
    "key left out": ('"at": time.time(), ', ""),
    "room not joined": ("    join_room(room)\n", "    pass\n"),
    "room not left": ("    leave_room(room)\n", "    pass\n"),
    "extra room": ("    leave_room(room)\n", '    leave_room(room); join_room("other")\n'),
    "extra emit": ("    history.append(", '    emit("more"); history.append('),
    "emit left out": ("    send(text, broadcast=True)\n", "    pass\n"),
    "raises instead": ("def several(a, b): return", "def several(a, b): 1 / 0; return"),
    "does not raise": ("    raise NoSuchRoom(number)\n", "    pass\n"),
    "raises something else": ('return {}["nothing"]', "return [][1]"),
    "to left out": (', to=data["room"])', ", broadcast=True)"),
    "not broadcast": ('is here"}, broadcast=True)', 'is here"})'),
    "bytes changed": ("return data[::-1]", "return data"),
    "another one's sid": ('"sid": request.sid, "at"', '"sid": "A" * 20, "at"'),
    "no time": ('"at": time.time()', '"at": "never"'),
    "method of a class": ('data["x"] * self.factor', 'data["x"] * 3'),
    "method of an object": ("self.total += by", "self.total -= by"),
    "callback": ('socketio.emit("answered", answer)', "pass"),
    "error handler": ('return "sorry"', 'return "never mind"'),
    "let in": ('raise ConnectionRefusedError("members only")', "return True"),
    "not disconnected": ("    disconnect(sid)\n", "    pass\n"),
    "order": ('emit("soon", number)\n', 'emit("sooner", 0); emit("soon", number)\n'),
}
"""What is changed -> (what stands in the program, what stands there instead)."""


def lesson(lab: Lab) -> None:
    """Have three clients do a bit of everything on the program, which the lab serves."""
    ada = lab.client("ada", namespace=["/", "/game"], auth={"token": "s3cret"})
    bob, cleo = lab.client("bob"), lab.client("class")
    ada.call("join", "lobby")
    bob.call("join", "lobby")
    ada.emit("chat", {"text": HOSTILE, "room": "lobby"})
    ada.call("several", 1, 2)
    ada.call("blob", b"\x00\xff'\"")
    ada.call("move", {"x": 1.5}, namespace="/game")
    with suppress(CallFailed):  # whether the error handler's value is waited for is another matter
        ada.call("caught", namespace="/game")
    for name in ("boom", "wrong"):
        with pytest.raises(CallFailed):
            ada.call(name, *[1] * (name == "boom"))
    with pytest.raises(ClientRefused):
        lab.client("eve", namespace="/private")
    bob.call("history")
    bob.call("up", 3)
    ask(lab, bob)
    bob.emit("nobody answers")
    ada.call("echo", ["x" * 100, {"k" * 50: ["y" * 80, 1]}, float("inf")], "日本語" * 20)
    ada.call("echo", HOSTILE * 20)
    ada.emit("say", "hello")
    ada.emit("task")
    lab.join("class", "lobby")
    lab.emit("news", 1)
    bob.emit("leave", "lobby")
    ada.emit("chat", {"text": "again", "room": "lobby"})
    ada.emit("kick", cleo.sid)
    bob.close()
    lab.settle()


def ask(lab: Lab, client: NamedClient) -> None:
    """Have a client asked, and answer when the handler that asks is done: it waits for no answer."""

    def answer(number: int) -> int:
        lab.log.wait(lambda: any(each.handler == "ask" for each in lab.log.since() if isinstance(each, r.Handled)), 5)
        return number + 1

    client.on("question", answer)
    client.emit("ask")
    client.wait_for("answered")

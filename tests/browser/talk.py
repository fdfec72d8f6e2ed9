"""A small program with a page of its own, for the tests that bring browsers: `talk.html` at `/talk`."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).with_name("talk.html")
SOURCE = f"""
from pathlib import Path


@app.route("/talk")
def talk():
    return Path({str(PAGE)!r}).read_text(encoding="utf-8")


@socketio.on("say")
def say(text):
    socketio.emit("said", text)
    return "sent"


@socketio.on("reverse")
def reverse(data):
    return bytes(reversed(data))
"""
"""The cell that defines it, where `app` and `socketio` are."""

"""The README's pictures, made anew in a real JupyterLab.

python -m tests.browser.pictures
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.book import Book, write
from tests.browser.jupyter import running_browser, running_jupyterlab

PICTURES = Path(__file__).parent.parent / "pictures"
_HANDLERS = """
@socketio.on("enter")
def enter(room):
    join_room(room)
    emit("entered", {"who": request.sid[:4], "room": room}, to=room)

@socketio.on("say")
def say(room, text):
    emit("said", text, to=room)
    return "sent"

@socketio.on("count")
def count(data):
    return data["n"] + 1
"""
_TALK = """
ada, bob, eve = (lab.client(name) for name in ("ada", "bob", "eve"))
for client, room in ((ada, "lobby"), (bob, "lobby"), (eve, "attic")):
    client.emit("enter", room)
ada.call("say", "lobby", "Is anybody here?")
bob.call("say", "lobby", "I am, says Bob")
eve.call("say", "attic", "Quiet up here")
ada.emit("count", {"m": 1})
lab.emit("news", {"headline": "to all"}, skip="bob")
bob.emit("cuont", {"n": 1})
"""
_MENDED = """
@socketio.on("count")
def count(data):
    return data.get("n", 0) + 1

lab.replay(lab.traffic.where("event:count")[-1])
"""
_CARDS = {"why": "%sio why last", "replay": _MENDED}
_VIEWS = {"dashboard": "lab", "panels": "%sio panels ada bob eve", "sequence": "%sio sequence", "map": "%sio map"}


def main() -> None:
    """Make them."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, running_browser() as browser:
        folder = Path(name)
        write(folder, "pictures.ipynb", _HANDLERS, _TALK, *_VIEWS.values(), *_CARDS.values())
        with (
            running_jupyterlab(folder) as address,
            Book(browser.new_page(), address, "pictures.ipynb", height=4000) as book,
        ):
            book.run(0, 1, 2)
            for place in range(3, 3 + len(_VIEWS)):
                book.run(place)
                expect(book.view(place)).to_contain_text("ada")
            _choose_the_lobby(book.view(2 + len(_VIEWS)))
            for place, view in enumerate(_VIEWS, 3):
                book.view(place).screenshot(path=PICTURES / f"{view}.png")
            for place, card in enumerate(_CARDS, 3 + len(_VIEWS)):
                book.run(place)
                book.output(place).locator(".sio-lab > div").screenshot(path=PICTURES / f"{card}.png")


def _choose_the_lobby(room_map: Locator) -> None:
    room_map.get_by_role("button", name="lobby").first.click()
    expect(room_map).to_contain_text("would reach")


if __name__ == "__main__":
    main()

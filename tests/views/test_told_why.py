"""Why, as the page is told it."""

from __future__ import annotations

from types import SimpleNamespace

from sio_lab.core.reason import Reason, Why
from sio_lab.views.told_why import told_why

WHY = Why(
    7,
    "event",
    "No handler ran for 'caht'.",
    (
        Reason(
            "no handler", "Nothing answers 'caht'.", "row 7", 'Define one:\n@socketio.on("caht")\ndef caht():', True
        ),
        Reason("no ack", "ada waits\x1b[31m.", "ack id 3", "Nothing to do.", False),
    ),
)


def test_the_sentence_of_a_next_step_is_apart_from_its_code() -> None:
    told = told_why(WHY)
    assert told["headline"] == "No handler ran for 'caht'."
    first, second = told["reasons"]
    assert (first["name"], first["what"], first["evidence"]) == ("no handler", "Nothing answers 'caht'.", "row 7")
    assert (first["next"], first["code"]) == ("Define one:", '@socketio.on("caht")\ndef caht():')
    assert (first["failed"], second["failed"], second["code"]) == (1, 0, "")
    assert second["what"] == r"ada waits\x1b[31m.", "spelled out, as every text of a client's"


def test_what_carries_one_will_do() -> None:
    assert told_why(SimpleNamespace(why=WHY)) == told_why(WHY)

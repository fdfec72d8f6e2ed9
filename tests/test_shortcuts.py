from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import flask
import flask_socketio
import pytest

from sio_lab.server.outside import handler_functions
from sio_lab.shortcuts import Put, Shortcuts, statements, told

MINE, YOURS, LATER = object(), object(), object()


class Ambiguous:
    """What can't be compared, as an array of NumPy, or a request proxy outside a request."""

    def __eq__(self, other: object) -> bool:
        raise ValueError

    __hash__ = None


def make(**names: Any) -> tuple[Shortcuts, dict[str, Any]]:
    shell: Any = SimpleNamespace(user_ns=names)
    return Shortcuts(shell), names


def test_free_names_are_taken_and_given_back() -> None:
    shortcuts, names = make(other=YOURS)
    assert shortcuts.put({"app": MINE, "emit": MINE}) == Put(["app", "emit"], [])
    assert names == {"other": YOURS, "app": MINE, "emit": MINE}
    shortcuts.take_back()
    assert names == {"other": YOURS}


def test_a_name_of_the_user_s_stays() -> None:
    shortcuts, names = make(emit=YOURS, send=None)
    assert shortcuts.put({"emit": MINE, "send": MINE}) == Put([], ["emit", "send"])
    shortcuts.take_back()
    assert names == {"emit": YOURS, "send": None}


def test_the_same_thing_imported_by_the_user_is_neither_new_nor_taken() -> None:
    shortcuts, names = make(emit=MINE)
    assert shortcuts.put({"emit": MINE}) == Put([], [])
    shortcuts.take_back()
    assert names == {"emit": MINE}


def test_what_was_replaced_comes_back() -> None:
    shortcuts, names = make(app=YOURS)
    assert shortcuts.put({"app": MINE}, replace=True) == Put(["app"], ["app"])
    assert names == {"app": MINE}
    shortcuts.take_back()
    assert names == {"app": YOURS}


def test_a_second_put_replaces_the_first() -> None:
    shortcuts, names = make(app=YOURS)
    shortcuts.put({"app": MINE}, replace=True)
    assert shortcuts.put({"app": MINE}, replace=True) == Put([], [])
    assert shortcuts.put({"app": LATER}) == Put(["app"], [])
    shortcuts.take_back()
    assert names == {"app": YOURS}


def test_what_the_user_has_put_there_since_stays() -> None:
    shortcuts, names = make()
    shortcuts.put({"app": MINE, "emit": MINE})
    names["app"] = LATER
    del names["emit"]
    shortcuts.take_back()
    assert names == {"app": LATER}


def test_names_that_are_ours_are_renewed_and_given_back_all_the_same() -> None:
    shortcuts, names = make(app=YOURS)
    shortcuts.put({"app": MINE, "socketio": MINE}, replace=True)
    shortcuts.renew({"app": LATER, "socketio": LATER})
    assert names == {"app": LATER, "socketio": LATER}
    shortcuts.renew({"app": LATER, "socketio": LATER})
    shortcuts.take_back()
    assert names == {"app": YOURS}


def test_names_that_the_user_has_given_away_or_that_never_were_ours_are_not_renewed() -> None:
    shortcuts, names = make(other=YOURS)
    shortcuts.put({"app": MINE, "socketio": MINE, "emit": MINE})
    names["app"] = YOURS
    del names["socketio"]
    shortcuts.renew({"app": LATER, "socketio": LATER, "other": LATER, "new": LATER})
    assert names == {"other": YOURS, "app": YOURS, "emit": MINE}
    shortcuts.take_back()
    assert names == {"other": YOURS, "app": YOURS}


def test_a_value_can_be_renewed_by_an_ambiguous_one() -> None:
    shortcuts, names = make()
    shortcuts.put({"app": Ambiguous()})
    shortcuts.renew({"app": Ambiguous()})
    shortcuts.take_back()
    assert names == {}


def test_values_are_never_compared() -> None:
    shortcuts, names = make(emit=Ambiguous())
    assert shortcuts.put({"emit": Ambiguous()}).taken == ["emit"]
    shortcuts.take_back()
    assert list(names) == ["emit"]


def test_the_user_s_own_import_of_a_wrapped_function_is_neither_new_nor_taken() -> None:
    functions = handler_functions(lambda: ("ada", "SID", "/"))
    shortcuts, names = make(emit=flask_socketio.emit)
    assert "emit" not in {*shortcuts.put(functions).new, *shortcuts.put(functions).taken}
    assert names["emit"] is flask_socketio.emit
    assert names["request"] is flask.request


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (["request"], ["from flask import request"]),
        (["send", "emit"], ["from flask_socketio import emit, send"]),
        (["emit", "request"], ["from flask import request", "from flask_socketio import emit"]),
        ([], []),
    ],
)
def test_names_stand_for_import_statements(names: list[str], lines: list[str]) -> None:
    assert list(statements(names)) == lines


def test_nothing_new_is_not_told() -> None:
    assert list(told(Put([], []), Put([], []))) == []


def test_what_was_in_the_way_is_told() -> None:
    text = "\n".join(told(Put(["app", "socketio"], ["app"]), Put(["request"], ["emit"])))
    assert text == (
        "Ready to use: app, socketio, request, as if you had written\n"
        "    from flask import request\n"
        "Replaced: app. %unload_ext sio_lab gives yours back.\n"
        "Left as you defined them: emit. In handlers you may need Flask-SocketIO's:\n"
        "    from flask_socketio import emit"
    )

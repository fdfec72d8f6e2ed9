"""`flask.ext` is what the extensions are called today."""

from __future__ import annotations

import pytest

from tests.legacy.reader import program

FORMS = {
    "from flask.ext.socketio import SocketIO, emit": "from flask_socketio import SocketIO, emit",
    "from flask.ext import socketio": "import flask_socketio as socketio",
    "import flask.ext.socketio": "import flask_socketio",
    "import flask, flask.ext\nflask.ext.socketio.SocketIO": "flask_socketio.SocketIO",
}


@pytest.mark.parametrize(("code", "today"), FORMS.items())
def test_each_way_to_import_it_works_and_is_told(code: str, today: str) -> None:
    told = program(
        f"""
load()
names = run({code!r})
import flask_socketio
same = {{"SocketIO": flask_socketio.SocketIO, "emit": flask_socketio.emit, "socketio": flask_socketio}}
found["same"] = [names[name] is value for name, value in same.items() if name in names]
found["is module"] = sys.modules.get("flask.ext.socketio") in (None, flask_socketio)
hooks.remove()
found["left"] = [name for name in sys.modules if name.startswith("flask.ext")]
found["on flask"] = hasattr(sys.modules["flask"], "ext")
found["spec"] = flask_socketio.__spec__.name
end()
"""
    )
    assert all(told["found"]["same"])
    assert told["found"]["is module"]
    assert told["found"]["left"] == []
    assert not told["found"]["on flask"]
    assert told["found"]["spec"] == "flask_socketio"
    line = code.count("\n") + 1
    assert told["said"] == [
        (
            f"In [1], line {line}: flask.ext is gone since Flask 1.0; it works here. Today: {today}\n"
            f"    {code.splitlines()[-1]}"
        )
    ]


def test_it_gives_what_the_lab_has_put_into_flask_socketio() -> None:
    told = program(
        """
def exchange(module):
    module.SocketIO = "the lab's"
load(flask_socketio=exchange)
found["SocketIO"] = run("from flask.ext.socketio import SocketIO")["SocketIO"]
end()
"""
    )
    assert told["found"]["SocketIO"] == "the lab's"


def test_what_is_not_installed_is_not_found_under_its_name_of_today() -> None:
    told = program(
        """
load()
for code in ("from flask.ext.nowhere import X", "import flask.ext;flask.ext.nowhere", "from flask.ext import nowhere"):
    try: run(code)
    except (ImportError, AttributeError) as error: found[code] = str(error)
end()
"""
    )
    assert all("flask_nowhere" in text for text in told["found"].values())
    assert len(told["found"]) == 3
    assert not told["said"]

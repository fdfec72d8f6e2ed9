"""Plain SocketIO objects become the lab's, and plain ones again; nothing of theirs is lost on either way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
import pytest
import socketio as python_socketio

from sio_lab.core.cells import acting_for
from sio_lab.server.adoption import PLAIN, adopt, app_of, give_back
from sio_lab.server.handlers import registered
from sio_lab.server.socketio import LabSocketIO

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

PROGRAM = """
app = Flask("plain")
socketio = Plain(app, async_mode="threading")

@app.route("/")
def index():
    return "index"

@socketio.on("ask")
def ask(text):
    return "ask " + text

class Chat(Namespace):
    def on_ask(self, text):
        self.emit("told", text)
        return "chat " + text

socketio.on_namespace(Chat("/chat"))

@socketio.on("fail", namespace="/errors")
def fail():
    raise ValueError("no")

@socketio.on_error("/errors")
def caught(error):
    return "caught " + str(error)

@socketio.on_error_default
def caught_elsewhere(error):
    return "default " + str(error)
"""


class Mine(PLAIN):
    """A subclass as a reader may write it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.emitted: list[str] = []
        super().__init__(*args, **kwargs)

    def emit(self, event: str, *args: Any, **kwargs: Any) -> Any:
        self.emitted.append(event)
        return super().emit(event, *args, **kwargs)

    def on(self, message: str, namespace: str | None = None) -> Any:
        return super().on(f"my {message}", namespace)

    def shout(self) -> str:
        return "shout"


@pytest.fixture
def sheet(sheet: Sheet) -> Sheet:
    sheet.names |= {"Plain": PLAIN, "Mine": Mine}
    return sheet


def copied(held: Any) -> Any:
    return {name: copied(each) for name, each in held.items()} if isinstance(held, dict) else held


def state_of(socketio: Any) -> dict[str, Any]:
    """Return all that an object consists of: its class, and what it and its server hold."""
    held = {name: value.copy() if isinstance(value, (list, dict)) else value for name, value in vars(socketio).items()}
    return {"its class": type(socketio), "its server": copied(vars(socketio.server or object)), **held}


def told_by(client: Any) -> list[str]:
    return [each["name"] for each in client.get_received("/chat")]


# --- adoption -------------------------------------------------------------------------------------------------------


def test_a_plain_object_answers_as_before_and_knows_its_cells(sheet: Sheet) -> None:
    sheet.run("a", PROGRAM)
    socketio = sheet.names["socketio"]
    assert adopt(socketio, sheet.stage)
    sheet.stage.put_on(socketio)
    sheet.stage.start("127.0.0.1", 0)
    peer = sheet.peer("/", "/chat", "/errors")
    assert peer.ask("ask", "hello") == "ask hello"
    assert peer.ask("ask", "hello", namespace="/chat") == "chat hello"
    assert peer.wait_for("told") == [("hello",)]
    assert peer.ask("fail", namespace="/errors") == "caught no"
    assert {each.registered.cell for each in sheet.log.state.functions.values()} == {"In [1]"}
    assert sheet.log.state.methods["/chat", "ask"].registered.cell == "In [1]"
    assert sheet.run("a", "pass")[:5] == [
        *("handler 'ask' in /", "handler 'fail' in /errors", "class-based namespace /chat"),
        *("error handler of /errors", "error handler of all namespaces"),
    ]
    assert not registered(socketio)


def test_its_handlers_are_replaced_and_removed_as_all_others_are(sheet: Sheet) -> None:
    sheet.run("made", "app = Flask('plain')\nsocketio = Plain(app, async_mode='threading')")
    sheet.run("a", "socketio.on_event('ask', lambda: 'old')\nsocketio.on_event('gone', lambda: 'old')")
    socketio = sheet.names["socketio"]
    adopt(socketio, sheet.stage)
    sheet.stage.put_on(socketio)
    sheet.stage.start("127.0.0.1", 0)
    assert sheet.run("a", "socketio.on_event('ask', lambda: 'new')") == ["handler 'gone' in /"]
    assert sheet.peer().ask("ask") == "new"


def test_what_was_written_before_the_lab_came_is_nobodys_and_stays(sheet: Sheet) -> None:
    socketio = PLAIN(flask.Flask("plain"), async_mode="threading")
    socketio.on_event("ask", lambda: "ask")
    adopt(socketio, sheet.stage)
    sheet.stage.put_on(socketio)
    sheet.names["socketio"] = socketio
    sheet.run("a", "socketio.on_event('ask', lambda: 'over it')")
    assert sheet.run("a", "pass") == ["handler 'ask' in /"]
    assert [(event, function()) for _, event, function in registered(socketio)] == [("ask", "ask")]


def test_what_no_cell_has_written_may_be_told_to_be_somebodys(sheet: Sheet) -> None:
    socketio = PLAIN(flask.Flask("plain"), async_mode="threading")
    socketio.on_event("ask", print)
    owner = sheet.cells.mint("module chat", "chat")
    with acting_for(owner):
        adopt(socketio, sheet.stage)
    assert socketio.lab_owner is owner
    assert socketio.lab_book.sweep(sheet.cells.mint("module chat", "chat")) == ["handler 'ask' in /"]


def test_it_has_what_the_labs_own_class_has(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet.stage.socketio_class, "emit", lambda *_: "guarded", raising=False)
    for made in (PLAIN(), type("Mine", (PLAIN,), {})()):
        adopt(made, sheet.stage)
        assert made.emit("told") == "guarded"


@pytest.mark.parametrize("bases", ["Mixin, SocketIO", "SocketIO, Mixin"])
def test_a_class_of_the_readers_own_made_of_the_labs_and_others_stays(sheet: Sheet, bases: str) -> None:
    sheet.run("a", f"class Mixin: ...\nclass Own({bases}): ...\nsocketio = Own(Flask('own'))")
    kind = type(sheet.names["socketio"])
    sheet.stage.close()
    assert type(sheet.names["socketio"]) is kind


def test_a_second_call_does_nothing(sheet: Sheet) -> None:
    sheet.run("a", PROGRAM)
    socketio = sheet.names["socketio"]
    adopt(socketio, sheet.stage)
    before = state_of(socketio)
    assert adopt(socketio, sheet.stage)
    assert state_of(socketio) == before


def test_an_object_without_an_app_may_get_one_later(sheet: Sheet) -> None:
    sheet.run("a", "socketio = Plain()\nsocketio.on_event('ask', lambda: 'a')")
    socketio = sheet.names["socketio"]
    assert app_of(socketio) is None
    assert adopt(socketio, sheet.stage)
    assert app_of(socketio) is None
    sheet.run("app", "app = Flask('late')\nsocketio.init_app(app)\nsocketio.run(app, port=0)")
    assert app_of(socketio) is sheet.names["app"]
    assert sheet.peer().ask("ask") == "a"
    assert sheet.run("a", "pass") == ["handler 'ask' in /"]


@pytest.mark.parametrize("served", [python_socketio.Server(async_mode="threading"), object(), None, "chat"])
def test_what_is_no_socketio_object_is_not_adopted(sheet: Sheet, served: Any) -> None:
    assert not adopt(served, sheet.stage)
    give_back(served)


def test_what_the_server_behind_it_was_given_directly_stays_as_it_is(sheet: Sheet) -> None:
    class Bare(python_socketio.Namespace):
        def on_ask(self, sid: str) -> str:
            return f"bare class {bool(sid)}"

    socketio = PLAIN(flask.Flask("plain"), async_mode="threading")
    socketio.server.on("ask", lambda sid: f"bare {bool(sid)}")
    socketio.server.register_namespace(Bare("/bare"))
    adopt(socketio, sheet.stage)
    sheet.stage.put_on(socketio)
    sheet.stage.start("127.0.0.1", 0)
    peer = sheet.peer("/", "/bare")
    assert (peer.ask("ask"), peer.ask("ask", namespace="/bare")) == ("bare True", "bare class True")
    assert socketio.lab_book.book.keys() == []


# --- subclasses -----------------------------------------------------------------------------------------------------


def test_a_readers_own_subclass_keeps_its_methods_and_gets_the_labs(sheet: Sheet) -> None:
    sheet.run("a", "app = Flask('mine')\nsocketio = Mine(app, async_mode='threading')\nsocketio.on('ask')(lambda: 'a')")
    socketio = sheet.names["socketio"]
    assert adopt(socketio, sheet.stage)
    assert (type(socketio).__name__, type(socketio).__module__) == (Mine.__name__, Mine.__module__)
    assert isinstance(socketio, LabSocketIO)
    assert isinstance(socketio, Mine)
    sheet.run("b", "socketio.run(app, port=0)\nsocketio.on('tell')(lambda: socketio.emit('told', 'b'))")
    assert socketio.shout() == "shout"
    peer = sheet.peer()
    assert peer.ask("my ask") == "a"
    peer.ask("my tell")
    assert peer.wait_for("told") == [("b",)]
    assert socketio.emitted == ["told"]
    assert sheet.run("b", "pass") == ["handler 'my tell' in /"]
    give_back(socketio)
    assert type(socketio) is Mine


def test_a_subclass_of_the_labs_own_class_works_without_a_stage_and_comes_back(sheet: Sheet) -> None:
    code = "class Own(SocketIO):\n    def shout(self): return 'shout'\nsocketio = Own(Flask('own'))\n"
    sheet.run("a", code + "socketio.on_event('ask', lambda: 'a')")
    socketio = sheet.names["socketio"]
    kind = type(socketio)
    sheet.stage.close()
    assert (type(socketio), socketio.lab_stage, socketio.lab_host, socketio.shout()) == (kind, None, None, "shout")
    socketio.on_event("ask", lambda: "alone")
    socketio.on_event("tell", lambda: "alone")
    assert [(event, function()) for _, event, function in registered(socketio)] == [("ask", "alone"), ("tell", "alone")]
    assert adopt(socketio, sheet.stage)
    assert socketio.lab_stage is sheet.stage
    sheet.stage.put_on(socketio)
    sheet.stage.start("127.0.0.1", 0)
    sheet.names["socketio"] = socketio
    sheet.run("b", "socketio.on_event('ask', lambda: 'b')")
    assert sheet.peer().ask("ask") == "b"
    assert sheet.run("b", "pass") == ["handler 'ask' in /"]
    assert sheet.peer().ask("ask") == "alone"


# --- giving back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        PROGRAM,
        PROGRAM.replace("Plain(", "Mine("),
        "socketio = Plain()\nsocketio.on_event('ask', print)\nsocketio.on_namespace(Namespace('/chat'))",
        "socketio = Plain(async_mode='threading')",
    ],
    ids=["with an app", "a subclass", "without an app", "with nothing"],
)
def test_given_back_it_is_what_it_was(sheet: Sheet, code: str) -> None:
    sheet.run("a", code)
    socketio = sheet.names["socketio"]
    before = state_of(socketio)
    adopt(socketio, sheet.stage)
    give_back(socketio)
    assert state_of(socketio) == before
    give_back(socketio)
    assert state_of(socketio) == before


def test_given_back_after_it_was_served_it_is_what_it_was_but_for_what_cells_defined_since(sheet: Sheet) -> None:
    sheet.run("a", PROGRAM)
    socketio = sheet.names["socketio"]
    app = app_of(socketio)
    before, app_class, app_names = state_of(socketio), type(app), set(vars(app))
    sheet.stage.put_on(socketio)
    sheet.stage.start("127.0.0.1", 0)
    assert sheet.peer().ask("ask", "x") == "ask x"
    sheet.run("b", "socketio.on_event('more', print)\nsocketio.on_event('ask', print)")
    assert len(sheet.run("b", "pass")) == 2
    sheet.stage.close()
    after = state_of(socketio)
    asks = [state["its server"]["handlers"]["/"].pop("ask") for state in (before, after)]
    assert asks[0].__wrapped__ is asks[1].__wrapped__
    server_before, server_after = before.pop("its server"), after.pop("its server")
    assert after == before
    assert {name for name in server_after if server_after[name] != server_before.get(name)} <= {"manager_initialized"}
    assert (type(app), set(vars(app))) == (app_class, app_names)


def test_given_back_it_answers_as_a_plain_one(sheet: Sheet) -> None:
    sheet.run("a", PROGRAM)
    socketio = sheet.names["socketio"]
    sheet.stage.put_on(socketio)
    sheet.stage.close()
    assert type(socketio) is PLAIN
    socketio.on_event("late", lambda: "late")
    client = socketio.test_client(app_of(socketio))
    for namespace in ("/chat", "/errors"):
        client.connect(namespace)
    assert client.emit("ask", "x", callback=True) == "ask x"
    assert client.emit("late", callback=True) == "late"
    assert client.emit("ask", "x", namespace="/chat", callback=True) == "chat x"
    assert told_by(client) == ["told"]
    assert client.emit("fail", namespace="/errors", callback=True) == "caught no"
    assert app_of(socketio).test_client().get("/").text == "index"


def test_one_of_the_labs_own_becomes_a_plain_one(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "socketio.on_event('ask', lambda: 'a')")
    socketio = sheet.socketio
    sheet.stage.close()
    assert type(socketio) is PLAIN
    assert not {"lab_stage", "lab_book", "lab_host", "lab_owner"} & set(vars(socketio))
    assert socketio.test_client(app_of(socketio)).emit("ask", callback=True) == "a"

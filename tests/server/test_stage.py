from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest

from sio_lab.core import records as r
from sio_lab.errors import LabError, PortTaken
from sio_lab.server.adoption import PLAIN
from sio_lab.server.socketio import LabSocketIO
from tests.server.peers import DEADLINE
from tests.server.rig import differs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.sheet import Sheet

PROGRAM = """
    app = Flask("shop")
    socketio = SocketIO(app)

    @app.route("/")
    def index():
        return "{0}"

    @socketio.on("ask")
    def ask():
        return "{0}"
"""
RUN = "\n    socketio.run(app, port={port})\n"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


# --- cells ----------------------------------------------------------------------------------------------------------


@differs("Definitions belong to their cell")
def test_what_a_cell_no_longer_defines_goes_and_what_it_covered_answers_again(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "@socketio.on('ask')\ndef ask():\n    return 'a'\n@app.route('/a')\ndef page():\n    return 'a'")
    peer = sheet.peer()
    sheet.run("b", "@socketio.on('ask')\ndef ask():\n    return 'b'\n@socketio.on('tell')\ndef tell():\n    return 'b'")
    assert (peer.ask("ask"), peer.ask("tell"), sheet.get("/a")) == ("b", "b", (200, "a"))
    assert sheet.run("b", "pass") == ["handler 'ask' in /", "handler 'tell' in /"]
    assert (peer.ask("ask"), sheet.events()) == ("a", ["/ ask"])
    assert sheet.run("a", "pass") == ["handler 'ask' in /", "route /a"]
    assert (sheet.get("/a")[0], sheet.events()) == (404, [])


def test_a_cell_that_fails_halfway_takes_nothing_away(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "@socketio.on('one')\ndef one(): ...\n@socketio.on('two')\ndef two(): ...")
    with pytest.raises(ZeroDivisionError), sheet.running("a", "socketio.on('three')(lambda: 3)\n1 / 0") as run:
        run()
    assert (sheet.removed, sheet.events()) == ([], ["/ one", "/ three", "/ two"])
    assert sheet.run("a", "socketio.on('three')(lambda: 3)") == ["handler 'one' in /", "handler 'two' in /"]


def test_a_deleted_cell_takes_what_it_defined_with_it(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "socketio.on('one')(lambda: 1)")
    assert sheet.stage.cell_deleted("a") == ["handler 'one' in /"]
    assert sheet.stage.cell_deleted("a") == []


def test_a_handler_s_own_registrations_belong_to_its_cell(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "@socketio.on('more')\ndef more():\n    socketio.on('new')(lambda: 'new')")
    peer = sheet.peer()
    peer.ask("more")
    assert peer.ask("new") == "new"
    assert sheet.run("a", "pass") == ["handler 'more' in /", "handler 'new' in /"]


def test_off_removes_a_handler_of_any_cell(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "socketio.on('one')(lambda: 1)")
    sheet.stage.off("one", "/")
    assert sheet.events() == []
    sheet.run("b", "class Chat(Namespace):\n    def on_say(self): ...\nsocketio.on_namespace(Chat('/chat'))")
    with pytest.raises(LabError, match=r"'say' in /chat is answered by a method, Chat.on_say: edit its class"):
        sheet.stage.off("say", "/chat")
    sheet.run("a", "socketio.on('speak')(lambda: 1)")
    with pytest.raises(LabError, match=r"no handler for 'speek' in /. Did you mean 'speak'\? %sio handlers lists them"):
        sheet.stage.off("speek", "/")


# --- programs -------------------------------------------------------------------------------------------------------


def test_a_program_that_runs_is_served_and_the_cell_goes_on(sheet: Sheet) -> None:
    port = free_port()
    sheet.run("a", PROGRAM.format("one") + RUN.format(port=port))
    assert sheet.url == f"http://127.0.0.1:{port}"
    assert sheet.said == [
        f"Serving at {sheet.url}. The server runs in the background, so socketio.run() returned at once."
    ]
    assert (sheet.get(), sheet.peer().ask("ask")) == ((200, "one"), "one")
    assert sheet.socketio is sheet.names["socketio"]


@differs("A new SocketIO object takes the place of the last one")
def test_the_same_program_again_takes_the_place_of_the_first(sheet: Sheet) -> None:
    port = free_port()
    sheet.run("a", PROGRAM.format("one") + RUN.format(port=port))
    first, peer = sheet.names["socketio"], sheet.peer()
    sheet.run("b", "@socketio.on('other')\ndef other():\n    return 'other'")
    sheet.run("a", PROGRAM.format("two") + RUN.format(port=port))
    peer.wait_for("disconnect")
    again = sheet.peer()
    assert (sheet.get(), again.ask("ask"), again.ask("other")) == ((200, "two"), "two", "other")
    assert (sheet.url, first.lab_host) == (f"http://127.0.0.1:{port}", None)
    assert [type(record) for record in sheet.log.since(0) if isinstance(record, r.ServerStarted)]


def test_a_second_program_replaces_the_first_and_keeps_what_other_cells_own(sheet: Sheet) -> None:
    port = free_port()
    sheet.run("a", PROGRAM.format("one") + RUN.format(port=port))
    sheet.run(
        "b", "@socketio.on('other')\ndef other():\n    return 'other'\n@app.route('/b')\ndef page():\n    return 'b'"
    )
    sheet.run("c", "app = Flask('bar')\nsocketio = SocketIO(app)\nsocketio.on('new')(lambda: 1)\nsocketio.run(app)")
    assert sheet.url == f"http://127.0.0.1:{port}"
    assert sheet.events() == ["/ new", "/ other"]
    assert sheet.get("/b") == (200, "b")
    assert "_lab/" in sheet.get("/")[1]  # the program has no such route: it is the lab's page


@pytest.mark.parametrize("listens", [True, False])
def test_a_program_that_asks_for_another_port_is_all_that_the_log_knows(sheet: Sheet, listens: bool) -> None:
    if listens:
        sheet.run("a", PROGRAM.format("one") + RUN.format(port=free_port()))
        peer = sheet.peer()
    else:
        sheet.run("a", PROGRAM.format("one") + "\n    socketio.on('old')(print)")
    moved = free_port()
    sheet.run("b", PROGRAM.format("two") + RUN.format(port=moved))
    if listens:
        peer.wait_for("disconnect")
    assert sheet.url == sheet.log.state.url == f"http://127.0.0.1:{moved}"
    assert sheet.events() == ["/ ask"]
    assert sheet.log.state.functions["/", "ask"].registered.cell == "In [2]"
    assert sheet.peer().ask("ask") == "two"
    sheet.stage.stop()
    assert sheet.log.state.url is None


def test_a_subclass_of_the_readers_own_may_have_names_of_its_own(sheet: Sheet) -> None:
    names = ("stage", "host", "owner", "book", "cells", "answer", "touched", "entered")
    game = "class Game(SocketIO):\n        " + "\n        ".join(f"{name} = 'mine'" for name in names)
    program = PROGRAM.format("one").replace("SocketIO(", "Game(") + RUN.format(port=0)
    sheet.run("a", program.replace("app =", f"{game}\n\n    app =", 1))
    sheet.run("b", "socketio.on('more')(lambda: 'more')")
    assert [sheet.peer().ask(event) for event in ("ask", "more")] == ["one", "more"]
    assert sheet.run("b", "pass") == ["handler 'more' in /"]
    assert {getattr(sheet.socketio, name) for name in names} == {"mine"}


def test_the_tasks_of_a_program_end_when_another_cells_takes_its_place(sheet: Sheet) -> None:
    tick = "\n    def tick():\n        while True:\n            socketio.sleep(60)"
    tick += "\n    socketio.start_background_task(tick)"
    sheet.run("a", PROGRAM.format("one") + tick + RUN.format(port=0))
    sheet.run("other", tick.replace("\n    ", "\n").replace("tick", "tock"))
    sheet.run("b", PROGRAM.format("two") + tick + RUN.format(port=0))
    assert sheet.log.wait(lambda: len(sheet.log.state.tasks) == 2, DEADLINE)
    assert [task.started.cell for task in sheet.log.state.tasks.values()] == ["In [2]", "In [3]"]


def test_a_program_without_run_comes_on_when_its_cell_has_ended(sheet: Sheet) -> None:
    sheet.start()
    url = sheet.url
    with sheet.running("a", PROGRAM.format("one")) as run:
        run()
        assert sheet.socketio is sheet.names["socketio"]  # who asks in the same cell gets it already
    assert (sheet.url, sheet.get()) == (url, (200, "one"))


def test_a_program_whose_cell_fails_waits_for_the_cell_that_mends_it(sheet: Sheet) -> None:
    sheet.start()
    first = sheet.socketio
    with pytest.raises(ZeroDivisionError), sheet.running("a", PROGRAM.format("one") + "\n    1 / 0") as run:
        run()
    sheet.run("b", "pass")
    assert sheet.socketio is first
    sheet.run("c", "@socketio.on('more')\ndef more(): ...")
    assert sheet.socketio is sheet.names["socketio"] is not first
    assert sheet.get() == (200, "one")


def test_a_program_in_pieces_may_be_run_piece_by_piece_again(sheet: Sheet) -> None:
    pieces = {
        "1": "app = Flask('shop')",
        "2": "socketio = SocketIO()",
        "3": "@app.route('/')\ndef index():\n    return 'one'",
        "4": "@socketio.on('ask')\ndef ask():\n    return 'one'",
        "5": "socketio.init_app(app)",
        "6": "socketio.run(app)",
    }
    for _ in range(2):
        for cell, code in pieces.items():
            assert sheet.run(cell, code) == []
        assert (sheet.get(), sheet.peer().ask("ask")) == ((200, "one"), "one")
        assert sheet.events() == ["/ ask"]


def test_a_socketio_made_again_on_one_app_keeps_routes_and_handlers(sheet: Sheet) -> None:
    sheet.run("a", "app = Flask('shop')\n@app.route('/')\ndef index():\n    return 'one'")
    sheet.run("b", "socketio = SocketIO(app)\nsocketio.run(app)")
    sheet.run("c", "@socketio.on('ask')\ndef ask():\n    return 'one'")
    for _ in range(3):
        sheet.run("b", "socketio = SocketIO(app)\nsocketio.run(app)")
        assert (sheet.get(), sheet.peer().ask("ask")) == ((200, "one"), "one")
    assert not isinstance(sheet.names["app"].wsgi_app.wsgi_app, type(sheet.names["app"].wsgi_app))


@differs("socketio.run() lets in this machine only")
def test_a_program_that_wants_the_whole_network_in_is_served_to_this_machine_and_says_so(sheet: Sheet) -> None:
    sheet.run("a", PROGRAM.format("one") + "\n    socketio.run(app, host='0.0.0.0', port=0, debug=True)")
    assert sheet.url.startswith("http://127.0.0.1:")
    assert "Only this machine can reach it. host='0.0.0.0' would let everybody in your network in" in sheet.said[1]
    assert "%sio start --host 0.0.0.0 --anyone, and" in sheet.said[1]
    assert sheet.said[2] == "Left off here: debug. Edit a cell and run it again: that takes effect at once."


def test_a_lab_that_was_opened_on_purpose_stays_open_to_programs(sheet: Sheet) -> None:
    sheet.stage.start("0.0.0.0", 0)  # noqa: S104 - the test is about it
    sheet.run("a", PROGRAM.format("one") + "\n    socketio.run(app, host='0.0.0.0')")
    assert sheet.stage.address.host == "0.0.0.0"  # noqa: S104 - as above
    assert len(sheet.said) == 1


def test_a_taken_port_leaves_all_as_it_was(sheet: Sheet) -> None:
    sheet.start()
    first, url = sheet.socketio, sheet.url
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code = PROGRAM.format("one") + RUN.format(port=taken.getsockname()[1])
        with pytest.raises(PortTaken), sheet.running("a", code) as run:
            run()
    assert (sheet.stage.host.served, sheet.url) == (first, url)
    assert "_lab/" in sheet.get()[1]  # the lab's page, not the program's


def test_run_moves_to_the_port_that_is_asked_for(sheet: Sheet) -> None:
    sheet.start()
    port = free_port()
    sheet.run("a", PROGRAM.format("one") + RUN.format(port=port))
    assert sheet.url == f"http://127.0.0.1:{port}"
    moved = free_port()
    sheet.run("b", f"socketio.run(app, port={moved})")
    assert (sheet.url, sheet.get()) == (f"http://127.0.0.1:{moved}", (200, "one"))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("socketio = SocketIO()\nsocketio.run(None)", "has no app yet"),
        ("socketio = SocketIO(Flask('a'))\nsocketio.run(Flask('b'))", "another app"),
    ],
)
def test_what_cannot_run_says_why(sheet: Sheet, code: str, why: str) -> None:
    with pytest.raises(LabError, match=why), sheet.running("a", code) as run:
        run()


def test_a_cell_that_is_to_be_a_program_must_make_one(sheet: Sheet) -> None:
    with pytest.raises(LabError, match="made no SocketIO object"), sheet.running("a", "pass"):
        sheet.stage.serve_made()
    with sheet.running("a", PROGRAM.format("one")) as run:
        run()
        sheet.stage.serve_made()
    assert sheet.get() == (200, "one")


# --- adopted, closed ------------------------------------------------------------------------------------------------


def test_a_plain_socketio_found_before_is_the_first_to_be_served_and_plain_in_the_end(sheet: Sheet) -> None:
    plain = PLAIN(flask.Flask("old"), async_mode="threading")
    plain.on("ask")(lambda: "old")
    before = dict(vars(plain))
    sheet.stage.found(plain)
    sheet.stage.awaits(plain)
    sheet.stage.start("127.0.0.1", 0)
    assert isinstance(sheet.socketio, LabSocketIO)
    assert sheet.socketio is plain
    assert sheet.peer().ask("ask") == "old"
    sheet.stage.close()
    assert type(plain) is PLAIN
    assert set(vars(plain)) == set(before)


def test_a_module_is_served_and_imported_anew_on_restart(
    sheet: Sheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(flask_socketio, "SocketIO", sheet.stage.socketio_class)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html").write_text("<p>{{ 6 * 7 }}</p>")
    program = (
        "from flask import Flask, render_template\nfrom flask_socketio import SocketIO\n"
        "app = Flask(__name__)\nsocketio = SocketIO(app)\n"
        "app.add_url_rule('/', 'index', lambda: render_template('index.html'))\n"
    )
    (tmp_path / "chat_of_test_stage.py").write_text(program + "socketio.on('one')(lambda: 'first')\n")
    sheet.stage.serve("chat_of_test_stage:socketio", ("127.0.0.1", 0))
    url = sheet.url
    assert (sheet.get(), sheet.peer().ask("one")) == ((200, "<p>42</p>"), "first")
    (tmp_path / "chat_of_test_stage.py").write_text(program + "socketio.on('two')(lambda: 'other')\n")
    sheet.stage.restart()
    assert (sheet.url, sheet.events()) == (url, ["/ two"])
    assert sheet.peer().ask("two") == "other"


@differs("Background tasks end with their cell")
def test_tasks_end_with_their_cell_and_at_the_stop(sheet: Sheet) -> None:
    sheet.start()
    tick = "def tick():\n    while True:\n        socketio.sleep(60)\nsocketio.start_background_task(tick)"
    sheet.run("a", tick)
    assert sheet.run("a", tick) == []
    assert sheet.log.wait(lambda: len(sheet.log.state.tasks) == 1, DEADLINE)
    assert sheet.run("a", "pass") == ["task tick"]
    sheet.run("a", tick)
    assert sheet.stage.stop() == []
    assert sheet.log.wait(lambda: not sheet.log.state.tasks, DEADLINE)


def test_a_missing_template_is_told_with_the_line_and_the_folder(sheet: Sheet, caplog: Any) -> None:
    sheet.start()
    sheet.run("a", "import flask\n@app.route('/')\ndef index():\n    return flask.render_template('shop.html')")
    with caplog.at_level("CRITICAL"):
        assert sheet.get()[0] == 500
    assert sheet.said[0].startswith("In [1], line 4: There is no template 'shop.html': it was looked for in ")
    assert sheet.said[0].endswith("or serve a page from a cell: %%sio page /")


def test_a_socketio_that_gets_another_app_is_served_with_that(sheet: Sheet) -> None:
    sheet.run("1", "socketio = SocketIO()")
    sheet.run("2", "app = Flask('one')\n@app.route('/')\ndef index():\n    return 'one'")
    sheet.run("3", "socketio.init_app(app)\nsocketio.run(app)")
    sheet.run("4", "@socketio.on('ask')\ndef ask():\n    return 'ask'")
    url = sheet.url
    sheet.run("2", "app = Flask('two')\n@app.route('/')\ndef index():\n    return 'two'")
    sheet.run("3", "socketio.init_app(app)")
    assert (sheet.url, sheet.get(), sheet.peer().ask("ask")) == (url, (200, "two"), "ask")


def test_a_handler_edited_while_its_program_waits_is_there_once(sheet: Sheet) -> None:
    sheet.run("1", "socketio = SocketIO()")
    sheet.run("2", "socketio.on('old')(lambda: 1)")
    sheet.run("2", "socketio.on('new')(lambda: 1)")
    sheet.run("3", "app = Flask('one')\nsocketio.init_app(app)\nsocketio.run(app)")
    assert sheet.events() == ["/ new"]

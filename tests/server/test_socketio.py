"""The SocketIO class that the lab injects: Flask-SocketIO's own, fit for a notebook."""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest

from sio_lab.core import records as r
from sio_lab.errors import LabError, PortTaken
from sio_lab.server.adoption import PLAIN
from sio_lab.server.socketio import LabSocketIO
from sio_lab.server.thread import listen
from tests.server.peers import request
from tests.server.rig import differs
from tests.server.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def test_it_is_a_flask_socketio(rig: Rig) -> None:
    assert isinstance(rig.socketio, flask_socketio.SocketIO)
    assert rig.app.extensions["socketio"] is rig.socketio


@differs("The reloader, the debugger and other async modes are off")
@pytest.mark.parametrize("mode", ["eventlet", "gevent", "gevent_uwsgi", "asgi"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "by init_app"])
def test_another_async_mode_is_named_once_and_not_used(mode: str, *, late: bool) -> None:
    app = flask.Flask("test")
    socketio = LabSocketIO()
    use = socketio.init_app if late else socketio.__init__
    with pytest.warns(UserWarning, match=f"async_mode='{mode}' was asked for; the lab runs") as told:
        use(app, async_mode=mode)
    assert len(told) == 1
    assert socketio.async_mode == socketio.server.eio.async_mode == "threading"


def test_the_notice_points_at_the_line_that_asked() -> None:
    with pytest.warns(UserWarning, match="async_mode") as told:
        LabSocketIO(flask.Flask("test"), async_mode="eventlet")
    assert told[0].filename == __file__


def test_a_mode_asked_for_before_there_is_an_app_is_told_when_there_is_one() -> None:
    socketio = LabSocketIO(async_mode="eventlet")
    with pytest.warns(UserWarning, match="async_mode='eventlet'"):
        socketio.init_app(flask.Flask("test"))
    socketio.init_app(flask.Flask("again"))
    assert socketio.async_mode == "threading"


@pytest.mark.parametrize("options", [{}, {"async_mode": "threading"}, {"async_mode": None}])
def test_threading_is_taken_without_a_word(options: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert LabSocketIO(flask.Flask("test"), **options).async_mode == "threading"


def test_options_reach_the_server_and_handlers_may_come_first() -> None:
    socketio = LabSocketIO(ping_interval=3)
    socketio.on_event("early", lambda: "early")
    socketio.init_app(flask.Flask("test"), ping_timeout=7)
    assert (socketio.server.eio.ping_interval, socketio.server.eio.ping_timeout) == (3, 7)
    assert "early" in socketio.server.handlers["/"]


@differs("The reloader, the debugger and other async modes are off")
def test_run_returns_at_once_and_serves(rig: Rig) -> None:
    rig.app.add_url_rule("/", "hello", lambda: "hello")
    rig.socketio.run(rig.app, debug=True, use_reloader=True, allow_unsafe_werkzeug=True, log_output=True)
    assert rig.host.running
    assert request(f"{rig.host.url}/") == (200, "hello")
    assert not rig.app.debug
    assert "Debugged" not in type(rig.socketio.sockio_mw.wsgi_app).__name__


def test_run_again_changes_nothing(rig: Rig) -> None:
    poller = rig.poller()
    poller.enter()
    url = rig.host.url
    for port in (None, 0, rig.host.port):
        rig.socketio.run(rig.app, port=port)
    assert rig.host.url == url
    assert len(rig.all(r.ServerStarted)) == 1
    assert poller.post("3") == 200


def test_run_with_another_port_moves(rig: Rig) -> None:
    old = rig.url
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    rig.socketio.run(rig.app, port=port)
    assert (rig.host.port, rig.host.url) == (port, f"http://127.0.0.1:{port}")
    assert request(f"{rig.host.url}/")[0] == 404
    listen("127.0.0.1", int(old.rpartition(":")[2])).close()  # it is free again


def test_run_with_a_port_that_is_taken_stays_where_it_is(rig: Rig) -> None:
    url = rig.url
    with listen("127.0.0.1", 0) as taken, pytest.raises(PortTaken):
        rig.socketio.run(rig.app, port=taken.getsockname()[1])
    assert rig.host.url == url
    assert request(f"{url}/")[0] == 404


def test_run_keeps_the_address_that_the_lab_was_started_with(rig: Rig) -> None:
    rig.host.start("0.0.0.0")  # noqa: S104 - in a test
    rig.socketio.run(rig.app)
    assert rig.host.address == "0.0.0.0"  # noqa: S104 - in a test
    assert len(rig.all(r.ServerStarted)) == 1


def test_run_of_another_app_is_refused(rig: Rig) -> None:
    with pytest.raises(LabError, match="another app than the SocketIO object has"):
        rig.socketio.run(flask.Flask("other"))
    assert not rig.host.running


@differs("socketio.stop() works")
def test_stop_stops(rig: Rig) -> None:
    url = rig.url
    rig.socketio.stop()
    assert not rig.host.running
    with pytest.raises(OSError, match="refused"):
        request(f"{url}/")
    rig.socketio.stop()
    rig.socketio.run(rig.app)
    assert rig.host.url == url


@pytest.mark.parametrize(
    "use",
    [lambda socketio, app: socketio.run(app), lambda socketio, _app: socketio.stop()],
    ids=["run", "stop"],
)
def test_without_a_lab_it_says_what_to_do(use: Callable[[Any, Any], None]) -> None:
    app = flask.Flask("test")
    with pytest.raises(LabError, match=r"No lab serves this SocketIO object: lab\.serve\(socketio\) does"):
        use(LabSocketIO(app), app)


# --- registration ---------------------------------------------------------------------------------------------------


def chat() -> str:
    return "chat"


@pytest.mark.parametrize(
    "use",
    [
        lambda socketio: socketio.on("chat")(chat),
        lambda socketio: socketio.on("chat", "/room")(chat),
        lambda socketio: socketio.on(message="chat", namespace="/room")(chat),
        lambda socketio: socketio.event(chat),
        lambda socketio: socketio.event("/room")(chat),
        lambda socketio: socketio.event(namespace="/room")(chat),
        lambda socketio: socketio.on_error()(chat),
        lambda socketio: socketio.on_error("/room")(chat),
        lambda socketio: socketio.on_error_default(chat),
    ],
)
def test_a_decorator_returns_the_function_itself(use: Callable[[Any], Any]) -> None:
    assert use(LabSocketIO(flask.Flask("test"))) is chat
    assert use(LabSocketIO()) is chat


@pytest.mark.parametrize("make", [LabSocketIO, PLAIN], ids=["the lab's", "plain"])
def test_what_is_registered_stands_where_flask_socketio_puts_it(make: Callable[..., Any]) -> None:
    def register(socketio: Any) -> None:
        socketio.on("chat")(chat)
        socketio.on("chat", namespace="/room")(chat)
        socketio.on_event("*", chat, "*")
        socketio.on_error()(chat)
        socketio.on_error("/room")(chat)
        socketio.on_error_default(chat)
        socketio.on_namespace(space)

    space = flask_socketio.Namespace("/space")
    early, late = make(async_mode="threading"), make(flask.Flask("late"), async_mode="threading")
    for socketio in (early, late):
        register(socketio)
    early.init_app(flask.Flask("early"))
    for socketio in (early, late):
        wrapped = {place: list(table) for place, table in socketio.server.handlers.items()}
        assert wrapped == {"/": ["chat"], "/room": ["chat"], "*": ["*"]}
        assert all(each.__wrapped__ is chat for table in socketio.server.handlers.values() for each in table.values())
        assert socketio.server.namespace_handlers == {"/space": space}
        assert socketio.exception_handlers == {"/": chat, "/room": chat}
        assert socketio.default_exception_handler is chat
    assert [(event, place) for event, _, place in early.handlers] == [("chat", "/"), ("chat", "/room"), ("*", "*")]
    assert late.handlers == []


def test_one_that_no_lab_has_works_as_a_plain_one() -> None:
    app = flask.Flask("test")
    socketio = LabSocketIO(app)
    socketio.on("chat")(lambda: "old")
    socketio.on("chat")(chat)
    assert socketio.test_client(app).emit("chat", callback=True) == "chat"
    ran = threading.Event()
    socketio.start_background_task(ran.set).join()
    assert ran.is_set()
    assert socketio.sleep(0) is None
    assert (socketio.lab_owner, socketio.lab_host, socketio.lab_stage) == (None, None, None)


def test_what_flask_socketio_has_not_is_named_so_that_no_subclass_hides_it() -> None:
    own = {name for name in {*vars(LabSocketIO), *LabSocketIO.__annotations__} if not name.startswith("__")}
    assert {name for name in own if not hasattr(LabSocketIO.__bases__[0], name)} == {
        name for name in own if name.startswith("lab_")
    }


def test_the_cell_that_makes_it_is_its_owner() -> None:
    sheet = Sheet()
    sheet.run("a", "early = SocketIO()")
    sheet.run("b", "early.init_app(Flask('test'))\ndef make():\n    return SocketIO(Flask('late'))")
    sheet.run("c", "late = make()")
    assert (sheet.names["early"].lab_owner.cell, sheet.names["late"].lab_owner.cell) == ("a", "c")
    assert sheet.names["late"].lab_cells is sheet.cells
    sheet.close()


def test_init_app_again_makes_another_server_with_the_same_handlers() -> None:
    socketio = LabSocketIO(flask.Flask("one"))
    socketio.on("chat")(chat)
    first = socketio.server
    socketio.init_app(app := flask.Flask("two"))
    assert socketio.server is not first
    assert app.extensions["socketio"] is socketio
    assert socketio.test_client(app).emit("chat", callback=True) == "chat"

"""Handlers by cells on a SocketIO object that has no app yet, gets another one, or takes over from another object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.handlers import registered, served_classes

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

ASK = "socketio.on_event('ask', lambda *args: {0!r})"
CLASS = """
class Chat(Namespace):
    def on_ask(self, *args):
        return {0!r}
socketio.on_namespace(Chat('/chat'))
"""
BOTH = f"{ASK}\n{CLASS}"
ERRORS = "socketio.on_error()(print)\nsocketio.on_error_default(print)"


def test_handlers_may_come_before_the_app_and_only_those_that_count_go_to_it(sheet: Sheet) -> None:
    sheet.run("made", "socketio = SocketIO()")
    socketio = sheet.names["socketio"]
    for turn in range(3):
        sheet.run("a", f"{BOTH.format(turn)}\n{ERRORS}")
        sheet.run("b", f"{BOTH.format('b')}\nsocketio.on_event('tell', print)")
    assert len(socketio.handlers) == 2
    assert len(socketio.namespace_handlers) == 1
    assert socketio.lab_book.drop("b") == ["handler 'ask' in /", "class-based namespace /chat", "handler 'tell' in /"]
    sheet.run("app", "app = Flask('test')\nsocketio.init_app(app)\nsocketio.run(app, port=0)")
    peer = sheet.peer("/", "/chat")
    assert (peer.ask("ask"), peer.ask("ask", namespace="/chat")) == (2, 2)
    assert sheet.events() == ["/ ask"]


def test_all_goes_before_there_is_an_app(sheet: Sheet) -> None:
    sheet.run("a", f"socketio = SocketIO()\n{BOTH.format(1)}\n{ERRORS}")
    socketio = sheet.names["socketio"]
    assert len(socketio.lab_book.drop("a")) == 4
    assert (socketio.handlers, socketio.namespace_handlers, socketio.exception_handlers) == ([], [], {})


def test_another_app_gets_all_handlers_and_none_that_has_gone(sheet: Sheet) -> None:
    sheet.run("made", f"socketio = SocketIO()\n{ASK.format('early')}\nsocketio.on_event('gone', print)")
    socketio = sheet.names["socketio"]
    sheet.run("app", "socketio.init_app(Flask('one'))")
    sheet.run("late", f"socketio.on_event('late', print)\n{CLASS.format('late')}")
    assert socketio.lab_book.off("gone", "/")
    first = socketio.server
    sheet.run("app", "socketio.init_app(Flask('two'))")
    assert socketio.server is not first
    assert sorted((place, event) for place, event, _ in registered(socketio)) == [("/", "ask"), ("/", "late")]
    assert [each.namespace for each in served_classes(socketio)] == ["/chat"]


def test_another_socketio_object_takes_over_what_other_cells_own(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", f"{BOTH.format('a')}\n{ERRORS}")
    sheet.run("b", "socketio.on_event('tell', lambda: 'b')")
    old = sheet.socketio
    sheet.run("c", "other = SocketIO(Flask('other'))\nother.on_event('ask', lambda *args: 'c')")
    other, space = sheet.names["other"], served_classes(old)[0]
    assert sheet.socketio is other
    assert sorted(event for _, event, _ in registered(other)) == ["ask", "tell"]
    assert served_classes(other) == [space]
    assert space.socketio is other
    assert other.exception_handlers == {"/": print}
    assert other.default_exception_handler is print
    peer = sheet.peer("/", "/chat")
    assert (peer.ask("ask"), peer.ask("tell"), peer.ask("ask", namespace="/chat")) == ("c", "b", "a")
    assert sheet.run("a", "pass")[-2:] == ["error handler of /", "error handler of all namespaces"]
    assert not served_classes(other)


def test_an_object_that_comes_back_has_its_classes_back(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", CLASS.format("a"))
    old = sheet.socketio
    sheet.run("c", "other = SocketIO(Flask('other'))")
    space = served_classes(sheet.names["other"])[0]
    old.lab_book.carry(sheet.names["other"].lab_book)
    assert space.socketio is old
    assert space.server is old.server
    assert served_classes(old) == [space]


def test_what_the_server_behind_it_was_given_directly_is_left_alone(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", f"socketio.server.on('bare', lambda sid: 'bare')\n{ASK.format('a')}")
    assert [event for _, event, _ in registered(sheet.socketio)] == ["ask"]
    assert sheet.run("a", "pass") == ["handler 'ask' in /"]
    assert sheet.peer().ask("bare") == "bare"

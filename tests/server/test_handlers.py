"""Handlers belong to cells: replaced, removed, and put back, in every way in which Flask-SocketIO takes them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.server.handlers import registered, told
from tests.server.peers import DEADLINE, Peer

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

ASK = "@socketio.on('ask')\ndef ask(*args):\n    return {0!r}"
WAYS = {
    "on": ASK,
    "on, in a namespace": "@socketio.on('ask', namespace='/chat')\ndef ask(*args):\n    return {0!r}",
    "on, by keyword": "@socketio.on(message='ask', namespace='/chat')\ndef ask(*args):\n    return {0!r}",
    "event": "@socketio.event\ndef ask(*args):\n    return {0!r}",
    "event, with brackets": "@socketio.event()\ndef ask(*args):\n    return {0!r}",
    "event, in a namespace": "@socketio.event(namespace='/chat')\ndef ask(*args):\n    return {0!r}",
    "on_event": "def ask(*args):\n    return {0!r}\nsocketio.on_event('ask', ask)",
    "on_event, in a namespace": "socketio.on_event('ask', lambda *args: {0!r}, '/chat')",
    "on, for any event": "@socketio.on('*', namespace='/chat')\ndef ask(event, *args):\n    return {0!r}",
    "in a loop": "for name in ('ask', 'tell'):\n    socketio.on_event(name, lambda *args: {0!r})",
    "a decorator of the reader's own": (
        "def mine(function):\n    return socketio.on(function.__name__)(function)\n"
        "@mine\ndef ask(*args):\n    return {0!r}"
    ),
    "a partial": "from functools import partial\nsocketio.on_event('ask', partial(lambda text, *args: text, {0!r}))",
    "a method": "class Desk:\n    def ask(self, *args):\n        return {0!r}\nsocketio.on_event('ask', Desk().ask)",
    "an object": "class Desk:\n    def __call__(self, *args):\n        return {0!r}\nsocketio.on_event('ask', Desk())",
    "a class": (
        "class Chat(Namespace):\n    def on_ask(self, *args):\n        return {0!r}\n"
        "socketio.on_namespace(Chat('/chat'))"
    ),
}
CLASS = WAYS["a class"]
BOTH = f"{ASK}\n{CLASS}"
ERRORS = "socketio.on_error()(print)\nsocketio.on_error('/chat')(print)\nsocketio.on_error_default(print)"


def place(code: str) -> str:
    return "/chat" if "/chat" in code else "/"


def answer(peer: Peer, code: str) -> object:
    return peer.ask("ask", 1, namespace=place(code))


def told_of(sheet: Sheet, event: str = "ask", namespace: str = "/") -> r.HandlerRegistered:
    """Return what the log says of the handler that answers an event."""
    with sheet.log.lock:
        state = sheet.log.state
        return (state.functions.get((namespace, event)) or state.methods[namespace, event]).registered


def shadowed(sheet: Sheet) -> dict[str, str | None]:
    """Return what the handler of each event hides."""
    with sheet.log.lock:
        return {event: shadows for (_, event), _, shadows in sheet.log.state.handlers()}


def all_told(sheet: Sheet) -> list[tuple[str, str, str | None]]:
    """Return all that the log was told of handlers: the event, `+` or `-`, and the cell."""
    kinds = {r.HandlerRegistered: "+", r.HandlerRemoved: "-"}
    told = [each for each in sheet.log.since() if type(each) in kinds]
    return [(each.event, kinds[type(each)], getattr(each, "cell", None)) for each in told]


# --- all ways -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS)
def test_a_re_run_replaces_and_what_lay_beneath_comes_back(sheet: Sheet, code: str) -> None:
    sheet.start()
    assert sheet.run("a", code.format("a")) == []
    peer = sheet.peer(place(code))
    assert answer(peer, code) == "a"
    assert sheet.run("a", code.format("a, edited")) == []
    assert answer(peer, code) == "a, edited"
    sheet.run("b", code.format("b"))
    assert answer(peer, code) == "b"
    sheet.run("a", code.format("a, once more"))
    assert answer(peer, code) == "a, once more"
    assert sheet.stage.cell_deleted("a")
    assert answer(peer, code) == "b"
    assert sheet.run("b", "pass")
    assert (sheet.events(), sheet.log.state.methods) == ([], {})
    assert not sheet.socketio.server.handlers
    assert not sheet.socketio.server.namespace_handlers


def test_what_goes_is_named_as_a_reader_knows_it(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", f"{BOTH}\n{ERRORS}".format(1))
    names = [
        "handler 'ask' in /",
        "class-based namespace /chat",
        *("error handler of /", "error handler of /chat", "error handler of all namespaces"),
    ]
    assert sheet.run("a", "pass") == names
    assert [told(("handler", "*", "*")), told(("class", "/", None))] == ["handler '*' in *", "class-based namespace /"]


def test_a_cell_that_fails_leaves_what_it_did_define_and_removes_nothing(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", BOTH.format(1))
    with pytest.raises(ZeroDivisionError), sheet.running("a", f"{ASK.format(2)}\n1 / 0\n{CLASS.format(2)}") as run:
        run()
    peer = sheet.peer("/", "/chat")
    assert (peer.ask("ask"), peer.ask("ask", namespace="/chat")) == (2, 1)
    assert sheet.run("a", "pass") == ["handler 'ask' in /", "class-based namespace /chat"]


def test_what_a_module_registers_is_not_swept(sheet: Sheet) -> None:
    sheet.start()
    module: dict[str, Any] = {"__name__": "chat", "socketio": sheet.socketio}
    sheet.names["load"] = lambda: exec(compile(ASK.format("module"), "chat.py", "exec"), module)  # noqa: S102 - imports
    sheet.run("a", "load()")
    peer = sheet.peer()
    assert sheet.run("a", ASK.format("cell")) == []
    assert peer.ask("ask") == "cell"
    assert sheet.run("a", "pass") == ["handler 'ask' in /"]
    assert peer.ask("ask") == "module"


def test_a_decorated_handler_keeps_its_decorator_when_it_comes_back(sheet: Sheet) -> None:
    sheet.start()
    loud = "from functools import wraps\ndef loud(f):\n    return wraps(f)(lambda *args: f(*args).upper())"
    sheet.run("a", f"{loud}\n@socketio.on('ask')\n@loud\ndef ask(*args):\n    return 'a'")
    peer = sheet.peer()
    sheet.run("b", ASK.format("b"))
    sheet.run("b", "pass")
    assert peer.ask("ask") == "A"


def test_without_ids_an_edited_cell_replaces_what_it_defined_before(sheet: Sheet) -> None:
    sheet.start()
    sheet.run(None, ASK.format(1))
    sheet.run(None, ASK.format(2))
    assert told_of(sheet).shadows is None
    assert len(sheet.socketio.lab_book.book.groups(("handler", "/", "ask"))) == 1
    assert sheet.peer().ask("ask") == 2


# --- error handlers -------------------------------------------------------------------------------------------------

FAILS = "@socketio.on('ask', namespace={0!r})\ndef ask():\n    raise ValueError('no')"


@pytest.mark.parametrize(
    ("way", "namespace"),
    [
        ("@socketio.on_error()", "/"),
        ("@socketio.on_error('/chat')", "/chat"),
        ("@socketio.on_error_default", "/chat"),
    ],
)
def test_an_error_handler_goes_with_its_cell_and_the_one_beneath_comes_back(
    sheet: Sheet, way: str, namespace: str
) -> None:
    sheet.start()
    sheet.run("fails", FAILS.format(namespace))
    peer = sheet.peer(namespace)
    for cell in "ab":
        sheet.run(cell, f"{way}\ndef caught(error):\n    return '{cell} ' + str(error)")
        assert peer.ask("ask", namespace=namespace) == f"{cell} no"
    assert len(sheet.run("b", "pass")) == 1
    assert peer.ask("ask", namespace=namespace) == "a no"
    assert len(sheet.stage.cell_deleted("a")) == 1
    assert (sheet.socketio.exception_handlers, sheet.socketio.default_exception_handler) == ({}, None)


# --- what can't be registered ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("socketio.on_namespace('/chat')", "Not a namespace instance"),
        ("socketio.on_namespace(Namespace)", "Not a namespace instance"),
        ("socketio.on_error()(None)", "exception_handler must be callable"),
        ("socketio.on_error_default('text')", "exception_handler must be callable"),
    ],
)
def test_what_flask_socketio_refuses_is_refused_in_its_words(sheet: Sheet, code: str, says: str) -> None:
    sheet.start()
    with pytest.raises(ValueError, match=says):
        sheet.run("a", code)
    assert sheet.run("a", "pass") == []
    assert (sheet.socketio.exception_handlers, sheet.socketio.default_exception_handler) == ({}, None)


def test_a_call_in_the_place_of_a_function_is_registered_and_fails_as_in_plain_flask_socketio(
    sheet: Sheet, screen: Any
) -> None:
    sheet.start()
    sheet.run("a", "def ask(): ...\nsocketio.on_event('ask', ask())")
    peer = sheet.peer()
    peer.emit("ask")
    assert "'NoneType' object is not callable" in screen.wait_for("not callable")
    assert sheet.run("a", "pass") == ["handler 'ask' in /"]


# --- off ------------------------------------------------------------------------------------------------------------


def test_off_removes_a_handler_and_all_that_lie_beneath_it(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", ASK.format("a"))
    sheet.run("b", ASK.format("b"))
    assert sheet.socketio.lab_book.off("ask", "/")
    assert sheet.events() == []
    assert not sheet.socketio.lab_book.off("ask", "/")
    sheet.run("a", ASK.format("again"))
    assert sheet.peer().ask("ask") == "again"


# --- served namespaces ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [WAYS["on, in a namespace"], CLASS], ids=["function", "class"])
def test_a_namespace_whose_last_handler_goes_is_no_longer_served(sheet: Sheet, code: str) -> None:
    sheet.start()
    sheet.run("a", f"{code.format('a')}\nsocketio.on_event('other', print, '/chat')")
    sheet.run("a", code.format("a"))
    assert sheet.peer("/chat").ask("ask", namespace="/chat") == "a"
    sheet.run("a", "pass")
    peer = sheet.peer("/", "/chat")
    assert (len(peer.got("connect", "/")), len(peer.got("connect_error", "/chat"))) == (1, 1)


def test_a_function_over_a_class_s_method_goes_and_the_method_answers_again(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", CLASS.format("method"))
    peer = sheet.peer("/chat")
    sheet.run("b", WAYS["on, in a namespace"].format("function"))
    assert peer.ask("ask", namespace="/chat") == "function"
    sheet.run("b", "pass")
    assert peer.ask("ask", namespace="/chat") == "method"


# --- what the log is told -------------------------------------------------------------------------------------------


def test_the_log_knows_each_handlers_cell_and_what_it_shadows(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", ASK.format("a"))
    assert (told_of(sheet).cell, told_of(sheet).shadows, told_of(sheet).method) == ("In [1]", None, False)
    sheet.run("a", ASK.format("a"))
    assert (told_of(sheet).cell, told_of(sheet).shadows) == ("In [2]", None)
    sheet.run("b", "@socketio.on('ask')\ndef answer(*args): ...")
    assert (told_of(sheet).function, told_of(sheet).cell, told_of(sheet).shadows) == ("answer", "In [3]", "ask")
    sheet.run("b", "pass")
    assert (told_of(sheet).function, told_of(sheet).cell, told_of(sheet).shadows) == ("ask", "In [2]", None)
    sheet.run("a", "pass")
    assert all_told(sheet) == [*(("ask", "+", f"In [{run}]") for run in (1, 2, 3, 2)), ("ask", "-", None)]


def test_what_a_handler_shadows_is_forgotten_with_that_ones_cell(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", ASK.format("a"))
    sheet.run("b", "@socketio.on('ask')\ndef answer(*args): ...")
    assert shadowed(sheet) == {"ask": "ask"}
    sheet.run("a", "pass")
    assert shadowed(sheet) == {"ask": None}
    sheet.run("a", "pass")
    assert len([each for each in sheet.log.since() if type(each) is r.HandlerCovers]) == 1


def test_the_log_knows_a_classs_cell(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", CLASS.format("a"))
    sheet.run("b", CLASS.format("b"))
    assert (told_of(sheet, namespace="/chat").cell, told_of(sheet, namespace="/chat").method) == ("In [2]", True)
    sheet.run("b", "pass")
    assert told_of(sheet, namespace="/chat").cell == "In [1]"


def test_a_function_that_another_cell_registers_belongs_to_that_cell(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "def ask(*args): ...")
    sheet.run("b", "socketio.on_event('ask', ask)")
    sheet.run("b", "socketio.on_event('ask', ask)")
    assert told_of(sheet).cell == "In [3]"
    sheet.run("c", "socketio.on_event('ask', print)\nsocketio.on_event('tell', ask)")
    assert (told_of(sheet, "tell").cell, told_of(sheet).cell) == ("In [4]", "In [4]")
    sheet.run("c", "pass")
    assert told_of(sheet).cell == "In [3]"
    assert sheet.run("a", "pass") == []
    assert sheet.events() == ["/ ask"]


def test_nothing_is_told_of_what_lies_beneath_and_goes(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", BOTH.format(1))
    sheet.run("b", BOTH.format(2))
    before = all_told(sheet)
    assert sheet.run("a", "pass") == ["handler 'ask' in /", "class-based namespace /chat"]
    assert all_told(sheet) == before


# --- while it serves ------------------------------------------------------------------------------------------------


def test_what_a_running_handler_registers_belongs_to_its_cell(sheet: Sheet) -> None:
    sheet.start()
    sheet.run("a", "@socketio.on('more')\ndef more():\n    socketio.on_event('extra', lambda: 'extra')")
    peer = sheet.peer()
    assert (peer.ask("more"), peer.ask("extra")) == (None, "extra")
    assert told_of(sheet, "extra").cell == "In [1]"
    sheet.run("b", "pass")
    assert sheet.events() == ["/ extra", "/ more"]
    assert sheet.run("a", "pass") == ["handler 'more' in /", "handler 'extra' in /"]


def test_what_a_handler_of_an_old_run_registers_late_is_left_out(sheet: Sheet) -> None:
    sheet.start()
    sheet.names |= {"reached": threading.Event(), "go_on": threading.Event()}
    code = (
        "@socketio.on('slow')\ndef slow():\n    reached.set()\n    go_on.wait(10)\n    socketio.on_event('late', print)"
    )
    sheet.run("a", code)
    peer = sheet.peer()
    peer.emit("slow")
    assert sheet.names["reached"].wait(DEADLINE)
    assert sheet.run("a", "pass") == ["handler 'slow' in /"]
    sheet.names["go_on"].set()
    sheet.log.wait(lambda: not sheet.log.state.running, DEADLINE)
    assert sheet.events() == []


def test_what_a_thread_of_a_handler_registers_belongs_to_its_cell(sheet: Sheet) -> None:
    sheet.names["threading"] = threading
    sheet.start()
    code = """
        def register():
            socketio.on_event('extra', lambda: 'extra')

        class Chat(Namespace):
            def on_more(self):
                thread = threading.Thread(target=register)
                thread.start()
                thread.join(10)

        socketio.on_namespace(Chat('/chat'))
    """
    sheet.run("a", code)
    peer = sheet.peer("/", "/chat")
    peer.ask("more", namespace="/chat")
    assert (peer.ask("extra"), told_of(sheet, "extra").cell) == ("extra", "In [1]")
    assert sheet.run("a", "pass") == ["class-based namespace /chat", "handler 'extra' in /"]


def test_handlers_are_defined_from_many_threads_at_once(sheet: Sheet) -> None:
    sheet.start()
    sheet.names["threading"] = threading
    code = """
        def register(number):
            for turn in range(20):
                socketio.on_event(f'e{number}', lambda: turn)
                socketio.on_event('shared', lambda: number, f'/{turn}')
        threads = [threading.Thread(target=register, args=[number]) for number in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join(10)
    """
    sheet.run("a", code)
    assert len(sheet.events()) == len(registered(sheet.socketio)) == 28
    assert len(sheet.run("a", "pass")) == 28
    assert not registered(sheet.socketio)


def test_a_handler_that_is_redefined_while_it_runs_ends_as_it_began(sheet: Sheet) -> None:
    sheet.start()
    sheet.names |= {"reached": threading.Event(), "go_on": threading.Event()}
    sheet.run("a", f"@socketio.on('ask')\ndef ask():\n    reached.set()\n    go_on.wait({DEADLINE})\n    return 'old'")
    peer, other = sheet.peer(), sheet.peer()
    answered = threading.Event()
    answers: list[Any] = []
    peer.emit("ask", callback=lambda value: (answers.append(value), answered.set()))
    assert sheet.names["reached"].wait(DEADLINE)
    sheet.run("a", ASK.format("new"))
    assert other.ask("ask") == "new"
    sheet.names["go_on"].set()
    assert answered.wait(DEADLINE)
    assert answers == ["old"]

"""When the extension is unloaded, everything in the kernel is as it was, and what was made before works as before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kernel.notebook import Ran

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

LOOKING = """
import atexit as _atexit, gc as _gc, json as _json, signal as _signal, sys as _sys, threading as _threading
import types as _types, weakref as _weakref

_ip, _registered = get_ipython(), []
_register, _unregister = _atexit.register, _atexit.unregister

def _note(function, *args, **kwargs):
    _registered.append(function)
    return _register(function, *args, **kwargs)

def _forget(function):
    _registered[:] = [each for each in _registered if each != function]
    _unregister(function)

_atexit.register, _atexit.unregister = _note, _forget

def _names(module):
    names = vars(_sys.modules[module]) if module in _modules else {}
    # Where a package is imported further, its new modules become names of it.
    return {name: each for name, each in names.items() if type(each) is not _types.ModuleType}

def _class(module, name):
    return dict(vars(getattr(_sys.modules[module], name))) if module in _modules else None

def _state(names, objects):
    return {
        "flask_socketio": _names("flask_socketio"),
        "flask": _names("flask"),
        "classes": [_class(*place) for place in _CLASSES],
        "meta_path": list(_sys.meta_path),
        "path_hooks": list(_sys.path_hooks),
        "path": list(_sys.path),
        "hooks": [_sys.excepthook, _sys.displayhook, _threading.excepthook, _signal.getsignal(_signal.SIGINT)],
        "threads": set(_threading.enumerate()),
        "events": {name: list(callbacks) for name, callbacks in _ip.events.callbacks.items()},
        "magics": {kind: set(table) for kind, table in _ip.magics_manager.magics.items()},
        "registry": dict(_ip.magics_manager.registry),
        "configurables": list(_ip.configurables),
        "completers": list(_ip.Completer.custom_matchers),
        "loaded": set(_ip.extension_manager.loaded),
        "names": {name: _ip.user_ns.get(name) for name in names},
        "types": [type(each) for each in objects],
        "attributes": [set(vars(each)) for each in objects],
        "modules": {name: _sys.modules.get(name) for name in _modules},
        "types of modules": {name: type(_sys.modules.get(name)) for name in _modules},
    }

_CLASSES = [("flask", "Flask"), ("flask", "Blueprint"), ("flask_socketio", "SocketIO"), ("socketio", "Server")]

def _is_same(one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    # IPython makes its hook anew for each cell.
    return one is other or (isinstance(one, (set, str, _types.MethodType)) and one == other)

def _changed():
    now = _state(_before["names"], _objects)
    return [key for key in now if not _is_same(_before[key], now[key])]

def _odd_modules():
    new = {name: each for name, each in _sys.modules.items() if name not in _modules}
    stood_in = ("flask_sockets", "flask_script", "gevent", "geventwebsocket", "eventlet", "flask.ext")
    return [name for name, each in new.items() if name.startswith(stood_in) or "sio_lab" in str(type(each))]

def _ours(each):
    kind = each if type(each) in (type, _types.FunctionType) else type(each)
    return str(vars(kind).get("__module__", "") if kind is each and type(each) is type else kind.__module__)

def _names_of_ours():
    # What other modules, the notebook among them, have that is made of our classes and functions.
    others = [(name, each) for name, each in list(_sys.modules.items()) if name.partition(".")[0] != "sio_lab"]
    return [f"{name}.{key}" for name, module in others for key, each in list(vars(module).items())
            if _ours(each).partition(".")[0] == "sio_lab"]

def _left_at_exit():
    return [repr(each) for each in _registered if str(getattr(each, "__module__", "")).startswith("sio_lab")]
"""
IMPORTED = """
import flask, flask_socketio, socketio as _python_socketio
from flask_socketio import SocketIO, emit
from flask_socketio import SocketIO as Sio, emit as say

class Mine(SocketIO):
    def extra(self):
        return "extra"

first_app = flask.Flask("first")
first = SocketIO(first_app, async_mode="threading")
second_app = flask.Flask("second")
second = Mine(second_app, async_mode="threading")
third = SocketIO()

@first.on("ask")
def ask_first():
    emit("told", "first")
    return "first"

@second.on("ask")
def ask_second():
    return second.extra()

@first_app.route("/")
def first_page():
    return "first"
"""
PROGRAM = """
from flask import Flask
from flask_socketio import SocketIO, emit, Namespace
from flask_sockets import Sockets
import gevent

app = Flask("program")
socketio = SocketIO(app)

@app.route("/")
def index():
    return "{0}"

@socketio.on("ask")
def ask():
    emit("told", "{0}")
    return "{0}"

def tick():
    while True:
        socketio.sleep(30)

if __name__ == "__main__":
    socketio.start_background_task(tick)
    socketio.run(app, port=0)
"""
WORKS = "ada = lab.client('ada')\nada.call('ask'), ada.received['args'].tolist()"
AS_PLAIN = (
    "type({0}).__module__, {0}.test_client({0}.sockio_mw.flask_app).emit('ask', callback=True), "
    "{0}.on('more')(print) is print, {0}.sockio_mw.flask_app.test_client().get('/').text"
)


class Fresh:
    """A kernel whose state has been noted before a lab was used there; `code` is what was run in it before."""

    def __init__(self, kernel: Kernel, code: str) -> None:
        self._kernel = kernel
        self.run(LOOKING)
        # Once for all that a first use of anything brings with it: modules, and magics that load late.
        self.run("%load_ext sio_lab\n%unload_ext sio_lab")
        names = self.look("sorted(_ip.user_ns)")
        self.run(code)
        names = [name for name in self.look("sorted(_ip.user_ns)") if name not in names]
        self.names = [name for name in names if not name.startswith("_")]
        objects = [name for name in self.names if name in {"first", "second", "third", "first_app", "second_app"}]
        self.run(f"_modules, _objects = dict(_sys.modules), [{', '.join(objects)}]")
        self.run(
            f"_before = _state({[*self.names, 'lab', 'app', 'socketio', 'send', 'join_room', 'request']}, _objects)"
        )

    def run(self, code: str, cell: str = "a") -> Ran:
        ran = self._kernel.run(code, cell)
        assert (ran.error, ran.err) == ("", ""), ran.error + ran.err
        return ran

    def look(self, expression: str) -> object:
        return json.loads(self.run(f"print(_json.dumps({expression}))", "look").out.splitlines()[-1])

    def is_as_it_was(self) -> None:
        """See that nothing is left of the lab but modules that were really imported."""
        self.run(
            "for _name in set('app socketio ask index tick ada Flask Namespace Sockets gevent'.split()):\n"
            "    _ip.user_ns.pop(_name, None)"
        )
        assert self.look("_changed()") == []
        assert self.look("_odd_modules()") == []
        assert self.look("_names_of_ours()") == []
        assert self.look("_left_at_exit()") == []


@pytest.fixture(scope="module")
def in_use() -> Iterator[Fresh]:
    """Return a kernel where flask_socketio is in use; each test sees that it leaves it as it was at first."""
    with Kernel() as kernel:
        yield Fresh(kernel, IMPORTED)


@pytest.fixture(params=["flask_socketio in use before", "nothing imported before"])
def fresh(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    if request.param == "flask_socketio in use before":
        yield request.getfixturevalue("in_use")
        return
    with Kernel() as kernel:
        yield Fresh(kernel, "")


def test_a_lab_that_was_used_leaves_nothing_behind_and_may_be_loaded_again(fresh: Fresh) -> None:
    for answer in ("one", "two"):
        fresh.run("%load_ext sio_lab", "load")
        fresh.run(PROGRAM.format(answer), "program")
        assert fresh.run(WORKS, "use").text == f"('{answer}', [('{answer}',)])"
        fresh.run("%%sio page /more\nmore", "page")
        fresh.run("%sio stop\n%unload_ext sio_lab", "end")
        told = fresh.run(AS_PLAIN.format("socketio"), "use").text
        assert told == f"('flask_socketio', '{answer}', True, '{answer}')"
        fresh.is_as_it_was()


def test_unloading_in_the_middle_of_everything_is_as_good(fresh: Fresh) -> None:
    fresh.run("%load_ext sio_lab", "load")
    fresh.run(PROGRAM.format("one"), "program")
    fresh.run(WORKS, "use")
    fresh.run("%unload_ext sio_lab", "end")
    fresh.is_as_it_was()


def test_a_lab_that_is_not_used_leaves_nothing_and_imports_no_flask() -> None:
    with Kernel() as kernel:
        fresh = Fresh(kernel, "")
        fresh.run("%load_ext sio_lab", "load")
        assert fresh.look("[name in _sys.modules for name in ('flask', 'flask_socketio', 'pandas')]") == [False] * 3
        fresh.run("%unload_ext sio_lab", "load")
        fresh.is_as_it_was()


def test_objects_that_were_made_before_work_in_between_and_after(in_use: Fresh) -> None:
    plain = "('{}', '{}', True, '{}')"
    in_use.run("%load_ext sio_lab\n%sio start", "load")
    assert in_use.run("lab.socketio is second").text == "True"
    assert in_use.run("lab.client('ada').call('ask')").text == "'extra'"
    in_use.run("%sio serve first", "load")
    assert in_use.run(WORKS).text == "('first', [('first',)])"
    in_use.run("del ada", "load")
    in_use.run("%unload_ext sio_lab", "load")
    assert in_use.run(AS_PLAIN.format("first")).text == plain.format("flask_socketio", "first", "first")
    assert in_use.run("type(second) is Mine, second.extra(), Mine.__mro__[1] is SocketIO").text == (
        "(True, 'extra', True)"
    )
    in_use.is_as_it_was()

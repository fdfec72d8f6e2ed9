"""Whole old programs run while the hooks are installed, and nothing is left when they are removed."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from tests.legacy.reader import ROOT, program
from tests.server.rig import differs

if TYPE_CHECKING:
    from pathlib import Path

EVENTLET = """
import eventlet
eventlet.monkey_patch()
from eventlet import wsgi
from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, async_mode="threading")

def background():
    for count in range(3):
        eventlet.sleep(0)
        ticks.append(count)

ticks = []
thread = eventlet.spawn(background)

if __name__ == "__main__":
    wsgi.server(eventlet.listen(("", 5000)), app)
    thread.wait()
"""

GEVENT = """
from gevent import monkey
monkey.patch_all()

import gevent
from gevent.queue import Queue
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler
from flask import Flask
from flask_sockets import Sockets

app = Flask(__name__)
sockets = Sockets(app)
queue = Queue()

@sockets.route("/echo")
def echo(ws):
    while not ws.closed:
        ws.send(ws.receive())

def worker():
    queue.put("done")

gevent.joinall([gevent.spawn(worker)])
ticks = [queue.get()]
WSGIServer(("127.0.0.1", 5001), app, handler_class=WebSocketHandler).serve_forever()
"""

RUN = """
before, path = dict(sys.modules), list(sys.meta_path)
load()
names = run({code!r})
found["ticks"] = names["ticks"]
import threading
found["threads"] = threading.Thread.__module__
import socketio
found["mode"] = socketio.Server().async_mode
hooks.remove()
found["meta_path"] = sys.meta_path == path
found["left"] = [name for name in sys.modules if name.split(".")[0] in
                 {{"eventlet", "gevent", "geventwebsocket", "flask_sockets"}}]
found["changed"] = [name for name, module in before.items() if sys.modules.get(name) is not module]
found["flask"] = [type(sys.modules["flask"]).__name__, hasattr(sys.modules["flask"], "Markup"),
                  sys.modules["flask"].__spec__.loader.__class__.__name__]
end()
"""


@pytest.mark.parametrize(("code", "ticks", "served"), [
    (EVENTLET, [0, 1, 2], ["0.0.0.0", 5000]),  # noqa: S104 - what the program asks for
    (GEVENT, ["done"], ["127.0.0.1", 5001]),
])  # fmt: skip
@differs("Programs import the lab's SocketIO, and stand-ins for what is gone")
def test_a_program_of_old_runs_where_its_packages_are_not_installed(
    code: str, ticks: list[Any], served: list[Any]
) -> None:
    told = program(RUN.format(code=code))
    assert told["found"] == {
        "ticks": ticks,
        "threads": "threading",
        "mode": "threading",
        "meta_path": True,
        "left": [],
        "changed": [],
        "flask": ["module", False, "SourceFileLoader"],
    }
    assert told["served"] == [served]
    assert all(text.startswith("In [1], line ") for text in told["said"])
    assert "is not needed here" in told["said"][0]


REAL = {
    "gevent/__init__.py": """
        def sleep(seconds=0): return "real"
        spawn = sleep
        only = "real only"
        from . import queue
    """,
    "gevent/queue.py": "class Queue: pass\n",
    "gevent/monkey.py": """
        patched = []
        def patch_all(**kw): patched.append("all")
        def patch_thread(**kw): patched.append("thread")
        def is_module_patched(name): return bool(patched)
    """,
    "gevent/pywsgi.py": "class WSGIServer:\n    def __init__(self, *args, **kw): raise RuntimeError('the real one')\n",
    "site-packages/locusts.py": """
        import gevent
        from gevent import monkey, sleep
        from gevent.queue import Queue
        monkey.patch_all()
        slept = sleep(), gevent.sleep(), Queue.__module__
    """,
}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with a gevent of its own, and a library that uses it."""
    for name, code in REAL.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(code))
    return tmp_path


@pytest.mark.parametrize("load_first", [True, False])
def test_where_they_are_installed_only_the_readers_code_sees_the_labs(installed: Path, load_first: bool) -> None:
    told = program(
        f"""
import importlib
if not {load_first}: importlib.import_module("gevent.monkey"); importlib.import_module("gevent.pywsgi")
load()
names = run('''
from gevent import monkey; monkey.patch_all()
import gevent, locusts
from gevent.pywsgi import WSGIServer
from gevent.queue import Queue
value = gevent.spawn(len, "abc").get()
WSGIServer(("127.0.0.1", 5001), "app").serve_forever()
slept = gevent.sleep(0)
only = gevent.only
queue = Queue.__module__
''')
found["reader"] = [names["value"], names["slept"], names["only"], names["queue"]]
found["library"] = names["locusts"].slept
found["patched"] = vars(sys.modules["gevent.monkey"])["patched"]
hooks.remove()
found["types"] = [type(sys.modules[name]).__name__ for name in ("gevent", "gevent.monkey", "gevent.pywsgi")]
found["after"] = run("import gevent; slept = gevent.sleep()")["slept"]
end()
""",
        installed,
        installed / "site-packages",
    )
    assert told["found"] == {
        "reader": [3, None, "real only", "sio_lab.legacy.waits"],
        "library": ["real", "real", "gevent.queue"],
        "patched": [],
        "types": ["module", "module", "module"],
        "after": "real",
    }
    assert told["served"] == [["127.0.0.1", 5001]]
    first, second = told["said"][:2]
    assert first.startswith("In [1], line 2: gevent.monkey.patch_all() is not needed here")
    assert second.startswith(
        "In [1], line 3: What this line imports calls gevent.monkey.patch_all(), which would break"
    )


@pytest.mark.parametrize("module", ["werkzeug.serving", "werkzeug"])
def test_app_run_returns_until_the_hooks_are_removed(module: str) -> None:
    told = program(
        f"""
from importlib import import_module
load()
run("from flask import Flask; app = Flask('app'); app.run(port=5002)")
found["ours"] = hasattr(import_module({module!r}).run_simple, "__wrapped__")
hooks.remove()
found["left"] = hasattr(import_module({module!r}).run_simple, "__wrapped__")
end()
"""
    )
    assert told["found"] == {"ours": True, "left": False}
    assert told["served"] == [["127.0.0.1", 5002]]
    assert "In [1], line 1: app.run() would keep the cell busy" in told["said"][0]


def test_a_kernel_that_was_patched_before_is_told_of(installed: Path) -> None:
    told = program(
        """
from gevent import monkey
monkey.patch_all()
notebook.run("install({}, after)", install=hooks.install, after=patched(runner))
end()
""",
        installed,
    )
    (said,) = told["said"]
    assert said.startswith("In [1], line 1: gevent has patched this kernel's threads before the lab was loaded")
    assert said.endswith("Restart the kernel, and run %load_ext sio_lab first.\n    install({}, after)")


def test_loading_the_hooks_imports_no_web_framework() -> None:
    code = """
import sys
from sio_lab.legacy import ImportHooks, Notices, patched, stand_ins
class Runner:
    notices = Notices(print)
ImportHooks().install(stand_ins(Runner()), patched(Runner()))
print([name for name in ("flask", "flask_socketio", "simple_websocket", "jinja2", "werkzeug") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"

"""One who runs old programs: cells of code, the lab's side of them, and whole programs in a Python of their own."""

from __future__ import annotations

import json
import linecache
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import websocket
from werkzeug.serving import WSGIRequestHandler, make_server

from sio_lab.legacy.flow import Flow, bound
from sio_lab.legacy.green import Greenlet
from sio_lab.legacy.limits import Timeout
from sio_lab.legacy.notices import Notices

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

DEADLINE = 20.0
ROOT = Path(__file__).parent.parent.parent


class Threads:
    """Runs what stand-ins ask for in plain threads, and notes what they say and serve."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.notices = Notices(self.said.append)
        self.served: list[tuple[Any, str, int]] = []
        self.errors: list[BaseException] = []
        self.threads: list[threading.Thread] = []
        self.slept: list[float] = []
        self.ending: BaseException | None = None
        """What every sleep raises, as that of a task does which is to end."""

        self.flow = Flow(self)
        self.timeout = bound(Timeout, self.flow)
        self.greenlet = bound(Greenlet, self.flow, late=self.timeout)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.ending is not None:
            raise self.ending
        time.sleep(seconds)

    def spawn(self, function: Callable[..., object], *args: Any, **kwargs: Any) -> threading.Thread:
        def run() -> None:
            try:
                function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - what a task raises is shown by the lab
                self.errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def serve(self, app: Any, host: str, port: int) -> None:
        self.served.append((app, host, port))

    def close(self) -> None:
        for thread in self.threads:
            thread.join(DEADLINE)
        assert not [thread for thread in self.threads if thread.is_alive()]


class Notebook:
    """Runs cells, one after another, in one namespace."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.count = 0

    def run(self, code: str, **names: Any) -> dict[str, Any]:
        """Run a cell; returns the namespace."""
        self.count += 1
        self.names.update(names)
        file = f"<cell {self.count}>"
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        exec(compile(code, file, "exec"), self.names)  # noqa: S102 - as a kernel does
        return self.names

    def is_cell(self, frame: FrameType) -> bool:
        return frame.f_globals is self.names

    def label(self, frame: FrameType) -> str | None:
        file = frame.f_code.co_filename
        return f"In [{file.split()[1].rstrip('>')}]" if self.is_cell(frame) else None


PRELUDE = """
import json, sys
from tests.legacy.reader import Notebook, Threads
from sio_lab.legacy import ImportHooks, patched, stand_ins
from sio_lab.legacy.notices import Notices

notebook, runner, hooks = Notebook(), Threads(), ImportHooks()
runner.notices = Notices(runner.said.append, notebook.is_cell, notebook.label)
found = {}

def load(**after):
    hooks.install(stand_ins(runner), {**after, **patched(runner)})

def run(code):
    return notebook.run(code, found=found)

def end():
    runner.close()
    print(json.dumps({"found": found, "said": runner.said, "served": [each[1:] for each in runner.served]}))
"""


def program(code: str, *paths: Path) -> Any:
    """Run code in a Python of its own, with what `PRELUDE` makes; returns what its `end()` tells."""
    begin = f"import sys\nsys.path[:0] = {[*map(str, paths), str(ROOT)]!r}\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", begin + PRELUDE + code],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE * 3,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class Served:
    """A WSGI app on a free port, and WebSocket clients of it."""

    def __init__(self, app: Any) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self._server.daemon_threads = False  # so that its end waits for all handlers
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._clients: list[websocket.WebSocket] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for client in self._clients:
            client.close()
            client.shutdown()
        self._server.shutdown()
        self._thread.join(DEADLINE)
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.port)

    def client(self, path: str) -> websocket.WebSocket:
        """Return a client whose WebSocket the server has taken."""
        self._clients.append(websocket.create_connection(f"ws://127.0.0.1:{self.port}{path}", timeout=DEADLINE))
        return self._clients[-1]

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page; returns status and text."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=DEADLINE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        pass

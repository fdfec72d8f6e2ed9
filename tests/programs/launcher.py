"""A process of plain Python, without the lab, that runs programs as `python program.py` does, each in a fork.

Only the port differs: a free one. It reads a request a line from its standard input (the path of a program), and
answers with a line of JSON: the port, the handlers that the program has registered, and the process to end.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import flask_socketio
from werkzeug.serving import make_server


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    for line in sys.stdin:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            run(Path(line.strip()), writer)
        os.close(writer)
        with os.fdopen(reader) as answer:
            print(json.dumps({"pid": pid} | json.loads(answer.read() or "{}")), flush=True)  # noqa: T201 - the protocol


def run(path: Path, writer: int) -> None:
    """Run one program to its end, which is when the process is ended."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what programs print is no part of the protocol
    os.chdir(path.parent)
    tempfile.tempdir = str(path.parent)

    def serve(self: Any, app: Any, *_given: Any, **options: Any) -> None:
        app.debug = options.get("debug", app.debug)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        told = {"port": server.port, "handlers": handlers(self.server), "is_plain": "sio_lab" not in sys.modules}
        os.write(writer, json.dumps(told).encode())
        os.close(writer)
        server.serve_forever()

    flask_socketio.SocketIO.run = serve
    try:
        runpy.run_path(str(path), run_name="__main__")
    except BaseException:  # noqa: BLE001 - whatever it was, the fork must not go on as the launcher
        traceback.print_exc()
    os._exit(1)


def handlers(server: Any) -> list[tuple[str, str]]:
    """Return the namespace and event of each handler of a server."""
    functions = [(namespace, event) for namespace, events in server.handlers.items() for event in events]
    methods = [
        (namespace, name.removeprefix("on_"))
        for namespace, owner in server.namespace_handlers.items()
        for name in dir(owner)
        if name.startswith("on_")
    ]
    return sorted([*functions, *methods])


if __name__ == "__main__":
    main()

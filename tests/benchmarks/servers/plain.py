"""Flask-SocketIO as its documentation has it: threading mode, Werkzeug's server. Options: --logger, --admin, --breaks.

What Werkzeug and the loggers write goes to stderr, which the harness throws away.
"""

from __future__ import annotations

import sys
import threading
from importlib.metadata import version

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.serving import make_server

from tests.benchmarks.servers.control import MainThread, announce
from tests.benchmarks.servers.handlers import QUICK_PINGS, register


def main(options: list[str]) -> None:
    """Serve in a thread, so that the main thread can compute."""
    log = "--logger" in options
    app = Flask("plain")
    breaks = QUICK_PINGS if "--breaks" in options else {}
    socketio = SocketIO(app, async_mode="threading", logger=log, engineio_logger=log, **breaks)
    register(socketio)
    if "--admin" in options:
        socketio.server.instrument(auth=False, mode="development")
    # What socketio.run() ends in, but for the choice of a free port.
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    announce(server.port, f"Flask-SocketIO {version('flask-socketio')}, Werkzeug {version('werkzeug')}")
    MainThread().run()


if __name__ == "__main__":
    main(sys.argv[1:])

"""The lab with a class let in and a dashboard on display; beside its port it announces the class's code."""

from __future__ import annotations

import json

import sio_lab
from tests.benchmarks.servers.control import MainThread, say
from tests.benchmarks.servers.handlers import register
from tests.benchmarks.servers.sink import show_dashboard


def main() -> None:
    """Serve as a lesson does."""
    lab = sio_lab.Lab(say=lambda _: None)
    # All students are on this machine, which need not be in any network.
    lab.public_url = "http://127.0.0.1"
    lab.start(join=True)
    register(lab.socketio)
    show_dashboard(lab)
    say(json.dumps({"port": lab.port, "code": lab.classroom().code}))
    MainThread().run()
    lab.close()


if __name__ == "__main__":
    main()

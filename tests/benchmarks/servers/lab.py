"""The lab, without IPython, with its defaults: it records everything. Options: --dashboard, --breaks, --record PATH.

With the last one it records to disk, too.
"""

from __future__ import annotations

import sys

import sio_lab
from tests.benchmarks.servers.control import MainThread, announce
from tests.benchmarks.servers.handlers import QUICK_PINGS, register


def main(options: list[str]) -> None:
    """Serve as the lab does, in a thread."""
    lab = sio_lab.Lab()
    lab.start(port=0, **(QUICK_PINGS if "--breaks" in options else {}))
    register(lab.socketio)
    if "--dashboard" in options:
        from tests.benchmarks.servers.sink import show_dashboard  # which imports widgets

        show_dashboard(lab)
    where = ""
    if "--record" in options:
        lab.record(options[options.index("--record") + 1])
        where = ", to disk, too"
    announce(lab.port or 0, f"sio_lab {sio_lab.__version__}, recording{where}")
    MainThread().run()
    lab.close()


if __name__ == "__main__":
    main(sys.argv[1:])

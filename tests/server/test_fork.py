"""A forked child, which a notebook may start any time, does not hold the port."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sio_lab

PROGRAM = """
import os

from sio_lab.core.log import Log
from sio_lab.server.host import Host
from sio_lab.server.program import new_pair
from urllib.request import urlopen

host = Host(new_pair({}), Log())
host.served.sockio_mw.flask_app.add_url_rule("/", "hello", lambda: "hello")
host.start()
port = host.port
wake, told = os.pipe()
child = os.fork()
if child == 0:
    os.close(told)
    os.read(wake, 1)  # sleeps while the parent goes on
    os._exit(0)
assert urlopen(host.url).read() == b"hello"
host.stop()
host.start(port=port)  # else PortTaken: the child would still listen there
assert urlopen(host.url).read() == b"hello"
os.close(told)
assert os.waitpid(child, 0)[1] == 0
assert urlopen(host.url).read() == b"hello"
host.stop()
print("served on the same port")
"""


def test_the_port_is_the_parents_alone() -> None:
    root = Path(sio_lab.__file__).parents[1]
    # Python 3.12 and later warn of a fork beside threads, which is what this is about.
    command = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", PROGRAM]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "served on the same port\n", "")

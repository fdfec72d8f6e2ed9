"""Each server, and the driver, in a process of its own, and on a processor of its own where the system lets us."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
SERVERS = "tests.benchmarks.servers"
COMMANDS = {
    "plain": [sys.executable, "-m", f"{SERVERS}.plain"],
    "plain-logger": [sys.executable, "-m", f"{SERVERS}.plain", "--logger"],
    "plain-admin": [sys.executable, "-m", f"{SERVERS}.plain", "--admin"],
    "lab": [sys.executable, "-m", f"{SERVERS}.lab"],
    "lab-dashboard": [sys.executable, "-m", f"{SERVERS}.lab", "--dashboard"],
    "lab-disk": [sys.executable, "-m", f"{SERVERS}.lab", "--record"],
    "plain-breaks": [sys.executable, "-m", f"{SERVERS}.plain", "--breaks"],
    "lab-breaks": [sys.executable, "-m", f"{SERVERS}.lab", "--breaks"],
    "async": [sys.executable, "-m", f"{SERVERS}.asynchronous"],
    "node": ["node", "tests/node/bench_server.mjs"],
}
ADMIN = [sys.executable, "-m", f"{SERVERS}.admin"]
SERVER_PROCESSOR, DRIVER_PROCESSOR = 0, 1
"""Which of the processors that we may use, by its place among them."""

FILES = 4_096
DRIVER_SECONDS = 120
"""After so long a driver is stuck."""


def can_pin() -> bool:
    """Whether a process can be tied to a processor, and there are two of them."""
    return hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > DRIVER_PROCESSOR


@contextmanager
def pinned(place: int | None) -> Iterator[None]:
    """Have the processes that are started inside run on one processor, with all their threads; on any where None."""
    if place is None or not can_pin():
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[place]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def raise_file_limit() -> None:
    """Let this process, and those it starts, open as many files as it takes: each client is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def output_of(command: Sequence[str], place: int = SERVER_PROCESSOR, seconds: float = DRIVER_SECONDS) -> str:
    """Run a program to its end; returns what it wrote. Raises where it fails, with what it had to say in stderr."""
    with pinned(place):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed")
    return output


class Talking:
    """A program that answers with lines; it ends with the block."""

    def __init__(self, command: Sequence[str], place: int | None = None) -> None:
        self._command = command
        with pinned(place):
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                bufsize=1,
            )

    def hear(self) -> str:
        """Return the next line. Raises RuntimeError where the program has ended."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError(f"{' '.join(self._command[1:])} has ended; run it by hand to see why")
        return line.strip()

    def tell(self, line: str) -> None:
        """Say something, and wait for the answer."""
        if self.process.stdin:
            self.process.stdin.write(f"{line}\n")
        self.hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.__exit__(None, None, None)


class Server(Talking):
    """One of the servers that are compared, once it listens; with the admin client that belongs to it."""

    def __init__(self, name: str) -> None:
        # Ours to remove: the server is killed. Only `--record` writes into it.
        self._folder = TemporaryDirectory()
        recorded = [str(Path(self._folder.name, "traffic.sio"))] if COMMANDS[name][-1] == "--record" else []
        super().__init__([*COMMANDS[name], *recorded], SERVER_PROCESSOR)
        self.name = name
        said = json.loads(self.hear())
        self.port: int = said["port"]
        self.about: str = said["about"]
        self._admin = self._watched() if name == "plain-admin" else None

    def _watched(self) -> Talking:
        # Beside the driver, which has time to spare while such a server is measured.
        admin = Talking([*ADMIN, f"http://127.0.0.1:{self.port}"], DRIVER_PROCESSOR)
        admin.hear()
        return admin

    def measure(self, row: str, seconds: float) -> dict[str, float]:
        """Have a driver put a load on it; returns the figures."""
        driver = [sys.executable, "-m", "tests.benchmarks.driver"]
        command = [*driver, row, str(self.port), str(self.process.pid), str(seconds)]
        figures: dict[str, float] = json.loads(output_of(command, DRIVER_PROCESSOR))
        return figures

    def __exit__(self, *_: object) -> None:
        if self._admin is not None:
            self._admin.__exit__()
        super().__exit__()
        self._folder.cleanup()

"""Clients of other versions of Socket.IO, from npm, each in a Node process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NODE = Path(__file__).parents[1] / "node"

needs_node = pytest.mark.skipif(
    not (shutil.which("node") and (NODE / "node_modules/socket.io-client-2").exists()),
    reason="npm ci in tests/node brings what this needs",
)


class Knocking:
    """A client that tries to connect."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def next(self) -> tuple[str, str]:
        """Wait for the next thing that the client sees: `connect`, or `connect_error` with what it says."""
        assert self._process.stdout is not None
        what, detail = json.loads(self._process.stdout.readline())
        return what, detail


@contextmanager
def knocking(module: str, url: str, **options: Any) -> Iterator[Knocking]:
    """Have the client of an npm module connect to a URL, with its own options."""
    command = ["node", str(NODE / "knock.mjs"), module, url, json.dumps(options)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Knocking(process)
        finally:
            process.communicate("\n", timeout=20)

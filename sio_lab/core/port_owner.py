"""Who listens on a port of this machine, as far as Linux tells: elsewhere nothing is known."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LONGEST = 100
"""Characters of a command that are shown."""

_LISTENS = "0A"
"""How the kernel writes the state of a socket that listens."""

_KERNELS = ("ipykernel_launcher", "ipykernel", "colab_kernel_launcher")
_SOCKET = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True)
class PortOwner:
    """A process that listens on a port."""

    port: int
    pid: int | None = None
    """None where it is another account's, of which nothing more can be seen."""

    command: str = ""
    """What it was started as, shortened."""

    @property
    def is_own(self) -> bool:
        """Whether it is this process."""
        return self.pid == os.getpid()

    @property
    def is_kernel(self) -> bool:
        """Whether it is a notebook's kernel."""
        return any(name in self.command for name in _KERNELS)

    @property
    def told(self) -> str:
        """Who it is, in half a sentence."""
        if self.pid is None:
            return "a program of another account listens there"
        if self.is_own:
            return "this kernel listens there itself, with another server"
        what = "another notebook's kernel, most likely with a server of its own" if self.is_kernel else self.command
        return f"process {self.pid} listens there, {what or 'whose name is not told'}"


def owner_of(port: int, proc: Path = PROC) -> PortOwner | None:
    """Return who listens on a port; None where nobody does, or the system does not tell."""
    sockets = _listening(port, proc)
    if not sockets:
        return None
    pid = next((pid for pid in _pids(proc) if sockets & _sockets_of(pid, proc)), None)
    return PortOwner(port, pid, _command(pid, proc) if pid is not None else "")


def _listening(port: int, proc: Path) -> set[str]:
    """Return the inodes of the sockets that listen on a port."""
    found: set[str] = set()
    for name in ("tcp", "tcp6"):
        with suppress(OSError, ValueError, IndexError):
            for line in (proc / "net" / name).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found


def _pids(proc: Path) -> list[int]:
    """Return the processes there are, this one first: it is asked for most, and is quick to find."""
    own = os.getpid()
    others = [int(each.name) for each in proc.iterdir() if each.name.isdecimal()]
    return sorted(others, key=lambda pid: (pid != own, pid))


def _sockets_of(pid: int, proc: Path) -> set[str]:
    found: set[str] = set()
    with suppress(OSError):  # it has ended meanwhile, or is another account's
        for each in (proc / str(pid) / "fd").iterdir():
            with suppress(OSError):
                match = _SOCKET.fullmatch(str(each.readlink()))
                found |= {match[1]} if match else set()
    return found


def _command(pid: int, proc: Path) -> str:
    with suppress(OSError):
        raw = (proc / str(pid) / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        words = [word.decode(errors="replace") for word in raw]
        told = " ".join([words[0].rpartition("/")[2], *words[1:]])
        return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"
    return ""

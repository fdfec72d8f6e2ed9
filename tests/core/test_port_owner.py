"""Who listens on a port."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from sio_lab.core.port_owner import PROC, PortOwner, owner_of

if TYPE_CHECKING:
    from pathlib import Path

needs_proc = pytest.mark.skipif(not (PROC / "net" / "tcp").exists(), reason="only Linux tells")


@needs_proc
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_socket_of_this_process_is_its_own(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listening:
        owner = owner_of(listening.getsockname()[1])
    assert owner is not None
    assert (owner.pid, owner.is_own) == (os.getpid(), True)
    assert "this kernel listens there itself" in owner.told


def test_where_nobody_listens_or_the_system_does_not_tell(tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert owner_of(bound.getsockname()[1]) is None
    assert owner_of(80, tmp_path) is None


def faked(folder: Path, command: bytes | None) -> Path:
    """Make what Linux would tell of one process that listens on port 80."""
    (folder / "net").mkdir()
    line = "  0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 4711 1 0 100 0 0 10 0\n"
    (folder / "net" / "tcp").write_text(f"  sl  local_address\n{line}")
    (folder / "net" / "tcp6").write_text("  sl\nnonsense\n")
    if command is not None:
        (folder / "7" / "fd").mkdir(parents=True)
        (folder / "7" / "fd" / "3").symlink_to("socket:[4711]")
        (folder / "7" / "fd" / "0").symlink_to("/dev/null")
        (folder / "7" / "cmdline").write_bytes(command)
    return folder


def test_a_process_is_told_by_its_command(tmp_path: Path) -> None:
    owner = owner_of(80, faked(tmp_path, b"/usr/bin/python3\0-m\0http.server\0"))
    assert owner == PortOwner(80, 7, "python3 -m http.server")
    assert owner.told == "process 7 listens there, python3 -m http.server"


def test_a_kernel_is_known_by_its_command(tmp_path: Path) -> None:
    owner = owner_of(80, faked(tmp_path, b"/opt/python\0-m\0ipykernel_launcher\0-f\0" + b"x" * 300))
    assert owner is not None
    assert len(owner.command) == 100
    assert "another notebook's kernel" in owner.told


def test_another_accounts_process_is_told_as_such(tmp_path: Path) -> None:
    owner = owner_of(80, faked(tmp_path, None))
    assert owner == PortOwner(80)
    assert owner.told == "a program of another account listens there"


def test_a_command_that_is_not_told() -> None:
    assert PortOwner(80, 7).told == "process 7 listens there, whose name is not told"

"""Who reaches an address, and that nobody is let in by accident."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from sio_lab.errors import LabError
from sio_lab.server.reach import check_reach, is_local

EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a test


@pytest.mark.parametrize(
    "host", [None, "127.0.0.1", "127.0.1.1", "127.255.0.9", "localhost", "LocalHost", "::1", "0:0:0:0:0:0:0:1"]
)
def test_local_is_what_only_this_machine_reaches(host: str | None) -> None:
    assert is_local(host)


@pytest.mark.parametrize(
    "host",
    [EVERYWHERE, "", "::", "192.168.1.5", "127.evil.example", "127.0.0.1.nip.io", "localhost.example", "my-host", 5000],
)
def test_all_else_is_not(host: Any) -> None:
    assert not is_local(host)


@pytest.mark.parametrize("host", [EVERYWHERE, "", "::", "192.168.1.5"])
def test_others_are_let_in_only_where_that_is_said(host: str) -> None:
    with pytest.raises(LabError) as told:
        check_reach(host, is_meant=False)
    for part in ("runs your handlers in this kernel", "%sio start --join", f"%sio start --host {host} --anyone"):
        assert part in str(told.value)
    check_reach(host, is_meant=True)


def test_this_machine_may_always_come() -> None:
    check_reach("127.0.0.1", is_meant=False)
    check_reach("localhost", is_meant=False)


def test_it_is_loaded_without_a_server() -> None:
    code = "import sys, sio_lab.server.reach; assert not {'flask', 'werkzeug', 'socketio'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)

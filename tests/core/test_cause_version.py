"""Clients of other versions."""

from __future__ import annotations

import pytest

from sio_lab.core.cause import SCRIPT
from sio_lab.core.cause_version import OLD_CLIENT, library, wrong_version
from sio_lab.core.records import Asked


def asking(query: str, path: str = "/socket.io/", agent: str | None = None) -> Asked:
    return Asked("GET", path, query, user_agent=agent)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (asking("EIO=3&transport=polling"), "old client"),
        (asking("EIO=2"), "old client"),
        (None, "old client"),
        (asking(""), "no Socket.IO client"),
        (asking("transport=polling"), "no Socket.IO client"),
        (asking("EIO=5"), "unknown version"),
        (asking("EIO=" + "9" * 300), "unknown version"),
        (asking("", "/socket.io/socket.io.js"), "script not served"),
    ],
)
def test_what_it_is(asked: Asked | None, name: str) -> None:
    assert wrong_version(asked).name == name
    assert len(wrong_version(asked).short) < 150


@pytest.mark.parametrize(
    ("agent", "who", "step"),
    [
        ("Mozilla/5.0 (X11) Chrome/140", "A page uses", SCRIPT),
        (None, "A client uses", SCRIPT),
        ("okhttp/3.8.1", "A Java or Android client", "io.socket:socket.io-client 2.x"),
        ("App/1 CFNetwork/1410 Darwin/22", "A Swift client", "Socket.IO-Client-Swift 16"),
        ("Dart/3.1 (dart:io)", "A Flutter client", "socket_io_client 2"),
        ("UnityPlayer/2021.3", "A Unity client", "Engine.IO 4"),
        ("python-requests/2.31", "A Python client", "python-socketio 5"),
        ("node-XMLHttpRequest", "A Node.js program", "npm install socket.io-client@4"),
    ],
)
def test_an_old_client_is_told_which_one_it_needs(agent: str | None, who: str, step: str) -> None:
    cause = wrong_version(asking("EIO=3", agent=agent))
    assert cause.short == OLD_CLIENT
    assert cause.what.startswith(who)
    assert step in cause.next_step


def test_a_browser_needs_no_library() -> None:
    assert library("Mozilla/5.0") == ("A page", "")


def test_what_a_client_sends_for_its_version_moves_no_cursor() -> None:
    # It is printed below a cell, in a terminal, too.
    assert wrong_version(asking("EIO=%1B[2J%E2%80%AE%0A")).short.isprintable()

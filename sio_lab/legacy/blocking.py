"""`app.run()`, which would keep its cell busy for ever: the lab serves in its place."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from sio_lab.legacy.callers import asker

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from sio_lab.legacy.flow import Runner

NAME = "run_simple"
"""Werkzeug's function that serves; `Flask.run` looks it up each time."""

MODULES = ("werkzeug.serving", "werkzeug")
"""Where it is found."""


def unblock(runner: Runner, module: ModuleType) -> Callable[[], None]:
    """Have a module's `run_simple` serve in the background, for the lab's apps; returns what puts its own back."""
    plain = vars(module)[NAME]
    ours = vars(module)[NAME] = in_background(plain, runner)

    def undo() -> None:
        if vars(module)[NAME] is ours:
            vars(module)[NAME] = plain

    return undo


def in_background(plain: Callable[..., Any], runner: Runner) -> Callable[..., Any]:
    """Return a `run_simple` that has the lab serve Flask apps, and returns at once.

    An app without a SocketIO object that a thread of the reader's own runs is none of the lab's.
    """

    @functools.wraps(plain)
    def run_simple(hostname: str, port: int, application: Any, *args: Any, **options: Any) -> None:
        if not _is_for_lab(application):
            plain(hostname, port, application, *args, **options)
            return
        runner.notices.give(
            f"{_called()} would keep the cell busy for ever; the lab serves in the background and it returns at once. "
            f"Today: socketio.run(app, host={hostname!r}, port={port})."
        )
        runner.serve(application, hostname, port)

    return run_simple


def _is_for_lab(app: Any) -> bool:
    extensions = getattr(app, "extensions", None)
    if extensions is None:
        return False
    return "socketio" in extensions or threading.current_thread() is threading.main_thread()


def _called() -> str:
    frame = asker()
    is_flask = frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "flask"
    return "app.run()" if is_flask else "run_simple()"

"""All that lets old programs run, for ImportHooks to install: modules that stand in, and calls after imports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sio_lab.legacy import blocking, eventlets, flask_ext, gevents, renamed
from sio_lab.legacy.flow import Flow, bound
from sio_lab.legacy.plain_routes import PlainRoutes
from sio_lab.legacy.sockets import Sockets
from sio_lab.legacy.stand_in import StandIn, complete, cover, family, is_dunder

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from sio_lab.legacy.flow import Runner
    from sio_lab.legacy.hooks import Factory, Key

IS_PATCHED = {"gevent.monkey": ("is_module_patched", "threading"), "eventlet.patcher": ("is_monkey_patched", "thread")}
"""Module -> its function that tells whether something is patched, and what threads are called there."""


def stand_ins(runner: Runner) -> dict[str, Factory]:
    """Return what makes the modules that are not installed, or gone."""
    made = _modules(runner)
    return {
        **dict.fromkeys(made, made.__getitem__),
        **{f"gevent.{name}": gevents.plain_module for name in gevents.PLAIN},
        f"{eventlets.PLAIN}.*": eventlets.plain_module,
        **flask_ext.stand_ins(runner.notices),
    }


def patched(runner: Runner) -> dict[Key, Callable[..., object]]:
    """Return what is to be done with those that are installed, after they have been imported; each returns its undo.

    Greenlets and their servers become the lab's to the reader's code; nobody patches the kernel; names that Flask,
    Werkzeug and Jinja had in those years are there again; `app.run()` returns.
    """
    after: dict[Key, Callable[..., object]] = {}
    for name, stand_in in _modules(runner).items():
        after[name] = partial(_cover, runner, stand_in)
    for name, names in renamed.missing(runner.notices).items():
        after[name] = partial(_renew, runner, names)
    return after


def _modules(runner: Runner) -> dict[str, StandIn]:
    flow, plain_routes = Flow(runner), PlainRoutes(runner.notices)
    sockets = {"flask_sockets": {"Sockets": bound(Sockets, flow)}}
    return {
        **family(eventlets.modules(flow, plain_routes), eventlets.advise),
        **family(gevents.modules(flow, plain_routes), gevents.advise),
        **family(sockets, lambda name: f"{name} has no stand-in in the lab: only Sockets has. Use flask_sock."),
    }


def _cover(runner: Runner, stand_in: StandIn, module: ModuleType) -> Callable[[], None]:
    _tell_if_patched(runner, module)
    own = {
        name: value for name, value in vars(stand_in).items() if not is_dunder(name) and not isinstance(value, StandIn)
    }
    return cover(module, own, eventlets.FOR_ALL | gevents.FOR_ALL)


def _renew(runner: Runner, names: dict[str, Callable[[], Any]], module: ModuleType) -> Callable[[], None]:
    undo = [complete(module, names)]
    if module.__name__ in blocking.MODULES:
        undo.append(blocking.unblock(runner, module))

    def undo_all() -> None:
        for each in undo:
            each()

    return undo_all


def _tell_if_patched(runner: Runner, module: ModuleType) -> None:
    """Say so where the kernel's threads are greenlets already."""
    name, threads = IS_PATCHED.get(module.__name__, ("", ""))
    if name and vars(module)[name](threads):
        package = module.__name__.partition(".")[0]
        runner.notices.give(
            f"{package} has patched this kernel's threads before the lab was loaded, and the lab can't serve like "
            "that. Restart the kernel, and run %load_ext sio_lab first."
        )

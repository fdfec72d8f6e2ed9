"""`gevent` and `geventwebsocket`, where they are not installed: their functions, on the lab's threads."""

from __future__ import annotations

import importlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.legacy import waits
from sio_lab.legacy.flow import bound
from sio_lab.legacy.green import GreenletExit, join_all
from sio_lab.legacy.kit import POOL, Kit
from sio_lab.legacy.pools import Group
from sio_lab.legacy.serving import WebSocketHandler, WebSocketServer, WSGIHandler
from sio_lab.legacy.websocket import WebSocket, WebSocketError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.legacy.flow import Flow
    from sio_lab.legacy.plain_routes import PlainRoutes

PLAIN = frozenset({"socket", "select", "selectors", "ssl", "subprocess", "signal", "time", "os", "threading"})
"""Modules of gevent that are Python's own here."""

_PATCHED = "all builtins contextvars dns module os queue select signal socket ssl subprocess sys thread time"
PATCHES = tuple(f"patch_{what}" for what in _PATCHED.split())
FOR_ALL = frozenset(PATCHES)
"""What must not run, whoever calls it: it would break the kernel."""

INSTEAD = {
    "gevent.server": "socketserver.ThreadingTCPServer",
    "gevent.signal": "signal.signal, in a cell",
    "gevent.signal_handler": "signal.signal, in a cell",
    "gevent.queue.Channel": "queue.Queue(maxsize=1)",
    "geventwebsocket.Resource": "flask_sock: sock = Sock(app); @sock.route('/path')",
    "geventwebsocket.WebSocketApplication": "flask_sock: sock = Sock(app); @sock.route('/path')",
}


def modules(flow: Flow, plain_routes: PlainRoutes) -> dict[str, dict[str, Any]]:
    """Return what each module of gevent and geventwebsocket has, by their names."""
    kit = Kit("gevent", flow, plain_routes)
    event = bound(waits.Event, flow, kit.plain("threading.Event"))
    queues = {**kit.queues, "JoinableQueue": kit.queues["Queue"], "SimpleQueue": kit.queues["Queue"]}
    server = {"WSGIServer": kit.server, "WSGIHandler": WSGIHandler}
    locks = {**kit.locks, "RLock": threading.RLock, "DummySemaphore": kit.locks["Semaphore"]}
    return {
        "gevent": {**_thread(kit), **_waiting(kit), **_needless(kit)},
        "gevent.greenlet": {"Greenlet": kit.greenlet, "GreenletExit": GreenletExit, "joinall": join_all},
        "gevent.timeout": {"Timeout": kit.timeout, "with_timeout": kit.with_timeout},
        "gevent.event": {"Event": event, "AsyncResult": kit.result},
        "gevent.queue": queues,
        "gevent.lock": locks,
        "gevent.coros": locks,
        "gevent.pool": {"Pool": kit.pool, "Group": bound(Group, flow, POOL, greenlets=kit.greenlet)},
        "gevent.threadpool": {"ThreadPool": kit.pool, "ThreadPoolExecutor": ThreadPoolExecutor},
        "gevent.local": {"local": threading.local},
        "gevent.monkey": _monkey(kit),
        "gevent.pywsgi": server,
        "gevent.wsgi": server,
        **_websocket(kit),
    }


def advise(name: str) -> str:
    """Say what to use in place of a name that has no stand-in."""
    package, _, module = name.partition(".")
    if package == "gevent" and module in PLAIN:
        return f"{name} is Python's own {module} here: import {module}."
    instead = INSTEAD.get(name, "Python's threading, queue and socket modules")
    return f"{name} has no stand-in in the lab, which runs no gevent: handlers run in threads. Use {instead}."


def plain_module(name: str) -> Any:
    """Return Python's own module for one of gevent's."""
    return importlib.import_module(name.removeprefix("gevent."))


def _thread(kit: Kit) -> dict[str, Any]:
    greenlet = kit.greenlet
    return {
        "sleep": kit.sleep,
        "idle": lambda *_priority: kit.flow.pause(),
        "spawn": greenlet.spawn,
        "spawn_raw": greenlet.spawn,
        "spawn_later": greenlet.spawn_later,
        "getcurrent": lambda: kit.flow.current or threading.current_thread(),
        "Greenlet": greenlet,
        "GreenletExit": GreenletExit,
    }


def _waiting(kit: Kit) -> dict[str, Any]:
    def wait(objects: Iterable[Any] = (), timeout: float | None = None, count: int | None = None) -> list[Any]:
        return list(iwait(objects, timeout, count))

    def iwait(objects: Iterable[Any] = (), timeout: float | None = None, count: int | None = None) -> Iterable[Any]:
        return _ready(kit.flow, list(objects), timeout, count)

    return {
        "joinall": lambda greenlets, timeout=None, raise_error=False, count=None: (
            join_all(greenlets, timeout, raise_error) if count is None else wait(greenlets, timeout, count)
        ),
        "killall": _kill_all,
        "kill": lambda greenlet, *args, **kwargs: greenlet.kill(*args, **kwargs),
        "wait": wait,
        "iwait": iwait,
        "Timeout": kit.timeout,
        "with_timeout": kit.with_timeout,
    }


def _ready(flow: Flow, objects: list[Any], timeout: float | None, count: int | None) -> Iterable[Any]:
    """Yield what is waited for in the order it comes, so many at most."""
    if not objects:
        raise LabError("gevent.wait() has nothing to wait for here: give it the greenlets.")
    until = None if timeout is None else time.monotonic() + timeout
    left = len(objects) if count is None else count
    while objects and left > 0:
        seconds = None if until is None else max(0.0, until - time.monotonic())
        if not flow.wait(lambda turn: _any_ready(objects, turn), seconds):
            return
        ready = next(each for each in objects if each.ready())
        objects.remove(ready)
        left -= 1
        yield ready


def _any_ready(objects: list[Any], seconds: float) -> bool:
    if not any(each.ready() for each in objects):
        time.sleep(min(seconds, 0.01))
    return any(each.ready() for each in objects)


def _kill_all(greenlets: Iterable[Any], *args: Any, **kwargs: Any) -> None:
    for greenlet in list(greenlets):
        greenlet.kill(*args, **kwargs)


def _needless(kit: Kit) -> dict[str, Any]:
    return {name: kit.needless(f"gevent.{name}") for name in ("reinit", "setswitchinterval")}


def _monkey(kit: Kit) -> dict[str, Any]:
    return {
        **{name: kit.needless(f"gevent.monkey.{name}") for name in PATCHES},
        "is_module_patched": lambda _name: False,
        "is_object_patched": lambda _module, _name: False,
        "get_original": lambda module, names: _originals(importlib.import_module(module), names),
        "saved": {},
    }


def _originals(module: Any, names: Any) -> Any:
    return getattr(module, names) if isinstance(names, str) else [getattr(module, name) for name in names]


def _websocket(kit: Kit) -> dict[str, dict[str, Any]]:
    """Return what the modules of geventwebsocket have."""
    server = bound(WebSocketServer, kit.flow, plain_routes=kit.server.plain_routes)
    error = {"WebSocketError": WebSocketError}
    return {
        "geventwebsocket": {"WebSocketServer": server, **error},
        "geventwebsocket.handler": {"WebSocketHandler": WebSocketHandler},
        "geventwebsocket.server": {"WebSocketServer": server},
        "geventwebsocket.exceptions": error,
        "geventwebsocket.websocket": {"WebSocket": WebSocket, **error},
    }

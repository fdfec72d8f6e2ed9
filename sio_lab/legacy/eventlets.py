"""`eventlet`, where it is not installed: its functions, on the lab's threads."""

from __future__ import annotations

import importlib
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from sio_lab.legacy import waits
from sio_lab.legacy.flow import bound
from sio_lab.legacy.green import GreenletExit
from sio_lab.legacy.kit import FUTURE, POOL, Kit
from sio_lab.legacy.pools import GreenPile, GreenPool
from sio_lab.legacy.serving import Address, address_of, today

if TYPE_CHECKING:
    from sio_lab.legacy.flow import Flow
    from sio_lab.legacy.plain_routes import PlainRoutes

PLAIN = "eventlet.green"
"""The package whose modules are Python's own here."""

FOR_ALL = frozenset({"monkey_patch"})
"""What must not run, whoever calls it: it would break the kernel."""

INSTEAD = {
    "eventlet.serve": "socketserver.ThreadingTCPServer",
    "eventlet.connect": "socket.create_connection",
    "eventlet.websocket.WebSocketWSGI": "flask_sock: sock = Sock(app); @sock.route('/path')",
}


def modules(flow: Flow, plain_routes: PlainRoutes) -> dict[str, dict[str, Any]]:
    """Return what each module of eventlet has, by their names."""
    kit = Kit("eventlet", flow, plain_routes)
    event = bound(waits.SentEvent, flow, FUTURE.format("eventlet.event.Event"))
    queue = {**kit.queues, "LightQueue": kit.queues["Queue"]}
    pools = bound(GreenPool, flow, POOL, greenlets=kit.greenlet)
    pool = {"GreenPool": pools, "GreenPile": bound(GreenPile, flow, POOL, pools=pools)}
    thread, timeout, patcher = _thread(kit), _timeout(kit), _patcher(kit)
    top = {**thread, **timeout, **pool, **kit.locks, "Event": event, "Queue": queue["Queue"], **_sockets(kit)}
    return {
        "eventlet": {**top, "monkey_patch": patcher["monkey_patch"], "import_patched": patcher["import_patched"]},
        "eventlet.greenthread": thread,
        "eventlet.greenpool": pool,
        "eventlet.timeout": timeout,
        "eventlet.event": {"Event": event},
        "eventlet.queue": queue,
        "eventlet.semaphore": kit.locks,
        "eventlet.patcher": patcher,
        "eventlet.wsgi": {"server": partial(_serve, kit)},
        "eventlet.websocket": {},
        "eventlet.tpool": _tpool(kit),
        "eventlet.corolocal": {"local": threading.local, "get_ident": threading.get_ident},
        "eventlet.hubs": {"use_hub": kit.needless("eventlet.hubs.use_hub")},
        "eventlet.debug": {name: kit.needless(f"eventlet.debug.{name}") for name in _DEBUG},
        PLAIN: {},
    }


def advise(name: str) -> str:
    """Say what to use in place of a name that has no stand-in."""
    instead = INSTEAD.get(name)
    if name.startswith(f"{PLAIN}."):
        module = name.removeprefix(f"{PLAIN}.")
        return f"{name} is Python's own {module} here, where there is one: import {module}."
    use = f"Use {instead}." if instead else "Use Python's threading, queue and socket modules."
    return f"{name} has no stand-in in the lab, which runs no eventlet: handlers run in threads. {use}"


def plain_module(name: str) -> Any:
    """Return Python's own module for one of `eventlet.green`. Raises ModuleNotFoundError where there is none."""
    return importlib.import_module(name.removeprefix(f"{PLAIN}."))


_DEBUG = ("hub_prevent_multiple_readers", "hub_exceptions", "tpool_exceptions", "spew", "hub_blocking_detection")


def _thread(kit: Kit) -> dict[str, Any]:
    greenlet = kit.greenlet
    return {
        "sleep": kit.sleep,
        "spawn": greenlet.spawn,
        "spawn_n": greenlet.spawn,
        "spawn_after": greenlet.spawn_later,
        "spawn_after_local": greenlet.spawn_later,
        "call_after_global": greenlet.spawn_later,
        "kill": lambda thread, *throw: thread.kill(*throw),
        "cancel": lambda thread, *throw: thread.cancel(*throw),
        "getcurrent": lambda: kit.flow.current or threading.current_thread(),
        "GreenThread": greenlet,
        "GreenletExit": GreenletExit,
    }


def _timeout(kit: Kit) -> dict[str, Any]:
    return {
        "Timeout": kit.timeout,
        "with_timeout": kit.with_timeout,
        "is_timeout": lambda thing: isinstance(thing, (kit.timeout, TimeoutError)),
    }


def _patcher(kit: Kit) -> dict[str, Any]:
    return {
        "monkey_patch": kit.needless("eventlet.monkey_patch"),
        "is_monkey_patched": lambda _module: False,
        "original": importlib.import_module,
        "import_patched": kit.told(
            lambda name, *_more, **_named: importlib.import_module(name),
            "eventlet.import_patched() imports a module as it is here. Today: import it as any other.",
        ),
    }


def _tpool(kit: Kit) -> dict[str, Any]:
    return {
        "execute": kit.told(
            lambda function, *args, **kwargs: function(*args, **kwargs),
            "eventlet.tpool.execute() calls the function right here. Today: call it, handlers run in threads.",
        ),
        "Proxy": lambda thing, *_how, **_named: thing,
        "set_num_threads": kit.needless("eventlet.tpool.set_num_threads"),
    }


# --- serving ------------------------------------------------------------------------------------------------------


def _sockets(kit: Kit) -> dict[str, Any]:
    return {"listen": _listen, "wrap_ssl": kit.told(_unwrapped, "The lab serves without TLS: leave wrap_ssl() out.")}


def _listen(address: Any, *_how: Any, **_named: Any) -> Address:
    """Note the address; it is the lab that listens, and only when something is served there."""
    return address_of(address)


def _unwrapped(listener: Any, *_how: Any, **_named: Any) -> Any:
    return listener


def _serve(kit: Kit, listener: Any, app: Any, *_log: Any, **_options: Any) -> None:
    address = address_of(listener)
    kit.flow.notices.give(f"eventlet.wsgi.server() serves in the background here and returns at once. {today(address)}")
    kit.flow.runner.serve(app, address.host, address.port)

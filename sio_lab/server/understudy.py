"""A server's understudy: a copy that knows who is where, and sends nothing.

In a rehearsal it takes the server's place. It is python-socketio's own code with the lab's own taps on it, so what a
handler does there is told as it would be of the server: who an emit would reach, and which error a wrong call raises.
"""

from __future__ import annotations

import copy
import inspect
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import socketio as python_socketio

from sio_lab.core import records as r
from sio_lab.server.contexts import LIGHT, SESSION
from sio_lab.server.membership import MembershipTap
from sio_lab.server.routes import BEGAN_WITH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.core.log import Log

_MADE_ANEW = frozenset({LIGHT, BEGAN_WITH, "werkzeug.request"})
"""What an environment holds for the events of the live client alone."""

_PENDING = ("pending_connect", "pending_disconnect")
"""Whom a manager has on the way in, and out."""


def understudy_of(server: Any, live: Log, log: Log) -> Any:
    """Return a copy of a server as it is now; `log` is told who is where, by names that `live` knows."""
    kind = type(server)
    study = object.__new__(kind)
    # What the taps and guards have put on the server stays there.
    own = {name: value for name, value in vars(server).items() if not inspect.isroutine(getattr(kind, name, None))}
    vars(study).update(own, async_handlers=False, _binary_packet={})
    study.environ = Environs(server.environ)
    study.eio = QuietEngine(server.eio)
    with live.lock:
        study.manager = _manager_of(server, study)
        _introduce(study, live, log)
    return study


def _manager_of(server: Any, study: Any) -> Any:
    """Return a manager with the same members; of python-socketio's plain kind, which tells no other process."""
    manager = python_socketio.Manager()
    manager.set_server(study)
    manager.rooms = {
        namespace: {room: members.copy() for room, members in rooms.items()}
        for namespace, rooms in server.manager.rooms.items()
    }
    for name in _PENDING:
        # Up to python-socketio 5.12 nobody is kept on the way in.
        pending = getattr(server.manager, name, None)
        if pending is not None:
            setattr(manager, name, {place: list(sids) for place, sids in pending.items()})
    return manager


def _introduce(study: Any, live: Log, log: Log) -> None:
    """Tell a log of its own what there is: members, connections, names and handlers."""
    state = live.state
    connections = [r.Connection(c.eio_sid, c.transport, c.address, c.user_agent) for c in state.connections.values()]
    log.append(r.Snapshot(tuple(MembershipTap(study.manager, log).members()), tuple(connections)))
    for connection in state.connections.values():
        if connection.name is not None:
            log.append(r.ClientNamed(connection.eio_sid, connection.name))
    for handler in (*state.functions.values(), *state.methods.values()):
        log.append(replace(handler.registered))


class Environs(dict[str, dict[str, Any]]):
    """Copies of clients' environments, made when they are looked at: what is written there stays there."""

    def __init__(self, live: Mapping[str, dict[str, Any]]) -> None:
        super().__init__()
        self._live = live

    def __missing__(self, eio_sid: str) -> dict[str, Any]:
        environ = self[eio_sid] = copied_environ(self._live[eio_sid])
        return environ

    def get(self, eio_sid: str, default: Any = None) -> Any:
        """Return the copy of a client's environment; `default` where there is no such client."""
        try:
            return self[eio_sid]
        except KeyError:
            return default


def copied_environ(environ: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a client's environment, with a session of its own."""
    copied = {key: value for key, value in environ.items() if key not in _MADE_ANEW}
    if SESSION in copied:
        copied[SESSION] = deep(copied[SESSION])
    return copied


def deep(value: Any) -> Any:
    """Return a copy of a session, all the way down; what can't be copied is in both."""
    # To copy runs code of what is in it.
    with suppress(Exception):
        return copy.deepcopy(value)
    twin = copy.copy(value)
    for key, item in dict(value).items():
        with suppress(Exception):
            twin[key] = copy.deepcopy(item)
    return twin


class QuietEngine:
    """An Engine.IO server that sends nothing and ends nothing; what it does not know, it asks the live one."""

    def __init__(self, eio: Any) -> None:
        self._eio = eio
        self._sessions: dict[str, dict[str, Any]] = {}
        self.next_sid: str | None = None
        """The sid that the next client gets."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._eio, name)

    def send(self, *_: Any, **__: Any) -> None:
        """Send nothing."""

    send_packet = disconnect = send

    def generate_id(self) -> str:
        """Return the sid of a client that is let in: the one it had."""
        sid, self.next_sid = self.next_sid, None
        return sid or str(self._eio.generate_id())

    def get_session(self, eio_sid: str) -> dict[str, Any]:
        """Return a copy of a connection's session; an empty one where the connection is gone."""
        if eio_sid not in self._sessions:
            try:
                self._sessions[eio_sid] = deep(self._eio.get_session(eio_sid))
            except KeyError:
                self._sessions[eio_sid] = {}
        return self._sessions[eio_sid]

    def transport(self, eio_sid: str) -> str:
        """Return a connection's transport; of one that is gone, the one that all begin with."""
        try:
            return str(self._eio.transport(eio_sid))
        except KeyError:
            return "polling"

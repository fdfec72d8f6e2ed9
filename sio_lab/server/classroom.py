"""What of a stage lets others in by name: a class with its code, or pages that were given names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException

from sio_lab.server.entrance import LAB_PATH
from sio_lab.server.joining import Names, Pupils
from sio_lab.server.joining.code_door import WHOSE
from sio_lab.server.joining.pupils import OWN_HEADER
from sio_lab.server.joining.rules import TEXTS
from sio_lab.server.refused_events import EVENT as REFUSED

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.server.host import Host


ANNOUNCEMENT = "announcement"
"""The event by which all clients get a text of the teacher's."""


class Classroom:
    """Has a class come in and go; a stage is one."""

    host: Host | None
    """What is on stage."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.names = Names(log)
        """Gives names to those who choose one."""

        self.pupils: Pupils | None = None
        """The class that is in; None where there is none."""

    def let_in_class(self, code: str | None = None) -> Pupils:
        """Let a class in, which needs this code, or a new one; returns the one that is in, where there is one.

        From now on nobody comes in without a pass. Raises Usage where the code is too easy to guess.
        """
        if self.pupils is None:
            self.pupils = Pupils(self.log, self.names, code)
            self.apply_rules()
        return self.pupils

    def end_class(self) -> None:
        """Have everybody come in without a pass again; a second call does nothing."""
        self.pupils, self.names.of_pupils = None, tuple
        self.apply_rules()

    def own_headers(self, name: str) -> dict[str, str]:
        """Return what a client of the lab's own sends along to be let in; whoever goes by its name gets another."""
        with self.names.lock:
            self.names.of_the_lab.add(name)
            if self.pupils is not None:
                self.pupils.make_way()
            self.names.make_way()
        return {} if self.pupils is None else {OWN_HEADER: self.pupils.own_pass}

    def send_away(self, sid: str, namespace: str) -> None:
        """Disconnect a client; of a pupil take the pass back, and end all its connections, not without a word."""
        if self.host is None:
            return
        server = self.host.server
        eio_sid = server.manager.eio_sid_from_sid(sid, namespace)
        connections = self.pupils.withdraw(eio_sid) if self.pupils is not None else ()
        for each in connections:
            self._part(server, each)
        if eio_sid not in connections:
            server.disconnect(sid, namespace=namespace)
        self.close_raw()

    def close_raw(self) -> None:
        """Close the raw WebSockets of pupils whose passes have been taken back."""
        if self.host is not None:
            self.host.part_from(lambda environ: getattr(environ.get(WHOSE), "is_gone", False))

    def _part(self, server: Any, eio_sid: str) -> None:
        """End a connection: in each of its namespaces, and then whole, or it would connect to one of them again."""
        told = {"event": None, "reason": "kicked", "text": TEXTS["kicked"]}
        with self.log.lock:
            clients = self.log.state.clients
            places = [(sid, clients[sid].namespace) for sid in self.log.state.sids_of(eio_sid) if sid in clients]
        for sid, namespace in places:
            server.emit(REFUSED, told, to=sid, namespace=namespace)
            server.disconnect(sid, namespace=namespace)
        socket = server.eio.sockets.get(eio_sid)
        if socket is not None:
            socket.close(wait=False, reason=server.reason.SERVER_DISCONNECT)

    def apply_rules(self) -> None:
        """Have what is on stage take the events that the class's rules allow."""
        if self.host is not None:
            self.host.obey(self.pupils.rules if self.pupils is not None else None)

    def announce(self, text: str) -> tuple[str, ...]:
        """Emit an `announcement` to all clients, in all namespaces; returns those namespaces."""
        if self.host is None:
            return ()
        with self.log.lock:
            places = tuple(place for place, rooms in self.log.state.rooms.items() if rooms.get(None))
        for namespace in places:
            self.host.server.emit(ANNOUNCEMENT, {"text": text}, namespace=namespace)
        return places

    def first_page(self) -> str:
        """Return the path of the page that a visitor sees first: the program's own, else the lab's."""
        app = self.host.app if self.host is not None else None
        return "/" if app is not None and _has_page(app, "/") else f"{LAB_PATH}/"


def _has_page(app: Any, path: str) -> bool:
    try:
        app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True

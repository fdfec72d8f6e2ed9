"""The lab: one app and its Socket.IO server, everything that happens in it, and every verb, one short method each."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sio_lab import classes
from sio_lab.addressing import Addressing, check_event, check_room, told_plainly
from sio_lab.core.cells import Cells
from sio_lab.core.log import MAX_BYTES, MAX_RECORDS, Log
from sio_lab.core.records import ConnectAsked, Disconnected, EventReceived
from sio_lab.core.running import still_running
from sio_lab.core.wire import Current, decode
from sio_lab.errors import CallFailed, LabError, NotRunning
from sio_lab.reaching import Reaching
from sio_lab.results import Status
from sio_lab.server.manner import Manner
from sio_lab.server.reach import LOCALHOST
from sio_lab.starting import Wanted, start

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import flask

    from sio_lab.clients import Clients, NamedClient
    from sio_lab.core.targets import Who
    from sio_lab.core.wire import Decoder
    from sio_lab.results import Reached
    from sio_lab.server.host import Host
    from sio_lab.server.stage import Stage
    from sio_lab.showing import Showing


class Lab(Reaching):
    """A real Flask-SocketIO server in a background thread, and the tools to watch and drive it.

    Works with and without IPython. It holds one app/SocketIO pair; `max_records` and `max_bytes` bound its log.
    """

    def __init__(
        self,
        *,
        max_records: int = MAX_RECORDS,
        max_bytes: int = MAX_BYTES,
        cells: Cells | None = None,
        say: Callable[[str], object] = print,
    ) -> None:
        self.log = Log(max_records, max_bytes)
        self.cells = cells or Cells()
        self.say = say
        """Tells the reader something beside what a call returns."""

        self.live = True
        """Whether tables and views go on after they are shown; else they are pictures."""

        self.controls: dict[str, Callable[[], object]] = {
            "start": self.start,
            "stop": self.stop,
            "restart": self.restart,
        }
        """What a dashboard's buttons do; what they return is told."""

        self._addressing = Addressing(self.log)
        self._clients: Clients | None = None

    # --- the server ---------------------------------------------------------------------------------------------

    def start(  # noqa: PLR0913 - one option a keyword, as the verb has them
        self,
        *,
        host: str = LOCALHOST,
        port: int = 0,
        cors: str | Sequence[str] | None = None,
        join: bool = False,
        anyone: bool = False,
        no_mend: bool = False,
        plain: bool = False,
        no_switch: bool = False,
        **options: Any,
    ) -> Status:
        """Serve in the background, on `port`, 0 for any free one; where a server runs already, say which.

        `cors` names origins that may connect beside the server's own. `join` lets a class in, on this network's
        address, with a code; `anyone` lets others in without one, where `host` is an address that they reach. `no_mend`
        sends pages that load socket.io from elsewhere as they are. `plain` serves with the threads of plain
        Flask-SocketIO, without the lab's quicker loop; `no_switch` leaves Python's thread switch interval as it is,
        which is else held at 0.5 ms so that a cell that computes keeps nobody waiting; `options` are SocketIO's, for
        the first start.
        Raises PortTaken or LabError where the address can't be had.
        """
        manner = Manner(plain, no_switch)
        return start(self, Wanted(host, port, cors, join, anyone, no_mend, manner), options)

    def stop(self) -> Status:
        """Stop: no client, no connection, no task and no thread of the server is left. A second call does nothing."""
        self._still()  # first, so that pictures show who was there
        if self._clients is not None:
            self._clients.close_all()
        busy = self.staged.stop() if self.staged else []
        return self.status(note=f"What would not end: {', '.join(busy)}." if busy else None)

    def restart(self) -> Status:
        """Stop and start on the same port, with the same handlers; the lab's own clients connect again."""
        self._running_host()
        return self.status(note=" ".join(self.stage.restart()) or None)

    def serve(self, served: Any, *, host: str = LOCALHOST, port: int = 0) -> Status:
        """Serve an existing `flask_socketio.SocketIO` that has an app, or a bare `socketio.Server`, instead of the own.

        A text names one in a module, as in `lab.serve("chat:socketio")`; `restart` imports that anew. Where a server
        runs, it stays at its address unless a port is given. Raises LabError where it can't be served.
        """
        self.stage.serve(served, None if self.running and not port else (host, port))
        return self.status()

    def close(self) -> None:
        """Stop, end recording, take everything off the served objects; the log stays. A second call does nothing."""
        self.stop()
        self._still(at_the_end=True)
        if self.staged:
            self.staged.close()
        self.record()

    def status(self, note: str | None = None) -> Status:
        """Return how the server is."""
        with self.log.lock:
            state = self.log.state
            rooms = sum(not state.is_personal(room) for rooms in state.rooms.values() for room in rooms)
            handlers = len({*state.functions, *state.methods})
            kept, dropped, busy = len(self.log), self.log.dropped, tuple(map(_name_of_run, state.running.values()))
            long = tuple(run.text for run in still_running(state, self.log.now()))
        counts = (len(state.clients), rooms, handlers, kept, dropped)
        told = classes.in_a_line(self) if self.pupils is not None else None
        return Status(self.running, self.url, *counts, busy, note, long, told, recording=self._recorded)

    @property
    def running(self) -> bool:
        """Whether the server listens."""
        return self._host is not None and self._host.running

    @property
    def _host(self) -> Host | None:
        return self.staged.host if self.staged else None

    @property
    def staged(self) -> Stage | None:
        """The stage, where there is one yet."""
        return vars(self).get("stage")

    @property
    def url(self) -> str | None:
        """The server's address for clients on this machine; None while it is stopped."""
        return self._host.url if self._host else None

    @property
    def port(self) -> int | None:
        """The port it listens on; None while it is stopped."""
        return self._host.port if self._host and self._host.running else None

    @property
    def app(self) -> flask.Flask:
        """The Flask app; made when first asked for. Raises LabError where a bare server is served."""
        middleware = getattr(self.socketio, "sockio_mw", None)
        if middleware is None:
            raise LabError("A bare socketio.Server is served: it has no Flask app.")
        flask_app: flask.Flask = middleware.flask_app
        return flask_app

    @property
    def socketio(self) -> Any:
        """The `flask_socketio.SocketIO`, or the bare `socketio.Server` that is served; made when first asked for."""
        return self.stage.hosted().served

    @property
    def program(self) -> dict[str, Any]:
        """What the server is made of, by the names it has in programs: `app` and `socketio`; of a bare server, that."""
        hosted = self.stage.hosted()
        return {"app": self.app, "socketio": hosted.served} if hosted.is_flask else {"socketio": hosted.served}

    @cached_property
    def handler_functions(self) -> dict[str, Any]:
        """What handlers use by name: Flask-SocketIO's `emit send join_room leave_room` and Flask's `request`.

        Outside a handler the four raise a LabError that says which call to use there.
        """
        from sio_lab.server.outside import handler_functions

        return handler_functions(self._addressing.somebody)

    def advice(self, error: BaseException | None) -> str | None:
        """Say what to call instead, where `error` is of a handler's function called outside of a handler."""
        if self._host is None:
            return None
        from sio_lab.server.outside import advice_for

        return advice_for(error, self._addressing.somebody)

    # --- what is served -----------------------------------------------------------------------------------------

    def on(self, event: str, namespace: str | None = None) -> Callable[[Any], Any]:
        """Return a decorator that has a function answer an event, as `@socketio.on` does."""
        check_event(event)
        decorator: Callable[[Any], Any] = self.stage.hosted().served.on(event, namespace=namespace)
        return decorator

    def off(self, event: str, namespace: str | None = None) -> None:
        """Remove the function that answers an event, whichever cell defined it. Raises LabError where there is none."""
        check_event(event)
        self.stage.off(event, namespace or "/")

    def page(self, path: str, template: str) -> None:
        """Serve a Jinja template at a path; what the path's converters take are its variables.

        Raises Usage where the path or the template can't be read.
        """
        from sio_lab.server.pages import serve_page

        serve_page(self.app, path, template)

    # --- acting -------------------------------------------------------------------------------------------------

    def emit(self, event: str, *args: Any, to: Who = None, namespace: str | None = None, skip: Who = None) -> Reached:
        """Emit to WHO, to everybody in the namespace without; returns who was reached.

        The lab's own clients have received it by then, unless that takes longer than 1 second.

        Raises NotRunning, and TargetError where `to` or `skip` names nobody or several.
        """
        check_event(event)
        server = self._server
        target, skipped = self._addressing.target(to, namespace, skip)
        from sio_lab.server.outbound import collected_emits

        with collected_emits() as emits, told_plainly(f"emit {event!r}"):
            server.emit(event, args, to=list(target.rooms) or None, namespace=target.namespace, skip_sid=list(skipped))
        if self._clients is not None:
            self._clients.delivered()
        return self._addressing.reached(emits[-1].recipients, target, event, emits[-1].hint)

    def send(self, *args: Any, to: Who = None, namespace: str | None = None, skip: Who = None) -> Reached:
        """Emit a `message`; otherwise as `emit`."""
        return self.emit("message", *args, to=to, namespace=namespace, skip=skip)

    def call(self, event: str, *args: Any, to: Who, namespace: str | None = None, timeout: float = 5) -> Any:
        """Emit to one client and return its ack: None, a value, or a tuple of several.

        Raises CallFailed where none comes within `timeout` seconds, TargetError where WHO is not one client.
        """
        check_event(event)
        server = self._server
        target, _ = self._addressing.target(to, namespace)
        sid = self._addressing.only_one(target, to)
        from socketio.exceptions import TimeoutError as NoAck

        try:
            with told_plainly(f"call {event!r}"):
                return server.call(event, args, to=sid, namespace=target.namespace, timeout=timeout)
        except NoAck:
            raise CallFailed(self._addressing.why_no_ack(event, target.namespace, sid, timeout)) from None

    def reach(self, to: Who = None, skip: Who = None, namespace: str | None = None) -> Reached:
        """Return who an emit would reach now; sends nothing. Raises TargetError as `emit` does."""
        return self._addressing.reach(to, skip, namespace)

    def join(self, who: Who, room: Any, namespace: str | None = None) -> Reached:
        """Put clients into a room. Raises NotRunning, and TargetError as `emit` does."""
        check_room(room)
        enter = partial(self._server.enter_room, room=room)
        return self._addressing.each(enter, who, namespace, f"joined {room}")

    def leave(self, who: Who, room: Any, namespace: str | None = None) -> Reached:
        """Take clients out of a room. Raises NotRunning, and TargetError as `emit` does."""
        check_room(room)
        leave = partial(self._server.leave_room, room=room)
        return self._addressing.each(leave, who, namespace, f"left {room}")

    def kick(self, who: Who, namespace: str | None = None) -> Reached:
        """Disconnect clients. Raises NotRunning, and TargetError as `emit` does."""
        self._running_host()
        kicked = self._addressing.each(self.stage.send_away, who, namespace, "kicked")
        if self._clients is not None:
            self._clients.noticed_leaving(kicked.sids)
        return kicked

    def close_room(self, room: Any, namespace: str | None = None) -> Reached:
        """Take everybody out of a room; returns who was in it. Raises NotRunning, and TargetError as `emit` does."""
        server = self._server
        target, members = self._addressing.room(room, namespace)
        with told_plainly(f"close_room {room!r}"):
            server.close_room(target.rooms[0], namespace=target.namespace)
        return members

    # --- clients ------------------------------------------------------------------------------------------------

    def client(  # noqa: PLR0913 - what python-socketio's own client can be given
        self,
        name: str,
        namespace: str | Sequence[str] = "/",
        *,
        auth: Any = None,
        headers: dict[str, str] | None = None,
        transports: Sequence[str] | None = None,
        query: dict[str, str] | None = None,
    ) -> NamedClient:
        """Connect a named client over the real network; asking again for a name replaces that client.

        Raises NotRunning, ClientRefused with the server's message and data, Usage for a wrong option.
        """
        url = self._running_host().url or ""
        return self.named_clients.open(
            url, name, namespaces=namespace, auth=auth, headers=headers, transports=transports, query=query
        )

    def settle(self, timeout: float = 1.0) -> bool:
        """Wait until no handler runs and all emitted has reached the lab's own clients; False after `timeout` s."""
        return self.named_clients.settle(timeout)

    # --- showing ------------------------------------------------------------------------------------------------

    @cached_property
    def showing(self) -> Showing:
        """What makes the views, and keeps those on display."""
        from sio_lab.showing import showing_of

        return showing_of(self)

    @property
    def on_display(self) -> Showing | None:
        """The same, where something may be on display."""
        return vars(self).get("showing")

    def _ipython_display_(self) -> None:
        self.dashboard()._ipython_display_()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {**self.dashboard()._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return the status."""
        return f"<Lab: {self.status()!r}>"

    # --- within -------------------------------------------------------------------------------------------------

    @cached_property
    def stage(self) -> Stage:
        """What is served, and how the next program takes its place."""
        from sio_lab.server.stage import Stage

        if self.staged is not None:
            return self.staged  # what watches imports has asked for it in the meantime
        stage = Stage(self.log, self.cells, self.say)
        stage.replacing = self._leaving
        return self._told(stage)

    def _leaving(self) -> Callable[[], list[str]]:
        """Return what has those of the lab's own clients connect anew that are connected now; it says what failed."""
        clients = self._clients
        if clients is None:
            return list
        connected = clients.connected()
        return lambda: clients.reconnect(connected, self.url)

    def _still(self, *, at_the_end: bool = False) -> None:
        if self.on_display is not None:
            self.on_display.still(at_the_end=at_the_end)

    def _running_host(self) -> Host:
        if self._host is None or not self._host.running:
            raise NotRunning("No server runs: start one with %sio start, or lab.start().")
        return self._host

    @property
    def _server(self) -> Any:
        return self._running_host().server

    @cached_property
    def reader(self) -> Decoder:
        """What reads the packets of the server that is served."""
        return Current(lambda: self._host.decoder if self._host else decode)

    @property
    def named_clients(self) -> Clients:
        """The lab's own clients that are not closed, by name."""
        if self._clients is None:
            from sio_lab.clients import Clients
            from sio_lab.frames import frame

            self._clients = Clients(self.log, frame, self.panels, self.own_headers)
        return self._clients


def _name_of_run(record: EventReceived | ConnectAsked | Disconnected) -> str:
    """Return what runs, as a user would call it: the event, or the connect or disconnect of a namespace."""
    if isinstance(record, EventReceived):
        return record.event
    what = "connect" if isinstance(record, ConnectAsked) else "disconnect"
    return f"{what} of {record.namespace}"

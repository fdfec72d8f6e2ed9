"""The one app/SocketIO pair that a lab serves, and how the next one takes its place.

A SocketIO that a cell makes goes on stage when the cell asks for it by `run`, or else when the cell has ended well.
What other cells defined goes over to it; what the cell that made the old one had defined goes with that, and the tasks
that it had started end.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from sio_lab.core.cells import acting_for
from sio_lab.core.elsewhere import told_place
from sio_lab.core.hints import nearest
from sio_lab.errors import LabError, PortTaken
from sio_lab.server.address import DEFAULT_PORT, Address, wanted
from sio_lab.server.adoption import adopt, app_of, give_back
from sio_lab.server.doors import entrance_of
from sio_lab.server.host import Host, server_of
from sio_lab.server.manner import SWIFT, Manner
from sio_lab.server.modules import ModuleProgram
from sio_lab.server.open_port import OpenPort
from sio_lab.server.post_mortem import PostMortem
from sio_lab.server.program import new_pair
from sio_lab.server.reach import check_reach, is_local
from sio_lab.server.routes import routes_of
from sio_lab.server.socketio import LabSocketIO
from sio_lab.server.sweeping import Sweeper
from sio_lab.server.taken import Taken
from sio_lab.server.tasks import Tasks
from sio_lab.server.web.pointer import Pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.core.log import Log

IGNORED = ("debug", "use_reloader", "reloader_options", "extra_files", "ssl_context", "certfile", "keyfile")


class Stage(OpenPort):
    """Holds the pair that is served and the one that waits, and knows what belongs to which cell."""

    def __init__(self, log: Log, cells: Cells, say: Callable[[str], object]) -> None:
        super().__init__(log)
        self.cells = cells
        self.say = say
        """Tells the reader something, in the output of what runs."""

        self.post_mortem = PostMortem()
        """What the newest failures left behind."""

        self.pointer = Pointer(self)
        """What notebooks' pages find the server by."""

        self.taken = Taken()
        """The newest failure to listen on a port that was another program's."""

        self.entrance = entrance_of(self)
        """What requests pass on their way in, whatever is served."""

        self.tasks = Tasks(log, cells, self.post_mortem)
        self.host: Host | None = None
        self.replacing: Callable[[], Callable[[], list[str]]] = lambda: list
        """Called before clients are sent away; what it returns is called afterwards, and says what went wrong then."""

        self._address = Address()
        self._all: weakref.WeakSet[Any] = weakref.WeakSet()
        self._module: ModuleProgram | None = None
        self._sweeper = Sweeper(log, cells, self.tasks)
        self._waiting: LabSocketIO | None = None
        self._manner = SWIFT
        self._touched: int | None = None
        self.socketio_class: type[LabSocketIO] = type("SocketIO", (LabSocketIO,), {"lab_stage": self})

    # --- what a SocketIO tells ----------------------------------------------------------------------------------

    def made(self, socketio: LabSocketIO) -> None:
        """Note that a cell has made a SocketIO: it waits."""
        self._all.add(socketio)
        if socketio.lab_owner is not None and not socketio.lab_owner.kept:
            self._waiting = socketio
            self.touched(socketio)

    def found(self, socketio: Any) -> None:
        """Take in a SocketIO object that was made before: it works as the lab's own do."""
        if adopt(socketio, self):
            self._all.add(socketio)

    def awaits(self, socketio: Any) -> None:
        """Have a SocketIO object that was made before be the one that is served first."""
        self._waiting = socketio

    def touched(self, socketio: LabSocketIO) -> None:
        """Note that the cell which runs works on a SocketIO that waits."""
        current = self.cells.current
        if self._has_moved(socketio):
            self._waiting = socketio
        if socketio is self._waiting and current is not None:
            self._touched = current.run

    def run(self, socketio: LabSocketIO, app: Any, host: str | None, port: int | None, options: dict[str, Any]) -> None:
        """Serve a pair in the background, as `socketio.run(app, host, port)` asks, and say where.

        Raises LabError where the app is not the SocketIO's, PortTaken where the port asked for is another program's.
        """
        _check_app(socketio, app)
        address = wanted(app, host, port, self.address)
        try:
            self.put_on(socketio, address)
        except PortTaken:
            # Nobody asked for this one: somebody else was quicker.
            if port is not None or address.port != DEFAULT_PORT or self.address.port == DEFAULT_PORT:
                raise
            address = Address(address.host, 0)
            self.put_on(socketio, address)
        self._tell_run(host, options)
        if port is None and address.port == 0:
            self.say(f"Port {DEFAULT_PORT}, where Flask-SocketIO serves if no other is given, is taken.")

    def serve_bare(self, server: Any, host: str, port: int) -> None:
        """Serve a bare server in the background, as an old program's web server was asked to, and say where."""
        place = host if is_local(host) and is_local(self.address.host) else self.address.host
        self.put_on(server, Address(place, port))
        self._tell_run(host, {})

    # --- what the lab asks --------------------------------------------------------------------------------------

    @property
    def address(self) -> Address:
        """Where it listens, or would."""
        return self._address

    def hosted(self, options: dict[str, Any] | None = None) -> Host:
        """Return the host of what is on stage: what waits comes on now, and where nothing does, a pair of the lab's.

        Raises LabError where `options` are given and the SocketIO object is there already.
        """
        if self._is_due():
            self.put_on(self._waiting)
        if self.host is None:
            self.host = self._come_on(options or {})
            self.apply_rules()
        elif options:
            names = ", ".join(options)
            raise LabError(f"{names}: the SocketIO object is there already; set its options with the first start.")
        return self.host

    def start(self, host: str, port: int, manner: Manner = SWIFT) -> None:
        """Listen on a host and a port, in this manner. Raises PortTaken or LabError where they can't be had."""
        hosted = self.hosted()
        hosted.manner = self._manner = manner
        with self.taken:
            hosted.start(host, port)
        self._address = Address(host, hosted.port)

    def put_on(self, served: Any, address: Address | None = None) -> list[str]:
        """Put a pair, or a bare server, on stage in place of the one that is there; listen at `address`, if given.

        Clients of the old one reconnect; returns what hindered the lab's own. Raises LabError where it can't be served,
        or the address can't be had: then all stays as it was.
        """
        old, before, replaced = self.host, (self.host, self._address), self.replacing()
        server_of(served)
        if adopt(served, self):
            self._all.add(served)
        if old is None or old.served is not served or self._has_moved(served):
            with self.taken:
                self._replace(old, served, address)
            self._module = None
        elif address is not None:
            with self.taken:
                old.run(None, address.host, address.port)
        if served is self._waiting:
            self._waiting = None
        if self.host is not None and self.host.running:
            self._address = Address(self.host.address, self.host.port)
        return [] if (self.host, self._address) == before else replaced()

    def serve(self, served: Any, place: tuple[str, int] | None = None) -> None:
        """Put a SocketIO object on stage, or the one that `module:object` names; listen at `place`, a host and a port.

        Raises LabError as `put_on` does.
        """
        if place is not None:
            check_reach(place[0], is_meant=not is_local(self.address.host))
        address = Address(*place) if place else None
        if not isinstance(served, str):
            self.put_on(served, address)
        else:
            self._serve_module(ModuleProgram(served, self.cells), address)

    def serve_made(self) -> None:
        """Serve the SocketIO object that the cell which runs has made, unless it has seen to that itself.

        Raises LabError where it has made none.
        """
        current = self.cells.current
        run = current.run if current is not None else None
        if self._waiting is not None and self._touched == run:
            self.run(self._waiting, None, None, None, {})
            return
        owner = getattr(self.host.served, "lab_owner", None) if self.host is not None else None
        if owner is None or owner.run != run:
            raise LabError("This cell made no SocketIO object to serve: socketio = SocketIO(app) makes one.")

    def restart(self) -> list[str]:
        """Stop and start at the same address; a module that is served is imported anew.

        Returns what hindered the lab's own clients from connecting again, and what becomes of a class.
        """
        if self._module is not None:
            return self._serve_module(self._module, None)
        hosted, restarted = self.hosted(), self.replacing()
        hosted.stop()
        hosted.start(hosted.address, hosted.port)
        goes_on = ["The class goes on, with the same code: students' pages connect again."] if self.pupils else []
        return [*restarted(), *goes_on]

    def stop(self) -> list[str]:
        """Stop listening, and end all tasks; returns what would not end."""
        ended = self.tasks.end_all()
        busy = self.host.stop() if self.host is not None else []
        self.end_class()  # when nobody can come any more
        return [*busy, *ended]

    def close(self) -> list[str]:
        """Stop, and take everything off what is on stage."""
        busy = self.stop()
        if self.host is not None:
            self.host.release()
        for socketio in list(self._all):
            give_back(socketio)
        self._all.clear()
        self.host = self._waiting = self._module = None
        self.post_mortem.clear()
        return busy

    def off(self, event: str, namespace: str) -> None:
        """Remove the function that answers an event. Raises LabError where there is none, or it is a class's method."""
        served = self.hosted().served
        if not isinstance(served, LabSocketIO):
            raise LabError("A bare socketio.Server is served: its handlers are its own; edit and restart it.")
        if not served.lab_book.off(event, namespace):
            raise LabError(no_function(self.log, event, namespace))

    def cell_ended(self, owner: Owner | None, *, succeeded: bool) -> list[str]:
        """Bring all in line with a cell that has ended; names what it no longer defines.

        A cell that failed halfway takes nothing away.
        """
        if owner is None or not succeeded:
            return []
        if self._waiting is not None and self._touched == owner.run and app_of(self._waiting) is not None:
            self.put_on(self._waiting)
        return self._sweeper.sweep(owner, self._shown())

    def cell_deleted(self, cell: str) -> list[str]:
        """Remove all that a deleted cell defined, and name it."""
        return self._sweeper.drop(cell, self._shown())

    def news(self) -> list[str]:
        """Return what the reader should know and has not been told: tasks that would not end, handlers that run on."""
        return self._sweeper.news()

    # --- within -------------------------------------------------------------------------------------------------

    def _shown(self) -> list[LabSocketIO]:
        """Return the SocketIO object on stage, where it is no bare server, and the one that waits."""
        served = self.host.served if self.host is not None else None
        return [each for each in (served, self._waiting) if isinstance(each, LabSocketIO)]

    def _is_due(self) -> bool:
        current = self.cells.current
        is_now = self.host is None or (current is not None and current.run == self._touched)
        return self._waiting is not None and is_now and app_of(self._waiting) is not None

    def _has_moved(self, socketio: Any) -> bool:
        """Tell whether what is on stage has been given another app, and with it another server."""
        host = self.host
        if host is None or host.served is not socketio or not isinstance(socketio, LabSocketIO):
            return False
        return socketio.server is not None and host.server is not socketio.server

    def _replace(self, old: Host | None, served: Any, address: Address | None) -> None:
        new = self._hosting(served)
        if old is not None and old.served is served:
            # One object can't be watched twice: it leaves the stage, and comes on again with its other server.
            address = address or (Address(old.address, old.port) if old.running else None)
            old.release()
        if old is not None and old.running and address in {None, Address(old.address, old.port)}:
            self._carry(old, new)
            new.attach()
            new.take_over(old)
        else:
            new.attach()
            if address is not None:
                _start_or_release(new, address)
            if old is not None:
                self._carry(old, new)
                if old.served is not served:
                    new.take_over(old)
        self.host = new
        self.apply_rules()

    def _serve_module(self, program: ModuleProgram, address: Address | None) -> list[str]:
        served, owner = program.load()
        with acting_for(owner):
            self.found(served)
        problems = self.put_on(served, address)
        self._module = program
        self._sweeper.sweep(owner, self._shown(), reached=False)
        return problems

    def _come_on(self, options: dict[str, Any]) -> Host:
        """Return the host of a pair of the lab's own, attached."""
        with acting_for(None):
            pair = new_pair(options, self.socketio_class)
        adopt(pair, self)
        self._all.add(pair)
        host = self._hosting(pair)
        host.attach()
        return host

    def _hosting(self, served: Any) -> Host:
        host = Host(served, self.log, self.cells, self._manner, self.entrance)
        host.keep_failures_in(self.post_mortem)
        return host

    def _carry(self, old: Host, new: Host) -> None:
        """Have the new pair take over what other cells defined on the old one."""
        if not (isinstance(old.served, LabSocketIO) and isinstance(new.served, LabSocketIO)):
            return
        without = self._left_behind(old.served, new.served, is_same_app=old.app is new.app)
        before, after = old.app, new.app
        for cell in without:
            if new.served.lab_owner is None or cell != new.served.lab_owner.cell:
                self.tasks.drop(cell)
        if new.served is not old.served:
            new.served.lab_book.carry(old.served.lab_book, without)
        if before is not after:
            routes_of(after, self.cells).carry(routes_of(before, self.cells), without)
        self._sweeper.catch_up(new.served)

    def _left_behind(self, old: LabSocketIO, new: LabSocketIO, *, is_same_app: bool) -> Collection[str]:
        """Return the cells whose definitions do not go over: the new one's maker, and that of a whole other program."""
        makers = (new,) if is_same_app else (old, new)
        return {each.lab_owner.cell for each in makers if each.lab_owner is not None}

    def _tell_run(self, host: str | None, options: dict[str, Any]) -> None:
        url = self.host.url if self.host is not None else None
        self.say(f"Serving {told_place(url)}. The server runs in the background, so socketio.run() returned at once.")
        if not is_local(host) and is_local(self._address.host):
            self.say(
                f"Only this machine can reach it. host={host!r} would let everybody in your network in, and what they "
                f"send would run your handlers in this kernel. If you want that: %sio stop, "
                f"%sio start --host {host} --anyone, and run this again."
            )
        ignored = [name for name in IGNORED if options.get(name)]
        if ignored:
            self.say(f"Left off here: {', '.join(ignored)}. Edit a cell and run it again: that takes effect at once.")


def no_function(log: Log, event: str, namespace: str) -> str:
    """Say that no function answers an event, and what does, or which one may have been meant."""
    with log.lock:
        method = log.state.methods.get((namespace, event))
        known = [name for place, name in log.state.functions if place == namespace]
    if method is not None:
        return f"{event!r} in {namespace} is answered by a method, {method.registered.function}: edit its class."
    near = nearest(event, known)
    meant = f" Did you mean {near!r}?" if near else ""
    return f"There is no handler for {event!r} in {namespace}.{meant} %sio handlers lists them."


def _check_app(socketio: LabSocketIO, app: Any) -> None:
    own = app_of(socketio)
    if own is None:
        raise LabError("This SocketIO object has no app yet: SocketIO(app), or socketio.init_app(app) before run.")
    if app is not None and app is not own:
        raise LabError("socketio.run(app) was given another app than the SocketIO object has: give it that one.")


def _start_or_release(host: Host, address: Address) -> None:
    try:
        host.start(address.host, address.port)
    except LabError:
        host.release()
        raise

"""One app and its Socket.IO server, watched, guarded and served."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import socketio as python_socketio
from wsproto.frame_protocol import CloseReason

from sio_lab.core import records as r
from sio_lab.core.cause import Setup
from sio_lab.core.cause_request import TLS, TLS_HINT
from sio_lab.core.cells import Cells
from sio_lab.errors import LabError
from sio_lab.server.blank_locals import WORKS
from sio_lab.server.carrier import Carrier
from sio_lab.server.context import origin
from sio_lab.server.decoding import decoder_of
from sio_lab.server.dispatch import Dispatch
from sio_lab.server.display import Display
from sio_lab.server.engine import origins_of
from sio_lab.server.entrance import Entrance
from sio_lab.server.front import Front, Program, own_app
from sio_lab.server.guards import InnerGuards, OuterGuards
from sio_lab.server.handover import Handover, Runs, handlers_handed_over
from sio_lab.server.http import HttpTap
from sio_lab.server.joining.buckets import Bucket
from sio_lab.server.lane import Lane, Parts
from sio_lab.server.loop import Loop
from sio_lab.server.manner import SWIFT, Manner
from sio_lab.server.packets import attach_packets
from sio_lab.server.patches import Patches
from sio_lab.server.quiesce import Sleepers, disconnect_all, forget_clients, stop_monitor
from sio_lab.server.raw_lines import Limits, Lines
from sio_lab.server.reach import LOCALHOST
from sio_lab.server.registry import nothing_covered
from sio_lab.server.rehearsal_guards import RehearsalGuards
from sio_lab.server.streams import STREAMS
from sio_lab.server.switching import switching
from sio_lab.server.taps import Taps, no_display
from sio_lab.server.testing import SideRoad, runs_inline
from sio_lab.server.thread import ServerThread
from sio_lab.server.web.mending import Mending

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder, Packet, Wire
    from sio_lab.server.answering import Answerers
    from sio_lab.server.joining.rules import Rules
    from sio_lab.server.post_mortem import PostMortem

STOP_SECONDS = 2.0
ANSWER_SECONDS = 0.5
TLS_ROWS_A_SECOND, TLS_ROWS = 0.1, 10
"""So many who speak TLS make rows, and so many at once: they are told of before any door."""


class Host:
    """Serves `served`: a `flask_socketio.SocketIO` that has an app, or a bare `socketio.Server`.

    Start and stop may be called again and in any order. What is attached to `served` is taken off by `release`.
    """

    def __init__(
        self,
        served: Any,
        log: Log,
        cells: Cells | None = None,
        manner: Manner = SWIFT,
        entrance: Entrance | None = None,
    ) -> None:
        self.served = served
        self.log = log
        self.server = server_of(served)
        self.manner = manner
        """How it serves from the next start on."""

        self.entrance = entrance or Entrance()
        """What requests pass before the program sees them."""

        self.address = LOCALHOST
        self.port = 0
        self.app = getattr(getattr(served, "sockio_mw", None), "flask_app", None)
        """The Flask app; None of a bare server. The object may be given another one later."""

        app, path = _wsgi(served, self.server)
        self.path = f"/{path.strip('/')}/"
        """Below it lie Engine.IO's requests."""

        self._tls_rows = Bucket(TLS_ROWS_A_SECOND, TLS_ROWS)
        self._lines = Lines(log, self._socket_limits, self._show_late)
        mending = Mending(app, path, lambda: self.manner.no_mend)
        self._program = Program(HttpTap(mending, log, path, self._lines), self.server.eio, path)
        self._front = Front(self._program)
        self._thread: ServerThread | None = None
        self._lock = threading.RLock()
        self._display = Display(runs_inline)
        show = self._display.early if self.is_flask else no_display
        book = getattr(served, "lab_book", None)
        self._taps = Taps(self.server, log, cells or Cells(), show, book.beneath if book else nothing_covered)
        self._inner, self._outer = Patches(), Patches()
        self._sleepers = Sleepers(self.server.eio)
        self._runs = Runs(self.server)
        self._side_road = SideRoad(self.server)
        self._loop = Loop()
        self._carrier = Carrier(self.server, self._loop, self._taps.ended)
        self._carrier.upgraded = self._taps.upgraded
        self._taps.outbound.fan_out = self._carrier.fan_out
        self._dispatch = Dispatch(self.server, self._loop)
        self._carrier.closed = self._dispatch.forget
        self._base = Patches()
        self._lane = self._make_lane() if self.is_flask else None
        self._decode = decoder_of(self.server)

    def _make_lane(self) -> Lane:
        taps = self._taps
        parts = (self.log, self._carrier, self._dispatch, self._display, self._runs, taps.inbound, taps.answerers)
        lane = Lane(self.served, Parts(*parts))
        self._carrier.takes = lane.takes
        return lane

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._thread is not None

    @property
    def url(self) -> str | None:
        """Where it listens, as a client on this machine writes it; None where it does not."""
        thread = self._thread
        return thread.url if thread else None

    @property
    def setup(self) -> Setup:
        """How the server was set up, as far as the log does not tell."""
        return Setup(origins_of(self.server.eio), self.path, self.port or None)

    @property
    def is_flask(self) -> bool:
        """Whether a Flask app is behind it."""
        return self.served is not self.server

    def is_engines(self, environ: dict[str, Any]) -> bool:
        """Tell whether a request is for Engine.IO, not for a page or a WebSocket beside it."""
        return str(environ.get("PATH_INFO", "")).startswith(self.path)

    @property
    def answerers(self) -> Answerers:
        """What finds the handlers of its server."""
        return self._taps.answerers

    @property
    def decoder(self) -> Decoder:
        """What reads wire text as this server writes it."""
        return self._decode

    def decode(self, wire: Wire) -> Packet:
        """Read wire text as this server writes it. Raises ValueError where it can't be read."""
        return self._decode(wire)

    def keep_failures_in(self, post_mortem: PostMortem) -> None:
        """Have what handlers raise be kept there, for the debugger."""
        self._taps.inbound.outcomes.post_mortem = self._lines.post_mortem = post_mortem

    def _socket_limits(self) -> Limits:
        """Return what holds for raw WebSockets: as for Socket.IO's, unless SOCK_SERVER_OPTIONS says otherwise."""
        options = self.app.config.get("SOCK_SERVER_OPTIONS", {}) if self.app is not None else {}
        eio = self.server.eio
        return Limits(options.get("max_message_size", eio.max_http_buffer_size), eio.ping_interval)

    def _show_late(self, error: BaseException) -> object:
        return self._display.late(error) if self.is_flask else None

    def obey(self, rules: Rules | None) -> None:
        """Take the events that a class's rules allow; None for all."""
        self._taps.inbound.rules = rules

    def part_from(self, is_gone: Callable[[dict[str, Any]], bool]) -> None:
        """Close the raw WebSockets of those who are to go, given the WSGI environments of their requests."""
        self._lines.part_from(is_gone, CloseReason.POLICY_VIOLATION)

    def tell_of_handlers(self, record: r.Record) -> None:
        """Tell the log what has become of a handler; who answers which event is looked up anew."""
        self.log.append(record)
        self._taps.answerers.forget()

    def attach(self) -> None:
        """Watch and guard what is served; a second call does nothing."""
        if self._taps.attached:
            return
        STREAMS.listen(self)
        self._dispatch.attach(self._base)
        self._carrier.attach_inner(self._base)
        self.entrance.origins.attach(self.server.eio, self._base)
        attach_packets(self.server, self._base)
        if self.is_flask:
            self._side_road.attach(self._inner)
            InnerGuards(self.server, self._display).attach(self._inner, self.served)
        self._taps.attach()
        if self.is_flask:
            OuterGuards(self.server, self._display).attach(self._outer)
            self.served.lab_host = self
        self._sleepers.attach(self._outer)
        self._runs.attach(self._outer)
        self._carrier.attach(self._outer)  # after all these, so that no thread is made of what it takes care of
        RehearsalGuards(self.server).attach(self._outer)  # around everything: a rehearsal passes none of it
        if self._lane is not None:
            self._lane.open()

    def release(self) -> None:
        """Stop, and leave what was served as it was found; a second call does nothing."""
        self.stop()
        self._let_go()

    def _let_go(self) -> None:
        STREAMS.leave(self)
        if self._lane is not None:
            self._lane.close()
        self._outer.undo()
        self._taps.detach()
        self._inner.undo()
        self._base.undo()
        if self.is_flask:
            vars(self.served).pop("lab_host", None)

    def start(self, address: str = LOCALHOST, port: int = 0) -> None:
        """Listen on `address` and `port`, 0 for any free one; does nothing where it listens already.

        Raises PortTaken or LabError where the address can't be had.
        """
        with self._lock:
            if self._thread is not None:
                return
            self._front = Front(self._program)
            thread = ServerThread(self.entrance.before(self._front), address, port)
            thread.spoke_tls = self._tell_tls
            self.address, self.port = address, thread.port
            self.attach()
            if WORKS and not self.manner.plain:
                self._loop.start()
            if not self.manner.own_switch:
                switching.begin(self)
            thread.start()
            self._thread = thread
            self.log.append(r.ServerStarted(thread.url))

    def stop(self) -> list[str]:
        """Stop listening and end every connection; returns the names of threads that would not end."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return []
            switching.end(self)
            thread.stop_listening()
            self._lines.close_all(CloseReason.GOING_AWAY)
            busy = disconnect_all(self.server.eio, STOP_SECONDS) + thread.close_connections(STOP_SECONDS)
            busy += disconnect_all(self.server.eio, STOP_SECONDS)  # who arrived in the meantime
            busy += stop_monitor(self.server.eio, STOP_SECONDS)
            busy += self._stop_loop()
            self._sleepers.join(time.monotonic() + STOP_SECONDS)
            self.log.append(r.ServerStopped(thread.url))
            return busy

    def _tell_tls(self, address: str) -> None:
        if self._tls_rows.take():
            self.log.append(r.Rejected(TLS, address, hint=TLS_HINT))

    def _say_goodbye(self, eio_sid: str) -> None:
        self._carrier.say_goodbye(eio_sid)
        self._sleepers.say_goodbye(eio_sid)

    def _stop_loop(self) -> list[str]:
        """End the loop, and what it still carries; returns the names of threads that did not end in time."""
        busy = self._loop.stop(time.monotonic() + STOP_SECONDS)
        self._carrier.release_all()
        return busy

    def take_over(self, old: Host) -> list[str]:
        """Serve at the address of `old` in its place; at no moment does nobody listen there.

        New connections and requests reach this program from here on. The clients of `old` are told to connect again,
        and when they are gone it is released. Where it does not run, it is released only. Returns the names of threads
        of `old` that would not end; a route at work is left to give its answer. Where both serve the same object there
        is nothing to do.
        """
        if old.server is self.server:
            return []
        self.attach()
        with old._lock:
            busy = self._part(old) if self._step_in(old) else old.stop()
            with handlers_handed_over(old.server, self.server, self.log):
                old._let_go()
            return busy

    def _step_in(self, old: Host) -> bool:
        """Take the listening thread of `old`; tells whether there was one to take."""
        with self._lock:
            if self._thread is not None:
                return False
            self.address, self.port = old.address, old.port
            if old._thread is None:
                return False
            if old._loop.is_running:
                self._loop.start()
            if not old.manner.own_switch:
                switching.begin(self)
            self.manner = old.manner
            self._thread, old._thread = old._thread, None
            switching.end(old)
            self._front = old._front
            self.log.append(r.ServerStarted(self._thread.url))
            self._front.switch(self._program)
            return True

    def _part(self, old: Host) -> list[str]:
        """Bring `old` to rest, which answers no new requests any more."""
        eio, answers_due = old.server.eio, time.monotonic() + ANSWER_SECONDS
        Handover(eio, old._runs, old._program, old._say_goodbye).part()
        old._lines.close_all(CloseReason.SERVICE_RESTART)
        busy = disconnect_all(eio, STOP_SECONDS)
        busy += old._program.end_requests(answers_due - time.monotonic(), STOP_SECONDS)
        busy += disconnect_all(eio, STOP_SECONDS)  # who arrived in the meantime
        busy += stop_monitor(eio, STOP_SECONDS)
        busy += old._stop_loop()
        old._sleepers.join(time.monotonic() + STOP_SECONDS)
        forget_clients(old.server)
        old._front.forget(old._program)
        return busy

    def run(self, app: Any, address: str | None, port: int | None) -> None:
        """Serve in the background, as `socketio.run(app, ...)` asks; moves where another address is asked for."""
        if app is not None and app is not getattr(getattr(self.served, "sockio_mw", None), "flask_app", app):
            raise LabError("socketio.run(app) was given another app than the SocketIO object has: give it that one.")
        wanted, before = (address or self.address, port or self.port), (self.address, self.port)
        if self.running and wanted != before:
            self.stop()
            try:
                self.start(*wanted)
            except LabError:
                self.start(*before)
                raise
        self.start(*wanted)

    def request_stop(self) -> None:
        """Stop; from a handler or a route in a thread of its own, since theirs is one of those that end."""
        if origin() in {"cell", None}:
            self.stop()
        else:
            caller = threading.current_thread()
            threading.Thread(target=self._stop_after, args=(caller,), name="sio-lab-stop", daemon=True).start()

    def _stop_after(self, caller: threading.Thread) -> None:
        # The route or handler that asks for it has an answer to give first.
        caller.join(ANSWER_SECONDS)
        self.stop()

    def test_client(self, app: Any, **options: Any) -> Any:
        """Return Flask-SocketIO's test client; real clients are none the wiser."""
        return self._side_road.client(app, self.served, **options)


def server_of(served: Any) -> Any:
    """Return the `socketio.Server` behind what is to be served.

    Raises LabError, saying what can be served, for anything else.
    """
    server = getattr(served, "server", served)
    if isinstance(server, python_socketio.Server):
        if server.async_mode != "threading":
            raise LabError(
                f"This server runs async_mode={server.async_mode!r}; the lab serves 'threading' only. "
                f"Make it with async_mode='threading'."
            )
        return server
    if server is None:
        raise LabError("This SocketIO object has no app yet: call socketio.init_app(app) first.")
    raise LabError(
        f"Can't serve a {type(served).__name__}: give a flask_socketio.SocketIO with its app, or a socketio.Server."
    )


def _wsgi(served: Any, server: Any) -> tuple[Callable[..., Any], str]:
    middleware = getattr(served, "sockio_mw", None)
    if middleware is None:
        middleware = python_socketio.WSGIApp(server)
        return middleware, middleware.engineio_path
    return own_app(served), middleware.engineio_path

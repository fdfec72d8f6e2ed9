"""A rehearsal: handlers run, and nothing that they send, join, leave, close or keep in a session leaves the run.

It is held in a context variable, which follows the handler into the background tasks and callbacks that it starts. So
it is true of that run alone: what goes on in other threads meanwhile is live.
"""

from __future__ import annotations

import inspect
import threading
import time
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from socketio import Server
from socketio.exceptions import TimeoutError as NoAck

from sio_lab.core import records as r
from sio_lab.core.cells import acting, acting_for
from sio_lab.core.log import Log
from sio_lab.core.outcome import shown
from sio_lab.errors import LabError
from sio_lab.server import failures
from sio_lab.server.context import cause_in, rehearsal, rehearsed
from sio_lab.server.contexts import SESSION
from sio_lab.server.display import Display
from sio_lab.server.guards import InnerGuards
from sio_lab.server.inbound import InboundTap
from sio_lab.server.lookup import describe
from sio_lab.server.membership import MembershipTap
from sio_lab.server.outbound import OutboundTap, collected_emits
from sio_lab.server.patches import Patches
from sio_lab.server.task import TaskEnd, plain
from sio_lab.server.understudy import deep, understudy_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.core.scene import Scene
    from sio_lab.server.host import Host

_CALL = inspect.signature(Server.call)
MOST_NESTED = 3
"""So deep may replays be that handlers ask for which are replayed themselves."""


class Rehearsal:
    """Runs handlers of what one host serves against its understudy, and tells a log of its own what they did.

    Raises LabError where a handler asks for it that is replayed, by one that is replayed, and so on.
    """

    def __init__(self, host: Host) -> None:
        outside = rehearsal()
        self.depth: int = 0 if outside is None else outside.depth + 1
        """How many replays it is part of."""

        if self.depth > MOST_NESTED:
            raise LabError("A handler that is being replayed asks for its own replay: that would go on for ever.")
        self.host = host
        self.log = Log()
        """What happens in it, in the same records as the live log has."""

        self.raised: BaseException | None = None
        """What the last handler raised."""

        self.value: Any = None
        """What the last handler returned."""

        self._studies: dict[int, Any] = {}
        self._notes: list[str] = []
        self._acks: dict[str, list[tuple[Any, ...]]] = {}
        self._tasks: dict[threading.Event, str] = {}
        self._over = threading.Event()
        self._met: set[str] = set()
        self.server = self.understudy(host.server)

    # --- what handlers reach ------------------------------------------------------------------------------------

    def understudy(self, server: Any) -> Any:
        """Return what takes a server's place; of another server than the host's, too, of which nothing is told."""
        study = self._studies.get(id(server))
        if study is None:
            is_own = server is self.host.server
            log = self.log if is_own else Log()
            study = self._studies[id(server)] = understudy_of(server, self.host.log, log)
            self._watch(study, log)
            if not is_own:
                self.note("it reached for another server, too: nothing was sent there, and that is not compared")
        return study

    def _watch(self, study: Any, log: Log) -> None:
        """Tell of all that the understudy does, as the server's own taps would; in the order they are attached."""
        patches = Patches()
        if self.host.is_flask:
            InnerGuards(study, Display(lambda: True)).attach(patches)
        MembershipTap(study.manager, log).attach(patches)
        inbound = InboundTap(study, log, self.host.answerers, self._note_raised)
        inbound.attach(patches)
        OutboundTap(study, log, inbound.wire).attach(patches)
        patches.wrap(study, "_trigger_event", self._note_value)

    def _note_raised(self, error: BaseException) -> None:
        self.raised = failures.unwrap(error)

    def _note_value(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def trigger(*args: Any) -> Any:
            self.value = original(*args)
            return self.value

        return trigger

    def call(self, server: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the ack that the same call got when it was live; raises python-socketio's TimeoutError without one."""
        given = _CALL.bind(server, *args, **kwargs).arguments
        event, to = given["event"], given.get("to") or given.get("sid")
        if to is None:
            raise ValueError("Cannot use call() to broadcast.")
        place = given.get("namespace")
        study = self.understudy(server)
        with collected_emits() as emits:
            study.emit(event, given.get("data"), to=to, namespace=place, callback=_ignore)
        for sid in emits[-1].recipients:
            study.manager.callbacks[sid].pop(emits[-1].ack_id, None)
        acks = self._acks.get(event)
        if not acks:
            self.note(f"call({event!r}) has no recorded ack, so it raised TimeoutError at once")
            raise NoAck
        self.note(f"call({event!r}) returned the ack that was recorded")
        values = acks.pop(0)
        return values if len(values) > 1 else values[0] if values else None

    def answer(self, since: int) -> None:
        """Call the callbacks of emits after record `since` with the acks that came when it was live."""
        callbacks = self.server.manager.callbacks
        for each in self.log.since(since):
            if not isinstance(each, r.Emitted) or each.ack_id is None or len(each.recipients) != 1:
                continue
            (sid,) = each.recipients
            if each.ack_id in callbacks.get(sid, ()):
                self._answer(each, sid)

    def _answer(self, emitted: r.Emitted, sid: str) -> None:
        acks = self._acks.get(emitted.event)
        if not acks:
            self.note(f"the callback of {emitted.event!r} was not called: no ack of it was recorded")
            return
        self.note(f"the callback of {emitted.event!r} was called with the ack that was recorded")
        error = attempted(partial(self.server.manager.trigger_callback, sid, emitted.ack_id, acks.pop(0)))
        if error is not None:
            self.note(f"the callback of {emitted.event!r} raised {failures.one_line(error)}")

    def note(self, text: str) -> None:
        """Have the result say something."""
        if text not in self._notes:
            self._notes.append(text)

    # --- what handlers start ------------------------------------------------------------------------------------

    def within(self, function: Callable[..., Any], what: str) -> Callable[..., Any]:
        """Return `function` as part of this rehearsal, wherever it runs; a task is told of, and its end awaited."""
        if what != "task":
            return self._rehearsed(function)
        name, ended, owner = describe(plain(function)), threading.Event(), acting()
        started = self.log.append(r.TaskStarted(name, cause=cause_in(self.log)))
        self._tasks[ended] = name

        def run(*args: Any, **kwargs: Any) -> None:
            try:
                with suppress(SystemExit), acting_for(owner):
                    error = attempted(partial(self._rehearsed(function), *args, **kwargs))
                    if error is not None:
                        self.note(f"task {name} raised {failures.one_line(error)}")
            finally:
                self.log.append(r.TaskEnded(started.seq, "finished"))
                ended.set()

        return run

    def _rehearsed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            with rehearsed(self):
                return function(*args, **kwargs)

        return run

    def sleep(self, seconds: float = 0) -> None:
        """Sleep; once the rehearsal is over, what sleeps in it ends here."""
        if self._over.wait(seconds or 0):
            raise TaskEnd

    def await_tasks(self, seconds: float) -> tuple[str, ...]:
        """Wait for the tasks that were started; returns, and has the result name, those that go on."""
        due = time.monotonic() + seconds
        for ended in self._tasks:
            ended.wait(max(due - time.monotonic(), 0))
        names = sorted({name for ended, name in self._tasks.items() if not ended.is_set()})
        for name in names:
            self.note(f"task {name} still ran: nothing of it is sent, and it ends at its next socketio.sleep")
        self._tasks.clear()
        return tuple(names)

    def end(self) -> None:
        """End what sleeps in it; what runs on stays rehearsed for ever."""
        self._over.set()

    # --- one event after the other ------------------------------------------------------------------------------

    def begin(self, acks: dict[str, list[tuple[Any, ...]]]) -> None:
        """Begin with an event: `acks` are what its calls got, by event, in order."""
        self._acks = {event: list(values) for event, values in acks.items()}
        self._notes, self.raised, self.value = [], None, None

    def is_first(self, scene: Scene) -> bool:
        """Tell whether this is the first event of its client here: later ones find it where that has left it."""
        is_first = scene.sid not in self._met
        self._met.add(scene.sid)
        return is_first

    @property
    def notes(self) -> tuple[str, ...]:
        """What the result of the last event says beside its outcome."""
        return tuple(self._notes)

    def sessions(self, scene: Scene) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Return copies of what an event's client has in Flask's session and in python-socketio's."""
        environ = self.server.environ.get(scene.eio_sid) or {}
        own = self.server.eio.get_session(scene.eio_sid).get(scene.namespace, {})
        return dict(deep(environ.get(SESSION) or {})), dict(deep(own)) if isinstance(own, dict) else {}


def attempted(call: Callable[[], object]) -> BaseException | None:
    """Call, and return the user's own exception where that raises one."""
    caught: list[BaseException | None] = [None]

    def keep(_kind: object, error: BaseException | None, _trace: object) -> bool:
        caught[0] = failures.unwrap(error)
        return isinstance(error, Exception)

    with ExitStack() as stack:
        stack.push(keep)
        call()
    return caught[0]


def changes(before: Sequence[dict[Any, Any]], after: Sequence[dict[Any, Any]]) -> tuple[str, ...]:
    """Say which keys of sessions have another value than before, and which."""
    told = []
    for old, new in zip(before, after, strict=True):
        for key in dict.fromkeys((*old, *new)):
            if key not in new:
                told.append(f"{key!r} removed")
            elif key not in old or old[key] != new[key]:
                told.append(f"{key!r} = {shown(new[key])}")
    return tuple(told)


def _ignore(*_: Any) -> None:
    """Take an ack that will not come."""

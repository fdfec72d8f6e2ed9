"""Entering a handler again, for an event of the past: rehearsed, or live."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from socketio import packet as sio_packet

from sio_lab.core import records as r
from sio_lab.core.already import moot_moves
from sio_lab.core.outcome import Move, Outcome, outcome
from sio_lab.core.story import Story
from sio_lab.errors import Usage
from sio_lab.server.absent import UNKNOWN, absent_environ
from sio_lab.server.context import rehearsed, running_for
from sio_lab.server.rehearsal import Rehearsal, attempted, changes
from sio_lab.server.rehearsal_guards import lending
from sio_lab.server.testing import waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.log import Log
    from sio_lab.core.outcome import Effect
    from sio_lab.core.scene import Scene
    from sio_lab.server.host import Host

REAL = "what else the handler's Python did was real: files, variables, its own threads, lab.client(...)"
DRY = f"a dry run: nothing was sent and nobody moved; {REAL}"
TASK_SECONDS = 0.25
"""How much longer than then the tasks may take that a handler starts."""

LONGEST = 5.0
"""So many seconds at most they are waited for, and that moment."""

NO_AUTH = "the log keeps no auth: the handler got it with its values hidden"


class Reentry:
    """One event entered again; `run` blocks as long as its handler does, and may be asked of from another thread."""

    def __init__(self, host: Host, scene: Scene) -> None:
        self.host = host
        self.scene = scene
        self.raised: BaseException | None = None
        """What the handler raised."""

        self.value: Any = None
        """What the handler returned."""

        self._moot: dict[Move, str] = {}
        self._going_on: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the client of then is still connected."""
        manager, scene = self.host.server.manager, self.scene
        return bool(manager.is_connected(scene.sid, scene.namespace))

    def run(self) -> None:
        """Enter the handler; keeps what it raises."""
        raise NotImplementedError

    def finish(self) -> None:
        """Wait for the tasks that the handler has started, as long as they took then, and a moment longer."""
        self._going_on = self._await_tasks(min(self.scene.tasks_seconds, LONGEST) + TASK_SECONDS)

    def outcome(self) -> Outcome:
        """Return what has come of it so far."""
        reasons = ((each, self._why_not(each)) for each in self.scene.before.effects)
        return replace(self._told(), moot=tuple((each, why) for each, why in reasons if why is not None))

    def _why_not(self, effect: Effect) -> str | None:
        """Say why an effect of then could not come again; None where it could."""
        if isinstance(effect, Move):
            return self._moot.get(effect)
        return "its task still ran" if self._going_on and effect.origin == "task" else None

    def _told(self) -> Outcome:
        """Return what the log tells that it was run for."""
        raise NotImplementedError

    def _await_tasks(self, seconds: float) -> tuple[str, ...]:
        """Wait for what the handler has started; returns the names of the tasks that go on."""
        raise NotImplementedError

    def _look_around(self, log: Log) -> None:
        """Note which moves of then would be none now."""
        with log.lock:
            self._moot = moot_moves(log.state, self.scene.before.effects)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the result says beside the outcome."""
        raise NotImplementedError

    def _absent(self) -> str:
        scene, rooms = self.scene, _listed(self.scene.rooms)
        known = f"rooms: {rooms}" + ("" if scene.is_whole else ", as far as the log goes back")
        return f"its client is gone: a stand-in with the same sid ({known}) took its place; {UNKNOWN} are not known"


class DryRun(Reentry):
    """An event rehearsed; those of one rehearsal see what the ones before have joined and left."""

    def __init__(self, host: Host, scene: Scene, rehearsal: Rehearsal) -> None:
        super().__init__(host, scene)
        self._rehearsal = rehearsal
        self._server = rehearsal.server
        self._was_there = self._is_seated or self.is_there
        self._since = rehearsal.log.last_seq
        self._sessions: tuple[str, ...] = ()
        rehearsal.begin(scene.acks)

    @property
    def _is_seated(self) -> bool:
        return bool(self._server.manager.is_connected(self.scene.sid, self.scene.namespace))

    def run(self) -> None:
        """Have the understudy take the packet in, as the server did."""
        self._seat()
        self._look_around(self._rehearsal.log)
        before = self._rehearsal.sessions(self.scene)
        with rehearsed(self._rehearsal):
            self.raised = attempted(partial(_ENTRIES[self.scene.kind], self))
        self.raised = self._rehearsal.raised or self.raised
        self.value = self._rehearsal.value
        self._sessions = changes(before, self._rehearsal.sessions(self.scene))

    def finish(self) -> None:
        """Have callbacks get the acks of then, and wait for the tasks that were started."""
        self._rehearsal.answer(self._since)
        super().finish()

    def _await_tasks(self, seconds: float) -> tuple[str, ...]:
        return self._rehearsal.await_tasks(seconds)

    def _told(self) -> Outcome:
        log = self._rehearsal.log
        record = _told_of(log, self._since)
        if record is None:
            return Outcome("running" if self.raised is None else "raised")
        return outcome(Story(log, record, self.host.decoder), record, self._sessions)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the result says beside the outcome."""
        absent = () if self._was_there or self.scene.kind == "connect" else (self._absent(),)
        return (DRY, *absent, *((NO_AUTH,) if self.scene.kind == "connect" else ()), *self._rehearsal.notes)

    def _seat(self) -> None:
        """Have the understudy know the client, where it is not connected now; of a connect, have it not know it."""
        is_first = self._rehearsal.is_first(self.scene)
        if self.scene.eio_sid not in self.host.server.environ:
            self._introduce()
        if self.scene.kind == "connect":
            self._clear_seat(self.scene.sid)
            self._server.eio.next_sid = self.scene.sid
        elif not self._is_seated:
            self._stand_in()
        elif is_first and self.scene.is_whole:
            self._set_back()
        self._since = self._rehearsal.log.last_seq

    def _stand_in(self) -> None:
        """Have a stand-in with the client's sid be in the rooms of then."""
        scene = self.scene
        self._clear_seat(*self._namesakes())
        for room in (None, scene.sid, *scene.rooms):
            self._server.manager.basic_enter_room(scene.sid, scene.namespace, room, eio_sid=scene.eio_sid)

    def _clear_seat(self, *sids: str) -> None:
        """Have these be there no more, nor who has come in meanwhile over the client's connection."""
        manager, namespace = self._server.manager, self.scene.namespace
        seated = manager.sid_from_eio_sid(self.scene.eio_sid, namespace)
        for sid in {seated, *sids} - {None}:
            manager.basic_disconnect(sid, namespace)

    def _namesakes(self) -> list[str]:
        """Return the sids of the client if it has come again: its stand-in takes the place of that, too."""
        scene, state = self.scene, self._rehearsal.log.state
        named = [
            each for each in state.clients.values() if scene.name is not None and state.name_of(each.sid) == scene.name
        ]
        return [each.sid for each in named if each.namespace == scene.namespace]

    def _introduce(self) -> None:
        """Have the understudy know an environment of the client, and the rehearsal's log who it was."""
        scene, log = self.scene, self._rehearsal.log
        self._server.environ.setdefault(scene.eio_sid, absent_environ(self.host, scene.connection))
        log.append(r.Opened(scene.connection or r.Connection(scene.eio_sid, "polling", None, None)))
        if scene.name is not None:
            log.append(r.ClientNamed(scene.eio_sid, scene.name))

    def _set_back(self) -> None:
        """Have the client be in the rooms of then: to join a room that one is in already is no join."""
        scene, manager = self.scene, self._server.manager
        now = {room for room in manager.get_rooms(scene.sid, scene.namespace) if room != scene.sid}
        for room in now.difference(scene.rooms):
            manager.basic_leave_room(scene.sid, scene.namespace, room)
        for room in set(scene.rooms) - now:
            manager.basic_enter_room(scene.sid, scene.namespace, room)
        if now != set(scene.rooms):
            self._rehearsal.note(
                f"its client was in the rooms of then: {_listed(scene.rooms)}; it is in {_listed(now)}"
            )

    def _event(self) -> None:
        for piece in (self.scene.wire.text, *self.scene.wire.attachments):
            self._server._handle_eio_message(self.scene.eio_sid, piece)

    def _connect(self) -> None:
        auth = self.host.decode(self.scene.wire).data if self.scene.wire.text else None
        self._server._handle_connect(self.scene.eio_sid, self.scene.namespace, auth)

    def _disconnect(self) -> None:
        self._server._handle_disconnect(self.scene.eio_sid, self.scene.namespace, self.scene.reason)


def _listed(rooms: Iterable[r.Room]) -> str:
    return ", ".join(sorted(map(str, rooms))) or "none"


_ENTRIES = {"event": DryRun._event, "connect": DryRun._connect, "disconnect": DryRun._disconnect}


def _told_of(log: Log, since: int) -> r.Record | None:
    """Return the record in a rehearsal's log that an outcome is read by: of a connect, how it ended."""
    records = log.since(since)
    asked = next((each for each in records if isinstance(each, r.ConnectAsked)), None)
    first = next((each for each in records if isinstance(each, (r.EventReceived, r.Disconnected))), None)
    if asked is None or (first is not None and first.seq < asked.seq):
        return first
    return next((each for each in records if getattr(each, "asked", None) == asked.seq), asked)


class LiveRun(Reentry):
    """An event entered on the server itself: all that its handler does is real."""

    def __init__(self, host: Host, scene: Scene) -> None:
        super().__init__(host, scene)
        if scene.kind != "event":
            raise Usage(
                f"Row {scene.seq} is a {scene.kind}, which can't happen again to a client that is connected, or gone: "
                f"leave --live out, and its handler runs without anything being sent."
            )
        self._was_there = self.is_there
        self._received: r.EventReceived | None = None

    def run(self) -> None:
        """Tell the log of the event as one replayed, run its handler, and send its ack where the client is there."""
        scene, host = self.scene, self.host
        ack_id = scene.ack_id if self._was_there else None
        replays = 0 if scene.is_of_another_log else scene.seq
        told = (scene.namespace, scene.event, scene.sid, scene.eio_sid, 0, scene.wire, ack_id, replays)
        self._look_around(host.log)
        received = self._received = host.log.append(r.EventReceived(*told))
        environ = None if self._was_there else absent_environ(host, scene.connection)
        with running_for(host.log, received.seq, "handler"), lending(environ), waiting():
            self.raised = attempted(partial(self._enter, ack_id))

    def _enter(self, ack_id: int | None) -> None:
        scene, server = self.scene, self.host.server
        args = self.host.decode(scene.wire).args
        self.value = server._trigger_event(scene.event, scene.namespace, scene.sid, *args)
        if ack_id is None or self.value == server.not_handled:
            return
        data = [] if self.value is None else list(self.value) if isinstance(self.value, tuple) else [self.value]
        packet = server.packet_class(sio_packet.ACK, namespace=scene.namespace, id=ack_id, data=data)
        server._send_packet(server.manager.eio_sid_from_sid(scene.sid, scene.namespace), packet)

    def _await_tasks(self, seconds: float) -> tuple[str, ...]:
        log = self.host.log

        def mine() -> list[str]:
            return [each.started.name for each in log.state.tasks.values() if each.started.cause == self._row]

        log.wait(lambda: not mine(), seconds)
        with log.lock:
            return tuple(mine())

    @property
    def _row(self) -> int | None:
        """The row that it makes; None where it has not come to that."""
        return self._received.seq if self._received else None

    def _told(self) -> Outcome:
        received = self._received
        return Outcome("running") if received is None else outcome(Story(self.host.log, received), received)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the result says beside the outcome."""
        row = f" as row {self._row}" if self._row else ""
        return (f"live: it ran on the server{row}, and what it sent was sent", *self._ack_note())

    def _ack_note(self) -> tuple[str, ...]:
        if not self._was_there:
            return (self._absent(), "nothing that is sent to it arrives, no ack either")
        if self.scene.ack_id is None:
            return ()
        return (f"the ack has the old number, {self.scene.ack_id}: a client that no longer waits for it ignores it",)

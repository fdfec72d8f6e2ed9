"""An event of the past entered in a rehearsal: its handler runs, and nothing of what it does leaves the run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.outcome import Outcome, outcome
from sio_lab.core.story import Story
from sio_lab.server.absent import absent_environ
from sio_lab.server.context import rehearsed
from sio_lab.server.reentry import Reentry, listed
from sio_lab.server.rehearsal import Rehearsal, attempted, changes

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.core.scene import Scene
    from sio_lab.server.host import Host

REAL = "what else the handler's Python did was real: files, variables, its own threads, lab.client(...)"
DRY = f"a dry run: nothing was sent and nobody moved; {REAL}"
NO_AUTH = "the log keeps no auth: the handler got it with its values hidden"


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
            self._rehearsal.note(f"its client was in the rooms of then: {listed(scene.rooms)}; it is in {listed(now)}")

    def _event(self) -> None:
        for piece in (self.scene.wire.text, *self.scene.wire.attachments):
            self._server._handle_eio_message(self.scene.eio_sid, piece)

    def _connect(self) -> None:
        auth = self.host.decode(self.scene.wire).data if self.scene.wire.text else None
        self._server._handle_connect(self.scene.eio_sid, self.scene.namespace, auth)

    def _disconnect(self) -> None:
        self._server._handle_disconnect(self.scene.eio_sid, self.scene.namespace, self.scene.reason)


_ENTRIES = {"event": DryRun._event, "connect": DryRun._connect, "disconnect": DryRun._disconnect}


def _told_of(log: Log, since: int) -> r.Record | None:
    """Return the record in a rehearsal's log that an outcome is read by: of a connect, how it ended."""
    records = log.since(since)
    asked = next((each for each in records if isinstance(each, r.ConnectAsked)), None)
    first = next((each for each in records if isinstance(each, (r.EventReceived, r.Disconnected))), None)
    if asked is None or (first is not None and first.seq < asked.seq):
        return first
    return next((each for each in records if getattr(each, "asked", None) == asked.seq), asked)

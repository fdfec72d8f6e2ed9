"""An event of the past entered on the server itself: all that its handler does is real."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from socketio import packet as sio_packet

from sio_lab.core import records as r
from sio_lab.core.outcome import Outcome, outcome
from sio_lab.core.story import Story
from sio_lab.errors import Usage
from sio_lab.server.absent import absent_environ
from sio_lab.server.context import running_for
from sio_lab.server.reentry import Reentry
from sio_lab.server.rehearsal import attempted
from sio_lab.server.rehearsal_guards import lending
from sio_lab.server.testing import waiting

if TYPE_CHECKING:
    from sio_lab.core.scene import Scene
    from sio_lab.server.host import Host


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

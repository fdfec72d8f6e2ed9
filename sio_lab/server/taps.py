"""All taps of one server: attached to that instance, and taken off again without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.server.answering import Answerers
from sio_lab.server.calling import CallTap
from sio_lab.server.engine import EngineTap
from sio_lab.server.inbound import InboundTap
from sio_lab.server.membership import MembershipTap
from sio_lab.server.outbound import OutboundTap
from sio_lab.server.patches import Patches
from sio_lab.server.registry import RegistryTap, nothing_covered

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Cells
    from sio_lab.core.log import Log
    from sio_lab.server.registry import Covered


def no_display(_error: BaseException) -> None:
    """Leave what a handler raised to whoever calls it."""


class Taps:
    """Watches one `socketio.Server` and tells `log` of everything it sees."""

    def __init__(
        self,
        server: Any,
        log: Log,
        cells: Cells,
        show: Callable[[BaseException], None] = no_display,
        covered: Covered = nothing_covered,
    ) -> None:
        self._server = server
        self._log = log
        self._patches = Patches()
        self.answerers = Answerers(server, log, cells)
        self.inbound = InboundTap(server, log, self.answerers, show)
        self.outbound = OutboundTap(server, log, self.inbound.wire)
        self._membership = MembershipTap(server.manager, log)
        self._engine = EngineTap(server, log, self._connection_closed)
        self._registry = RegistryTap(server, log, cells, covered, self.answerers.forget)
        self.attached = False

    def attach(self) -> None:
        """Begin to watch; what is there already goes into a snapshot. A second call does nothing."""
        if self.attached:
            return
        self.attached = True
        with self._log.lock:
            members, connections = tuple(self._membership.members()), self._engine.connections()
            if members or connections:
                self._log.append(r.Snapshot(members, connections))
            self._membership.attach(self._patches)
        self._registry.attach(self._patches)
        self.inbound.attach(self._patches)
        self.outbound.attach(self._patches)
        CallTap(self._server, self._log).attach(self._patches)
        self._engine.attach(self._patches)
        # Engine.IO keeps the bound method it was given: it must be given the tapped one.
        self._patches.wrap_item(self._server.eio.handlers, "message", lambda _: self._server._handle_eio_message)

    def detach(self) -> None:
        """Stop watching and leave the server as it was found. A second call does nothing."""
        if not self.attached:
            return
        self._engine.detach()
        self._patches.undo()
        self._registry.forget()
        self.attached = False

    def upgraded(self, eio_sid: str) -> None:
        """Tell of a connection that goes by WebSocket from now on."""
        self._engine.upgraded(eio_sid)

    def ended(self, eio_sid: str, reason: str) -> None:
        """Tell of a connection that this side ends, and why."""
        self._engine.ended(eio_sid, reason)

    def _connection_closed(self, eio_sid: str) -> None:
        self.inbound.forget(eio_sid)
        self.outbound.forget(eio_sid)

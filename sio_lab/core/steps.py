"""The steps of the sequence diagram: what each record looks like between lanes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.lane_keys import OTHERS, SERVER
from sio_lab.core.traffic import ROWS
from sio_lab.core.wire import NO_WIRE, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sio_lab.core.lane_keys import LaneKeys

_ENDED_WRONG = frozenset({"raised", "no-handler", "refused"})
_CLIENT_ERROR = 400
_SERVER_ERROR = 500
SENT_AWAY = "server disconnect"
"""Why a client left, where it was the server that sent it away."""


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow from a lane to others, or one note at a lane."""

    seq: int
    """Of the record that it is drawn for."""

    row: int
    """The row of the traffic table that tells of it: of an ack, that of its event."""

    at: int
    """Nanoseconds since 1970."""

    kind: str
    """As in the traffic table; `ack` in both directions."""

    label: str
    """An event, a room, a request or a transport; empty where the kind says it all."""

    namespace: str | None
    source: str
    """The key of the lane that it begins at."""

    targets: tuple[str, ...] = ()
    """The keys of the lanes that it ends at; none of a note."""

    to: tuple[str, ...] = ()
    """Rooms and sids that an emit was addressed to."""

    count: int = 0
    """How many clients an emit went to."""

    status: str | None = None
    failed: bool = False
    note: str = ""
    """The reason, the error, and what to do next."""

    ms: float | None = None
    args: Wire | tuple[object, ...] = NO_WIRE
    """What it carried."""

    ack: Wire | None = None
    """What was acknowledged, of an event or of an emit to one."""

    handler: str | None = None

    @property
    def is_line(self) -> bool:
        """Whether it concerns all lanes: the server began, or ended."""
        return self.kind == "server"


@dataclass(frozen=True, slots=True)
class Told:
    """What later records, or earlier ones without a row, told of one record."""

    handled: r.Handled | None = None
    ack: r.AckSent | r.AckReceived | None = None
    asked: r.ConnectAsked | None = None


NOTHING = Told()


def step_of(record: Any, lanes: LaneKeys, told: Told = NOTHING) -> Step:
    """Return the step of a record that makes a row of the traffic table, or of an ack."""
    kind = ROWS[type(record)][0] if type(record) in ROWS else "ack"
    fields = {"row": record.seq, "label": "", "namespace": getattr(record, "namespace", None)}
    fields |= _MAKERS[type(record)](record, lanes, told)
    return Step(seq=record.seq, at=record.at, kind=kind, **fields)


def folded(step: Step, shown: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return source and targets of a step, with one lane for all that are not shown."""
    source = step.source if step.source in shown else OTHERS
    return source, tuple(dict.fromkeys(key if key in shown else OTHERS for key in step.targets))


def _said(*texts: str | None) -> str:
    return " - ".join(filter(None, texts))


def _server(record: r.ServerStarted | r.ServerStopped, _lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    label = "started" if isinstance(record, r.ServerStarted) else "stopped"
    return {"label": label, "source": SERVER, "args": (record.url,)}


def _snapshot(_record: r.Snapshot, _lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    return {"label": "attached", "source": SERVER}


def _http(record: r.HttpRequest, _lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    failed = record.status >= _SERVER_ERROR
    label = f"{record.method} {record.path}"
    return {"label": label, "source": SERVER, "status": str(record.status), "failed": failed, "ms": record.ms}


def _socket_opened(record: r.SocketOpened, lanes: LaneKeys, told: Told) -> dict[str, Any]:
    outcome = _outcome(told.handled, None, None)
    failed = record.status >= _CLIENT_ERROR or bool(outcome.get("failed"))
    ends = {"source": lanes.of(None, record.sid), "targets": (SERVER,)}
    return {**outcome, **ends, "label": record.path, "status": str(record.status), "failed": failed}


def _frame(record: r.FrameReceived | r.FrameSent, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    client = lanes.of(None, record.sid)
    ends = (client, SERVER) if isinstance(record, r.FrameReceived) else (SERVER, client)
    return {"label": record.opcode, "source": ends[0], "targets": (ends[1],), "args": record.said}


def _socket_closed(record: r.SocketClosed, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    # A note, since the Close frames have arrows of their own.
    note, label = _said(f"by the {record.origin}", record.hint), str(record.code)
    told = {"label": label, "failed": record.hint is not None, "note": note, "ms": record.ms}
    return {**told, "source": lanes.of(None, record.sid)}


def _rejected(record: r.Rejected, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    told = {"failed": True, "note": _said(record.reason, record.hint), "args": record.wire}
    told["status"] = None if record.status is None else str(record.status)
    if record.eio_sid is None:
        return {**told, "source": SERVER}
    return {**told, "source": lanes.of(None, record.eio_sid), "targets": (SERVER,)}


def _connect(record: r.Connected | r.Refused, lanes: LaneKeys, told: Told) -> dict[str, Any]:
    refused = isinstance(record, r.Refused)
    # That a connect has no handler is nothing to remark on.
    handled = told.handled if told.handled and told.handled.status != "no-handler" else None
    reason, hint = (record.reason, record.hint) if isinstance(record, r.Refused) else (None, None)
    return {
        **_outcome(handled, reason, hint),
        "failed": refused or bool(handled and handled.status == "raised"),
        "source": lanes.of(record.sid, record.eio_sid),
        "targets": (SERVER,),
        "args": told.asked.wire if told.asked else NO_WIRE,
    }


def _upgraded(record: r.Upgraded, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    source = lanes.of(record.sids[0] if record.sids else None, record.eio_sid)
    return {"label": record.transport, "source": source}


def _disconnected(record: r.Disconnected, lanes: LaneKeys, told: Told) -> dict[str, Any]:
    client = lanes.of(record.sid, record.eio_sid)
    is_sent_away = record.reason == SENT_AWAY
    handled = told.handled if told.handled and told.handled.status != "no-handler" else None
    outcome = _outcome(handled, None, None)
    return {
        **outcome,
        "source": SERVER if is_sent_away else client,
        "targets": (client if is_sent_away else SERVER,),
        "note": outcome["note"] or record.reason,
        "args": (record.reason,),
    }


def _received(record: r.EventReceived, lanes: LaneKeys, told: Told) -> dict[str, Any]:
    return {
        **_outcome(told.handled, None, None),
        "status": told.handled.status if told.handled else "running",
        "label": record.event,
        "source": lanes.of(record.sid, record.eio_sid),
        "targets": (SERVER,),
        "args": record.wire,
        "ack": told.ack.wire if told.ack else None,
    }


def _outcome(handled: r.Handled | None, reason: str | None, hint: str | None) -> dict[str, Any]:
    if handled is None:
        return {"note": _said(reason, hint)}
    return {
        "status": handled.status,
        "failed": handled.status in _ENDED_WRONG,
        "note": _said(handled.error, reason, handled.hint, hint),
        "ms": handled.ms,
        "handler": handled.handler,
    }


def _emitted(record: r.Emitted, lanes: LaneKeys, told: Told) -> dict[str, Any]:
    return {
        "label": record.event,
        "source": SERVER,
        "targets": lanes.of_all(record.recipients),
        "to": tuple(map(str, record.to)),
        "count": len(record.recipients),
        "note": record.hint or "",
        "args": record.wire,
        "ack": told.ack.wire if told.ack else None,
        "ms": getattr(told.ack, "ms", None),
    }


def _ack_sent(record: r.AckSent, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    return {"row": record.of, "source": SERVER, "targets": (lanes.of(record.sid),), "args": record.wire}


def _ack_received(record: r.AckReceived, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    row = record.seq if record.broadcast or record.of is None else record.of
    note = "no emit waits for it" if record.of is None else ""
    told = {"row": row, "args": record.wire, "ms": record.ms, "note": note}
    if record.sid is None:
        return {**told, "source": SERVER}
    return {**told, "source": lanes.of(record.sid), "targets": (SERVER,)}


def _moved(record: r.Joined | r.Left, lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    return {"label": str(record.room), "source": lanes.of(record.sid, getattr(record, "eio_sid", None))}


def _closed(record: r.RoomClosed, _lanes: LaneKeys, _told: Told) -> dict[str, Any]:
    return {"label": str(record.room), "source": SERVER}


_MAKERS: dict[type[r.Record], Callable[[Any, LaneKeys, Told], dict[str, Any]]] = {
    r.ServerStarted: _server,
    r.ServerStopped: _server,
    r.Snapshot: _snapshot,
    r.HttpRequest: _http,
    r.Rejected: _rejected,
    r.SocketOpened: _socket_opened,
    r.FrameReceived: _frame,
    r.FrameSent: _frame,
    r.SocketClosed: _socket_closed,
    r.Connected: _connect,
    r.Refused: _connect,
    r.Upgraded: _upgraded,
    r.Disconnected: _disconnected,
    r.EventReceived: _received,
    r.Emitted: _emitted,
    r.AckSent: _ack_sent,
    r.AckReceived: _ack_received,
    r.Joined: _moved,
    r.Left: _moved,
    r.RoomClosed: _closed,
}

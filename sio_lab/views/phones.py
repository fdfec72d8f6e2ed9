"""One named client as a panel shows it: what is true of it now, and its conversation with the server.

What arrived is what the client itself received, not what the server meant to send. What it sent, which rooms it
entered and when it was let in stand in the log.
"""

from __future__ import annotations

from collections import deque
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core.traffic import payload_of
from sio_lab.core.wire import decode
from sio_lab.views import values

if TYPE_CHECKING:
    from sio_lab.core import records as r
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder
    from sio_lab.views.phone import Phone

Item: TypeAlias = "dict[str, Any]"
"""One line of a conversation, as JSON: {n, at, time, dir, namespace, event, args}, and for what was sent {ack, failed}.

`dir` is in, out or note; of a note `event` says what kind (lost, connected, room, gap) and `args` is its sentence. An
ack that a client gave is `out` without an event. `ack` is null where none is asked for, and "" until it comes.
"""

KEPT = 100
"""How many items a conversation keeps."""

PER_READ = 12
"""How many events each way are taken in at a time: eight times a second nobody reads more; they are counted."""

ROOMS = 12
"""How many rooms of a client are listed; the others are counted."""

WIDTH = 240
"""Characters of an event's arguments that are shown."""

_EVENT_WIDTH = 60
_REMEMBERED_SIDS = 200
_NANOSECONDS = 1_000_000
_KICKED = "server disconnect"
_PARTINGS = {"client disconnect": "disconnected", _KICKED: "sent away by the server"}
"""Reasons of those that ended a connection on purpose; all others are losses."""


class Conversation:
    """What a client of some name has sent and received; it goes on where another client takes that name."""

    def __init__(self, name: str, read: Decoder = decode) -> None:
        self.name = name
        self._read = read
        self.phone: Phone | None = None
        """The client that has the name now, or had it last; None before the first."""

        self.is_open = False
        """Whether there is a client of that name now."""

        self.items: deque[Item] = deque(maxlen=KEPT)
        self._sids: dict[str, str] = {}
        self._missed: dict[str, str] = {}
        self._seen: dict[str, bool] = {}
        self._parted = ""
        self._places: set[str] = set()
        self._entering: dict[str, list[str]] = {}
        self._received = 0
        self._number = 0
        self._fresh: dict[int, Item] = {}
        self._batch: list[tuple[int, Item]] = []
        self._sent: deque[r.EventReceived | r.AckReceived] = deque(maxlen=KEPT)
        self._sent_count = 0
        self._moves = 0

    # --- what has happened --------------------------------------------------------------------------------------

    def meet(self, phone: Phone | None) -> None:
        """Begin to read: note who has the name, and where it is connected, before the log is asked about that."""
        if phone is not None and phone is not self.phone:
            self.phone, self._received = phone, 0
        self.is_open = phone is not None
        sids = phone.sids if phone is not None else {}
        self._missed = {place: sid for place, sid in self._sids.items() if sid not in sids.values()}
        self._sids = sids

    def arrivals(self, now: int, most: int = PER_READ) -> None:
        """Take in what the client has received since; what is more than `most` is counted."""
        if self.phone is None:
            return
        before = self._received
        self._received, newest = self.phone.received_since(before, most)
        # Of what came before the panel was there, the newest are enough.
        skipped = self._received - before - len(newest) if most == PER_READ else 0
        if skipped > 0:
            self._note(newest[0].at if newest else now, "gap", f"{skipped:,} more arrived, too quickly to be shown")
        for each in newest:
            self._add(each.at, "in", each.namespace, each.event, values.arguments(each.args, WIDTH))

    def send(self, record: r.EventReceived | r.AckReceived) -> None:
        """Take in what the client has sent: an event, or an ack of one that it received."""
        self._sent.append(record)
        self._sent_count += 1

    def sent(self, most: int = PER_READ) -> list[tuple[int, Item]]:
        """Make items of what it has sent: (seq, item); they are to be told how it ended."""
        newest = list(self._sent)[-most:]
        skipped = self._sent_count - len(newest) if most == PER_READ else 0
        if skipped > 0:
            self._note(newest[0].at, "gap", f"{skipped:,} more sent, too quickly to be shown")
        self._sent.clear()
        self._sent_count = 0
        return [(record.seq, self._sent_item(record)) for record in newest]

    def enter(self, record: r.Joined) -> None:
        """Take in that it entered a room."""
        if record.room is None or record.room == record.sid:
            return
        if record.sid in self._seen:
            self._move(record.at, "entered", record.room, record.namespace)
        else:
            self._entering.setdefault(record.sid, []).append(_room(record.room))

    def leave(self, record: r.Left) -> None:
        """Take in that it left a room; that it leaves all of them when it goes is no news."""
        if record.sid not in self._seen:
            self._entering.pop(record.sid, None)  # it was refused
        elif not self._seen[record.sid] and record.room is not None and record.room != record.sid:
            self._move(record.at, "left", record.room, record.namespace)

    def let_in(self, record: r.Connected) -> None:
        """Take in that the server let it in."""
        self.connect(record.at, record.namespace, record.sid)

    def sent_away(self, record: r.Disconnected) -> None:
        """Take in that the server has lost it, or let it go."""
        # An older server calls it so, too, where the network died: then the client knows better.
        known = self.phone.lost if self.phone and self.is_open and record.reason == _KICKED else None
        self.part(record.at, record.namespace, record.sid, known or record.reason)

    def connect(self, at: int, namespace: str, sid: str) -> None:
        """Take in that it was let in."""
        if sid in self._seen:
            return
        rooms = ", ".join(self._entering.pop(sid, []))
        where = f"in {values.cut(rooms, WIDTH)}" if rooms else "in no room"
        anew = "connected anew" if namespace in self._places else "connected"
        self._places.add(namespace)
        self._see(sid, is_gone=False)
        self._note(at, "connected", f"{anew} as sid {values.short_sid(sid)}, {where}", namespace)

    def part(self, at: int, namespace: str, sid: str, reason: str) -> None:
        """Take in that it left a namespace, or lost its connection."""
        if self._seen.get(sid, False):
            return
        self._entering.pop(sid, None)
        self._places.add(namespace)
        self._see(sid, is_gone=True)
        text = self._parted = _parting(reason)
        last = self._batch[-1][1] if self._batch else None
        if last is not None and (last["event"], last["args"]) == ("lost", text):
            # One connection carries all of its namespaces: it is lost once.
            last["namespace"] += f", {values.visible(namespace)}"
        else:
            self._note(at, "lost", text, namespace)

    def compare(self, now: int, *, is_first: bool) -> None:
        """Take in what the client knows and the log does not: a network that died is news to the client first."""
        for namespace, sid in self._sids.items():
            if is_first and sid not in self._seen:
                # It was let in longer ago than was looked at.
                self._places.add(namespace)
                self._see(sid, is_gone=False)
                self._entering.pop(sid, None)
            self.connect(now, namespace, sid)
        for namespace, sid in self._missed.items():
            self.part(now, namespace, sid, (self.phone and self.phone.lost) or _KICKED)
        if self._moves > PER_READ:
            self._note(now, "gap", f"{self._moves - PER_READ:,} more rooms entered or left")
        self._moves = 0

    def commit(self) -> None:
        """End to read: put what came in into its order."""
        for _, item in sorted(self._batch, key=itemgetter(0)):
            self._number += 1
            item["n"] = self._number
            self.items.append(item)
            self._fresh[self._number] = item
        self._batch.clear()
        for number in [number for number in self._fresh if number <= self._number - KEPT]:
            del self._fresh[number]

    def change(self, item: Item) -> None:
        """Have an item told again: it has changed. One that is not committed is told anyway."""
        if item.get("n", 0) > max(0, self._number - KEPT):
            self._fresh[item["n"]] = item

    def news(self) -> list[Item]:
        """Return the items that are new or have changed since this was asked last, in their order."""
        fresh = [dict(self._fresh[number]) for number in sorted(self._fresh)]
        self._fresh.clear()
        return fresh

    # --- what is true now ---------------------------------------------------------------------------------------

    def head(self, state: State) -> dict[str, Any]:
        """Return what stands above the conversation, as JSON; to be asked under the log's lock."""
        namespaces = self.phone.namespaces if self.phone else ()
        carriers = [client.eio_sid for sid in self._sids.values() if (client := state.clients.get(sid))]
        connection = state.connections.get(carriers[0]) if carriers else None
        return {
            "called": values.visible(self.name),
            "connected": bool(self._sids),
            "why": self._why(),
            "transport": connection.transport if connection else "",
            "received": self._received,
            "namespaces": [_place(state, each, self._sids.get(each)) for each in namespaces],
        }

    def _why(self) -> str:
        if self._sids:
            return ""
        if self.phone is None:
            return f"no client of this name; open it: lab.client({self.name!r})"
        return (self._parted or _parting(self.phone.lost or _KICKED)) if self.is_open else "closed"

    # --- within -------------------------------------------------------------------------------------------------

    def _add(self, at: int, way: str, namespace: str, event: str, args: str) -> Item:
        item = {
            "at": at // _NANOSECONDS,
            "time": values.moment(at),
            "dir": way,
            "namespace": values.visible(namespace),
            "event": values.visible(event, _EVENT_WIDTH),
            "args": args,
        }
        self._batch.append((at, item))
        return item

    def _sent_item(self, record: r.EventReceived | r.AckReceived) -> Item:
        event = getattr(record, "event", "")
        args = values.arguments(payload_of(record.wire, self._read), WIDTH)
        item = self._add(record.at, "out", record.namespace, event, args)
        item.update(ack="" if event and record.ack_id is not None else None, failed="")
        return item

    def _move(self, at: int, verb: str, room: r.Room, namespace: str) -> None:
        self._moves += 1
        if self._moves <= PER_READ:
            self._note(at, "room", f"{verb} {_room(room)}", namespace)

    def _note(self, at: int, kind: str, text: str, namespace: str = "") -> None:
        self._add(at, "note", namespace, kind, text)

    def _see(self, sid: str, *, is_gone: bool) -> None:
        self._seen[sid] = is_gone
        while len(self._seen) > _REMEMBERED_SIDS:
            del self._seen[next(iter(self._seen))]


def _parting(reason: str) -> str:
    return _PARTINGS.get(reason) or f"connection lost ({values.visible(reason)})"


def _room(room: r.Room) -> str:
    return values.visible(room) if isinstance(room, str) else values.payload(room)


def _place(state: State, namespace: str, sid: str | None) -> dict[str, Any]:
    rooms = state.rooms_of(sid) if sid is not None else []
    return {
        "namespace": values.visible(namespace),
        "sid": values.short_sid(sid) if sid is not None else "",
        "full": values.visible(sid or ""),
        "rooms": [_room(room) for room in rooms[:ROOMS]],
        "more": max(0, len(rooms) - ROOMS),
    }

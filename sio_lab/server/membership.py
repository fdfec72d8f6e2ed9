"""Taps on the manager: who enters and leaves which room, told in the same step in which it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.server.context import cause_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log
    from sio_lab.server.patches import Patches


class MembershipTap:
    """Tells the log what one server's manager does to its rooms.

    The log's lock is held over the change and its record, so that state and manager never disagree for a reader who
    holds it too.
    """

    def __init__(self, manager: Any, log: Log) -> None:
        self._manager = manager
        self._log = log

    def attach(self, patches: Patches) -> None:
        """Put the taps in place."""
        patches.wrap(self._manager, "basic_enter_room", self._enter)
        patches.wrap(self._manager, "basic_leave_room", self._leave)
        patches.wrap(self._manager, "basic_close_room", self._close)

    def members(self) -> Iterator[r.Member]:
        """Yield who is where right now, room None first within each namespace."""
        for namespace, rooms in self._manager.rooms.items():
            for room in sorted(rooms, key=lambda name: name is not None):
                for sid, eio_sid in rooms[room].items():
                    yield r.Member(namespace, room, sid, eio_sid)

    def _is_in(self, sid: str, namespace: str, room: r.Room) -> bool:
        return sid in self._manager.rooms.get(namespace, {}).get(room, ())

    def _enter(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def enter(sid: str, namespace: str, room: r.Room, eio_sid: str | None = None) -> Any:
            with self._log.lock:
                known = self._is_in(sid, namespace, room)
                result = original(sid, namespace, room, eio_sid=eio_sid)
                if not known:
                    through = self._manager.rooms[namespace][room][sid]
                    self._log.append(r.Joined(namespace, room, sid, through, cause_in(self._log)))
            return result

        return enter

    def _leave(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def leave(sid: str, namespace: str, room: r.Room) -> Any:
            with self._log.lock:
                known = self._is_in(sid, namespace, room)
                result = original(sid, namespace, room)
                if known:
                    self._log.append(r.Left(namespace, room, sid, cause_in(self._log)))
            return result

        return leave

    def _may_close(self, room: r.Room, namespace: str) -> bool:
        rooms = self._manager.rooms.get(namespace, {})
        # From python-socketio 5.17 on, a personal room can't be closed.
        is_guarded = hasattr(self._manager, "is_sid_room") and room in rooms.get(None, ())
        return room in rooms and not is_guarded

    def _close(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def close(room: r.Room, namespace: str) -> Any:
            with self._log.lock:
                if self._may_close(room, namespace):
                    self._log.append(r.RoomClosed(namespace, room, cause_in(self._log)))
                return original(room, namespace)

        return close

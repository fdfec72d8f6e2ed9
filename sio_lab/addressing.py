"""Who a verb acts on, and what comes of it when it does not work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sio_lab.core.hints import not_acknowledged
from sio_lab.core.targets import reach, resolve, resolve_skip
from sio_lab.errors import LabError, TargetError, Usage
from sio_lab.results import Reached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sio_lab.core.log import Log
    from sio_lab.core.targets import Target, Who

LISTED = 8


class Addressing:
    """Turns WHO into clients, by what the log's state says at that moment."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def target(self, to: Who, namespace: str | None, skip: Who = None) -> tuple[Target, tuple[str, ...]]:
        """Return whom an emit is addressed to, and the sids it leaves out. Raises TargetError as `resolve` does."""
        with self._log.lock:
            target = resolve(self._log.state, to, namespace)
            return target, resolve_skip(self._log.state, skip, target.namespace)

    def room(self, room: Any, namespace: str | None) -> tuple[Target, Reached]:
        """Return a room, and who is in it. Raises Usage for what is no room, TargetError as `resolve` does."""
        check_room(room)
        word = room if not isinstance(room, str) or room.startswith("room:") else f"room:{room}"
        with self._log.lock:
            target = resolve(self._log.state, word, namespace)
            return target, self.reached(reach(self._log.state, target), target, f"closed {room}")

    def reach(self, to: Who, skip: Who, namespace: str | None) -> Reached:
        """Return who an emit would reach now. Raises TargetError as `resolve` does."""
        target, skipped = self.target(to, namespace, skip)
        with self._log.lock:
            return self.reached(reach(self._log.state, target, skipped), target, "")

    def reached(self, sids: Iterable[str], target: Target, what: str, hint: str | None = None) -> Reached:
        """Return sids with the names of their clients."""
        return Reached.named(sids, target.namespace, what, self._log.state.name_of, hint)

    def each(self, act: Callable[..., Any], who: Who, namespace: str | None, what: str) -> Reached:
        """Call `act(sid, namespace=...)` for each client that `who` stands for; returns them.

        Raises TargetError as `resolve` does, LabError where the server would not.
        """
        with self._log.lock:
            target = resolve(self._log.state, who, namespace)
            sids = reach(self._log.state, target)
        for sid in sids:
            with told_plainly(what):
                act(sid, namespace=target.namespace)
        return self.reached(sids, target, what)

    def only_one(self, target: Target, to: Who) -> str:
        """Return the only sid of a target. Raises TargetError, naming who there is, where it is not one."""
        with self._log.lock:
            sids = reach(self._log.state, target)
        if len(sids) == 1:
            return sids[0]
        names = ", ".join(map(self.name, sids[:LISTED])) or "nobody"
        raise TargetError(f"A call goes to one client; {to!r} stands for {len(sids)}: {names}. Name one.")

    def name(self, sid: str) -> str:
        """Return what a client is called: its name, else its sid."""
        return self._log.state.name_of(sid) or sid

    def why_no_ack(self, event: str, namespace: str, sid: str, timeout: float) -> str:
        """Say why a call got no ack within `timeout` seconds."""
        with self._log.lock:
            return not_acknowledged(self._log.state, event, (namespace, sid), timeout)

    def somebody(self) -> tuple[str, str, str]:
        """Return name, sid and namespace of a client, made up where there is none: for examples."""
        with self._log.lock:
            for sid, client in self._log.state.clients.items():
                return self.name(sid), sid, client.namespace
        return "ada", "SID", "/"


def check_room(room: object) -> None:
    """Raise Usage where `room` can't be the name of a room."""
    try:
        hash(room)
    except TypeError:
        raise Usage(f"{room!r} is no name of a room: use a text or an integer.") from None


def check_event(event: object) -> None:
    """Raise Usage where `event` can't be the name of an event."""
    if not isinstance(event, str):
        raise Usage(f"{event!r} is no name of an event: it is a text, as in lab.emit('my event', ...).")


@contextmanager
def told_plainly(what: str) -> Iterator[None]:
    """Turn what the server raises on a value it can't take into a LabError that says what was tried."""
    try:
        yield
    except (TypeError, RecursionError) as error:
        raise Usage(f"{what}: {error}. What is sent is JSON, bytes, and lists and dicts of them.") from None
    except (ValueError, KeyError, RuntimeError) as error:
        raise LabError(f"{what}: the server would not: {error}.") from None

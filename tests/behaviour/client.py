"""What a case does with a client, whichever library is behind it, and what it learns from it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seen import DEADLINE, Seen

if TYPE_CHECKING:
    from collections.abc import Callable

END = "~end"
"""The event by which the bench marks the end of what a client has been sent so far."""

WEBSOCKET = ("websocket",)
LIFECYCLE = ("connect", "disconnect", "connect_error")


class NoAnswerError(Exception):
    """No ack came before the deadline."""


@dataclass(frozen=True)
class Options:
    """How a client connects."""

    auth: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    transports: tuple[str, ...] = WEBSOCKET
    path: str = "socket.io"


class Ack:
    """An ack that is waited for."""

    def __init__(self) -> None:
        self._arrived = threading.Event()
        self._values: tuple[Any, ...] = ()

    def arrive(self, *values: Any) -> None:
        self._values = values
        self._arrived.set()

    @property
    def arrived(self) -> bool:
        return self._arrived.is_set()

    def wait(self) -> tuple[Any, ...]:
        """Return the values of the ack, a tuple."""
        if not self._arrived.wait(DEADLINE):
            raise NoAnswerError
        return self._values


class Client(ABC):
    """One connection with one or several namespaces; the first of them is the one meant where none is given."""

    def __init__(self, name: str, namespaces: tuple[str, ...], mark_end: Callable[[str, str], None]) -> None:
        self.name = name
        self.namespaces = namespaces
        self.sids: dict[str, str] = {}
        self._mark_end = mark_end
        self._history = {namespace: Seen() for namespace in namespaces}
        self._answers: dict[str, tuple[Any, ...]] = {}

    @property
    def sid(self) -> str:
        return self.sids[self.namespaces[0]]

    @property
    def refusal(self) -> Any:
        """What the server said when it refused the first namespace; None where it did not."""
        return next((args[0] for event, *args in self._history[self.namespaces[0]] if event == "connect_error"), None)

    @abstractmethod
    def connect(self, url: str, options: Options) -> None:
        """Ask for the namespaces, without waiting for an answer."""

    @property
    @abstractmethod
    def transport(self) -> str:
        """Return the transport in use, as the client sees it."""

    @abstractmethod
    def _emit(self, namespace: str, event: str, args: tuple[Any, ...], ack: Ack | None) -> None: ...

    @abstractmethod
    def disconnect(self, namespace: str) -> None:
        """Leave one namespace, as a client does."""

    @abstractmethod
    def drop(self) -> None:
        """Cut the connection without a word, as if the network had died."""

    @abstractmethod
    def close(self) -> None:
        """Leave all namespaces and close the connection; safe to do twice."""

    def emit(self, event: str, *args: Any, namespace: str | None = None) -> None:
        self._emit(namespace or self.namespaces[0], event, args, None)

    def ask(self, event: str, *args: Any, namespace: str | None = None) -> Ack:
        """Emit an event that wants an ack, and return that ack without waiting for it."""
        ack = Ack()
        self._emit(namespace or self.namespaces[0], event, args, ack)
        return ack

    def call(self, event: str, *args: Any, namespace: str | None = None) -> tuple[Any, ...]:
        """Emit an event and return what was acknowledged, a tuple."""
        return self.ask(event, *args, namespace=namespace).wait()

    def answer(self, event: str, *values: Any) -> None:
        """From now on, acknowledge `event` with `values`."""
        self._answers[event] = values

    def wait_for(self, event: str, count: int = 1, namespace: str | None = None) -> None:
        """Wait until `event` has come `count` times."""
        self._history[namespace or self.namespaces[0]].wait(count, lambda item: item[0] == event)

    def wait_connected(self, namespaces: tuple[str, ...]) -> None:
        """Wait until the server has let the client into each of `namespaces`, or refused it."""
        for namespace in namespaces:
            self._history[namespace].wait(1, lambda item: item[0] in LIFECYCLE)

    def history(self, namespace: str | None = None) -> list[tuple[Any, ...]]:
        """Return all that came so far, as (event, *args) in order, connects and disconnects included."""
        namespace = namespace or self.namespaces[0]
        seen = self._history[namespace]
        if "disconnect" not in {item[0] for item in seen} and namespace in self.sids:
            marks = sum(item[0] == END for item in seen)
            self._mark_end(namespace, self.sids[namespace])
            seen.wait(marks + 1, lambda item: item[0] == END)
        return self.so_far(namespace)

    def so_far(self, namespace: str | None = None) -> list[tuple[Any, ...]]:
        """Return what `history` does, without making sure that all which was sent has come."""
        return [item for item in self._history[namespace or self.namespaces[0]] if item[0] != END]

    def received(self, namespace: str | None = None) -> list[tuple[Any, ...]]:
        """Return the events that came so far, as (event, *args) in order."""
        return [item for item in self.history(namespace) if item[0] not in LIFECYCLE]

    def _arrived(self, namespace: str, event: str, *args: Any) -> None:
        self._history[namespace].add((event, *args))

    def _connected(self, namespace: str, sid: str) -> None:
        self.sids[namespace] = sid
        self._arrived(namespace, "connect")

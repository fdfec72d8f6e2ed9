"""Where a case runs: a Flask app and a SocketIO object, served over the real network, and clients for them."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import requests
from client import END, Client, Options
from node_client import Node, NodeClient
from python_client import PythonClient
from seen import DEADLINE, Seen

if TYPE_CHECKING:
    from collections.abc import Callable

    import flask
    import flask_socketio
    import socketio


@dataclass(frozen=True)
class Answer:
    """What an HTTP request was answered."""

    status: int
    text: str
    cookie: str | None


class Bench(ABC):
    """What a case sees; it starts to serve when a case first asks for the app, the SocketIO object or the address."""

    name: ClassVar[str]

    def __init__(self, node: Node | None, options: dict[str, Any]) -> None:
        """Make clients under `node`, or python-socketio's where there is none; `options` are the SocketIO's."""
        self._node = node
        self._options = options
        self._clients: list[Client] = []
        self._threads_before = set(threading.enumerate())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as last_to_first:
            last_to_first.callback(self.check_threads)
            last_to_first.callback(self._stop)
            for client in self._clients:
                last_to_first.callback(client.close)

    @cached_property
    @abstractmethod
    def app(self) -> flask.Flask: ...

    @cached_property
    @abstractmethod
    def socketio(self) -> flask_socketio.SocketIO: ...

    @property
    @abstractmethod
    def server(self) -> socketio.Server:
        """Return python-socketio's server behind it."""

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def serve(self, served: flask_socketio.SocketIO | socketio.Server, app: flask.Flask | None = None) -> None:
        """Serve a SocketIO object (of `app`) or a bare Server that the case made itself."""

    @abstractmethod
    def _stop(self) -> None: ...

    def client(self, name: str, *namespaces: str, **options: Any) -> Any:
        """Return a new client that the server has let in, or refused, in each of `namespaces`."""
        client = self.start_client(name, *namespaces, **options)
        client.wait_connected(client.namespaces)
        return client

    def start_client(self, name: str, *namespaces: str, **options: Any) -> Any:
        """Return a new client that has asked for `namespaces`, without waiting for an answer; see `Options`."""
        namespaces = namespaces or ("/",)
        client: Any = (
            NodeClient(self._node, name, namespaces, self._mark_end)
            if self._node
            else PythonClient(name, namespaces, self._mark_end)
        )
        self._clients.append(client)
        client.connect(self.url, Options(**options))
        return client

    def _mark_end(self, namespace: str, sid: str) -> None:
        self.server.emit(END, to=sid, namespace=namespace)

    def get(self, path: str, cookie: str = "") -> Answer:
        """Send a GET request to the app, as a browser with that cookie."""
        answer = requests.get(self.url + path, headers={"Cookie": cookie} if cookie else {}, timeout=DEADLINE)
        return Answer(answer.status_code, answer.text, answer.headers.get("Set-Cookie"))

    @staticmethod
    def wait_until(true: Callable[[], bool], seconds: float = DEADLINE) -> bool:
        """Look again and again until `true()`: for what tells nobody when it changes."""
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            time.sleep(0.005)
        return true()

    @staticmethod
    def seen() -> Seen:
        """Return an empty list for handlers to add to."""
        return Seen()

    def tidy(self, value: Any) -> Any:
        """Return `value` with each sid as the client's name in brackets, and each WSGI environment as `<environ>`."""
        if isinstance(value, str):
            for sid, name in self._names.items():
                value = value.replace(sid, name)
            return value
        if isinstance(value, dict):
            tidied = {self.tidy(key): self.tidy(item) for key, item in value.items()}
            return "<environ>" if "wsgi.version" in value else tidied
        return type(value)(map(self.tidy, value)) if type(value) in {list, tuple, set} else value

    @property
    def _names(self) -> dict[str, str]:
        return {sid: f"<{client.name}>" for client in self._clients for sid in client.sids.values()}

    def threads_left(self) -> set[threading.Thread]:
        """Return the threads that have begun since the bench was made."""
        return set(threading.enumerate()) - self._threads_before

    def check_threads(self) -> None:
        """Fail where a thread of the server outlives it."""
        for thread in self.threads_left():
            thread.join(DEADLINE)
        left = [thread.name for thread in self.threads_left() if thread.is_alive()]
        assert not left, f"threads that outlive the server: {left}"

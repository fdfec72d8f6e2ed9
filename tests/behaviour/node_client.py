"""socket.io-client under Node, recording all that comes; one Node process serves all clients of a test session."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
import threading
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from client import Ack, Client, Options
from seen import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVER = Path(__file__).parent.parent / "node" / "driver.mjs"
_REASONS = {"io server disconnect": "server disconnect", "io client disconnect": "client disconnect"}
"""What socket.io-client calls a reason -> what python-socketio calls it."""


def to_json(value: Any) -> Any:
    """Return `value` with bytes as {"$bytes": base64}."""
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, (list, tuple)) else value


def from_json(value: Any) -> Any:
    """Do the opposite of `to_json`."""
    if isinstance(value, dict):
        packed = value.get("$bytes")
        return {key: from_json(item) for key, item in value.items()} if packed is None else base64.b64decode(packed)
    return [from_json(item) for item in value] if isinstance(value, list) else value


class Node:
    """The Node process: commands go in as lines of JSON, what its clients see comes out as lines of JSON."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._keys = itertools.count(1)
        self._listeners: dict[int, Callable[..., None]] = {}
        self._results: SimpleQueue[Any] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._result("start", seconds=60)

    def new_key(self, listener: Callable[..., None]) -> int:
        """Return a number; what comes out under it is handed to `listener`."""
        key = next(self._keys)
        self._listeners[key] = listener
        return key

    def tell(self, command: str, **details: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": command, **to_json(details)}) + "\n")

    def ask(self, command: str, **details: Any) -> Any:
        """Send a command that has a result, and return that."""
        self.tell(command, **details)
        return self._result(command)

    def _result(self, command: str, seconds: float = DEADLINE) -> Any:
        try:
            result = self._results.get(timeout=seconds)
        except Empty:
            raise TimeoutError(f"Node did not do {command!r} in {seconds} s") from None
        if result is None:
            raise RuntimeError(f"Node ended before it did {command!r}: is {DRIVER.parent}/node_modules installed?")
        return result

    def close(self) -> None:
        self._process.communicate()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            key, *details = from_json(json.loads(line))
            if key == 0:
                self._results.put(details[0])
            else:
                self._listeners[key](*details)
        self._results.put(None)


class NodeClient(Client):
    def __init__(
        self, node: Node, name: str, namespaces: tuple[str, ...], mark_end: Callable[[str, str], None]
    ) -> None:
        super().__init__(name, namespaces, mark_end)
        self._node = node
        self._key = node.new_key(self._on_event)

    def connect(self, url: str, options: Options) -> None:
        self._node.ask(
            "connect",
            client=self._key,
            url=f"{url}?{options.query}",
            namespaces=self.namespaces,
            auth=options.auth,
            headers=options.headers,
            transports=options.transports,
            path=f"/{options.path}/",
        )

    @property
    def transport(self) -> str:
        transport: str = self._node.ask("transport", client=self._key)
        return transport

    def wait_upgraded(self) -> None:
        """Wait until the connection has gone from polling to WebSocket."""
        self._node.ask("upgraded", client=self._key)

    def answer(self, event: str, *values: Any) -> None:
        self._node.ask("answer", client=self._key, event=event, values=values)

    def _on_event(self, namespace: str, event: str, *args: Any) -> None:
        if event == "connect":
            self._connected(namespace, args[0])
        elif event == "disconnect":
            self._arrived(namespace, event, _REASONS.get(args[0], args[0]))
        else:
            self._arrived(namespace, event, *args)

    def _emit(self, namespace: str, event: str, args: tuple[Any, ...], ack: Ack | None) -> None:
        key = self._node.new_key(ack.arrive) if ack else None
        self._node.tell("emit", client=self._key, namespace=namespace, event=event, args=args, ack=key)

    def disconnect(self, namespace: str) -> None:
        self._node.ask("disconnect", client=self._key, namespace=namespace)

    def drop(self) -> None:
        self._node.ask("drop", client=self._key)

    def close(self) -> None:
        self._node.ask("close", client=self._key)

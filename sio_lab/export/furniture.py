"""What stands above the tests of a file: fixtures and matchers, only those that are needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.export.literals import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MATCHERS = {
    "ANY_SID": r"[\w-]{20,}",
    "ANY_TIME": r"[\w ,]*\d[\w ,.:+/-]*",
    "ANY_UUID": r"[0-9a-fA-F-]{32,36}",
    "ANY_TEXT": r".*",
    "ANY_NAN": r"nan",
}
"""Name -> the pattern of what it is equal to."""

LIKE = '''\
class Like:
    """Equal to all that its pattern matches: what differs from run to run."""

    def __init__(self, name, pattern):
        self.name = name
        self.pattern = pattern

    def __eq__(self, other):
        return re.fullmatch(self.pattern, str(other), re.DOTALL) is not None

    def __repr__(self):
        return self.name
'''
CLIENTS = '''\
class Clients(list):
    """The clients of a test; each keeps what the server sends to it."""

    def connect(self, namespace="/", auth=None):
        """Return a new client; one that was refused is not connected."""
        client = SOCKETIO.test_client(
            APP,
            namespace=namespace,
            auth=auth,
        )
        self.append(client)
        return client
'''
METHODS = {
    "received": '''\
    def received(self, client, namespace="/"):
        """Return what a client was sent since it was last asked, even if it is gone."""
        packets = [each for each in client.queue if each["namespace"] == namespace]
        client.queue = [each for each in client.queue if each not in packets]
        return [[each["name"], *self.arguments(each)] for each in packets]

    def arguments(self, packet):
        """Return an event's arguments; the test client keeps the first of these two."""
        is_plain = packet["name"] in {"message", "json"}
        return [packet["args"]] if is_plain else packet["args"]
''',
    "unread": '''\
    def unread(self):
        """Return what they were sent and have not been asked for."""
        return [packet for client in self for packet in client.queue]
''',
    "sid": '''\
    def sid(self, client, namespace="/"):
        """Return the sid that the server has given to a client."""
        manager = SOCKETIO.server.manager
        return manager.sid_from_eio_sid(client.eio_sid, namespace)
''',
    "rooms": '''\
    def rooms(self, client, namespace="/"):
        """Return the rooms a client is in, its own one left out."""
        server, sid = SOCKETIO.server, self.sid(client, namespace)
        return set(server.rooms(sid, namespace)) - {sid}
''',
    "acknowledge": '''\
    def acknowledge(self, client, *values, namespace="/"):
        """Answer the oldest emit that asks a client for an ack, as the client did."""
        manager, sid = SOCKETIO.server.manager, self.sid(client, namespace)
        waiting = [number for number in manager.callbacks[sid] if number > 0]
        manager.trigger_callback(sid, min(waiting), values)
''',
    "join": '''\
    def join(self, client, room, namespace="/"):
        """Put a client into a room, as something else than these events did."""
        sid = self.sid(client, namespace)
        SOCKETIO.server.enter_room(sid, room, namespace=namespace)
''',
    "leave": '''\
    def leave(self, client, room, namespace="/"):
        """Take a client out of a room, as something else than these events did."""
        sid = self.sid(client, namespace)
        SOCKETIO.server.leave_room(sid, room, namespace=namespace)
''',
    "kick": '''\
    def kick(self, client, namespace="/"):
        """Disconnect a client, as something else than these events did."""
        sid = self.sid(client, namespace)
        SOCKETIO.server.disconnect(sid, namespace=namespace)
''',
    "forget": '''\
    def forget(self):
        """Leave out what they were sent so far: the lab does not know it any more."""
        for client in self:
            client.queue.clear()
''',
}
"""What Clients can do, by name."""

NEEDED = {"acknowledge": {"sid"}, "rooms": {"sid"}, "join": {"sid"}, "leave": {"sid"}, "kick": {"sid"}}
"""Method -> the others that it calls."""

UNREAD = METHODS["unread"].splitlines()[-1]
UNREAD_BUT_TASKS = """\
        return [
            packet
            for client in self
            for packet in client.queue
            if [packet["namespace"], packet["name"]] not in FROM_TASKS
        ]"""
RECEIVED = '        return [[each["name"], *self.arguments(each)] for each in packets]'
RECEIVED_BUT_TASKS = """\
        return [
            [each["name"], *self.arguments(each)]
            for each in packets
            if [namespace, each["name"]] not in FROM_TASKS
        ]"""
FIXTURE = """\
@pytest.fixture(name="clients")
def _clients():
    return Clients()
"""
AUTH = '''\
@pytest.fixture(name="auth")
def _auth():
    """Return what each client connects with.

    The lab keeps no secrets: fill in what is hidden here, if a handler looks at it.
    """
'''
TASKS = "# What background tasks emit comes when it comes: [namespace, event] of each."
NAMES = frozenset({"re", "pytest", "Like", "Clients", "FROM_TASKS", "_clients", "_auth", *MATCHERS})
"""What a file may define of itself, in its module."""


@dataclass(frozen=True)
class Ends:
    """How the file calls what is tested."""

    app: str
    """An expression for the Flask app."""

    socketio: str
    """An expression for the SocketIO object."""


def furniture(uses: str, auth: Mapping[str, object], loose: Iterable[tuple[str, str]], ends: Ends) -> list[str]:
    """Return the blocks that tests with the text `uses` need, each ending with its last line."""
    from_tasks = [list(each) for each in sorted(loose)]
    matchers = [name for name in MATCHERS if re.search(rf"\b{name}\b", uses)]
    blocks = []
    if matchers:
        blocks += [LIKE, "".join(f'{name} = Like("{name}", r"{MATCHERS[name]}")\n' for name in matchers)]
    if from_tasks:
        blocks.append("\n".join([TASKS, *written(from_tasks, "FROM_TASKS = ", depth=0), ""]))
    blocks += [_clients(uses, ends, is_loose=bool(from_tasks)), FIXTURE]
    if auth:
        blocks.append(AUTH + "\n".join([*written(dict(auth), "return "), ""]))
    return blocks


def _clients(uses: str, ends: Ends, *, is_loose: bool) -> str:
    used = {name for name in METHODS if f"clients.{name}(" in uses}
    used = used.union(*(NEEDED.get(name, set()) for name in used))
    text = "\n".join([CLIENTS, *(METHODS[name] for name in METHODS if name in used)])
    if is_loose:
        text = text.replace(UNREAD, UNREAD_BUT_TASKS).replace(RECEIVED, RECEIVED_BUT_TASKS)
    return text.replace("SOCKETIO", ends.socketio).replace("APP", ends.app)

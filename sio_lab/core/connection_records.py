"""What happened to connections and requests; part of `records`."""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core.quick import quick
from sio_lab.core.record import Record
from sio_lab.core.wire import NO_WIRE, Wire


@quick
@dataclass(frozen=True, slots=True)
class Connection:
    """What is known of one Engine.IO connection."""

    eio_sid: str
    """Engine.IO's own id; each namespace on it has another sid."""

    transport: str
    """`polling` or `websocket`."""

    address: str | None
    """The peer's IP address and port."""

    user_agent: str | None
    """The User-Agent header."""


@quick
@dataclass(frozen=True, slots=True)
class Asked:
    """What a request said of itself, cut to a few hundred characters each; no cookie and no secret is in it."""

    method: str
    path: str
    query: str
    """The query string; `EIO` in it is the version that an Engine.IO client speaks, `transport` how."""

    host: str | None = None
    """The Host header."""

    origin: str | None = None
    """The Origin header: where the page that asked comes from."""

    user_agent: str | None = None
    scheme: str = "http"
    """As the request arrived here, which is `http` behind a proxy that speaks TLS, too."""

    forwarded: str | None = None
    """The scheme that a proxy said the browser used, where one did."""


@quick
@dataclass(frozen=True, slots=True)
class Opened(Record):
    """An Engine.IO connection was opened; no namespace is connected yet."""

    connection: Connection


@quick
@dataclass(frozen=True, slots=True)
class Closed(Record):
    """An Engine.IO connection is gone, with all its namespaces."""

    eio_sid: str
    reason: str


@quick
@dataclass(frozen=True, slots=True)
class ClientNamed(Record):
    """A connection got a name: of one of the lab's own clients, of a student, or the one that its page asked for."""

    eio_sid: str
    name: str
    is_own: bool = True
    """Whether the lab opened the connection, for a client of its own."""


@quick
@dataclass(frozen=True, slots=True)
class HttpRequest(Record):
    """A request to the user's own app; not a poll, and not one of the lab's pages."""

    method: str
    path: str
    status: int
    """The HTTP status code of the answer."""

    ms: float
    address: str | None

    mended: str | None = None
    """What the lab changed in the page that was sent, in words; None where nothing."""

    request: Asked | None = None
    """More of the request, where it asked for Socket.IO, which is not there."""


@quick
@dataclass(frozen=True, slots=True)
class Rejected(Record):
    """The lab or Engine.IO answered a request with an error, or a packet could not be read."""

    reason: str
    address: str | None = None
    status: int | None = None
    """The HTTP status code, where there was an answer."""

    eio_sid: str | None = None
    wire: Wire = NO_WIRE
    """The packet that could not be read."""

    hint: str | None = None
    """What to do next."""

    request: Asked | None = None
    """The request, where it was one."""


@quick
@dataclass(frozen=True, slots=True)
class Upgraded(Record):
    """A connection went from polling to another transport."""

    eio_sid: str
    sids: tuple[str, ...]
    """Its clients at that moment."""

    transport: str = "websocket"

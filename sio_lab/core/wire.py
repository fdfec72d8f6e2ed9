"""Socket.IO packets: text on the wire <-> type, namespace, ack id and data.

Format (Socket.IO protocol 5): type digit, `N-` where there are N attachments, `/namespace,` where it is not `/`,
ack id digits, JSON. Binary values stand in the JSON as `{"_placeholder": true, "num": i}`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core.quick import quick

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = ("CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK")
_BINARY = {"EVENT": "BINARY_EVENT", "ACK": "BINARY_ACK"}
# Bounded repetitions, so that hostile digits cost nothing.
_HEAD = re.compile(r"([0-6])(?:(\d{1,10})-)?(?:(/[^,]*),?)?(\d{1,100})?", re.ASCII)
REDACTED = "•••"


@quick
@dataclass(frozen=True, slots=True)
class Wire:
    """One Socket.IO packet as it crossed the network."""

    text: str | bytes
    """The packet itself: text, or bytes where the server speaks msgpack."""

    attachments: tuple[bytes, ...] = ()
    """Its binary attachments, in order."""

    @property
    def size(self) -> int:
        """Length on the wire, in bytes, attachments included, Engine.IO's own framing not."""
        text = self.text
        if not text.isascii() and isinstance(text, str):
            text = text.encode(errors="replace")
        return len(text) + sum(map(len, self.attachments)) if self.attachments else len(text)


NO_WIRE = Wire("")


@quick
@dataclass(frozen=True, slots=True)
class Packet:
    """A decoded packet."""

    type: str
    """One of `TYPES`."""

    namespace: str
    ack_id: int | None
    data: Any
    """Of an event `[name, *args]`, of an ack `[*values]`, of CONNECT and CONNECT_ERROR a dict or None."""

    @property
    def args(self) -> tuple[Any, ...]:
        """What an event or an ack carries, its name left out."""
        data = self.data if isinstance(self.data, list) else []
        return tuple(data[1:] if self.type.endswith("EVENT") else data)

    @property
    def event(self) -> str | None:
        """The name of an event; None for all other types."""
        is_event = self.type.endswith("EVENT") and isinstance(self.data, list) and self.data
        return str(self.data[0]) if is_event else None


Decoder: TypeAlias = "Callable[[Wire], Packet]"
"""What reads the wire text of a server; another one where it speaks msgpack or has a JSON of its own."""


class Current:
    """A decoder that is whichever one `ask` returns at the moment: what is served may change."""

    def __init__(self, ask: Callable[[], Decoder]) -> None:
        self._ask = ask

    def __call__(self, wire: Wire) -> Packet:
        """Read a packet."""
        return self._ask()(wire)

    @property
    def decoder(self) -> Decoder:
        """The decoder that reads now."""
        return self._ask()


def decode(wire: Wire) -> Packet:
    """Read a packet, its attachments put back where their placeholders stand.

    Raises ValueError, saying what is wrong, where the text is no Socket.IO packet.
    """
    text = wire.text if isinstance(wire.text, str) else wire.text.decode()
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"no Socket.IO packet starts with {text[:1]!r}; the type is a digit from 0 to 6")
    kind, _, namespace, ack_id = head.groups()
    data = _decode_data(text[head.end() :], wire.attachments)
    return Packet(TYPES[int(kind)], (namespace or "/").partition("?")[0], int(ack_id) if ack_id else None, data)


def encode(kind: str, data: object, namespace: str = "/", ack_id: int | None = None) -> Wire:
    """Write a packet of type `kind`; an EVENT or ACK that holds bytes becomes its BINARY twin.

    Raises TypeError where `data` is not JSON plus bytes.
    """
    attachments: list[bytes] = []
    plain = _without_attachments(data, attachments)
    kind = _BINARY.get(kind, kind) if attachments else kind
    count = f"{len(attachments)}-" if attachments else ""
    place = "" if namespace == "/" else f"{namespace},"
    number = "" if ack_id is None else str(ack_id)
    body = "" if data is None else json.dumps(plain, separators=(",", ":"))
    return Wire(f"{TYPES.index(kind)}{count}{place}{number}{body}", tuple(attachments))


def redact(value: object) -> object:
    """Return `value` with its keys kept and every leaf hidden: who authenticates how stays visible, secrets don't."""
    if isinstance(value, dict):
        return {str(key): redact(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact(item) for item in value]
    return value if value is None or isinstance(value, bool) else REDACTED


def explain(wire: Wire) -> list[tuple[str, str]]:
    """Take wire text apart: (piece, what it says), in order; the pieces joined are the text."""
    text = wire.text if isinstance(wire.text, str) else repr(wire.text)
    head = _HEAD.match(text)
    if head is None:
        return [(text, "not a Socket.IO packet")] if text else []
    kind, count, namespace, ack_id = head.groups()
    cuts = [
        (kind, f"type {TYPES[int(kind)]}"),
        (f"{count}-" if count else "", f"{count} binary attachments follow"),
        (text[head.start(3) : head.start(4) if ack_id else head.end()] if namespace else "", "namespace"),
        (ack_id or "", "ack id"),
        (text[head.end() :], "data as JSON"),
    ]
    return [(piece, meaning) for piece, meaning in cuts if piece]


def _decode_data(text: str, attachments: tuple[bytes, ...]) -> Any:
    try:
        data = json.loads(text) if text else None
        return _with_attachments(data, attachments) if attachments else data
    except (IndexError, TypeError) as error:
        raise ValueError(f"a placeholder names an attachment that is not there: {error}") from error
    except RecursionError as error:
        raise ValueError("the data is nested too deeply to be read") from error


def _with_attachments(value: Any, attachments: tuple[bytes, ...]) -> Any:
    if isinstance(value, list):
        return [_with_attachments(item, attachments) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("_placeholder") is True and "num" in value:
        return attachments[value["num"]]
    return {key: _with_attachments(item, attachments) for key, item in value.items()}


def _without_attachments(value: object, attachments: list[bytes]) -> object:
    if isinstance(value, (bytes, bytearray)):
        attachments.append(bytes(value))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, (list, tuple)):
        return [_without_attachments(item, attachments) for item in value]
    if isinstance(value, dict):
        return {key: _without_attachments(item, attachments) for key, item in value.items()}
    return value

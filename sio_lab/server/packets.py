"""Socket.IO packets of a server's own class, read and written a little quicker, to the same letters.

Python's `json` makes a new encoder or decoder whenever it is given an option, and python-socketio looks for bytes in
a packet by building lists of lists. Where a server uses neither `json` nor packets of that kind, all stays as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from engineio import json as eio_json
from socketio import packet
from socketio.packet import Packet as PlainPacket

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.patches import Patches

COMPACT = (",", ":")
MOST_ATTACHMENTS = 1_000
MOST_BYTES = 64 * 1024 * 1024
"""What one packet may carry, at most."""

EVENT = str(packet.EVENT)
MOST_DIGITS = 100
SCALARS = frozenset({str, int, float, bool, type(None)})
BINARY = frozenset({packet.BINARY_EVENT, packet.BINARY_ACK})
BOM = "\ufeff"
dumps = json.JSONEncoder(separators=COMPACT).encode
loads = json.JSONDecoder(parse_int=eio_json._safe_int).decode
"""What python-socketio makes of data and of text that is not empty, made once."""


class Codec:
    """What python-socketio wants of a JSON module, without what it makes anew for each packet."""

    @staticmethod
    def dumps(data: Any, **options: Any) -> str:
        """Return data as JSON."""
        if options == {"separators": COMPACT}:
            return dumps(data)
        return json.dumps(data, **options)

    @staticmethod
    def loads(text: str | bytes, **options: Any) -> Any:
        """Return what JSON says; raises ValueError as Engine.IO's own does, of numbers of more than 100 digits, too."""
        if options or not isinstance(text, str) or text.startswith(BOM):
            return eio_json.loads(text, **options)
        return loads(text)


def attach_packets(server: Any, patches: Patches) -> None:
    """Have a server make its packets of a quicker class, where it makes plain ones."""
    kind = server.packet_class
    if kind is PlainPacket and kind.json is eio_json:
        patches.replace(server, "packet_class", QuickPacket)
        patches.wrap(server, "_handle_eio_message", lambda original: _dropping(server, original))


def _dropping(server: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    def handle(eio_sid: str, data: str | bytes) -> Any:
        try:
            return original(eio_sid, data)
        except Exception:
            # Else all that its client sends from now on would be taken for an attachment of what can't be read.
            server._binary_packet.pop(eio_sid, None)
            raise

    return handle


def head_of(text: str) -> tuple[str | None, int | None] | None:
    """Return what stands before an event's data: the namespace, None where none is named, and the ack id.

    None where that is not as simple as it nearly always is.
    """
    if not text:
        return None, None
    namespace = None
    if text[0] == "/":
        namespace, comma, text = text.partition(",")
        if not comma or "?" in namespace:
            return None
        if not text:
            return namespace, None
    is_number = len(text) < MOST_DIGITS and text.isascii() and text.isdigit()
    return (namespace, int(text)) if is_number else None


class QuickPacket(PlainPacket):  # type: ignore[misc] # python-socketio ships no types
    """A plain packet, whose attachments are bounded in number and in bytes."""

    json = Codec

    def __init__(self, *args: Any, encoded_packet: Any = None, **options: Any) -> None:
        if type(encoded_packet) is str and encoded_packet[:1] == EVENT and not args and not options:
            begin = encoded_packet.find("[")
            head = head_of(encoded_packet[1:begin]) if begin > 0 else None
            if head is not None:
                # What nearly all packets are: an event without attachments.
                self.packet_type = packet.EVENT
                self.namespace, self.id = head
                self.attachment_count = 0
                self.attachments: list[Any] = []
                self.data = loads(encoded_packet[begin:])
                return
        super().__init__(*args, encoded_packet=encoded_packet, **options)

    def encode(self) -> Any:
        """Return the packet's text; where it holds bytes, a list of that and the attachments."""
        if self.packet_type in BINARY:
            return super().encode()
        place = f"{self.namespace}," if self.namespace is not None and self.namespace != "/" else ""
        number = "" if self.id is None else self.id
        return f"{self.packet_type}{place}{number}{'' if self.data is None else dumps(self.data)}"

    def decode(self, encoded_packet: str) -> int:
        """Read a packet's text; returns how many attachments follow.

        Raises ValueError where they are too many, or there are none: plain python-socketio waits for them for ever.
        """
        count: int = super().decode(encoded_packet)
        if count > MOST_ATTACHMENTS:
            raise ValueError(f"too many attachments: {count:,}, and {MOST_ATTACHMENTS:,} are read")
        if count == 0 and self.packet_type in BINARY:
            raise ValueError("a binary packet without attachments")
        return count

    def add_attachment(self, attachment: Any) -> bool:
        """Add what follows the text; tells whether it was the last. Raises ValueError where it is too much."""
        if sum(map(len, self.attachments)) + len(attachment) > MOST_BYTES:
            raise ValueError(f"attachments of more than {MOST_BYTES:,} bytes")
        is_last: bool = super().add_attachment(attachment)
        return is_last

    @classmethod
    def data_is_binary(cls, data: Any) -> bool:
        """Tell whether there are bytes somewhere in what is to be sent."""
        if isinstance(data, (list, dict)):
            # A loop, since a generator costs more than all it looks at.
            for item in data if isinstance(data, list) else data.values():
                if type(item) not in SCALARS and cls.data_is_binary(item):
                    return True
            return False
        return isinstance(data, (bytes, bytearray))

"""How to read the wire text of a server that speaks another dialect: msgpack, or JSON by a module of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from socketio.packet import Packet as PlainPacket

from sio_lab.core.wire import TYPES, Decoder, Packet, decode
from sio_lab.server.packets import QuickPacket

if TYPE_CHECKING:
    import types

    from sio_lab.core.wire import Wire


def decoder_of(server: Any) -> Decoder:
    """Return what reads `server`'s packets: the core's own decoder where the server writes plain Socket.IO."""
    packet_class = server.packet_class
    if packet_class is QuickPacket or (packet_class is PlainPacket and _is_standard(packet_class.json)):
        return decode

    def read(wire: Wire) -> Packet:
        return _read(packet_class, wire)

    return read


def codec_of(server: Any) -> str:
    """Return how a server's packets are written: `json` or `msgpack`; of a class of the user's own, its name."""
    if server is None:
        return "json"
    binary = getattr(server.packet_class, "uses_binary_events", True)
    return "json" if binary else "msgpack"


def read_any(wire: Wire) -> Packet:
    """Read a packet of a capture: text is plain Socket.IO, bytes are msgpack.

    Raises ValueError where it can't be read, or the package msgpack is not there.
    """
    if isinstance(wire.text, str):
        return decode(wire)
    try:
        packets = import_module("socketio.msgpack_packet")
    except ImportError:
        raise ValueError("it is msgpack: pip install msgpack") from None
    return _read(packets.MsgPackPacket, wire)


def _is_standard(module: types.ModuleType) -> bool:
    return getattr(module, "__name__", "") in {"json", "engineio.json"}


def _read(packet_class: type[Any], wire: Wire) -> Packet:
    try:
        packet = packet_class(encoded_packet=wire.text)
        for attachment in wire.attachments:
            packet.add_attachment(attachment)
        return Packet(TYPES[packet.packet_type], packet.namespace or "/", packet.id, packet.data)
    except Exception as error:
        # A decoder handed in by the user may raise anything; the reader of a table wants one kind.
        raise ValueError(f"this server's decoder can't read it: {error}") from error

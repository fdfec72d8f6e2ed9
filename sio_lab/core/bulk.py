"""Many payloads read at once: as `traffic.payload_of` reads each, at less than half the price."""

from __future__ import annotations

import json
import re
from json.scanner import make_scanner
from typing import TYPE_CHECKING, Any

from sio_lab.core.packing import Packed, Same
from sio_lab.core.traffic import payload_of
from sio_lab.core.wire import Current, Wire, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.wire import Decoder

# What `json.loads` calls in the end: what it does before and after that costs as much again.
_decoder: Any = json.JSONDecoder()
_scan = make_scanner(_decoder)
_PLAIN_HEAD = re.compile(r"[23](?:/[^,\[]*,)?\d{0,100}", re.ASCII)
"""What stands before the list of a plain event or ack: the type, the namespace with its comma, the ack id."""

_LONGEST_HEAD = 128


def payloads(texts: Packed, attachments: Packed, read: Decoder | None) -> Packed:
    """Return what each packet carries, as `traffic.payload_of` does; without `read`, the texts."""
    if isinstance(read, Current):
        read = read.decoder
    if read is None:
        return texts
    if read is decode and isinstance(attachments, Same) and not attachments.value:
        return _plain(texts)
    packets = zip(texts, attachments, strict=True)
    return [payload_of(Wire(*packet), read) for packet in packets]


def _plain(texts: Iterable[Any]) -> list[Any]:
    """Read texts without attachments."""
    return list(map(_args, texts))


def _args(text: Any) -> Any:
    begin = _begin(text)
    if begin:
        try:
            data, end = _scan(text, begin)
        except (ValueError, StopIteration, RecursionError):
            end = -1
        if end == len(text):
            return tuple(data) if text[0] == "3" else tuple(data[1:])
    return payload_of(Wire(text), decode)


def _begin(text: Any) -> int:
    """Return where the list of a plain packet begins; 0 for all others."""
    if type(text) is not str:
        return 0
    if text[:2] == "2[":
        return 1
    begin = text.find("[", 1, _LONGEST_HEAD)
    if begin < 0 or _PLAIN_HEAD.fullmatch(text, 0, begin) is None:
        return 0
    return begin

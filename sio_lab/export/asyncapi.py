"""The observed traffic as an AsyncAPI 3.0 document: namespaces as channels, events as messages, acks as replies."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sio_lab.core import records as r
from sio_lab.errors import LabError
from sio_lab.export import api_words as words
from sio_lab.export.api_document import ApiDocument
from sio_lab.export.observed import observe

if TYPE_CHECKING:
    from sio_lab.core.state import State
    from sio_lab.core.traffic import Merged
    from sio_lab.core.wire import Decoder

_TOLD = (r.EventReceived, r.Emitted, r.Connected, r.Refused)
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What may stand in JSON as it is, but not in UTF-8, YAML or JavaScript."""


def asyncapi(rows: Merged, state: State, *, title: str, url: str | None, read: Decoder) -> str:
    """Return the document of what `rows` tell, as JSON; that is YAML 1.2, too.

    `state` knows the handlers, `url` is where the server is, None for nowhere. Raises LabError where the rows hold no
    event, no emit and no connect.
    """
    told = [row for row in rows.rows if isinstance(row, _TOLD)]
    if not told:
        raise LabError(
            "There is nothing to export: among these rows is no event, no emit and no connect. Have a client send "
            "something, or give another filter; %sio traffic shows what there is."
        )
    document = ApiDocument({*state.functions, *state.methods}, read)
    places = observe(rows)
    for namespace, place in places.items():
        document.add(namespace, place)
    return _text(
        {
            "asyncapi": "3.0.0",
            "info": words.info(title, told, places, document.left_out),
            "defaultContentType": "application/json",
            **({} if url is None else {"servers": {"lab": _server(url)}}),
            "channels": document.channels,
            "operations": document.operations,
            "components": {"messages": document.messages},
        }
    )


def _server(url: str) -> dict[str, str]:
    """Tell where the server is. AsyncAPI knows no protocol of Socket.IO's; by custom it goes by that of WebSocket."""
    parts = urlsplit(url)
    protocol = "wss" if parts.scheme in {"https", "wss"} else "ws"
    return {"host": parts.netloc, "pathname": "/socket.io/", "protocol": protocol, "description": words.SERVER}


def _text(document: dict[str, Any]) -> str:
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"

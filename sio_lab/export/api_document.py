"""The parts of an AsyncAPI document that refer to each other: channels, operations, messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.export import api_words as words
from sio_lab.export.component_names import ComponentNames
from sio_lab.export.examples import examples
from sio_lab.export.sampling import sample
from sio_lab.export.schemas import auth_schema, is_single, payload_schema

if TYPE_CHECKING:
    from collections.abc import Collection

    from sio_lab.core.wire import Decoder
    from sio_lab.export.observed import Exchange, Place
    from sio_lab.export.sampling import Samples

MOST_EVENTS = 500
"""Events that a document tells of, the first ones: a client may make up any number of names."""


_Json: TypeAlias = "dict[str, Any]"


class ApiDocument:
    """Grows by one namespace after the other.

    `handled` are the keys of the handlers there are: (namespace, event), either of them `*` for any.
    """

    def __init__(self, handled: Collection[tuple[str, str]], read: Decoder) -> None:
        self.channels: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.left_out = 0
        """How many events there was no room for."""

        self._handled = handled
        self._read = read
        self._events = 0
        self._channel_names = ComponentNames()
        self._names = ComponentNames()

    def add(self, namespace: str, place: Place) -> None:
        """Add a namespace as a channel, and what was sent in it."""
        channel = self._channel_names.give(namespace if namespace.strip("/") else "root")
        self.channels[channel] = {"address": namespace, **words.channel(namespace, place.rooms), "messages": {}}
        self._connect(channel, place.connects)
        for exchange in place.exchanges.values():
            if self._events < MOST_EVENTS:
                self._event(channel, namespace, exchange)
                self._events += 1
            else:
                self.left_out += 1

    def _connect(self, channel: str, connects: Exchange) -> None:
        auth, refusals = _auths(sample(connects.packets, self._read)), sample(connects.replies, self._read)
        if not auth.args and not refusals.args:
            return
        payload = auth_schema([args[0] for args in auth.args]) if auth.args else {}
        asked = _message("connect", words.connect(connects, auth), auth, payload)
        answers = [("refused", _message("connect_error", words.REFUSED, refusals))] if refusals.args else []
        told = {"action": "receive", "title": "connect", "summary": "A client connects."}
        self._operation((channel, "connect"), asked, answers, told)

    def _event(self, channel: str, namespace: str, exchange: Exchange) -> None:
        acks = sample(exchange.replies, self._read)
        sent = _message(exchange.event, words.event(exchange), sample(exchange.packets, self._read))
        sent["title"] = words.event_title(exchange)
        answers = [("ack", _message(f"ack of {exchange.event}", words.ack(exchange), acks))] if acks.args else []
        told = words.operation(exchange, is_handled=self._is_handled(namespace, exchange.event))
        self._operation((channel, exchange.action, exchange.event), sent, answers, told)

    def _is_handled(self, namespace: str, event: str) -> bool:
        return any((place, name) in self._handled for place in (namespace, "*") for name in (event, "*"))

    def _operation(self, place: tuple[str, ...], sent: _Json, answers: list[tuple[str, _Json]], told: _Json) -> None:
        """Add an operation with its message and the replies to it, by the name of what they are."""
        channel = place[0]
        here = {"$ref": f"#/channels/{channel}"}
        name = self._names.give(*place)
        operation = {**told, "channel": here, "messages": [self._put(channel, name, sent)]}
        if answers:
            replies = [self._put(channel, self._names.give(*place, what), each) for what, each in answers]
            operation["reply"] = {"channel": here, "messages": replies}
        self.operations[name] = operation

    def _put(self, channel: str, name: str, message: _Json) -> dict[str, str]:
        self.messages[name] = message
        self.channels[channel]["messages"][name] = {"$ref": f"#/components/messages/{name}"}
        return {"$ref": f"#/channels/{channel}/messages/{name}"}


def _auths(samples: Samples) -> Samples:
    """Leave of each sample its auth: a capture may hold, as that of a connect, a packet of any other type."""
    return replace(samples, args=[args[:1] for args in samples.args if args])


def _message(name: str, said: str, samples: Samples, payload: _Json | None = None) -> _Json:
    """Return a message with the schema of its payload, inferred unless it is given, and examples."""
    schema = payload_schema(samples.args) if payload is None else payload
    is_alone = is_single(samples.args)
    shown = [{"payload": each} for each in examples(args[0] if is_alone else args for args in samples.args)]
    told = {"name": name, "title": name, "description": said + samples.said, "payload": schema}
    return told | ({"examples": shown} if shown else {})

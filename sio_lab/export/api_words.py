"""What an AsyncAPI document says in words.

Descriptions are Markdown for those who show them: names that came from clients stand in code spans, and can't get out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sio_lab.core.records import Record
    from sio_lab.export.observed import Exchange, Place
    from sio_lab.export.sampling import Samples

MOST_NAMES = 20
"""Rooms and handlers that are named."""

_LONGEST_NAME = 60
_NANOSECONDS = 1_000_000_000
SERVER = (
    "Socket.IO (protocol 5, over Engine.IO 4): connect with a Socket.IO client. It begins with HTTP requests or a "
    "WebSocket, as the client chooses; a plain WebSocket client is not understood."
)
REFUSED = "Sent in place of letting the client in: what the handler of `connect` refused with."
_PAYLOADS = (
    "An event's payload is its argument, where each one seen had exactly one; else an array of all its arguments, in "
    "order. The same goes for acks. Strings of format `binary` travel as attachments. Messages of `receive` operations "
    "are sent by clients, those of `send` operations by the server; an ack is the reply to its operation."
)


def info(title: str, told: Sequence[Record], places: Mapping[str, Place], left_out: int) -> dict[str, Any]:
    """Return the document's head: what it was made from, and how it is to be read."""
    every = [exchange for place in places.values() for exchange in place.exchanges.values()]
    received = sum(exchange.count for exchange in every if exchange.action == "receive")
    emitted = sum(exchange.count for exchange in every if exchange.action == "send")
    acks = sum(len(exchange.replies) for exchange in every)
    connects = sum(place.connects.count for place in places.values())
    first, last = (_moment(told[place].at) for place in (0, -1))
    observed = (
        f"Observed, not specified: from {first} to {last}, {counted(connects, 'connect')}, "
        f"{counted(received, 'event')} received, {emitted:,} emitted, {counted(acks, 'ack')}. "
        "What did not happen then is not in here."
    )
    said = [observed, _PAYLOADS]
    if left_out:
        said.append(f"{counted(left_out, 'more event')} of other names were seen, and left out.")
    return {"title": title, "version": last[:10], "description": "\n\n".join(said)}


def channel(namespace: str, rooms: Collection[str]) -> dict[str, str]:
    """Return what is said of a namespace."""
    named = f" Rooms that clients joined: {_named(rooms)}." if rooms else ""
    return {"title": f"Namespace {namespace}", "description": f"A namespace of Socket.IO.{named}"}


def connect(connects: Exchange, auth: Samples) -> str:
    """Say what clients connect with."""
    refused = f", {len(connects.replies):,} refused" if connects.replies else ""
    often = f"{counted(connects.count, 'connect')}{refused}."
    if not auth.args:
        return f"No client gave an `auth`. {often}"
    without = " Some clients gave none." if len(auth.args) + auth.unreadable < auth.taken else ""
    return f"The `auth` that clients connect with; its values are hidden.{without} {often}"


def event_title(exchange: Exchange) -> str:
    """Return an event's name and its direction: one of the same name may go the other way."""
    return f"{exchange.event} ({'from' if exchange.action == 'receive' else 'to'} clients)"


def event(exchange: Exchange) -> str:
    """Say who sent an event, and how often."""
    who = "Sent by clients" if exchange.action == "receive" else "Emitted by the server"
    asked = f" An ack was asked for {counted(exchange.asked, 'time')}." if exchange.asked else ""
    return f"{who}, {counted(exchange.count, 'time')}.{asked}"


def ack(exchange: Exchange) -> str:
    """Say what an ack is the answer to, and how often it came."""
    return f"The ack of {code(exchange.event)}, {counted(len(exchange.replies), 'time')}."


def operation(exchange: Exchange, *, is_handled: bool) -> dict[str, Any]:
    """Return what is said of an operation; it is tagged where nothing answers it."""
    name = {"action": exchange.action, "title": exchange.event}
    if exchange.action == "send":
        return {**name, "summary": "The server emits it."}
    told: dict[str, Any] = {**name, "summary": "A client sends it."}
    ended = [f"{count:,} {status}" for status, count in sorted(exchange.statuses.items())]
    handlers = f"Answered by {_named(exchange.handlers)}. " if exchange.handlers else ""
    if handlers or ended:
        told["description"] = f"{handlers}How it ended: {', '.join(ended) or 'not yet'}."
    if exchange.statuses["no-handler"] and not is_handled:
        told["tags"] = [{"name": "no handler", "description": "Nothing answers it."}]
    return told


def counted(count: int, word: str) -> str:
    """Return how many there are of something."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def code(text: str) -> str:
    """Return a text as a code span of Markdown: on one line, bounded, and without what would end it."""
    line = "".join(letter if letter.isprintable() else "·" for letter in text[: _LONGEST_NAME + 1]).replace("`", "'")
    return f"`{line if len(line) <= _LONGEST_NAME else line[:_LONGEST_NAME] + '…'}`"


def _named(names: Iterable[str]) -> str:
    every = sorted(names)
    more = f" and {len(every) - MOST_NAMES:,} more" if len(every) > MOST_NAMES else ""
    return ", ".join(map(code, every[:MOST_NAMES])) + more


def _moment(nanoseconds: int) -> str:
    return f"{datetime.fromtimestamp(nanoseconds // _NANOSECONDS, UTC):%Y-%m-%d %H:%M:%S} UTC"

"""A map of the rooms as a still picture: as aligned lists, and as HTML with each room a box around its members."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from wcwidth import wcswidth

from sio_lab.views import html, text, values

if TYPE_CHECKING:
    from sio_lab.core.membership import Client, Membership, Place

NAME = 80
"""Characters of a name that a map shows; more of it is in a tooltip."""

NOBODY = "nobody is connected"
ROOMLESS = "in no room"
_LISTED = 60
_INDENT = "  "
_WIDEST = 24


def label(client: Client) -> str:
    """Return what a client is called: its name, else its short sid."""
    return values.short_sid(client.sid) if client.name is None else values.visible(client.name, NAME)


def room_text(room: object) -> str:
    """Return a room's name as it is shown, in quotes where there is nothing to be seen; not whether it is a text."""
    return values.visible(room, NAME) if isinstance(room, str) and room.strip() else values.payload(room, NAME)


def as_text(now: Membership, width: int) -> str:
    """Return a map as lists whose columns are aligned, none of its lines wider than `width`."""
    clients = sum(place.clients_count for place in now.places)
    lines = [f"room map: {_counted(clients, 'client')}" if clients else f"room map: {NOBODY}"]
    for place in now.places:
        lines += ["", f"{values.visible(place.namespace, NAME)}  {counts(place)}", *_table(place, width)]
    lines += ["", f"and {_counted(now.more, 'more namespace')}"] if now.more else []
    return "\n".join(text.clip(line, width) for line in lines)


def as_html(now: Membership) -> str:
    """Return a map as HTML: each room a box with its members in it."""
    clients = sum(place.clients_count for place in now.places)
    told = _counted(clients, "client") if clients else NOBODY
    head = html.element("span", "room map", look="sio-title") + " " + html.element("span", told, look="sio-count")
    more = html.element("p", f"and {_counted(now.more, 'more namespace')}", look="sio-note") if now.more else ""
    places = "".join(map(_section, now.places))
    content = html.element("p", head, look="sio-head") + places + more
    return html.page("room_map", html.element("div", content, look="sio-still-rooms"))


def counts(place: Place) -> str:
    """Return how many clients and rooms a namespace has."""
    if not place.clients_count:
        return NOBODY
    return f"{_counted(place.clients_count, 'client')}, {_counted(place.rooms_count, 'room')}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def full_client(client: Client) -> str:
    """Return what a tooltip says of a client."""
    called = f"{values.visible(client.name, values.LONG)}, " if client.name is not None else ""
    return f"{called}sid {values.visible(client.sid)}"


def full_room(room: object) -> str:
    """Return more of a room's name than is shown, where there is more."""
    if isinstance(room, str):
        return values.visible(room, values.LONG) if len(room) > NAME else ""
    return values.payload(room, values.LONG) if room_text(room).endswith("…") else ""


def _titled(room: object) -> str:
    return room_text(room) if isinstance(room, str) else f"{room_text(room)} ({type(room).__name__})"


def _groups(place: Place) -> list[tuple[str, int, list[Client], bool]]:
    """Return what is drawn of a namespace: title, how many, those told, and whether it is a room."""
    found = [
        (_titled(room.room), room.count, [place.clients[position] for position in room.members], True)
        for room in place.rooms
    ]
    inside = {position for room in place.rooms for position in room.members}
    outside = [client for position, client in enumerate(place.clients) if position not in inside]
    # Who is in rooms that are not told, or is not told as a member, can't be said to be in none.
    is_whole = all(room.count == len(room.members) for room in place.rooms) and place.rooms_count == len(place.rooms)
    return [*found, (ROOMLESS if is_whole else "others", len(outside), outside, False)] if outside else found


def _unlisted(place: Place) -> str:
    """Say what of a namespace is only counted."""
    clients, rooms = place.clients_count - len(place.clients), place.rooms_count - len(place.rooms)
    parts = [_counted(clients, "more client")] * bool(clients) + [_counted(rooms, "more room")] * bool(rooms)
    return f"and {' and '.join(parts)}" if parts else ""


def _table(place: Place, width: int) -> list[str]:
    groups = _groups(place)
    widest = min(_WIDEST, max((wcswidth(title) for title, *_ in groups), default=0), max(width // 3, 1))
    digits = max((len(f"{count:,}") for _, count, *_ in groups), default=0)
    lines = []
    for title, count, clients, _ in groups:
        short = text.clip(title, widest)
        space = " " * (widest - wcswidth(short))
        lines.append(f"{_INDENT}{short}{space}{_INDENT}{count:>{digits},}{_INDENT}{_listed(clients, count)}")
    unlisted = _unlisted(place)
    return [*lines, f"{_INDENT}{unlisted}"] if unlisted else lines


def _listed(clients: list[Client], count: int) -> str:
    told = ", ".join(map(label, clients[:_LISTED]))
    hidden = count - min(len(clients), _LISTED)
    return f"{told}, and {hidden:,} more" if hidden and told else told or f"{hidden:,} not listed"


def _section(place: Place) -> str:
    name = html.element("strong", html.element("bdi", escape(values.visible(place.namespace, NAME))))
    head = html.element("p", f"{name} {html.element('span', counts(place), look='sio-count')}", look="sio-place")
    boxes = "".join(_box(*group) for group in _groups(place))
    unlisted = _unlisted(place)
    note = html.element("p", unlisted, look="sio-note") if unlisted else ""
    return head + (html.element("ul", boxes, look="sio-boxes") if boxes else "") + note


def _box(title: str, count: int, clients: list[Client], is_room: bool) -> str:
    head = html.element("bdi", escape(title), look="sio-room") + " "
    head += html.element("span", f"{count:,}", look="sio-count")
    chips = [html.element("bdi", escape(label(one)), full_client(one), "sio-chip") for one in clients[:_LISTED]]
    hidden = count - len(chips)
    chips += [html.element("span", f"and {hidden:,} more", look="sio-count")] if hidden else []
    members = html.element("span", " ".join(chips), look="sio-members")
    return html.element(
        "li", f"{html.element('span', head, look='sio-top')} {members}", look="" if is_room else "sio-out"
    )

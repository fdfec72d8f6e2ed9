"""A still picture of panels: as text for a terminal, as HTML for where nothing is live."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from sio_lab.views import html as markup
from sio_lab.views import text as terminal
from sio_lab.views.cells import ARROWS, FAILED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHOWN = 12
"""How many of a conversation's newest items are in the picture."""

# Arrows are told from the server's side, as in the tables: what a client receives goes out.
_ARROWS = {"in": (ARROWS["out"], "out"), "out": (ARROWS["in"], "in"), "note": (ARROWS["-"], "muted")}


def text(phones: Sequence[Mapping[str, Any]], width: int | None = None) -> str:
    """Return panels one below another, no line wider than `width` columns; None for the terminal's width."""
    width = width or terminal.terminal_width()
    lines = [line for phone in phones for line in _lines(phone)]
    return "\n".join(terminal.clip(line, width) for line in lines) or "no panels"


def html(phones: Sequence[Mapping[str, Any]]) -> str:
    """Return panels side by side, their style with them."""
    drawn = markup.element("div", "".join(map(_phone, phones)), look="sio-phones")
    return markup.page("panels", markup.element("div", drawn, look="sio-live"))


def _lines(phone: Mapping[str, Any]) -> list[str]:
    places = [f"  {_place_line(place)}" for place in phone["namespaces"]]
    items = [f"  {_item_line(item, phone)}" for item in phone["items"][-SHOWN:]]
    return [f"{phone['called']}: {_connected(phone)}, received {phone['received']:,}", *places, *items]


def _connected(phone: Mapping[str, Any]) -> str:
    return "connected" if phone["connected"] else f"not connected: {phone['why']}"


def _place_line(place: Mapping[str, Any]) -> str:
    return f"{place['namespace']}  sid {place['sid']}  {_rooms(place)}" if place["sid"] else f"{place['namespace']}  -"


def _rooms(place: Mapping[str, Any]) -> str:
    more = f" and {place['more']:,} more" if place["more"] else ""
    return f"rooms {', '.join(place['rooms'])}{more}" if place["rooms"] else "in no room"


def _item_line(item: Mapping[str, Any], phone: Mapping[str, Any]) -> str:
    place = f"{item['namespace']} " if len(phone["namespaces"]) > 1 and item["namespace"] else ""
    what = item["args"] if item["dir"] == "note" else f"{item['event'] or 'ack'} {_args(item)}".rstrip()
    return f"{_ARROWS[item['dir']][0]} {place}{what}{_ending(item)}"


def _args(item: Mapping[str, Any]) -> str:
    return "" if item["args"] == "()" else str(item["args"])


def _ending(item: Mapping[str, Any]) -> str:
    if item.get("failed"):
        return f"  {FAILED} {item['failed']}"
    return f"  ack {item['ack']}" if item.get("ack") else "  no ack yet" if item.get("ack") == "" else ""


def _phone(phone: Mapping[str, Any]) -> str:
    name = markup.element("bdi", escape(phone["called"]), look="sio-who")
    received = markup.element("b", f"{phone['received']:,}")
    count = markup.element("span", f"received {received}", look="sio-tally")
    state = markup.element("span", escape(_connected(phone)), look="sio-link-state")
    head = "".join(markup.element("div", line, look="sio-phone-top") for line in (name + count, state))
    wire = markup.element("div", escape(f"{phone['transport']} connection"), look="sio-wire-name")
    drawn = "".join(map(_place, phone["namespaces"]))
    places = markup.element("div", wire * phone["connected"] + drawn, look="sio-wire-frame")
    items = "".join(_item(item, phone) for item in phone["items"][-SHOWN:])
    talk = markup.element("div", markup.element("div", items, look="sio-talk-list"), look="sio-talk")
    said = markup.element("div", talk, look="sio-talk-box")
    look = "sio-phone" if phone["connected"] else "sio-phone sio-cut"
    middle = markup.element("div", places + said, look="sio-phone-middle")
    return markup.element("div", head + middle, look=look, role="group", aria_label=phone["called"])


def _place(place: Mapping[str, Any]) -> str:
    namespace = markup.element("bdi", escape(place["namespace"]), look="sio-ns")
    sid = markup.element("span", "sid ", look="sio-none")
    sid += markup.element("span", escape(place["sid"] or "-"), place["full"], "sio-sid")
    rooms = "".join(markup.element("bdi", escape(room), look="sio-room") for room in place["rooms"])
    count = f"{len(place['rooms']) + place['more']:,} rooms"
    more = markup.element("span", count, look="sio-none") if place["more"] else ""
    none = "" if place["rooms"] or not place["sid"] else markup.element("span", "in no room", look="sio-none")
    return markup.element(
        "div",
        namespace + markup.element("span", sid) + markup.element("span", more + rooms + none, look="sio-rooms"),
        look="sio-place",
    )


def _item(item: Mapping[str, Any], phone: Mapping[str, Any]) -> str:
    place = ""
    if len(phone["namespaces"]) > 1 and item["namespace"]:
        place = markup.element("bdi", escape(item["namespace"]), look="sio-ns")
    if item["dir"] == "note":
        told = markup.element("bdi", escape(item["args"]))
        return markup.element("div", place + told, item["time"], f"sio-said sio-note sio-note-{item['event']}")
    arrow, look = _ARROWS[item["dir"]]
    arrow = markup.element("span", arrow, look=f"sio-way sio-{look}", role="img", aria_label=_WAYS[item["dir"]])
    event = markup.element("bdi", escape(item["event"] or "ack"), look="sio-event")
    args = markup.element("bdi", escape(_args(item)), look="sio-args", dir="ltr")
    ending = escape(_ending(item).strip())
    below = markup.element("div", ending, look=f"sio-ending{' sio-bad' * bool(item.get('failed'))}") if ending else ""
    top = markup.element("div", arrow + event + place, look="sio-said-top")
    return markup.element("div", top + args + below, item["time"], f"sio-said sio-{item['dir']}")


_WAYS = {"in": "received", "out": "sent"}

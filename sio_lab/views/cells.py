"""One cell of a table as it is shown, the same in text and in HTML: what stands in it, its tooltip and its look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core.console import newest
from sio_lab.core.traffic import is_failure
from sio_lab.views import values

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from sio_lab.core.columns import Column

FAILED = "✕"
"""Stands before what failed, so that it is seen without colour."""

ARROWS = {"in": "→", "out": "←", "-": "·"}
_DIRECTIONS = {"in": "in: from a client", "out": "out: to a client", "-": "in the server"}
_ENDED_WRONG = frozenset({"raised", "no-handler", "refused"})
_NUMBERS_TO_TYPE = frozenset({"seq", "ack_id", "cause"})
"""Those that are typed again, as in traffic[1234]: no commas in them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown of one value."""

    text: str
    """One line, bounded, without control characters; empty where there is nothing."""

    full: str = ""
    """More of it, or what it means, for a tooltip."""

    look: str = ""
    """`in`, `out`, `failed`, `muted`, `code` or nothing."""


EMPTY = Cell("")


def cell(column: Column, row: Mapping[str, Any], names: Mapping[str, str], beside: Container[str] = ()) -> Cell:
    """Return what is shown of `row` in `column`.

    `names` has what sids are called where they are addressed; `beside`, the names of the columns shown: a client
    without a name is called by its sid where that has no column of its own.
    """
    if column.name == "client" and "sid" not in beside:
        return _client(row)
    show = _BY_NAME.get(column.name)
    if show is not None:
        return show(row, names)
    value = row[column.name]
    return EMPTY if value is None else _BY_KIND[column.kind](column.name, value)


def names_in(rows: Mapping[str, Any]) -> dict[str, str]:
    """Return what the clients of a table are called: sid -> the name the lab gave it, else its short sid."""
    sids, names = rows.get("sid", ()), rows.get("client", ())
    known = zip(sids, names or [None] * len(sids), strict=False)
    return {sid: values.visible(name) if name else values.short_sid(sid) for sid, name in known if sid}


def _direction(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    direction = row["direction"]
    return Cell(ARROWS[direction], _DIRECTIONS[direction], "muted" if direction == "-" else direction)


def _kind(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    kind = row["kind"]
    # Of what has a status that failed, the status carries the mark.
    failed = is_failure(row) and row.get("status") not in _ENDED_WRONG
    return Cell(f"{FAILED} {kind}", "", "failed") if failed else Cell(kind)


def _status(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    status = row["status"]
    if status in _ENDED_WRONG:
        return Cell(f"{FAILED} {status}", "", "failed")
    return Cell(status or "", "", "muted")


def _client(row: Mapping[str, Any]) -> Cell:
    name, sid = row["client"], row.get("sid")
    if name is not None:
        return Cell(values.visible(name), f"sid {values.visible(sid or '')}")
    if sid is not None:
        return _sid(row, {})
    recipients = row.get("recipients")
    return EMPTY if recipients is None else Cell(_counted(recipients), "", "muted")


def _counted(recipients: int) -> str:
    return "nobody" if not recipients else f"{recipients:,} clients"


def _sid(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    return _short(row["sid"])


def _eio_sid(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    return _short(row["eio_sid"])


def _short(sids: str | None) -> Cell:
    if sids is None:
        return EMPTY
    return Cell(", ".join(map(values.short_sid, sids.split(", "))), values.visible(sids, values.LONG), "code")


def _to(row: Mapping[str, Any], names: Mapping[str, str]) -> Cell:
    to = row["to"]
    if to is None:
        return EMPTY
    called = ", ".join(names.get(part) or values.visible(part) for part in to[: values.LONG].split(", "))
    return Cell(values.cut(called, values.SHORT), values.visible(to, values.LONG))


def _room(row: Mapping[str, Any], names: Mapping[str, str]) -> Cell:
    room = row["room"]
    return Cell(names.get(room) or _room_text(room), _room_text(room)) if room is not None else EMPTY


def _room_text(room: object) -> str:
    return values.visible(room) if isinstance(room, str) else values.payload(room)


def _errors(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    errors = row["errors"]
    return Cell(f"{FAILED} {errors:,}", "", "failed") if errors else Cell("0", "", "muted")


def _output(row: Mapping[str, Any], _names: Mapping[str, str]) -> Cell:
    """Show the newest: the last line, and for a tooltip the last lines, as far as there is room."""
    output = row["output"]
    if output is None:
        return EMPTY
    output = values.uncoloured(output)
    last = output.rstrip().rpartition("\n")[2]
    return Cell(values.visible(last), values.lines(newest(output, values.LONG)), "code")


def _time(_name: str, value: int) -> Cell:
    return Cell(values.moment(value), values.full_moment(value), "muted")


def _integer(name: str, value: int) -> Cell:
    if name.startswith("bytes"):
        return Cell(values.size(value), f"{value:,} bytes")
    return Cell(values.payload(value) if name in _NUMBERS_TO_TYPE else f"{value:,}")


def _number(name: str, value: float) -> Cell:
    return Cell(values.duration(value), f"{value:,.6g} ms") if name.endswith("ms") else Cell(f"{value:,.6g}")


def _text(_name: str, value: str) -> Cell:
    text = values.visible(value)
    return Cell(text, values.visible(value, values.LONG) if len(value) > values.SHORT else "")


def _flag(_name: str, value: object) -> Cell:
    return Cell("yes") if value else Cell("no", "", "muted")


def _object(name: str, value: Any) -> Cell:
    if name == "rooms":
        rooms = ", ".join(map(_room_text, value[: values.SHORT]))
        return Cell(values.cut(rooms, values.SHORT), values.cut(rooms, values.LONG))
    text = values.arguments(value)
    if value == ():
        return Cell(text, "no arguments", "muted")
    # A long payload is written once more, and with a bound again.
    return Cell(text, values.arguments(value, values.LONG) if text.endswith("…") else "", "code")


_BY_NAME: dict[str, Callable[[Mapping[str, Any], Mapping[str, str]], Cell]] = {
    "direction": _direction,
    "kind": _kind,
    "status": _status,
    "sid": _sid,
    "eio_sid": _eio_sid,
    "to": _to,
    "room": _room,
    "errors": _errors,
    "output": _output,
}
_BY_KIND: dict[str, Callable[[str, Any], Cell]] = {
    "time": _time,
    "integer": _integer,
    "number": _number,
    "text": _text,
    "category": _text,
    "flag": _flag,
    "object": _object,
}

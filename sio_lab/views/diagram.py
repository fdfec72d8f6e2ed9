"""The sequence diagram as it is shown: its lanes and steps with their texts, bounded and safe to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core.lane_keys import OTHERS, SERVER
from sio_lab.core.traffic import payload_of
from sio_lab.core.wire import Wire
from sio_lab.views import values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sio_lab.core.lane_keys import Lane
    from sio_lab.core.lanes import Model
    from sio_lab.core.steps import Step
    from sio_lab.core.wire import Decoder

CAPTION = 48
"""Characters of what stands on an arrow."""

_ASIDE = 60
_NAME = 28
_MOST_ROOMS = 3
_SAID = {
    "join": "joins {}",
    "leave": "leaves {}",
    "close_room": "closes {}",
    "upgrade": "upgrade to {}",
    "server": "server {}",
    "handshake": "WebSocket {}",
    "close": "closed {}",
}
_EVENTS = frozenset({"event", "emit", "ack"})
_SAYS_ALL = frozenset({"disconnect", "server"})
_TELLS_WHY = frozenset({"event", "connect", "refused", "rejected", "disconnect", "close"})


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a lane."""

    key: str
    label: str
    full: str
    """More of it, for a tooltip."""

    kind: str
    """`server`, `client` or `others`."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step, in words."""

    seq: int
    row: int
    time: str
    """The time of day."""

    kind: str
    look: str
    """`in`, `out`, `ack`, `note` or `line`: how it is drawn."""

    caption: str
    """What stands on it: the event's name."""

    aside: str
    """What stands beside that, less loud: the error, the room, the reason."""

    source: str
    targets: tuple[str, ...]
    failed: bool
    args: str
    ack: str
    status: str
    """How it went, and how long it took."""

    note: str
    """The error, the reason, and what to do next."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A sequence diagram, ready to be drawn."""

    heads: tuple[Head, ...]
    """The lanes, from left to right; the server's is the first."""

    arrows: tuple[Arrow, ...]
    """The steps, oldest first; between keys of heads."""

    earlier: int = 0
    """How many older steps are not shown."""

    filter: str = ""


def drawn(model: Model, read: Decoder, filter_text: str = "") -> Diagram:
    """Put a model into words."""
    arrows = (arrow(step, (step.source, step.targets), read) for step in model.steps)
    return Diagram(tuple(map(head, model.lanes)), tuple(arrows), model.earlier, filter_text)


def head(lane: Lane) -> Head:
    """Return what stands above a lane."""
    kind = lane.key if lane.key in {SERVER, OTHERS} else "client"
    label = values.visible(lane.label, _NAME)
    full = {SERVER: "the server", OTHERS: "clients with few steps, for which there is no room"}.get(lane.key)
    sid = f"sid {values.visible(lane.sid, values.SHORT)}" if lane.sid else "client"
    return Head(lane.key, label, full or (f"{values.visible(lane.name)}, {sid}" if lane.name else sid), kind)


def arrow(step: Step, ends: tuple[str, tuple[str, ...]], read: Decoder) -> Arrow:
    """Put a step into words; `ends` are the keys of the lanes it is drawn between."""
    return Arrow(
        seq=step.seq,
        row=step.row,
        time=values.moment(step.at),
        kind=step.kind,
        look=_look(step),
        caption=_caption(step),
        aside=values.cut(" · ".join(filter(None, _asides(step, read))), _ASIDE),
        source=ends[0],
        targets=ends[1],
        failed=step.failed,
        args=_args(step, read),
        ack=_payload(step.ack, read),
        status=" in ".join(filter(None, (step.status, "" if step.ms is None else values.duration(step.ms)))),
        note=values.visible(step.note, values.LONG),
    )


def told(each: Arrow, lanes: Callable[[str], int]) -> dict[str, Any]:
    """Return an arrow as JSON, empty texts left out, lanes as the numbers that `lanes` gives them."""
    plain = {
        "seq": each.seq,
        "row": each.row,
        "time": each.time,
        "kind": each.kind,
        "look": each.look,
        "caption": each.caption,
        "from": lanes(each.source),
        "to": [lanes(key) for key in each.targets],
    }
    texts: Mapping[str, str] = {name: getattr(each, name) for name in ("aside", "args", "ack", "status", "note")}
    return {**plain, "failed": int(each.failed), **{name: text for name, text in texts.items() if text}}


def spoken(each: Arrow, labels: Mapping[str, str]) -> str:
    """Tell an arrow in a sentence, for tooltips and screen readers."""
    ends = f"from {labels[each.source]} to {listed([labels[key] for key in each.targets])}" if each.targets else ""
    named = each.caption if each.kind in each.caption else f"{each.kind} {each.caption}"
    what = f"{'failed: ' * each.failed}{named}"
    extra = (f"args {each.args}" if each.args else "", f"ack {each.ack}" if each.ack else "", each.status, each.note)
    return ", ".join(filter(None, (each.time, what, ends or f"at {labels[each.source]}", *extra)))


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names in a row, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _look(step: Step) -> str:
    if step.is_line:
        return "line"
    if not step.targets:
        return "note"
    if step.kind == "ack":
        return "ack"
    return "out" if step.source == SERVER else "in"


def _caption(step: Step) -> str:
    label = values.visible(step.label, CAPTION)
    if step.kind in _SAID:
        return values.cut(_SAID[step.kind].format(label), CAPTION + 8)
    return label or step.kind


def _asides(step: Step, read: Decoder) -> list[str]:
    place = step.namespace if step.namespace not in {None, "/"} else ""
    return [values.visible(place or "", _NAME), *_more(step, read)]


def _more(step: Step, read: Decoder) -> list[str]:
    if step.kind == "emit":
        return _addressed(step)
    if step.kind == "ack":
        return [values.arguments(_read(step.args, read), _ASIDE), step.note]
    if step.kind == "http":
        return [step.status or "", "" if step.ms is None else values.duration(step.ms)]
    if step.kind in _TELLS_WHY or step.failed:
        status = step.status if step.failed or step.status == "running" else None
        return [text for text in (status, values.visible(step.note, _ASIDE)) if text]
    return [values.visible(str(said), _ASIDE) for said in step.args] if isinstance(step.args, tuple) else []


def _addressed(step: Step) -> list[str]:
    if not step.count:
        return ["reaches nobody"]
    rooms = [values.visible(room, _NAME) for room in step.to[:_MOST_ROOMS]]
    more = [f"{len(step.to) - _MOST_ROOMS} more"] if len(step.to) > _MOST_ROOMS else []
    # To name a sid says no more than the arrow's end does.
    to = [f"to {', '.join(rooms + more)}"] if rooms and step.count > 1 else []
    return [*to, *([f"{step.count:,} clients"] if step.count > 1 else [])]


def _args(step: Step, read: Decoder) -> str:
    text = _payload(step.args, read)
    # What is no event has nothing to show where it came without auth, and tells its reason elsewhere.
    return "" if step.kind in _SAYS_ALL or (step.kind not in _EVENTS and text == "()") else text


def _payload(said: Wire | tuple[object, ...] | None, read: Decoder) -> str:
    return "" if said is None else values.arguments(_read(said, read))


def _read(said: Wire | tuple[object, ...], read: Decoder) -> Any:
    if not isinstance(said, Wire):
        return said
    return payload_of(said, read) if said.text else None

"""One row of the traffic table, told in full: as text for a terminal, as HTML for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from sio_lab.views import html as markup
from sio_lab.views import text as terminal
from sio_lab.views import values
from sio_lab.views.cells import FAILED, Cell

_LABEL = 15
_INDENT = "  "


@dataclass(frozen=True)
class Fact:
    """One thing that is known of the row."""

    label: str
    cell: Cell


@dataclass(frozen=True)
class Effect:
    """Something that the row made happen, and what that made happen."""

    cell: Cell
    """The arrow of its direction."""

    text: str
    failed: bool
    effects: tuple[Effect, ...]
    seq: int | None = None
    """The number of its row; None where it stands for several."""


@dataclass(frozen=True)
class Card:
    """What is shown of one row."""

    seq: int
    arrow: Cell
    kind: str
    event: str
    status: str
    failed: bool
    facts: tuple[Fact, ...]
    parts: tuple[tuple[str, str], ...]
    """The pieces of the wire text, and what each says."""

    traceback: str
    """As Python printed it; empty where nothing was raised."""

    output: str
    """What the handler printed."""

    effects: tuple[Effect, ...]
    handshake: tuple[tuple[str, str], ...] = ()
    """What a WebSocket began with: (title, text) of the request, the answer, and what ties them."""


def text(card: Card, width: int | None = None) -> str:
    """Return a card as text at most `width` columns wide; None for the terminal's width."""
    width = width or terminal.terminal_width()
    told = [line for fact in card.facts for line in _fact_lines(fact, width)]
    shaken = [line for each in card.handshake for line in _block(*each)]
    blocks = shaken + _block("traceback", card.traceback) + _block("printed", card.output)
    effects = _block("effects", "\n".join(_effect_lines(card.effects, "")))
    lines = (_heading(card), *told, *_wire_lines(card.parts), *blocks, *effects)
    return "\n".join(terminal.clip(line, width) for line in lines)


def html(card: Card) -> str:
    """Return a card as HTML, its style with it."""
    facts = "".join(map(_fact, card.facts))
    wire = _pair("wire", markup.element("span", "".join(map(_part, card.parts)), look="sio-wire"))
    body = markup.element("dl", facts + wire * bool(card.parts))
    blocks = (
        "".join(_pre(*each) for each in card.handshake)
        + _pre("traceback", card.traceback)
        + _pre("printed", card.output)
    )
    effects = _section("effects", _tree(card.effects)) if card.effects else ""
    look = "sio-card sio-failed" if card.failed else "sio-card"
    content = markup.element("div", _head(card) + body + blocks + effects, look=look, role="group")
    return markup.page("card", content)


def _heading(card: Card) -> str:
    mark = FAILED if card.failed else ""
    pieces = (mark, f"row {card.seq}", card.arrow.text, card.kind, card.event, card.status and f"- {card.status}")
    return " ".join(piece for piece in pieces if piece)


def _label(label: str) -> str:
    return f"{_INDENT}{label:{_LABEL}}"


def _fact_lines(fact: Fact, width: int) -> list[str]:
    first, *others = terminal.wrap(fact.cell.text, max(width - _LABEL - len(_INDENT), _LABEL))
    return [_label(fact.label) + first, *(_label("") + line for line in others)]


def _wire_lines(parts: tuple[tuple[str, str], ...]) -> list[str]:
    longest = max((len(meaning) for _, meaning in parts), default=0)
    lines = [f"{meaning:{longest}}  {values.visible(piece, values.LONG)}" for piece, meaning in parts]
    return [_label("wire" if not place else "") + line for place, line in enumerate(lines)]


def _block(label: str, content: str) -> list[str]:
    return [f"{_INDENT}{label}", *(_INDENT * 2 + line for line in content.split("\n"))] if content else []


def _effect_lines(effects: tuple[Effect, ...], indent: str) -> list[str]:
    lines: list[str] = []
    for effect in effects:
        lines.append(f"{indent}{effect.cell.text} {f'{FAILED} ' * effect.failed}{effect.text}")
        lines += _effect_lines(effect.effects, indent + _INDENT)
    return lines


def _head(card: Card) -> str:
    arrow = markup.element("span", markup.shown(card.arrow), look=f"sio-arrow sio-{card.arrow.look}")
    event = markup.element("strong", markup.element("bdi", escape(card.event)))
    mark = f"{FAILED} " if card.failed else ""
    status = markup.element("span", escape(mark + card.status), look="sio-status") if card.status or mark else ""
    seq = markup.element("span", f"row {card.seq}", look="sio-seq")
    return markup.element("p", f"{arrow} {escape(card.kind)} {event} {status} {seq}", look="sio-top")


def _fact(fact: Fact) -> str:
    look = f"sio-{fact.cell.look}" if fact.cell.look else ""
    return _pair(fact.label, markup.shown(fact.cell), look)


def _pair(label: str, content: str, look: str = "") -> str:
    return markup.element("dt", escape(label)) + markup.element("dd", content, look=look)


def _part(part: tuple[str, str]) -> str:
    piece, meaning = part
    code = markup.element("code", markup.element("bdi", escape(values.visible(piece, values.LONG)), dir="ltr"))
    return markup.element("span", code + markup.element("small", escape(meaning)), look="sio-part")


def _pre(label: str, content: str) -> str:
    return _section(label, markup.element("pre", escape(content))) if content else ""


def _section(label: str, content: str) -> str:
    return markup.element("p", escape(label), look="sio-label") + content


def _tree(effects: tuple[Effect, ...]) -> str:
    return markup.element("ul", "".join(map(_branch, effects)))


def _branch(effect: Effect) -> str:
    arrow = markup.element("span", markup.shown(effect.cell), look=f"sio-arrow sio-{effect.cell.look}")
    told = markup.element("bdi", escape(f"{FAILED} " * effect.failed + effect.text))
    below = _tree(effect.effects) if effect.effects else ""
    return markup.element("li", f"{arrow} {told}{below}", look="sio-failed" if effect.failed else "")

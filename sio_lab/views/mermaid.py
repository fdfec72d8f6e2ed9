"""The sequence diagram as text that Mermaid draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.views import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.views.diagram import Arrow, Diagram

_ARROWS = {"in": "->>", "out": "->>", "ack": "-->>"}
_FAILED = "-x"
_KINDS = {"server": "participant", "client": "actor", "others": "participant"}


def mermaid(diagram: Diagram) -> str:
    """Return a `sequenceDiagram`; its participants are called p0, p1, ..., what clients chose stands in texts alone.

    An emit to several clients is a message to the first and to each of the others; one to nobody is a note.
    """
    aliases = {head.key: f"p{place}" for place, head in enumerate(diagram.heads)}
    who = [f"{_KINDS[head.kind]} {aliases[head.key]} as {_text(head.label)}" for head in diagram.heads]
    steps = [line for arrow in diagram.arrows for line in _lines(arrow, aliases)]
    return "\n".join(("sequenceDiagram", *(f"    {line}" for line in (*who, *steps)))) + "\n"


def _lines(arrow: Arrow, aliases: Mapping[str, str]) -> list[str]:
    text = _text(f"{arrow.caption} ({arrow.aside})" if arrow.aside else arrow.caption)
    text = f"✕ {text}" if arrow.failed else text
    if arrow.look == "line":
        ends = dict.fromkeys((next(iter(aliases.values())), list(aliases.values())[-1]))
        return [f"Note over {','.join(ends)}: {text}"]
    source = aliases[arrow.source]
    if not arrow.targets:
        return [f"Note over {source}: {text}"]
    sign = _FAILED if arrow.failed else _ARROWS[arrow.look]
    return [f"{source}{sign}{aliases[key]}: {text}" for key in arrow.targets]


def _text(text: str) -> str:
    """Write a text so that Mermaid takes none of it for its own words: entities begin with # and end with ; there."""
    plain = text.replace(values.FIRST_STRONG_ISOLATE, "").replace(values.POP_ISOLATE, "")
    # A bare `end` closes a block, and two percent signs begin a comment.
    written = "".join(letter if letter.isalnum() or letter in _PLAIN else f"#{ord(letter)};" for letter in plain)
    if written.strip().casefold() in _WORDS:
        written = f"#{ord(written.strip()[0])};{written.strip()[1:]}"
    return written or "#32;"


_PLAIN = frozenset(" .,()[]'_-/=+*!?✕·…→←|@^~")
_WORDS = frozenset({"end", "note", "loop", "alt", "opt", "par", "rect", "else", "and", "box", "critical", "break"})

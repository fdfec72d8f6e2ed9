"""Why something happened to a row: as aligned text for a terminal, as HTML for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sio_lab.views import html as markup
from sio_lab.views import text as terminal
from sio_lab.views import values
from sio_lab.views.cells import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.reason import Reason, Why

REMARK = "·"
"""What a remark begins with, where a failure has its mark."""

_LABEL = 10
_INDENT = "  "


def text(why: Why, width: int | None = None) -> str:
    """Return it as text at most `width` columns wide, code apart; None for the terminal's width."""
    width = width or terminal.terminal_width()
    told = [line for reason in why.reasons for line in _reason_lines(reason, width)]
    return "\n".join((*_wrapped(_heading(why), "", "", width), *told))


def html(why: Why) -> str:
    """Return it as HTML, its style with it."""
    look = "sio-card sio-failed" if why.is_failure else "sio-card"
    content = _head(why) + "".join(map(_section, why.reasons))
    return markup.page("card", markup.element("div", content, look=look, role="group"))


# --- text ---------------------------------------------------------------------------------------------------------


def _heading(why: Why) -> str:
    mark = f"{FAILED} " if why.is_failure else ""
    return f"{mark}{_place(why)}{values.visible(why.headline, values.LONG)}"


def _place(why: Why) -> str:
    if not why.seq:
        return ""
    return f"{'record' if why.kind == 'task' else 'row'} {why.seq}, {why.kind}: "


def _reason_lines(reason: Reason, width: int) -> Iterator[str]:
    yield f"{_INDENT}{FAILED if reason.is_failure else REMARK} {values.visible(reason.name)}"
    sentence, code = _step(reason)
    for label, told in (("what", reason.what), ("evidence", reason.evidence), ("next", sentence)):
        yield from _wrapped(values.visible(told, values.LONG), _label(label), _label(""), width)
    # Code is never broken into lines, nor cut: it is there to be pasted.
    yield from (_label("") + line for line in code)


def _wrapped(told: str, first: str, rest: str, width: int) -> list[str]:
    head, *others = terminal.wrap(told, max(width - len(first), _LABEL))
    return [first + head, *(rest + line for line in others)]


def _label(label: str) -> str:
    return f"{_INDENT * 2}{label:{_LABEL}}"


def _step(reason: Reason) -> tuple[str, list[str]]:
    """Return the sentence of a next step, and the lines of code below it."""
    sentence, *code = reason.next_step.split("\n")
    return sentence, [values.visible(line, values.LONG) for line in code]


# --- HTML ---------------------------------------------------------------------------------------------------------


def _head(why: Why) -> str:
    mark = markup.element("span", FAILED, look="sio-status") if why.is_failure else ""
    headline = markup.element("bdi", escape(values.visible(why.headline, values.LONG)))
    seq = markup.element("span", escape(f"row {why.seq}" if why.seq else ""), look="sio-seq")
    return markup.element("p", f"{mark} {headline} {seq}", look="sio-top")


def _section(reason: Reason) -> str:
    sentence, code = _step(reason)
    mark = f"{FAILED} " if reason.is_failure else f"{REMARK} "
    title = markup.element("p", markup.element("strong", escape(mark + values.visible(reason.name))), look="sio-label")
    pasted = markup.element("pre", escape("\n".join(code))) if code else ""
    pairs = (("what", reason.what), ("evidence", reason.evidence), ("next", sentence))
    told = "".join(
        _pair(label, content, "sio-failed" * (label == "what" and reason.is_failure)) for label, content in pairs
    )
    return title + markup.element("dl", told) + pasted


def _pair(label: str, content: str, look: str) -> str:
    shown = markup.element("bdi", escape(values.visible(content, values.LONG)))
    return markup.element("dt", escape(label)) + markup.element("dd", shown, look=look)

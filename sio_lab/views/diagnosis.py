"""What keeps clients from connecting: as aligned text for a terminal, as cards for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

from sio_lab.views import html as markup
from sio_lab.views import text as terminal
from sio_lab.views import values
from sio_lab.views.cells import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sio_lab.core.finding import Finding

REMARK = "·"
"""What a remark begins with, where a failure has its mark."""

UNSEEN_TITLE = "What would leave no trace here"
_NOTHING = "Nothing wrong that can be seen."
_LABEL = 10
_INDENT = "  "


class Examined(Protocol):
    """What is shown."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong, the gravest first."""

    @property
    def looked_at(self) -> str:
        """What was looked at."""

    @property
    def unseen(self) -> Sequence[tuple[str, str]]:
        """What would leave no trace: what it is, and what is to be known of it."""


def text(told: Examined, width: int | None = None) -> str:
    """Return it as text at most `width` columns wide, code apart; None for the terminal's width."""
    width = width or terminal.terminal_width()
    lines = _wrapped(f"{headline(told.findings)} Looked at: {told.looked_at}.", "", width)
    for finding in told.findings:
        lines += _lines(finding, width)
    if not any(_is_open(each) for each in told.findings):
        lines.append(f"{_INDENT}{UNSEEN_TITLE}:")
        for what, known in told.unseen:
            lines += _wrapped(f"{what}: {known}", f"{_INDENT * 2}- ", width)
    return "\n".join(lines)


def html(told: Examined) -> str:
    """Return it as HTML, its style with it."""
    head = markup.element("strong", escape(headline(told.findings)))
    looked = markup.element("span", escape(f"Looked at: {values.visible(told.looked_at, values.LONG)}."))
    top = markup.element("p", f"{head} {looked}", look="sio-diagnosis")
    return markup.page("diagnosis", top + "".join(map(_card, told.findings)) + _unseen(told))


def headline(findings: Sequence[Finding]) -> str:
    """Say in a sentence how many things are wrong."""
    wrong, remarks = (sum(_is_open(each) is is_open for each in findings) for is_open in (True, False))
    if not findings:
        return _NOTHING
    counted = f"{remarks} remark{'' if remarks == 1 else 's'}"
    if not wrong:
        return f"{_NOTHING} {counted[0].upper()}{counted[1:]}."
    more = f", and {counted}" if remarks else ""
    return f"{wrong} thing{' is' if wrong == 1 else 's are'} wrong{more}."


def _is_open(finding: Finding) -> bool:
    """Tell whether something is wrong, and still is as far as is known."""
    return finding.is_failure and not finding.is_past


def _mark(finding: Finding) -> str:
    return FAILED if _is_open(finding) else REMARK


def _step(finding: Finding) -> tuple[str, list[str]]:
    """Return the sentence of a next step, and the lines of code below it."""
    sentence, *code = finding.next_step.split("\n")
    return sentence, [values.visible(line, values.LONG) for line in code]


def _rows(finding: Finding) -> list[str]:
    """Return what the rows show; those that show the same, in one."""
    alike: dict[str, list[str]] = {}
    for row in finding.rows:
        alike.setdefault(row.what, []).append(str(row.seq))
    return [f"row{'' if len(seqs) == 1 else 's'} {', '.join(seqs)}: {what}" for what, seqs in alike.items()]


# --- text ---------------------------------------------------------------------------------------------------------


def _lines(finding: Finding, width: int) -> Iterator[str]:
    sentence, code = _step(finding)
    yield f"{_INDENT}{_mark(finding)} {values.visible(finding.name)} ({finding.certainty})"
    yield from _wrapped(finding.what, _label("what"), width)
    shown = [*filter(None, [finding.summary]), *_rows(finding)]
    for label, told in zip(("evidence", *("" for _ in shown)), shown, strict=False):
        yield from _wrapped(told, _label(label), width)
    yield from _wrapped(sentence, _label("next"), width)
    # Code is never broken into lines, nor cut: it is there to be pasted.
    yield from (_label("") + line for line in code)


def _wrapped(told: str, first: str, width: int) -> list[str]:
    shown = values.visible(told, values.LONG)
    head, *others = terminal.wrap(shown, max(width - len(first), _LABEL))
    return [first + head, *(" " * len(first) + line for line in others)]


def _label(label: str) -> str:
    return f"{_INDENT * 2}{label:{_LABEL}}"


# --- HTML ---------------------------------------------------------------------------------------------------------


def _card(finding: Finding) -> str:
    is_open = _is_open(finding)
    mark = markup.element("span", _mark(finding), look="sio-status") if is_open else REMARK
    name = markup.element("strong", escape(values.visible(finding.name)))
    certainty = markup.element("span", escape(finding.certainty), look="sio-seq")
    top = markup.element("p", f"{mark} {name} {certainty}", look="sio-top")
    sentence, code = _step(finding)
    rows = "".join(markup.element("li", _shown(row)) for row in _rows(finding))
    evidence = _shown(finding.summary) + (markup.element("ul", rows) if rows else "")
    pairs = (("what", _shown(finding.what)), ("evidence", evidence), ("next", _shown(sentence)))
    told = "".join(markup.element("dt", label) + markup.element("dd", content) for label, content in pairs)
    pasted = markup.element("pre", escape("\n".join(code))) if code else ""
    look = "sio-card sio-failed" if is_open else "sio-card"
    return markup.element("div", top + markup.element("dl", told) + pasted, look=look, role="group")


def _unseen(told: Examined) -> str:
    pairs = (markup.element("dt", escape(what)) + markup.element("dd", _shown(known)) for what, known in told.unseen)
    title = markup.element("summary", UNSEEN_TITLE)
    is_open = {} if any(_is_open(each) for each in told.findings) else {"open": "open"}
    return markup.element("details", title + markup.element("dl", "".join(pairs)), look="sio-card", **is_open)


def _shown(told: str) -> str:
    return markup.element("bdi", escape(values.visible(told, values.LONG)))

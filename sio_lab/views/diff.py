"""What changed between two captures, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from wcwidth import wcswidth

from sio_lab.views import diff_words as words
from sio_lab.views import html as markup
from sio_lab.views import text as terminal
from sio_lab.views import values
from sio_lab.views.cells import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.differ import Differences
    from sio_lab.views.diff_words import Group, Line

MOST_GROUPS = 50
"""Events whose changes are shown; the others are counted."""

_ARROW = " → "
_WIDEST_LABEL = 40


def text(differences: Differences, before: str, after: str, width: int | None = None) -> str:
    """Return the differences as text at most `width` columns wide; None for the terminal's width."""
    width = width or terminal.terminal_width()
    found = words.groups(differences)
    lines = [f"diff {values.visible(before)}{_ARROW}{values.visible(after)}: {words.counted(differences)}"]
    for group in found[:MOST_GROUPS]:
        lines += ["", *_group_lines(group)]
    lines += _more(found)
    if differences.same and differences.changes:
        lines += ["", *terminal.wrap(f"the same: {', '.join(_same(differences))}", width)]
    return "\n".join(terminal.clip(line, width) for line in lines)


def html(differences: Differences, before: str, after: str) -> str:
    """Return the differences as HTML, its style with it; what is the same is folded."""
    found = words.groups(differences)
    head = markup.element("span", "diff", look="sio-title") + _names(before, after)
    head += markup.element("span", escape(words.counted(differences)), look="sio-count")
    rows = "".join(map(_group, found[:MOST_GROUPS]))
    table = _table(rows) if rows else ""
    notes = "".join(markup.element("p", escape(note), look="sio-note") for note in _more(found))
    return markup.page("diff", markup.element("p", head, look="sio-head") + table + notes + _folded(differences))


def _more(found: list[Group]) -> list[str]:
    return [f"… and {len(found) - MOST_GROUPS:,} more: .df has all"] if len(found) > MOST_GROUPS else []


def _same(differences: Differences) -> Iterator[str]:
    for what, count in differences.same[:MOST_GROUPS]:
        place = words.place(what)
        yield f"{words.name(what)}{f' in {place}' * bool(place)} ({count:,})"
    yield from [f"{len(differences.same) - MOST_GROUPS:,} more"] * (len(differences.same) > MOST_GROUPS)


# --- text ---------------------------------------------------------------------------------------------------------


def _group_lines(group: Group) -> Iterator[str]:
    mark = f"{FAILED} " if group.look == "failed" else "  "
    yield f"{mark}{words.name(group.what)}  {words.place(group.what)}".rstrip()
    widest = min(max(wcswidth(line.label) for line in group.lines), _WIDEST_LABEL)
    for line in group.lines:
        space = " " * max(widest - wcswidth(line.label), 0)
        yield f"    {line.mark or ' '} {line.label}{space}  {_told(line)}"


def _told(line: Line) -> str:
    return _ARROW.join(part for part in (line.before, line.after) if part)


# --- HTML ---------------------------------------------------------------------------------------------------------


def _names(before: str, after: str) -> str:
    names = [markup.element("bdi", escape(values.visible(each))) for each in (before, after)]
    return markup.element("span", escape(_ARROW).join(names), look="sio-names")


def _table(rows: str) -> str:
    caption = markup.element("caption", "What changed")
    headers = "".join(markup.element("th", escape(each), scope="col") for each in ("event", "what", "before", "after"))
    table = markup.element(
        "table", caption + markup.element("thead", markup.element("tr", headers)) + rows, look="sio-table"
    )
    return markup.element("div", table, look="sio-scroll", tabindex="0", role="region", aria_label="What changed")


def _group(group: Group) -> str:
    first, *others = group.lines
    cell = markup.element("th", _title(group), scope="rowgroup", rowspan=str(len(group.lines)))
    rows = [markup.element("tr", cell + _cells(first)), *(markup.element("tr", _cells(line)) for line in others)]
    return markup.element("tbody", "".join(rows), look=f"sio-{group.look}" if group.look else "")


def _title(group: Group) -> str:
    direction = group.what.direction
    arrow, _, name = words.name(group.what).partition(" ")
    shown = markup.element(
        "span", escape(arrow), look=f"sio-arrow sio-{direction}" if direction != "-" else "sio-arrow"
    )
    place = words.place(group.what)
    told = markup.element("small", markup.element("bdi", escape(place))) if place else ""
    failed = markup.element("span", FAILED, look="sio-mark", role="img", aria_label="failed")
    return (failed if group.look == "failed" else "") + shown + markup.element("bdi", escape(name)) + told


def _cells(line: Line) -> str:
    mark = markup.element("span", escape(line.mark), look="sio-mark")
    label = markup.element(
        "td",
        mark + markup.element("bdi", escape(line.label)),
        look=f"sio-what sio-{line.look}" if line.look else "sio-what",
    )
    return label + _value(line.before, "sio-before", line) + _value(line.after, "sio-after", line)


def _value(shown: str, look: str, line: Line) -> str:
    content = markup.element("bdi", escape(shown)) if shown else ""
    return markup.element("td", content, line.full, f"{look} sio-{line.look}" if line.look else look)


def _folded(differences: Differences) -> str:
    """Name what is the same, behind a line to open."""
    if not differences.same:
        return ""
    count = len(differences.same)
    summary = markup.element("summary", f"{count:,} {'is' if count == 1 else 'are'} the same")
    names = "".join(markup.element("li", markup.element("bdi", escape(each))) for each in _same(differences))
    return markup.element("details", summary + markup.element("ul", names), look="sio-same")

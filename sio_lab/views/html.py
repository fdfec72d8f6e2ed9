"""Tables as HTML for notebooks: one self-contained piece that follows the theme, works without JavaScript and kernel.

Every text is escaped: what clients send is data, never markup. Each stands in a <bdi>, so that text written from
right to left reorders nothing beside it.
"""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from sio_lab.views import sheet as sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.views.cells import Cell
    from sio_lab.views.sheet import Sheet, Shown

_LOOKS = {look: f"sio-{look}" for look in ("in", "out", "failed", "muted", "code")}
_SPOKEN = frozenset({"in", "out"})
"""Looks of arrows, which a screen reader would name by their shape."""


def table(sheet: Sheet) -> str:
    """Return a table as HTML, its style with it; the newest row is the last, and the one that is in sight."""
    asked = sheets.asked(sheet)
    head = element("span", escape(sheet.title), look="sio-title")
    head += element("span", escape(sheets.counted(sheet)), look="sio-count")
    if asked:
        head += element("code", element("bdi", escape(asked)), "filter", "sio-filter")
    notes = "".join(element("p", escape(note), look="sio-note") for note in sheets.notes(sheet))
    rows = _scrolling(sheet) if len(sheet.columns) else ""
    return page("table", element("p", head, look="sio-head") + rows + notes)


def page(style: str, content: str) -> str:
    """Return `content`, which is markup already, with the style sheet `style` and what it stands on, for `.sio-lab`."""
    sheets = "".join(map(_css, ("base", *_BENEATH.get(style, ()), style)))
    return element("div", f"<style>{sheets}</style>{content}", look="sio-lab")


_BENEATH = {"table": ("sheet",), "diff": ("sheet",), "comparison": ("card",), "diagnosis": ("card",)}
"""Style sheet -> those that it stands on, beside `base`."""


@cache
def _css(name: str) -> str:
    return resources.files("sio_lab.views").joinpath("static", f"{name}.css").read_text(encoding="utf-8")


def element(name: str, content: str, title: str = "", look: str = "", **attributes: str) -> str:
    """Return an HTML element around `content`, which is markup already; all attributes are escaped here."""
    named = {"class": look, "title": title, **{key.replace("_", "-"): value for key, value in attributes.items()}}
    written = "".join(f' {key}="{escape(value)}"' for key, value in named.items() if value)
    return f"<{name}{written}>{content}</{name}>"


def shown(cell: Cell) -> str:
    """Return a cell's text as markup, isolated; code runs from left to right whatever stands in it."""
    if not cell.text:
        return ""
    if cell.look in _SPOKEN:
        return element("span", escape(cell.text), role="img", aria_label=cell.full)
    return element("bdi", escape(cell.text), dir="ltr" if cell.look == "code" else "auto")


def _scrolling(sheet: Sheet) -> str:
    columns = sheets.lay_out(sheet)
    caption = element("caption", escape(f"{sheet.title}, {sheets.counted(sheet)}"))
    head = element("thead", element("tr", "".join(map(_header, columns))))
    body = element("tbody", "".join(_rows(sheet, columns)))
    table = element("table", caption + head + body, look="sio-table")
    # With a tabindex the keyboard scrolls it, too.
    look = "sio-scroll"
    look += " sio-wide" * any(column.column.name == "args" for column in columns)
    look += " sio-told" * any(sheets.remarks(sheet))
    return element("div", table, look=look, tabindex="0", role="region", aria_label=sheet.title)


def _header(column: Shown) -> str:
    return element("th", escape(column.header), column.column.about, _look(column), scope="col")


def _rows(sheet: Sheet, columns: list[Shown]) -> Iterator[str]:
    told = zip(sheets.failures(sheet), sheets.remarks(sheet), strict=True)
    for position, (is_failed, remark) in enumerate(told):
        look = "sio-failed" if is_failed else ""
        yield element("tr", "".join(_data(column, column.cells[position]) for column in columns), look=look)
        if remark:
            yield element("tr", _remark(remark, columns), look=f"sio-below {look}".strip())


def _remark(text: str, columns: list[Shown]) -> str:
    lead = sheets.lead(columns)
    space = element("td", "", colspan=str(lead)) if lead else ""
    return space + element("td", element("bdi", escape(text)), look="sio-remark", colspan=str(len(columns) - lead))


def _data(column: Shown, cell: Cell) -> str:
    return element("td", shown(cell), cell.full, f"{_look(column)} {_LOOKS.get(cell.look, '')}".strip())


def _look(column: Shown) -> str:
    return f"sio-{column.column.name}" + " sio-number" * column.is_numeric

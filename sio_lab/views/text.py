"""Tables as aligned text, for terminals: no line is wider than the terminal, whatever stands in the cells."""

from __future__ import annotations

import shutil
import unicodedata
from typing import TYPE_CHECKING

from wcwidth import wcswidth

from sio_lab.views import sheet as sheets
from sio_lab.views import values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.views.sheet import Sheet, Shown

WIDTH = 120
"""Where there is no terminal to ask, in columns."""

_GAP = "  "
_WIDEST = 60
_NARROWEST = {"kind": 10, "status": 12, "args": 14}
_NARROW = 8


def table(sheet: Sheet, width: int | None = None) -> str:
    """Return a table as text at most `width` columns wide; None for the terminal's width."""
    width = width or terminal_width()
    asked = sheets.asked(sheet)
    caption = f"{sheet.title}: {sheets.counted(sheet)}" + (f"  [{asked}]" if asked else "")
    drawn, left_out = grid(sheet, width) if len(sheet.columns) else ([], [])
    narrow = [f"no room for {', '.join(left_out)}: .df has all columns"] if left_out else []
    notes = [line for note in (*sheets.notes(sheet), *narrow) for line in wrap(note, width)]
    return "\n".join((clip(caption, width), *drawn, *notes))


def terminal_width() -> int:
    """Return how many columns the terminal has; 120 where there is none."""
    return shutil.get_terminal_size((WIDTH, 24)).columns


def grid(sheet: Sheet, width: int) -> tuple[list[str], list[str]]:
    """Return header, rule and rows, all of one display width, and the names of columns that found no room."""
    columns = sheets.lay_out(sheet)
    kept, widths = _fit(columns, _least_important(sheet), width)
    header, rule, *rows = zip(*map(_lines, kept, widths), strict=True)
    lines = [_GAP.join(line) for line in (header, rule)]
    indent = sum(width + len(_GAP) for width in widths[: sheets.lead(kept)])
    for row, remark in zip(rows, sheets.remarks(sheet), strict=True):
        line = _GAP.join(row)
        lines += [line, *_below(remark, indent, wcswidth(line))]
    return lines, [column.header for column in columns if column not in kept]


def clip(text: str, width: int) -> str:
    """Return `text` in at most `width` columns of the terminal, an ellipsis for what is cut off."""
    text = _spelled_out(text)
    if wcswidth(text) <= width:
        return text
    end = min(len(text), width)
    while end and wcswidth(text[:end]) > width - 1:
        end -= 1
    return values.cut(text[:end] + "…", end + 1) if width else ""


def _spelled_out(text: str) -> str:
    """Return `text` with nothing in it whose width depends on the terminal, or on what stands before the text."""
    # Terminals disagree on how wide joined emoji are.
    for joiner in values.JOINERS:
        text = text.replace(joiner, f"\\u{ord(joiner):04x}")
    letters = text.lstrip(values.FIRST_STRONG_ISOLATE)
    if not letters or not unicodedata.category(letters[0]).startswith("M"):
        return text
    # A mark without a letter is drawn over what comes before it.
    return text.removesuffix(letters) + ascii(letters[0])[1:-1] + letters[1:]


def wrap(text: str, width: int) -> list[str]:
    """Return `text` as lines of at most `width` columns, broken between words; a word that is too long is cut."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and wcswidth(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(clip(word, width))
    return lines


def _below(remark: str, indent: int, width: int) -> list[str]:
    lines = wrap(remark, width - indent) if remark else []
    return [" " * indent + line + " " * (width - indent - wcswidth(line)) for line in lines]


def _lines(column: Shown, width: int) -> list[str]:
    header = _aligned(column.header, column, width)
    return [header, "─" * width, *(_aligned(cell.text, column, width) for cell in column.cells)]


def _aligned(text: str, column: Shown, width: int) -> str:
    text = clip(text, width)
    space = " " * (width - wcswidth(text))
    return space + text if column.is_numeric else text + space


def _least_important(sheet: Sheet) -> list[str]:
    return list(reversed(sheet.shown or sheet.columns.names))


def _fit(columns: Sequence[Shown], least_important: Sequence[str], width: int) -> tuple[list[Shown], list[int]]:
    """Leave columns out, the least important first, until the others can be made narrow enough."""
    kept = list(columns)
    droppable = [name for name in least_important if name in {column.column.name for column in kept}]
    while len(kept) > 1 and sum(map(_narrowest, kept)) > _space(kept, width):
        kept = [column for column in kept if column.column.name != droppable[0]]
        del droppable[0]
    return kept, _widths(kept, width)


def _space(columns: Sequence[Shown], width: int) -> int:
    return width - len(_GAP) * (len(columns) - 1)


def _widths(columns: Sequence[Shown], width: int) -> list[int]:
    """Take the space that lacks from the widest columns."""
    widths = list(map(_natural, columns))
    least = list(map(_narrowest, columns))
    space = _space(columns, width)
    while sum(widths) > space and widths != least:
        widest = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        widths[widest] -= 1
    return widths if len(widths) > 1 else [min(*widths, space)]


def _natural(column: Shown) -> int:
    texts = (column.header, *(cell.text for cell in column.cells))
    return min(max(map(_width, texts)), _WIDEST)


def _width(text: str) -> int:
    return wcswidth(clip(text, _WIDEST))


def _narrowest(column: Shown) -> int:
    if column.is_numeric or column.column.kind == "time":
        return _natural(column)
    return min(_natural(column), max(len(column.header), _NARROWEST.get(column.column.name, _NARROW)))

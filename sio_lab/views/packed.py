"""Rows of the traffic table as a page is sent them: short lists, each text once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core.traffic import TRAFFIC, is_failure
from sio_lab.views import values
from sio_lab.views.cells import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sio_lab.core.columns import Column, Row
    from sio_lab.core.state import State

CELLS = (
    *("seq", "time", "kind", "namespace", "event", "client", "sid", "to", "args", "ack", "status", "ms"),
    *("error", "cause", "failed", "recipients"),
)
"""What stands where in a row. Times are milliseconds since 1970; texts are numbers of words."""

CHANGES = ("seq", "status", "ms", "ack", "error", "failed")
"""What stands where in a change of a row that was sent before; null for what stays."""

_COLUMNS: dict[str, Column] = {column.name: column for column in TRAFFIC}
_REMARK = 400
_DECIMALS = 3


class Words:
    """The texts of one message, each once: rows tell their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int | None:
        """Return a text's number; None for no text."""
        return self._numbers.setdefault(text, len(self._numbers)) if text else None

    @property
    def all(self) -> list[str]:
        """The texts, in the order of their numbers."""
        return list(self._numbers)


def pack(row: Row, words: Words, names: Mapping[str, str]) -> list[Any]:
    """Return a row as `CELLS` has it; `names` has what sids are called where they are addressed."""
    number, error, ack = words.number, row["error"], row["ack"]
    # Each row of a busy server comes through here: so it is one list, made in one go.
    return [
        row["seq"],
        row["time"] // 1_000_000,
        number(row["kind"]),
        number(values.visible(row["namespace"] or "")),
        number(values.visible(row["event"] or "")),
        number(cell(_COLUMNS["client"], row, names).text),
        number(row["sid"]),
        number(cell(_COLUMNS["to"], row, names).text if row["to"] else None),
        number(values.arguments(row["args"])),
        number(values.arguments(ack)) if ack is not None else None,
        number(row["status"]),
        _rounded(row["ms"]),
        number(values.visible(error, _REMARK)) if error else None,
        row["cause"],
        int(is_failure(row)),
        row["recipients"],
    ]


def pack_change(row: Row, words: Words) -> list[Any]:
    """Return what may have changed in a row since it was sent, as `CHANGES` has it."""
    ack = values.arguments(row["ack"]) if row["ack"] is not None else None
    error = values.visible(row["error"], _REMARK) if row["error"] else None
    told = (row["status"], _rounded(row["ms"]), ack, error)
    numbered = [words.number(value) if isinstance(value, str) else value for value in told]
    return [row["seq"], *numbered, int(is_failure(row))]


def names_of(rows: Iterable[Row], state: State) -> dict[str, str]:
    """Return what those sids are called that emits were addressed to, as far as they are known."""
    parts = {part for row in rows for part in (row["to"] or "")[: values.LONG].split(", ")}
    named = ((part, state.name_of(part)) for part in parts)
    return {part: _called(part, name) for part, name in named if name or part in state.clients}


def _called(sid: str, name: str | None) -> str:
    return values.visible(name) if name else values.short_sid(sid)


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, _DECIMALS)

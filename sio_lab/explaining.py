"""What `lab.why` gives: why something happened to a row, as an object that shows itself."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sio_lab.core import why
from sio_lab.core.acks import not_known
from sio_lab.core.reason import Why
from sio_lab.core.wire import decode
from sio_lab.errors import Usage
from sio_lab.views import why_card

if TYPE_CHECKING:
    from sio_lab.core.acks import Listening
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder

LAST = "last"
NOTHING = Why(0, "", "Nothing in the log went wrong, and there is nothing to remark.")


@dataclass(frozen=True, repr=False)
class Explanation(Why):
    """Why something happened to a row: text in a terminal, HTML in a notebook; the fields are those of `Why`."""

    def __repr__(self) -> str:
        return why_card.text(self)

    def _repr_html_(self) -> str:
        return why_card.html(self)


def explain(
    log: Log,
    which: int | str = LAST,
    read: Decoder = decode,
    *,
    listening: Listening = not_known,
    now: int | None = None,
) -> Explanation:
    """Say what happened to a row, by its number, or to the newest one that something is to be said of, `last`.

    `listening` tells who of the lab's own clients listens for what; `now`, in nanoseconds since 1970, is by which
    time it is told how long something lasts; without it, that of the newest record.
    Raises RecordDropped where the row left the log or never was in it, and Usage for what is no number of a row.
    """
    if which == LAST:
        return _shown(why.last(log, read, listening=listening, now=now) or NOTHING)
    seq = _number(which)
    row = why.row_of(log, seq)
    told = why.explain(log, row, read, listening=listening, now=now)
    if row.seq != seq:
        told = replace(told, headline=f"(Record {seq} is part of this row.) {told.headline}")
    return _shown(told)


def _shown(told: Why) -> Explanation:
    return Explanation(told.seq, told.kind, told.headline, told.reasons)


def _number(which: Any) -> int:
    try:
        if not isinstance(which, bool):
            return operator.index(which)
    except TypeError:
        pass
    raise Usage(f"why({which!r}): a row is asked for by its number, or as {LAST!r}.") from None

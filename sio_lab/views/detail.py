"""What is told of one row of the traffic table: from its story in the log to the card that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.handshake import handshake_of
from sio_lab.core.traffic import TRAFFIC, is_failure
from sio_lab.core.wire import explain
from sio_lab.errors import LabError
from sio_lab.views import cells, values
from sio_lab.views.card import Card, Effect, Fact
from sio_lab.views.cells import EMPTY, Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sio_lab.core.story import Story

_COLUMNS = {column.name: column for column in TRAFFIC}
_MOST_EFFECTS = 50
_MOST_NAMES = 10
_ARGS_OF_AN_EFFECT = 60


def detail(story: Story, record: r.Record) -> Card:
    """Return the card of one row: what happened, what the handler did, and what came of it."""
    row = story.cells(record)
    wire = story.wire(record)
    handled = story.handled(record)
    return Card(
        seq=record.seq,
        arrow=_cell("direction", row),
        kind=row["kind"],
        event=values.visible(row["event"] or ""),
        status=row["status"] or "",
        failed=is_failure(row),
        facts=tuple(fact for fact in _facts(story, record, row) if fact.cell.text),
        parts=() if wire is None else tuple(explain(wire)),
        traceback=values.lines(handled.traceback or "") if handled else "",
        output=values.lines(values.uncoloured(handled.output or "")) if handled else "",
        effects=_effects(story, record),
        handshake=tuple(_handshake(story, record)),
    )


def line(row: Mapping[str, Any]) -> str:
    """Tell a row of the traffic table in a line: 36 emit chat · lobby, 2 clients · 'hello'."""
    args = values.arguments(row["args"], _ARGS_OF_AN_EFFECT) if row["args"] else ""
    whom = dict.fromkeys(_cell(name, row).text for name in ("to", "client"))
    told = [values.visible(row["event"] or ""), ", ".join(filter(None, whom)), args]
    return f"{row['seq']} {row['kind']} " + " · ".join(text for text in told if text)


def _facts(story: Story, record: r.Record, row: Mapping[str, Any]) -> Iterator[Fact]:
    handled = story.handled(record)
    yield Fact("time", Cell(values.full_moment(record.at)))
    yield Fact("namespace", _cell("namespace", row))
    yield Fact("client", Cell(values.visible(row["client"] or "")))
    yield Fact("sid", Cell(values.visible(row["sid"] or "", values.LONG), look="code"))
    yield Fact("to", _cell("to", row))
    yield Fact("recipients", _recipients(story, record))
    yield Fact("args", _payload(row["args"]))
    yield Fact("request.event", _request_event(story, record))
    yield Fact("ack", _payload(row["ack"]))
    yield Fact("returned", Cell(values.visible((handled and handled.value) or "", values.LONG), look="code"))
    yield Fact("took", _cell("ms", row))
    yield Fact("handler", _handler(handled))
    yield Fact("origin", _cell("origin", row))
    yield Fact("cause", _cause(story, record))
    yield Fact("mended", Cell(values.visible(getattr(record, "mended", None) or "", values.LONG)))
    yield Fact("error", Cell(values.visible(row["error"] or "", values.LONG), look="failed" * is_failure(row)))


def _handshake(story: Story, record: r.Record) -> Iterator[tuple[str, str]]:
    """Yield both halves of a WebSocket's handshake, and how they belong together."""
    shaken = handshake_of(story.log, record)
    if shaken is not None:
        yield "request", values.lines(shaken.request)
        yield "response", values.lines(shaken.response)
        if shaken.accept:
            yield "why it fits", values.lines(shaken.accept)


def _cell(name: str, row: Mapping[str, Any]) -> Cell:
    names = cells.names_in({"sid": [row["sid"]], "client": [row["client"]]})
    return cells.cell(_COLUMNS[name], row, names)


def _payload(args: object) -> Cell:
    return EMPTY if args is None else Cell(values.arguments(args, values.LONG), look="code")


def _request_event(story: Story, record: r.Record) -> Cell:
    try:
        return Cell(values.payload(story.request_event(record), values.LONG), look="code")
    except LabError:
        return EMPTY


def _recipients(story: Story, record: r.Record) -> Cell:
    if not isinstance(record, r.Emitted):
        return EMPTY
    if not record.recipients:
        return Cell("nobody")
    names = [story.log.state.name_of(sid) or values.short_sid(sid) for sid in record.recipients[:_MOST_NAMES]]
    more = len(record.recipients) - len(names)
    return Cell(", ".join(map(values.visible, names)) + (f" and {more:,} more" if more else ""))


def _handler(handled: r.Handled | None) -> Cell:
    if handled is None or handled.handler is None:
        return EMPTY
    return Cell(values.visible(handled.handler) + (f", {values.visible(handled.cell)}" if handled.cell else ""))


def _cause(story: Story, record: r.Record) -> Cell:
    try:
        cause = story.cause(record)
    except LabError:
        return Cell("has left the log", look="muted")
    return EMPTY if cause is None else Cell(line(story.cells(cause)))


def _effects(story: Story, record: r.Record) -> tuple[Effect, ...]:
    return tuple(_tree(story, record, [_MOST_EFFECTS]))


def _tree(story: Story, record: r.Record, left: list[int]) -> Iterator[Effect]:
    """Yield the effects of a row, and theirs; `left` holds how many more of them may be shown in all."""
    effects = story.effects(record)
    for place, effect in enumerate(effects):
        if left[0] <= 0:
            yield Effect(EMPTY, f"… {len(effects) - place:,} more", failed=False, effects=())
            return
        left[0] -= 1
        row = story.cells(effect)
        below = tuple(_tree(story, effect, left))
        yield Effect(_cell("direction", row), line(row), is_failure(row), below, effect.seq)

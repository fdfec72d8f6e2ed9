"""What the detail pane asks: one row of the traffic table in full, branches of its payloads, and copies."""

from __future__ import annotations

import base64
import json
import pprint
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError, RecordDropped, Usage
from sio_lab.views import tree as trees
from sio_lab.views import values
from sio_lab.views.afterwards import NOTHING
from sio_lab.views.detail import detail, line
from sio_lab.views.row import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder
    from sio_lab.views.afterwards import Afterwards
    from sio_lab.views.card import Effect
    from sio_lab.views.row import TrafficRow

_IN_TREES = frozenset({"args", "request.event", "ack", "cause"})
"""Facts of a card that the pane shows in another way."""

_PIECE = 20_000


class Pane:
    """Answers about rows, each by its seq. All raise LabError for a row that is not, or no longer, in the log."""

    def __init__(self, log: Log, read: Decoder, afterwards: Afterwards = NOTHING) -> None:
        self._log = log
        self._read = read
        self._afterwards = afterwards

    @property
    def answers(self) -> Mapping[str, Callable[..., Any]]:
        """What a view may be asked about rows."""
        looks: dict[str, Callable[..., Any]] = {"detail": self.detail, "branch": self.branch, "copy": self.copy}
        more: dict[str, Callable[..., Any]] = {"why": self.why, "replay": self.replay, "export": self.export}
        return {**looks, **{name: more[name] for name in self._afterwards.names}}

    def detail(self, seq: int) -> dict[str, Any]:
        """Return all that is known of a row, as JSON."""
        row = self._row(seq)
        card = detail(row.story, row.record)
        facts = [[fact.label, fact.cell.text, fact.cell.look] for fact in card.facts if fact.label not in _IN_TREES]
        arrow = [card.arrow.text, card.arrow.look, card.arrow.full]
        head: dict[str, Any] = {
            "seq": seq,
            "arrow": arrow,
            "kind": card.kind,
            "event": card.event,
            "status": card.status,
        }
        told = {"failed": int(card.failed), "facts": facts, "trees": list(_trees(row)), "cause": _cause(row)}
        wire = [[values.visible(piece, _PIECE), meaning] for piece, meaning in card.parts]
        can = self._afterwards.can(row)
        ends = {
            "can": can,
            "handshake": [list(each) for each in card.handshake],
            "traceback": card.traceback,
            "output": card.output,
            "effects": list(map(_effect, card.effects)),
        }
        return {**head, **told, "wire": wire, **ends}

    def why(self, seq: int) -> dict[str, Any]:
        """Return why something happened to a row."""
        return self._afterwards.explained(self._row(seq))

    def replay(self, seq: int) -> dict[str, Any]:
        """Run a row's handler again, as a dry run, and return both outcomes side by side."""
        return self._afterwards.replayed(self._row(seq))

    def export(self, seq: int, form: str = "pytest") -> dict[str, str]:
        """Return the name and the text of a test of what a row's client did."""
        return self._afterwards.exported(self._row(seq), form)

    def branch(self, seq: int, tree: str, path: list[int], first: int = 0) -> dict[str, Any]:
        """Return a branch of one of a row's trees, its items from number `first` on."""
        return trees.branch(_payloads(self._row(seq)).get(tree), path, first)

    def copy(self, seq: int, form: str) -> str:
        """Return a row's event and arguments, as `python` or `json`."""
        row = self._row(seq)
        told = {"event": row.event, "namespace": row.namespace, "args": row.args or ()}
        try:
            if form == "json":
                return json.dumps(told, ensure_ascii=False, indent=2, default=_plain)
            return pprint.pformat(told, sort_dicts=False, width=100)
        except RecursionError:
            raise LabError(f"Row {seq} is nested too deeply to be copied; traffic[{seq}].wire is its text.") from None

    def _row(self, seq: int) -> TrafficRow:
        if not isinstance(seq, int):
            raise Usage(f"{seq!r} is no number of a row.")
        return find(self._log, seq, self._read)


def _payloads(row: TrafficRow) -> dict[str, Any]:
    payloads: dict[str, Any] = {}
    with suppress(LabError):
        payloads["request.event"] = row.request_event
    if "request.event" not in payloads:
        payloads["args"] = row.args
    return {**payloads, "ack": row.ack}


def _trees(row: TrafficRow) -> Iterable[dict[str, Any]]:
    for label, payload in _payloads(row).items():
        if payload is not None and payload != ():
            yield {"label": label, "node": trees.node(payload)}


def _cause(row: TrafficRow) -> dict[str, Any] | None:
    try:
        cause = row.cause
    except RecordDropped:
        return {"seq": None, "text": "has left the log"}
    return None if cause is None else {"seq": cause.seq, "text": line(cause.cells)}


def _effect(effect: Effect) -> dict[str, Any]:
    below = list(map(_effect, effect.effects))
    arrow = [effect.cell.text, effect.cell.look, effect.cell.full]
    return {"seq": effect.seq, "arrow": arrow, "text": effect.text, "failed": int(effect.failed), "effects": below}


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    return repr(value)

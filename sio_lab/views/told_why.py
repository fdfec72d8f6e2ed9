"""Why something happened to a row, as the detail pane is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.views import values

if TYPE_CHECKING:
    from sio_lab.core.reason import Reason, Why


def told_why(why: Any) -> dict[str, Any]:
    """Return as JSON what `lab.why` gave: a `Why`, or what has one as its `.why`."""
    of: Why = getattr(why, "why", why)
    reasons = list(map(_told_reason, of.reasons))
    return {"headline": _shown(of.headline), "reasons": reasons}


def _told_reason(reason: Reason) -> dict[str, Any]:
    # Code to paste stands below the sentence.
    sentence, *code = reason.next_step.split("\n")
    told = {"name": _shown(reason.name), "what": _shown(reason.what), "evidence": _shown(reason.evidence)}
    step = {"next": _shown(sentence), "code": "\n".join(map(_shown, code))}
    return {**told, **step, "failed": int(reason.is_failure)}


def _shown(text: str) -> str:
    return values.visible(text, values.LONG)

"""What is said of one row: in a sentence what happened to it, and why nothing arrived."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One thing that went wrong with a row, or that is worth knowing of it."""

    name: str
    """What it is called, short and always the same: `no handler`, `empty room`."""

    what: str
    """What happened, a sentence."""

    evidence: str
    """What in the log shows it, with the numbers of rows."""

    next_step: str
    """What to do. Code to paste stands below the sentence, in lines of its own."""

    is_failure: bool
    """Whether something went wrong; else it is a remark."""


@dataclass(frozen=True)
class Why:
    """What happened to one row, and why."""

    seq: int
    """The row's number; 0 where there is no row to speak of."""

    kind: str
    """What the row is: event, emit, connect, ...; `task` of a background task, which has no row."""

    headline: str
    """What happened to it, in one sentence."""

    reasons: tuple[Reason, ...] = ()
    """Why: the most likely first, remarks last."""

    @property
    def is_failure(self) -> bool:
        """Whether something went wrong."""
        return any(reason.is_failure for reason in self.reasons)

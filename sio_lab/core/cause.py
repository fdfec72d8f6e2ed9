"""What keeps a client from getting in, in a student's words: for rows, `why`, the doctor, and below a cell."""

from __future__ import annotations

import json
from dataclasses import dataclass

SURE, LIKELY, POSSIBLE = "sure", "likely", "possible"
"""How sure it is: the log shows it; all else is improbable; one of several things that would look the same."""

FAILURE, HINDRANCE, REMARK = 0, 1, 2
"""How grave it is: somebody can't get in; somebody gets in, and something goes badly; nothing to worry about."""

SCRIPT = '<script src="/_lab/client/socket.io.min.js"></script>'
"""What has a page of this server load the client that the lab brings along."""


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, whoever met with it and however often."""

    name: str
    """What it is called, short and always the same: `old client`, `wrong path`."""

    short: str
    """What is wrong and what helps, in half a sentence that begins in lower case; for a row, and below a cell."""

    what: str
    """What is wrong, in whole sentences."""

    next_step: str
    """What to do. Lines to paste stand below the sentence, in lines of their own."""

    certainty: str = SURE
    """`sure`, `likely` or `possible`."""

    grade: int = FAILURE
    """`FAILURE`, `HINDRANCE` or `REMARK`."""


@dataclass(frozen=True)
class Setup:
    """How the server was set up, as far as the log does not tell."""

    origins: tuple[str, ...] = ()
    """The origins that were given to let in, as they were written."""

    path: str = "/socket.io/"
    """Where Socket.IO lies on the server."""

    port: int | None = None
    """Where it listens, or listened last."""


PLAIN = Setup()
"""Nothing is known of it."""


def pasted(value: str) -> str:
    """Return a text as JavaScript writes it: JSON without what would end a script element."""
    return json.dumps(value).replace("</", "<\\/")

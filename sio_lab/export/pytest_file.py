"""The pytest file: its head, its furniture, and one test for each story."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.errors import LabError
from sio_lab.export.furniture import NAMES, furniture
from sio_lab.export.literals import Unwritable
from sio_lab.export.naming import Names
from sio_lab.export.steps import script
from sio_lab.export.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from sio_lab.core import records as r
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder
    from sio_lab.export.program import Program
    from sio_lab.export.telling import Told

MARKER = '"""Written by sio_lab: '
"""How a file begins that may be overwritten."""

MOST_STEPS = 1000
"""More steps make no test that somebody reads."""


@dataclass(frozen=True)
class TestFile:
    """A file, and what is in it."""

    __test__ = False  # pytest takes it for a test otherwise

    text: str
    tests: int
    steps: int
    """What the clients do."""

    clients: int
    left_out: Counter[str]
    """Why something is no part of it -> how often."""

    has_auth: bool = False
    """Whether clients show something as they connect, which the log hides."""


@dataclass(frozen=True)
class Taken:
    """What a file is made of."""

    records: Sequence[r.Record]
    """All there are, oldest first."""

    chosen: AbstractSet[int]
    """The seqs of the rows to test."""

    state: State
    """Where the clients' names stand."""

    read: Decoder


def pytest_file(taken: Taken, program: Program) -> TestFile:
    """Return a file that tests the chosen rows on a program.

    Raises LabError where none of them can be done again, or there are more than `MOST_STEPS`.
    """
    played = script(taken.records, taken.chosen, taken.state, taken.read)
    if not played.steps:
        raise LabError(_nothing(played.left_out))
    if len(played.steps) > MOST_STEPS:
        raise LabError(
            f"That would be a test of {len(played.steps):,} steps; {MOST_STEPS:,} are the most. "
            "Choose fewer rows, as with client:ada or seq:1..200."
        )
    names = Names(NAMES | {"clients", "auth", "client", "ack", "raised"})
    try:
        told = Teller(played, names, taken.read, program.catching).tell()
    except Unwritable as error:
        raise LabError(f"What was sent holds {error}. Leave such events out: -event:NAME.") from error
    left_out = Counter({why: count for why, count in played.left_out.items() if count})
    text = _text(told, program, played.loose, left_out)
    return TestFile(text, len(told.tests), len(played.steps), len(played.cast.members), left_out, bool(told.auth))


def _nothing(left_out: Counter[str]) -> str:
    why = "; ".join(f"{count} x {reason}" for reason, count in left_out.items())
    return (
        "There is nothing to test: no connect, event or disconnect among these rows that can be done again"
        f"{f' ({why})' if why else ''}. %sio traffic kind:event shows what there is."
    )


def _text(told: Told, program: Program, loose: Iterable[tuple[str, str]], left_out: Counter[str]) -> str:
    blocks = furniture("".join(told.tests), told.auth, loose, program.ends)
    needs_re = any("re.fullmatch" in block for block in blocks)
    imports = "import re\n\nimport pytest\n" if needs_re else "import pytest\n"
    head = "\n".join([*_docstring(left_out), "", *program.first, imports, program.text])
    return "\n\n".join([head, *blocks, *told.tests])


def _docstring(left_out: Counter[str]) -> list[str]:
    lines = [
        MARKER + "what happened in a lab, as tests of its handlers.",
        "",
        "Exporting to this file again overwrites it. The tests share the program's",
        "variables, as the clients did: run all of them, in this order.",
    ]
    if left_out:
        reasons = (f"- {count} x {reason}" for reason, count in sorted(left_out.items()))
        lines += ["", "Left out, since a test client can't do it or wait for it:", "", *reasons]
        if any("HTTP" in reason for reason in left_out):
            lines += [
                "",
                "Test clients bring no cookies, headers or query strings. Where handlers need",
                "those, or what was changed by HTTP (the tests say when), add it there.",
            ]
    return [*lines, '"""']

"""Each program does on plain Flask-SocketIO what its scenario says: so both of them are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.programs.reading import FOLDER, programs
from tests.programs.scenarios import SCENARIOS
from tests.programs.visitors import POLLING, WEBSOCKET, Visitors

if TYPE_CHECKING:
    from tests.programs.plain import PlainPython
    from tests.programs.reading import Program

PROGRAMS = programs(FOLDER)
AT_LEAST = 24
SHORTEST, LONGEST = 25, 90


@pytest.mark.parametrize("transports", [WEBSOCKET, POLLING], ids=lambda transports: transports[0])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_does_what_it_promises(program: Program, transports: tuple[str, ...], plain: PlainPython) -> None:
    with plain.serve(program) as served, Visitors(served.url, transports) as visitors:
        assert served.is_plain
        SCENARIOS[program.name](served.url, visitors.connect)


def test_there_are_programs_enough_and_each_has_a_scenario() -> None:
    assert len(PROGRAMS) >= AT_LEAST
    assert set(SCENARIOS) == set(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_reads_like_an_article(program: Program) -> None:
    assert SHORTEST <= len(program.code.splitlines()) <= LONGEST
    assert len(program.pieces) >= 3
    assert "\n".join(line for piece in program.pieces for line in piece.splitlines() if line) == "\n".join(
        line for line in program.code.splitlines() if line and line != "# %%"
    )
    assert program.pieces[-1].splitlines()[-1].startswith("    socketio.run(app")

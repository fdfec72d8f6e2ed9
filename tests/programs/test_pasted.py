"""Each program, pasted into a notebook, does there what it does as a file: whole, in pieces, twice, one after another.

All of them go into one notebook, whose lab serves them in turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.programs.pasting import at_a_port_to_be_had, notebook
from tests.programs.reading import FOLDER, programs
from tests.programs.scenarios import SCENARIOS
from tests.programs.visitors import POLLING, UPGRADE, WEBSOCKET, Visitors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.programs.pasting import PastingNotebook
    from tests.programs.plain import PlainPython
    from tests.programs.reading import Program

PROGRAMS = programs(FOLDER)
TASKS = {
    "greenhouse": ["measure_humidity", "measure_temperature"],
    "log_tail": ["follow"],
    "push_thread": ["background_thread"],
    "stock_ticker": ["Ticker.run"],
    "world_clock": ["tick_tock"],
}
"""Program -> the tasks that run when its scenario is over; those that are not here have none."""

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),  # of jupyter_client's own
    pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS),
]


@pytest.fixture(scope="module")
def pasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PastingNotebook]:
    with notebook(tmp_path_factory.mktemp("notebook")) as opened:
        opened.run("%load_ext sio_lab")
        yield opened


@dataclass(frozen=True)
class Trial:
    """One program in one notebook, and what is expected of it."""

    program: Program
    notebook: PastingNotebook
    plain: PlainPython

    def pasted(self, way: str, transports: tuple[str, ...]) -> None:
        """Paste it, have its scenario played, and see that there is what the program has, once."""
        port, code = at_a_port_to_be_had(self.program, self.notebook.port)
        printed = self.notebook.paste(self.program, way, code)
        url = self.says_where(printed)
        assert port in {self.notebook.port, None}
        with Visitors(url, transports) as visitors:
            SCENARIOS[self.program.name](url, visitors.connect)
        seen = self.notebook.look()
        assert seen.url == url
        assert seen.handlers == self.plain.handlers(self.program)
        assert seen.tasks == TASKS.get(self.program.name, [])

    def says_where(self, printed: str) -> str:
        """See that the cells say where it is served, that `run` has returned, and why not where it asks to be."""
        assert "socketio.run() returned at once" in printed
        assert ("%sio start --host 0.0.0.0 --anyone" in printed) == (self.program.host == "0.0.0.0")  # noqa: S104 - what it asks
        assert self.notebook.address
        return self.notebook.address


@pytest.fixture
def trial(program: Program, pasting: PastingNotebook, plain: PlainPython) -> Trial:
    return Trial(program, pasting, plain)


def test_whole_and_the_same_cell_again(trial: Trial) -> None:
    trial.pasted("whole", WEBSOCKET)
    trial.pasted("whole", WEBSOCKET)


def test_in_pieces_and_all_of_them_again(trial: Trial) -> None:
    trial.pasted("in pieces", POLLING)
    trial.pasted("in pieces", WEBSOCKET)


def test_under_sio_app(trial: Trial) -> None:
    trial.pasted("under %%sio app", UPGRADE)

"""Flask-SocketIO code does the same in the lab as on plain Flask-SocketIO, and the lab keeps a record of it.

Each case runs on both, over the real network; its result is stated, so what it does can be read there.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from case import CASES, Case, Row
from lab_bench import LabBench
from node_client import Node
from plain_bench import PlainBench
from seen import DEADLINE

import sio_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

for file in sorted(Path(__file__).parent.glob("cases_*.py")):
    importlib.import_module(file.stem)

ESCAPES = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
LATE_WRITER = pytest.mark.filterwarnings(
    r"ignore:Exception in thread .*\(writer\):pytest.PytestUnhandledThreadExceptionWarning"
)
"""Engine.IO's writer of a WebSocket may find the client gone when it says goodbye; the lab keeps quiet about that."""
HIDDEN = {"time", "request_event", "direction"}
DIFFERENCES = Path(sio_lab.__file__).parent / "server" / "DIFFERENCES.md"


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """Run the one Node process that all of Node's clients live in."""
    node = Node()
    yield node
    node.close()


@pytest.fixture
def clients_of(client: str, request: pytest.FixtureRequest) -> Node | None:
    """Return what a bench makes clients with; without Node, they are python-socketio's."""
    return request.getfixturevalue("node") if client == "node" else None


def cases_on(bench: str) -> Any:
    """Parametrise a test over all cases, with each client library that a case runs with."""
    return pytest.mark.parametrize(
        ("case", "client"),
        [
            pytest.param(case, client, id=f"{client}: {case.title}", marks=marks_of(case, bench))
            for case in CASES
            for client in case.clients
        ],
    )


def marks_of(case: Case, bench: str) -> list[pytest.MarkDecorator]:
    return [ESCAPES] if case.escapes and bench in case.escapes_on else []


@LATE_WRITER
@cases_on("plain")
def test_on_plain_flask_socketio(case: Case, clients_of: Node | None) -> None:
    with PlainBench(clients_of, case.options) as bench:
        assert_same(bench.tidy(case.run(bench)), case.expect)


@cases_on("lab")
def test_on_the_lab(case: Case, clients_of: Node | None) -> None:
    with LabBench(clients_of, case.options) as bench:
        assert_same(bench.tidy(case.run(bench)), case.expect_lab if case.differs else case.expect)
        rows = rows_when_complete(bench, case)
        assert case.fits(rows), shown(rows)


def assert_same(result: Any, expected: Any) -> None:
    """Compare values and their types: True is not 1, a tuple no list."""
    assert result == expected
    assert typed(result) == typed(expected)


def typed(value: Any) -> Any:
    """Return `value` with the name of its type beside each part of it."""
    if isinstance(value, dict):
        return "dict", [(typed(key), typed(item)) for key, item in value.items()]
    parts = list(map(typed, value)) if isinstance(value, (list, tuple)) else value
    return type(value).__name__, parts


def rows_when_complete(bench: LabBench, case: Case) -> list[Row]:
    """Return the rows as soon as they are what the case expects: what clients do last may still be on its way."""
    bench.lab.settle()
    bench.lab.log.wait(lambda: case.fits(bench.traffic()), DEADLINE)
    return bench.traffic()


def shown(rows: list[Row]) -> str:
    """Return the rows as text, empty cells left out."""
    lines = [{name: cell for name, cell in row.items() if cell is not None and name not in HIDDEN} for row in rows]
    return "these rows were kept:\n" + "\n".join(map(str, lines))


@pytest.mark.parametrize("case", [case for case in CASES if case.differs], ids=lambda case: case.title)
def test_a_difference_is_announced(case: Case) -> None:
    headings = re.findall(r"^#+ (.+)$", DIFFERENCES.read_text(encoding="utf-8"), re.MULTILINE)
    assert case.differs in headings
    assert case.expect != case.expect_lab, "it does not differ: state one result"


def test_titles_are_unique() -> None:
    titles = [(case.title, client) for case in CASES for client in case.clients]
    assert len(titles) == len(set(titles))

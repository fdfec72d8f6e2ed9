"""Every notebook runs from top to bottom in a real kernel, twice, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
SECONDS = 60

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_twice_in_one_kernel(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    again = [nbformat.v4.new_code_cell(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells += again
    run(notebook)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_saved_without_output(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_the_first_lesson_shows_what_it_says() -> None:
    notebook = run(nbformat.read(NOTEBOOKS[0], as_version=4))
    shown = {cell.source.strip().splitlines()[-1]: text_of(cell) for cell in notebook.cells if cell.cell_type == "code"}
    assert shown['ada.call("my event", {"room": "lobby", "data": 1})'] == "('one', 2)"
    assert "{'data': 1}" in shown["ada.received"]
    assert "{'data': 2}" in shown["ada.received"]
    assert "{'data': 3}" not in shown["ada.received"]
    assert "ada, bob (2 clients in /test)" in shown["%sio reach --to lobby"]
    assert "only for Eve" in shown["eve.received"]
    assert shown["event.request_event"] == "{'message': 'my event', 'args': ({'room': 'lobby', 'data': 2},)}"
    assert "did you mean 'my event'?" in shown["lab.errors"]


def run(notebook: Any) -> Any:
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3").execute()
    return notebook


def text_of(cell: Any) -> str:
    pieces = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return "".join(pieces).strip()

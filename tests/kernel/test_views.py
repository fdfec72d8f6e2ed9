"""Live views in a real kernel: they go with their cell, and nothing is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.views.widget import MIME
from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = """
import threading, ipywidgets.widgets.widget as widgets
print(len(lab.showing), len(widgets._instances), [t.name for t in threading.enumerate() if "refresher" in t.name])
"""

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own


@pytest.fixture(scope="module")
def opened() -> Iterator[Kernel]:
    with Kernel() as kernel:
        yield kernel


@pytest.fixture
def kernel(opened: Kernel) -> Iterator[Kernel]:
    """Return a kernel with a lab of the test's own; with it goes all that it shows."""
    opened.run("%load_ext sio_lab\n%sio start", "start")
    assert counted(opened) == "0 0 []"
    yield opened
    opened.run("%unload_ext sio_lab", "end")


def counted(kernel: Kernel) -> str:
    return kernel.run(COUNT, "count").out.strip()


def test_views_go_with_their_cell_when_it_is_run_again_or_deleted(kernel: Kernel) -> None:
    for _ in range(3):
        [shown] = kernel.run("lab.traffic", "a").results
        assert {MIME, "text/plain", "text/html"} == set(shown)
    kernel.run("%sio", "b")
    assert counted(kernel) == "2 4 ['sio-lab-refresher']"
    kernel.run("'nothing to see'", "a")
    assert counted(kernel) == "1 2 ['sio-lab-refresher']"
    kernel.run("1", "c", deleted=["b"])
    assert counted(kernel) == "0 0 []"


def test_a_value_shown_live_is_a_value_all_the_same(kernel: Kernel) -> None:
    kernel.run("lab.clients", "a")
    assert kernel.run("print(type(_).__name__, len(_))", "b").out.strip() == "Table 0"


def test_unloading_leaves_no_view_and_no_thread(kernel: Kernel) -> None:
    kernel.run("kept = lab\nlab.traffic", "a")
    kernel.run("%unload_ext sio_lab", "b")
    assert kernel.run(COUNT.replace("lab.", "kept."), "c").out.strip() == "0 0 []"


def test_without_a_page_there_are_pictures(kernel: Kernel) -> None:
    [shown] = kernel.run("lab.traffic").results
    assert set(shown) == {"text/plain", "text/html"}
    [dashboard] = kernel.run("%sio").results
    assert dashboard["text/plain"].startswith("Serving at http://127.0.0.1:")


def test_pictures_can_be_had_on_a_page_too(kernel: Kernel) -> None:
    kernel.run("%config SioMagics.live = False", "a")
    [shown] = kernel.run("lab.map()", "b").results
    assert MIME not in shown

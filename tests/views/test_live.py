"""What is on display: shown, dropped with its cell, and a picture at the end; nothing is left of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.log import Log
from sio_lab.views import live, screen
from sio_lab.views.live import Live
from sio_lab.views.widget import MIME
from tests.views.samples import Sample

if TYPE_CHECKING:
    from tests.views.comms import Comms


class Notebook:
    """A lab's views, which cell runs, and what the notebook shows by display id."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cell: str | None = "a"
        self.live = Live(Log(), lambda: self.cell)
        self.displayed: dict[str, dict[str, Any]] = {}
        monkeypatch.setattr(screen, "_display", self._display)

    def show(self, cell: str | None = "a") -> live.Shown:
        self.cell = cell
        return self.live.show(Sample())

    def picture(self, shown: live.Shown) -> dict[str, Any]:
        return self.displayed[shown.display_id]

    def _display(self, bundle: dict[str, Any], *, display_id: str, **_: Any) -> None:
        self.displayed[display_id] = bundle


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch, comms: Comms) -> Notebook:
    assert not comms
    return Notebook(monkeypatch)


def is_refreshed() -> bool:
    return any(thread.name == "sio-lab-refresher" for thread in threading.enumerate())


def test_a_view_is_shown_with_its_picture_beside_the_widget(notebook: Notebook) -> None:
    shown = notebook.show()
    assert notebook.picture(shown).keys() == {MIME, "text/plain", "text/html"}
    assert (len(notebook.live), is_refreshed()) == (1, True)
    notebook.live.still()


def test_at_the_end_pictures_of_then_are_left_and_no_widget(notebook: Notebook, comms: Comms) -> None:
    shown = [notebook.show(), notebook.show("b")]
    shown[0].view.first.count = 8  # type: ignore[attr-defined]
    notebook.live.still()
    notebook.live.still()
    assert notebook.picture(shown[0]) == {"text/plain": "count 8", "text/html": "<b>8</b>"}
    assert MIME not in notebook.picture(shown[1])
    assert (len(notebook.live), comms.left, is_refreshed()) == (0, [], False)


def test_a_cell_that_is_run_anew_takes_its_views_along(notebook: Notebook, comms: Comms) -> None:
    first, second = notebook.show("a"), notebook.show("b")
    notebook.live.drop("a")
    notebook.live.drop("a")
    notebook.live.drop("never run")
    assert len(notebook.live) == 1
    assert len(comms.left) == 2
    assert MIME in notebook.picture(first), "its output is the front end's to take away"
    notebook.live.drop("b")
    assert MIME in notebook.picture(second)
    assert not is_refreshed()


def test_views_of_no_cell_stay_until_the_end(notebook: Notebook) -> None:
    notebook.show(None)
    notebook.live.drop(None)
    assert len(notebook.live) == 1
    notebook.live.still()


def test_only_so_many_are_live_those_that_no_page_shows_go_first(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 2)
    first, second = notebook.show("a"), notebook.show("b")
    second.is_away = True
    third = notebook.show("c")
    assert [MIME in notebook.picture(each) for each in (first, second, third)] == [True, False, True]
    notebook.show("d")
    assert MIME not in notebook.picture(first)
    notebook.live.still()


def test_on_a_page_that_was_loaded_anew_a_view_stays_until_the_end(notebook: Notebook, comms: Comms) -> None:
    notebook.show()
    comms.views[0].load_anew()
    notebook.live.still()
    assert len(notebook.live) == 1
    notebook.live.still(at_the_end=True)
    assert (len(notebook.live), comms.left) == (0, [])


def test_shown_fifty_times_from_one_cell_nothing_grows(notebook: Notebook, comms: Comms) -> None:
    for _ in range(50):
        notebook.live.drop("a")
        notebook.show("a")
    assert len(comms.left) == 2
    assert len(notebook.live) == 1
    notebook.live.still()

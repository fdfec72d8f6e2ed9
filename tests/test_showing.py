"""Views of a real lab: live where somebody looks, pictures elsewhere, and nothing left of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

import sio_lab
from sio_lab.errors import FilterError, TargetError
from sio_lab.views import screen
from sio_lab.views.widget import MIME
from tests.views.comms import comms as comms  # noqa: PLC0414 - this is how a fixture is shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.views.comms import Comms

VIEWS = ("dashboard", "sequence", "map", "panels")


class Page:
    """What is displayed, by display id, in order."""

    def __init__(self) -> None:
        self.bundles: dict[str, dict[str, Any]] = {}

    def display(self, bundle: dict[str, Any], *, display_id: str, **_: Any) -> None:
        self.bundles[display_id] = bundle

    @property
    def live(self) -> int:
        return sum(MIME in bundle for bundle in self.bundles.values())


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, comms: Comms) -> Page:
    assert not comms
    made = Page()
    monkeypatch.setattr(screen, "is_live", lambda: True)
    monkeypatch.setattr(screen, "_display", made.display)
    return made


@pytest.fixture
def lab(page: Page) -> Iterator[sio_lab.Lab]:
    assert not page.bundles
    made = sio_lab.Lab()
    made.start()
    made.client("ada")
    yield made
    made.close()


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_live_and_a_picture_after_the_stop(lab: sio_lab.Lab, page: Page, comms: Comms, name: str) -> None:
    getattr(lab, name)()._ipython_display_()
    assert (page.live, len(lab.showing)) == (1, 1)
    shown = comms.views[0].state["shown"]
    assert json.loads(json.dumps(shown))["feeds"]
    lab.stop()
    assert (page.live, len(lab.showing), comms.left) == (0, 0, [])
    [picture] = page.bundles.values()
    assert picture.keys() == {"text/plain", "text/html"}


@pytest.mark.parametrize("name", ["traffic", "clients", "rooms", "namespaces", "handlers", "tasks", "errors", "acks"])
def test_each_table_is_live(lab: sio_lab.Lab, page: Page, comms: Comms, name: str) -> None:
    getattr(lab, name)._ipython_display_()
    assert page.live == 1
    assert comms.views[0].state["shown"]["options"]["title"] == name


def test_a_filter_goes_into_the_live_table(lab: sio_lab.Lab, page: Page, comms: Comms) -> None:
    lab.traffic.where("kind:connect").where("-client:bob")._ipython_display_()
    assert page.live == 1
    assert comms.views[0].state["shown"]["feeds"]["traffic"]["state"]["filter"] == "kind:connect -client:bob"


def test_a_range_of_rows_is_a_picture_since_no_row_is_added_to_it(lab: sio_lab.Lab, page: Page) -> None:
    with pytest.raises(NotImplementedError):
        lab.traffic[1:3]._ipython_display_()
    with pytest.raises(NotImplementedError):
        lab.traffic[-3:]._ipython_display_()
    assert not page.bundles


def test_the_lab_itself_is_the_dashboard(lab: sio_lab.Lab, comms: Comms) -> None:
    lab._ipython_display_()
    assert set(comms.views[0].state["shown"]["feeds"]) >= {"status", "traffic", "clients", "sequence", "map"}


def test_where_nobody_looks_the_lab_itself_is_the_picture_of_the_dashboard(lab: sio_lab.Lab) -> None:
    picture = lab._repr_mimebundle_()
    assert picture["text/plain"] == repr(lab)
    pictures = picture["text/html"], lab.dashboard()._repr_mimebundle_()["text/html"]
    first, second = (re.sub(r"\(at [\d:.]+\)", "", each) for each in pictures)
    assert first == second


def test_where_views_are_not_wanted_there_are_pictures(lab: sio_lab.Lab, page: Page) -> None:
    lab.live = False
    with pytest.raises(NotImplementedError):
        lab.traffic._ipython_display_()
    assert "text/html" in lab.map()._repr_mimebundle_()
    assert not page.bundles


def test_what_a_page_stops_goes_on(lab: sio_lab.Lab, page: Page) -> None:
    lab.dashboard()._ipython_display_()
    lab.showing.acting.answers["stop"]()
    assert (lab.running, page.live) == (False, 1)
    lab.showing.acting.answers["start"]()
    assert (lab.running, page.live) == (True, 1)
    lab.stop()
    assert page.live == 0


def test_a_restart_leaves_views_live(lab: sio_lab.Lab, page: Page) -> None:
    lab.traffic._ipython_display_()
    lab.restart()
    assert page.live == 1


def test_views_go_with_their_cell(lab: sio_lab.Lab, comms: Comms) -> None:
    lab.cells.begin("cell a", "In [1]", "<a>")
    lab.traffic._ipython_display_()
    lab.cells.end()
    lab.showing.drop("cell b")
    assert len(lab.showing) == 1
    lab.showing.drop("cell a")
    assert (len(lab.showing), comms.left) == (0, [])


def test_panels_are_of_clients_that_are_there(lab: sio_lab.Lab) -> None:
    lab.client("bob")
    assert "ada" in repr(lab.panels("ada"))
    assert "bob" not in repr(lab.panels("ada"))
    assert "bob" in repr(lab.panels())
    assert "ada" in repr(lab.named_clients["ada"].panel())
    with pytest.raises(TargetError, match="no client 'eve'; it has: ada, bob"):
        lab.panels("eve")


def test_a_sequence_has_texts_and_a_wrong_filter_is_told_at_once(lab: sio_lab.Lab) -> None:
    assert lab.sequence().svg.startswith("<svg")
    assert lab.sequence("client:ada").mermaid.startswith("sequenceDiagram")
    with pytest.raises(FilterError):
        lab.sequence("evnt:chat")


def test_in_a_terminal_the_dashboard_is_the_status(lab: sio_lab.Lab) -> None:
    assert repr(lab.dashboard()) == repr(lab.status())


def test_the_dashboards_picture_has_no_link_that_will_be_dead(lab: sio_lab.Lab) -> None:
    picture = lab.dashboard()._repr_mimebundle_()["text/html"]
    assert f"Serving at {lab.url}" in picture
    assert "<a " not in picture

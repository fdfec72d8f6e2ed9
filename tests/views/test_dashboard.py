"""The dashboard as the refresher sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.errors import LabError
from sio_lab.views.dashboard import TITLES, DashboardView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.views.feed import Feed

PICTURE = {"text/plain": "Serving", "text/html": "<p>Serving</p>"}


class Rows:
    """A feed that holds nothing."""

    def state(self) -> dict[str, Any]:
        return {}

    def patch(self) -> dict[str, Any] | None:
        return None

    def want(self, wishes: Mapping[str, Any]) -> None:
        pass


def view(*feeds: str, answers: tuple[str, ...] = ("emit", "start")) -> DashboardView:
    made: dict[str, Feed] = {name: Rows() for name in ("status", *feeds)}
    return DashboardView(made, {name: lambda: {"text": "done"} for name in answers}, lambda: PICTURE)


def test_only_the_status_and_the_first_tab_are_sent_at_first() -> None:
    assert view(*reversed(TITLES)).on == {"status", "traffic"}
    assert view("map", "clients").on == {"status", "clients"}
    assert view().on == {"status"}


def test_the_page_is_told_its_tabs_in_order() -> None:
    options = view("map", "errors", "traffic").options()
    assert options == {
        "title": "sio_lab",
        "feeds": {"traffic": "Traffic", "errors": "Errors", "map": "Map"},
        "emit": True,
        "class": False,
        "capture": None,
    }
    assert list(options["feeds"]) == ["traffic", "errors", "map"]
    assert view(answers=()).options()["emit"] is False


def test_the_class_is_sent_where_one_may_come_in() -> None:
    with_class = view("traffic", "class")
    assert with_class.on == {"status", "class", "traffic"}
    assert with_class.options()["class"] is True
    assert with_class.options()["feeds"] == {"traffic": "Traffic"}


def test_its_still_picture_is_the_callers() -> None:
    assert view().still() == PICTURE


def test_it_answers_what_it_was_given() -> None:
    assert view().answer("start", {}) == {"text": "done"}
    with pytest.raises(LabError, match="dance"):
        view().answer("dance", {})

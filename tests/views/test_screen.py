"""Whether somebody looks who can be shown widgets."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.views import screen

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shell:
    """As much of a shell as is looked at."""

    def __init__(self, metadata: Mapping[str, Any] | None) -> None:
        self.kernel = object()
        self._parent = {} if metadata is None else {"metadata": metadata}

    def get_parent(self) -> dict[str, Any]:
        return self._parent


def look(monkeypatch: pytest.MonkeyPatch, shell: object) -> bool:
    monkeypatch.setattr(screen, "get_ipython", lambda: shell)
    return screen.is_live()


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        (None, False),
        (object(), False),
        (Shell({"cellId": "a"}), True),
        (Shell({}), False),
        (Shell(None), False),
    ],
    ids=["plain Python", "terminal", "notebook", "nbconvert", "before the first cell"],
)
def test_only_a_notebook_s_page_is_shown_widgets(
    monkeypatch: pytest.MonkeyPatch, shell: object, expected: bool
) -> None:
    assert look(monkeypatch, shell) is expected


def test_colab_names_no_cells_and_has_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert look(monkeypatch, Shell({}))


def test_what_is_shown_may_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    displayed: list[tuple[object, dict[str, Any]]] = []
    monkeypatch.setattr(screen, "_display", lambda bundle, **options: displayed.append((bundle, options)))
    screen.show({"text/plain": "a"}, "x")
    screen.replace({"text/plain": "b"}, "x")
    assert displayed == [
        ({"text/plain": "a"}, {"raw": True, "display_id": "x"}),
        ({"text/plain": "b"}, {"raw": True, "display_id": "x", "update": True}),
    ]

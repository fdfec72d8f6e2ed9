"""What shows itself: live, as a picture, or as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.shows import Sequence, Shows
from tests.views.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.views.view import View


def test_where_somebody_looks_it_is_live() -> None:
    shown: list[View] = []

    def show(make: Callable[[], View]) -> bool:
        shown.append(make())
        return True

    Shows(Sample, show)._ipython_display_()
    assert [view.stem for view in shown] == ["table"]


def test_elsewhere_it_is_a_picture_and_a_text() -> None:
    shows = Shows(Sample, lambda _make: False)
    with pytest.raises(NotImplementedError):
        shows._ipython_display_()
    assert shows._repr_mimebundle_() == {"text/plain": "count 0", "text/html": "<b>0</b>"}
    assert repr(shows) == "count 0"


def test_a_sequence_has_its_texts() -> None:
    drawn = Sequence(lambda: Sample(svg=lambda: "<svg/>", mermaid=lambda: "sequenceDiagram"), lambda _make: False)
    assert (drawn.svg, drawn.mermaid) == ("<svg/>", "sequenceDiagram")

"""What a lab returns that shows itself: live where somebody looks, as a picture elsewhere, as text in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.views.view import View


class Shows:
    """A view that is made when it is shown; `show` shows it live, and tells whether it could."""

    def __init__(self, make: Callable[[], View], show: Callable[[Callable[[], View]], bool]) -> None:
        self._make = make
        self._show = show

    def _ipython_display_(self) -> None:
        if not self._show(self._make):
            raise NotImplementedError  # IPython shows the picture, then

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._make().still()

    def __repr__(self) -> str:
        return self._make().still()["text/plain"]


class Sequence(Shows):
    """A sequence diagram; its texts are of the moment they are asked for."""

    @property
    def svg(self) -> str:
        """The diagram as an SVG file's text."""
        return str(self._make().answer("svg", {}))

    @property
    def mermaid(self) -> str:
        """The diagram as Mermaid text, for Markdown cells and pages."""
        return str(self._make().answer("mermaid", {}))

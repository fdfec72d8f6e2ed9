"""The widget of a live view: a comm, the view's module, and a snapshot that is made when a page asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from ipykernel._version import version_info

from sio_lab.views import esm

if TYPE_CHECKING:
    from collections.abc import Callable

STYLES = (
    *("base", "live", "grid", "detail", "sequence", "rooms", "rooms_grid", "panels"),
    *("dashboard", "emit_form", "afterwards", "open_page", "classroom"),
)
"""Each widget carries the styles of all: the front end keeps one text for a class of widgets."""

MIME = "application/vnd.jupyter.widget-view+json"
_PINS_REPLIES_FROM = (7, 4)


def _snapshot(_: object, widget: LabWidget) -> dict[str, Any]:
    return widget.snapshot()


class LabWidget(anywidget.AnyWidget):
    """One widget; what it shows, and whom it tells what the page sends, are functions."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    shown = traitlets.Any().tag(sync=True, to_json=_snapshot)
    """What there is to show when a page opens: `{options, asks: [name], feeds: {name: {number, on, state}}}`."""

    def __init__(
        self, stem: str, snapshot: Callable[[], dict[str, Any]], heard: Callable[[dict[str, Any]], None]
    ) -> None:
        self.snapshot = snapshot
        super().__init__(_esm=esm.module(stem), _css=esm.styles(*STYLES))
        self.on_msg(lambda _widget, content, _buffers: heard(content))
        _answer_while_cells_run(self.comm)

    @property
    def bundle(self) -> dict[str, Any]:
        """What to display beside the still picture."""
        return {MIME: {"version_major": 2, "version_minor": 1, "model_id": self.model_id}}

    def close(self) -> None:
        """Close it on both sides, its layout too, which ipywidgets leaves open."""
        layout = self.layout
        super().close()
        layout.close()


def _answer_while_cells_run(comm: Any) -> None:
    """Let the page's messages be read while a cell runs.

    ipykernel 7.4 reads them in the shell that published last, which is the one that is busy; before, the front end
    had its way, and JupyterLab names a subshell.
    """
    if version_info[:2] >= _PINS_REPLIES_FROM and hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, named: named  # noqa: SLF001 - ipykernel has no option for it

"""Where a notebook shows things: what a cell displays, and what is put in its place later."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import display

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_display: Callable[..., object] = display  # which IPython leaves without types


def is_live() -> bool:
    """Tell whether somebody looks who can be shown widgets: a notebook's page, not a terminal, not nbconvert.

    A page says which of its cells it runs; what only executes notebooks doesn't. Colab says nothing and has widgets.
    """
    shell: Any = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return False
    parent: Any = getattr(shell, "get_parent", dict)() or {}
    return "cellId" in (parent.get("metadata") or {}) or "google.colab" in sys.modules


def is_kept() -> bool:
    """Tell whether what is shown here may be saved: in a notebook it is, in a terminal not."""
    return hasattr(get_ipython(), "kernel")


def show(bundle: Mapping[str, Any], display_id: str) -> None:
    """Display a mimebundle below the cell that runs."""
    _display(dict(bundle), raw=True, display_id=display_id)


def replace(bundle: Mapping[str, Any], display_id: str) -> None:
    """Put another mimebundle in the place of one that was displayed."""
    _display(dict(bundle), raw=True, display_id=display_id, update=True)

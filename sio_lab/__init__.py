"""sio_lab: the developer tools of Socket.IO in a notebook.

    %load_ext sio_lab
    %sio start

`lab` is then a `sio_lab.Lab`; without IPython, make one: `lab = sio_lab.Lab()`. Nothing heavy is imported before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sio_lab.captures import load
    from sio_lab.lab import Lab

__all__ = ["Lab", "LabError", "__version__", "load", "load_ipython_extension", "unload_ipython_extension"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "Lab":
        return import_module("sio_lab.lab").Lab
    if name == "load":
        return import_module("sio_lab.captures").load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Put `%sio` and `lab` into the shell: what `%load_ext sio_lab` calls."""
    import_module("sio_lab.magics").load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Stop the server and leave the shell as it was: what `%unload_ext sio_lab` calls."""
    import_module("sio_lab.magics").unload(shell)

"""The debugger on what a handler raised: IPython's where there is IPython, else Python's own.

The event's `request`, `args`, `sid`, `event` and `namespace` become local variables of the frames of its traceback,
unless a frame has one of that name, or its code uses a global of that name: so whatever is typed means what it means
in the code on display. These frames have ended, so nothing else sees what is put into them, the notebook least.
"""

from __future__ import annotations

import dis
import inspect
import pdb
import reprlib
import sys
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from IPython.core.error import StdinNotImplementedError
from IPython.core.getipython import get_ipython

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType, TracebackType

_GLOBALS = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})


class Moment(Protocol):
    """Where Flask's `request` is that of a failed event."""

    def within(self, function: Callable[[], None]) -> None:
        """Call a function there."""


class Failure(Protocol):
    """What is debugged."""

    @property
    def seq(self) -> int:
        """The row that failed."""

    @property
    def what(self) -> str:
        """What failed, in a word or two."""

    @property
    def error(self) -> BaseException:
        """What was raised."""

    @property
    def trace(self) -> TracebackType | None:
        """Its traceback, as far as it is shown."""

    @property
    def place(self) -> int:
        """Which entry of it is shown first."""

    @property
    def text(self) -> str:
        """The traceback in words."""

    @property
    def names(self) -> dict[str, Any]:
        """What can be asked for by name in each of its frames."""

    @property
    def moment(self) -> Moment | None:
        """Where it happened; None where Flask had no part in it."""


class _AtPlace(pdb.Pdb):
    """What is added to a debugger: the entry of the traceback that it begins at."""

    place = 0

    def setup(self, f: FrameType | None, tb: TracebackType | None) -> None:
        """Read the traceback, and go to the place."""
        super().setup(f, tb)
        self.curindex = self.place
        self.curframe = self.stack[self.curindex][0]
        if "curframe_locals" in vars(self):  # not every Python keeps them beside the frame
            self.curframe_locals = self.curframe.f_locals


def open_debugger(failure: Failure) -> None:
    """Open the debugger on a failure in this thread; returns when the reader leaves it.

    Raises LabError, with the traceback in it, where nobody can type commands.
    """
    put_names(failure.trace, failure.names)
    try:
        if failure.moment is None:
            _debug(failure)
        else:
            failure.moment.within(lambda: _debug(failure))
    except (StdinNotImplementedError, OSError) as error:
        raise LabError(
            f"The debugger needs somebody to type its commands, and there is nobody here ({error}). "
            f"Run this where you can answer a prompt: in JupyterLab, or in a terminal. It would have opened on this:\n"
            f"{failure.text}"
        ) from None


@contextmanager
def breakpoints() -> Iterator[None]:
    """Have `breakpoint()` open the debugger inside, in this thread alone, where it would do nothing.

    ipykernel leaves it to the debugger of a front end, and that is off unless somebody has switched it on.
    """
    before = sys.breakpointhook
    ours = _opening(before) if _is_idle(before) else before
    sys.breakpointhook = ours
    try:
        yield
    finally:
        if sys.breakpointhook is ours:
            sys.breakpointhook = before


def _is_idle(hook: object) -> bool:
    """Tell whether a hook would do nothing: it is that of a front end's debugger, and none is connected."""
    debugpy: Any = sys.modules.get("debugpy")
    is_its_own = str(getattr(hook, "__module__", "")).startswith("debugpy")
    return is_its_own and debugpy is not None and not debugpy.is_client_connected()


def _opening(before: Callable[..., object]) -> Callable[..., object]:
    here = threading.get_ident()

    def hook(*args: Any, **options: Any) -> object:
        if threading.get_ident() != here:
            return before(*args, **options)
        frame = inspect.currentframe()
        return _debugger_class()().set_trace(frame.f_back if frame is not None else None)

    return hook


def put_names(trace: TracebackType | None, names: dict[str, Any]) -> None:
    """Give names to the frames of a traceback, as local variables; what a frame calls so itself stays."""
    for frame, _ in traceback.walk_tb(trace):
        if frame.f_locals is not frame.f_globals:
            known = {*frame.f_locals, *_globals_used(frame)}
            frame.f_locals.update({name: value for name, value in names.items() if name not in known})


def _globals_used(frame: FrameType) -> Iterable[str]:
    """Return the names of what a frame's code takes from its module; those of the libraries' own functions too."""
    used = (each.argval for each in dis.get_instructions(frame.f_code) if each.opname in _GLOBALS)
    return (name for name in used if name in frame.f_globals)


def _debug(failure: Failure) -> None:
    debugger = type("PostMortem", (_AtPlace, _debugger_class()), {"place": failure.place})()
    debugger.reset()
    debugger.message(_head(failure))
    # IPython's own way takes a traceback from version 8.18.1 on only.
    pdb.Pdb.interaction(debugger, None, failure.trace)


def _debugger_class() -> Any:
    shell: Any = get_ipython()
    return pdb.Pdb if shell is None else shell.debugger_cls


def _head(failure: Failure) -> str:
    raised = f"{type(failure.error).__name__}: {reprlib.repr(str(failure.error))}"
    names = ", ".join(failure.names)
    ready = f" {names} are the event's." if names else ""
    return f"Row {failure.seq}, {failure.what}: {raised}.{ready} u and d go up and down, p NAME prints, q ends."

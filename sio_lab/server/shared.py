"""Replacing methods of single objects that others replace, too, as IPython does with `sys.stdout.write`.

Whoever comes later keeps what was there before, and puts that back some day. So what comes and goes inside must be
found there: IPython keeps, while a cell runs, the `write` of before in a variable of its own function.
"""

from __future__ import annotations

from contextlib import suppress
from types import BuiltinMethodType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CellType

_DEEPEST = 8
"""Functions that may lie on each other."""

_ABSENT = object()
_METHODS = (MethodType, BuiltinMethodType)


def wrap_shared(
    owner: object, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Callable[[], None]:
    """Replace method `name` of this one object by `make(original)`, beneath what others have put on it for a while.

    Returns what undoes it, and leaves alone what others have put on top meanwhile. Raises AttributeError or TypeError
    where the object has no such method, or lets nobody replace it.
    """
    before = vars(owner).get(name, _ABSENT)
    variable = _variable(before, lambda value: _is_own(value, owner, name))
    if variable is None:
        ours = make(getattr(owner, name))
        setattr(owner, name, ours)
    else:
        before, ours = _ABSENT, make(variable.cell_contents)
        variable.cell_contents = ours
    return lambda: _take_out(owner, name, ours, before)


def _take_out(owner: object, name: str, ours: Any, before: Any) -> None:
    top = vars(owner).get(name)
    variable = _variable(top, lambda value: value is ours)
    if top is ours and before is _ABSENT:
        vars(owner).pop(name)
    elif top is ours:
        setattr(owner, name, before)
    elif variable is not None:
        variable.cell_contents = getattr(type(owner), name).__get__(owner) if before is _ABSENT else before


def _is_own(value: Any, owner: object, name: str) -> bool:
    """Tell whether a value is the method that the object has by its class."""
    return type(value) in _METHODS and value.__self__ is owner and value.__name__ == name


def _variable(function: Any, is_wanted: Callable[[Any], bool], depth: int = 0) -> CellType | None:
    """Return where a function, or one beneath it, keeps what is wanted."""
    # Its type is asked, and nothing of the value itself: that may be any object, and answer in any way.
    variables = function.__closure__ if type(function) is FunctionType and depth < _DEEPEST else None
    for variable in variables or ():
        with suppress(ValueError):  # it may have no value yet
            if is_wanted(variable.cell_contents):
                return variable
            found = _variable(variable.cell_contents, is_wanted, depth + 1)
            if found is not None:
                return found
    return None

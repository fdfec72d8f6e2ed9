"""Replacing attributes of single objects, so that all of it can be put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

_ABSENT = object()


class Patches:
    """A pile of replacements; `undo` puts back what was there, newest first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def wrap(self, owner: object, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        """Replace method `name` of this one object by `make(original)`.

        Raises LabError where the object has no such method: another version of its package than the tested ones.
        """
        original = getattr(owner, name, None)
        if original is None:
            kind = type(owner)
            raise LabError(
                f"{kind.__module__}.{kind.__qualname__} has no method {name!r}: this version of the package is not "
                f"one that sio_lab knows. Install python-socketio >= 5.12, < 6 and Flask-SocketIO >= 5.5, < 6."
            )
        self.replace(owner, name, make(original))

    def replace(self, owner: object, name: str, value: object) -> None:
        """Put another value in the place of attribute `name` of this one object."""
        before = vars(owner).get(name, _ABSENT)
        setattr(owner, name, value)
        self._undo.append(lambda: _put_back(owner, name, before))

    def wrap_item(
        self, owner: dict[str, Callable[..., Any]], key: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]
    ) -> None:
        """Replace `owner[key]` by `make(original)`."""
        original = owner[key]
        owner[key] = make(original)
        self._undo.append(lambda: owner.__setitem__(key, original))

    def undo(self) -> None:
        """Put everything back; a second call does nothing."""
        while self._undo:
            self._undo.pop()()


def _put_back(owner: object, name: str, before: object) -> None:
    if before is _ABSENT:
        vars(owner).pop(name, None)
    else:
        setattr(owner, name, before)

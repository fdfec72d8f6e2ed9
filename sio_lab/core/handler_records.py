"""What happened to handlers; part of `records`."""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core.quick import quick
from sio_lab.core.record import Record


@quick
@dataclass(frozen=True, slots=True)
class HandlerRegistered(Record):
    """A function, or a method of a class-based namespace, now answers an event."""

    namespace: str
    event: str
    function: str
    """Its qualified name."""

    cell: str | None = None
    """The notebook cell that defined it."""

    source: str | None = None
    """File and line of its definition."""

    method: bool = False
    """Whether it is a method of a class-based namespace: a function of the same event hides it."""

    shadows: str | None = None
    """The function, of another cell, that it covers as long as it is there."""


@quick
@dataclass(frozen=True, slots=True)
class HandlerCovers(Record):
    """Another cell's function now lies beneath the one that answers an event, or none does any more."""

    namespace: str
    event: str
    shadows: str | None
    """The qualified name of the one beneath."""


@quick
@dataclass(frozen=True, slots=True)
class HandlerRemoved(Record):
    """Nothing, or something else, answers an event from now on."""

    namespace: str
    event: str
    method: bool = False

"""The program that a file tests, and what it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.errors import Usage
from sio_lab.export.furniture import Ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.export.statements import Source


@dataclass(frozen=True)
class Program:
    """What the tests need above them."""

    text: str
    """Its source, as it stands behind the file's own imports."""

    ends: Ends
    """How the tests call it."""

    catching: frozenset[str | None]
    """The namespaces whose errors a handler of its own takes, None for all others."""

    first: tuple[str, ...] = ()
    """What must stand at the very beginning, before all other imports."""


@dataclass(frozen=True)
class Registered:
    """One thing that answers."""

    kind: str
    """`handler`, `class` or `error`."""

    namespace: str | None
    """None for an error handler of all namespaces that have none."""

    event: str | None
    thing: Any
    """The function, or the object of a class."""


@dataclass(frozen=True)
class Served:
    """What is served, and where its code stands."""

    app: Any
    socketio: Any
    registered: Sequence[Registered]
    sources: Sequence[Source]
    """The cells, those that ran last at the end; a file is found by its name."""


def of_module(where: str, catching: frozenset[str | None]) -> Program:
    """Return the program that a module holds; `where` is as in `chat:socketio`. Raises Usage where it is not."""
    module, _, name = where.partition(":")
    pieces = [*module.split("."), *name.split(".")]
    if not name or not all(each.isidentifier() for each in pieces):
        raise Usage(f"--app {where[:80]!r}: name a module and its SocketIO object, as in chat:socketio.")
    first = name.partition(".")[0]
    return Program(f"from {module} import {first}\n", Ends(f"{name}.sockio_mw.flask_app", name), catching)

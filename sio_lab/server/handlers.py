"""The handlers of one SocketIO object, by the cells that define them: replaced, removed, and put back.

Class-based namespaces and error handlers likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from flask_socketio import Namespace

from sio_lab.core import records as r
from sio_lab.core.book import Book
from sio_lab.core.cells import acting
from sio_lab.server.lookup import describe, methods

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from sio_lab.core.book import Group
    from sio_lab.core.cells import Cells, Owner
    from sio_lab.server.socketio import LabSocketIO

Key: TypeAlias = tuple[str, str | None, str | None]
"""What is defined: `handler`, `class` or `error`; its namespace, None for all; its event."""


class Handlers:
    """Keeps account of who defined what on `socketio`, and has it do what the newest definitions say."""

    def __init__(self, socketio: LabSocketIO, cells: Cells) -> None:
        self._socketio = socketio
        self._cells = cells
        self.book: Book[Any] = Book(self._apply)
        self._in_force: dict[Hashable, Group[Any]] = {}
        """Key -> what was applied last."""

        self._covered: dict[Hashable, str | None] = {}
        """Key -> the function beneath it, as last told."""

    def on(self, namespace: str, event: str, function: Callable[..., Any]) -> None:
        """Have a function answer an event from now on."""
        self._define(("handler", namespace, event), function)

    def on_namespace(self, namespace: Any) -> None:
        """Have an object of a class answer the events of its namespace from now on."""
        self._define(("class", namespace.namespace, None), namespace)

    def on_error(self, namespace: str | None, function: Callable[..., Any]) -> None:
        """Have a function take what handlers of a namespace raise; of all those that have none, where it is None."""
        self._define(("error", namespace, None), function)

    def off(self, event: str, namespace: str) -> bool:
        """Remove the function that answers an event, and all that lie beneath it; tells whether there was one."""
        return self.book.remove(("handler", namespace, event))

    def sweep(self, owner: Owner) -> list[str]:
        """Remove what earlier runs of a cell defined; names what this one no longer does."""
        return [told(key) for key in self.book.sweep(owner)]

    def drop(self, cell: str) -> list[str]:
        """Remove all that a cell defined, and name it."""
        return [told(key) for key in self.book.drop(cell)]

    def carry(self, other: Handlers, without: Collection[str] = ()) -> None:
        """Take over what another object has, but for what the cells `without` own."""
        self.book.carry(other.book, without)
        self.renew()

    def renew(self) -> None:
        """Have the object do what the book says once more: its server is new, or its classes have been elsewhere."""
        defined = self.book.keys()
        for key in defined:
            self._apply(key)

    def beneath(self, namespace: str, event: str) -> str | None:
        """Return the name of the function, of another cell, that the one which answers an event covers."""
        groups = self.book.groups(("handler", namespace, event))
        others = [each for each in groups[:-1] if not _is_same_cell(each.owner, groups[-1].owner)]
        return describe(others[-1].items[-1]) if others else None

    def found(self) -> None:
        """Enter what was registered before there was a book, each for the cell that it was written in.

        What was written elsewhere is whose all is that is defined here, as told by `acting_for`; else nobody's.
        """
        socketio = self._socketio
        for namespace, event, function in registered(socketio):
            self._enter(("handler", namespace, event), function)
        for owner in served_classes(socketio):
            self._enter(("class", owner.namespace, None), owner)
        for place, function in list(socketio.exception_handlers.items()):
            self._enter(("error", place, None), function)
        if socketio.default_exception_handler is not None:
            self._enter(("error", None, None), socketio.default_exception_handler)

    def _define(self, key: Key, thing: Any) -> None:
        self.book.add(key, self._cells.owner(thing), thing)
        self._socketio.lab_touched()

    def _enter(self, key: Key, thing: Any) -> None:
        self.book.add(key, self._cells.written_by(thing) or acting(), thing)

    def _apply(self, key: Hashable) -> None:
        groups = self.book.groups(key)
        before = self._in_force.pop(key, None)
        covered = self._covered.pop(key, None)
        if not groups:
            self._remove(key)
            return
        top = self._in_force[key] = groups[-1]
        # What comes back from beneath may have been registered elsewhere, by another cell, in between.
        self._cells.note(top.items[-1], top.owner)
        self._put(key, top.items[-1], anew=before is not None and before is not top)
        kind, namespace, event = cast("Key", key)
        if kind == "handler":
            beneath = self._covered[key] = self.beneath(namespace or "/", event or "")
            # Where it has just been registered, that was told with it.
            if before is top and beneath != covered:
                self._tell(r.HandlerCovers(namespace or "/", event or "", beneath))

    def _put(self, key: Hashable, thing: Any, *, anew: bool) -> None:
        """Register a thing, unless it is registered; `anew` all the same: another run has defined it again."""
        kind, namespace, event = cast("Key", key)
        if kind == "error":
            self._apply_error(namespace, thing)
        elif not anew and _is_registered(self._socketio, cast("Key", key), thing):
            return
        elif kind == "class":
            self._socketio.lab_serve_class(thing)
        else:
            self._socketio.lab_answer(event or "", namespace or "/", thing)

    def _remove(self, key: Hashable) -> None:
        kind, namespace, event = cast("Key", key)
        if kind == "error":
            self._apply_error(namespace, None)
        elif kind == "class":
            self._remove_class(namespace or "/")
        else:
            self._remove_handler(namespace or "/", event or "")

    def _remove_handler(self, namespace: str, event: str) -> None:
        forget(self._socketio.handlers, lambda each: (each[0], each[2]) == (event, namespace))
        server = self._socketio.server
        if server is not None and _pop(server.handlers, namespace, event) is not None:
            self._tell(r.HandlerRemoved(namespace, event))

    def _remove_class(self, namespace: str) -> None:
        forget(self._socketio.namespace_handlers, lambda each: each.namespace == namespace)
        server = self._socketio.server
        gone = server.namespace_handlers.pop(namespace, None) if server is not None else None
        for event in methods(gone) if gone is not None else ():
            self._tell(r.HandlerRemoved(namespace, event, method=True))

    def _apply_error(self, namespace: str | None, function: Callable[..., Any] | None) -> None:
        if namespace is None:
            self._socketio.default_exception_handler = function
        elif function is not None:
            self._socketio.exception_handlers[namespace] = function
        else:
            self._socketio.exception_handlers.pop(namespace, None)

    def _tell(self, record: r.Record) -> None:
        if self._socketio.lab_host is not None:
            self._socketio.lab_host.tell_of_handlers(record)


def told(key: Hashable) -> str:
    """Name what a key stands for: `handler 'chat' in /`."""
    kind, namespace, event = cast("Key", key)
    if kind == "handler":
        return f"handler {event!r} in {namespace}"
    if kind == "class":
        return f"class-based namespace {namespace}"
    return f"error handler of {namespace or 'all namespaces'}"


def registered(socketio: Any) -> list[tuple[str, str, Callable[..., Any]]]:
    """Return namespace, event and the reader's own function of all handlers that were given to a SocketIO object.

    What python-socketio's server behind it was given directly is not among them.
    """
    if socketio.server is None:
        wrapped = [(namespace, event, function) for event, function, namespace in socketio.handlers]
    else:
        tables = [(namespace, dict(table)) for namespace, table in dict(socketio.server.handlers).items()]
        wrapped = [(namespace, event, function) for namespace, table in tables for event, function in table.items()]
    # Flask-SocketIO has wrapped each once; what is within may be decorated, and is to stay so.
    return [(namespace, event, each.__wrapped__) for namespace, event, each in wrapped if _is_flasks(each)]


def served_classes(socketio: Any) -> list[Any]:
    """Return the class-based namespaces that were given to a SocketIO object."""
    known = socketio.namespace_handlers if socketio.server is None else socketio.server.namespace_handlers.values()
    return [each for each in known if isinstance(each, Namespace)]


def _is_registered(socketio: Any, key: Key, thing: Any) -> bool:
    kind, namespace, event = key
    if kind == "class":
        return thing.socketio is socketio and any(each is thing for each in served_classes(socketio))
    return (namespace, event, thing) in registered(socketio)


def forget(entries: list[Any], is_gone: Callable[[Any], bool]) -> None:
    """Take entries out of a list of what is to be registered as soon as there is a server."""
    entries[:] = [each for each in entries if not is_gone(each)]


def _is_flasks(function: Any) -> bool:
    return getattr(function, "__globals__", {}).get("__name__") == "flask_socketio"


def _is_same_cell(one: Owner | None, other: Owner | None) -> bool:
    """Tell whether two runs are of one cell, or may be: without ids, an edited cell looks like another one."""
    if one is None or other is None:
        return False
    return one.cell == other.cell or (one.anonymous and other.anonymous)


def _pop(tables: dict[str, dict[str, Any]], namespace: str, event: str) -> Any:
    """Take a handler out; without one, a namespace is no longer served."""
    gone = tables.get(namespace, {}).pop(event, None)
    if not tables.get(namespace, True):
        del tables[namespace]
    return gone

"""Output where it was written: what a handler puts out goes below the cell that defined it (ipykernel >= 7.4)."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from sio_lab.core.cells import acting, console_here
from sio_lab.server.context import in_sight, origin
from sio_lab.server.shared import wrap_shared
from sio_lab.server.streams import STREAMS, as_ever, below

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from sio_lab.notebook import Notebook

_LATER = frozenset({"callback", "route"})
"""What runs in the background without being told whose it is: its code tells."""


class CellOutput:
    """Puts what handlers put out below their cells, in one shell; elsewhere it is kept only."""

    def __init__(self, shell: InteractiveShell, notebook: Notebook) -> None:
        self._shell: Any = shell
        self._notebook = notebook
        self._undo = ExitStack()
        self._publishers: list[Any] = []

    def enter(self) -> None:
        """Begin."""
        if hasattr(self._shell, "set_thread_parent"):
            self._enter_places()
        self._wrap(self._shell, "_showtraceback", self._showing)
        STREAMS.listen(self)
        self._follow()
        self._shell.events.register("pre_run_cell", self._follow)

    def _enter_places(self) -> None:
        STREAMS.place = self._place
        self._wrap(self._shell, "set_parent", self._setting)
        # An Output widget asks the one or the other, by its version.
        for each in (self._shell, getattr(self._shell, "kernel", None)):
            if hasattr(each, "get_parent"):
                self._wrap(each, "get_parent", self._asking)

    def leave(self) -> None:
        """End; the shell and the streams are as they were."""
        self._shell.events.unregister("pre_run_cell", self._follow)
        STREAMS.leave(self)
        STREAMS.place = as_ever
        self._undo.close()
        self._publishers.clear()

    def _follow(self, *_: object) -> None:
        """Keep to what puts out now: %%capture has others there, and the extension may have been loaded inside one."""
        STREAMS.follow()
        publisher = self._shell.display_pub
        if not any(publisher is each for each in self._publishers):
            self._publishers = [*self._publishers[:1], publisher]
            self._wrap(publisher, "publish", partial(self._publishing, publisher))
            self._wrap(publisher, "clear_output", partial(self._clearing, publisher))

    def _wrap(self, owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._undo.callback(wrap_shared(owner, name, make))

    def _place(self) -> Any:
        """Return the request of the cell whose code runs here in the background; None where none does, or is known."""
        if in_sight():
            return None
        owner = acting() or (self._notebook.cells.whose_code() if origin() in _LATER else None)
        return None if owner is None else self._notebook.request_of(owner)

    def _publishing(self, publisher: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        def publish(data: Any, *args: Any, **kwargs: Any) -> Any:
            call = partial(below, STREAMS.place(), publisher, partial(original, data, *args, **kwargs))
            console = console_here()
            return call() if console is None else console.show(_plain(data), call)

        return publish

    def _clearing(self, publisher: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        def clear_output(*args: Any, **kwargs: Any) -> Any:
            return below(STREAMS.place(), publisher, partial(original, *args, **kwargs))

        return clear_output

    def _showing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def show(kind: Any, error: Any, lines: list[str]) -> Any:
            call = partial(below, STREAMS.place(), self._shell, partial(original, kind, error, lines))
            console = console_here()
            return call() if console is None else console.show("\n".join((*lines, "")), call)

        return show

    def _asking(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Give a handler its own cell's request: an Output widget takes in what goes below the cell it finds here."""

        def get_parent(*channel: Any, **options: Any) -> Any:
            return self._place() or original(*channel, **options)

        return get_parent

    def _setting(self, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Leave out what is so already: an Output widget sets, for all threads, the request that it has found."""

        def set_parent(parent: Any) -> Any:
            place = self._place()
            return original(parent) if place is None or parent is not place else None

        return set_parent


def _plain(data: Any) -> str:
    text = data.get("text/plain") if isinstance(data, dict) else None
    return f"{text}\n" if isinstance(text, str) else ""

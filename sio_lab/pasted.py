"""What pasted programs find while the extension is loaded: the lab's SocketIO under Flask-SocketIO's name.

What had been imported or made before is adopted; `leave` puts everything back.
"""

from __future__ import annotations

import functools
import gc
import importlib
import sys
from typing import TYPE_CHECKING, Any

from sio_lab.legacy import ImportHooks, Notices, guarded, is_library_file, patched, stand_ins
from sio_lab.legacy.hooks import is_initializing
from sio_lab.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from IPython.core.interactiveshell import InteractiveShell

    from sio_lab.lab import Lab

FUNCTIONS = ("emit", "send", "join_room", "leave_room")
FLASK_SOCKETIO, STAGE = "flask_socketio", "sio_lab.server.stage"


class Pasted:
    """Exchanges what programs import, in one shell and for one lab."""

    def __init__(self, shell: InteractiveShell, lab: Lab) -> None:
        self._shell = shell
        self._lab = lab
        self._hooks = ImportHooks()
        self._exchanged: dict[str, tuple[Any, Any]] = {}
        """Name in flask_socketio -> what was there, what is there now."""

        self._notices = Notices(lab.say, self._is_cell, self._label)

    def enter(self) -> None:
        """Begin: for what is imported from now on, and for what has been."""
        runner = Runner(self._lab, self._notices)
        own: Mapping[Any, Any] = {FLASK_SOCKETIO: _bring_in_the_stage, (FLASK_SOCKETIO, STAGE): self._exchange}
        self._hooks.install(stand_ins(runner), {**own, **patched(runner)})

    def leave(self) -> None:
        """End: modules, names and objects are what they were. A second call does nothing."""
        self._hooks.remove()
        module = sys.modules.get(FLASK_SOCKETIO)
        for name, (plain, ours) in self._exchanged.items():
            if module is not None and vars(module).get(name) is ours:
                setattr(module, name, plain)
        self._rename([(ours, plain) for plain, ours in self._exchanged.values()])
        self._exchanged.clear()

    def _exchange(self, module: ModuleType, _stage: ModuleType) -> None:
        ours = self._lab.stage.socketio_class
        self._guard_methods(ours)
        self._lab.handler_functions.update(self._guarded_functions())
        wanted = {"SocketIO": ours, **{name: self._lab.handler_functions[name] for name in FUNCTIONS}}
        self._exchanged = {name: (vars(module)[name], value) for name, value in wanted.items()}
        for name, (_, value) in self._exchanged.items():
            setattr(module, name, value)
        self._rename(list(self._exchanged.values()))
        self._adopt(self._exchanged["SocketIO"][0])

    def _guarded_functions(self) -> dict[str, Any]:
        from sio_lab.server.context import hinting

        functions = self._lab.handler_functions
        return {name: guarded(name, functions[name], self._notices, hinting) for name in FUNCTIONS}

    def _guard_methods(self, kind: Any) -> None:
        # A class of this lab's own: nobody else's SocketIO is touched.
        for name in ("emit", "send"):
            setattr(kind, name, _guarded_method(name, getattr(kind, name), self._notices))

    def _adopt(self, plain: type[Any]) -> None:
        """Adopt the SocketIO objects that were made before.

        The one that the notebook names last waits to be served; one that has an app yet comes before one without.
        """
        stage = self._lab.stage
        # An object refers to its class: to ask who does is several times faster than to look at all that there is.
        made = [each for each in gc.get_referrers(*_with_subclasses(plain)) if _is_free(each, plain)]
        named = [value for value in list(self._shell.user_ns.values()) if _is_free(value, plain)]
        for each in made:
            stage.found(each)
        if named:
            stage.awaits(max(reversed(named), key=lambda each: each.server is not None))

    def _rename(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Exchange what the notebook and the reader's modules have imported from flask_socketio, by whatever name."""
        exchanged = {id(old): new for old, new in pairs}
        if exchanged:
            for names in self._readers_names():
                names.update({name: exchanged[id(each)] for name, each in list(names.items()) if id(each) in exchanged})

    def _readers_names(self) -> Iterator[dict[str, Any]]:
        yield self._shell.user_ns
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and not is_library_file(file):
                yield vars(module)

    def _is_cell(self, frame: Any) -> bool:
        return frame.f_globals is self._shell.user_global_ns

    def _label(self, frame: Any) -> str | None:
        return self._lab.cells.label_of(frame.f_code.co_filename)


def _is_free(thing: Any, plain: type[Any]) -> bool:
    """Tell whether a thing is a SocketIO object that no lab has yet."""
    # By its type: isinstance asks a proxy for its class, and one whose object is gone raises.
    return issubclass(type(thing), plain) and getattr(thing, "lab_stage", None) is None


def _with_subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for each in type.__subclasses__(kind):
        yield from _with_subclasses(each)


def _guarded_method(name: str, method: Callable[..., Any], notices: Notices) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(socketio: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        return guarded(f"socketio.{name}", functools.partial(method, socketio), notices)(*args, **kwargs)

    return call


def _bring_in_the_stage(_module: ModuleType) -> None:
    # Where the stage itself had begun the import, this finds it half done, and its end is waited for. Where another
    # module of the server had, the stage can't be imported within that, and comes when something is served.
    server = [name for name in list(sys.modules) if name.startswith("sio_lab.server.")]
    if STAGE in server or not any(map(is_initializing, server)):
        importlib.import_module(STAGE)

"""What happens when something is imported: modules that stand in for others, and calls when a module is complete."""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import contextmanager, suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.legacy.callers import asker, is_readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType, ModuleType

Key: TypeAlias = str | tuple[str, ...]
Factory: TypeAlias = "Callable[[str], ModuleType]"
"""Makes the module of a name."""


class ImportHooks(MetaPathFinder):
    """A finder at the head of `sys.meta_path`; `remove` leaves everything as it was found.

    A stand-in is given where nothing else is found, and only to code that `is_given_to` lets have it. A name that ends
    in `.*` is that of all modules in a package.

    A callback is called with the modules that its key names, as soon as all of them have been run to their end: once
    each time they are imported, and at once where they have been before. It is called inside of the import, so that
    the statement which imports already sees what the callback does. What it imports itself may be half there, where
    that had begun the import; then its key should name both modules. What a callback returns is called by `remove`.
    """

    def __init__(self, is_given_to: Callable[[FrameType | None], bool] = is_readers) -> None:
        self._is_given_to = is_given_to
        self._stand_ins: dict[str, Factory] = {}
        self._after: dict[Key, Callable[..., object]] = {}
        self._given: dict[str, ModuleType] = {}
        self._lock = threading.Lock()
        self._begun: set[str] = set()
        """Modules that run right now."""

        self._run: set[str] = set()
        """Modules that have run to their end, which Python's own account says a little later."""

        self._called: set[Key] = set()
        self._late: set[str] = set()
        """Modules that were being imported when the hooks were installed."""

        self._undo: list[Callable[[], object]] = []
        self._asking = threading.local()

    def install(self, stand_ins: Mapping[str, Factory], after: Mapping[Key, Callable[..., object]]) -> None:
        """Begin; a second call exchanges what is stood in for and called, and calls nothing again."""
        with self._lock:
            self._stand_ins, self._after = dict(stand_ins), dict(after)
            self._called &= set(after)
            if self not in sys.meta_path:
                sys.meta_path.insert(0, self)
        for name in self._watched:
            self._wait_for(name)
        self._call_due()

    def remove(self) -> None:
        """End: stand-ins vanish from `sys.modules` and from their packages, and what callbacks did is undone.

        A second call does nothing.
        """
        with self._lock:
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            self._stand_ins, self._after = {}, {}
            for names in (self._called, self._run, self._late):
                names.clear()
            given, undo = dict(self._given), self._undo[::-1]
            self._given.clear()
            self._undo.clear()
        for name, module in given.items():
            _take_back(name, module)
        for call in undo:
            call()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is watched or stood in for, as Python's import machinery asks."""
        if self._late:
            self._call_late()
        factory = self._factory(fullname)
        is_watched = fullname in self._watched
        if (factory is None and not is_watched) or fullname in self._asked:
            return None
        spec = self._ask_others(fullname, path, target)
        if spec is not None:
            return self._noting(spec) if is_watched else spec
        if factory is None or not self._is_given_to(asker()):
            return None
        return ModuleSpec(fullname, _Giving(factory, self._given), origin="sio_lab", is_package=True)

    # --- what the loaders tell ----------------------------------------------------------------------------------

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Note that a module's code runs inside; call what waits for it."""
        with self._lock:
            self._begun.add(name)
            self._run.discard(name)
            self._called -= {key for key in self._called if name in _names(key)}
        try:
            yield
            with self._lock:
                self._run.add(name)
        finally:
            with self._lock:
                self._begun.discard(name)
        self._call_due()

    # --- within -------------------------------------------------------------------------------------------------

    @property
    def _watched(self) -> set[str]:
        return {name for key in list(self._after) for name in _names(key)}

    def _factory(self, name: str) -> Factory | None:
        return self._stand_ins.get(name) or self._stand_ins.get(f"{name.rpartition('.')[0]}.*")

    @property
    def _asked(self) -> set[str]:
        """The names that this thread asks other finders for: one of these may ask all finders in turn."""
        asked: set[str] = vars(self._asking).setdefault("names", set())
        return asked

    def _ask_others(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        self._asked.add(name)
        try:
            others = [finder for finder in sys.meta_path if finder is not self]
            return next((found for each in others if (found := _ask(each, name, path, target))), None)
        finally:
            self._asked.discard(name)

    def _noting(self, spec: ModuleSpec) -> ModuleSpec:
        if hasattr(spec.loader, "exec_module"):
            spec.loader = _Noting(self, spec, spec.loader)
        return spec

    def _wait_for(self, name: str) -> None:
        """Wait until another thread has imported a module; where it is this one that does, come back to it later."""
        if is_initializing(name):
            with suppress(Exception):  # who imports it is told
                importlib.import_module(name)
        if is_initializing(name):
            self._late.add(name)

    def _call_late(self) -> None:
        complete = {name for name in list(self._late) if not is_initializing(name)}
        if complete:
            self._late -= complete
            self._call_due()

    def _call_due(self) -> None:
        for key, callback in list(self._after.items()):
            # Not under the lock: what a callback imports may be waited for by who waits for the lock.
            if not self._take_turn(key):
                continue
            try:
                undo = callback(*(sys.modules[name] for name in _names(key)))
            except BaseException:
                self._called.discard(key)
                raise
            if callable(undo):
                self._undo.append(undo)

    def _take_turn(self, key: Key) -> bool:
        with self._lock:
            if key in self._called or not all(map(self._is_complete, _names(key))):
                return False
            self._called.add(key)
            return True

    def _is_complete(self, name: str) -> bool:
        if name not in sys.modules or name in self._begun or name in self._given:
            return False
        return name in self._run or not is_initializing(name)


class _Noting(Loader):
    """Loads as another loader does, which has the module to itself again before its code runs."""

    def __init__(self, hooks: ImportHooks, spec: ModuleSpec, loader: Any) -> None:
        self._hooks = hooks
        self._spec = spec
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        create = getattr(self._loader, "create_module", None)
        module: ModuleType | None = create(spec) if create is not None else None
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._spec.loader = self._loader
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = self._loader
        with self._hooks.running(self._spec.name):
            self._loader.exec_module(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _Giving(Loader):
    """Loads a stand-in."""

    def __init__(self, factory: Factory, given: dict[str, ModuleType]) -> None:
        self._factory = factory
        self._given = given

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python: what is loaded takes the place of that module."""

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        stand_in = self._factory(name)
        if stand_in.__spec__ is None:
            stand_in.__spec__ = module.__spec__
        sys.modules[name] = self._given[name] = stand_in


def _ask(finder: Any, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    find = getattr(finder, "find_spec", None)
    spec: ModuleSpec | None = find(name, path, target) if find is not None else None
    return spec


def _take_back(name: str, module: ModuleType) -> None:
    if sys.modules.get(name) is module:
        del sys.modules[name]
    package, _, child = name.rpartition(".")
    parent = sys.modules.get(package)
    if parent is not None and vars(parent).get(child) is module:
        delattr(parent, child)


def _names(key: Key) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def is_initializing(name: str) -> bool:
    """Tell whether a module's import has begun and not ended."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))

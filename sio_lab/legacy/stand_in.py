"""Modules that stand in for others, and real ones that show the reader's code something else."""

from __future__ import annotations

import dis
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.legacy.callers import asker, is_readers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from types import FrameType


class NoStandIn(LabError, ImportError):
    """Nothing stands in for a name that is imported; the text says what to use instead."""


class StandIn(ModuleType):
    """A package made of `members`; libraries see an empty one.

    `advise` says what to use instead of a name that it does not have: the text of the AttributeError, or of NoStandIn
    where the name is imported.
    """

    __path__: list[str]

    def __init__(self, name: str, members: Mapping[str, Any], advise: Callable[[str], str]) -> None:
        super().__init__(name, f"Stands in for {name} in the lab.")
        self.__path__ = []
        vars(self).update(members)
        vars(self)["__advise__"] = advise

    def __getattribute__(self, name: str) -> Any:
        if is_dunder(name) or is_readers(asker()):
            return super().__getattribute__(name)
        raise AttributeError(f"module has no attribute {name!r}: it stands in for one that is not installed")

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        if is_dunder(name) or not is_readers(asker()):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        advice = vars(self)["__advise__"](name)
        # Python tells nobody the text of an AttributeError that an import meets.
        raise NoStandIn(advice) if _imports_names(asker()) else AttributeError(advice)


def family(modules: Mapping[str, Mapping[str, Any]], advise: Callable[[str], str]) -> dict[str, StandIn]:
    """Return stand-ins by name, each an attribute of the package that it is in.

    `advise` gets a full name, as `gevent.hub`.
    """
    made: dict[str, StandIn] = {}
    for name in sorted(modules):
        made[name] = StandIn(name, modules[name], partial(_advise, advise, name))
        package, _, child = name.rpartition(".")
        if package in made:
            vars(made[package])[child] = made[name]
    return made


def _advise(advise: Callable[[str], str], package: str, name: str) -> str:
    return advise(f"{package}.{name}")


def cover(module: ModuleType, members: Mapping[str, Any], for_all: Collection[str] = ()) -> Callable[[], None]:
    """Show the reader's code `members` in place of a module's own; those named in `for_all` everybody.

    Returns what makes the module plain again.
    """
    kind = type(module)

    def look_up(self: ModuleType, name: str) -> Any:
        __tracebackhide__ = True
        if name in members and (name in for_all or is_readers(asker())):
            return members[name]
        return kind.__getattribute__(self, name)

    def undo() -> None:
        if type(module) is covered:
            module.__class__ = kind

    # A module is one object: its class is its own, and no other module knows of it.
    module.__class__ = covered = type("module", (kind,), {"__getattribute__": look_up})
    return undo


def complete(module: ModuleType, missing: Mapping[str, Callable[[], Any]]) -> Callable[[], None]:
    """Give the reader's code names that a module no longer has; each is made when it is asked for.

    Returns what makes the module plain again.
    """
    names = vars(module)
    own = names.get("__getattr__")

    def look_up(name: str) -> Any:
        __tracebackhide__ = True
        if name in missing and is_readers(asker()):
            return missing[name]()
        if own is not None:
            return own(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    def undo() -> None:
        if names.get("__getattr__") is not look_up:
            return
        del names["__getattr__"]
        if own is not None:
            names["__getattr__"] = own

    names["__getattr__"] = look_up
    return undo


def is_dunder(name: str) -> bool:
    """Tell whether a name is one of Python's own, as the import machinery asks for."""
    return name.startswith("__") and name.endswith("__")


def _imports_names(frame: FrameType | None) -> bool:
    """Tell whether a frame is taking a name out of a module that `from ... import` has imported."""
    return frame is not None and dis.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"

"""The imports that stand for values a program needs."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

from sio_lab.export.literals import WIDTH

_PREFERRED = ("flask", "flask_socketio")


class Imports:
    """Finds how a value is imported, and writes the lines."""

    def __init__(self) -> None:
        self._modules: set[str] = set()
        self._names: dict[str, set[str]] = {}

    def add(self, module: str, name: str, alias: str | None = None) -> None:
        """Import a name of a module."""
        told = name if alias in {None, name} else f"{name} as {alias}"
        self._names.setdefault(module, set()).add(told)

    def find(self, name: str, value: Any, own: str) -> bool:
        """Import a value under a name; tells whether it can be imported from a module other than `own`."""
        if isinstance(value, ModuleType):
            module = value.__name__
            self._modules.add(f"import {module}" if module == name else f"import {module} as {name}")
            return module != own
        found = _where(value, name)
        if found is None or found[0] in {own, "__main__"} or found[0].partition(".")[0] == "sio_lab":
            return False
        self.add(*found, alias=name)
        return True

    def lines(self) -> list[str]:
        """Return the lines, as black has them."""
        lines = sorted(self._modules)
        for module, names in sorted(self._names.items()):
            line = f"from {module} import {', '.join(sorted(names))}"
            inner = [f"    {name}," for name in sorted(names)]
            lines += [line] if len(line) <= WIDTH else [f"from {module} import (", *inner, ")"]
        return lines


def _where(value: Any, name: str) -> tuple[str, str] | None:
    """Return module and name under which a value is found."""
    for preferred in _PREFERRED:
        if name in vars(sys.modules.get(preferred, sys)) and vars(sys.modules[preferred])[name] is value:
            return preferred, name
    # What the lab lends is wrapped, and goes by the name of what it stands for.
    plain = inspect.unwrap(value) if callable(value) else value
    module, path = getattr(plain, "__module__", None), getattr(plain, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(path, str) or module not in sys.modules:
        return None
    if getattr(sys.modules[module], path, None) is not plain:
        return None
    owners = (each for each in _PREFERRED if getattr(sys.modules.get(each), path, None) is plain)
    return next(owners, module), path

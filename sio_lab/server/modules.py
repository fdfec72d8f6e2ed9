"""Programs that live in files: imported to be served, and imported anew when they are started again."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sio_lab.core.cells import LIBRARIES, acting_for, is_installed
from sio_lab.core.hints import nearest
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from sio_lab.core.cells import Cells, Owner

NEVER_ANEW = LIBRARIES | {"__main__"}
"""What all else leans on: a second copy of it would not be the same."""


class ModuleProgram:
    """A SocketIO object in a module, named `module:object`."""

    def __init__(self, words: str, cells: Cells) -> None:
        self._module, _, self._object = words.partition(":")
        self._root = self._module.partition(".")[0]
        self._cells = cells

    def load(self) -> tuple[Any, Owner]:
        """Import the module, and all that is beside it, anew; returns the object, and the owner of all it defines.

        Raises LabError where there is no such module or object; what the module itself raises goes through. Then
        what had been imported before stays.
        """
        importlib.invalidate_caches()
        folder = self._folder()
        owner = self._cells.mint(f"module {self._module}", self._module)
        before = self._set_aside(folder)
        try:
            with acting_for(owner), _from_source():
                found = self._find(self._imported())
        except BaseException:
            self._set_aside(folder)
            sys.modules.update(before)
            raise
        _put_back(before)
        return found, owner

    def _folder(self) -> Path:
        """Return the folder from which the module, or the package that it is in, is imported."""
        try:
            spec = None if self._module.endswith(".py") else importlib.util.find_spec(self._root)
        except (ImportError, ValueError):
            spec = None
        if spec is None:
            raise self._missing()
        if spec.submodule_search_locations:
            return Path(next(iter(spec.submodule_search_locations))).parent
        return Path(spec.origin or "").parent

    def _set_aside(self, folder: Path) -> dict[str, ModuleType]:
        """Take the program's modules out of those that are imported, and return them."""
        own = [name for name, module in list(sys.modules.items()) if self._is_own(name, module, folder)]
        return {name: sys.modules.pop(name) for name in own}

    def _is_own(self, name: str, module: Any, folder: Path) -> bool:
        root, file = name.partition(".")[0], getattr(module, "__file__", None) or ""
        if root in NEVER_ANEW or (root in sys.stdlib_module_names and (not file or is_installed(file))):
            return False
        return root == self._root or (folder in Path(file).parents and not is_installed(file))

    def _imported(self) -> ModuleType:
        try:
            return importlib.import_module(self._module)
        except ModuleNotFoundError as error:
            if error.name and f"{self._module}.".startswith(f"{error.name}."):
                raise self._missing() from None
            raise

    def _find(self, module: ModuleType) -> Any:
        if hasattr(module, self._object):
            return getattr(module, self._object)
        near = nearest(self._object, vars(module))
        meant = f" Did you mean {self._module}:{near}?" if near else ""
        raise LabError(f"Module {self._module} has no {self._object!r} to serve.{meant}")

    def _missing(self) -> LabError:
        return LabError(
            f"There is no module {self._module!r} to import: it is looked for in {Path.cwd()} and in what is "
            f"installed. Give its name as in import, without .py: %sio serve chat:socketio."
        )


@contextmanager
def _from_source() -> Iterator[None]:
    """Leave no compiled files behind: Python takes one for new where an edit, within that second, kept the size."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _put_back(before: dict[str, ModuleType]) -> None:
    """Have what the program no longer imports be as it was: other code may have imported it, too."""
    imported = {name.partition(".")[0] for name in sys.modules}
    sys.modules.update({name: module for name, module in before.items() if name.partition(".")[0] not in imported})

"""What an article promises its reader to see, by program: a function of the program's name drives it.

Each is called with the address of a freshly started program and with `Visitors.connect`.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from tests.programs.scenarios import answers, doors, messages, pages, rooms, tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

THEMES = (answers, doors, messages, pages, rooms, tasks)


def _of(theme: ModuleType) -> dict[str, Callable[..., Any]]:
    functions = inspect.getmembers(theme, inspect.isfunction)
    return {name: value for name, value in functions if value.__module__ == theme.__name__ and name[0] != "_"}


SCENARIOS: dict[str, Callable[..., Any]] = {name: run for theme in THEMES for name, run in _of(theme).items()}

"""What all tests have in common: how they are shared out among processes, and what the garbage collector sees.

And that bytecode is kept, whatever the environment says: a hundred processes that tests start import pandas.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

TOGETHER = ("tests/programs/", "tests/legacy/")
"""Folders whose tests serve at the ports that articles name: never two of them at once."""

LONG = (*TOGETHER, "tests/proofs/", "tests/test_binder.py", "tests/test_notebooks.py", "tests/views/test_static.py")
"""What takes long, beside all that drives a browser."""


class ByFile(LoadScopeScheduling):
    """Gives each process whole files, whose tests share a kernel or a server."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "ports" if file.startswith(TOGETHER) else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the files that take longest begin first: else one process ends with them while the other has no work."""
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.nodeid.startswith(LONG)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Callable[..., Any]) -> ByFile:
    """Return what shares the tests out, where there are several processes."""
    return ByFile(config, log)


@pytest.fixture(scope="module", autouse=True)
def _little_to_collect() -> None:
    """Have the garbage collector leave alone what other files' tests have left, which is very much."""
    gc.collect()
    gc.freeze()

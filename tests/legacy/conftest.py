"""Threads that end with their test, and an import system that is as it was found."""

from __future__ import annotations

import importlib
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from sio_lab.legacy.hooks import ImportHooks
from tests.legacy.reader import Notebook, Threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def runner() -> Iterator[Threads]:
    threads = Threads()
    yield threads
    threads.close()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def hooks() -> Iterator[ImportHooks]:
    """Return hooks that are not installed; they must leave the import system as they found it."""
    before, path = dict(sys.modules), list(sys.meta_path)
    hooks = ImportHooks()
    yield hooks
    hooks.remove()
    assert sys.meta_path == path
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    assert {name: sys.modules[name] for name in before} == before


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what writes modules, by name, into a folder that can be imported from."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(**modules: str) -> None:
        for name, code in modules.items():
            path = tmp_path.joinpath(*name.split("__"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(".py").write_text(textwrap.dedent(code))
        importlib.invalidate_caches()

    return write

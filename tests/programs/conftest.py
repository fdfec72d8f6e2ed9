"""Plain Python, one process for all tests of the programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.programs.plain import PlainPython

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlainPython]:
    with PlainPython(tmp_path_factory.mktemp("plain")) as python:
        yield python

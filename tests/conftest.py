"""What all tests have in common."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what is there before the first test, which is very much."""
    gc.collect()
    gc.freeze()

"""DIFFERENCES.md is complete: each of its headings has a test here that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server.rig import HEADINGS, differs

SHOWN = re.compile(r'^ *@differs\("(.+)"\)$', re.MULTILINE)


def shown() -> set[str]:
    """Return the headings that tests name."""
    tests = Path(__file__).parent.parent.rglob("test_*.py")
    return {heading for path in tests for heading in SHOWN.findall(path.read_text())}


@pytest.mark.parametrize("heading", HEADINGS)
def test_each_difference_is_shown_by_a_test(heading: str) -> None:
    assert heading in shown()


def test_there_are_differences_and_none_is_announced_twice() -> None:
    assert len(HEADINGS) == len(set(HEADINGS)) >= 10


def test_a_difference_that_is_not_announced_cannot_be_shown() -> None:
    with pytest.raises(AssertionError):
        differs("The lab sends twice")

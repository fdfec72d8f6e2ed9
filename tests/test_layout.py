"""Every module has a test of its name, and no file grows out of hand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "sio_lab"
SOURCES = sorted((*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")))
MODULES = [path for path in SOURCES if path.suffix == ".py" and path.name != "__init__.py"]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
SUPPRESSIONS_PER_1000_LINES = 3


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_module_has_a_test_of_its_name(path: Path) -> None:
    expected = TESTS / path.relative_to(PACKAGE).with_name(f"test_{path.name}")
    assert expected.exists()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_function_is_longer_than_60_lines(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


def test_suppressions_are_few() -> None:
    text = "\n".join(path.read_text() for path in MODULES)
    marks = text.count("# noqa") + text.count("# type: ignore")
    assert marks <= SUPPRESSIONS_PER_1000_LINES * len(text.splitlines()) / 1000


def test_each_suppression_names_its_rule_and_reason() -> None:
    for path in MODULES:
        for line in path.read_text().splitlines():
            if "# noqa" in line:
                assert "# noqa: " in line, line
                assert " - " in line.partition("# noqa")[2], line
            if "# type: ignore" in line:
                assert "# type: ignore[" in line, line
                assert line.count("#") >= 2, line

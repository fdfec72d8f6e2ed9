"""What a script imports is found; strings, comments and templates are none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.server.web.imports import imported, mapped

IMPORTS = [
    'import { io } from "X";',
    "import io from 'X'",
    'import * as client from"X"',
    'import{io}from"X"',
    'import "X"',
    'export * from "X"',
    'const { io } = await import("X")',
    "import(\n  'X')",
    'import(/* webpackIgnore: true */ "X")',
    'let s = "from"; let t = `import "Y"`; import "X"',
    "// it's\nimport 'X'",
]
NONE = [
    '// import "X"',
    '/* import "X" */',
    '`import "X"`',
    "'import \"X\"'",
    'x.from("X")',
    'load("X")',
    'const from = { importX: "X" }',
    'import "\\x58"',
    'import "X',
]


@pytest.mark.parametrize("text", IMPORTS)
def test_an_import_is_found(text: str) -> None:
    [(start, end, address)] = imported(text)
    assert address == "X"
    assert text[start:end] in {'"X"', "'X'"}


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert list(imported(text)) == []


def test_a_map_tells_its_values() -> None:
    text = json.dumps({"imports": {"https://k": "X", "folder/": "https://cdn/f/"}, "integrity": {"X": "sha"}})
    found = list(mapped(text))
    assert [address for _, _, address in found] == ["X", "sha"]
    assert [text[start:end] for start, end, _ in found] == ['"X"', '"sha"']


@settings(deadline=None)
@given(st.text() | st.text(alphabet="'\"`/*\\\n importfrom(X)"))
def test_any_text_can_be_read(text: str) -> None:
    for start, end, address in imported(text):
        assert text[start + 1 : end - 1] == address
    for start, end, address in mapped(text):
        assert json.loads(text[start:end]) == address


@pytest.mark.parametrize("script", ["import " + " " * 60_000 + "x", "/* " * 100_000, "import/* " * 30_000])
def test_no_script_keeps_the_server_busy(script: str) -> None:
    # Read in one go; tried in all ways, the first of them takes minutes.
    assert not list(imported(script))

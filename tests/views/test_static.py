"""The browser's side of the views: its types, its own tests, and that each widget is one text a browser can run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from sio_lab.views import esm

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests/node"
STATIC = ROOT / "sio_lab/views/static"
MODULES = sorted(path.stem for path in STATIC.glob("*.js"))
STYLES = sorted(path.stem for path in STATIC.glob("*.css"))
WIDGETS = [stem for stem in MODULES if "\nexport default " in esm.read(f"{stem}.js")]

# Those of pictures that are not live, in which `.sio-live` is nowhere.
STILL_STYLES = {"base", "table", "card", "comparison", "diagnosis", "diff", "room_map", "sheet"}

_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[a-z_]+\.js";$', re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MARKUP = re.compile(r"\b(?:eval|innerHTML|outerHTML|insertAdjacentHTML|console\.|fetch\(['\"]|XMLHttpRequest)")

needs_modules = pytest.mark.skipif(
    not (shutil.which("node") and (NODE / "node_modules/jsdom").exists()),
    reason="npm ci in tests/node brings what this needs",
)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False, timeout=110)


@needs_modules
@pytest.mark.lint
def test_the_modules_keep_to_their_types() -> None:
    done = run("node", "node_modules/typescript/bin/tsc", "-p", ".")
    assert done.returncode == 0, done.stdout


@needs_modules
@pytest.mark.slow  # and it is Node.js's version that matters to them, not Python's
def test_the_modules_pass_their_own_tests() -> None:
    done = run("node", "all.mjs")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"^\W*tests (\d+)$", done.stdout, re.MULTILINE)
    assert told is not None
    assert int(told[1]) > len(list(NODE.glob("*.test.mjs")))


@pytest.mark.parametrize("folder", ["views/static", "server/web/static"])
def test_node_before_20_19_is_told_that_they_are_modules(folder: str) -> None:
    told = json.loads((ROOT / "sio_lab" / folder / "package.json").read_text(encoding="utf-8"))
    assert told["type"] == "module"


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
@pytest.mark.parametrize("stem", WIDGETS)
def test_a_widget_is_one_text_that_parses(stem: str, tmp_path: Path) -> None:
    file = tmp_path / f"{stem}.mjs"
    file.write_text(esm.module(stem), encoding="utf-8")
    done = run("node", "--check", str(file))
    assert done.returncode == 0, done.stderr


def test_there_are_widgets() -> None:
    assert "table" in WIDGETS


def test_no_name_is_used_by_two_modules() -> None:
    names = Counter(name for stem in MODULES for name in _TOP_LEVEL.findall(esm.read(f"{stem}.js")))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("stem", MODULES)
def test_a_module_imports_in_the_one_form_that_is_joined(stem: str) -> None:
    text = esm.read(f"{stem}.js")
    assert len(re.findall(r"^import\b", text, re.MULTILINE)) == len(_IMPORT.findall(text))
    assert re.findall(r"^import \{[^}]*\bas\b", text, re.MULTILINE) == []
    assert re.findall(r"^export (?!default |(?:async )?(?:function|class|const)\b).*", text, re.MULTILINE) == []


@pytest.mark.parametrize("stem", MODULES)
def test_a_module_writes_no_markup_and_says_nothing_to_the_console(stem: str) -> None:
    assert _MARKUP.findall(esm.read(f"{stem}.js")) == []


@pytest.mark.parametrize("stem", sorted(set(STYLES) - STILL_STYLES))
def test_a_style_sheet_reaches_no_further_than_the_live_views(stem: str) -> None:
    text = _COMMENT.sub("", esm.read(f"{stem}.css"))
    # What follows a block at the left edge begins another; inside an at-rule they stand further right.
    heads = [rule for rule in re.findall(r"^(?!@|\}|\s)(.+?)[,{]$", text, re.MULTILINE) if rule]
    assert [head for head in heads if not head.startswith(".sio-live")] == []

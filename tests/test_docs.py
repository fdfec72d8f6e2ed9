"""What a user can say is written down: verbs, methods, options and filter keys, in README or help; and nothing else."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import sio_lab
from sio_lab import errors
from sio_lab.clients import NamedClient
from sio_lab.commands import VERBS, overview
from sio_lab.core.filters import KEYS
from sio_lab.lab import Lab
from sio_lab.magics import SioMagics

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
FOR_OTHER_PARTS = {
    *("advice", "handler_functions", "program", "pupils", "own_headers", "stage", "staged"),
    *("named_clients", "on_display", "reader", "showing"),
}
MENTIONED = set(re.findall(r"[\w-]+", README))


def public(kind: type) -> list[str]:
    return [name for name in dir(kind) if not name.startswith("_")]


@pytest.mark.parametrize("name", sorted(VERBS))
def test_each_verb_is_in_the_readme_and_in_the_help(name: str) -> None:
    assert VERBS[name].name in MENTIONED
    assert VERBS[name].name in overview()
    assert VERBS[name].help


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.name)
def test_each_verb_is_a_method_of_the_lab(verb: object) -> None:
    name = verb.method  # type: ignore[attr-defined]
    if name not in {"help", "inspect"}:
        assert hasattr(Lab, name)


@pytest.mark.parametrize("name", public(Lab))
def test_each_method_of_the_lab_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(Lab, name))
    if name not in FOR_OTHER_PARTS:
        assert name in MENTIONED or name.replace("_", "-") in MENTIONED


@pytest.mark.parametrize("name", public(NamedClient))
def test_each_method_of_a_client_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(NamedClient, name))


@pytest.mark.parametrize("name", ["emit", "send", "call", "on", "received", "wait_for", "drop", "reconnect", "close"])
def test_the_contract_of_a_client_is_in_the_readme(name: str) -> None:
    assert re.search(rf"`\.{name}\b", README)


@pytest.mark.parametrize("name", sio_lab.__all__)
def test_each_public_name_is_documented(name: str) -> None:
    value = getattr(sio_lab, name)
    assert isinstance(value, str) or inspect.getdoc(value)


@pytest.mark.parametrize("name", errors.__all__)
def test_each_error_says_when_it_is_raised(name: str) -> None:
    assert inspect.getdoc(getattr(errors, name))


def test_each_default_is_in_the_readme() -> None:
    for name in SioMagics.class_traits(config=True):
        assert name in MENTIONED


def test_filter_keys_of_the_readme_exist() -> None:
    [words] = re.findall(r"\*\*FILTER\*\* words must all match: `([^`]*)`", README)
    keys = re.findall(r"(\w+)[:<>]", words)
    assert keys
    assert set(keys) <= set(KEYS)


def test_files_that_the_readme_names_exist() -> None:
    for path in re.findall(r"\]\(([^)h][^)]*)\)|(notebooks/\S+ipynb)|bash (\S+)", README):
        assert (ROOT / next(filter(None, path))).exists(), path


def test_both_commands_stand_on_the_first_screen() -> None:
    first = "\n".join(README.splitlines()[:25])
    assert (
        'python3 -m venv .venv && .venv/bin/pip install ".[lab]" && .venv/bin/jupyter lab notebooks/00-start-here.ipynb'
        in first
    )
    assert "bash tests/run" in first


def test_the_changelog_has_this_version() -> None:
    assert f"## {sio_lab.__version__}" in CHANGELOG


def test_nothing_names_a_path_of_some_machine() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "sio_lab").rglob("*.*"), *(ROOT / "notebooks").glob("*.ipynb")]:
        if path.suffix in {".py", ".md", ".ipynb", ".css", ".toml"}:
            assert not re.search(r"/(home|work|tmp|Users)/", path.read_text()), path

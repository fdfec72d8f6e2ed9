"""What Binder makes of `binder/`: an environment in which every notebook runs, and no import of one is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BINDER = ROOT / "binder"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NEEDED = ("binder", "notebooks", "sio_lab", "pyproject.toml", "README.md", "LICENSE")
"""What of the checkout is in what Binder copies, and counts."""

_IMPORT = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
_NAME = re.compile(r"^[\w.-]+")


def imports_of(notebook: Path) -> set[str]:
    """Return the top-level modules that a notebook's cells import, in the bodies of `%%sio app` too."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return {name for text in code for name in _IMPORT.findall(text)}


def declared() -> set[str]:
    """Return the distributions that Binder is told to install: its own list, and what the package needs."""
    listed = _lines("requirements.txt")
    assert "." in listed, "the package itself"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*(line for line in listed if line != "."), *project["dependencies"]]
    return {match[0].lower().replace("_", "-") for match in map(_NAME.match, named) if match} | {project["name"]}


def _lines(name: str) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in (BINDER / name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_imports_is_installed_there(path: Path) -> None:
    distributions = packages_distributions()
    for name in imports_of(path) - set(sys.stdlib_module_names) - {"sio_lab"}:
        of = {each.lower().replace("_", "-") for each in distributions.get(name, [])}
        assert of & declared(), f"{path.name} imports {name}, which binder/ does not bring"


def test_the_proxy_through_which_pages_reach_the_lab_is_there() -> None:
    assert any(line.startswith("jupyter-server-proxy") for line in _lines("requirements.txt"))


def test_its_python_is_one_that_the_package_supports() -> None:
    [runtime] = _lines("runtime.txt")
    found = re.fullmatch(r"python-3\.(\d+)", runtime)
    assert found is not None
    assert int(found[1]) >= 11


def test_it_is_all_there_is_to_build() -> None:
    # With any of these repo2docker would build otherwise, or not heed requirements.txt.
    others = ("environment.yml", "Pipfile", "Dockerfile", "setup.py", "apt.txt", "postBuild", "start")
    assert [name for name in others if (BINDER / name).exists() or (ROOT / name).exists()] == []


@pytest.mark.build
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_notebook_runs_in_what_is_built_from_it_alone(tmp_path: Path) -> None:
    for name in NEEDED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    run(tmp_path, sys.executable, "-m", "venv", ".built")
    # As repo2docker does, from the root.
    pip = (".built/bin/python", "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check")
    run(tmp_path, *pip, "-r", "binder/requirements.txt")
    where = run(tmp_path / "binder", "../.built/bin/python", "-c", "import sio_lab; print(*sio_lab.__path__)")
    assert Path(where.strip()).is_relative_to(tmp_path / ".built")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(partial(execute, tmp_path), NOTEBOOKS))
    assert sorted(path.name for path in (tmp_path / "done").glob("*.ipynb")) == [path.name for path in NOTEBOOKS]


def execute(folder: Path, notebook: Path) -> None:
    command = (".built/bin/jupyter", "nbconvert", "--to", "notebook", "--execute", "--output-dir", "done")
    run(folder, *command, f"notebooks/{notebook.name}")


def run(folder: Path, *command: str) -> str:
    """Run a command as a shell does that knows nothing of this environment; returns what it printed."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "VIRTUAL_ENV"))
    }
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout

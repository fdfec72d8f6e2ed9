from __future__ import annotations

import subprocess
import sys
import tomllib
from operator import attrgetter
from pathlib import Path

import pytest

import sio_lab

HEAVY = {"IPython", "flask", "flask_socketio", "ipywidgets", "pandas", "socketio", "werkzeug"}
ROOT = Path(__file__).parent.parent


def imported_by(statement: str) -> set[str]:
    """Return the heavy packages that a fresh interpreter has imported after `statement`."""
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.split())


def test_what_is_public_is_there() -> None:
    assert len(sio_lab.__all__) <= 8
    assert sio_lab.__all__ == sorted(sio_lab.__all__)
    assert set(sio_lab.__all__) <= set(dir(sio_lab))
    assert all(getattr(sio_lab, name) is not None for name in sio_lab.__all__)


def test_public_names_are_the_real_ones() -> None:
    from sio_lab.errors import LabError
    from sio_lab.lab import Lab

    assert sio_lab.Lab is Lab
    assert sio_lab.LabError is LabError


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lba'; it has Lab, LabError"):
        attrgetter("lba")(sio_lab)


def test_the_version_is_the_package_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert sio_lab.__version__ == project["version"]


def test_importing_the_package_is_light() -> None:
    assert imported_by("import sio_lab") == set()


def test_making_a_lab_imports_no_server_and_no_pandas() -> None:
    assert imported_by("import sio_lab; sio_lab.Lab()") == set()


def test_the_extension_imports_no_server_and_no_pandas() -> None:
    assert imported_by("import sio_lab.magics") == {"IPython"}

"""Whose code asks is told by its frame."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import pytest

import sio_lab
from sio_lab.core import targets
from sio_lab.legacy import callers

if TYPE_CHECKING:
    from types import FrameType

    from tests.legacy.reader import Notebook


def caller() -> FrameType:
    """Return the frame that calls what calls this."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    assert frame.f_back.f_back is not None
    return frame.f_back.f_back


def test_a_test_and_a_cell_are_the_readers(notebook: Notebook) -> None:
    names = notebook.run("def who():\n    return caller()\nframe = who()", caller=caller)
    for frame in (names["frame"], inspect.currentframe()):
        assert frame is not None
        assert callers.is_readers(frame)
        assert not callers.is_library(frame)


def test_python_and_installed_packages_are_libraries() -> None:
    frames: list[FrameType] = []
    json.dumps(object(), default=lambda _value: frames.append(caller()))
    app = flask.Flask("app")
    app.add_url_rule("/", "page", lambda: frames.append(caller()) or "")
    app.test_client().get("/")
    assert [frame.f_globals["__name__"] for frame in frames] == ["json.encoder", "flask.app"]
    assert all(callers.is_library(frame) and not callers.is_readers(frame) for frame in frames)


def test_files_are_told_alike() -> None:
    for file in (json.__file__, flask.__file__, pytest.__file__, targets.__file__, "<frozen importlib._bootstrap>"):
        assert callers.is_library_file(file)
    for path in (Path(__file__), Path(sio_lab.__file__).parent.parent / "chat.py"):
        assert not callers.is_library_file(str(path))


def test_nobody_is_no_reader() -> None:
    assert not callers.is_readers(None)


def test_what_looks_names_up_for_the_reader_counts_as_the_reader() -> None:
    class Told:
        @property
        def looked_up_by(self) -> FrameType:
            return caller()

    (frame,) = (value for name, value in inspect.getmembers(Told()) if name == "looked_up_by")
    assert callers.is_library(frame)
    assert callers.is_readers(frame)


@pytest.mark.parametrize("code", ["import nowhere", "__import__('nowhere')", "importlib.import_module('nowhere')"])
def test_who_imports_is_found_past_the_machinery(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    asked: list[Any] = []

    class Finder:
        def find_spec(self, name: str, *_rest: object) -> None:
            if name == "nowhere":
                asked.append(callers.asker())

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    # The finder itself asks here; in the lab, that is one of the modules passed over.
    monkeypatch.setattr(callers, "MACHINERY", callers.MACHINERY | {__name__.partition(".")[0]})
    with pytest.raises(ModuleNotFoundError):
        notebook.run(f"import importlib; {code}")
    assert asked[0].f_globals is notebook.names

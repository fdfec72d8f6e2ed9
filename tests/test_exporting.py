"""Exported tests are run by pytest: as they are, on changed programs, and on what a notebook's cells define."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.errors import FilterError, LabError, Usage
from sio_lab.exporting import Exported, exported
from sio_lab.lab import Lab
from tests.export.session import HOSTILE, MUTATIONS, PROGRAM, lesson
from tests.shells import Cells, ipython

if TYPE_CHECKING:
    from collections.abc import Iterator

BLACK = (sys.executable, "-m", "black", "--check", "--quiet")
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (\w+)\.py", re.MULTILINE)

NOTEBOOK = (
    "%load_ext sio_lab",
    "import json\nimport time as clock",
    "%sio start",
    "users = {}\nprefix = 'user '\n\n\ndef label(sid):\n    return prefix + users[sid]",
    "users['nobody'] = 'x'",
    """\
@socketio.on('login')
def login(name):
    users[request.sid] = name
    emit('hello', label(request.sid))
    return json.dumps([name])
""",
    "%%sio on shout text\nemit('shouted', text.upper(), broadcast=True)\nreturn len(text)",
    "@lab.on('late')\ndef late():\n    return [clock.time(), request.sid]",
    "ada, bob = lab.client('ada'), lab.client('bob')",
    "ada.call('login', 'Ada')\nbob.call('shout', 'hi')\nada.call('late')\nada.emit('secret', 1)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exported")


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[Lab]:
    (folder / "chat_program.py").write_text(PROGRAM)
    lab = Lab()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        lab.serve("chat_program:socketio")
        lesson(lab)
        yield lab
        lab.close()
        sys.modules.pop("chat_program", None)


@pytest.fixture(scope="module")
def shown(lab: Lab, folder: Path) -> str:
    return repr(lab.export("pytest", folder / "test_same.py"))


@pytest.fixture(scope="module")
def from_cells(folder: Path) -> str:
    with ipython(folder / "ipython") as shell:
        cells = Cells(shell)
        for code in NOTEBOOK:
            cells.fine(code)
        cells.fine(f"%sio export pytest {folder}/test_cells.py -event:secret")
        cells.fine("%unload_ext sio_lab")
        cells.close()
    return (folder / "test_cells.py").read_text()


@pytest.fixture(scope="module")
def outcomes(lab: Lab, shown: str, from_cells: str, folder: Path) -> dict[str, str]:
    assert shown
    assert from_cells
    text = (folder / "test_same.py").read_text()
    for name, (before, after) in MUTATIONS.items():
        assert text.count(before) >= 1, name
        (folder / f"{file_of(name)}.py").write_text(text.replace(before, after, 1))
    lab.export("pytest", folder / "test_module.py", "event:join,chat client:ada", app="chat_program:socketio")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rA",
        "--tb=no",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
    ]
    done = subprocess.run(
        [*command, "--rootdir", folder, folder], cwd=folder, capture_output=True, text=True, check=False
    )
    found = OUTCOME.findall(done.stdout)
    assert found, done.stdout + done.stderr
    return {name: outcome for outcome, name in found}


def file_of(name: str) -> str:
    return "test_" + re.sub(r"\W", "_", name)


@pytest.mark.parametrize("name", ["test_same", "test_cells", "test_module"])
def test_it_passes_on_the_same_handlers(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[name] == "PASSED"


@pytest.mark.parametrize("name", MUTATIONS)
def test_it_fails_where_a_handler_does_something_else(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[file_of(name)] == "FAILED"


@pytest.mark.lint
def test_all_files_are_as_black_has_them(outcomes: dict[str, str], folder: Path) -> None:
    files = [folder / f"{name}.py" for name in ("test_same", "test_cells", "test_module")]
    assert outcomes
    done = subprocess.run([*BLACK, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_tells_what_is_in_it_and_what_is_not(shown: str, folder: Path) -> None:
    assert re.search(r"test_same.py, 1 test, \d\d steps, 4 clients.", shown)
    assert "1 x an emit of a background task" in shown
    assert "1 x an emit of a cell" in shown
    assert shown.endswith(f"Run it: pytest {folder / 'test_same.py'}")


def test_only_what_the_handlers_need_of_the_cells_is_in_it(from_cells: str) -> None:
    assert "from flask import Flask, request\nfrom flask_socketio import SocketIO, emit\n" in from_cells
    assert "import time as clock" in from_cells
    assert "users['nobody'] = 'x'" in from_cells
    assert "def shout(text):\n    emit('shouted'" in from_cells
    assert 'socketio.on_event("late", late)' in from_cells
    assert "lab." not in from_cells
    assert "secret" not in from_cells.replace("SECRET", "").replace("no secrets", "")


def test_an_asyncapi_document_is_written_over_its_own_kind_only(lab: Lab, folder: Path) -> None:
    path = folder / "chat.json"
    for _ in range(2):
        assert repr(lab.export("asyncapi", path, "event:join")) == f"Written: {path}"
    assert '"asyncapi"' in path.read_text()
    with pytest.raises(Usage, match="Leave it out"):
        lab.export("asyncapi", path, app="chat_program:socketio")
    with pytest.raises(LabError, match="is no pytest export"):
        lab.export("pytest", path)


def test_secrets_are_to_be_filled_in(folder: Path, shown: str) -> None:
    assert shown
    assert 'return {"ada": {"token": "•••"}}' in (folder / "test_same.py").read_text()


def test_another_file_is_not_written_over(lab: Lab, folder: Path) -> None:
    mine = folder / "mine.py"
    mine.write_text("print('mine')\n")
    with pytest.raises(LabError, match="is there already, and is no pytest export"):
        lab.export("pytest", mine)
    assert mine.read_text() == "print('mine')\n"
    ours = folder / "ours.py"
    lab.export("pytest", ours)
    lab.export("pytest", ours, "event:join")
    assert "several" not in ours.read_text().partition("# fmt: on")[2]


@pytest.mark.parametrize(
    ("arguments", "kind", "why"),
    [
        (("pytest", "no/such/folder/x.py"), LabError, "There is no folder"),
        (("pytest", "."), LabError, "is a folder"),
        (("junit", "x.py"), Usage, "pytest or asyncapi, not as 'junit'"),
        (("pytest", "x.py", "evnt:x"), FilterError, "did you mean"),
        (("pytest", "x.py", "event:nothing_like_it"), LabError, "no row matches the filter 'event:nothing_like_it'"),
        (("pytest", "x.py", "kind:emit"), LabError, "There is nothing to test"),
        (("pytest", "~nobody_of_this_name/x.py"), LabError, "names no file"),
        (("pytest", "x" * 300), LabError, "names no file"),
        (("pytest", "a\0b.py"), LabError, "can't be written: embedded null"),
        (("pytest", None), LabError, "None names no file"),
    ],
)
def test_a_slip_is_told(lab: Lab, arguments: Any, kind: type[LabError], why: str) -> None:
    with pytest.raises(kind, match=why):
        lab.export(*arguments)


@pytest.mark.parametrize("app", ["chat", "chat:", "chat; import os:x", "chat:x y", ":x"])
def test_what_is_tested_is_named_by_a_module_and_an_object(lab: Lab, app: str) -> None:
    with pytest.raises(Usage, match="as in chat:socketio"):
        exported(lab, "pytest", app=app)


def test_the_text_alone_can_be_had(lab: Lab) -> None:
    text = exported(lab, "pytest", "event:chat")
    assert "{{x}} {0} \\u202e\\u2066 __import__" in text
    assert HOSTILE not in text


def test_without_handlers_a_module_is_asked_for() -> None:
    with pytest.raises(LabError, match="--app module:socketio"):
        exported(Lab(), "pytest")
    lab = Lab()
    lab.start(port=0)
    with pytest.raises(LabError, match="--app module:socketio"):
        exported(lab, "pytest")
    lab.close()


def test_what_is_to_be_run_is_quoted() -> None:
    assert Exported(Path("a b.py"), "pytest").command == "pytest 'a b.py'"

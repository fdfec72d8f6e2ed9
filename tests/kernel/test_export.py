"""`%sio export` and `%sio diff` in a real kernel: what cells define is tested without the lab, by pytest itself."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.export.official import check, needs_schema
from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

CELLS = (
    "%load_ext sio_lab\n%sio start",
    "import functools\nfrom dataclasses import dataclass\nlimit = 10\nplayers = {}\nseen = []\nseen += ['nobody']",
    """\
@dataclass
class Player:
    name: str
    points: int = 0

    def win(self, points):
        self.points += points
        return self.points

def counted(handler):
    def inner(*args):
        seen.append(handler.__name__)
        return handler(*args)
    return inner
""",
    """\
@socketio.on('play')
@counted
def play(name):
    players[request.sid] = Player(name)
    join_room('game')
    emit('players', [each.name for each in players.values()], to='game')
""",
    "%%sio on shout text\\nemit('shouted', text.upper()[:limit], broadcast=True)\\nreturn len(text)".replace(
        "\\n", "\n"
    ),
    "def add(by, n):\n    return by + n\n",
    "for by in (1, 2):\n    socketio.on_event(f'add{by}', functools.partial(add, by))",
    "house = Player('house')\nsocketio.on_event('win', house.win)\nsocketio.on_event('seen', lambda: seen)",
)
LESSON = """\
ada, bob = lab.client('ada'), lab.client('bob')
ada.call('play', 'Ada'), bob.call('play', 'Bob')
bob.call('shout', 'hello, everybody')
told = ada.call('add1', 5), ada.call('add2', 5), bob.call('win', 3), bob.call('win', 4), ada.call('seen')
lab.settle()
told
"""
CHANGES = {
    "a dataclass": ("self.points += points", "self.points -= points"),
    "a decorator": ("seen.append(", "print("),
    "a body": ("text.upper()", "text"),
    "a constant": ("limit = 10", "limit = 9"),
    "a room": ("join_room('game')", "pass"),
    "a partial": ("return by + n", "return by * n"),
    "a lambda": ("lambda: seen", "lambda: len(seen)"),
}
"""What is changed -> (what stands in the file, what stands there instead)."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("from a kernel")  # with blanks in it


@pytest.fixture(scope="module")
def kernel(folder: Path) -> Iterator[Kernel]:
    with Kernel() as kernel:
        for number, code in enumerate((*CELLS, f"path = {str(folder)!r}")):
            ran = kernel.run(code, f"cell {number}")
            assert not ran.error + ran.err
        assert kernel.run(LESSON).text == "(6, 7, 3, 7, ['nobody', 'play', 'play'])"
        yield kernel


def test_what_cells_define_is_tested_without_the_lab(kernel: Kernel, folder: Path) -> None:
    shown = kernel.run(f"%sio export pytest '{folder}/test_chat.py'").text
    assert "1 test, 10 steps, 2 clients." in shown
    text = (folder / "test_chat.py").read_text(encoding="utf-8")
    assert "sio_lab" not in text.partition("\n")[2]
    for name, (before, after) in CHANGES.items():
        assert before in text
        (folder / f"test_{name.replace(' ', '_')}.py").write_text(text.replace(before, after), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--tb=no", "-p", "no:cacheprovider", "-c", "/dev/null"]
    done = subprocess.run(
        [*command, f"--rootdir={folder}", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    assert f"{len(CHANGES)} failed, 1 passed" in done.stdout
    assert "PASSED test_chat.py" in done.stdout


@needs_schema
def test_the_document_is_valid_and_the_same_again(kernel: Kernel, folder: Path) -> None:
    path, texts = folder / "chat.json", set()
    for _ in range(2):
        assert kernel.run(f"%sio export asyncapi '{path}'").text == f"Written: {path}"
        texts.add(path.read_text(encoding="utf-8"))
    (text,) = texts
    assert "root.receive.shout" in check(text)["operations"]


def test_a_change_stands_on_top_between_two_lessons(kernel: Kernel) -> None:
    for points in (0, 10):
        kernel.run(f"players.clear(); seen.clear(); house.points = {points}; before = lab.log.last_seq")
        kernel.run(LESSON)
        kernel.run(f"after{points} = lab.traffic.where(f'seq:{{before + 1}}..{{lab.log.last_seq}}')")
    shown = kernel.run("lab.diff(after0, after10)").text.splitlines()
    assert [line.strip() for line in shown[2:5]] == ["→ win", "≠ ack of (3)  3 → 13", "≠ ack of (4)  7 → 17"]

"""The programs, read as a reader does: whole, or cut into cells at the marks."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parent
OLD_FOLDER = FOLDER / "old"
CUT = "# %%"
DEFAULT_PORT = 5000

TEMPLATES = {
    "index.html": "<!doctype html>\n<title>{{ title }}</title>\n<p id='visits'>{{ visits }}</p>\n",
    "card.html": "<div class='card'>{{ name }}</div>",
}
"""What a reader has put into templates/, beside the program."""


@dataclass(frozen=True)
class Program:
    """One program of an article."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def code(self) -> str:
        """All of it."""
        return self.path.read_text()

    @cached_property
    def pieces(self) -> list[str]:
        """What stands between the marks."""
        pieces = [piece.strip("\n") for piece in f"\n{self.code}".split(f"\n{CUT}\n")]
        return [piece for piece in pieces if piece.strip()]

    @cached_property
    def host(self) -> str | None:
        """The host that it gives to `run`; None where it gives none."""
        return self._argument("host", 1)

    @cached_property
    def port(self) -> int | None:
        """The port that it gives to `run`; None where it gives none."""
        return self._argument("port", 2)

    def _argument(self, name: str, position: int) -> object:
        call = self._run
        named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
        given = named or (call.args[position] if len(call.args) > position else None)
        return None if given is None else ast.literal_eval(given)

    @cached_property
    def _run(self) -> ast.Call:
        """The call of `socketio.run`."""
        calls = [node for node in ast.walk(ast.parse(self.code)) if isinstance(node, ast.Call)]
        return next(call for call in calls if ast.unparse(call.func) == "socketio.run")


def programs(folder: Path) -> dict[str, Program]:
    """Return the programs of a folder, by name: the files that have marks."""
    found = (Program(path) for path in sorted(folder.glob("*.py")))
    return {program.name: program for program in found if f"\n{CUT}\n" in program.code}


def furnish(folder: Path) -> None:
    """Make `folder` one to run the programs in: with templates/ in it."""
    templates = folder / "templates"
    templates.mkdir()
    for name, text in TEMPLATES.items():
        (templates / name).write_text(text)

"""The `%%sio` cells whose body is more than arguments: a handler, a page, a whole program."""

from __future__ import annotations

import ast
import linecache
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sio_lab.core.bodies import function_of
from sio_lab.errors import LabError, Usage
from sio_lab.legacy.pages import old_clients
from sio_lab.server.web.known_clients import VERSION, Place, client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

    from IPython.core.interactiveshell import InteractiveShell

    from sio_lab.commands import Command
    from sio_lab.lab import Lab

MENDED_ON_ITS_WAY = (
    "This loads a Socket.IO client with which the page can't connect; when it is served, "
    f"the lab's own {VERSION} stands there instead."
)


class Cell:
    """Does what `%%sio on`, `%%sio page` and `%%sio app` ask for; each takes the command with the cell's body."""

    def __init__(self, shell: InteractiveShell, lab: Lab) -> None:
        self._shell = shell
        self._transform: Callable[[str], str] = shell.transform_cell
        self._lab = lab

    def on(self, command: Command) -> None:
        """Make the body a handler, for the event that the command names. Raises Usage where it can't be read."""
        event, *parameters = command.arguments
        with self._read(command.body) as (code, file):
            function = function_of(code, event, parameters, self._shell.user_global_ns, file)
        self._lab.on(event, **command.options)(function)

    def page(self, command: Command) -> None:
        """Serve the body at the path that the command names; say so where it loads a client that can't connect."""
        self._lab.page(command.arguments[0], command.body)
        mends = not self._lab.stage.hosted().manner.no_mend
        for old in old_clients(command.body):
            is_mended = mends and client_of(old.source, Place(command.arguments[0])) is not None
            self._lab.say(f"Line {old.line} of the page: {MENDED_ON_ITS_WAY if is_mended else old.text}")

    def app(self, command: Command) -> None:
        """Run the body as a program, in the notebook's own namespace, and serve what it makes.

        Raises Usage where it can't be read, and LabError where it makes nothing to serve.
        """
        __tracebackhide__ = True
        # The shell's own, which keeps to the __future__ imports of other cells.
        compiler: Callable[..., CodeType] = self._shell.compile
        with self._read(command.body) as (code, file):
            program = compiler(ast.parse(code, file), file, "exec")
        try:
            exec(program, self._shell.user_global_ns)  # noqa: S102 - the user's cell
        except LabError as error:
            raise Usage(self._with_place(error, file)) from error
        self._lab.stage.serve_made()

    @contextmanager
    def _read(self, body: str) -> Iterator[tuple[str, str]]:
        """Yield a body's code, and the name of the file that it is compiled as; what can't be read is told plainly."""
        code = _in_its_place(body, self._transform(body))
        running = getattr(self._shell.displayhook, "exec_result", None)
        number = getattr(running, "execution_count", None) or self._shell.execution_count
        file: str = self._shell.compile.cache(code, number, raw_code=body)
        self._lab.cells.compiled(file)
        try:
            yield code, file
        except SyntaxError as error:
            raise Usage(self._told(error, file)) from error

    def _told(self, error: SyntaxError, file: str) -> str:
        """Return what is wrong with a line of the body, and the line."""
        line = error.lineno or 1
        error.text = error.text or linecache.getline(file, line)
        _, *shown, what = traceback.format_exception_only(error)
        return f"{self._lab.cells.place(file, line)}: {what}{''.join(shown)}".rstrip()

    def _with_place(self, error: LabError, file: str) -> str:
        """Return what an error says, behind the line of the body that led to it."""
        lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
        place = f"{self._lab.cells.place(file, lines[-1])}: " if lines else ""
        return str(error) if str(error).startswith(place) else f"{place}{error}"


def _in_its_place(body: str, code: str) -> str:
    """Return the code of a body with each line where it stands in the cell, beneath the one with the magic."""
    return "\n" * (1 + _blank_lines(body) - _blank_lines(code)) + code


def _blank_lines(text: str) -> int:
    """Return how many lines a text begins with that IPython leaves out."""
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines) if not line.isspace() and line), len(lines))

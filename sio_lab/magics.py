"""`%sio` and `%%sio`: read a line, make one call on the lab, show what came of it. The lab does all the rest."""

from __future__ import annotations

import atexit
import sys
from collections import ChainMap
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, needs_local_scope, no_var_expand
from IPython.display import display
from traitlets import Bool, Int, TraitError, Unicode, validate

from sio_lab.bodies import Cell
from sio_lab.cell_output import CellOutput
from sio_lab.commands import find, overview, parse
from sio_lab.completion import Completions
from sio_lab.core.log import MAX_BYTES, MAX_RECORDS
from sio_lab.core.netloc import check_url
from sio_lab.core.vanished import advice_for
from sio_lab.errors import LabError
from sio_lab.lab import Lab
from sio_lab.notebook import Notebook
from sio_lab.pasted import Pasted
from sio_lab.shortcuts import Shortcuts, told
from sio_lab.starting_class import ClassStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
    from traitlets.utils.bunch import Bunch

    from sio_lab.commands import Command
    from sio_lab.results import Status

_display: Callable[[object], object] = display  # which IPython leaves without types
_HIGHEST_PORT = 65_535
_NOTHING = object()
_LAB_IS_TAKEN = (
    "The name lab is taken in this notebook, and stays what it is. %sio works all the same; "
    "to have the lab in Python too: del lab, then %reload_ext sio_lab."
)


@magics_class
class SioMagics(Magics):
    """The magic %sio. Set here the defaults of %sio start, and how much is kept."""

    host = Unicode("127.0.0.1", help="Where %sio start listens.").tag(config=True)
    port = Int(0, min=0, max=_HIGHEST_PORT, help="The port of %sio start; 0 chooses a free one.").tag(config=True)
    cors = Unicode(None, allow_none=True, help="Another origin that may connect; * for all.").tag(config=True)
    public_url = Unicode(
        None, allow_none=True, help="Where browsers reach the server, where the lab can't find out."
    ).tag(config=True)
    pages_through_proxy = Bool(
        False, help="Whether your pages may be shown through the notebook's proxy, where they count as part of Jupyter."
    ).tag(config=True)
    max_records = Int(MAX_RECORDS, min=1, help="How many records are kept; the oldest go first.").tag(config=True)
    max_bytes = Int(MAX_BYTES, min=1, help="How many bytes the records kept may take.").tag(config=True)
    live = Bool(True, help="Whether tables and views go on once they are shown.").tag(config=True)

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._ipython = shell
        self._notebook = Notebook(shell)
        self._output = CellOutput(shell, self._notebook)
        self.lab = Lab(max_records=self.max_records, max_bytes=self.max_bytes, cells=self._notebook.cells, say=_say)
        self._cell = Cell(shell, self.lab)
        self._pasted = Pasted(shell, self.lab)
        self._completions = Completions()
        self.observe(self._resize, ["max_records", "max_bytes"])
        self.observe(self._switch_views, ["live"])
        self.observe(self._publish, ["public_url", "pages_through_proxy"])
        self.lab.live = self.live
        self.lab.public_url = self.public_url
        self.lab.pages_through_proxy = self.pages_through_proxy
        self.lab.controls |= {"start": self._started, "restart": self._restarted}
        self._shortcuts = Shortcuts(shell)
        self._before = {
            kind: {name: table[name] for name in table if name == "sio"}
            for kind, table in shell.magics_manager.magics.items()
        }

    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    def sio(self, line: str, cell: str | None = None, local_ns: dict[str, Any] | None = None) -> Any:
        """Run one command, or, in a cell with nothing behind %%sio, one a line; see `overview` for the text shown."""
        __tracebackhide__ = True  # what a program in the cell raises is its own
        variables = ChainMap(local_ns or {}, self._ipython.user_ns)
        if cell is not None and not line.strip():
            return self._run_lines(cell, variables)
        is_quiet = cell is None and line.rstrip().endswith(";")  # as after an expression of Python
        with _shown_plainly():
            value = self._run(parse(line.rstrip()[:-1] if is_quiet else line, cell, variables))
        return None if is_quiet else value

    sio.__doc__ = overview()

    def enter(self) -> None:
        """Register the magic and put `lab` into the user's namespace."""
        self._ipython.register_magics(self)
        self._completions.enter(self._ipython, self.lab)
        self._ipython.events.register("post_run_cell", self._advise)
        self._pasted.enter()
        self._notebook.follow(self.lab, self._renew_names)
        self._output.enter()
        atexit.register(self.lab.close)
        if self._shortcuts.put({"lab": self.lab}).taken:
            _say(_LAB_IS_TAKEN)

    def leave(self) -> None:
        """Stop the server and leave the shell as it was."""
        self._shortcuts.take_back()
        self._unregister()
        self._ipython.events.unregister("post_run_cell", self._advise)
        self._notebook.leave()
        self._completions.leave()
        self._pasted.leave()
        atexit.unregister(self.lab.close)
        self.lab.close()
        self._output.leave()

    def _unregister(self) -> None:
        manager = self._ipython.magics_manager
        manager.registry.pop(type(self).__name__, None)
        configurables: list[Any] = self._ipython.configurables  # IPython calls it a list of shells
        configurables.remove(self)
        for kind, table in manager.magics.items():
            if table.get("sio") == self.magics[kind]["sio"]:
                del table["sio"]
                table.update(self._before[kind])

    def _advise(self, result: ExecutionResult) -> None:
        """Add to the traceback of what an old program, or a handler's function in a cell, met what to write instead."""
        error = result.error_in_exec or result.error_before_exec
        advice = self.lab.advice(error) or advice_for(error)
        if advice is not None:
            sys.stderr.write(f"What to do: {advice}\n")

    def _resize(self, change: Bunch) -> None:
        setattr(self.lab.log, change.name, change.new)

    def _run_lines(self, cell: str, variables: Mapping[str, Any]) -> None:
        """Read all lines before the first one runs, so that a slip in the last leaves nothing half done."""
        lines = [(number, line.strip()) for number, line in enumerate(cell.splitlines(), 1)]
        commands = []
        for number, line in lines:
            if line and not line.startswith("#"):
                with _shown_plainly(f"Line {number}: "):
                    commands.append((number, parse(line, variables=variables)))
        for number, command in commands:
            with _shown_plainly(f"Line {number}: "):
                value = self._run(command)
            if value is not None:
                _display(value)

    def _run(self, command: Command) -> Any:
        __tracebackhide__ = True
        own: dict[str, Callable[..., Any]] = {"start": self._start, "stop": self._stop, "restart": self._restart}
        own |= {"help": self._help, "serve": self._serve, "off": self._off}
        if command.verb.name in own:
            return own[command.verb.name](*command.arguments, **command.options)
        if command.verb.body:
            return getattr(self._cell, command.verb.name)(command)
        if command.verb.is_table:
            return self._table(command)
        if command.verb.name == "inspect":
            return self.lab.traffic[command.arguments[0]]
        return getattr(self.lab, command.verb.method)(*command.arguments, **command.options)

    def _switch_views(self, change: Bunch) -> None:
        self.lab.live = change.new

    @validate("public_url")
    def _check_public_url(self, proposal: Bunch) -> str | None:
        url: str | None = proposal.value
        if url is None:
            return None
        try:
            check_url(url)
        except LabError as error:
            raise TraitError(str(error)) from None
        return url

    def _publish(self, change: Bunch) -> None:
        setattr(self.lab, change.name, change.new)

    def _start(self, **options: Any) -> None:
        status = self._begun(**options)
        _say("\n".join([str(status), *self._put_names()]))
        if isinstance(status, ClassStatus):
            _display(status)

    def _started(self) -> str:
        """Start, and tell what came of it: for a button of the dashboard."""
        return "\n".join([str(self._begun()), *self._put_names()])

    def _begun(self, **options: Any) -> Status:
        return self.lab.start(**{"host": self.host, "port": self.port, "cors": self.cors, **options})

    def _stop(self) -> None:
        _say(self.lab.stop())

    def _restart(self) -> None:
        _say(self._restarted())

    def _restarted(self) -> str:
        return "\n".join([str(self.lab.restart()), *self._put_names()])

    def _serve(self, words: str, **options: Any) -> None:
        served = words if ":" in words else self._ipython.user_ns.get(words, _NOTHING)
        if served is _NOTHING:
            raise LabError(f"There is no variable {words!r} in this notebook; a file's object is module:{words}.")
        _say("\n".join([str(self.lab.serve(served, **options)), *self._put_names()]))

    def _off(self, event: str, **options: Any) -> None:
        self.lab.off(event, **options)
        _say(f"Removed: handler {event!r} in {options.get('namespace', '/')}.")

    def _help(self, name: str | None = None) -> None:
        _say(overview() if name is None else find(name).help)

    def _table(self, command: Command) -> Any:
        table = getattr(self.lab, command.verb.method)
        for words in command.arguments:
            table = table.where(words)
        return table.df if "df" in command.options else table

    def _renew_names(self) -> None:
        """Have `app` and `socketio` stand for what is served now, where they are the lab's and another pair came on."""
        if self.lab.running:
            self._shortcuts.renew(self.lab.program)

    def _put_names(self) -> list[str]:
        main = self._shortcuts.put(self.lab.program, replace=True)
        handy = self._shortcuts.put(self.lab.handler_functions)
        return list(told(main, handy))


def load(shell: InteractiveShell) -> None:
    """Put %sio and `lab` into a shell that has none yet."""
    if shell.magics_manager.registry.get(SioMagics.__name__) is None:
        SioMagics(shell).enter()


def unload(shell: InteractiveShell) -> None:
    """Stop the server, and leave the shell as it was before `load`."""
    magics = shell.magics_manager.registry.get(SioMagics.__name__)
    if magics is not None:
        magics.leave()


def _say(text: object) -> None:
    print(text)  # noqa: T201 - what a magic has to say goes where a cell's own print goes


@contextmanager
def _shown_plainly(place: str = "") -> Iterator[None]:
    """Turn our errors into IPython's UsageError, which is shown without a traceback and fails the cell all the same."""
    try:
        yield
    except LabError as error:
        raise UsageError(f"{place}{error}") from error

"""What happened, written to a file that lives without the lab: `lab.export`."""

from __future__ import annotations

import functools
import inspect
import linecache
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core.filters import parse
from sio_lab.core.selection import Selection
from sio_lab.core.traffic import TRAFFIC
from sio_lab.errors import LabError, Usage
from sio_lab.export.digging import dig
from sio_lab.export.program import Registered, Served, of_module
from sio_lab.export.pytest_file import MARKER, Taken, TestFile, pytest_file
from sio_lab.export.statements import Source
from sio_lab.server.handlers import registered, served_classes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from sio_lab.core.traffic import Merged
    from sio_lab.export.program import Program

_MOST_REASONS = 10
_HEAD = 400
_TITLE = "What happened in the lab"


@dataclass(frozen=True)
class Exported:
    """A file that was written, and what is in it; shown in a few lines."""

    path: Path
    form: str
    tests: int = 0
    """Test functions."""

    steps: int = 0
    """What clients do in them."""

    clients: int = 0
    left_out: dict[str, int] | None = None
    """Why something is no part of it -> how often."""

    has_auth: bool = False
    """Whether what clients connect with is to be filled in."""

    @property
    def command(self) -> str:
        """What runs it; empty where nothing does."""
        return f"pytest {shlex.quote(str(self.path))}" if self.form == "pytest" else ""

    def __repr__(self) -> str:
        """Return what was written, what was left out and why, and what to run."""
        if self.form != "pytest":
            return f"Written: {self.path}"
        counts = ((self.tests, "test"), (self.steps, "step"), (self.clients, "client"))
        head = ", ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts)
        reasons = sorted((self.left_out or {}).items())
        lines = [f"  {count:,} x {why}" for why, count in reasons[:_MOST_REASONS]]
        told = ["Left out:", *lines] if lines else []
        hidden = (
            ["The lab keeps no secrets: fill in the fixture auth, if a handler looks at it."] if self.has_auth else []
        )
        return "\n".join([f"Written: {self.path}, {head}.", *told, *hidden, f"Run it: {self.command}"])


@dataclass(frozen=True)
class _Text:
    """What a form makes of the rows."""

    text: str
    told: TestFile | None = None


_Form: TypeAlias = Callable[[Any, "Merged", "str | None"], _Text]


def exported(lab: Any, form: str, filter_text: str = "", app: str | None = None) -> str:
    """Return what the rows that a filter matches are as `pytest` or `asyncapi`: the text of a file.

    `app` names what is tested, as in `chat:socketio`; without it that is what is served.
    Raises Usage for another form, FilterError for the filter, LabError where there is nothing to write of.
    """
    return _made(lab, form, filter_text, app).text


def export(lab: Any, form: str, path: str | PathLike[str], filter_text: str, app: str | None) -> Exported:
    """Write the same to a file, over an earlier one of the same form; returns what is in it.

    Raises LabError, too, where the path's folder is missing, or the file is not one of ours.
    """
    target = _target(path)
    if form in _FORMS:
        _check(target, form)
    made = _made(lab, form, filter_text, app)
    try:
        # As UTF-8 whatever the machine's own encoding is: Python reads source so.
        target.write_text(made.text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise LabError(f"{str(target)!r:.80} can't be written: {why}. Name another file.") from None
    if made.told is None:
        return Exported(target, form)
    told = made.told
    return Exported(target, form, told.tests, told.steps, told.clients, dict(told.left_out), told.has_auth)


def _made(lab: Any, form: str, filter_text: str, app: str | None) -> _Text:
    make = _FORMS.get(form)
    if make is None:
        raise Usage(f"What happened is exported as {' or '.join(_FORMS)}, not as {form!r:.80}.")
    tests = (parse(filter_text, tuple(column.name for column in TRAFFIC)).matches,) if filter_text.strip() else ()
    merged = Selection(lab.log, lab.reader, tests).merged()
    if tests and not merged.rows:
        raise LabError(
            f"There is nothing to export: no row matches the filter {filter_text!r:.80}. %sio traffic shows the rows "
            "there are; a path with blanks in it is put in quotes."
        )
    return make(lab, merged, app)


def _target(path: str | PathLike[str]) -> Path:
    try:
        target = Path(path).expanduser()
        target.exists()
    except (TypeError, ValueError, OSError, RuntimeError) as error:
        raise LabError(f"{path!r:.80} names no file that can be written: {error!s:.80}. Name another one.") from None
    return target


def _check(target: Path, form: str) -> None:
    """Refuse what would destroy another file, or can't be written at all."""
    if not target.parent.is_dir():
        raise LabError(f"There is no folder {target.parent} to write {target.name} into. Make it, or name another.")
    if target.is_dir():
        raise LabError(f"{target} is a folder. Name a file in it.")
    if target.exists() and not _is_ours(target, form):
        raise LabError(f"{target} is there already, and is no {form} export. Name another file, or remove that one.")


def _is_ours(target: Path, form: str) -> bool:
    with target.open("rb") as file:
        return _MARKS[form].encode() in file.read(_HEAD)


# --- pytest -----------------------------------------------------------------------------------------------------


def _pytest(lab: Any, rows: Merged, app: str | None) -> _Text:
    served = _served(lab)
    catching = (
        frozenset(each.namespace for each in served.registered if each.kind == "error") if served else frozenset()
    )
    program = of_module(app, catching) if app is not None else _program(served)
    chosen = frozenset(row.seq for row in rows.rows)
    with lab.log.lock:
        records, state = lab.log.since(), lab.log.state
    told = pytest_file(Taken(records, chosen, state, lab.reader), program)
    return _Text(told.text, told)


def _program(served: Served | None) -> Program:
    if served is None or not served.registered:
        raise LabError("There are no handlers here to test. Name a module and its object: --app module:socketio.")
    return dig(served)


def _served(lab: Any) -> Served | None:
    """Return what is served, where that is a Flask-SocketIO object; else None."""
    stage = getattr(lab, "staged", None)
    host = stage.host if stage is not None else None
    if host is None or not host.is_flask:
        return None
    found = list(_registered(host.served))
    return Served(lab.app, host.served, found, list(_sources(lab, found)))


def _registered(socketio: Any) -> Iterator[Registered]:
    for namespace, event, function in registered(socketio):
        yield Registered("handler", namespace, event, function)
    for owner in served_classes(socketio):
        yield Registered("class", owner.namespace, None, owner)
    for namespace, function in socketio.exception_handlers.items():
        yield Registered("error", namespace, None, function)
    if socketio.default_exception_handler is not None:
        yield Registered("error", None, None, socketio.default_exception_handler)


def _sources(lab: Any, found: Sequence[Registered]) -> Iterator[Source]:
    """Yield the code of the files that handlers stand in, then that of the cells, those that ran last at the end."""
    cells = lab.cells.files()
    files = dict.fromkeys(file for each in found for file in _files(each.thing) if file not in cells)
    for file in (*files, *cells):
        yield Source(file, "".join(linecache.getlines(file)))


def _files(thing: Any) -> Iterator[str]:
    """Yield the files in which a function, or the methods of an object's class, are written."""
    plain = inspect.unwrap(thing.func if isinstance(thing, functools.partial) else thing)
    things = (plain, getattr(plain, "__func__", None), *vars(type(plain)).values())
    for each in things:
        code = getattr(each, "__code__", None)
        if code is not None:
            yield code.co_filename


# --- forms ------------------------------------------------------------------------------------------------------


def _asyncapi(lab: Any, rows: Merged, app: str | None) -> _Text:
    if app is not None:
        raise Usage("--app says what a pytest file tests; an AsyncAPI document tests nothing. Leave it out.")
    # Where the form is not asked for, what it infers schemas with is not imported.
    document: Callable[..., str] = import_module("sio_lab.export.asyncapi").asyncapi
    with lab.log.lock:
        return _Text(document(rows, lab.log.state, title=_TITLE, url=lab.log.state.url, read=lab.reader))


_FORMS: dict[str, _Form] = {"pytest": _pytest, "asyncapi": _asyncapi}
"""Form -> what makes the text of it."""

_MARKS = {"pytest": MARKER, "asyncapi": f'"title": "{_TITLE}"'}
"""Form -> what stands near the beginning of each such file."""

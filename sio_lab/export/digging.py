"""What of a notebook's cells the handlers need: their own code, and all that it asks for by name."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import itertools
from collections import ChainMap
from types import FunctionType
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.export.furniture import NAMES, Ends
from sio_lab.export.handlers import Piece, handler, piece, piece_of, registration
from sio_lab.export.imports import Imports
from sio_lab.export.literals import flat
from sio_lab.export.program import Program, Served
from sio_lab.export.registering import Registering
from sio_lab.export.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sio_lab.export.program import Registered

_BUILTINS = frozenset(dir(builtins))
_NOTHING = object()
_ADDING = frozenset({"add", "append", "extend", "init_app", "insert", "setdefault", "update"})
"""Methods that a program is set up with; what is taken away again is no part of that."""

_IMPORTS = ("import ", "from ")
_FUTURE = "from __future__ import annotations"


def dig(served: Served) -> Program:
    """Return the program that handlers were defined with.

    Raises LabError where something that they need can't be found in the cells.
    """
    return _Digger(served).program()


class _Digger:
    """Collects pieces until no name is open."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._statements = Statements(served.sources)
        self._values = ChainMap[str, Any](*_scopes(_functions(served.registered, _inner), served.registered))
        self._socketio = self._name_of(served.socketio, "socketio")
        self._app = self._name_of(served.app, "app")
        self._strangers = frozenset(name for name in self._values if self._is_stranger(name)) | {"get_ipython"}
        self._pieces: dict[tuple[int, int, str], Piece] = {}
        self._resolved: set[str] = set()
        self._imports = Imports()
        self._lent: set[str] = set()

    def program(self) -> Program:
        """Return the program."""
        self._add_handlers()
        self._resolve(self._socketio)
        if self._values.get(self._app) is self._served.app:
            self._resolve(self._app)  # a function may have made it, and told the SocketIO object of it
        self._settle()
        self._set_up()
        self._check()
        app = self._app if self._app in self._resolved else f"{self._socketio}.sockio_mw.flask_app"
        catching = frozenset(each.namespace for each in self._served.registered if each.kind == "error")
        first = (_FUTURE, "") if any(_FUTURE in source.text for source in self._served.sources) else ()
        return Program(self._text(), Ends(app, self._socketio), catching, first)

    # --- what stands for what -----------------------------------------------------------------------------------

    def _name_of(self, value: Any, usual: str) -> str:
        """Return the name that handlers know something of the lab by."""
        names = [name for name in self._values if self._values[name] is value and not name.startswith("_")]
        return usual if usual in names or not names else names[0]

    def _is_served(self, name: str) -> bool:
        return self._values.get(name) is self._served.socketio

    def _is_stranger(self, name: str) -> bool:
        """Tell whether a name stands for something of the lab that no program has: the lab, a client."""
        value = self._values[name]
        return value is not self._served.socketio and type(value).__module__.partition(".")[0] == "sio_lab"

    # --- collecting ---------------------------------------------------------------------------------------------

    def _add_handlers(self) -> None:
        """Add what answers: a plain function with its own lines, all else with the statement that registered it."""
        registering = Registering(self._statements, self._values, self._served.socketio, self._strangers)
        plain: list[Registered] = []
        for each in self._served.registered:
            statements = [] if _is_plain(each.thing) else registering.of(each)
            for statement in statements:
                self._add(piece_of(statement))
            if statements:
                continue
            if each.kind == "class":
                self._add(self._class(each))
            else:
                plain.append(each)
        for function, registered in _functions(plain, _bare).items():
            self._add(handler(function, registered, self._statements, self._is_served, self._socketio))

    def _class(self, each: Registered) -> Piece:
        line = registration(each, type(each.thing).__name__, self._socketio)
        return piece(line, (len(self._served.sources), len(self._pieces)))

    def _add(self, part: Piece) -> None:
        self._pieces.setdefault((*part.place, part.text), part)
        self._resolved |= part.binds

    def _settle(self) -> None:
        """Resolve names until none is open."""
        while open_names := {name for part in self._pieces.values() for name in part.now | part.later} - self._resolved:
            for name in sorted(open_names):
                self._resolve(name)

    def _resolve(self, name: str) -> None:
        if name in self._resolved:
            return
        self._resolved.add(name)
        if name.startswith("__") or (name in _BUILTINS and name not in self._values):
            return
        statement = self._statements.binding(name, self._strangers)
        if statement is not None:
            self._add(piece_of(statement))
            return
        value = self._values.get(name, _NOTHING)
        if value is not _NOTHING:
            self._find(name, value)

    def _find(self, name: str, value: Any) -> None:
        """Find what a name stands for that no cell gives it."""
        if value is self._served.socketio or value is self._served.app:
            self._lent |= {name}
            self._resolved |= {self._app, self._socketio}
        elif not self._imports.find(name, value, self._own):
            self._add(piece(_written(name, value), (-1, len(self._pieces)), frozenset({name})))

    @property
    def _own(self) -> str:
        return str(self._values.get("__name__", "__main__"))

    def _set_up(self) -> None:
        """Add what the cells did to what the handlers need: entries and attributes set, an app given."""
        for statement in self._statements.all:
            ours = self._lent.union(*(part.binds for part in self._pieces.values()))
            if ours & {*_changed(statement.node)} and not statement.all_needs & self._strangers:
                self._add(piece_of(statement))
                self._settle()

    def _check(self) -> None:
        taken = sorted(NAMES & {name for part in self._pieces.values() for name in part.binds} - {"re"})
        if taken:
            raise LabError(
                f"The program has a name of its own that the test needs: {', '.join(taken)}. Rename it, "
                "or put the program into a module, and name that: --app module:socketio."
            )

    # --- writing ------------------------------------------------------------------------------------------------

    def _text(self) -> str:
        lent = self._lent_lines()
        code = _joined([part.text for part in self._ordered()])
        lines = [*self._imports.lines(), *(["", *lent] if lent else [])]
        above = "\n".join([*lines, "", ""]) if lines else ""
        return f"{above}# The program, as it was written.\n# fmt: off\n{code}\n# fmt: on\n"

    def _lent_lines(self) -> list[str]:
        """Return the lines for the app and the SocketIO object that the lab made."""
        if not self._lent:
            return []
        self._imports.add("flask", "Flask")
        self._imports.add("flask_socketio", "SocketIO")
        return [
            f"{self._app} = Flask(__name__)",
            f'{self._app}.config["SECRET_KEY"] = "only for tests"',
            f'{self._socketio} = SocketIO({self._app}, async_mode="threading")',
        ]

    def _ordered(self) -> Iterable[Piece]:
        """Return the pieces in the order they ran, but each behind those that it needs as it runs."""
        parts = sorted(self._pieces.values(), key=lambda part: part.place)
        makers = {name: part for part in reversed(parts) for name in part.binds}  # who begins, not who adds
        done: dict[int, Piece] = {}
        for part in parts:
            _place(part, makers, done, set())
        return [part for part in done.values() if _FUTURE not in part.text]


def _place(part: Piece, makers: dict[str, Piece], done: dict[int, Piece], under_way: set[int]) -> None:
    if id(part) in done or id(part) in under_way:
        return
    under_way.add(id(part))
    for name in sorted(part.now):
        if name in makers:
            _place(makers[name], makers, done, under_way)
    done[id(part)] = part


def _joined(texts: list[str]) -> str:
    """Put pieces one below the other: functions and classes apart, and imports from what follows them."""
    gaps = [_gap(above, below) for above, below in itertools.pairwise(texts)]
    return "".join(itertools.chain.from_iterable(zip(texts, [*gaps, ""], strict=True)))


def _gap(above: str, below: str) -> str:
    if "\n" in above + below:
        return "\n\n\n"
    return "\n\n" if above.startswith(_IMPORTS) and not below.startswith(_IMPORTS) else "\n"


def _functions(
    registered: Iterable[Registered], function_of: Callable[[Any], Any]
) -> dict[FunctionType, list[Registered]]:
    """Return the functions that answer, each with all that it answers."""
    found: dict[FunctionType, list[Registered]] = {}
    for each in registered:
        if each.kind != "class":
            found.setdefault(_checked(each.thing, function_of(each.thing)), []).append(each)
    return found


def _bare(thing: Any) -> Any:
    """Return the function behind decorators that say what they wrap."""
    return inspect.unwrap(thing)


def _inner(thing: Any) -> Any:
    """Return the function behind a partial object, decorators and the object whose method it is."""
    while isinstance(thing, functools.partial):
        thing = thing.func
    plain = inspect.unwrap(thing)
    return getattr(plain, "__func__", plain)


def _is_plain(thing: Any) -> bool:
    """Tell whether a definition at the top level is all there is to a handler."""
    plain = _bare(thing)
    return isinstance(plain, FunctionType) and not {"<lambda>", "<locals>"} & {*plain.__qualname__.split(".")}


def _checked(thing: Any, function: Any) -> FunctionType:
    if isinstance(function, FunctionType):
        return function
    raise LabError(
        f"The handler {thing!r:.80} is no function of its own that was written in Python, so it can't be put into a "
        "file. Put the program into a module, and name it: --app module:socketio."
    )


def _scopes(functions: Iterable[FunctionType], registered: Iterable[Registered]) -> Iterator[dict[str, Any]]:
    """Yield the namespaces in which the handlers' names are looked up."""
    methods = (method for each in registered if each.kind == "class" for method in vars(type(each.thing)).values())
    every = [*functions, *(inspect.unwrap(each) for each in methods if isinstance(each, FunctionType))]
    for function in every:
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        yield {name: cell.cell_contents for name, cell in cells}
    yield from {id(function.__globals__): function.__globals__ for function in every}.values()


def _written(name: str, value: Any) -> str:
    """Return the source of what no cell defines and no module has: a plain constant, or a function or class."""
    if value is None or type(value) in {bool, int, float, str, bytes}:
        return f"{name} = {flat(value)}"
    try:
        has_source = isinstance(value, (FunctionType, type)) and value.__name__ == name
        text = inspect.getsource(value) if has_source else ""
    except (OSError, TypeError):
        text = ""
    if text:
        return inspect.cleandoc(text) if text[0].isspace() else text.rstrip()
    raise LabError(
        f"The handlers need {name!r}, and no cell says how that {type(value).__name__} comes about. "
        "Define it in a cell that stands on its own, without lab and %sio; "
        "or put the program into a module, and name that: --app module:socketio."
    )


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield the names of what a statement adds to, sets an entry or an attribute of, or gives an app to."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        return
    target: ast.AST | None = None
    if isinstance(node, ast.AugAssign):
        target = node.target
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Subscript, ast.Attribute)):
        target = node.targets[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDING:
        target = node.func
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    if isinstance(target, ast.Name):
        yield target.id
    for child in ast.iter_child_nodes(node):
        yield from _changed(child)

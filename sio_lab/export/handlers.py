"""The source of one handler: its function as it was written, and the line that registers it where that is needed."""

from __future__ import annotations

import ast
import inspect
import linecache
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.export.literals import Call, Code, flat
from sio_lab.export.statements import Statement, Statements, lines_of, needed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FunctionType

    from sio_lab.export.program import Registered

_REGISTERING = frozenset({"on", "event", "on_error", "on_error_default"})
_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a program."""

    text: str
    place: tuple[int, int]
    """Where it ran: the number of its source, and its line."""

    binds: frozenset[str]
    now: frozenset[str]
    """The names that it looks up as it runs."""

    later: frozenset[str]
    """The names that its functions look up later on."""


def piece(text: str, place: tuple[int, int], binds: frozenset[str] = frozenset()) -> Piece:
    """Return a part of a program with the names that it needs."""
    return Piece(text, place, binds, *needed_by(text))


def piece_of(statement: Statement) -> Piece:
    """Return a statement as a part of a program."""
    return Piece(statement.text, statement.place, statement.binds, *statement.needs)


def handler(
    function: FunctionType,
    registered: Sequence[Registered],
    statements: Statements,
    is_served: Callable[[str], bool],
    socketio: str,
) -> Piece:
    """Return the piece in which a function is defined and registered for all that it answers.

    `is_served` tells whether a name stands for the SocketIO object, `socketio` is the one to use.
    Raises LabError where its source can't be found.
    """
    code = function.__code__
    statement = statements.at(code.co_filename, code.co_firstlineno)
    node = None if statement is None else _definition(statement.node, function)
    if statement is None or node is None:
        return _of_body(function, registered, statements, socketio)
    if isinstance(node, ast.Lambda):
        source = f"({ast.unparse(node)})"
        return piece("\n".join(registration(each, source, socketio) for each in registered), statement.place)
    if node is not statement.node and not _is_nested(statement.node, node):
        return piece_of(statement)  # a loop, say, that registers several
    text, first = _source(statement, node)
    text, kept = _without_strangers(text, is_served)
    lines = [] if kept >= len(registered) else [registration(each, node.name, socketio) for each in registered]
    whole = "\n".join([text, *(["", "", *lines] if lines else [])])
    return piece(whole, (statement.place[0], first), frozenset({node.name}))


def registration(each: Registered, name: str, socketio: str) -> str:
    """Return the line that registers what `name` stands for."""
    place = () if each.namespace in {"/", None} else (("namespace", each.namespace),)
    if each.kind == "handler":
        return flat(Call(f"{socketio}.on_event", (each.event, Code(name)), place))
    if each.kind == "class":
        return flat(Call(f"{socketio}.on_namespace", (Call(name, (each.namespace,)),)))
    if each.namespace is None:
        return f"{socketio}.on_error_default({name})"
    return f"{socketio}.on_error({flat(each.namespace)})({name})"


def _definition(tree: ast.stmt, function: FunctionType) -> Any:
    """Return the def or the lambda of a function within a statement; None where it is not there."""
    line, name = function.__code__.co_firstlineno, function.__name__
    for node in ast.walk(tree):
        if isinstance(node, _DEFS) and node.name == function.__code__.co_name and _first_line(node) == line:
            return node
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda) and node.lineno == line]
    return lambdas[0] if name == "<lambda>" and len(lambdas) == 1 else None


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _is_nested(tree: ast.AST, node: ast.AST) -> bool:
    """Tell whether a definition stands within another function."""
    within = (each for each in ast.walk(tree) if isinstance(each, (*_DEFS, ast.Lambda)) and each is not node)
    return any(inner is node for each in within for inner in ast.walk(each))


def _source(statement: Statement, node: ast.FunctionDef) -> tuple[str, int]:
    whole = "\n" * (statement.place[1] - 1) + statement.text
    return lines_of(whole, node)


def _without_strangers(text: str, is_served: Callable[[str], bool]) -> tuple[str, int]:
    """Return a definition without what the lab registers with; and how many times it registers itself."""
    node = ast.parse(text).body[0]
    lines: list[str | None] = [*text.splitlines()]
    kept = 0
    for decorator in node.decorator_list if isinstance(node, _DEFS) else ():
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(called, ast.Attribute) or called.attr not in _REGISTERING:
            continue
        if isinstance(called.value, ast.Name) and is_served(called.value.id):
            kept += 1
        else:
            first, end = decorator.lineno - 1, decorator.end_lineno or decorator.lineno
            lines[first:end] = [None] * (end - first)
    return "\n".join(line for line in lines if line is not None), kept


def _of_body(function: FunctionType, registered: Sequence[Registered], statements: Statements, socketio: str) -> Piece:
    """Return the function of a `%%sio on` cell: its body is all that was written."""
    body = "".join(linecache.getlines(function.__code__.co_filename))
    if not body.strip() or function.__name__ == "<lambda>":
        raise LabError(
            f"The source of {function.__qualname__} can't be found, so it can't be put into a file. "
            "Put the program into a module, and name it: --app module:socketio."
        )
    text = f"def {function.__name__}{inspect.signature(function)}:\n{_indented(body.strip())}"
    lines = [registration(each, function.__name__, socketio) for each in registered]
    place = statements.number(function.__code__.co_filename), 1
    return piece("\n".join([text, "", "", *lines]), place, frozenset({function.__name__}))


def _indented(body: str) -> str:
    """Indent code, but no line that goes on with a text: that would change it."""
    texts = (node for node in ast.walk(ast.parse(body)) if isinstance(node, (ast.Constant, ast.JoinedStr)))
    inside = {line for node in texts for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)}
    lines = enumerate(body.split("\n"), 1)
    return "\n".join(line if number in inside or not line.strip() else f"    {line}" for number, line in lines)

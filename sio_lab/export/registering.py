"""Which statements of a program register what answers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from sio_lab.export.program import Registered
    from sio_lab.export.statements import Statement, Statements

_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
NO, MAYBE, SURELY = range(3)
_NAMESPACE_AT = {"on": 1, "on_event": 2, "on_error": 0}
"""Method -> which argument names the namespace."""


class Registering:
    """Finds such statements, among those that need none of the names `without`.

    `values` are the names that the handlers know things by.
    """

    def __init__(
        self, statements: Statements, values: Mapping[str, Any], socketio: Any, without: AbstractSet[str]
    ) -> None:
        self._statements = statements
        self._values = values
        self._socketio = socketio
        self._without = without

    def of(self, each: Registered) -> list[Statement]:
        """Return the statement that registered a thing last; where no literal tells which, all that may have."""
        possible = []
        for statement in reversed(self._statements.all):
            # What a program does only when it is run itself, a test that imports it never does.
            if statement.all_needs & {*self._without, "__name__"}:
                continue
            found = max((self._match(call, each, statement) for call in self._calls(statement.node)), default=NO)
            if found == SURELY:
                return [statement]
            if found == MAYBE:
                possible.append(statement)
        return possible

    def _calls(self, node: ast.AST) -> Iterator[ast.Call]:
        """Yield the calls of the SocketIO object's methods that run as the statement runs."""
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and self._values.get(owner.id) is self._socketio:
                yield node
        for child in node.decorator_list if isinstance(node, _DEFS) else ast.iter_child_nodes(node):
            yield from self._calls(child)

    def _match(self, call: ast.Call, each: Registered, statement: Statement) -> int:
        method = _method(call)
        if each.kind == "class":
            return self._match_class(call, each, statement) if method == "on_namespace" and call.args else NO
        if each.kind == "error" and each.namespace is None:
            return SURELY if method == "on_error_default" else NO
        if each.kind == "error":
            return _equals(_namespace(call), each.namespace) if method == "on_error" else NO
        if method not in {"on", "on_event"} or not call.args:
            return NO
        return min(_equals(call.args[0], each.event), _equals(_namespace(call), each.namespace))

    def _match_class(self, call: ast.Call, each: Registered, statement: Statement) -> int:
        given = call.args[0]
        if isinstance(given, ast.Name):
            if given.id in statement.binds:
                return MAYBE
            return SURELY if self._values.get(given.id) is each.thing else NO
        if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Name):
            return NO
        if self._values.get(given.func.id) is not type(each.thing):
            return NO
        return _equals(given.args[0], each.namespace) if given.args else MAYBE


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _namespace(call: ast.Call) -> ast.expr:
    """Return the expression that names a namespace in a call of `on`, `on_event` or `on_error`."""
    named = [each.value for each in call.keywords if each.arg in {"namespace", None}]
    return next(iter([*named, *call.args[_NAMESPACE_AT[_method(call)] :]]), ast.Constant("/"))


def _equals(node: ast.expr, value: Any) -> int:
    """Tell whether an expression has a value: one that is no literal may have any."""
    if not isinstance(node, ast.Constant):
        return MAYBE
    return SURELY if node.value == value else NO

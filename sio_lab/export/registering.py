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

    def of(self, each: Registered) -> Statement | None:
        """Return the statement that registered a thing last; None where it is not to be told."""
        for statement in reversed(self._statements.all):
            # What a program does only when it is run itself, a test that imports it never does.
            if not statement.all_needs & {*self._without, "__name__"} and any(
                self._is_of(call, each, statement) for call in self._calls(statement.node)
            ):
                return statement
        return None

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

    def _is_of(self, call: ast.Call, each: Registered, statement: Statement) -> bool:
        method = _method(call)
        if each.kind == "class":
            return method == "on_namespace" and self._is_of_class(call, each, statement)
        if each.kind == "error":
            wanted = "on_error_default" if each.namespace is None else "on_error"
            return method == wanted and (each.namespace is None or _may_be(_namespace(call), each.namespace))
        is_on = method in {"on", "on_event"} and bool(call.args)
        return is_on and _may_be(call.args[0], each.event) and _may_be(_namespace(call), each.namespace)

    def _is_of_class(self, call: ast.Call, each: Registered, statement: Statement) -> bool:
        given = call.args[0] if call.args else None
        if isinstance(given, ast.Name):
            return given.id in statement.binds or self._values.get(given.id) is each.thing
        if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Name):
            return False
        is_made = self._values.get(given.func.id) is type(each.thing)
        return is_made and (not given.args or _may_be(given.args[0], each.namespace))


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _namespace(call: ast.Call) -> ast.expr:
    """Return the expression that names a namespace in a call of `on`, `on_event` or `on_error`."""
    named = [each.value for each in call.keywords if each.arg in {"namespace", None}]
    return next(iter([*named, *call.args[_NAMESPACE_AT[_method(call)] :]]), ast.Constant("/"))


def _may_be(node: ast.expr, value: Any) -> bool:
    """Tell whether an expression can have a value: one that is no literal may have any."""
    return not isinstance(node, ast.Constant) or node.value == value

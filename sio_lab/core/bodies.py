"""Making a function of a cell's body: what stands below `%%sio on EVENT PARAM ...`."""

from __future__ import annotations

import ast
import inspect
import keyword
import unicodedata
from typing import TYPE_CHECKING, Any

from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FunctionType


def function_of(body: str, event: str, parameters: Sequence[str], namespace: dict[str, Any], file: str) -> FunctionType:
    """Return a function with these parameters whose body this is; `return` may stand anywhere in it.

    Names it assigns are its own; all others are looked up in `namespace`. Tracebacks show `file`.
    Raises Usage where the parameters can't be read or the body yields, SyntaxError where the body can't be read.
    """
    definition = _header(name_for(event), parameters)
    definition.body = ast.parse(body, file).body or definition.body
    tree = ast.fix_missing_locations(ast.Module([definition], type_ignores=[]))
    code = compile(tree, file, "exec", dont_inherit=True)
    made: dict[str, Any] = {}
    try:
        exec(code, namespace, made)  # noqa: S102 - the user's own cell
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise Usage(f"The parameters {' '.join(parameters)!r} can't be worked out: {told}.") from error
    function: FunctionType = made[definition.name]
    if inspect.isgeneratorfunction(function):
        raise Usage("This body yields, so it would never run: return what the ack is to be, or emit several times.")
    return function


def name_for(event: str) -> str:
    """Return a name a function may have, after the event it answers: `my_response` for 'my response'."""
    plain = unicodedata.normalize("NFKC", event)  # as Python reads names
    words = "".join(each if f"_{each}".isidentifier() else " " for each in plain).split()
    name = "_".join(words).strip("_") or "any_event"
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"on_{name}"


def _header(name: str, parameters: Sequence[str]) -> ast.FunctionDef:
    """Return a function with these parameters that does nothing."""
    header = f"def {name}({', '.join(parameters)}): pass"
    try:
        compile(header, "<parameters>", "exec", dont_inherit=True)
        definition = ast.parse(header).body[0]
    except (SyntaxError, ValueError):
        definition = None
    if not isinstance(definition, ast.FunctionDef) or not _is_whole(definition, header):
        raise Usage(
            f"{' '.join(parameters)!r} can't be a function's parameters. Write their names with spaces between them, "
            f"as in %%sio on chat data room=None *rest."
        )
    return definition


def _is_whole(definition: ast.FunctionDef, header: str) -> bool:
    """Tell whether all of the header was read as such: no parameter ends it, and goes on with something else."""
    last = definition.body[0]
    end = (last.end_lineno, last.end_col_offset)
    return isinstance(last, ast.Pass) and end == (1, len(header.encode())) and definition.returns is None

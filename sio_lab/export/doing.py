"""What a client does in a test, as lines."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.export.literals import Call, compared, fits, flat, written

if TYPE_CHECKING:
    from sio_lab.export.steps import Step

NOWHERE = object()
"""For an ack that nothing is said about."""

_INDENT = " " * 4
_ERROR = re.compile(r"[\w.]+")


def placed(namespace: str) -> tuple[tuple[str, Any], ...]:
    """Return the keyword that names a namespace; none for the one that is meant without."""
    return () if namespace == "/" else (("namespace", namespace),)


def raised(call: Call, error: str | None) -> list[str]:
    """Return the lines of a call that is to raise what `error`, the last line of a traceback, tells of."""
    match = _ERROR.match(error or "")
    name = match.group().rpartition(".")[2] if match else ""
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return [f"{_INDENT}with pytest.raises({name}):", *written(call, depth=2)]
    # Where it can be imported from can't be told from here.
    check = compared("raised.typename", name) if name else []
    return [f"{_INDENT}with pytest.raises(Exception) as raised:", *written(call, depth=2), *check]


def answered(call: Call, ack: Any) -> list[str]:
    """Return the lines of a call that is to return `ack`; of one that returns nothing of interest, for `NOWHERE`."""
    if ack is NOWHERE:
        return written(call)
    line = f"{_INDENT}assert {flat(call)}{_is(ack)}"
    if fits(line):
        return [line]
    check = [f"{_INDENT}assert ack is None"] if ack is None else compared("ack", ack)
    return [*written(call, "ack = "), *check]


def _is(value: Any) -> str:
    return " is None" if value is None else f" == {flat(value)}"


def is_error(step: Step, catching: frozenset[str | None]) -> bool:
    """Tell whether what a step's handler raised comes out of the test client.

    `catching` are the namespaces whose errors a handler of the program's own takes, None for all.
    """
    if step.handled is None or step.handled.status != "raised" or isinstance(step.act, r.Connected):
        return False
    return step.ack is None and step.act.namespace not in catching and None not in catching

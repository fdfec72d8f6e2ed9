"""What `%sio start` puts into the user's namespace, and takes back at the end."""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from IPython.core.interactiveshell import InteractiveShell

_IMPORTED = {"flask": ("request",), "flask_socketio": ("emit", "join_room", "leave_room", "send")}
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Put:
    """What came of putting names into the namespace."""

    new: list[str]
    """Names that now hold what they did not hold before."""

    taken: list[str]
    """Names that held something of the user's own."""


class Shortcuts:
    """Keeps account of the names that were put into a shell, and of what held them before."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._ours: dict[str, Any] = {}
        self._before: dict[str, Any] = {}

    def put(self, values: Mapping[str, Any], *, replace: bool = False) -> Put:
        """Put values where their names are free, or hold an earlier one of ours; with `replace`, everywhere."""
        held = {name: self._shell.user_ns.get(name, _NOTHING) for name in values}
        other = [name for name, value in values.items() if not _is_same(held[name], value)]
        taken = [name for name in other if not self._is_free(name)]
        new = [name for name in other if replace or name not in taken]
        self._before = {name: value for name, value in self._before.items() if held.get(name) is not _NOTHING}
        self._before.update({name: held[name] for name in taken if name in new})
        self._ours.update({name: values[name] for name in new})
        self._shell.user_ns.update({name: values[name] for name in new})
        return Put(new, taken)

    def renew(self, values: Mapping[str, Any]) -> None:
        """Put other values where an earlier one of ours still stands; the user's own names stay."""
        held = {name: self._shell.user_ns.get(name, _NOTHING) for name in values}
        ours = [name for name in values if name in self._ours and held[name] is self._ours[name]]
        for name in ours:
            self._ours[name] = self._shell.user_ns[name] = values[name]

    def take_back(self) -> None:
        """Give every name back that still holds what was put there; what the user has put there since stays."""
        for name, value in self._ours.items():
            if self._shell.user_ns.get(name, _NOTHING) is value:
                del self._shell.user_ns[name]
                self._shell.user_ns.update({name: self._before[name]} if name in self._before else {})
        self._ours.clear()
        self._before.clear()

    def _is_free(self, name: str) -> bool:
        held = self._shell.user_ns.get(name, _NOTHING)
        return held is _NOTHING or held is self._ours.get(name, _NOTHING)


def _is_same(held: object, value: object) -> bool:
    """Tell whether a name holds `value` already, or the function that `value` only wraps."""
    # Nothing but functions is asked: Flask's request, a proxy, has no attributes outside of a request.
    return held is value or (isinstance(value, FunctionType) and held is getattr(value, "__wrapped__", value))


def statements(names: Collection[str]) -> Iterator[str]:
    """Yield the import statements that these names stand for."""
    for module, known in _IMPORTED.items():
        chosen = [name for name in known if name in names]
        if chosen:
            yield f"from {module} import {', '.join(chosen)}"


def told(main: Put, handy: Put) -> Iterator[str]:
    """Yield the lines that say what was put there, what it stands for, and what was in the way."""
    if main.new or handy.new:
        yield f"Ready to use: {', '.join([*main.new, *handy.new])}" + (", as if you had written" if handy.new else "")
        yield from (f"    {statement}" for statement in statements(handy.new))
    if main.taken:
        yield f"Replaced: {', '.join(main.taken)}. %unload_ext sio_lab gives yours back."
    if handy.taken:
        yield f"Left as you defined them: {', '.join(handy.taken)}. In handlers you may need Flask-SocketIO's:"
        yield from (f"    {statement}" for statement in statements(handy.taken))

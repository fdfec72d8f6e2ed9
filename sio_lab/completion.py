"""Completion in IPython: hands a cell to those who know what may stand at its cursor, and the answer to IPython."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from IPython.core.completer import SimpleCompletion

from sio_lab.commands.completing import complete
from sio_lab.commands.completing_python import complete_string
from sio_lab.core.known import Names

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, IPCompleter, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

    from sio_lab.commands.completing_python import Part
    from sio_lab.commands.offers import Completed
    from sio_lab.core.known import Known
    from sio_lab.lab import Lab


class Completions:
    """Completes `%sio` lines and what the lab's methods take, in one shell at a time."""

    def __init__(self) -> None:
        self._completer: IPCompleter | None = None
        self._matcher: _Matcher | None = None

    def enter(self, shell: InteractiveShell, lab: Lab) -> None:
        """Have the shell ask for what `lab` knows, until `leave`; does nothing in a shell that completes nothing."""
        self.leave()
        self._completer = shell.Completer
        if self._completer is not None:
            self._matcher = _Matcher(shell, lab)
            self._completer.custom_matchers.append(self._matcher)

    def leave(self) -> None:
        """Take it off again. A second call does nothing."""
        if self._completer is not None and self._matcher in self._completer.custom_matchers:
            self._completer.custom_matchers.remove(self._matcher)
        self._completer = self._matcher = None


class _Matcher:
    """What IPython asks: finds what may stand at the cursor, with what lab and notebook know at that moment."""

    matcher_api_version: Literal[2] = 2
    matcher_identifier = "sio_lab"
    matcher_priority = 1_000
    """Before IPython's own, so that none of them is asked, and no directory read, where this one answers."""

    def __init__(self, shell: InteractiveShell, lab: Lab) -> None:
        self.__qualname__ = type(self).__qualname__  # IPython reads it of each matcher, as of a function
        self._shell = shell
        self._lab = lab
        self._names = Names(lab.log)

    def __call__(self, context: CompletionContext) -> SimpleMatcherResult:
        left, behind = _around_cursor(context)
        completed = self._complete(left, behind)
        return {"completions": []} if completed is None else _result(completed, left)

    def _complete(self, left: str, behind: str) -> Completed | None:
        if "%sio" not in left and not any(quote in left for quote in "\"'"):
            return None
        known = self._known()
        return complete(left + behind, len(left), known) or complete_string(left, behind, known, self._role)

    def _known(self) -> Known:
        names = [name for name in list(self._shell.user_ns) if isinstance(name, str)]
        types = {name: type(self._shell.user_ns.get(name)) for name in names if name not in self._shell.user_ns_hidden}
        served = {id(kind) for kind in {id(kind): kind for kind in types.values()}.values() if _is_served(kind)}
        return self._names.known(types, [name for name, kind in types.items() if id(kind) in served])

    def _role(self, name: str) -> Part | None:
        value = self._shell.user_ns.get(name)
        if value is self._lab:
            return "lab"
        kind = type(value)
        if _is_a(kind, "sio_lab.clients.named", "NamedClient"):
            return "client"
        if _is_a(kind, "sio_lab.tables", "Traffic"):
            return "traffic"
        return "table" if _is_a(kind, "sio_lab.tables", "Table") else None


def _around_cursor(context: CompletionContext) -> tuple[str, str]:
    lines = context.full_text.split("\n")
    cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
    return context.full_text[:cursor], context.full_text[cursor:]


def _result(completed: Completed, left: str) -> SimpleMatcherResult:
    candidates = [SimpleCompletion(text, type=what) for text, what in completed.candidates]
    return {
        "completions": candidates or _NoneFits(),
        "matched_fragment": left[completed.start :],
        "suppress": True,
        "ordered": True,
    }


class _NoneFits(tuple[SimpleCompletion, ...]):
    """No candidate, and an answer all the same: where a room is expected no file's name is offered instead.

    IPython asks others unless there is at least one candidate, which it learns from the length.
    """

    __slots__ = ()

    def __len__(self) -> int:
        return 1


def _is_served(kind: type) -> bool:
    return _is_a(kind, "flask_socketio", "SocketIO") or _is_a(kind, "socketio.server", "Server")


def _is_a(kind: type, module: str, name: str) -> bool:
    """Tell whether a type is of a class, importing nothing; the module may have another class by that name by now."""
    return any((base.__module__, base.__qualname__) == (module, name) for base in kind.__mro__)

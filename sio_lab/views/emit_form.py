"""What the emit form asks: whether its arguments can be read, what to offer, who would be reached, and to emit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sio_lab.errors import LabError, Usage
from sio_lab.views import values, who_words
from sio_lab.views.suggestions import Suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.core.log import Log

    Who = str | Sequence[str | int] | None

SECONDS = 5.0
"""How long an ack is waited for."""

MOST = 1_000
"""How many of those that would be reached are told one by one."""

_EXCERPT = "    "


class Reached(Protocol):
    """Who was reached, or would be: sids in the order of sending; repr() says it in a line."""

    @property
    def names(self) -> Sequence[str]:
        """What each of them is called."""

    def __len__(self) -> int:
        """How many."""

    def __getitem__(self, index: slice, /) -> Sequence[str]:
        """Return some of the sids."""


class EmitForm:
    """Answers the form, by functions that act on the server; all but `check` and `suggest` raise LabErrors of these."""

    def __init__(
        self,
        log: Log,
        *,
        emit: Callable[..., Reached],
        call: Callable[..., Any],
        reach: Callable[..., Reached],
        read_args: Callable[[str], Sequence[Any]],
    ) -> None:
        self._suggestions = Suggestions(log)
        self._emit = emit
        self._call = call
        self._reach = reach
        self._read_args = read_args

    @property
    def answers(self) -> dict[str, Callable[..., Any]]:
        """What a view lets its page ask, by name."""
        return {"check": self.check, "suggest": self.suggest, "reach": self.reach, "emit": self.emit}

    def check(self, args_text: str = "") -> dict[str, Any]:
        """Return {ok, args: how the arguments were read} or {ok, problem, excerpt, place}.

        `excerpt` shows the place with a caret below it; `place` is its number in the text, where the reader tells it.
        """
        try:
            args = self._read_args(args_text)
        except LabError as error:
            problem, excerpt = _taken_apart(str(error))
            place = error.place if isinstance(error, Usage) else None
            return {"ok": False, "problem": problem, "excerpt": excerpt, "place": place, "args": ""}
        return {"ok": True, "problem": "", "excerpt": "", "place": None, "args": values.arguments(tuple(args))}

    def suggest(self, namespace: str | None = None) -> dict[str, Any]:
        """Return {events, who, namespaces}, each a list of [what is typed, what is said of it]."""
        return dict(self._suggestions.offer(namespace or None))

    def reach(self, to: Who = None, skip: Who = None, namespace: str | None = None) -> dict[str, Any]:
        """Return {text, sids, names, count} of who an emit would reach now; at most 1,000 of them one by one."""
        reached = self._reach(to=who_words.words(to), skip=who_words.words(skip), namespace=namespace or None)
        names = [values.visible(name) for name in reached.names[:MOST]]
        told = {"text": f"would reach {_line(reached)}", "names": names}
        return {**told, "sids": list(reached[:MOST]), "count": len(reached)}

    def emit(  # noqa: PLR0913 - the fields of the form
        self,
        *,
        event: str,
        args_text: str = "",
        to: Who = None,
        skip: Who = None,
        namespace: str | None = None,
        ack: bool = False,
    ) -> dict[str, str]:
        """Emit, or where an ack is wanted, call; return {text}: who was reached, or what was acknowledged."""
        if not event:
            raise Usage("Which event? Name it, as in: chat")
        args = self._read_args(args_text)
        whom, place = who_words.words(to), namespace or None
        if not ack:
            reached = self._emit(event, *args, to=whom, namespace=place, skip=who_words.words(skip))
            return {"text": _line(reached)}
        if whom is None or who_words.words(skip):
            raise Usage("An ack is one client's: name it in 'to', and leave 'skip' empty.")
        value = self._call(event, *args, to=whom, namespace=place, timeout=SECONDS)
        return {"text": f"{values.visible(event)} acknowledged: {values.payload(value, values.LONG)}"}


def _line(reached: Reached) -> str:
    return values.visible(repr(reached), values.LONG)


def _taken_apart(text: str) -> tuple[str, str]:
    """Return what an error says, and the lines that show where; these stand further in."""
    lines = text.split("\n")
    shown = [line.removeprefix(_EXCERPT) for line in lines if line.startswith(_EXCERPT)]
    said = [line for line in lines if not line.startswith(_EXCERPT)]
    return values.visible(" ".join(said), values.LONG), "\n".join(line[: values.SHORT] for line in shown)

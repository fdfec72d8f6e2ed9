"""What the emit form offers while one types: events, clients and rooms, namespaces; each with a word about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.known import Names
from sio_lab.views import values, who_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sio_lab.core.known import Known
    from sio_lab.core.log import Log
    from sio_lab.core.state import State

MOST = 200
"""How many of each kind are offered."""

_LONGEST = 100
_ALL = "*"

Offers = list[tuple[str, str]]
"""(what is typed, what is said of it) of each."""


class Suggestions:
    """Gathers the names of a log as `%sio` completion does: it reads each record once, when somebody asks."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._names = Names(log)

    def offer(self, namespace: str | None = None) -> dict[str, Offers]:
        """Return events, who and namespaces; of one namespace, or of those that clients are in."""
        known = self._names.known()
        with self._log.lock:
            state = self._log.state
            places = [namespace] if namespace else sorted(state.rooms)
            who = [offer for place in places for offer in _who(state, place, where="" if namespace else place)]
        return {
            "events": _bounded(_events(known, namespace)),
            "who": _bounded(sorted(who, key=_order)),
            "namespaces": _bounded(_namespaces(known, state)),
        }


def _bounded(offers: Iterable[tuple[str, str]]) -> Offers:
    """Return the first of them, each once; names that can't be shown as they are can't be picked either."""
    kept: dict[str, str] = {}
    for text, about in offers:
        if text.isprintable() and 0 < len(text) <= _LONGEST:
            kept.setdefault(text, about)
        if len(kept) >= MOST:
            break
    return list(kept.items())


def _events(known: Known, namespace: str | None) -> Iterator[tuple[str, str]]:
    """Yield what was emitted, the newest first; then what handlers answer, since clients often listen to the same."""
    out = known.events("out")
    yield from ((event, "emitted") for event in reversed(known.emitted) if event in out)
    answered = [event for place, event in known.answered if namespace in {None, place, _ALL} and event in out]
    yield from ((event, "handled") for event in answered)


def _who(state: State, namespace: str, where: str) -> Iterator[tuple[str, str]]:
    behind = f" in {values.visible(where)}" if where else ""
    for sid in state.members(namespace)[:MOST]:
        name = state.name_of(sid)
        label = f"sid:{sid}" if name is None else f"client:{name}"
        yield who_words.word(label), ("client" if name is None else values.short_sid(sid)) + behind
    for room, members in list(state.rooms.get(namespace, {}).items()):
        if not state.is_personal(room):
            yield who_words.word(f"room:{room}"), _counted(len(members), "client") + behind


def _namespaces(known: Known, state: State) -> Iterator[tuple[str, str]]:
    for namespace in sorted(known.namespaces):
        yield namespace, _counted(len(state.members(namespace)), "client")


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _order(offer: tuple[str, str]) -> int:
    """Clients with names first, then rooms, then those that are known by their sid only."""
    return ("client:", "room:", "sid:").index(offer[0][: offer[0].index(":") + 1])

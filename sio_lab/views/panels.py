"""Panels of named clients, side by side: who is connected, what arrived where, and a line to emit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from sio_lab.core import records as r
from sio_lab.core.traffic import payload_of
from sio_lab.core.wire import decode
from sio_lab.errors import TargetError, Usage
from sio_lab.views import panels_still, values
from sio_lab.views.phones import KEPT, PER_READ, WIDTH, Conversation
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder
    from sio_lab.views.phone import Phone
    from sio_lab.views.phones import Item
    from sio_lab.views.view import Answer

    Find = Callable[[str], Phone | None]

FEED = "panels"
MOST_RECORDS = 2_000
"""How many of the log's newest records are looked at, at a time."""

MOST_PHONES = 24
"""How many clients one view shows: more can't be told apart, and cost more than a view may."""

_TAKES: dict[type[r.Record], Callable[[Conversation, Any], None]] = {
    r.EventReceived: Conversation.send,
    r.AckReceived: Conversation.send,
    r.Joined: Conversation.enter,
    r.Left: Conversation.leave,
    r.Connected: Conversation.let_in,
    r.Disconnected: Conversation.sent_away,
}
"""What a conversation does with a record of its client."""


class PanelsFeed:
    """What panels show: {phones: [{name, called, connected, why, transport, received, namespaces, items}, ...]}.

    `name` is what the client is asked for by, `called` the same fit to be shown; `namespaces` has {namespace, sid,
    full, rooms, more}, in the order the client was opened for; `items` are those of
    `phones.Item`, the newest 100. A patch has the same of the phones that changed, `name` and what is new: of what is
    above the items the keys that changed, and the items that are new or have changed, by their `n`.
    Raises Usage for no names, or too many.
    """

    def __init__(self, log: Log, find: Find, names: Iterable[str], read: Decoder = decode) -> None:
        self._log = log
        self._find = find
        self._read_wire = read
        self._read_until: int | None = None
        self._conversations = {name: Conversation(name, read) for name in _checked(names)}
        self._told: dict[str, dict[str, Any]] = {}
        self._sent: dict[int, tuple[Conversation, Item]] = {}

    def state(self) -> dict[str, Any]:
        """Return the panels as they are now."""
        self._read()
        heads = self._heads()
        return {"phones": [heads[each.name] | {"items": list(map(dict, each.items))} for each in self._all()]}

    def patch(self) -> dict[str, Any] | None:
        """Return what has changed since the last patch."""
        self._read()
        heads = self._heads()
        phones = [told for each in self._all() if (told := self._news(each, heads[each.name]))]
        self._told = heads
        return {"phones": phones} if phones else None

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Raise Usage: panels show what they show."""
        raise Usage(f"Panels know no {', '.join(map(repr, wishes))}: show others with %sio panels NAME ...")

    def phone(self, name: str) -> Phone:
        """Return the client of a panel, or the last one that had its name. Raises TargetError where none ever was."""
        found = self._find(name) if name in self._conversations else None
        last = self._conversations[name].phone if name in self._conversations else None
        phone = found or last
        if phone is None:
            raise TargetError(f"There is no client {name!r} here; open it: lab.client({name!r}).")
        return phone

    def _all(self) -> Iterable[Conversation]:
        return self._conversations.values()

    def _news(self, conversation: Conversation, head: dict[str, Any]) -> dict[str, Any] | None:
        before = self._told.get(conversation.name, {})
        changed = {key: value for key, value in head.items() if before.get(key) != value}
        items = conversation.news()
        if not changed and not items:
            return None
        return {"name": head["name"], **changed, "items": items}

    def _heads(self) -> dict[str, dict[str, Any]]:
        with self._log.lock:
            state = self._log.state
            return {each.name: {"name": each.name, **each.head(state)} for each in self._all()}

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        is_first, now = self._read_until is None, time.time_ns()
        most = KEPT if is_first else PER_READ
        for each in self._all():
            each.meet(self._find(each.name))
        ends = self._take_records()
        for each in self._all():
            each.compare(now, is_first=is_first)
            each.arrivals(now, most)
            self._sent |= {seq: (each, item) for seq, item in each.sent(most)}
            each.commit()
            if is_first:
                each.news()  # all of it is told by the state
        self._tell_ends(ends)

    def _take_records(self) -> list[r.Handled | r.AckSent]:
        """Share out what is new in the log; returns how events ended, of which nobody knows yet whose they were."""
        with self._log.lock:
            last, names = self._log.last_seq, self._log.state.names
        begin, self._read_until = max(self._read_until or 0, last - MOST_RECORDS), last
        ends: list[r.Handled | r.AckSent] = []
        for record in self._log.since(begin, last):
            take = _TAKES.get(type(record))
            if isinstance(record, (r.Handled, r.AckSent)):
                ends.append(record)
            elif take is not None:
                # One look at a dict: the lock is not needed for that.
                whose = self._conversations.get(names.get(getattr(record, "sid", None) or "", ""))
                if whose is not None:
                    take(whose, record)
        return ends

    def _tell_ends(self, ends: list[r.Handled | r.AckSent]) -> None:
        for record in ends:
            conversation, item = self._sent.get(record.of, (None, None))
            if conversation is not None and item is not None:
                item.update(self._end(record))
                conversation.change(item)
        while len(self._sent) > KEPT * len(self._conversations):
            del self._sent[next(iter(self._sent))]

    def _end(self, record: r.Handled | r.AckSent) -> Item:
        if isinstance(record, r.AckSent):
            return {"ack": values.arguments(payload_of(record.wire, self._read_wire), WIDTH)}
        if record.status == "handled":
            return {}
        if record.status == "refused":
            return {"failed": "refused"}
        return {"failed": "no handler" if record.status == "no-handler" else f"raised {_error(record)}"}


def _checked(names: Iterable[str]) -> list[str]:
    unique = list(dict.fromkeys(names))
    if not unique:
        raise Usage("Panels of which clients? Name them: %sio panels ada bob.")
    if len(unique) > MOST_PHONES:
        raise Usage(f"Panels of {len(unique)} clients are too many to look at; name at most {MOST_PHONES}.")
    return unique


def _error(record: r.Handled) -> str:
    return values.visible(record.error or "an error")


class PanelsView(View):
    """Panels of the clients `names`, each found anew by its name whenever it is looked at.

    `find` returns the client of a name, or None; `read_args` reads arguments as they are typed: JSON values one after
    another, or a bare text. The page may ask `client_emit`, `client_drop` and `client_reconnect`, beside `answers`.
    """

    stem: ClassVar[str] = "panels"

    def __init__(  # noqa: PLR0913 - what it reads from, and what it is given to act with
        self,
        log: Log,
        find: Find,
        names: Iterable[str],
        answers: Mapping[str, Answer],
        read_args: Callable[[str], list[Any]],
        *,
        read: Decoder = decode,
    ) -> None:
        self._feed = PanelsFeed(log, find, names, read)
        self._read_args = read_args
        acts: dict[str, Answer] = {
            "client_emit": self._emit,
            "client_drop": self._drop,
            "client_reconnect": self._reconnect,
        }
        super().__init__({FEED: self._feed}, {**answers, **acts})

    def still(self) -> dict[str, str]:
        """Return a picture of the panels as they are now."""
        phones = self._feed.state()["phones"]
        return {"text/plain": panels_still.text(phones), "text/html": panels_still.html(phones)}

    def _emit(
        self, name: str, event: str, args_text: str = "", namespace: str | None = None, ack: bool = False
    ) -> dict[str, str]:
        if not isinstance(event, str) or not event.strip():
            raise Usage("An event needs a name; type it into the first field.")
        phone, args = self._feed.phone(name), self._read_args(args_text)
        # What becomes of it is told by the log; the page is answered at once.
        phone.emit(event.strip(), *args, namespace=namespace or None, callback=_ignore if ack else None, wait=False)
        return {"text": f"{values.visible(name)} sent {values.visible(event.strip())}"}

    def _drop(self, name: str) -> dict[str, str]:
        self._feed.phone(name).drop()
        return {"text": f"{values.visible(name)} lost its connection"}

    def _reconnect(self, name: str) -> dict[str, str]:
        self._feed.phone(name).reconnect()
        return {"text": f"{values.visible(name)} connected anew"}


def _ignore(*_values: Any) -> None:
    """Want an ack: the log tells what it was."""

"""Who takes part in a test: those who sent the chosen events, and those who were there to receive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.core.state import State
    from sio_lab.export.naming import Names

MOST_OBSERVERS = 16
"""How many clients take part beside those whose events are chosen."""


@dataclass
class Member:
    """One connection, a test client in the file."""

    eio_sid: str
    called: str | None
    """What the lab calls it."""

    stays: dict[str, Stay] = field(default_factory=dict)
    """Its sids, one for each time it was in a namespace."""


@dataclass
class Stay:
    """One sid: a client in one namespace, for a time."""

    sid: str
    namespace: str
    begin: int
    """The seq from which it was there."""

    end: float = float("inf")
    """The seq at which it left."""


class Cast:
    """Those who take part, by eio_sid, in the order they came."""

    def __init__(self, records: Sequence[r.Record], acts: Sequence[Any], state: State) -> None:
        self._everybody: dict[str, Member] = {}
        self._name_of = state.name_of
        for record in records:
            self._note(record)
        senders = {act.eio_sid for act in acts if act.eio_sid is not None}
        observers = self._observers(records, acts, senders)
        self.beyond = max(len(observers) - MOST_OBSERVERS, 0)
        """How many more there were."""

        chosen = {*senders, *observers[:MOST_OBSERVERS]}
        self.members = {eio_sid: one for eio_sid, one in self._everybody.items() if eio_sid in chosen}
        self.sids = {sid: (one, stay) for one in self.members.values() for sid, stay in one.stays.items()}
        """Sid -> who it is, and where."""

        self.known = {sid for one in self._everybody.values() for sid in (one.eio_sid, *one.stays)}
        """All sids and eio_sids there are, of whomever."""

    def named(self, names: Names) -> dict[str, str]:
        """Return a name for each, by eio_sid: the lab's where it has one, else client_1 and so on."""
        count = 0
        named = {}
        for eio_sid, one in self.members.items():
            count += one.called is None
            named[eio_sid] = names.new(one.called or f"client_{count}", "client")
        return named

    def _note(self, record: r.Record) -> None:
        if isinstance(record, r.Joined) and record.room is None:
            self._member(record.eio_sid).stays[record.sid] = Stay(record.sid, record.namespace, record.seq)
        elif isinstance(record, r.Refused):
            self._member(record.eio_sid)
        elif isinstance(record, r.Snapshot):
            for each in record.members:
                self._member(each.eio_sid).stays.setdefault(each.sid, Stay(each.sid, each.namespace, record.seq))
        elif isinstance(record, r.EventReceived) and record.sid is not None:
            stay = Stay(record.sid, record.namespace, 0)
            self._member(record.eio_sid).stays.setdefault(record.sid, stay)
        elif isinstance(record, r.Disconnected) and record.eio_sid is not None:
            stay = Stay(record.sid, record.namespace, 0)
            self._member(record.eio_sid).stays.setdefault(record.sid, stay).end = record.seq

    def _member(self, eio_sid: str) -> Member:
        found = self._everybody.get(eio_sid)
        if found is None:
            found = self._everybody[eio_sid] = Member(eio_sid, self._name_of(eio_sid))
        return found

    def _observers(self, records: Sequence[r.Record], acts: Sequence[Any], senders: set[str]) -> list[str]:
        """Return who else was there meanwhile, first those who received something."""
        if not acts:
            return []
        first, last = acts[0].seq, acts[-1].seq
        namespaces = {act.namespace for act in acts}
        seqs = {act.seq for act in acts}
        received: dict[str, None] = {}
        for record in records:
            if isinstance(record, r.Emitted) and record.cause in seqs:
                received |= dict.fromkeys(record.recipients)
        there = [
            (not any(sid in received for sid in one.stays), one.eio_sid)
            for one in self._everybody.values()
            if one.eio_sid not in senders
            and any(sid in received or _was_there(stay, namespaces, first, last) for sid, stay in one.stays.items())
        ]
        return [eio_sid for _, eio_sid in sorted(there, key=lambda each: each[0])]


def _was_there(stay: Stay, namespaces: set[str], first: int, last: int) -> bool:
    return stay.namespace in namespaces and stay.begin <= last and stay.end >= first

"""What goes badly with connections that were opened: told by how several of them, or several moments, fit together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.cause import HINDRANCE, LIKELY, POSSIBLE, REMARK
from sio_lab.core.finding import Finding, Seen, seen_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PINGS = 2
"""A client that has answered so many pings, and polls still, had the time to become a WebSocket."""

BRIEF_SECONDS = 5
"""A connection that ends sooner was of no use."""

BRIEF = 10
WITHIN_SECONDS = 60
"""So many brief connections of one address within so many seconds are a storm."""

LOST = 3
LOST_SECONDS = 30
"""So many connections lost within so many seconds have a reason in common."""

ROWS = 3
LOST_REASON = "ping timeout"
_MORE = (r.Upgraded, r.PingAnswered, r.ClientNamed, r.Closed, r.Connected, r.Disconnected)


@dataclass
class _Life:
    """One connection, from its beginning to its end."""

    opened: r.Opened
    closed: r.Closed | None = None
    pings: int = 0
    is_own: bool = False
    """Whether it is of one of the lab's own clients, whose transport somebody chose."""

    polls: bool = True
    row: int = 0
    """The newest row of the traffic table that tells of it; 0 where none does."""

    @property
    def address(self) -> str | None:
        return self.opened.connection.address

    @property
    def last(self) -> int:
        return self.closed.seq if self.closed else self.opened.seq


def habits(records: Iterable[r.Record], started: int = 0) -> Iterator[Finding]:
    """Yield what is wrong with connections as they went; `started` is the row of the server's last start."""
    lives = _lives(records)
    by_polling = [life for life in lives if life.polls and life.pings >= PINGS and not life.is_own]
    if by_polling:
        yield _polling_only(by_polling, started)
    lost = [life for life in lives if life.closed is not None and life.closed.reason == LOST_REASON]
    if lost:
        yield _lost(lost, started)
    brief = [life for life in lives if not life.is_own and _is_brief(life)]
    for address in dict.fromkeys(life.address for life in brief):
        of_it = [life for life in brief if life.address == address]
        if _crowd([life.opened.at for life in of_it], BRIEF, WITHIN_SECONDS):
            yield _storm(of_it, started)


def _lives(records: Iterable[r.Record]) -> list[_Life]:
    """Return the connections whose beginning the log still has, in order."""
    lives: list[_Life] = []
    now: dict[str, _Life] = {}
    for record in records:
        if isinstance(record, r.Opened):
            life = _Life(record, polls=record.connection.transport == "polling")
            now[record.connection.eio_sid] = life
            lives.append(life)
        elif isinstance(record, _MORE) and record.eio_sid in now:
            _go_on(now[record.eio_sid], record)
    return lives


def _go_on(life: _Life, record: r.Record) -> None:
    if isinstance(record, (r.Connected, r.Disconnected)):
        life.row = record.seq
    elif isinstance(record, r.Upgraded):
        life.polls = False
    elif isinstance(record, r.PingAnswered):
        life.pings += 1
    elif isinstance(record, r.ClientNamed):
        # A new name does not make it another's.
        life.is_own = life.is_own or record.is_own
    elif isinstance(record, r.Closed):
        life.closed = record


def _is_brief(life: _Life) -> bool:
    return life.closed is not None and life.closed.at - life.opened.at < BRIEF_SECONDS * 1e9


def _crowd(moments: list[int], many: int, seconds: float) -> bool:
    """Tell whether so many moments, in their order, lie within so many seconds."""
    return any(later - earlier < seconds * 1e9 for earlier, later in zip(moments, moments[many - 1 :], strict=False))


def _polling_only(lives: list[_Life], started: int) -> Finding:
    return _found(
        lives,
        started,
        Finding(
            "polling only",
            "Clients stay on long polling: they were offered a WebSocket and have not taken it, though they had the "
            "time. All works, but each packet to them waits for a request of its own. Either they were told to "
            "(transports: ['polling']), or a proxy, a firewall or a virus scanner in between stops WebSockets.",
            "See the browser's developer tools, Network, WS: a request there that fails says that it is stopped on the "
            "way. Colab's proxy passes none at all, and there polling is right.",
            POSSIBLE,
            REMARK,
        ),
        "opened by polling, never upgraded",
    )


def _lost(lives: list[_Life], started: int) -> Finding:
    many = _crowd(sorted(life.closed.at for life in lives if life.closed), LOST, LOST_SECONDS)
    what = "A client answered no ping in time, and was dropped: its network died, or its phone or tab went to sleep. "
    step = "Nothing: it connects again when it wakes up. A connect handler that puts it back into its rooms helps."
    if many:
        what = (
            "Several clients answered no ping in time, at once: the kernel was busy for long (a cell or a handler that "
            "computes without a pause), or the network of all of them was away. "
        )
        step = (
            "Let what computes take a break, or wait longer for answers:\n"
            "socketio.sleep(0)  # in the loop of the handler or the cell\n"
            "socketio = SocketIO(app, ping_timeout=60)"
        )
    grade = HINDRANCE if many else REMARK
    told = Finding("ping timeout", what.strip(), step, LIKELY if many else POSSIBLE, grade)
    return _found(lives, started, told, "answered no ping in time")


def _storm(lives: list[_Life], started: int) -> Finding:
    return _found(
        lives,
        started,
        Finding(
            "connect storm",
            "A client connects and is gone again at once, over and over: its page calls io() each time it draws "
            "itself or reloads, two pages throw each other out, or a proxy in between cuts connections.",
            "Call io() once, outside of what is run again (in React: outside of the component, or in an effect whose "
            "clean-up calls socket.disconnect()).",
            POSSIBLE,
            HINDRANCE,
        ),
        f"gone within {BRIEF_SECONDS} s",
    )


def _found(lives: list[_Life], started: int, told: Finding, shows: str) -> Finding:
    newest = sorted(lives, key=lambda life: life.last)
    addresses = {life.address for life in lives}
    return replace(
        told,
        summary=seen_summary(len(lives), addresses, newest[-1].row),
        rows=tuple(Seen(life.row, shows) for life in newest if life.row)[-ROWS:],
        times=len(lives),
        addresses=len(addresses - {None}),
        is_past=newest[-1].last < started,
    )

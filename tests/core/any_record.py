"""Records of any kind, holding anything: what a log may be given."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.wire import Wire

SIDS = st.sampled_from(["ada", "ben", "cat", ""])
EIO_SIDS = st.sampled_from(["eio-ada", "eio-ben", "eio-cat"])
NAMESPACES = st.sampled_from(["/", "/chat"])
EVENTS = st.sampled_from(["chat", "quiz", "connect"]) | st.text(max_size=3)
ROOMS = st.none() | SIDS | st.integers(0, 2) | st.booleans() | st.just(("a", 1))
SEQS = st.integers(1, 60)
ACK_IDS = st.none() | st.integers(0, 9) | st.sampled_from([2**63, 10**30, -(2**63)])
MS = st.floats(0, 100) | st.integers(0, 3)
TEXTS = st.none() | st.sampled_from(["", "KeyError: 'x'", "did you mean /?", "é"])
SOCKETS, PATHS = st.sampled_from(["ws-1", "ws-2"]), st.sampled_from(["/echo", "/x"])
PAYLOADS, CODES = st.sampled_from(["hi", "", "é", b"", b"\x93"]), st.none() | st.just(1000)
STATUSES = st.sampled_from(["handled", "no-handler", "raised"])
JSONS = st.sampled_from(
    [
        *('["chat"]', '["chat",{"text":"hi"}]', '["chat",1,[2,"é"]]', '["x",{"_placeholder":true,"num":0}]'),
        *("", "[]", '{"a":1}', '"chat"', "[1", "2]", "2],[3]", '["a"] ', ' ["a"]', "\\ud800", "[NaN]", "[1]x"),
        *('["\\ud800"]', "[" * 50 + "]" * 50, "{}", "null", "1", "NaN", "Infinity", "-Infinity", '["a[b",2]'),
    ]
)
HEADS = st.sampled_from(
    [
        *("2", "212", "2/chat,", "2/chat,12", "2/a[b,7", "3", "37", "3/chat,1", "0", "0/chat,", "4", "1", "5", "51-"),
        *("51-/chat,7", "61-", "2/chat", "2/", "2,", "2/chat?x=1,3", "9", "", "2" * 120, "2٣", "21-", "2-", "2 "),
    ]
)
WIRES = st.builds(Wire, st.builds(str.__add__, HEADS, JSONS), st.just(()) | st.just((b"one",))) | st.builds(
    Wire, st.sampled_from(["", "é", b"", b"\x93", b'2["chat",1]', "\ud800"])
)
ASKED = st.none() | st.builds(r.Asked, st.just("GET"), st.just("/socket.io/"), st.just("EIO=3"), TEXTS, TEXTS, TEXTS)
SEVERAL_SIDS = st.lists(SIDS, max_size=3).map(tuple)


def strategies() -> list[st.SearchStrategy[Any]]:
    """Return one strategy for each kind of record that the traffic table has something of, and for some others."""
    return [
        st.builds(r.ServerStarted, st.just("http://x")),
        st.builds(r.ServerStopped, st.just("http://x")),
        st.builds(r.Snapshot, st.just(()), st.just(())),
        st.builds(r.Opened, st.builds(r.Connection, EIO_SIDS, st.just("polling"), TEXTS, TEXTS)),
        st.builds(r.Closed, EIO_SIDS, st.just("gone")),
        st.builds(r.ClientNamed, EIO_SIDS, st.sampled_from(["Ada", "Ben", ""])),
        st.builds(r.HandlerRegistered, NAMESPACES, EVENTS, st.just("f"), TEXTS, TEXTS, st.booleans(), TEXTS),
        st.builds(r.HttpRequest, st.just("GET"), st.sampled_from(["/", "/x"]), st.just(200), MS, TEXTS, TEXTS, ASKED),
        st.builds(
            r.Rejected, st.just("bad"), TEXTS, st.none() | st.just(400), st.none() | EIO_SIDS, WIRES, TEXTS, ASKED
        ),
        st.builds(
            r.SocketOpened, SOCKETS, PATHS, TEXTS, TEXTS, st.sampled_from([101, 400]), st.just("GET"), st.just("HTTP")
        ),
        st.builds(r.Handshaken, EIO_SIDS, st.just("GET"), st.just("HTTP")),
        *(
            st.builds(kind, SOCKETS, PATHS, st.just("text"), PAYLOADS, SEQS, st.booleans(), CODES)
            for kind in (r.FrameReceived, r.FrameSent)
        ),
        st.builds(
            r.SocketClosed,
            *(
                SOCKETS,
                PATHS,
                SEQS,
                st.sampled_from([1000, 1006, 1012]),
                st.just(""),
                st.just("lab"),
                st.booleans(),
                MS,
            ),
        ),
        st.builds(r.ConnectAsked, NAMESPACES, EIO_SIDS, WIRES),
        st.builds(r.Connected, NAMESPACES, SIDS, EIO_SIDS, st.none() | SEQS),
        st.builds(r.Refused, NAMESPACES, st.none() | SIDS, EIO_SIDS, st.none() | SEQS, st.just("no"), WIRES, TEXTS),
        st.builds(r.Upgraded, EIO_SIDS, SEVERAL_SIDS),
        st.builds(r.Disconnected, NAMESPACES, SIDS, st.none() | EIO_SIDS, st.just("ping timeout"), st.none() | SEQS),
        st.builds(
            r.EventReceived,
            *(NAMESPACES, EVENTS, st.none() | SIDS, EIO_SIDS, SEQS, WIRES, ACK_IDS, st.none() | st.integers(0, 60)),
        ),
        st.builds(
            r.Handled,
            *(SEQS, STATUSES, MS, TEXTS, st.none() | st.tuples(NAMESPACES, EVENTS)),
            *(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
        ),
        st.builds(r.AckSent, SEQS, SIDS, WIRES),
        st.builds(
            r.Emitted,
            *(NAMESPACES, EVENTS, st.lists(ROOMS, max_size=3).map(tuple), SEVERAL_SIDS, SEVERAL_SIDS, WIRES),
            *(ACK_IDS, TEXTS, st.none() | SEQS, TEXTS),
        ),
        st.builds(
            r.AckReceived,
            *(st.none() | SEQS, NAMESPACES, st.none() | SIDS, st.integers(0, 9), WIRES, st.none() | MS),
            st.booleans(),
        ),
        st.builds(r.Joined, NAMESPACES, ROOMS, SIDS, EIO_SIDS, st.none() | SEQS),
        st.builds(r.Left, NAMESPACES, ROOMS, SIDS, st.none() | SEQS),
        st.builds(r.RoomClosed, NAMESPACES, ROOMS, st.none() | SEQS),
        st.builds(r.PingAnswered, EIO_SIDS, MS),
        st.builds(r.TaskStarted, st.just("tick")),
    ]


RECORDS = st.lists(st.one_of(strategies()), max_size=50)
"""Whatever may come, in any order."""

ODD_TEXTS = st.sampled_from(["\ud800", "\ud83d\ude00", "😀", "a\0b", "é\udcff"]) | st.text(st.characters(), max_size=5)
HUGE = st.integers(-(2**70), 2**70) | st.sampled_from([2**63 - 1, 2**63, -(2**63), 10**3000, True])
FLOATS = st.floats() | st.integers() | HUGE
ODD_ROOMS = st.recursive(
    ROOMS | ODD_TEXTS | HUGE | st.floats() | st.binary(max_size=3) | st.frozensets(st.integers(0, 3)),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)
ODD_WIRES = st.builds(Wire, ODD_TEXTS | st.binary(max_size=5), st.lists(st.binary(max_size=3), max_size=3).map(tuple))
CONNECTIONS = st.builds(r.Connection, ODD_TEXTS, st.just("websocket"), TEXTS | ODD_TEXTS, TEXTS)
MEMBERS = st.builds(r.Member, NAMESPACES, ODD_ROOMS, SIDS, EIO_SIDS)


def odd_strategies() -> list[st.SearchStrategy[Any]]:
    """Return strategies for records that no server would make, yet which must be kept as they are."""
    return [
        st.builds(r.Snapshot, st.lists(MEMBERS, max_size=2).map(tuple), st.lists(CONNECTIONS, max_size=2).map(tuple)),
        st.builds(r.EventReceived, ODD_TEXTS, ODD_TEXTS, SIDS, EIO_SIDS, HUGE, ODD_WIRES, st.none() | HUGE),
        st.builds(r.Handled, HUGE, STATUSES, FLOATS, ODD_TEXTS, st.tuples(ODD_TEXTS, ODD_TEXTS), error=ODD_TEXTS),
        st.builds(
            r.Emitted, NAMESPACES, EVENTS, st.lists(ODD_ROOMS, max_size=3).map(tuple), *[SEVERAL_SIDS] * 2, ODD_WIRES
        ),
        st.builds(r.Joined, NAMESPACES, ODD_ROOMS, ODD_TEXTS, EIO_SIDS, st.none() | HUGE),
        st.builds(r.HttpRequest, st.just("GET"), ODD_TEXTS, HUGE, FLOATS, TEXTS),
        st.builds(r.PingAnswered, EIO_SIDS, FLOATS),
        st.builds(r.HandlerCovers, NAMESPACES, EVENTS, TEXTS),
        st.builds(r.HandlerRemoved, NAMESPACES, EVENTS, st.booleans()),
        st.builds(r.TaskStarted, ODD_TEXTS, TEXTS, TEXTS, st.none() | SEQS),
        st.builds(r.TaskLingers, SEQS, ODD_TEXTS),
        st.builds(r.TaskEnded, SEQS, st.just("raised"), TEXTS, TEXTS, TEXTS),
    ]


FULL_RECORDS = st.lists(st.one_of(*strategies(), *odd_strategies()), max_size=30)
"""The same, and all that hardly ever comes."""

"""Records as the taps make them, and a log that has seen a bit of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.wire import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

ADA = "ada0123456789sid0000"
BEN = "ben0123456789sid0000"
CHAT = ("/", "chat")


def connect(log: Log, sid: str, namespace: str = "/", name: str | None = None, auth: object = None) -> r.Connected:
    """Open a connection and let its client in, as a server without a connect handler does."""
    eio_sid = f"eio-{sid}"
    log.append(r.Opened(r.Connection(eio_sid, "websocket", "127.0.0.1", "pytest")))
    if name is not None:
        log.append(r.ClientNamed(eio_sid, name))
    asked = log.append(r.ConnectAsked(namespace, eio_sid, encode("CONNECT", auth, namespace)))
    log.append(r.Joined(namespace, None, sid, eio_sid))
    log.append(r.Joined(namespace, sid, sid, eio_sid))
    log.append(r.Handled(asked.seq, "no-handler", 0.1))
    return log.append(r.Connected(namespace, sid, eio_sid, asked.seq))


def disconnect(log: Log, sid: str, namespace: str = "/", reason: str = "client disconnect") -> r.Disconnected:
    """Let a client go, with all its rooms."""
    gone = log.append(r.Disconnected(namespace, sid, f"eio-{sid}", reason))
    for room in list(log.state.clients[sid].rooms):
        log.append(r.Left(namespace, room, sid, gone.seq))
    return gone


def refuse(log: Log, namespace: str = "/nowhere") -> r.Refused:
    """Refuse a client a namespace that is not served."""
    asked = log.append(r.ConnectAsked(namespace, "eio-cat", encode("CONNECT", {"token": "•••"}, namespace)))
    answer = encode("CONNECT_ERROR", {"message": "Unable to connect"}, namespace)
    return log.append(r.Refused(namespace, None, "eio-cat", asked.seq, "Unable to connect", answer, "did you mean /?"))


def join(log: Log, sid: str, room: r.Room, cause: int | None = None, namespace: str = "/") -> r.Joined:
    """Put a client into a room."""
    return log.append(r.Joined(namespace, room, sid, f"eio-{sid}", cause))


def receive(
    log: Log, sid: str, event: str, *args: Any, ack_id: int | None = None, namespace: str = "/"
) -> r.EventReceived:
    """Have an event arrive."""
    wire = encode("EVENT", [event, *args], namespace, ack_id)
    return log.append(r.EventReceived(namespace, event, sid, f"eio-{sid}", 1, wire, ack_id))


def emit(
    log: Log, event: str, *args: Any, recipients: Sequence[str] = (), ack_id: int | None = None, **told: Any
) -> r.Emitted:
    """Emit from a handler; `told` are more fields of the record: to, skip, namespace, cause, origin, hint."""
    told = {"namespace": "/", "origin": "handler", "skip": (), **told, "to": tuple(told.get("to", ()))}
    wire = encode("EVENT", [event, *args], told["namespace"], ack_id)
    return log.append(r.Emitted(event=event, recipients=tuple(recipients), wire=wire, ack_id=ack_id, **told))


def handle(log: Log, received: r.Record, status: str = "handled", ms: float = 1.5, **told: Any) -> r.Handled:
    """End the handler of an event, a connect or a disconnect."""
    return log.append(r.Handled(received.seq, status, ms, **told))


def acknowledge(log: Log, received: r.EventReceived, *values: Any) -> r.AckSent:
    """Have a handler's return value leave."""
    sid = received.sid or ""
    return log.append(r.AckSent(received.seq, sid, encode("ACK", list(values), received.namespace, received.ack_id)))


def answer(log: Log, emitted: r.Emitted, sid: str, *values: Any, ms: float = 20.0) -> r.AckReceived:
    """Have a client acknowledge an emit."""
    wire = encode("ACK", list(values), emitted.namespace, emitted.ack_id)
    is_broadcast = len(emitted.recipients) > 1
    return log.append(r.AckReceived(emitted.seq, emitted.namespace, sid, emitted.ack_id or 0, wire, ms, is_broadcast))


def start_task(log: Log, name: str = "tick", **told: Any) -> r.TaskStarted:
    """Start a background task; `told` are more fields of the record: cell, source, cause."""
    return log.append(r.TaskStarted(name, **told))


def lesson() -> Log:
    """Return a log that has seen a bit of everything."""
    log = Log()
    log.append(r.ServerStarted("http://127.0.0.1:5000"))
    log.append(r.HandlerRegistered("/", "chat", "on_chat", "In[4]", "cell 4, line 2"))
    connect(log, ADA, name="ada", auth={"token": "•••"})
    connect(log, BEN)
    _chat(log)
    _failures(log)
    disconnect(log, BEN)
    return log


def _chat(log: Log) -> None:
    """Ada says hello: the handler has her join the lobby, and answers; two acks are asked for, one comes."""
    hello = receive(log, ADA, "chat", {"text": "hello"}, ack_id=7)
    join(log, ADA, "lobby", hello.seq)
    emit(log, "chat", {"text": "hello"}, recipients=(ADA, BEN), cause=hello.seq)
    quiz = emit(log, "quiz", "2+2?", recipients=(ADA,), to=(ADA,), ack_id=1, cause=hello.seq)
    handle(log, hello, handler="on_chat", key=CHAT, cell="In[4]", value="'ok'", output="hello from ada\n")
    acknowledge(log, hello, "ok")
    answer(log, quiz, ADA, 4)
    vote = emit(log, "vote", ["a", "b"], recipients=(ADA, BEN), ack_id=2)
    answer(log, vote, BEN, "b")


def _failures(log: Log) -> None:
    boom = receive(log, BEN, "boom", {"room": None})
    traceback = "Traceback (most recent call last):\n  ...\nKeyError: 'user'"
    handle(log, boom, "raised", handler="on_boom", key=("/", "boom"), error="KeyError: 'user'", traceback=traceback)
    handle(log, receive(log, BEN, "caht", "hi"), "no-handler", 0.1, hint="did you mean chat?")
    refuse(log)
    log.append(r.Rejected("origin http://evil.example is not allowed", "10.0.0.9:5123", 400))


def open_socket(log: Log, path: str = "/echo", status: int = 101) -> r.SocketOpened:
    """Open a raw WebSocket."""
    request = f"GET {path} HTTP/1.1\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    response = f"HTTP/1.1 {status} Switching Protocols\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    sid = f"ws-{log.last_seq + 1}"
    return log.append(r.SocketOpened(sid, path, "127.0.0.1", "pytest", status, request, response))


def frame(
    log: Log, opened: r.SocketOpened, payload: str | bytes, *, is_sent: bool = False, **told: Any
) -> r.FrameReceived | r.FrameSent:
    """Have a frame come or go; `told` are more fields of the record: opcode, length, is_final, code."""
    data = payload.encode() if isinstance(payload, str) else payload
    opcode = told.pop("opcode", "text" if isinstance(payload, str) else "binary")
    kind = r.FrameSent if is_sent else r.FrameReceived
    told = {"length": len(data), **told}
    return log.append(kind(opened.sid, opened.path, opcode, payload, **told))


def close_socket(
    log: Log, opened: r.SocketOpened, code: int = 1000, origin: str = "client", *, is_clean: bool = True
) -> r.SocketClosed:
    """End a raw WebSocket."""
    return log.append(r.SocketClosed(opened.sid, opened.path, opened.seq, code, "", origin, is_clean, 12.0))

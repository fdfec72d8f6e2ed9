"""What to do next."""

from __future__ import annotations

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.log import Log
from tests import factories as make


def served(*keys: tuple[str, str]) -> Log:
    log = Log()
    for namespace, event in keys:
        log.append(r.HandlerRegistered(namespace, event, "f"))
    return log


def test_the_same_event_in_another_namespace_comes_first() -> None:
    state = served(("/chat", "my event"), ("/", "my evnt")).state
    assert hints.no_handler(state, "/", "my event") == "no handler for 'my event' in /; there is one in /chat"


def test_a_near_miss_is_named() -> None:
    state = served(("/", "my event"), ("/chat", "my evnts"), ("/", "connect"), ("/", "*")).state
    told = "no handler for 'My Evnt' in /; did you mean 'my event' or 'my evnts' in /chat?"
    assert hints.no_handler(state, "/", "My Evnt") == told
    assert hints.no_handler(state, "/x", "My Evnt").endswith("; did you mean 'my evnts' in /chat?")
    assert hints.no_handler(state, "/", "conect").startswith("no handler for 'conect' in /: define one")


def test_without_a_near_miss_the_line_to_write_is_shown() -> None:
    assert hints.no_handler(served().state, "/chat", "x") == (
        "no handler for 'x' in /chat: define one with @socketio.on('x', namespace='/chat')"
    )


def test_an_event_that_no_method_can_be_named_for() -> None:
    log = served()
    log.append(r.HandlerRegistered("/chat", "my_event", "Chat.on_my_event", method=True))
    told = hints.no_handler(log.state, "/chat", "my event")
    assert told.startswith("no handler for 'my event' in /chat: no method can be named for it; on_my_event answers")
    assert told.endswith("or define a function: @socketio.on('my event', namespace='/chat')")


def test_a_message_where_only_a_handler_of_json_is() -> None:
    told = hints.no_handler(served(("/", "json")).state, "/", "message")
    assert "a client's send() always sends 'message', and the handler of 'json' does not answer that" in told


def test_a_namespace_nobody_serves() -> None:
    told = hints.namespace_not_served(served(("/chat", "x")).state, "/chatt")
    assert told.startswith("nobody serves /chatt; did you mean '/chat'?")
    assert "served are /" in hints.namespace_not_served(served().state, "/zzzz")


def test_not_in_that_namespace() -> None:
    log = Log()
    make.connect(log, make.ADA, "/chat")
    assert "not connected to /, only to /chat" in hints.not_in_namespace(log.state, "/", f"eio-{make.ADA}")
    assert "to no namespace" in hints.not_in_namespace(log.state, "/", "other")


def test_why_nobody_was_reached() -> None:
    log = Log()
    assert hints.nobody_reached(log.state, "/", ()) == "nobody is connected to /"
    make.connect(log, make.ADA, "/chat")
    assert hints.nobody_reached(log.state, "/", ()) == "nobody is connected to /; /chat has 1"
    assert hints.nobody_reached(log.state, "/chat", ("lobby",)) == "there is no client and no room 'lobby' in /chat"
    assert hints.nobody_reached(log.state, "/chat", ()) == "everybody in /chat was skipped"
    assert hints.nobody_reached(log.state, "/chat", (make.ADA,)) == f"everybody in {make.ADA} was skipped"


def test_nearest_ignores_case_and_gives_up_on_strangers() -> None:
    assert hints.nearest("STRAT", ["start", "stop"]) == "start"
    assert hints.nearest("zebra", ["start", "stop"]) is None
    assert hints.nearest("x" * 100_000, ["start"]) is None


def test_reserved() -> None:
    assert "'connect' is Socket.IO's own event" in hints.reserved("connect")


def test_who_asked_for_an_ack_of_nobody() -> None:
    told = hints.nobody_reached(Log().state, "/", (), wants_ack=True)
    assert told == "nobody is connected to /; so no ack can come, and a call waits in vain"


def test_that_no_ack_is_sent_is_added_once_and_can_be_left_out() -> None:
    assert hints.without_ack(None) == hints.NO_ACK
    assert hints.without_ack("look at a") == f"look at a; {hints.NO_ACK}"
    assert hints.without_ack(hints.REPLACED) == hints.REPLACED
    for hint in (None, "look at a"):
        assert hints.beside_no_ack(hints.without_ack(hint)) == hint
        assert hints.beside_no_ack(hint) == hint


def test_why_a_call_was_not_acknowledged() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    assert hints.not_acknowledged(log.state, "ask", ("/", make.ADA), 5) == (
        "ada did not acknowledge 'ask' within 5 s: no listener for it that calls back, or that one is busy. "
        "A longer wait: timeout=10."
    )
    gone = make.disconnect(log, make.ADA, reason="transport close")
    assert hints.not_acknowledged(log.state, "ask", ("/", make.ADA), 5) == (
        f"ada left before it acknowledged 'ask': row {gone.seq}, transport close."
    )
    told = hints.not_acknowledged(log.state, "ask", ("/", "attic"), 5)
    assert told == "there is no client and no room 'attic' in /: nobody could acknowledge 'ask'."


def test_what_is_said_of_callbacks_and_of_too_many() -> None:
    assert "up to 3 times; a call returns the first answer" in hints.broadcast_callback(3)
    assert hints.too_many(500).startswith("500 handlers of this client's events run already")
    assert hints.shadowing("f", "C.on_x").startswith(hints.HIDES)

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sio_lab.clients.reasons import no_ack, refused, silent, unreachable
from sio_lab.core import records as r
from sio_lab.errors import NotRunning


def sent(**facts: Any) -> Any:
    defaults = {"event": "x", "namespace": "/", "received": None, "handled": None, "has_failed": False}
    return SimpleNamespace(**{**defaults, "is_cut_off": False, "connection": SimpleNamespace(lost=None), **facts})


def failed(**how: Any) -> Any:
    return sent(handled=r.Handled(7, ms=1.0, **how), has_failed=True)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (sent(), "no ack within 5 s, and the server has not told of the event."),
        (sent(received=1), "its handler has been running for 5 s. A longer wait: timeout=10."),
        (sent(handled=1), "its handler is done, but the ack did not arrive within 5 s."),
        (sent(is_cut_off=True), "the client was disconnected before the ack came: server disconnect."),
        (failed(status="no-handler"), "no handler answers it; define one: @socketio.on('x', namespace='/')"),
        (failed(status="no-handler", hint="Did you mean 'y'?"), "Did you mean 'y'?"),
        (
            failed(status="raised", error="KeyError: 1"),
            "its handler raised KeyError: 1; its traceback: lab.traffic[7].handled.traceback",
        ),
        (
            failed(status="raised", error="KeyError: 1", handler="f", hint="Why?"),
            "its handler f raised KeyError: 1; Why?",
        ),
    ],
)
def test_why_there_is_no_ack(event: Any, why: str) -> None:
    assert no_ack(event, 5.0) == why


@pytest.mark.parametrize(
    ("answer", "message", "data"),
    [
        ("Unable to connect", "Unable to connect", None),
        ({"message": "no", "data": [1]}, "no", [1]),
        ({"message": "no"}, "no", None),
        (None, None, None),
    ],
)
def test_a_refusal_carries_what_the_server_said(answer: Any, message: str | None, data: Any) -> None:
    error = refused("ada", "/chat", answer)
    assert (error.message, error.data) == (message, data)
    assert str(error).startswith(f"Client ada was refused in /chat: {message}")


def test_silence_names_the_namespaces() -> None:
    assert "did not answer for /a and /b within 5 s" in str(silent("ada", ["/a", "/b"], None, 5.0))
    assert "ended before it was in /a: transport error" in str(silent("ada", ["/a"], "transport error", 5.0))


def test_nobody_listens() -> None:
    error = unreachable("ada", "http://127.0.0.1:1/?a=1", ValueError("no"))
    assert isinstance(error, NotRunning)
    assert "nothing listens at http://127.0.0.1:1." in str(error)

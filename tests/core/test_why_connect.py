"""Why a client did not get in, or is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.core.cause_path import UNSERVED
from sio_lab.core.log import Log
from sio_lab.core.why import explain
from sio_lab.core.why_connect import meaning
from sio_lab.core.wire import Wire
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.core.reason import Reason


def refused(reason: str, sid: str | None, hint: str | None = None, auth: object = None) -> Reason:
    log = Log()
    log.append(r.HandlerRegistered("/chat", "x", "f"))
    asked = log.append(r.ConnectAsked("/chatt", "eio", make.encode("CONNECT", auth, "/chatt")))
    if sid is not None:
        make.handle(log, asked, handler="on_connect")
    answer = make.encode("CONNECT_ERROR", {"message": reason}, "/chatt")
    row = log.append(r.Refused("/chatt", sid, "eio", asked.seq, reason, answer, hint))
    (told,) = explain(log, row).reasons
    return told


def test_who_is_refused() -> None:
    told = refused("no", "cat", auth={"token": "•••"})
    assert (told.name, told.what) == ("refused", "on_connect refused the client: 'no'.")
    assert "Its auth was {'token': '•••'}, leaves hidden." in told.next_step
    assert "Its auth was empty." in refused("no", "cat").next_step


def test_a_namespace_that_nobody_serves() -> None:
    told = refused(UNSERVED, None, "nobody serves /chatt; did you mean '/chat'?")
    assert told.name == "namespace not served"
    assert told.evidence.endswith("with handlers there are now: /chat")
    assert told.next_step.endswith("@socketio.on('my event', namespace='/chatt')\ndef my_event(data):\n    ...")
    assert refused(UNSERVED, None, "this connection is connected to /chatt already").name == "connected already"


def test_what_engine_io_rejects() -> None:
    log = Log()
    request = log.append(r.Rejected("strange", "10.0.0.9:5", 400, hint="serve with --cors ORIGIN"))
    packet = log.append(r.Rejected("a packet that can't be read", None, None, "eio", Wire("2x")))
    (first,), (second,) = explain(log, request).reasons, explain(log, packet).reasons
    assert (first.evidence, first.next_step) == (
        "strange; HTTP status 400, from 10.0.0.9:5",
        "serve with --cors ORIGIN.",
    )
    assert second.evidence.endswith("an unknown address, '2x'")


@pytest.mark.parametrize(("reason", "names"), [("ping timeout", ["connection lost"]), ("client disconnect", [])])
def test_who_is_gone(reason: str, names: list[str]) -> None:
    log = Log()
    make.connect(log, make.ADA)
    gone = make.disconnect(log, make.ADA, reason=reason)
    make.handle(log, gone, "no-handler")
    assert [each.name for each in explain(log, gone).reasons] == names
    assert meaning(reason) in explain(log, gone).headline
    assert (meaning("whatever"), meaning("")) == ("whatever", "no reason was given")


def test_a_disconnect_handler_that_raised() -> None:
    log = Log()
    make.connect(log, make.ADA)
    gone = make.disconnect(log, make.ADA)
    make.handle(log, gone, "raised", error="KeyError: 'a'")
    assert [each.name for each in explain(log, gone).reasons] == ["handler raised"]


def test_a_client_by_polling_only_is_a_remark() -> None:
    log = Log()
    log.append(r.Opened(r.Connection("eio", "polling", None, None)))
    for room in (None, "cat"):
        log.append(r.Joined("/", room, "cat", "eio"))
    row = log.append(r.Connected("/", "cat", "eio", None))
    (remark,) = explain(log, row).reasons
    assert (remark.name, remark.is_failure) == ("polling only", False)
    log.append(r.Upgraded("eio", ("cat",)))
    assert explain(log, row).reasons == ()

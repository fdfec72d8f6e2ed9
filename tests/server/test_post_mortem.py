"""What failures leave behind for the debugger."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio

import sio_lab
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.errors import LabError, RecordDropped
from sio_lab.server.post_mortem import MOST, Failure, PostMortem, find_failure
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig, Screen


@pytest.fixture
def kept(rig: Rig) -> PostMortem:
    return keeping(rig)


def keeping(rig: Rig) -> PostMortem:
    """Return where a rig's failures are kept from now on."""
    post_mortem = PostMortem()
    rig.host.keep_failures_in(post_mortem)
    return post_mortem


def failure(seq: int) -> Failure:
    return Failure(seq, "'chat' in /", ValueError(str(seq)))


def newest(post_mortem: PostMortem) -> Failure:
    found = post_mortem.newest()
    assert found is not None
    return found


def last_name(found: Failure) -> str:
    """Return the name of the function that the debugger begins in."""
    trace = found.trace
    for _ in range(found.place):
        assert trace is not None
        trace = trace.tb_next
    assert trace is not None
    return trace.tb_frame.f_code.co_name


def test_the_newest_are_kept() -> None:
    post_mortem = PostMortem()
    for seq in range(1, MOST + 3):
        post_mortem.keep(failure(seq))
    assert len(post_mortem) == MOST
    assert (post_mortem.find(2), newest(post_mortem).seq) == (None, MOST + 2)
    post_mortem.keep(failure(3))
    assert (len(post_mortem), newest(post_mortem).seq) == (MOST, 3), "told anew"
    post_mortem.clear()
    assert (len(post_mortem), post_mortem.newest()) == (0, None)


@pytest.mark.parametrize("plain", [False, True])
def test_a_failure_has_what_its_handler_was_called_with(
    make_rig: Callable[..., Rig], screen: Screen, *, plain: bool
) -> None:
    rig = make_rig(plain=plain)
    kept = keeping(rig)

    @rig.socketio.on("read")
    def read(text: str) -> int:
        return int(text, 10)

    peer = rig.peer()
    peer.emit("read", "x")
    done = rig.handled("read")
    screen.wait_for("ValueError")
    found = newest(kept)
    assert (found.seq, found.event, found.namespace, found.sid) == (done.of, "read", "/", peer.get_sid())
    assert (found.args, found.what, found.text) == (("x",), "'read' in /", done.traceback)
    assert last_name(found) == "read"
    assert found.names["request"].event == {"message": "read", "args": ("x",)}
    assert found.moment is not None
    assert found.moment.within(lambda: flask.request.sid) == found.sid  # type: ignore[attr-defined]
    assert kept.find(found.seq) is found


def test_what_a_library_raised_is_looked_at_where_the_reader_called_it(
    rig: Rig, kept: PostMortem, screen: Screen
) -> None:
    @rig.socketio.on("read")
    def read(text: str) -> Any:
        return flask.json.loads(text)

    rig.peer().emit("read", "{oops")
    rig.handled("read")
    screen.wait_for("JSONDecodeError")
    assert last_name(newest(kept)) == "read"


def test_methods_and_what_on_error_took_care_of_are_kept_too(rig: Rig, kept: PostMortem) -> None:
    class Chat(flask_socketio.Namespace):
        def on_say(self, text: str) -> None:
            raise ValueError(text)

    rig.socketio.on_namespace(Chat("/chat"))
    rig.socketio.on_error_default(lambda error: f"sorry: {error}")
    peer = rig.peer("/chat")
    assert peer.ask("say", "no", namespace="/chat") == "sorry: no"
    found = newest(kept)
    assert (found.args, found.namespace, last_name(found)) == (("no",), "/chat", "on_say")
    assert found.moment is not None


def test_connect_and_disconnect_handlers_are_kept_with_what_they_were_given(rig: Rig, screen: Screen) -> None:
    kept = keeping(rig)
    rig.socketio.on_event("connect", lambda auth: int(auth["token"]))
    assert rig.knock(auth={"token": "x"}).got("connect_error")
    found = newest(kept)
    assert (found.event, found.args, found.seq) == ("connect", ({"token": "x"},), rig.first(r.ConnectAsked).seq)
    assert found.moment is not None

    rig.socketio.on_event("connect", lambda: None)
    rig.socketio.on_event("disconnect", lambda: int("y"))
    rig.peer().disconnect()
    rig.first(r.Handled, of=rig.first(r.Disconnected).seq)
    screen.wait_for("'y'")
    found = newest(kept)
    assert (found.event, found.args, found.seq) == ("disconnect", (), rig.first(r.Disconnected).seq)
    assert found.moment is not None
    assert found.moment.within(lambda: flask.request.sid) == found.sid  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # as on plain python-socketio
def test_of_a_bare_server_there_is_no_request(make_rig: Callable[..., Rig]) -> None:
    server = socketio.Server(async_mode="threading")
    server.on("read", lambda _sid, text: int(text))
    rig = make_rig(server)
    kept = keeping(rig)
    peer = rig.peer()
    peer.emit("read", "x")
    rig.handled("read")
    found = newest(kept)
    assert (found.args, found.moment) == ((peer.get_sid(), "x"), None)
    assert "request" not in found.names


def test_a_call_that_did_not_fit_has_at_least_its_arguments(rig: Rig, kept: PostMortem, screen: Screen) -> None:
    rig.socketio.on_event("add", lambda one: one)
    rig.peer().emit("add", (1, 2))
    rig.handled("add")
    screen.wait_for("TypeError")
    assert newest(kept).args == (1, 2)
    assert newest(kept).trace is not None


def test_what_succeeds_keeps_nothing_and_what_was_kept_goes(rig: Rig, kept: PostMortem, screen: Screen) -> None:
    class Payload:
        pass

    refs: list[weakref.ref[Payload]] = []

    @rig.socketio.on("do")
    def do(number: int) -> float:
        payload = Payload()
        refs.append(weakref.ref(payload))
        return 1 / number

    peer = rig.peer()
    assert peer.ask("do", 1) == 1.0
    gc.collect()
    assert (len(kept), refs[0]()) == (0, None)
    peer.emit("do", 0)
    rig.first(r.Handled, status="raised")
    screen.wait_for("ZeroDivisionError")
    gc.collect()
    assert refs[1]() is not None, "the frame keeps it"
    kept.clear()
    peer.ask("do", 1)
    gc.collect()
    assert refs[1]() is None


@pytest.fixture
def lab() -> Iterator[sio_lab.Lab]:
    made = sio_lab.Lab()
    made.start()
    yield made
    made.close()


def test_a_failed_task_is_kept_and_a_closed_lab_keeps_nothing(lab: sio_lab.Lab) -> None:
    def tick() -> None:
        raise ValueError("tock")

    lab.socketio.start_background_task(tick).join()
    found = newest(lab.stage.post_mortem)
    assert (found.what, str(found.error), found.names) == ("task tick", "tock", {})
    assert last_name(found) == "tick"
    assert find_failure(lab.log, lab.stage.post_mortem, "last") is found
    post_mortem = lab.stage.post_mortem
    lab.close()
    assert len(post_mortem) == 0


def test_a_row_without_a_failure_is_told_of() -> None:
    log, post_mortem = Log(max_records=100), PostMortem()
    make.connect(log, make.ADA)
    fine, unknown, running, broken, late = [make.receive(log, make.ADA, "chat") for _ in range(5)]
    make.handle(log, fine)
    make.handle(log, unknown, "no-handler")
    make.handle(log, broken, "raised", error="KeyError: 'a'", traceback="Traceback\nKeyError: 'a'")
    last = make.handle(log, late, "raised", error="TypeError: not JSON")

    def why(which: int | str) -> str:
        with pytest.raises(LabError) as raised:
            find_failure(log, post_mortem, which)
        return str(raised.value)

    assert why("last").startswith("There is no failure to debug")
    assert why(fine.seq).startswith(f"Row {fine.seq} did not fail (handled event)")
    assert "(no-handler event)" in why(unknown.seq)
    assert "(running event)" in why(running.seq)
    assert "when its handler had returned, so no frame is left: TypeError" in why(late.seq)
    assert "(Handled) is no row" in why(last.seq)
    assert f"the newest 50 failures are. %sio rerun {broken.seq}" in why(broken.seq)
    with pytest.raises(RecordDropped):
        find_failure(log, post_mortem, 10_000)

"""What is printed is listened to: kept with the run, and put below its cell; and all of it can be taken back."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.core.cells import Owner, acting_for, console_here
from sio_lab.server.streams import MOST, STREAMS, Streams, as_ever, below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig

line = print
OWNER = Owner("a", 1, "In [1]")


class Outlet(io.StringIO):
    """A stream as ipykernel's: each text goes below the cell that the thread's request is of."""

    def __init__(self) -> None:
        super().__init__()
        self.parent: ContextVar[str] = ContextVar("parent", default="latest")
        self.put: list[tuple[str, str]] = []

    def write(self, text: str) -> int:
        if text:
            self.put.append((self.parent.get(), text))
        return len(text)

    def set_thread_parent(self, parent: str) -> Any:
        return self.parent.set(parent)

    def reset_thread_parent(self, token: Any) -> None:
        self.parent.reset(token)


class Listener:
    """Somebody who listens."""


@contextmanager
def outlets() -> Iterator[tuple[Outlet, Outlet]]:
    """Have sys.stdout and sys.stderr be outlets; nothing is left on them in the end."""
    out, err = Outlet(), Outlet()
    with redirect_stdout(out), redirect_stderr(err):
        yield out, err
    assert not any({"write", "flush"} & set(vars(outlet)) for outlet in (out, err))


@contextmanager
def listening() -> Iterator[Streams]:
    streams, listener = Streams(), Listener()
    streams.listen(listener)
    yield streams
    streams.leave(listener)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Give back what has taken the place of the streams."""
    before = sys.stdout, sys.stderr
    yield
    sys.stdout, sys.stderr = before


def kept(run: acting_for) -> str | None:
    return run.console.text if run.console is not None else None


def test_what_a_run_prints_is_kept_and_put_below_its_cell() -> None:
    with outlets() as (out, err), listening() as streams:
        streams.place = lambda: "cell a" if console_here() else None
        line("own")
        with acting_for(OWNER) as run:
            line("from", "ada")
            line("oops", file=sys.stderr)
            sys.stdout.writelines(["x", "y"])
    assert kept(run) == "from ada\noops\nxy"
    assert out.put == [("latest", "own"), ("latest", "\n"), ("cell a", "from ada\n"), ("cell a", "xy")]
    assert err.put == [("cell a", "oops\n")]


def test_a_flush_puts_what_waits() -> None:
    with outlets() as (out, _), listening():
        with acting_for(OWNER):
            line("a", end="")
            assert out.put == []
            line("b", end="", flush=True)
            assert out.put == [("latest", "ab")]
        line("own", end="", flush=True)
    assert out.put == [("latest", "ab"), ("latest", "own")]


def test_what_is_no_text_is_refused_as_ever() -> None:
    with redirect_stdout(io.StringIO()), listening(), acting_for(OWNER), pytest.raises(TypeError):
        sys.stdout.write(b"bytes")  # type: ignore[arg-type]


def test_all_who_listen_leave_before_the_streams_are_given_back() -> None:
    streams, one, two = Streams(), Listener(), Listener()
    with outlets() as (out, _):
        for listener in (one, one, two):
            streams.listen(listener)
        streams.leave(one)
        assert "write" in vars(out)
        streams.leave(two)
        streams.leave(two)
        streams.follow()
        assert "write" not in vars(out)


def test_who_is_gone_listens_no_more() -> None:
    streams = Streams()
    with outlets() as (out, _):
        streams.listen(Listener())
        streams.follow()
        assert "write" not in vars(out)


def test_a_stream_put_in_the_place_of_another_is_left_alone_until_followed() -> None:
    with outlets(), listening() as streams, redirect_stdout(io.StringIO()) as text, acting_for(OWNER) as run:
        line("for the file")
        streams.follow()
        line("heard")
    assert text.getvalue() == "for the file\nheard\n"
    assert kept(run) == "heard\n"


@pytest.mark.usefixtures("quiet")
def test_a_few_streams_are_listened_to_at_once() -> None:
    others = [io.StringIO() for _ in range(2 * MOST)]
    with outlets() as (out, err), listening() as streams:
        for sys.stdout in others:
            streams.follow()
        assert sum("write" in vars(each) for each in (out, err, *others)) == MOST
        assert "write" in vars(out)


def test_one_stream_for_both() -> None:
    with outlets() as (out, _), redirect_stderr(sys.stdout), listening(), acting_for(OWNER) as run:
        line("once", file=sys.stderr)
    assert (kept(run), out.put) == ("once\n", [("latest", "once\n")])


@pytest.mark.usefixtures("quiet")
def test_without_streams_nothing_is_listened_to() -> None:
    sys.stdout = None  # type: ignore[assignment]
    with listening(), acting_for(OWNER) as run:
        line("nowhere")
    assert kept(run) is None


def test_where_nothing_can_be_put_elsewhere_it_goes_as_ever() -> None:
    assert as_ever() is None
    assert below("cell", object(), lambda: 3) == 3
    outlet = Outlet()
    assert below(None, outlet, lambda: outlet.write("x")) == 1
    with pytest.raises(ZeroDivisionError):
        below("cell", outlet, lambda: 1 / 0)
    outlet.write("y")
    assert outlet.put == [("latest", "x"), ("latest", "y")]


# --- with a server ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain", [False, True])
def test_a_record_has_what_its_handler_printed(
    make_rig: Callable[..., Rig], capsys: pytest.CaptureFixture[str], plain: bool
) -> None:
    rig = make_rig(plain=plain)

    def say(text: str) -> None:
        line("said", text)
        line("aside", file=sys.stderr, end="")

    rig.socketio.on_event("say", say)
    rig.socketio.on_event("nod", lambda: None)
    rig.peer().call("say", "ahoy")
    assert rig.handled("say").output == "said ahoy\naside"
    assert capsys.readouterr() == ("said ahoy\n", "aside")
    rig.peer().call("nod")
    assert rig.handled("nod").output is None


def test_of_a_handler_that_raised_the_record_has_what_it_printed_and_apart_from_it_the_traceback(
    make_rig: Callable[..., Rig], capsys: pytest.CaptureFixture[str]
) -> None:
    rig = make_rig()

    def fail() -> None:
        line("so far")
        raise KeyError("room")

    rig.socketio.on_event("fail", fail)
    rig.peer().emit("fail")
    done = rig.handled("fail")
    assert (done.output, done.error) == ("so far\n", "KeyError: 'room'")
    assert capsys.readouterr().err == done.traceback


def test_a_connect_and_a_disconnect_handler_print_too(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.socketio.on_event("connect", lambda: line("in"))
    rig.socketio.on_event("disconnect", lambda reason: line("out,", reason))
    peer = rig.peer()
    peer.drop()
    rig.wait(lambda: len(rig.all(r.Handled)) > 1)
    reason = rig.first(r.Disconnected).reason
    assert [done.output for done in rig.all(r.Handled)] == ["in\n", f"out, {reason}\n"]


def test_a_task_that_a_handler_starts_writes_for_itself(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()

    def work() -> None:
        rig.socketio.start_background_task(line, "from the task").join()
        line("from the handler")

    rig.socketio.on_event("work", work)
    rig.peer().call("work")
    assert rig.handled("work").output == "from the handler\n"


def test_a_host_gives_the_streams_back(make_rig: Callable[..., Rig]) -> None:
    out = sys.stdout
    before = vars(out).get("write")  # IPython, of a test before, may have put something there
    rig = make_rig()
    assert vars(out)["write"] is not before
    assert STREAMS.place is as_ever
    rig.host.release()
    assert vars(out).get("write") is before


def test_halves_of_surrogate_pairs_are_written_out() -> None:
    with outlets() as (out, _), listening(), acting_for(OWNER) as run:
        line("a\ud800b \U0001f600")
    assert "".join(text for _, text in out.put) == "a\\ud800b \U0001f600\n"
    assert run.console is not None
    assert run.console.text == "a\\ud800b \U0001f600\n"

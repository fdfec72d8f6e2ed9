"""What programs of eventlet call is there, on threads."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.legacy import eventlets
from sio_lab.legacy.plain_routes import PlainRoutes
from sio_lab.legacy.stand_in import family

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads


@pytest.fixture
def eventlet(runner: Threads) -> Any:
    return family(eventlets.modules(runner.flow, PlainRoutes(runner.notices)), eventlets.advise)["eventlet"]


def test_nothing_is_patched(runner: Threads, notebook: Notebook, eventlet: Any) -> None:
    before = (threading.Thread, socket.socket, time.sleep)
    notebook.run("eventlet.monkey_patch(socket=True, thread=False)", eventlet=eventlet)
    assert (threading.Thread, socket.socket, time.sleep) == before
    assert not eventlet.patcher.is_monkey_patched("socket")
    (said,) = runner.said
    assert said.startswith("<cell 1>, line 1: eventlet.monkey_patch() is not needed here: the lab runs handlers in ")
    assert said.endswith("Delete the line.\n    eventlet.monkey_patch(socket=True, thread=False)")


def test_functions_are_spawned_now_and_later(eventlet: Any) -> None:
    assert eventlet.spawn(len, "abc").wait() == 3
    assert eventlet.spawn_after(0.001, len, "abc").wait() == 3
    done: list[int] = []
    eventlet.spawn_n(done.append, 1).wait()
    assert done == [1]
    greenlet = eventlet.spawn_after(1000, done.append, 2)
    eventlet.greenthread.cancel(greenlet)
    eventlet.kill(eventlet.spawn(eventlet.sleep, 1000))
    eventlet.sleep(0)
    assert done == [1]


def test_a_thread_knows_which_it_is(eventlet: Any) -> None:
    greenlet = eventlet.spawn(eventlet.getcurrent)
    assert greenlet.wait() is greenlet
    assert eventlet.getcurrent() is threading.current_thread()


def test_pools_piles_queues_and_events_work_together(eventlet: Any) -> None:
    pool, letters, event = eventlet.GreenPool(2), eventlet.queue.LightQueue(), eventlet.event.Event()
    pool.spawn_n(letters.put, "a")
    pool.spawn(event.send, "sent")
    pool.waitall()
    assert (letters.get(), event.wait()) == ("a", "sent")
    pile = eventlet.GreenPile(pool)
    pile.spawn(len, "ab")
    assert list(pile) == [2]
    with eventlet.Semaphore(1):
        assert list(eventlet.GreenPool().imap(len, ["a"])) == [1]


def test_time_limits(eventlet: Any) -> None:
    with pytest.raises(eventlet.Timeout) as raised, eventlet.timeout.Timeout(0.01):
        eventlet.sleep(1000)
    assert eventlet.timeout.is_timeout(raised.value)
    assert eventlet.with_timeout(0.01, eventlet.sleep, 1000, timeout_value="late") == "late"


def test_a_server_is_the_labs(runner: Threads, notebook: Notebook, eventlet: Any) -> None:
    app = object()
    notebook.run(
        "listener = eventlet.listen(('', 5000))\n"
        "eventlet.wsgi.server(eventlet.wrap_ssl(listener, certfile='x'), app, log_output=True)",
        eventlet=eventlet,
        app=app,
    )
    assert runner.served == [(app, "0.0.0.0", 5000)]  # noqa: S104 - what the program asks for
    assert [text.splitlines()[0] for text in runner.said] == [
        "<cell 1>, line 2: The lab serves without TLS: leave wrap_ssl() out.",
        (
            "<cell 1>, line 2: eventlet.wsgi.server() serves in the background here and returns at once. "
            "Today: socketio.run(app, host='0.0.0.0', port=5000)."
        ),
    ]


def test_work_for_other_threads_is_done_right_here(runner: Threads, eventlet: Any) -> None:
    assert eventlet.tpool.execute(pow, 2, exp=3) == 8
    assert eventlet.tpool.Proxy(5) == 5
    eventlet.tpool.set_num_threads(5)
    assert len(runner.said) == 2


def test_python_s_own_modules_are_given_for_green_ones(eventlet: Any) -> None:
    assert eventlets.plain_module("eventlet.green.time") is time
    assert eventlet.import_patched("time") is eventlet.patcher.original("time") is time
    with pytest.raises(ModuleNotFoundError, match="urllib2"):
        eventlets.plain_module("eventlet.green.urllib2")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("eventlet.serve", "eventlet.serve has no stand-in in the lab.*Use socketserver"),
        ("eventlet.hubs.trampoline", "Use Python's threading, queue and socket modules"),
        ("eventlet.websocket.WebSocketWSGI", "flask_sock"),
        ("eventlet.green.socket", "Python's own socket here.*import socket"),
    ],
)
def test_the_rest_is_answered(notebook: Notebook, eventlet: Any, code: str, advice: str) -> None:
    with pytest.raises(AttributeError, match=advice):
        notebook.run(code, eventlet=eventlet)

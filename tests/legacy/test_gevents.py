"""What programs of gevent and geventwebsocket call is there, on threads."""

from __future__ import annotations

import queue
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.errors import LabError
from sio_lab.legacy import gevents
from sio_lab.legacy.green import GreenletExit
from sio_lab.legacy.plain_routes import PlainRoutes
from sio_lab.legacy.stand_in import family

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads


@pytest.fixture
def modules(runner: Threads) -> dict[str, Any]:
    return dict(family(gevents.modules(runner.flow, PlainRoutes(runner.notices)), gevents.advise))


@pytest.fixture
def gevent(modules: dict[str, Any]) -> Any:
    return modules["gevent"]


@pytest.mark.parametrize("name", gevents.PATCHES)
def test_nothing_is_patched(runner: Threads, notebook: Notebook, gevent: Any, name: str) -> None:
    before = (threading.Thread, socket.socket, time.sleep, queue.Queue)
    notebook.run(f"gevent.monkey.{name}(thread=True)", gevent=gevent)
    assert (threading.Thread, socket.socket, time.sleep, queue.Queue) == before
    assert f"gevent.monkey.{name}() is not needed here" in runner.said[0]
    assert not gevent.monkey.is_module_patched("threading")
    assert not gevent.monkey.is_object_patched("threading", "Thread")


def test_originals_are_what_they_are(gevent: Any) -> None:
    assert gevent.monkey.get_original("time", "sleep") is time.sleep
    assert gevent.monkey.get_original("time", ["sleep", "time"]) == [time.sleep, time.time]


def test_functions_are_spawned_joined_and_killed(gevent: Any) -> None:
    jobs = [gevent.spawn(len, "abc"), gevent.spawn_later(0.001, len, "ab"), gevent.spawn_raw(len, "a")]
    assert gevent.joinall(jobs) == jobs
    assert [job.value for job in jobs] == [3, 2, 1]
    sleeping = [gevent.spawn(gevent.sleep, 1000) for _ in range(3)]
    gevent.kill(sleeping[0], timeout=20)
    gevent.killall(sleeping, timeout=20)
    assert all(isinstance(each.get(), GreenletExit) for each in sleeping)
    gevent.idle()
    gevent.sleep()


def test_a_greenlet_of_ones_own(gevent: Any) -> None:
    class Worker(gevent.Greenlet):  # type: ignore[misc]  # made for this test
        def __init__(self, count: int) -> None:
            gevent.Greenlet.__init__(self)
            self.count = count

        def _run(self) -> int:
            return self.count

    worker = Worker(3)
    worker.start()
    worker.join()
    assert worker.value == 3
    assert gevent.spawn(gevent.getcurrent).get() is not threading.current_thread()


def test_the_first_ones_to_end_are_waited_for(gevent: Any) -> None:
    slow, quick = gevent.spawn(gevent.sleep, 1000), gevent.spawn(len, "abc")
    assert gevent.wait([slow, quick], count=1) == [quick]
    assert gevent.joinall([slow, quick], count=1) == [quick]
    assert list(gevent.iwait([slow, quick], timeout=0.01)) == [quick]
    event = gevent.event.Event()
    event.set()
    assert gevent.wait([event]) == [event]
    slow.kill(timeout=20)
    with pytest.raises(LabError, match="give it the greenlets"):
        gevent.wait()


def test_what_greenlets_share(gevent: Any) -> None:
    letters, result = gevent.queue.JoinableQueue(), gevent.event.AsyncResult()
    pool = gevent.pool.Group()
    pool.spawn(letters.put, "a")
    pool.spawn(result.set, 5)
    pool.join()
    assert (letters.get(), result.get()) == ("a", 5)
    with gevent.lock.Semaphore(1), gevent.coros.RLock():
        assert gevent.threadpool.ThreadPool(2).apply(len, ("abc",)) == 3
    gevent.local.local().value = 1
    with pytest.raises(gevent.queue.Empty):
        letters.get(timeout=0.01)


def test_time_limits(gevent: Any) -> None:
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
        gevent.sleep(1000)
    with gevent.Timeout(0.01, False):
        gevent.event.Event().wait()
    assert gevent.with_timeout(0.01, gevent.sleep, 1000, timeout_value="late") == "late"


def test_servers_are_the_labs(runner: Threads, modules: dict[str, Any]) -> None:
    app = flask.Flask("app")
    handler = modules["geventwebsocket.handler"].WebSocketHandler
    modules["gevent.pywsgi"].WSGIServer(("127.0.0.1", 5000), app, handler_class=handler).serve_forever()
    modules["gevent.wsgi"].WSGIServer(("127.0.0.1", 5001), app).start()
    modules["geventwebsocket"].WebSocketServer(("127.0.0.1", 5002), app).serve_forever()
    assert [port for _, _, port in runner.served] == [5000, 5001, 5002]


def test_python_s_own_modules_are_given_for_some(gevent: Any) -> None:
    for name, module in {"socket": socket, "time": time, "signal": signal}.items():
        assert gevents.plain_module(f"gevent.{name}") is module
    assert set(gevents.PLAIN).isdisjoint(vars(gevent))


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("modules['gevent'].get_hub", "gevent.get_hub has no stand-in in the lab, which runs no gevent"),
        ("modules['gevent'].socket", "gevent.socket is Python's own socket here: import socket"),
        ("modules['gevent'].server", "Use socketserver"),
        ("modules['gevent.queue'].Channel", r"queue.Queue\(maxsize=1\)"),
        ("modules['geventwebsocket'].Resource", "flask_sock"),
    ],
)
def test_the_rest_is_answered(notebook: Notebook, modules: dict[str, Any], code: str, advice: str) -> None:
    with pytest.raises(AttributeError, match=advice):
        notebook.run(code, modules=modules)


def test_closed_websockets_raise_what_programs_catch(modules: dict[str, Any]) -> None:
    assert modules["geventwebsocket"].WebSocketError is modules["geventwebsocket.exceptions"].WebSocketError
    assert issubclass(modules["geventwebsocket"].WebSocketError, OSError)

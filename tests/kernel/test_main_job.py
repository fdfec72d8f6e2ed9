"""The main job, in a real kernel, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kernel.notebook import Ran

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

PROGRAM = """
@socketio.on("my event", namespace="/test")
def my_event(data):
    join_room(data["room"])
    emit("my response", {"data": data["data"]}, to=data["room"])
    return "one", 2
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        assert kernel.run("before = set(globals())\n%load_ext sio_lab").error == ""
        yield kernel


@pytest.fixture(autouse=True)
def started(kernel: Kernel) -> Iterator[Ran]:
    yield kernel.run("%sio start")
    kernel.run("%sio stop")


def test_start_says_where_and_what_is_ready(started: Ran) -> None:
    assert "Serving at http://127.0.0.1:" in started.out
    assert started.error == started.err == ""


def test_the_main_job(kernel: Kernel) -> None:
    assert kernel.run(PROGRAM).error == ""
    kernel.run('ada, bob = lab.client("ada", namespace="/test"), lab.client("bob", namespace="/test")')
    assert kernel.run('ada.call("my event", {"room": "lobby", "data": 1})').text == "('one', 2)"
    assert "my response" in kernel.run("ada.received").text
    for table in ("traffic", "clients", "rooms", "namespaces", "handlers"):
        assert kernel.run(f"type(lab.{table}.df).__name__, len(lab.{table}.df) > 0").text == "('DataFrame', True)"
    event = kernel.run("lab.traffic.where('kind:event')[-1].request_event").text
    assert event == "{'message': 'my event', 'args': ({'room': 'lobby', 'data': 1},)}"
    emitted = kernel.run('%sio emit "my response" {"data": 42} --to ada')
    assert emitted.text == "my response → ada (1 client in /test)"
    assert kernel.run("ada.received.args.tolist()").text == "[({'data': 1},), ({'data': 42},)]"


def test_tables_show_html_and_text(kernel: Kernel) -> None:
    [shown] = kernel.run("lab.traffic").results
    assert shown["text/html"].count("<table") == 1
    assert shown["text/plain"].startswith("traffic: ")


def test_starting_twice_says_what_runs(kernel: Kernel) -> None:
    port = kernel.run("lab.port").text
    again = kernel.run("%sio start --port 1")
    assert f":{port}:" in again.out
    assert "running already" in again.out
    assert again.error == ""


def test_stopping_twice_is_fine(kernel: Kernel) -> None:
    assert kernel.run("%sio stop").error == ""
    again = kernel.run("%sio stop")
    assert "stopped" in again.out
    assert again.error == ""


def test_loading_twice_keeps_the_one_lab(kernel: Kernel) -> None:
    kernel.run("first = lab")
    assert "already loaded" in kernel.run("%load_ext sio_lab").out
    assert kernel.run("lab is first, lab.running").text == "(True, True)"


def test_a_cell_may_be_run_again(kernel: Kernel) -> None:
    for answer in ("1", "2"):
        kernel.run(f'@socketio.on("again")\ndef again():\n    return {answer}')
        assert kernel.run('lab.client("ada").call("again")').text == answer


def test_a_handler_that_raises_shows_its_own_lines(kernel: Kernel) -> None:
    kernel.run('@socketio.on("boom")\ndef boom(data):\n    return data["missing"]')
    kernel.run('eve = lab.client("eve")')
    kernel.run('eve.emit("boom", {})')
    assert "site-packages" not in kernel.below("KeyError: 'missing'").err
    failed = kernel.run('eve.call("boom", {})')
    assert "CallFailed" in failed.error
    assert "KeyError" in failed.error
    assert "sio_lab/" not in failed.error


def test_handler_functions_say_what_to_call_in_a_cell(kernel: Kernel) -> None:
    kernel.run('eve = lab.client("eve")')
    error = kernel.run('emit("x", 1)').error
    assert "inside a handler only" in error
    assert "to='eve'" in error
    assert "Traceback" not in error


def test_the_users_own_import_of_them_is_advised_on_too(kernel: Kernel) -> None:
    kernel.run('eve = lab.client("eve")')
    ran = kernel.run('import flask_socketio\nflask_socketio.emit("x", 1)')
    assert "LabError: emit() knows its client inside a handler only" in ran.error
    assert "Use lab.emit(event, ..., to='eve')" in ran.error


def test_slips_show_one_plain_error(kernel: Kernel) -> None:
    for line, told in {
        "%sio strat": "start",
        "%sio emit x --too ada": "--to",
        '%sio emit x {"a": 1': "{",
        "%sio emit x --to nobody": "names nobody",
        "%sio traffic evnt:x": "event",
        "%sio inspect 99999999": "no record",
    }.items():
        ran = kernel.run(line)
        assert "sio_lab/" not in ran.err + ran.error, line
        assert told in ran.err + ran.error, line


def test_acting_on_a_stopped_server_says_how_to_start(kernel: Kernel) -> None:
    kernel.run("%sio stop")
    assert "%sio start" in kernel.run("%sio emit x").err
    assert "%sio start" in kernel.run('lab.client("ada")').error


def test_a_taken_port_says_so(kernel: Kernel) -> None:
    kernel.run("%sio stop\nimport socket\nheld = socket.create_server(('127.0.0.1', 0))\ntaken = held.getsockname()[1]")
    ran = kernel.run("%sio start --port $taken")
    assert "is taken" in ran.err
    assert "--port 0" in ran.err
    kernel.run("held.close()")


def test_an_interrupt_stops_the_cell_and_not_the_server(kernel: Kernel) -> None:
    kernel.run("import os, signal, threading, time")
    ran = kernel.run("threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\ntime.sleep(30)")
    assert "KeyboardInterrupt" in ran.error
    assert kernel.run("lab.running, lab.client('ada').connected").text == "(True, True)"


def test_defaults_are_configurable(kernel: Kernel) -> None:
    assert "SioMagics" in kernel.run("%config").out
    kernel.run("%sio stop\n%config SioMagics.host = 'localhost'")
    assert "http://localhost:" in kernel.run("%sio start").out
    kernel.run("%config SioMagics.host = '127.0.0.1'")


def test_help_is_at_hand(kernel: Kernel) -> None:
    assert "emit" in kernel.run("%sio help").out
    assert "--skip" in kernel.run("%sio emit --help").out


def test_unloading_leaves_the_notebook_as_it_was() -> None:
    with Kernel() as kernel:
        kernel.run("before = set(globals()) | {'before'}\nimport threading\nthreads = threading.active_count()")
        kernel.run("%load_ext sio_lab\n%sio start\nada = lab.client('ada')\ndel ada")
        kernel.run("%unload_ext sio_lab")
        left = kernel.run("sorted(name for name in set(globals()) - before if not name.startswith('_'))").text
        assert left == "['threading', 'threads']"
        assert kernel.run("threading.active_count() - threads").text == "0"
        assert "not found" in kernel.run("%sio").err
        assert "SioMagics" not in kernel.run("%config").out
        assert kernel.run("%load_ext sio_lab\n%sio start").error == ""

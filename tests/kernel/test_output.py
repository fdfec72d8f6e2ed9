"""Output where it was written, in a real kernel: below the cell that defined the handler, and kept with the event."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from ipykernel.zmqshell import ZMQInteractiveShell

from tests.kernel.notebook import Kernel
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kernel.notebook import Ran

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

IS_ROUTED = hasattr(ZMQInteractiveShell, "set_thread_parent")
routed = pytest.mark.skipif(not IS_ROUTED, reason="ipykernel puts a thread's output elsewhere from 7.4 on")

LAYERS = """
import sys

def layers():
    found = []
    things = {"write": sys.stdout, "flush": sys.stderr, "publish": get_ipython().display_pub}
    for name, thing in {**things, "set_parent": get_ipython(), "_showtraceback": get_ipython()}.items():
        function = vars(thing).get(name)
        while function is not None:
            found.append(function.__module__.partition(".")[0])
            inner = [each.cell_contents for each in function.__closure__ or ()]
            function = next((each for each in inner if getattr(each, "__name__", "") == name), None)
    return found
"""
START = "%load_ext sio_lab\n%sio start\nada, bob, eve = (lab.client(name) for name in ('ada', 'bob', 'eve'))"
HANDLER = """
import sys, threading
together = globals().get("together") or threading.Barrier(3)

@socketio.on("{0}")
def {0}(name):
    together.wait(10)
    for number in range(20):
        print("{0}", name, end=" ")
        print(number)
        print("{0} err", name, number, file=sys.stderr)
    display({{"{0}": name}})
    print("no line end from", name, end="")
    raise KeyError(f"{0} {{name}}")
"""
SAY = "@socketio.on('say')\ndef say(text):\n    print('said', text)\n    return text"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        assert kernel.run(LAYERS).error == kernel.run("before = layers()").error == ""
        assert kernel.run(START, "start").error == ""
        yield kernel


def expected(handler: str, *names: str) -> list[str]:
    return sorted(f"{handler} {name} {number}" for name in names for number in range(20))


@routed
@differs("What a handler puts out stands below its own cell")
def test_two_handlers_of_two_cells_called_by_three_clients_never_mix(kernel: Kernel) -> None:
    one, two = kernel.run(HANDLER.format("one"), "cell one"), kernel.run(HANDLER.format("two"), "cell two")
    calls = "ada.emit('one', 'a', wait=False); bob.emit('two', 'b', wait=False); eve.emit('one', 'c', wait=False)"
    caller = kernel.run(f"{calls}\nprint('own'); print(lab.settle(10))", "caller")
    kernel.until(lambda: one.err.count("KeyError: ") == 2 and two.err.count("KeyError: ") == 1)
    kernel.until(lambda: one.out.count("no line end") == 2 and two.out.count("no line end") == 1)
    for ran, handler, names in ((one, "one", "ac"), (two, "two", "b")):
        told = re.split(r"no line end from \w", ran.out)
        assert sorted("".join(told).splitlines()) == expected(handler, *names)
        assert sorted(re.findall(r"^\w+ err \w \d+$", ran.err, re.MULTILINE)) == sorted(
            line.replace(handler, f"{handler} err") for line in expected(handler, *names)
        )
        assert sorted(re.findall(r"KeyError: '(.+)'", ran.err)) == [f"{handler} {name}" for name in names]
        assert sorted(ran.text.splitlines()) == sorted(str({handler: name}) for name in names)
    assert (caller.out, caller.err, caller.results) == ("own\nTrue\n", "", [])


@routed
def test_what_answers_a_raw_websocket_puts_out_below_its_own_cell(kernel: Kernel) -> None:
    heard = kernel.run("@lab.ws('/raw')\ndef raw(ws):\n    print('heard', ws.receive())", "cell raw")
    opened = "simple_websocket.Client(lab.url.replace('http', 'ws') + '/raw')"
    caller = kernel.run(f"import simple_websocket\nline = {opened}\nline.send('ahoy')", "raw caller")
    kernel.until(lambda: heard.out == "heard ahoy\n")
    assert (caller.out, caller.err) == ("", "")


def test_each_event_keeps_what_its_handler_put_out(kernel: Kernel) -> None:
    kernel.run(HANDLER.format("one"), "cell one")
    kernel.run("for each in (ada, bob, eve): each.emit('one', each.name, wait=False)\nlab.settle(10)")
    kernel.run("rows = [lab.traffic[seq].handled for seq in lab.traffic.where('event:one').df.index[-3:]]")
    told = kernel.run("print('\\n---\\n'.join(row.output for row in rows))").out.split("\n---\n")
    for name, output in zip(("ada", "bob", "eve"), sorted(told), strict=True):
        lines = [line for n in range(20) for line in (f"one {name} {n}", f"one err {name} {n}")]
        assert output.splitlines() == [*lines, str({"one": name}), f"no line end from {name}"]
    assert kernel.run("{(row.status, row.traceback[-20:]) for row in rows}").text.count("KeyError: 'one ") == 3


def test_what_was_printed_comes_before_the_traceback(kernel: Kernel) -> None:
    code = "@socketio.on('sink')\ndef sink():\n    print('going')\n    raise KeyError('sunk')"
    kernel.run(code, "cell sink")
    kernel.run("ada.emit('sink')")
    shown = kernel.below("KeyError: 'sunk'")
    assert shown.order.index("going\n") < next(n for n, text in enumerate(shown.order) if "sunk" in text)


def test_the_handlers_table_has_a_console(kernel: Kernel) -> None:
    kernel.run(SAY, "cell say")
    kernel.run("ada.call('say', 'ahoy'); bob.call('say', 'hello')")
    console = "lab.handlers.df.output['/', 'say']"
    assert kernel.run(f"print({console}, end='')").out == "said ahoy\nsaid hello\n"
    shown = kernel.run("lab.handlers.where('event:say')").text
    assert "said hello" in shown
    assert "ahoy" not in shown


@routed
def test_a_cell_that_is_run_again_has_its_output_below_its_new_run(kernel: Kernel) -> None:
    old = kernel.run(SAY, "cell say")
    kernel.run("ada.call('say', 'first')")
    kernel.until(lambda: old.out == "said first\n")
    new = kernel.run(SAY, "cell say")
    kernel.run("ada.call('say', 'second')")
    kernel.until(lambda: new.out == "said second\n")
    assert old.out == "said first\n"


@routed
def test_of_a_deleted_cell_it_goes_where_it_went_without_the_lab(kernel: Kernel) -> None:
    code = "import threading\nbegun, leave, done = (threading.Event() for _ in range(3))\n@socketio.on('wait')\n"
    code += "def wait():\n    begun.set()\n    leave.wait(10)\n    print('left')\n    done.set()"
    kernel.run(code, "cell gone")
    assert kernel.run("ada.emit('wait', wait=False)\nbegun.wait(10)").text == "True"
    later = kernel.run("leave.set()\ndone.wait(10)", deleted=["cell gone"], cell_id="later")
    kernel.until(lambda: "left\n" in later.out)


@routed
def test_what_comes_of_an_ack_that_cant_be_sent_stands_below_the_handlers_cell(kernel: Kernel) -> None:
    cell = kernel.run("@socketio.on('odd')\ndef odd():\n    return object()", "cell odd")
    caller = kernel.run("ada.emit('odd', callback=print)", "caller")
    kernel.until(lambda: "is not JSON serializable" in cell.err)
    assert (caller.out, caller.err) == ("", "")


@routed
def test_tasks_callbacks_and_routes_put_out_below_their_cells(kernel: Kernel) -> None:
    tasks = """
@socketio.on("work")
def work():
    socketio.start_background_task(fail)
    emit("ask", callback=lambda answer: print("answered", answer))

def fail():
    print("task")
    raise ValueError("in the task")
"""
    task = kernel.run(tasks, "cell work")
    route = kernel.run("@app.route('/told')\ndef told():\n    print('asked')\n    return ''", "cell route")
    kernel.run("ada.on('ask', lambda: 'yes')\nada.emit('work')\nimport urllib.request", "caller")
    kernel.run("urllib.request.urlopen(lab.url + '/told').close()", "caller")
    kernel.until(lambda: task.out.count("\n") == 2 and "ValueError: in the task" in task.err)
    assert sorted(task.out.splitlines()) == ["answered yes", "task"]
    kernel.until(lambda: route.out == "asked\n")


@routed
def test_clear_output_an_output_widget_and_showtraceback_are_the_handlers(kernel: Kernel) -> None:
    code = """
from IPython.display import clear_output
import ipywidgets
out = ipywidgets.Output()

@socketio.on("draw")
def draw(what):
    print("old")
    clear_output()
    with out:
        print("inside", out.msg_id, get_ipython().kernel.get_parent()["msg_id"])
    try:
        1 / 0
    except ZeroDivisionError:
        get_ipython().showtraceback()
    return what
"""
    cell = kernel.run(code, "cell draw")
    kernel.run("ada.call('draw', 1)", "caller")
    kernel.until(lambda: "ZeroDivisionError" in cell.error)
    # The front end puts into the widget what is of the request that it names.
    assert cell.out == f"inside {cell.request} {cell.request}\n"
    after = kernel.run("import threading\nthread = threading.Thread(target=print, args=['a thread'])\nthread.start()")
    kernel.until(lambda: after.out == "a thread\n")


def test_a_readers_own_prints_are_left_alone(kernel: Kernel) -> None:
    handler = "@socketio.on('noise')\ndef noise(n):\n    for i in range(n): print('noise', i)"
    kernel.run(handler, "cell noise")
    loop = "ada.emit('noise', 300, wait=False)\nfor i in range(300): print('own', i, end='')\nprint(lab.settle(10))"
    mine = kernel.run(loop, "mine")
    own = "".join(f"own {i}" for i in range(300)) + "True\n"
    if IS_ROUTED:
        assert mine.out == own
    else:
        assert re.sub(r"noise \d+\n", "", mine.out) == own


def test_a_capturing_cell_has_its_own_and_all_goes_on_behind_it(kernel: Kernel) -> None:
    cell = kernel.run(SAY, "cell say")
    capturing = "%%capture caught\nprint('mine')\ndisplay(1)\n_ = ada.call('say', 'inside')"
    assert kernel.run(capturing, "caller").out == ""
    assert kernel.run("caught.stdout.splitlines()[0], len(caught.outputs)").text == "('mine', 1)"
    kernel.run("ada.call('say', 'behind')", "caller")
    assert kernel.below("said behind") is cell or not IS_ROUTED
    assert kernel.run("lab.traffic[-1].handled.output").text == "'said behind\\n'"


def test_a_handler_may_capture_what_it_prints(kernel: Kernel) -> None:
    kernel.run(
        "import io, contextlib\n@socketio.on('catch')\ndef catch():\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as caught:\n        print('caught')\n"
        "    return caught.getvalue()"
    )
    assert kernel.run("ada.call('catch')").text == "'caught\\n'"


@pytest.mark.parametrize("load", ["%load_ext sio_lab", "%%capture\n%load_ext sio_lab"])
def test_unloading_leaves_the_streams_as_they_were_found(kernel: Kernel, load: str) -> None:
    kernel.run("%unload_ext sio_lab")
    assert kernel.run("layers() == before, before").text.startswith("(True")
    assert kernel.run(load).error == ""
    cell = started(kernel)
    assert "sio_lab" in kernel.run("layers()").text
    word = f"again{len(load)}"
    kernel.run(f"lab.client('ada').call('say', {word!r})")
    assert kernel.below(f"said {word}") is cell or not IS_ROUTED


def started(kernel: Kernel) -> Ran:
    """Start, and have a handler in a cell: all in the first cell behind the one that loads."""
    return kernel.run(f"%sio start\n{SAY}", "cell say")

"""The debugger in a real kernel, its commands typed at its prompt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
HANDLERS = """
import json
from flask_socketio import rooms
args = "the notebook's own"

def read(text):
    return json.loads(text)

@socketio.on("chat")
def chat(text):
    join_room("lobby")
    return read(text)

ada = lab.client("ada")
ada.emit("chat", "{oops")
"""
STOPPING = """
stops = False

@socketio.on("step")
def step(number):
    if stops:
        breakpoint()
    return number * 2
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        kernel.run("%load_ext sio_lab\n%sio start", "start")
        kernel.run(HANDLERS, "handlers")
        yield kernel


def test_commands_see_the_event_as_the_handler_did(kernel: Kernel) -> None:
    commands = ["p text", "p args", "p request.event", "p sorted(rooms()) == sorted([sid, 'lobby'])"]
    ran = kernel.run("%sio debug", answers=[*commands, "u", "p text, request.sid == ada.sid", "d", "q"])
    assert not ran.error
    assert ran.asked == ["ipdb> "] * 8
    out = COLOURS.sub("", ran.out)
    assert "'chat' in /: JSONDecodeError" in out.splitlines()[0]
    assert "return json.loads(text)" in out, "the reader's innermost frame, not the library's"
    assert out.count("('{oops',)") == 2, "args, though the notebook has a variable of that name, and request.event"
    assert "{'message': 'chat', 'args': ('{oops',)}" in out
    assert "True\n" in out
    assert "('{oops', True)" in out


def test_nothing_of_it_is_left_in_the_notebook(kernel: Kernel) -> None:
    kernel.run("lab.debug()", answers=["q"])
    ran = kernel.run("import flask\nprint(args, 'sid' in globals(), flask.has_request_context())")
    assert ran.out == "the notebook's own False False\n"


def test_without_anybody_to_type_the_traceback_is_told(kernel: Kernel) -> None:
    ran = kernel.run("%sio debug last")
    assert "needs somebody to type its commands" in ran.err
    assert "in read\n    return json.loads(text)" in ran.err
    assert "sio_lab/" not in ran.err


def test_a_row_that_did_not_fail_is_said_not_to_have(kernel: Kernel) -> None:
    assert "did not fail (server)" in kernel.run("%sio debug 1").err


def test_a_handler_that_is_run_again_stops_at_its_breakpoint_and_talks_below_this_cell(kernel: Kernel) -> None:
    handler = kernel.run(STOPPING, "step")
    kernel.run("ada.emit('step', 4)\nstops = True")
    ran = kernel.run("lab.rerun(lab.traffic.where('event:step').df.index[-1])", answers=["p number", "c"])
    assert ran.asked == ["ipdb> "] * 2
    assert "\n4\n" in ran.out
    assert "returned 8" in ran.text
    assert "the same" in ran.text
    assert (handler.out, handler.err) == ("", "")

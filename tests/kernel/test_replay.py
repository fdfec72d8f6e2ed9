"""Replay and rerun in a real kernel: a failing handler, fixed in its cell, replayed; what it raises, in the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILING = "@socketio.on('chat')\ndef chat(data):\n    limit = 10\n    return data['txt'][:limit]"
FIXED = "@socketio.on('chat')\ndef chat(data):\n    emit('chat', data['text'], broadcast=True)\n    return 'ok'"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        kernel.run("%load_ext sio_lab")
        kernel.run("%config SioMagics.live = False")
        kernel.run("%sio start")
        kernel.run("%sio client ada")
        kernel.run(FAILING, "handler")
        kernel.run("ada = lab.named_clients.get('ada')\nada.emit('chat', {'text': 'hi'})")
        kernel.run("N = int(lab.errors.df.index[-1])")
        yield kernel


def test_what_the_handler_raises_is_raised_in_the_cell_and_debugged(kernel: Kernel) -> None:
    ran = kernel.run("%sio rerun last")
    assert "KeyError: 'txt'" in ran.error
    assert "return data['txt'][:limit]" in ran.error
    assert "sio_lab" not in ran.error
    assert "interactiveshell" not in ran.error
    frames = kernel.run(
        "import sys, traceback\nprint([frame.name for frame in traceback.extract_tb(sys.last_traceback)][-1])"
    )
    assert frames.out.strip() == "chat"


def test_a_failing_handler_fixed_in_its_cell_and_replayed(kernel: Kernel) -> None:
    kernel.run(FIXED, "handler")
    before = kernel.run("print(len(ada.received), lab.log.last_seq)").out
    ran = kernel.run("row = lab.errors.df.index[-1]\nlab.replay(row)")
    assert "raised → handled" in ran.text
    assert "<details>" in ran.results[-1]["text/html"]
    assert "raised → handled" in kernel.run("get_ipython().run_line_magic('sio', f'replay {N}')").text
    assert kernel.run("print(len(ada.received), lab.log.last_seq)").out == before
    assert "returned 'ok'" in kernel.run("%sio rerun last").text
    kernel.run("%sio rerun last --live")
    assert kernel.run("lab.settle()\nprint(len(ada.received))").out.strip() == "1"

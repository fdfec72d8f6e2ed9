"""Why nothing arrived, asked in cells of a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

HANDLER = "@socketio.on('say')\ndef say(text):\n    emit('said', data=text)\n    return {}\n"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        ran = kernel.run("%load_ext sio_lab\n%sio start\nada = lab.client('ada')")
        assert not ran.error
        yield kernel


def test_a_lesson_of_silence(kernel: Kernel) -> None:
    assert "Nothing in the log went wrong" in kernel.run("%sio why").text
    kernel.run("ada.emit('sya', 'hi')")
    silent = kernel.run("%sio why last")
    assert "✕ no handler" in silent.text
    assert "text/html" in silent.results[0]
    row = int(silent.text.partition("row ")[2].partition(",")[0])
    assert kernel.run(f"%sio why {row}").text == silent.text
    assert kernel.run("lab.why()").text == silent.text
    assert f"There is no record {row + 999}" in kernel.run(f"%sio why {row + 999}").err
    assert "A number is expected here" in kernel.run("%sio why first").err


def test_a_dropped_data_argument_and_a_cell_that_is_named(kernel: Kernel) -> None:
    kernel.run(HANDLER.format("1"), "a")
    kernel.run("ada.emit('say', 'hi')")
    lost = kernel.run("lab.why(lab.traffic.where('event:said')[-1].seq)")
    assert "✕ lost value" in lost.text
    assert "emit('said', value)" in lost.text
    kernel.run(HANDLER.format("1 / 0"), "a")
    kernel.run("ada.emit('say', 'hi')")
    raised = kernel.run("%sio why")
    assert "raised ZeroDivisionError: division by zero" in raised.text
    assert "Mend it in its cell (In [" in raised.text
    assert "✕ lost value" in kernel.run("lab.why(lab.traffic.where('event:said')[-1].seq)").text

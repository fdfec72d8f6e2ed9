"""A class in a real kernel: what a notebook keeps of it does not give its code away."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from sio_lab.views.widget import MIME
from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

BEGIN = "%load_ext sio_lab\nlab.public_url = 'http://127.0.0.1:5000'\n%sio start --join"


@pytest.fixture(scope="module")
def opened() -> Iterator[Kernel]:
    with Kernel() as kernel:
        yield kernel


@pytest.fixture
def kernel(opened: Kernel) -> Iterator[Kernel]:
    """Return a kernel without a lab; the one that a test loads goes with it."""
    yield opened
    assert opened.run("%unload_ext sio_lab", "end").error == ""


def code_of(kernel: Kernel) -> str:
    return kernel.run("print(lab.classroom().code)", "code").out.strip()


def test_a_start_shows_the_card_and_keeps_no_code(kernel: Kernel) -> None:
    ran = kernel.run(BEGIN, "a")
    code = code_of(kernel)
    assert re.fullmatch(r"\w{4}-\w{4}", code)
    assert "A class may come in at http://127.0.0.1:5000/: 0 students in" in ran.out
    [shown] = ran.results
    assert {MIME, "text/plain", "text/html"} == set(shown)
    assert shown["text/plain"].startswith("A class at http://127.0.0.1:5000/: 0 students in.")
    assert code not in ran.out + json.dumps(shown)


def test_without_a_page_the_picture_has_no_code_either(kernel: Kernel) -> None:
    kernel.run(BEGIN)
    code = code_of(kernel)
    [shown] = kernel.run("lab.classroom()").results
    [started] = kernel.run("lab.start(join=True)").results
    for bundle in (shown, started):
        assert set(bundle) == {"text/plain", "text/html"}
        assert "%sio classroom shows it" in bundle["text/plain"]
        assert code not in json.dumps(bundle)
    assert code in kernel.run("print(lab.classroom())").out


def test_each_verb_says_in_a_line_what_holds(kernel: Kernel) -> None:
    kernel.run(BEGIN, "a")
    for verb, said in (
        ("pause", "Paused: events of students are refused."),
        ("resume", "Resumed"),
        ("lock", "Locked"),
        ("unlock", "Unlocked"),
        ("limit 5", "each student may send 5 events a second"),
        ("limit off", "No limit"),
        ('announce "Five more minutes"', "Announced to 0 students."),
    ):
        assert said in kernel.run(f"%sio {verb}", "b").text


def test_without_a_class_a_slip_is_told_in_a_line(kernel: Kernel) -> None:
    kernel.run("%load_ext sio_lab\n%sio start", "a")
    assert "No class is in: %sio start --join" in kernel.run("%sio pause", "b").err
    assert "It lets no class in" in kernel.run("%sio start --join", "c").out


def test_the_card_ends_as_a_picture_with_the_class(kernel: Kernel) -> None:
    kernel.run(BEGIN, "a")
    kernel.run("%sio stop", "b")
    assert kernel.run("print(len(lab.showing))", "c").out.strip() == "0"
    assert "No class is in" in kernel.run("%sio classroom", "d").err

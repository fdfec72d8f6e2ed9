"""A notice names the line of the reader's code, and is given once."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.legacy.notices import Notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.legacy.reader import Notebook

LOOP = """
for _ in range(3):
    give("old")
give("old")
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def notices(notebook: Notebook, said: list[str]) -> Notices:
    return Notices(said.append, notebook.is_cell, notebook.label)


def test_it_names_cell_line_and_source_once_for_each_line(
    notebook: Notebook, notices: Notices, said: list[str]
) -> None:
    notebook.run(LOOP, give=notices.give)
    assert said == ['In [1], line 3: old\n    give("old")', 'In [1], line 4: old\n    give("old")']


def test_another_text_for_the_line_is_given_too(notebook: Notebook, notices: Notices, said: list[str]) -> None:
    notebook.run("give('one'); give('two'); give('one')", give=notices.give)
    assert [text.partition("\n")[0] for text in said] == ["In [1], line 1: one", "In [1], line 1: two"]


def test_libraries_are_passed_over(notebook: Notebook, notices: Notices, said: list[str]) -> None:
    notebook.run(
        "import json\njson.dumps(thing, default=lambda thing: thing())",
        thing=lambda: json.dumps(object(), default=lambda _value: notices.give("old")),
    )
    # The nearest line that is no library's is in this module, which the lambda is written in.
    assert said[0].startswith("test_notices.py, line ")
    notebook.run("import json\njson.dumps(object(), default=lambda thing: give('old'))", give=notices.give)
    assert said[1].startswith("In [2], line 2: old")


def test_a_module_of_the_readers_goes_by_its_file(
    write: Callable[..., None], notices: Notices, said: list[str], notebook: Notebook
) -> None:
    write(chat_of_notices="def start(give):\n    give('old')\n")
    notebook.run("import chat_of_notices; chat_of_notices.start(give)", give=notices.give)
    assert said == ["chat_of_notices.py, line 2: old\n    give('old')"]


def test_a_cell_without_a_label_is_this_cell(notebook: Notebook, said: list[str]) -> None:
    notebook.run("give('old')", give=Notices(said.append, notebook.is_cell).give)
    assert said[0].startswith("this cell, line 1: old")


def test_code_whose_source_is_not_to_be_had_is_named_by_its_line(said: list[str]) -> None:
    names: dict[str, Any] = {"__name__": "__main__", "give": Notices(said.append).give}
    exec(compile("give('old')", "nowhere.py", "exec"), names)  # noqa: S102 - as a program that was deleted since
    assert said == ["nowhere.py, line 1: old"]


def test_a_thread_that_runs_no_line_of_the_readers_gets_the_text_alone(notices: Notices, said: list[str]) -> None:
    thread = threading.Thread(target=notices.give, args=("old",))
    thread.start()
    thread.join()
    assert said == ["old"]


def test_a_text_can_be_located_without_telling_it(notebook: Notebook, notices: Notices, said: list[str]) -> None:
    names = notebook.run("text = located('old')", located=notices.located)
    assert names["text"] == "In [1], line 1: old\n    text = located('old')"
    assert not said


def test_many_threads_give_a_notice_once(notebook: Notebook, notices: Notices, said: list[str]) -> None:
    notebook.run("def work():\n    give('old')", give=notices.give)
    threads = [threading.Thread(target=notebook.names["work"]) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1

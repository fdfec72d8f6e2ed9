"""Output where it was written, in a real JupyterLab: two handlers of two cells, called by three clients at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

SOON = 20_000
ROUNDS = 8
HANDLER = """
import sys, threading
together = globals().get("together") or threading.Barrier(3)

@socketio.on("{0}")
def {0}(name):
    together.wait(10)
    for number in range({1}):
        print("{0}:", name, end=" ")
        print(number)
    print("{0} warns", name, file=sys.stderr)
    display({{"{0}": name}})
    if name == "eve":
        raise KeyError(f"{0} {{name}}")
"""
CLIENTS = "ada, bob, eve = (lab.client(name) for name in ('ada', 'bob', 'eve'))"
CALLS = """
for client, event in ((ada, "ask"), (bob, "vote"), (eve, "vote")):
    client.emit(event, client.name, wait=False)
print("all called:", lab.settle(10))
"""
TOLD = "print([(row['event'], row['handler'], row['output'] is not None) for row in lab.handlers])\nlab.traffic[-1]"
ASK, VOTE, CALLER, KEPT = 1, 2, 4, 5


@pytest.fixture(scope="module")
def book(desk: Desk, window: Page) -> Iterator[Book]:
    folder = desk.folder("output")
    write(folder, "output.ipynb", HANDLER.format("ask", ROUNDS), HANDLER.format("vote", ROUNDS), CLIENTS, CALLS, TOLD)
    with Book(window, desk.address(folder), "output.ipynb") as book:
        yield book


def test_each_handlers_output_stands_below_its_own_cell_and_survives_a_reload(book: Book) -> None:
    book.run_all(CALLER + 1)
    expect(book.output(VOTE)).to_contain_text("KeyError: 'vote eve'", timeout=SOON)
    expect(book.output(VOTE)).to_contain_text("{'vote': 'bob'}", timeout=SOON)
    expect(book.output(ASK)).to_contain_text("{'ask': 'ada'}", timeout=SOON)
    for cell, event, names in ((ASK, "ask", ["ada"]), (VOTE, "vote", ["bob", "eve"])):
        shown = book.output(cell).inner_text()
        lines = re.findall(r"\w+: \w+ \d", shown)
        assert sorted(lines) == [f"{event}: {name} {number}" for name in names for number in range(ROUNDS)]
        assert sorted(re.findall(r"(\w+) warns (\w+)", shown)) == [(event, name) for name in names]
        assert sorted(re.findall(r"\{'(\w+)': '(\w+)'\}", shown)) == [(event, name) for name in names]
    assert "Traceback" not in book.output(ASK).inner_text()
    assert book.output(CALLER).inner_text().strip() == "all called: True"
    book.save()
    book.open()
    book.run(KEPT)
    expect(book.output(KEPT)).to_contain_text("[('ask', 'ask', True), ('vote', 'vote', True)]", timeout=SOON)
    expect(book.output(KEPT)).to_contain_text(re.compile(r"(ask|vote): \w+ 7"), timeout=SOON)

"""The live views in a real JupyterLab and a real Notebook 7: they go on and act while cells run, and outlive a reload.

The tests of this file share a page for each front end, and are run in order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book, write
from tests.browser.chat import BEHIND, COMPUTES, PLACES, SLEEPS, SPEAKER_CELL, cells
from tests.browser.looks import faint_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

SOON = 30_000
SLEEPING, COMPUTING, ORIGINS, COUNTS, MAGIC = range(BEHIND, BEHIND + 5)
OWN = (
    SLEEPS,
    COMPUTES,
    'print({(each.event, each.origin) for each in lab.log.since(0) if getattr(each, "origin", None) == "panel"})',
    "print(len(lab.showing), len(_instances), lab.showing._live._refresher.is_running)",
    "%sio",
)


@pytest.fixture(scope="module", params=["jupyterlab", pytest.param("notebook", marks=pytest.mark.thorough)])
def book(request: pytest.FixtureRequest, desk: Desk, window: Page) -> Iterator[Book]:
    folder = desk.folder(f"live-{request.param}")
    write(folder, "chat.ipynb", *cells(*OWN))
    with Book(window, desk.address(folder, request.param), "chat.ipynb") as opened:
        opened.run_all(BEHIND)
        yield opened


def test_every_view_goes_on_and_tables_act_while_a_cell_sleeps(book: Book) -> None:
    book.run(SLEEPING, wait=False)
    every_view_goes_on(book, "asleep")
    join_and_disconnect(book)
    join_on_the_map(book)
    is_busy(book, SLEEPING)
    finish(book, SLEEPING)


def test_every_view_goes_on_and_forms_act_while_a_cell_computes(book: Book) -> None:
    book.run(COMPUTING, wait=False)
    every_view_goes_on(book, "at work")
    emit_by_form(book, "hello", '{"from": "the form"}')
    drop_and_reconnect(book)
    is_busy(book, COMPUTING)
    finish(book, COMPUTING)
    book.run(ORIGINS)
    expect(book.output(ORIGINS)).to_contain_text("('hello', 'panel')")


def test_the_dashboard_stops_and_starts_and_no_view_ends(book: Book) -> None:
    dashboard = book.view(PLACES["dashboard"])
    button(dashboard, "Stop").click()
    expect(dashboard).to_contain_text("Stopped", timeout=SOON)
    expect(book.view(PLACES["clients"])).to_contain_text("0 rows", timeout=SOON)
    button(dashboard, "Start").click()
    expect(dashboard).to_contain_text("Running at", timeout=SOON)
    book.run(SPEAKER_CELL)
    for name in ("traffic", "clients", "dashboard", "sequence", "map", "panels"):
        assert book.view(PLACES[name]).count() == 1
    expect(book.view(PLACES["clients"])).to_contain_text("3 rows", timeout=SOON)
    expect(book.view(PLACES["panels"])).to_contain_text("lobby", timeout=SOON)


def test_rows_are_filtered_and_a_wrong_word_is_explained(book: Book) -> None:
    traffic = book.view(PLACES["traffic"])
    field = traffic.get_by_label("filter traffic")
    field.fill("colour:red")
    expect(traffic.get_by_role("alert")).to_contain_text("colour", timeout=SOON)
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("event:enter")
    expect(traffic.get_by_role("alert")).to_be_hidden(timeout=SOON)
    expect(kinds(traffic).filter(has_not_text="event")).to_have_count(0, timeout=SOON)
    expect(traffic.locator(".sio-body [data-column=event]").first).to_have_text("enter")
    field.fill("")
    expect(kinds(traffic).filter(has_not_text="event")).not_to_have_count(0, timeout=SOON)


def test_a_row_tells_all_and_leads_to_its_effects_by_keyboard(book: Book) -> None:
    traffic = book.view(PLACES["traffic"])
    grid, detail = traffic.get_by_role("grid"), traffic.locator(".sio-detail")
    traffic.get_by_label("filter traffic").fill("event:say")
    expect(kinds(traffic).filter(has_not_text="event")).to_have_count(0, timeout=SOON)
    grid.focus()
    for key in ("End", "ArrowUp", "ArrowDown", "Enter"):
        grid.press(key)
    expect(detail).to_contain_text("request.event", timeout=SOON)
    expect(detail.get_by_role("tree", name="request.event")).to_contain_text("message: 'say'", timeout=SOON)
    expect(detail.get_by_label("wire", exact=True)).to_contain_text("type EVENT", timeout=SOON)
    detail.get_by_label("effects", exact=True).locator(".sio-link").first.click()
    expect(detail.locator(".sio-what")).to_contain_text("emit", timeout=SOON)
    detail.get_by_label("cause", exact=True).locator(".sio-link").click()
    expect(detail.locator(".sio-what")).to_contain_text("say", timeout=SOON)
    book.page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    expect(grid).to_be_focused()
    grid.press("Escape")
    expect(grid.locator("[aria-selected=true]")).to_have_count(0)
    traffic.get_by_label("filter traffic").fill("")


def test_a_table_is_paused_resumed_and_cleared(book: Book) -> None:
    traffic = book.view(PLACES["traffic"])
    button(traffic, "Pause").click()
    emit_by_form(book, "unseen", "1")
    expect(book.view(PLACES["dashboard"]).locator(".sio-body")).to_contain_text("unseen", timeout=SOON)
    expect(traffic.locator(".sio-body")).not_to_contain_text("unseen")
    button(traffic, "Resume").click()
    traffic.get_by_role("grid").press("End")
    expect(traffic.locator(".sio-body")).to_contain_text("unseen", timeout=SOON)
    button(traffic, "Clear").click()
    expect(traffic).to_contain_text("cleared", timeout=SOON)
    emit_by_form(book, "afterwards", "2")
    expect(traffic.locator(".sio-body [data-column=event]")).to_have_text(["afterwards"], timeout=SOON)
    button(traffic, "Show all").click()
    traffic.get_by_role("grid").press("End")
    expect(traffic.locator(".sio-body")).to_contain_text("unseen", timeout=SOON)


def test_all_that_is_written_can_be_read(book: Book) -> None:
    traffic = book.view(PLACES["traffic"])
    traffic.get_by_role("grid").press("Enter")
    expect(traffic.locator(".sio-detail")).to_contain_text("time", timeout=SOON)
    traffic.get_by_label("filter traffic").fill("colour:red")
    expect(traffic.get_by_role("alert")).to_contain_text("colour", timeout=SOON)
    assert {name: faint for name, place in PLACES.items() if (faint := faint_texts(book.view(place)))} == {}
    traffic.get_by_label("filter traffic").fill("")
    expect(traffic.get_by_role("alert")).to_be_hidden(timeout=SOON)


def test_run_again_a_cell_has_one_view_and_nothing_is_left_of_the_other(book: Book) -> None:
    book.run(MAGIC, COUNTS)
    before = book.output(COUNTS).text_content()
    for _ in range(2):
        book.run(PLACES["traffic"], PLACES["dashboard"], MAGIC)
    expect(book.view(PLACES["traffic"])).to_have_count(1)
    expect(book.view(MAGIC).get_by_role("tab", name="Sequence")).to_be_visible(timeout=SOON)
    book.run(COUNTS)
    assert book.output(COUNTS).text_content() == before
    assert (before or "").startswith("7 ")


def test_the_views_go_on_after_a_reload(book: Book) -> None:
    book.save()
    book.open()
    for name in ("traffic", "dashboard", "sequence", "panels"):
        expect(book.view(PLACES[name])).to_contain_text("enter", timeout=SOON)
    expect(book.page.locator(".sio-gone")).to_have_count(0)
    emit_by_form(book, "reloaded", "3")
    for name in ("traffic", "dashboard", "sequence", "panels"):
        expect(book.view(PLACES[name])).to_contain_text("reloaded", timeout=SOON)
    book.check()


def test_without_its_cell_a_view_is_closed(book: Book) -> None:
    before = book.view(PLACES["panels"])
    expect(before).to_have_count(1)
    book.cell(MAGIC).locator(".cm-content").click()
    book.page.keyboard.press("Escape")
    book.page.keyboard.press("d")
    book.page.keyboard.press("d")
    expect(book.page.locator(".jp-Notebook .jp-Cell")).to_have_count(MAGIC)
    book.run(COUNTS)
    expect(book.output(COUNTS)).to_contain_text("6 ")
    book.check()


# --- what a reader sees, and does ------------------------------------------------------------------------------


def every_view_goes_on(book: Book, word: str) -> None:
    for name in ("traffic", "dashboard", "panels"):
        expect(book.view(PLACES[name])).to_contain_text(re.compile(rf"{word} \d"), timeout=SOON)
    for name in ("clients", "map"):
        expect(book.view(PLACES[name])).to_contain_text(f"{word} room", timeout=SOON)
    for _ in range(2):
        goes_on(book.view(PLACES["sequence"]).locator(".sio-count"))


def finish(book: Book, cell: int) -> None:
    """Have a client emit `finish` from its panel, which ends a cell."""
    panel = book.view(PLACES["panels"]).get_by_role("region", name="bob", exact=True)
    panel.get_by_label("event for bob to emit").fill("finish")
    panel.get_by_role("button", name="Emit as bob").click()
    book.ran(cell)


def emit_by_form(book: Book, event: str, args: str) -> None:
    """Emit to everybody by the dashboard's form; two clients show that they have received it."""
    form = book.view(PLACES["dashboard"]).get_by_role("region", name="emit")
    form.get_by_role("combobox", name="event").fill(event)
    form.get_by_label("arguments").fill(args)
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".sio-form-outcome")).to_contain_text("✓", timeout=SOON)
    for who in ("ada", "bob"):
        expect(conversation(book, who)).to_contain_text(event, timeout=SOON)


def join_and_disconnect(book: Book) -> None:
    """Put a client into a room, and disconnect it, by the table's actions on its row."""
    table = book.view(PLACES["clients"])
    acts = table.get_by_role("group", name="actions on the selected row")
    table.get_by_role("gridcell", name="eve", exact=True).click()
    button(acts, "Join room…").click()
    acts.get_by_label("room to join").fill("cellar")
    button(acts, "Join").click()
    expect(table.locator(".sio-body")).to_contain_text("cellar", timeout=SOON)
    expect(book.view(PLACES["map"])).to_contain_text("cellar", timeout=SOON)
    button(acts, "Disconnect…").click()
    button(acts, "Disconnect").click()
    expect(table.get_by_role("gridcell", name="eve", exact=True)).to_have_count(0, timeout=SOON)


def join_on_the_map(book: Book) -> None:
    """Choose a client on the map, and put it into a room."""
    shown = book.view(PLACES["map"])
    shown.locator(".sio-rooms-person").filter(has_text="ada").first.click()
    expect(shown.locator(".sio-rooms-reach")).to_contain_text("would reach 1 client: ada", timeout=SOON)
    button(shown, "Join room…").click()
    shown.get_by_label("room", exact=True).fill("attic")
    button(shown, "Join").click()
    expect(shown.get_by_role("group", name="room attic, 1 client")).to_contain_text("ada", timeout=SOON)
    button(shown, "Clear").click()


def drop_and_reconnect(book: Book) -> None:
    """Cut a client's connection and make a new one: another sid, and no room."""
    panel = book.view(PLACES["panels"]).get_by_role("region", name="ada", exact=True)
    sid = panel.locator(".sio-sid").text_content() or ""
    panel.get_by_role("button", name="Drop").click()
    expect(panel.locator(".sio-link-state")).to_have_text("offline", timeout=SOON)
    panel.get_by_role("button", name="Reconnect").click()
    expect(panel.locator(".sio-link-state")).to_have_text("connected", timeout=SOON)
    expect(panel.locator(".sio-sid")).not_to_have_text(sid)
    expect(panel.locator(".sio-place")).to_contain_text("in no room")


def button(view: Locator, name: str) -> Locator:
    return view.get_by_role("button", name=name, exact=True)


def kinds(table: Locator) -> Locator:
    return table.locator(".sio-body [data-column=kind]")


def conversation(book: Book, who: str) -> Locator:
    return book.view(PLACES["panels"]).get_by_role("log", name=f"what {who} sent and received")


def goes_on(count: Locator) -> None:
    expect(count).not_to_have_text(count.text_content() or "", timeout=SOON)


def is_busy(book: Book, cell: int) -> None:
    expect(book.cell(cell).locator(".jp-InputPrompt")).to_have_text("[*]:")

"""Students join by a phone's browser, and by the official client under Node."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sio_lab import Lab
from tests.browser.looks import faint_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
NODE = Path(__file__).parent.parent / "node"
PAGE = "<p>The program's page</p>"
CLIENT = """
import { io } from "socket.io-client";

const [url, code, transport] = process.argv.slice(1);
const without = io(url, { transports: [transport], reconnection: false });
without.on("connect_error", async () => {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ code, name: "Node" });
  const joined = await (await fetch(`${url}/_lab/join`, { method: "POST", headers, body })).json();
  const socket = io(url, { transports: [transport], query: { lab_pass: joined.pass }, forceNew: true });
  socket.on("connect", async () => {
    console.log(JSON.stringify(await socket.emitWithAck("say", "hi")));
    process.exit();
  });
});
"""


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab(say=lambda _: None)
    lab.start()
    lab.stage.let_in_class()
    lab.page("/", PAGE)
    lab.on("say")(lambda *args: args)
    yield lab
    lab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_joins_by_the_link_that_the_code_holds(lab: Lab, browser: Browser, scheme: str) -> None:
    pupils = lab.stage.pupils
    assert pupils is not None
    context = browser.new_context(viewport={"width": 390, "height": 780}, color_scheme=scheme)  # type: ignore[arg-type]
    page, slips = context.new_page(), list[str]()
    page.on("pageerror", lambda error: slips.append(str(error)))
    page.goto(f"{lab.url}/_lab/join/{pupils.code}")
    assert page.evaluate("document.activeElement.id") == "name"
    assert not faint_texts(page.locator("body"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("#name", "<b>Zoë</b>")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{lab.url}/")
    assert "The program's page" in page.content()
    assert page.evaluate("document.cookie") == ""
    assert pupils.names() == ["<b>Zoë</b>"]
    page.goto(f"{lab.url}/_lab/join")
    assert page.locator("strong").inner_text() == "<b>Zoë</b>"
    assert not slips
    context.close()


def test_the_labs_own_page_is_there_by_name_at_once_and_after_a_reload(browser: Browser) -> None:
    lab = Lab(say=lambda _: None)
    lab.start()
    lab.stage.let_in_class()
    pupils = lab.stage.pupils
    assert pupils is not None
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{lab.url}/_lab/")
    page.get_by_role("link", name="Join the class").click()
    page.fill("#code", pupils.code)
    page.fill("#name", "Ada")
    page.click("button")
    for _ in range(2):
        expect(page.locator("#state-word")).to_have_text("Connected")
        expect(page.get_by_label("Name", exact=True)).to_have_value("Ada")
        assert pupils.here() == ["Ada"]
        page.reload()
    expect(page.locator("#state-word")).to_have_text("Connected")
    lab.announce("Five more minutes, then we look at it together")
    dismiss = page.get_by_role("button", name="Dismiss")
    expect(dismiss).to_be_visible()
    assert (dismiss.bounding_box() or {})["height"] < 50  # on one line
    expect(page.locator("#name-note")).to_contain_text("knows you by this name")
    lab.kick("Ada")
    expect(page.locator("#why")).to_contain_text("press Connect")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("link", name="Join the class")).to_be_visible()
    expect(page.locator("#name-note")).to_have_text("")
    expect(page.get_by_label("Name", exact=True)).to_be_editable()
    context.close()
    lab.close()


def test_a_wrong_code_is_said_and_the_way_to_the_page_is_kept(lab: Lab, browser: Browser) -> None:
    pupils = lab.stage.pupils
    assert pupils is not None
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{lab.url}/deep/page?a=1&b=%2F")
    for code in ("WRONG-1", pupils.code.lower()):
        page.fill("#code", code)
        page.fill("#name", "Ada")
        page.click("button")
        page.wait_for_load_state()
        if code == "WRONG-1":
            assert "not the code" in page.locator("[role=alert]").inner_text()
    assert page.url == f"{lab.url}/deep/page?a=1&b=%2F"
    context.close()


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_the_official_client_joins_by_a_pass_in_its_query(lab: Lab, transport: str) -> None:
    pupils = lab.stage.pupils
    assert pupils is not None
    command = ["node", "--input-type=module", "-e", CLIENT, lab.url or "", pupils.code, transport]
    told = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() in {'"hi"', '["hi"]'}
    assert pupils.names() == ["Node"]

"""Clients of each transport, from Node and in Chromium: directly, through Jupyter's proxy, and that behind TLS."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from sio_lab.lab import Lab
from tests.browser.jupyter import running_browser, running_jupyter
from tests.browser.talk import SOURCE
from tests.browser.tls_front import running_tls_front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext

NODE = Path(__file__).parents[1] / "node"
SOON = 30_000
BASE = "/user/ada/"
WAYS = ("direct", "proxy", "tls")
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": None}
"""What a client may use; None for its default, which begins by polling and goes over to a WebSocket."""

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Reached:
    """Where the server is reached: an origin, the path below it, and what Jupyter is shown."""

    origin: str
    path: str
    token: str = ""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    made = Lab()
    names = {"app": made.app, "socketio": made.socketio}
    exec(SOURCE, names)  # noqa: S102 - it is the program that the tests of notebooks have in a cell
    made.start()
    made.stage.pointer.allow()  # pages of the program come through the proxy once that is agreed to
    yield made
    made.close()


@pytest.fixture(scope="module")
def reached(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Reached]]:
    folder = tmp_path_factory.mktemp("proxied")
    with running_jupyter(folder, "jupyterlab", base_url=BASE) as address:
        jupyter = urlsplit(address)
        token = parse_qs(jupyter.query)["token"][0]
        path = f"{BASE}proxy/{lab.port}/"
        with running_tls_front(folder, jupyter.port or 0) as port:
            yield {
                "direct": Reached(f"http://127.0.0.1:{lab.port}", "/"),
                "proxy": Reached(f"http://{jupyter.netloc}", path, token),
                "tls": Reached(f"https://localhost:{port}", path, token),
            }


@pytest.fixture(scope="module")
def browser(reached: dict[str, Reached]) -> Iterator[BrowserContext]:
    with running_browser() as running:
        context = running.new_context(ignore_https_errors=True)
        for way in reached.values():
            if way.token:  # a page that was opened with it has a cookie from then on
                page = context.new_page()
                page.goto(f"{way.origin}{BASE}api/status?token={way.token}")
                page.close()
        yield context


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("way", WAYS)
def test_node_connects_and_gets_acks_and_bytes(reached: dict[str, Reached], way: str, transport: str) -> None:
    there = reached[way]
    headers = {"Authorization": f"token {there.token}"} if there.token else {}
    given = {"url": there.origin, "path": f"{there.path}socket.io/", "transports": TRANSPORTS[transport]}
    command = ["node", "proxied_client.mjs", json.dumps({**given, "headers": headers})]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "transport": "polling" if transport == "polling" else "websocket",
        "said": "hello",
        "ack": "sent",
        "bytes": [255, 2, 1],
    }


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("way", WAYS)
def test_chromium_connects_and_gets_acks_and_bytes(
    browser: BrowserContext, reached: dict[str, Reached], way: str, transport: str
) -> None:
    there, wanted = reached[way], TRANSPORTS[transport]
    page = browser.new_page()
    page.goto(f"{there.origin}{there.path}talk{f'?transports={wanted[0]}' if wanted else ''}")
    expect(page.locator("#transport")).to_have_text("polling" if transport == "polling" else "websocket", timeout=SOON)
    page.locator("#say").click()
    expect(page.locator("#said li")).to_have_text(["hello"], timeout=SOON)
    expect(page.locator("#ack")).to_have_text("sent", timeout=SOON)
    page.locator("#send").click()
    expect(page.locator("#ack")).to_have_text("255 2 1", timeout=SOON)
    page.close()

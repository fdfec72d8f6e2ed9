"""Pages in a real browser that can't connect: by https, of another origin, with vue-socket.io; what the doctor says."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sio_lab
from sio_lab.core.records import Opened, Rejected
from sio_lab.lab import Lab
from tests.browser.jupyter import MILLISECONDS
from tests.browser.secure import served_by_https
from tests.server.old_clients import NODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from sio_lab.core.finding import Finding

CLIENT = Path(sio_lab.__file__).parent / "server/web/client/socket.io.min.js"
VUE = NODE / "node_modules/vue-socket.io/dist/vue-socketio.js"
JOINING = """<!doctype html><title>a page</title><ul id="log"></ul>
<script src="/socket.io.min.js"></script>
<script>
  const asked = new URLSearchParams(location.search);
  const socket = io(asked.get("url"), { transports: [asked.get("transport")], reconnection: false });
  const say = (text) => { const item = document.createElement("li"); item.textContent = text; log.append(item); };
  socket.on("connect", () => say("connected"));
  socket.on("connect_error", (error) => say(`error ${error.message}`));
</script>"""
OF_VUE = """<!doctype html><title>Vue</title><ul id="log"></ul><script src="/vue-socketio.js"></script>
<script>
  const plugin = new VueSocketIO({ connection: location.origin, options: { reconnectionDelay: 10 } });
  plugin.install({ prototype: {}, mixin() {} });
  const say = (text) => { const item = document.createElement("li"); item.textContent = text; log.append(item); };
  plugin.io.on("connect", () => say("connected"));
  plugin.io.on("connect_error", (error) => say(`error ${error.message ?? error}`));
</script>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not VUE.exists(), reason="npm ci in tests/node brings what this needs"),
    pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl to make a certificate with"),
]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a page that came by https, as from jsbin."""
    folder = tmp_path_factory.mktemp("https") / "site"
    folder.mkdir()
    shutil.copy(CLIENT, folder)
    (folder / "page.html").write_text(JOINING)
    with served_by_https(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


def seen(page: Page, address: str) -> str:
    """Open an address, and return what the page first says."""
    page.goto(address)
    page.locator("li").first.wait_for(timeout=MILLISECONDS)
    return page.locator("li").first.inner_text()


def found(lab: Lab, name: str) -> Finding:
    [finding] = [each for each in lab.doctor() if each.name == name]
    return finding


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_an_https_page_reaches_this_machine_once_it_is_let_in(
    lab: Lab, page: Page, elsewhere: str, transport: str
) -> None:
    lab.start()
    asking = f"{elsewhere}/page.html?transport={transport}&url={lab.url}"
    assert seen(page, asking).startswith("error")
    finding = found(lab, "origin refused")
    assert "reaches only http://localhost and http://127.0.0.1" in finding.what
    assert f"%sio start --port {lab.port} --cors {elsewhere}" in finding.next_step
    port = lab.port or 0
    lab.stop()
    lab.start(port=port, cors=elsewhere)
    assert seen(page, asking) == "connected"
    assert not lab.doctor()


def test_an_https_page_does_not_reach_another_address_and_leaves_no_trace(lab: Lab, page: Page, elsewhere: str) -> None:
    own = own_address()
    lab.start(host="0.0.0.0", anyone=True, cors="*")  # noqa: S104 - it is the address that others use
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    assert seen(page, f"{elsewhere}/page.html?transport=polling&url=http://{own}:{lab.port}").startswith("error")
    assert any("Mixed Content" in line for line in said), said
    assert not [each for each in lab.log.since() if isinstance(each, (Rejected, Opened))]
    told = lab.doctor()
    assert not told
    assert "mixed content" in repr(told)


def test_vue_socketio_brings_client_2_along(lab: Lab, page: Page) -> None:
    lab.start()
    lab.app.add_url_rule("/vue", "vue", lambda: OF_VUE)
    lab.app.add_url_rule("/vue-socketio.js", "script", VUE.read_text)
    assert seen(page, f"{lab.url}/vue").startswith("error")
    finding = found(lab, "old client")
    assert finding.what.startswith("A page uses Socket.IO 1.x or 2.x")
    assert "vue-socket.io (3.0.10) brings client 2.x along" in finding.what
    assert '<script src="/_lab/client/socket.io.min.js"></script>' in finding.next_step


def own_address() -> str:
    """Return an address of this machine beside 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            pytest.skip("this machine has no address beside 127.0.0.1")
        address: str = probe.getsockname()[0]
        return address

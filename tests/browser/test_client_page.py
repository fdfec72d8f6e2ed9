"""The client page in a real browser: all that it does, and that it does nothing else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import faint_texts, frame_ms
from tests.browser.site import MARKUP, SOON, Client, running_lab
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
OFFLINE = ("400 (BAD REQUEST)", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "WebSocket connection", "ERR_SOCKET")


@pytest.fixture
def lab() -> Iterator[Any]:
    with running_lab() as running:
        yield running


@pytest.fixture
def client(browser: Browser, lab: Any) -> Iterator[Client]:
    opened = Client(browser, f"{lab.url}/_lab/")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("transport", "says"),
    [("both", "websocket, upgraded from polling"), ("polling", "polling"), ("websocket", "websocket")],
)
def test_each_transport_connects_and_gets_its_ack(client: Client, transport: str, says: str) -> None:
    client.connect(transport)
    expect(client.page.locator("#fact-transport")).to_have_text(says, timeout=SOON)
    client.emit("echo", '{"data": [1, "é"]}')
    expect(client.page.locator("#emit-outcome")).to_contain_text("ack after", timeout=SOON)
    expect(client.page.locator("#emit-outcome")).to_contain_text('{"data":[1,"é"]}')
    expect(client.row("wants ack 0")).to_have_count(1)
    expect(client.row("ack 0 ·")).to_contain_text("ms")


def test_a_namespace_and_what_it_answers(client: Client) -> None:
    client.connect(namespace="/chat")
    client.emit("echo", '"hi"')
    expect(client.page.locator("#emit-outcome")).to_contain_text('"hi"', timeout=SOON)
    expect(client.page.locator("#rooms-form")).to_be_hidden()


def test_a_name_goes_with_the_connection(client: Client) -> None:
    asked: list[str] = []
    client.page.on("request", lambda request: asked.append(request.url))
    client.connect(name="ada & <bob>")
    names = [url for url in asked if "socket.io/?" in url]
    assert names
    assert all("lab_name=ada%20%26%20%3Cbob%3E" in url for url in names)


def test_arguments_are_json_or_text_and_several(client: Client) -> None:
    client.connect()
    client.emit("say", "{no json")
    expect(client.page.get_by_text("Not JSON")).to_be_visible()
    client.page.get_by_label("Kind").select_option("text")
    client.page.get_by_role("button", name="Add an argument").click()
    client.page.get_by_label("Argument", exact=True).nth(1).fill("[1, 2]")
    client.page.keyboard.press("Enter")
    expect(client.row('"{no json",[1,2]')).to_have_count(1)
    expect(client.row("said").filter(has_text="{no json")).to_have_count(1, timeout=SOON)


def test_rooms_are_joined_and_left_by_the_apps_events(client: Client, lab: Any) -> None:
    client.connect(name="ada")
    client.page.get_by_label("Room", exact=True).fill("lobby")
    expect(client.page.locator("#room-preview")).to_have_text('sends {"username":"ada","room":"lobby"}')
    client.page.get_by_role("button", name="join").click()
    in_time(lab, lambda: "lobby" in lab.stage.log.state.rooms["/"])
    client.page.get_by_role("button", name="leave").click()
    in_time(lab, lambda: "lobby" not in lab.stage.log.state.rooms["/"])


def test_the_server_gets_the_acks_it_asks_for(client: Client, lab: Any) -> None:
    client.connect()
    assert asked(lab) == [None]
    client.page.locator("#ack-mode").select_option("value")
    client.page.get_by_label("Value, as JSON").fill('{"n": 42}')
    assert asked(lab) == [{"n": 42}]
    client.page.locator("#ack-mode").select_option("hold")
    answers, came = [], threading.Event()
    lab.socketio.emit("quiz", callback=lambda *values: (answers.extend(values), came.set()))
    expect(client.page.locator("#held-text")).to_have_text("1 event waits, last quiz", timeout=SOON)
    assert answers == []
    client.page.get_by_role("button", name="Answer now").click()
    assert came.wait(DEADLINE)
    assert answers == [{"n": 42}]


def test_one_page_emits_and_both_show(browser: Browser, lab: Any, client: Client) -> None:
    with_other = Client(browser, f"{lab.url}/")
    for each in (client, with_other):
        each.connect()
    client.emit("say", '"to all"')
    for each in (client, with_other):
        expect(each.row('said "to all"')).to_have_count(1, timeout=SOON)
    with_other.close()


def test_a_raw_web_socket_says_all_that_happens(client: Client) -> None:
    page = client.page
    page.get_by_role("tab", name="Raw WebSocket").click()
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#raw-state")).to_have_text("Open.", timeout=SOON)
    page.locator("#raw-text").fill("hello")
    page.keyboard.press("Enter")
    expect(client.row("ws text").filter(has_text="hello")).to_have_count(2, timeout=SOON)
    page.locator("#raw-kind").select_option("bytes")
    page.locator("#raw-text").fill("01 ff")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(client.row("ws bytes").filter(has_text="01 ff")).to_have_count(2, timeout=SOON)
    page.locator("#raw-text").fill("0g")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#raw-problem")).to_contain_text("g is no hexadecimal digit")
    page.locator("#raw-kind").select_option("text")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#raw-state")).to_contain_text("Closed with code 1000: closed as agreed", timeout=SOON)
    expect(client.row("ws close 1000")).to_contain_text("wasClean is true")
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#raw-state")).to_have_text("Open.", timeout=SOON)
    page.locator("#raw-text").fill("bye")
    page.keyboard.press("Enter")
    expect(page.locator("#raw-state")).to_contain_text("Closed with code 4001", timeout=SOON)
    expect(page.locator("#raw-state")).to_contain_text('reason "as you like". wasClean is true')


def test_a_raw_web_socket_to_nowhere(browser: Browser, lab: Any) -> None:
    client = Client(browser, f"{lab.url}/_lab/")
    client.page.get_by_role("tab", name="Raw WebSocket").click()
    client.page.get_by_label("Path").fill("/nowhere")
    client.page.get_by_role("button", name="Open").click()
    expect(client.page.locator("#raw-state")).to_contain_text("code 1006", timeout=SOON)
    client.page.get_by_label("Path").fill("https://elsewhere.example/x")
    client.page.get_by_role("button", name="Open").click()
    expect(client.page.locator("#raw-state")).to_contain_text("Only this server's own")
    client.close("WebSocket connection")


def test_why_it_is_not_connected(browser: Browser, lab: Any) -> None:
    client = Client(browser, f"{lab.url}/_lab/")
    client.page.get_by_label("Namespace").fill("/nowhere")
    client.page.get_by_role("button", name="Connect", exact=True).click()
    expect(client.page.locator("#why")).to_have_text("The server has no namespace /nowhere.", timeout=SOON)
    expect(client.page.locator("#state-word")).to_have_text("Refused")
    client.connect()
    lab.stop()
    expect(client.page.locator("#state-word")).to_have_text("Reconnecting", timeout=SOON)
    expect(client.page.locator("#why")).to_contain_text("Attempt 1 to reconnect", timeout=SOON)
    lab.start(port=int(client.page.url.split(":")[2].split("/")[0]))
    expect(client.page.locator("#state-word")).to_have_text("Connected", timeout=2 * SOON)
    client.page.get_by_role("button", name="Disconnect").click()
    expect(client.page.locator("#why")).to_have_text("You disconnected.")
    client.close(*OFFLINE)


def test_a_refused_handshake_is_not_tried_again(browser: Browser, lab: Any) -> None:
    seen: list[str] = []
    body = '{"code": 4403, "message": "The class is locked: ask your teacher.", "sio_lab": "locked"}'

    def refuse(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes] | None:
        if not environ["PATH_INFO"].startswith("/socket.io"):
            return None
        seen.append(environ["QUERY_STRING"])
        start_response("403 Forbidden", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body.encode()]

    client = Client(browser, "about:blank")
    client.page.clock.install()  # before the client is made, which keeps the timers that it finds
    lab.stage.entrance.doors.insert(0, refuse)
    client.page.goto(f"{lab.url}/_lab/#pass=1234&name=ada&connect")
    expect(client.page.locator("#why")).to_have_text("The class is locked: ask your teacher.", timeout=SOON)
    client.page.clock.fast_forward(60_000)  # the first retry would come within 1.5 s
    client.page.evaluate("fetch('settings.json')")  # behind which no request of before is on its way
    assert len(seen) == 1
    assert "lab_pass=1234" in seen[0]
    assert "pass" not in client.page.url
    client.close("403")


@pytest.mark.parametrize("path", ["/_lab/", "/", "/_lab"])
def test_it_works_below_a_proxys_prefix(browser: Browser, lab: Any, path: str) -> None:
    prefix = "/user/ada/proxy/5000"

    def strip(environ: dict[str, Any], _start_response: Callable[..., Any]) -> None:
        # What does not come below the prefix would not reach the lab through a proxy.
        environ["PATH_INFO"] = environ["PATH_INFO"].partition(prefix)[2] or "/outside"

    lab.stage.entrance.doors.insert(0, strip)
    client = Client(browser, f"{lab.url}{prefix}{path}")
    client.connect()
    expect(client.page.locator("#fact-transport")).to_contain_text("upgraded", timeout=SOON)
    client.page.get_by_role("tab", name="Raw WebSocket").click()
    client.page.get_by_role("button", name="Open").click()
    expect(client.page.locator("#raw-state")).to_have_text("Open.", timeout=SOON)
    client.page.get_by_role("link", name="Lesson").click()
    expect(client.page.locator("#state-word")).to_have_text("Connected", timeout=SOON)
    client.close()


def test_what_the_teacher_says_stands_out(client: Client, lab: Any) -> None:
    client.connect()
    lab.socketio.emit("announcement", {"text": f"Five minutes. {MARKUP}"})
    expect(client.page.locator("#announcement-text")).to_have_text(f"Five minutes. {MARKUP}", timeout=SOON)
    lab.socketio.emit("refused", {"event": "say", "reason": "paused", "text": "The teacher has paused the class."})
    expect(client.page.locator("#emit-outcome")).to_have_text("say: The teacher has paused the class.", timeout=SOON)
    client.page.get_by_role("button", name="Dismiss").click()
    expect(client.page.locator("#announcement")).to_be_hidden()


def test_what_comes_is_text_and_does_not_stop_the_page(client: Client, lab: Any) -> None:
    lab.socketio.on(MARKUP)(lambda *args: args[0])
    client.connect(name=MARKUP)
    client.page.get_by_label("Room", exact=True).fill(MARKUP)
    client.page.get_by_role("button", name="join").click()
    client.emit(MARKUP, f'"{MARKUP}"')
    expect(client.page.locator("#emit-outcome")).to_contain_text(MARKUP, timeout=SOON)
    payloads = [{MARKUP: MARKUP}, "x" * 1_000_000, ["<script>"] * 100_000, "\u202e turned \0", {"a": {"__proto__": 1}}]
    for payload in payloads:
        lab.socketio.emit(MARKUP, payload)
    for number in range(1500):
        lab.socketio.emit("flood", number)
    expect(client.row("flood 1499")).to_have_count(1, timeout=3 * SOON)
    expect(client.page.locator("#log-count")).to_contain_text("1,000 rows")
    assert client.rows.count() <= 1000
    assert frame_ms(client.page) < 1000
    assert client.page.locator("img").count() == 0


def test_the_log_filters_pauses_and_clears(client: Client) -> None:
    client.connect()
    client.emit("say", '"one"')
    expect(client.row("said")).to_have_count(1, timeout=SOON)
    client.page.get_by_label("Filter the log").fill("said")
    expect(client.rows).to_have_count(1)
    client.page.get_by_label("Filter the log").fill("")
    client.page.get_by_role("button", name="Pause").click()
    client.emit("say", '"two"')
    expect(client.page.locator("#log-count")).to_contain_text("waiting", timeout=SOON)
    expect(client.row("two")).to_have_count(0)
    client.page.get_by_role("button", name="Resume").click()
    expect(client.row("two")).to_have_count(2, timeout=SOON)
    client.page.get_by_label("Engine.IO").check()
    expect(client.row("upgrade").first).to_be_visible()
    client.row("said").first.locator("summary").click()
    expect(client.page.locator(".more pre").first).to_have_text('42["said","one"]')
    client.page.get_by_role("button", name="Clear").click()
    expect(client.rows).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (600, 420), (1280, 800)])
def test_it_can_be_read_and_touched(browser: Browser, lab: Any, width: int, height: int, scheme: str) -> None:
    is_phone = width == 390
    options = {"color_scheme": scheme, "has_touch": is_phone, "is_mobile": is_phone}
    client = Client(browser, f"{lab.url}/_lab/", width=width, height=height, **options)
    client.connect()
    client.emit("echo", '"hi"')
    expect(client.row("ack 0 ·")).to_have_count(1, timeout=SOON)
    assert faint_texts(client.page.locator("body")) == {}
    assert client.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cards = client.page.locator(".card, .log-bar")
    assert cards.evaluate_all("all => all.filter((each) => each.scrollWidth > each.clientWidth).length") == 0
    sizes = client.page.evaluate(
        "() => [...document.querySelectorAll('input:not([type=checkbox]), select, textarea, button, summary')]"
        ".filter((each) => each.checkVisibility()).map((each) => [each.offsetHeight, getComputedStyle(each).fontSize,"
        " each.matches('input, select, textarea')])"
    )
    assert len(sizes) > 10
    assert all(float(font[:-2]) >= 16 for _, font, is_field in sizes if is_field)
    assert not is_phone or all(tall >= 44 for tall, _, _ in sizes), sizes
    client.close()


def test_colours_may_be_chosen_and_stay_chosen(client: Client) -> None:
    client.page.get_by_label("Colours").select_option("dark")
    dark = client.page.evaluate("getComputedStyle(document.body).backgroundColor")
    client.page.reload()
    assert client.page.evaluate("getComputedStyle(document.body).backgroundColor") == dark == "rgb(20, 22, 28)"


def test_it_works_by_keyboard(client: Client) -> None:
    client.page.get_by_label("Namespace").focus()
    client.page.keyboard.press("Enter")
    expect(client.page.locator("#state-word")).to_have_text("Connected", timeout=SOON)
    client.page.get_by_label("Event").focus()
    client.page.keyboard.type("echo")
    client.page.keyboard.press("Enter")
    expect(client.page.locator("#emit-outcome")).to_contain_text("ack after", timeout=SOON)
    client.page.get_by_role("tab", name="Socket.IO").focus()
    client.page.keyboard.press("ArrowRight")
    expect(client.page.get_by_role("tab", name="Raw WebSocket")).to_be_focused()
    expect(client.page.get_by_label("Path")).to_be_visible()


def test_the_lesson_echoes_and_broadcasts(browser: Browser, lab: Any) -> None:
    one, two = (Client(browser, f"{lab.url}/_lab/lesson/") for _ in range(2))
    for each in (one, two):
        expect(each.page.locator("#state-word")).to_have_text("Connected", timeout=SOON)
        expect(each.page.locator("#handlers-note")).to_contain_text("there already")
    one.page.get_by_label("Echo to me").fill(f"only me {MARKUP}")
    one.page.get_by_role("button", name="Echo").click()
    expect(one.page.locator("#received li")).to_contain_text(f"only me {MARKUP}", timeout=SOON)
    one.page.get_by_label("Broadcast to all").fill("all of you")
    one.page.get_by_role("button", name="Broadcast").click()
    expect(one.page.locator("#received li")).to_have_count(2, timeout=SOON)
    expect(two.page.locator("#received li")).to_contain_text("all of you", timeout=SOON)
    expect(two.page.locator("#received li")).to_have_count(1)
    assert faint_texts(one.page.locator("body")) == {}
    for each in (one, two):
        each.close()


def asked(lab: Any) -> list[Any]:
    """Return what the page answers when the server asks for an ack."""
    answers: list[Any] = []
    came = threading.Event()
    lab.socketio.emit("quiz", "2+2?", callback=lambda *values: (answers.extend(values), came.set()))
    assert came.wait(DEADLINE)
    return answers


def in_time(lab: Any, true: Callable[[], bool]) -> None:
    assert lab.stage.log.wait(true, DEADLINE)

"""Which pages may connect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.errors import LabError
from sio_lab.server.origins import Origins
from sio_lab.server.patches import Patches
from sio_lab.server.program import new_pair
from tests.server.bare_http import POLLING, UPGRADE, WEBSOCKET, get, typed
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig
    from tests.server.sheet import Sheet

ASKED = {"poll": (POLLING, ()), "WebSocket": (WEBSOCKET, UPGRADE)}
FRIEND, JSBIN = "https://friend.example", "https://jsbin.com"
GIVEN: dict[str, Any] = {
    "one": FRIEND,
    "several": [FRIEND, "http://localhost:3000"],
    "a function": lambda origin: origin == FRIEND,
    "all": "*",
    "no check": [],
}


def status(url: str, origin: str | None, *headers: str, host: str | None = None, what: str = "poll") -> int:
    """Return what a page of an origin is answered."""
    path, upgrade = ASKED[what]
    told = () if origin is None else (f"Origin: {origin}",)
    return get(url, path, *told, *upgrade, *headers, host=host).status


def is_in(answered: int) -> bool:
    assert answered in {101, 200, 400}
    return answered != 400


@pytest.mark.parametrize("what", ASKED)
@differs("Pages of the same host and port connect, whatever the scheme")
def test_its_own_pages_connect_behind_tls_too(sheet: Sheet, what: str) -> None:
    url = sheet.start().url
    place = url.removeprefix("http://")
    for scheme in ("http", "https"):
        assert is_in(status(url, f"{scheme}://{place}", "X-Forwarded-Proto: wss", what=what))
    sheet.stage.hosts.learn("hub.example")
    for host, origin, yes in (
        ("hub.example", "https://hub.example", True),
        ("hub.example", "http://hub.example", True),
        ("hub.example:443", "https://hub.example", True),
        ("hub.example", "https://hub.example:443", True),
        ("hub.example", "https://hub.example:8443", False),
        ("hub.example", "https://www.hub.example", False),
        ("hub.example", "https://hub.example.evil.example", False),
        ("hub.example:8443", "https://hub.example", False),
    ):
        assert is_in(status(url, origin, host=host, what=what)) is yes, (host, origin)


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "chrome-extension://a", "x", "*"]
)
def test_others_do_not(sheet: Sheet, what: str, origin: str) -> None:
    assert not is_in(status(sheet.start().url, origin, what=what))


@pytest.mark.parametrize("what", ASKED)
def test_who_is_no_page_says_no_origin(sheet: Sheet, what: str) -> None:
    assert is_in(status(sheet.start().url, None, what=what))


@pytest.mark.parametrize("what", ASKED)
def test_a_proxy_may_have_been_asked_for_another_host(sheet: Sheet, what: str) -> None:
    url = sheet.start().url
    assert is_in(status(url, "https://x-5000.app.example", "X-Forwarded-Host: x-5000.app.example, inner", what=what))
    assert not is_in(status(url, "https://inner", "X-Forwarded-Host: x-5000.app.example, inner", what=what))


def test_a_page_elsewhere_can_not_say_so(sheet: Sheet) -> None:
    url = sheet.start().url
    asked = ("Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x-forwarded-host")
    host = f"Host: {url.removeprefix('http://')}"
    answer = typed(url, f"OPTIONS {POLLING} HTTP/1.1", host, "Origin: https://evil.example", *asked)
    assert answer.status == 400
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_pages_at_the_public_address_are_its_own(sheet: Sheet) -> None:
    url = sheet.start().url
    sheet.stage.publish("https://tunnel.example/x")
    assert is_in(status(url, "https://tunnel.example"))
    sheet.stage.publish(None)
    assert not is_in(status(url, "https://tunnel.example"))


@pytest.mark.parametrize("given", GIVEN)
def test_what_the_program_gives_stays_and_more_is_added(make_rig: Callable[..., Rig], given: str) -> None:
    rig = make_rig(cors_allowed_origins=GIVEN[given])
    is_open = given in {"all", "no check"}
    assert rig.server.eio.cors_allowed_origins == GIVEN[given]
    assert is_in(status(rig.url, FRIEND))
    assert is_in(status(rig.url, rig.url)) is is_open
    assert is_in(status(rig.url, JSBIN)) is is_open
    rig.host.entrance.origins.add(JSBIN)
    assert is_in(status(rig.url, JSBIN))
    assert is_in(status(rig.url, FRIEND))
    assert is_in(status(rig.url, "https://evil.example")) is is_open


def test_a_function_is_asked_with_what_it_takes(make_rig: Callable[..., Rig]) -> None:
    asked: list[Any] = []
    rig = make_rig(cors_allowed_origins=lambda origin: bool(asked.append(origin)))
    assert not is_in(status(rig.url, FRIEND))
    assert set(asked) == {FRIEND}


def test_what_is_added_lets_its_own_pages_in_as_before(sheet: Sheet) -> None:
    url = sheet.start().url
    sheet.stage.origins.add([JSBIN, "http://LOCALHOST:3000/"])
    for origin in (JSBIN, "http://localhost:3000", url):
        assert is_in(status(url, origin)), origin
        assert is_in(status(url, origin, what="WebSocket")), origin
    assert not is_in(status(url, FRIEND))
    sheet.stage.origins.add("*")
    assert is_in(status(url, FRIEND))
    sheet.stage.origins.add(None)
    assert not is_in(status(url, JSBIN))


@pytest.mark.parametrize("origin", ["", "jsbin.com", "https://", "https://a/b", "https://a b", "https://a?x", "//a"])
def test_what_is_no_origin_is_not_added(origin: str) -> None:
    with pytest.raises(LabError, match=r"is no origin: one is https://example\.org"):
        Origins().add(origin)


def test_files_from_disk_are_not_added_by_the_origin_that_every_sandbox_has() -> None:
    with pytest.raises(LabError, match="%%sio page"):
        Origins().add("null")


def test_pages_that_are_let_in_get_the_headers_that_browsers_want(sheet: Sheet) -> None:
    url = sheet.start().url
    sheet.stage.origins.add(JSBIN)
    answer = get(url, POLLING, f"Origin: {JSBIN}")
    assert answer.headers["access-control-allow-origin"] == JSBIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    asked = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type")
    host = f"Host: {url.removeprefix('http://')}"
    before = typed(url, f"OPTIONS {POLLING} HTTP/1.1", host, f"Origin: {JSBIN}", *asked)
    assert (before.status, before.headers["access-control-allow-origin"]) == (200, JSBIN)
    assert before.headers["access-control-allow-headers"] == "content-type"
    for other in ("https://evil.example", "null"):
        assert "access-control-allow-origin" not in get(url, POLLING, f"Origin: {other}").headers


def test_it_is_kept_across_restarts_and_for_programs_that_come_later(sheet: Sheet) -> None:
    sheet.start()
    sheet.stage.origins.add(JSBIN)
    sheet.stage.restart()
    assert is_in(status(sheet.url, JSBIN))
    first = sheet.socketio
    sheet.run("a", f"SocketIO(Flask('shop'), cors_allowed_origins={FRIEND!r}).run(None)")
    assert sheet.socketio is not first
    assert is_in(status(sheet.url, JSBIN))
    assert is_in(status(sheet.url, FRIEND))
    assert not is_in(status(sheet.url, "https://evil.example"))


def test_the_server_is_left_as_it_was_found() -> None:
    eio, patches = new_pair({}).server.eio, Patches()
    before = dict(vars(eio))
    origins = Origins()
    origins.attach(eio, patches)
    assert dict(vars(eio)) != before
    patches.undo()
    assert dict(vars(eio)) == before


@pytest.mark.parametrize("what", ASKED)
def test_a_refused_origin_is_told_with_the_fix_for_it(sheet: Sheet, what: str) -> None:
    for _ in range(5):
        status(sheet.start().url, JSBIN, what=what)
    (told,) = [each for each in sheet.log.since() if isinstance(each, r.Rejected)]  # once a minute
    assert told.hint == f"a page of {JSBIN} may not connect: %sio stop, then %sio start --cors {JSBIN}"
    assert told.request is not None
    assert (told.status, told.request.origin) == (400, JSBIN)

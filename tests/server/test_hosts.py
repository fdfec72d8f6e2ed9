"""The names under which the server may be asked for."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.netloc import is_loopback, read_host
from sio_lab.server import hosts as module
from sio_lab.server.hosts import HostDoor, Hosts
from sio_lab.server.refusals import Refusals
from tests.server.bare_http import POLLING, UPGRADE, WEBSOCKET, get, typed
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a test
LOOPBACK = ["localhost", "LOCALHOST:1", "localhost.", "app.localhost:80", "127.0.0.1", "127.1.2.3:5000", "[::1]:8888"]
FOREIGN = [
    *("evil.example", "evil.example:5000", "localhost.evil.example", "127.0.0.1.nip.io", "127.evil.example", "[::2]"),
    *(
        "10.0.0.9:5000",
        EVERYWHERE,
        "[::]",
        "me@localhost",
        "localhost,evil.example",
        "127.1",
        "",
        "[::1%lo]",
        "<script>",
    ),
]


@pytest.mark.parametrize("header", LOOPBACK)
@pytest.mark.parametrize("bound", ["127.0.0.1", EVERYWHERE, "::"])
def test_loopback_names_are_the_servers_on_any_port(header: str, bound: str) -> None:
    assert Hosts().allows(header, bound)


@pytest.mark.parametrize("header", FOREIGN)
def test_others_are_not(header: str) -> None:
    assert not Hosts().allows(header)


@given(st.text())
def test_what_is_allowed_at_first_is_loopback(header: str) -> None:
    if Hosts().allows(header):
        place = read_host(header)
        assert place is not None
        assert is_loopback(place.host)


@pytest.mark.parametrize("bound", [EVERYWHERE, "::"])
def test_bound_to_all_addresses_each_of_this_machines_is_its_own(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = Hosts()
    assert not hosts.allows("198.51.100.7:5000", bound)  # of documentation's addresses: nobody's
    monkeypatch.setattr(module, "_is_own", lambda address: address == "198.51.100.7")
    assert hosts.allows("198.51.100.7:5000", bound)  # looked up anew: addresses come and go
    assert not hosts.allows("198.51.100.8:5000", bound)


def test_an_address_is_this_machines_where_a_socket_can_be_bound_to_it() -> None:
    assert module._is_own("127.0.0.1")
    for other in ("198.51.100.7", EVERYWHERE, "224.0.0.1", "255.255.255.255", "2001:db8::1", "::", "fe80::1"):
        assert not module._is_own(other), other


def test_so_is_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Ada-Laptop.lan")
    hosts = Hosts()
    for name in ("ada-laptop", "ada-laptop.lan:5000", "ADA-laptop.local"):
        assert hosts.allows(name, EVERYWHERE), name
        assert hosts.allows(name, "192.168.1.5"), name
        assert not hosts.allows(name, "127.0.0.1"), name
    assert not hosts.allows("ada-laptop.example", EVERYWHERE)


def test_bound_to_one_address_only_that_is() -> None:
    hosts = Hosts()
    assert hosts.allows("192.168.1.5:5000", "192.168.1.5")
    assert not hosts.allows("192.168.1.6:5000", "192.168.1.5")
    assert hosts.allows("[2001:db8:0::5]", "2001:db8::5")
    assert hosts.allows("0.0.0.0:5000", EVERYWHERE)
    assert not hosts.allows("0.0.0.0:5000", "127.0.0.1")


def test_the_public_address_is_one_until_another_takes_its_place() -> None:
    hosts = Hosts()
    hosts.publish("https://hub.example/user/ada/")
    assert hosts.allows("hub.example")
    assert hosts.allows("HUB.example:443")
    assert not hosts.allows("www.hub.example")
    hosts.publish("https://other.example")
    assert not hosts.allows("hub.example")
    hosts.publish(None)
    assert not hosts.allows("other.example")


@pytest.mark.parametrize("told", ["https://hub.example:8443/user/ada/lab?x=1#y", "hub.example", "HUB.example:80"])
def test_what_the_notebook_tells_is_learned(told: str) -> None:
    hosts = Hosts()
    assert not hosts.allows("hub.example:9000")
    hosts.learn(told)
    assert hosts.allows("hub.example:9000")
    assert not hosts.allows("evil.example")


@pytest.mark.parametrize(
    "told", ["", "://", "https://", "about:blank", "file:///home/ada", "https://me@hub.example", "a b"]
)
def test_what_is_no_host_teaches_nothing(told: str) -> None:
    hosts = Hosts()
    hosts.learn(told)
    assert not vars(hosts)["_learned"]


def test_the_newest_few_are_kept() -> None:
    hosts = Hosts()
    for number in range(module.MOST_LEARNED + 1):
        hosts.learn(f"host{number}.example")
        assert hosts.allows(f"host{number}.example")
    assert not hosts.allows("host0.example")
    assert hosts.allows("host1.example")
    for port in range(2 * module.MOST_KEPT):
        assert hosts.allows(f"localhost:{port}")
    assert len(vars(hosts)["_known"]) <= module.MOST_KEPT


def passes(environ: dict[str, Any]) -> bool:
    door = HostDoor(Hosts(), Refusals(Log()))
    return door({"SERVER_NAME": EVERYWHERE, "REQUEST_METHOD": "GET", **environ}, lambda *_: None) is None


def test_who_sends_no_host_is_let_in_from_this_machine_only() -> None:
    assert passes({"REMOTE_ADDR": "127.0.0.1"})
    assert passes({"REMOTE_ADDR": "::ffff:127.0.0.1"})
    assert not passes({"REMOTE_ADDR": "192.168.1.9"})
    assert not passes({})
    assert not passes({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": ""})


ASKED = {
    "a page": ("GET / HTTP/1.1", ()),
    "the lab's page": ("GET /_lab/client/ HTTP/1.1", ()),
    "another method": ("DELETE /anything HTTP/1.1", ()),
    "a poll": (f"GET {POLLING} HTTP/1.1", ()),
    "a WebSocket": (f"GET {WEBSOCKET} HTTP/1.1", UPGRADE),
    "a raw WebSocket": ("GET /echo HTTP/1.1", UPGRADE),
}


@pytest.mark.parametrize("what", ASKED)
@differs("The server answers to its own names only")
def test_nothing_is_answered_to_another_name(sheet: Sheet, what: str) -> None:
    line, headers = ASKED[what]
    sheet.run(
        "a", "app = Flask('shop')\n@app.route('/')\ndef index():\n    return 'mine'\nSocketIO(app).run(app, port=0)"
    )
    answer = typed(sheet.url, line, "Host: evil.example:5000", *headers)
    assert answer.status == 403
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    told = next(each for each in sheet.log.since() if isinstance(each, r.Rejected))
    assert told.status == 403
    assert told.hint is not None
    assert '%config SioMagics.public_url = "http://evil.example:5000"' in told.hint
    assert "%sio open" in told.hint
    assert told.request is not None
    assert (told.request.host, told.request.method) == ("evil.example:5000", line.split()[0])
    assert not [each for each in sheet.log.since() if isinstance(each, (r.HttpRequest, r.Opened))]
    sheet.stage.hosts.learn("https://evil.example")
    assert typed(sheet.url, line, "Host: evil.example:5000", *headers).status != 403


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        ("GET / HTTP/1.0", (), 200),
        ("GET / HTTP/1.1", (), 200),
        ("GET / HTTP/1.1", ("Host: localhost", "Host: localhost"), 403),
        ("GET / HTTP/1.1", ("Host: evil.example", "Host: localhost"), 403),
        ("GET / HTTP/1.1", ("Host: localhost", "Host: evil.example"), 403),
        ("GET http://evil.example/ HTTP/1.1", ("Host: localhost",), 403),
        ("GET http://localhost/ HTTP/1.1", ("Host: evil.example",), 200),
        ("GET http://me@localhost/ HTTP/1.1", ("Host: localhost",), 403),
        ("GET //evil.example/ HTTP/1.1", ("Host: localhost",), 404),
        ("GET / HTTP/1.1", ("Host: evil.example", "X-Forwarded-Host: localhost"), 403),
        ("GET / HTTP/1.1", ("Host: evil.example", "Forwarded: host=localhost"), 403),
        ("GET / HTTP/1.1", ("Host: evil.example", "X-Forwarded-Context: /user/ada/proxy/5000"), 403),
        ("GET / HTTP/1.1", ("Host: localhost", "X-Forwarded-Host: evil.example"), 200),
        ("GET / HTTP/1.1", ("Host: ",), 403),
        ("GET / HTTP/1.1", ("Host:  localhost",), 200),
        ("GET / HTTP/1.1", ("Host: localhost ",), 403),  # no browser writes that
        ("GET / HTTP/1.1", ("Host: \xe9vil.example",), 403),
    ],
)
def test_requests_as_they_are_typed(sheet: Sheet, line: str, headers: tuple[str, ...], status: int) -> None:
    sheet.run(
        "a", "app = Flask('shop')\n@app.route('/')\ndef index():\n    return 'mine'\nSocketIO(app).run(app, port=0)"
    )
    assert typed(sheet.url, line, *headers).status == status


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", '"><img/src=x>', "a&b", "%3Cb%3E", "evil.example'--"])
def test_a_host_that_is_none_is_told_nowhere(sheet: Sheet, host: str) -> None:
    answer = get(sheet.start().url, "/", host=host)
    assert answer.status == 403
    assert host not in answer.text
    assert "example.org" in answer.text
    told = next(each for each in sheet.log.since() if isinstance(each, r.Rejected))
    assert host not in f"{told.reason}{told.hint}"


def test_behind_tls_the_fix_says_https(sheet: Sheet) -> None:
    get(sheet.start().url, "/", "X-Forwarded-Proto: https", host="hub.example")
    told = next(each for each in sheet.log.since() if isinstance(each, r.Rejected))
    assert 'public_url = "https://hub.example"' in str(told.hint)


def test_a_flood_of_names_does_not_fill_the_log(sheet: Sheet) -> None:
    url = sheet.start().url
    before = len(sheet.log.since())
    for number in range(60):
        assert get(url, "/", host=f"evil{number}.example").status == 403
        assert get(url, "/", host="evil.example").status == 403
    assert len(sheet.log.since()) - before <= 21

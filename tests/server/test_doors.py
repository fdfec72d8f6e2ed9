"""The doors of a lab's server stand in the order in which they lean on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.cookies import strip_notebooks
from sio_lab.server.doors import known_hosts
from sio_lab.server.hosts import HostDoor
from sio_lab.server.joining.code_door import CodeDoor
from sio_lab.server.proxied import Proxied
from sio_lab.server.upgrades import UpgradeDoor
from sio_lab.server.web.site import Site
from tests.server.bare_http import UPGRADE, get

if TYPE_CHECKING:
    import pytest

    from tests.server.sheet import Sheet

ORDER = [HostDoor, UpgradeDoor, CodeDoor, Site, Proxied]


def test_cookies_first_then_hosts_then_origins_then_the_code_then_pages(sheet: Sheet) -> None:
    doors = sheet.stage.entrance.doors
    assert doors[0] is strip_notebooks
    assert [type(door) for door in doors if type(door) in ORDER] == ORDER
    assert type(doors[1]) is HostDoor  # nothing answers who asks for another name


def test_the_stage_has_what_they_are_told_by(sheet: Sheet) -> None:
    assert sheet.stage.proxied in sheet.stage.entrance.doors
    assert sheet.stage.entrance.origins is sheet.stage.origins


def test_the_first_reason_counts(sheet: Sheet) -> None:
    url = sheet.start().url
    marked = "X-Forwarded-Context: /proxy/1"
    assert "not its own" in get(url, "/x", marked, "Origin: https://a.example", *UPGRADE, host="evil.example").text
    assert "another origin" in get(url, "/x", marked, "Origin: https://a.example", *UPGRADE).text
    assert "proxy yet" in get(url, "/x", marked, "Origin: https://a.example").text


def test_notebooks_that_asked_may_show_the_labs_pages_in_a_frame(sheet: Sheet) -> None:
    url = sheet.start().url
    sheet.stage.pointer.where(origin="https://hub.example")
    policy = get(url, "/_lab/").headers["content-security-policy"]
    assert "https://hub.example" in policy.partition("frame-ancestors")[2]


def test_a_hub_says_its_name_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_HOST", raising=False)
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", "https://hub.example/user/ada/")
    assert known_hosts().allows("hub.example")
    monkeypatch.setenv("JUPYTERHUB_HOST", "https://ada.hub.example")
    assert known_hosts().allows("ada.hub.example")
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", "")
    monkeypatch.setenv("JUPYTERHUB_HOST", "")
    assert not known_hosts().allows("hub.example")


def test_the_notebook_that_asked_may_show_the_labs_pages_in_a_frame(sheet: Sheet) -> None:
    url = sheet.start().url
    sheet.stage.pointer.where("/_lab/", host="10.0.0.7:8888", origin="http://10.0.0.7:8888")
    (framing,) = get(url, "/_lab/").headers["content-security-policy"].partition("frame-ancestors ")[2].split(";")[:1]
    assert {"'self'", "http://127.0.0.1:*", "http://10.0.0.7:8888"} <= set(framing.split())

"""What a page is told to find the server by."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.web import pointer
from sio_lab.server.web.pointer import MOST_ORIGINS, OWN_PAGE, Pointer, notebook_base

if TYPE_CHECKING:
    from pathlib import Path

HOST = SimpleNamespace(running=True, port=5000, url="http://127.0.0.1:5000")


class Consent:
    """What keeps whether users' pages may come through the proxy."""

    is_allowed = False

    def allow(self) -> None:
        self.is_allowed = True


def pointer_of(**stage: Any) -> Pointer:
    plain = {"host": HOST, "hosts": SimpleNamespace(learn=lambda _: None), "pupils": None, "proxied": Consent()}
    return Pointer(SimpleNamespace(**{**plain, **stage}))  # type: ignore[arg-type]  # it reads these alone


def test_it_tells_where_the_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointer, "notebook_base", lambda: "/user/ada/")
    here = pointer_of()
    assert here.where("/chat", public_url="https://tunnel.example") == {
        "running": True,
        "port": 5000,
        "url": HOST.url,
        "public": "https://tunnel.example",
        "token": here.here.token,
        "base": "/user/ada/",
        "path": "/chat",
        "own": False,
        "allowed": False,
        "credential": None,
    }


@pytest.mark.parametrize("host", [None, SimpleNamespace(running=False)])
def test_of_a_stopped_server_it_tells_that_alone(host: Any) -> None:
    assert pointer_of(host=host).where() == {"running": False}


def test_the_pages_own_host_is_learned() -> None:
    learned: list[str] = []
    here = pointer_of(hosts=SimpleNamespace(learn=learned.append))
    here.where("/", host="hub.example:443", origin="https://hub.example:443")
    here.where("/")
    assert learned == ["hub.example:443"]
    assert here.origins == ["https://hub.example:443"]


def test_the_origins_of_pages_are_kept_once_and_not_without_end() -> None:
    here = pointer_of()
    for number in (*range(20), 19, 19):
        here.where("/", origin=f"https://{number}.example")
    assert len(here.origins) == MOST_ORIGINS
    assert here.origins[-2:] == ["https://18.example", "https://19.example"]


def test_pages_are_let_into_a_class() -> None:
    given = "secret"
    here = pointer_of(pupils=SimpleNamespace(own_pass=given))
    assert here.where(OWN_PAGE)["credential"] == "secret"
    assert here.where("/chat")["credential"] == "secret"
    assert pointer_of().where(OWN_PAGE)["credential"] is None


def test_consent_is_kept_by_who_keeps_it() -> None:
    consent = Consent()
    here = pointer_of(proxied=consent)
    assert here.allow() == {"allowed": True}
    assert (here.where()["allowed"], consent.is_allowed) == (True, True)
    consent.is_allowed = False
    assert here.where()["allowed"] is False


def test_the_base_is_the_hubs_or_that_of_the_notebook_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointer, "jupyter_runtime_dir", lambda: str(tmp_path))
    (tmp_path / "jpserver-7.json").write_text(json.dumps({"base_url": "/ben/"}))
    (tmp_path / "jpserver-8.json").write_text("[]")
    (tmp_path / "jpserver-9.json").write_text("{")
    assert notebook_base({"JPY_PARENT_PID": "7"}) == "/ben/"
    assert notebook_base({"JPY_PARENT_PID": "7", "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}) == "/user/ada/"
    assert [notebook_base({"JPY_PARENT_PID": pid}) for pid in ("8", "9", "10", "../7", "")] == [None] * 5
    assert notebook_base({}) is None

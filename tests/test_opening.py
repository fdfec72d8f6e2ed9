"""`lab.open`: what may be opened, and what it shows of itself where there is no page."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import sio_lab
from sio_lab.errors import NotRunning, Usage
from sio_lab.views import screen
from sio_lab.views.widget import MIME
from tests.views.comms import comms as comms  # noqa: PLC0414 - this is how a fixture is shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.views.comms import Comms


@pytest.fixture
def bundles(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is displayed, by somebody who looks."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(screen, "is_live", lambda: True)
    monkeypatch.setattr(screen, "_display", lambda bundle, **_: shown.append(bundle))
    return shown


@pytest.fixture
def lab(comms: Comms) -> Iterator[sio_lab.Lab]:
    assert not comms
    made = sio_lab.Lab()
    made.start()
    yield made
    made.close()


def test_without_a_server_there_is_nothing_to_open() -> None:
    with pytest.raises(NotRunning, match="%sio start"):
        sio_lab.Lab().open()


@pytest.mark.parametrize(
    "path", ["chat", "", "https://elsewhere.example/", "/a b", "/a\nb", "/a\\b", "/../lab", "/%2e%2e/lab", 7]
)
def test_what_is_no_path_of_the_program_is_refused(lab: sio_lab.Lab, path: Any) -> None:
    with pytest.raises(Usage, match="path"):
        lab.open(path)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("chat", "/chat"),
        ("http://localhost:5000/talk?x=1", "/talk"),
        ("http://[", "/http://["),
        ("a b", "/chat"),
        (7, "/chat"),
    ],
)
def test_what_may_have_been_meant_is_said(lab: sio_lab.Lab, path: Any, meant: str) -> None:
    with pytest.raises(Usage, match=f"a slash, as in %sio open {re.escape(meant)}$"):
        lab.open(path)


@pytest.mark.parametrize(
    ("path", "title"), [(None, "Client page"), ("/", "Page /"), ("/chat?to=..#x", "Page /chat?to=..#x")]
)
def test_it_is_live_and_a_picture_after_the_stop(
    lab: sio_lab.Lab, bundles: list[dict[str, Any]], comms: Comms, path: str | None, title: str
) -> None:
    lab.open(path)._ipython_display_()
    assert MIME in bundles[-1]
    shown = comms.views[0].state["shown"]
    assert shown["options"] == {"path": path or "/_lab/", "title": title}
    assert shown["feeds"]["server"]["state"]["url"] == lab.url
    assert "where" in shown["asks"]
    lab.stop()
    assert bundles[-1].keys() == {"text/plain", "text/html"}


def test_what_a_saved_notebook_may_hold_of_its_state_has_no_secret(lab: sio_lab.Lab, comms: Comms) -> None:
    assert lab.open().widget.model_id
    assert lab.stage.pointer.here.token not in repr(comms.views[0].state["shown"])


def test_its_widget_can_stand_among_others(lab: sio_lab.Lab, bundles: list[dict[str, Any]], comms: Comms) -> None:
    one, other = lab.open().widget, lab.open("/chat").widget
    assert (len(lab.showing), len(comms.views), bundles) == (2, 2, [])
    assert one.model_id != other.model_id
    lab.stop()
    assert comms.left == []


def test_in_a_terminal_it_says_where_it_is(lab: sio_lab.Lab) -> None:
    assert repr(lab.open("/chat")) == f"The server listens at {lab.url}; the page is at /chat"
    assert lab.open("/chat")._repr_mimebundle_() == {"text/plain": repr(lab.open("/chat"))}
    with pytest.raises(NotImplementedError):
        lab.open()._ipython_display_()


def test_a_page_asks_where_the_server_is(lab: sio_lab.Lab) -> None:
    lab.public_url = "https://tunnel.example"
    told = lab.showing.acting.where("/_lab/", "localhost:8888")
    assert (told["port"], told["public"], told["own"]) == (lab.port, "https://tunnel.example", True)
    lab.stop()
    assert lab.showing.acting.where() == {"running": False}


def test_in_colab_its_own_call_shows_it(lab: sio_lab.Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, str]] = []
    output: Any = ModuleType("google.colab.output")
    output.serve_kernel_port_as_iframe = lambda port, path, **_: asked.append((port, path))
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    lab.open()._ipython_display_()
    lab.open("/chat")._ipython_display_()
    assert asked == [(lab.port, "/_lab/#transport=polling"), (lab.port, "/chat")]

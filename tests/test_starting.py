"""Starting: this machine only, unless it is said that others are to be let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.errors import LabError
from sio_lab.lab import Lab
from tests.server.bare_http import get

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a test


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


def test_by_default_only_this_machine_reaches_it(lab: Lab) -> None:
    assert lab.start().url == f"http://127.0.0.1:{lab.port}"
    assert lab.start().note == "It was running already; %sio restart begins anew on the same port."


@pytest.mark.parametrize("host", [EVERYWHERE, "", "::", "192.168.1.5", "my-laptop"])
def test_others_are_let_in_on_purpose_only(lab: Lab, host: str) -> None:
    with pytest.raises(LabError, match="runs your handlers in this kernel") as told:
        lab.start(host=host)
    assert "%sio start --join" in str(told.value)
    assert f"--host {host} --anyone" in str(told.value)
    assert not lab.running
    assert lab.staged is None  # nothing has been made


def test_serve_lets_them_in_no_more_than_start(lab: Lab) -> None:
    own = lab.socketio
    with pytest.raises(LabError, match="--anyone"):
        lab.serve(own, host=EVERYWHERE)
    assert not lab.running
    lab.start(host=EVERYWHERE, anyone=True)
    lab.stop()
    assert lab.serve(own, host=EVERYWHERE).running


def test_who_lets_in_anyone_is_warned(lab: Lab) -> None:
    status = lab.start(host=EVERYWHERE, anyone=True)
    assert status.note is not None
    assert f"at {EVERYWHERE} can connect without a code" in status.note
    assert "runs your handlers in this kernel" in status.note


def test_that_anyone_needs_a_host_is_told(lab: Lab) -> None:
    status = lab.start(anyone=True)
    assert status.note is not None
    assert "Only this machine reaches 127.0.0.1" in status.note
    assert "--host 0.0.0.0 --anyone" in status.note


def test_a_class_comes_by_its_code_or_anyone_without(lab: Lab) -> None:
    with pytest.raises(LabError, match="which of them is meant"):
        lab.start(join=True, anyone=True)
    assert not lab.running


def test_a_name_that_was_asked_for_is_the_servers_own(lab: Lab) -> None:
    lab.start(host="localhost")
    assert lab.url is not None
    assert get(lab.url, "/x", host=f"localhost:{lab.port}").status == 404


def test_origins_are_of_the_newest_start_and_checked_before_it(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"'jsbin\.com' is no origin"):
        lab.start(cors="jsbin.com")
    assert not lab.running
    lab.start(cors=["https://jsbin.com", "https://codepen.io"])
    assert vars(lab.stage.origins)["_added"] == ("https://jsbin.com", "https://codepen.io")
    lab.restart()
    assert vars(lab.stage.origins)["_added"] == ("https://jsbin.com", "https://codepen.io")
    lab.stop()
    lab.start()
    assert vars(lab.stage.origins)["_added"] == ()

"""What is installed beside the lab."""

from __future__ import annotations

import pytest

from sio_lab.core.installation import Installed, findings, is_within

FINE = [("Flask-SocketIO", "5.5.1"), ("simple-websocket", "1.0.0"), ("jupyter_server_proxy", "4.6")]


def names(
    *more: tuple[str, str], without: str = "", requires: tuple[str, ...] = (), is_remote: bool = False
) -> list[str]:
    installed = Installed([*(each for each in FINE if each[0] != without), *more], requires)
    return [each.name for each in findings(installed, is_remote=is_remote)]


def test_what_fits_is_not_told() -> None:
    assert names(requires=("flask-socketio<6,>=5.5", "Jinja2>=3", 'notebook>=99; extra == "lab"'), is_remote=True) == []


def test_a_package_out_of_range_is_told_with_what_fits() -> None:
    installed = Installed(FINE, ("flask_socketio[x] (<5,>=4)",))
    [finding] = findings(installed, is_remote=False)
    assert (finding.name, finding.grade) == ("package out of range", 1)
    assert finding.next_step.endswith('%pip install "flask_socketio>=4,<5"')
    assert "5.5.1 is installed" in finding.what


def test_what_is_missing() -> None:
    assert names(without="simple-websocket") == ["no WebSockets"]
    assert names(without="jupyter_server_proxy", is_remote=True) == ["no proxy"]
    assert names(without="jupyter_server_proxy") == []


def test_what_is_there_twice_or_harmless() -> None:
    assert names(("flask-socketio", "4.0")) == ["installed twice"]
    assert names(("eventlet", "0.36"), ("gevent", "24")) == ["eventlet and gevent installed"]


@pytest.mark.parametrize(
    ("version", "bounds", "is_it"),
    [
        ("5.5", ">=5.5.0", True),
        ("5.5.0rc1", ">=5.5", True),
        ("5.10", ">=5.9,<6", True),
        ("6.0.0", "<6", False),
        ("5", "<=5,!=4", True),
        ("5", ">5", False),
        ("5", "==5.0", True),
        ("4", "!=4.0", False),
        ("unknown", ">=1", True),
        ("1", "~=9", True),
        ("1", "", True),
    ],
)
def test_versions_and_bounds(version: str, bounds: str, is_it: object) -> None:
    assert is_within(version, bounds) is is_it


def test_this_environment_can_be_read() -> None:
    here = Installed.here()
    assert "flask-socketio" in here.versions
    assert any(each.startswith("flask-socketio") for each in here.requires)

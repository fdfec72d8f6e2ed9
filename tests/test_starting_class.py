"""Starting with a class: where students can reach it, and refused where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab import starting_class
from sio_lab.errors import LabError, PortTaken
from sio_lab.lab import Lab
from sio_lab.starting_class import ClassStatus, check_reachable

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "127.0.0.1"


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setattr(starting_class, "hosted_by", lambda _: None)
    monkeypatch.setattr(starting_class, "in_container", lambda: False)
    monkeypatch.setattr(starting_class, "lan_addresses", lambda **_: ["192.168.1.5"])
    monkeypatch.setattr("sio_lab.classes.lan_addresses", lambda **_: ["192.168.1.5", "10.0.0.2"])
    made = Lab(say=lambda _: None)
    yield made
    made.close()


def test_it_listens_on_all_addresses_and_names_that_of_the_room(lab: Lab) -> None:
    status = lab.start(join=True)
    assert lab.stage.address.host == "0.0.0.0"  # noqa: S104 - a class is let in
    assert isinstance(status, ClassStatus)
    assert lab.classroom().link == f"http://192.168.1.5:{lab.port}/"
    assert f"A class may come in at http://192.168.1.5:{lab.port}/: 0 students in" in repr(status)
    assert lab.url == f"http://127.0.0.1:{lab.port}"


def test_the_status_tells_of_the_class_as_it_is(lab: Lab) -> None:
    assert lab.status().classroom is None
    lab.start(join=True)
    lab.lock()
    lab.pause()
    lab.limit(1.5)
    told = lab.status().classroom or ""
    assert told.endswith(
        ": 0 students in, paused, locked, 1.5 events a second each. %sio classroom shows the code and the controls."
    )
    assert told in repr(lab.status())
    lab.stop()
    assert lab.status().classroom is None


def test_what_is_told_of_the_status_holds_no_code_and_the_card_does(lab: Lab) -> None:
    status = lab.start(join=True)
    code = lab.classroom().code
    assert isinstance(status, ClassStatus)
    assert code not in repr(status)
    assert code in status._repr_mimebundle_()["text/plain"]


def test_a_host_of_the_readers_is_bound_as_it_is(lab: Lab) -> None:
    lab.start(join=True, host="127.0.0.2")  # for once, one that this machine has
    assert lab.stage.address.host == starting_class.EVERYWHERE


def test_an_address_in_the_network_is_bound_alone(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[str] = []
    monkeypatch.setattr(starting_class, "is_local", lambda host: host == LOCAL)
    starting_class.start_class(lab, "127.0.0.2", lambda host: (bound.append(host), lab.stage.start(host, 0)))
    assert bound == ["127.0.0.2"]
    assert lab.classroom().link == f"http://127.0.0.2:{lab.port}/"


def test_with_a_public_url_link_and_qr_are_of_that(lab: Lab) -> None:
    lab.public_url = "https://hub.example/user/ada/proxy/5000"
    lab.start(join=True)
    assert lab.classroom().link == "https://hub.example/user/ada/proxy/5000/"


def test_a_second_start_says_what_runs_and_keeps_the_code(lab: Lab) -> None:
    lab.start(join=True)
    code = lab.classroom().code
    again = lab.start(join=True)
    assert isinstance(again, ClassStatus)
    assert "It was running already" in repr(again)
    assert isinstance(lab.start(), ClassStatus)
    assert "The class goes on, with the same code" in repr(lab.restart())
    assert lab.classroom().code == code


def test_a_stop_ends_the_class_and_the_next_one_has_another_code(lab: Lab) -> None:
    lab.start(join=True)
    code = lab.classroom().code
    lab.stop()
    with pytest.raises(LabError, match="No class is in"):
        lab.classroom()
    lab.start()
    assert lab.pupils is None
    lab.stop()
    lab.start(join=True)
    assert lab.classroom().code != code


def test_a_class_ends_where_the_program_has_stopped_the_server(lab: Lab) -> None:
    lab.start(join=True)
    code = lab.classroom().code
    lab.stage.hosted().stop()
    lab.start()
    assert lab.pupils is None
    lab.stage.hosted().stop()
    lab.start(join=True)
    assert lab.classroom().code != code


def test_a_server_that_runs_without_a_class_says_how_to_let_one_in(lab: Lab) -> None:
    lab.start()
    assert "It lets no class in: %sio stop, then %sio start --join." in repr(lab.start(join=True))
    assert lab.pupils is None


def test_where_the_port_is_taken_no_class_is_in(lab: Lab) -> None:
    other = Lab(say=lambda _: None)
    other.start()
    try:
        with pytest.raises(PortTaken):
            lab.start(join=True, port=other.port or 0)
        assert lab.pupils is None
    finally:
        other.close()


def test_on_a_hub_it_is_refused_with_what_to_do_instead() -> None:
    hub = {"JUPYTERHUB_USER": "ada"}
    with pytest.raises(LabError, match=r"a JupyterHub: phones in your room.*computer in the room.*public_url"):
        check_reachable(None, LOCAL, hub)
    check_reachable("https://tunnel.example", LOCAL, hub)
    check_reachable(None, "192.168.1.5", hub)


@pytest.mark.parametrize(("is_container", "said"), [(True, "in a container"), (False, "in no network")])
def test_without_an_address_it_is_refused(monkeypatch: pytest.MonkeyPatch, is_container: bool, said: str) -> None:
    monkeypatch.setattr(starting_class, "in_container", lambda: is_container)
    monkeypatch.setattr(starting_class, "lan_addresses", lambda **_: [])
    with pytest.raises(LabError, match=said):
        check_reachable(None, LOCAL, {})


def test_a_refused_start_leaves_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting_class, "hosted_by", lambda _: "Colab")
    with pytest.raises(LabError, match="Colab"):
        lab.start(join=True)
    assert not lab.running
    assert lab.pupils is None

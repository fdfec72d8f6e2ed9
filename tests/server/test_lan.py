"""Addresses that students may reach, from what a machine has."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from sio_lab.server.lan import lan_addresses


def found(*addresses: str, in_container: bool = False) -> list[str]:
    return lan_addresses(lambda: addresses, in_container=in_container)


def test_a_machine_in_one_network_has_one() -> None:
    assert found("192.168.1.5", "192.168.1.5", "127.0.0.1") == ["192.168.1.5"]


def test_private_ones_come_first_and_the_route_out_before_its_like() -> None:
    assert found("203.0.113.7", "10.1.2.3", "192.168.1.5", "100.64.0.9") == [
        *("10.1.2.3", "192.168.1.5", "203.0.113.7", "100.64.0.9"),
    ]
    assert found("192.168.1.5", "10.1.2.3") == ["192.168.1.5", "10.1.2.3"]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "0", "169.254.3.4", "224.0.0.1", "::1", "x", ""])
def test_what_nobody_reaches_is_none(address: str) -> None:
    assert found(address) == []


def test_in_a_container_the_hosts_own_bridge_counts_for_nothing() -> None:
    assert found("172.17.0.2", in_container=True) == []
    assert found("172.17.0.2") == ["172.17.0.2"]
    assert found("172.17.0.2", "192.168.1.5", in_container=True) == ["192.168.1.5"]


def test_those_of_this_machine_can_be_bound() -> None:
    for address in lan_addresses():
        assert ipaddress.IPv4Address(address)
        socket.create_server((address, 0)).close()


def test_nothing_is_sent_to_find_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(*_: object) -> None:
        raise AssertionError("sent")

    monkeypatch.setattr(socket.socket, "send", send, raising=False)
    monkeypatch.setattr(socket.socket, "sendto", send, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", send)
    lan_addresses()


def test_a_machine_without_any_network_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable, raising=False)
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo"), (2, "docker0"), (3, "none-such")])
    assert lan_addresses() == []

"""Who may come to a stage's port."""

from __future__ import annotations

from sio_lab.core.log import Log
from sio_lab.server.open_port import OpenPort

TUNNEL = "tunnel.example"


def test_a_public_address_is_one_of_its_own_until_it_is_taken_back() -> None:
    port = OpenPort(Log())
    assert not port.hosts.allows(TUNNEL)
    port.publish(f"https://{TUNNEL}/lab")
    assert port.hosts.allows(TUNNEL)
    port.publish(None)
    assert not port.hosts.allows(TUNNEL)


def test_pages_need_consent_to_come_through_the_proxy() -> None:
    port = OpenPort(Log())
    assert not port.proxied.is_allowed
    port.proxied.allow()
    assert port.proxied.is_allowed

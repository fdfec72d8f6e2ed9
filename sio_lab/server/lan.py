"""The addresses under which others in this machine's networks reach it; to find them nothing is sent."""

from __future__ import annotations

import importlib
import ipaddress
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Address = ipaddress.IPv4Address

_ELSEWHERE = ("192.0.2.1", "10.255.255.255", "172.31.255.255", "192.168.255.255")
"""Where a route is asked for: to the world, by an address that is nobody's, and to each range of private networks."""

_PORT = 9
"""Of the service 'discard'; nothing goes there."""

_HOME = tuple(map(ipaddress.IPv4Network, ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")))
"""The ranges of private networks, of which those in rooms are."""

_SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""What carriers and some overlay networks use: students are rarely in it."""

_BRIDGED = ipaddress.IPv4Network("172.16.0.0/12")
"""Where the networks lie that containers are given on their host; nobody else reaches these."""

_VIRTUAL = ("lo", "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "utun")
"""What the names of interfaces begin with that lead to no room."""

_GET_ADDRESS = {"linux": 0x8915, "darwin": 0xC0206921}
"""Platform -> what asks for the address of an interface, SIOCGIFADDR in its headers."""

_REQUEST = 32
"""Bytes of such a question: the name in 16 of them, then the address, whose numbers are bytes 20 to 23."""


def lan_addresses(sources: Callable[[], Iterable[str]] | None = None, *, in_container: bool = False) -> list[str]:
    """Return the IPv4 addresses that others may reach this machine by, the likeliest first; empty where it has none.

    Private ones come before public ones; among those alike, that of the route out is the first. In a container the
    address that its host made up for it counts for nothing. `sources` gives the addresses that the machine has.
    """
    found = dict.fromkeys((sources or _own_addresses)())
    fit = [address for text in found if (address := _read(text)) is not None]
    if in_container:
        fit = [address for address in fit if address not in _BRIDGED]
    return [str(address) for address in sorted(fit, key=_rank)]


def _read(text: str) -> Address | None:
    """Return an address that others may reach; None for this machine's inner ones, and those a link gave itself."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return None
    is_own = address.is_loopback or address.is_unspecified or address.is_link_local or address.is_multicast
    return None if is_own else address


def _rank(address: Address) -> int:
    if address in _SHARED:
        return 2
    # `sorted` keeps the order of those that rank alike: so the route out stays first.
    return 0 if any(address in network for network in _HOME) else 1


def _own_addresses() -> list[str]:
    return [*_route_addresses(), *_interface_addresses()]


def _route_addresses() -> list[str]:
    """Return the addresses that the system would send from: a UDP socket that is connected has one, and sends none."""
    return [address for target in _ELSEWHERE if (address := _source_of(target))]


def _source_of(target: str) -> str | None:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((target, _PORT))
            return str(probe.getsockname()[0])
    except OSError:
        return None  # there is no way there


def _interface_addresses() -> list[str]:
    """Return the addresses of the interfaces: a machine may be in two networks, and the room in the other one."""
    if sys.platform == "win32":
        # There it asks no server, and tells all.
        return list(socket.gethostbyname_ex(socket.gethostname())[2])
    names = [name for _, name in socket.if_nameindex() if not name.startswith(_VIRTUAL)]
    return [address for name in names if (address := _address_of(name))]


def _address_of(interface: str) -> str | None:
    ask = _GET_ADDRESS.get(sys.platform)
    if ask is None:
        return None
    fcntl = importlib.import_module("fcntl")  # which Windows has not
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            told = fcntl.ioctl(probe.fileno(), ask, interface.encode()[:15].ljust(_REQUEST, b"\0"))
            return socket.inet_ntoa(told[20:24])
    except OSError:
        return None  # it has none

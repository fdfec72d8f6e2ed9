"""Host headers, origins and addresses of pages, read strictly: what no browser would write is none."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from sio_lab.errors import LabError

LONGEST = 255
LAST_PORT = 65_535
DEFAULT_PORTS = {"http": 80, "https": 443}
_NETLOC = re.compile(
    r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?)(?::(?P<port>[0-9]{1,5}))?"
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A host and a port, as they stand in a Host header or behind the `//` of an address."""

    host: str
    """A name in lower case without a dot at its end, or an IP address as it is written shortest, without brackets."""

    port: int | None = None
    """None where the scheme's own is meant."""

    def __str__(self) -> str:
        """Return it as a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    def is_at(self, other: Place, scheme: str) -> bool:
        """Tell whether both are the same host and port for a page that came by this scheme."""
        default = DEFAULT_PORTS.get(scheme)
        return self.host == other.host and (self.port or default) == (other.port or default)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page comes from, as browsers tell servers."""

    scheme: str
    """`http` or `https`."""

    place: Place


def read_host(text: str) -> Place | None:
    """Return the place that a Host header names; None for what is no host.

    None, too, for what a browser writes otherwise before it asks: user names, zones of IPv6 addresses, names beyond
    ASCII, and IPv4 addresses that are not four decimal numbers.
    """
    return _read(text.lower()) if text.isascii() and len(text) <= LONGEST else None


def read_origin(text: str) -> Origin | None:
    """Return what an Origin header of a page names; None for `null`, and for what is no page's on the web."""
    scheme, _, rest = text.lower().partition("://") if text.isascii() else ("", "", "")
    place = read_host(rest) if scheme in DEFAULT_PORTS else None
    return None if place is None else Origin(scheme, place)


def read_url(text: str) -> Origin | None:
    """Return where an address of a page leads to; None for what is no http or https address, or has a user name."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return read_origin(f"{parts.scheme}://{parts.netloc}")


def check_url(url: object) -> Origin:
    """Return where a public address leads to. Raises LabError, saying what is wrong, for what is none."""
    told = f"{url!r} is no address where browsers reach the server"
    example = "one is https://example.org/lab"
    if not isinstance(url, str):
        raise LabError(f"{told}: {example}.")
    if any(letter.isspace() or not letter.isprintable() for letter in url) or "\\" in url:
        raise LabError(f"{told}: there is a space, or what is no letter, in it; {example}.")
    origin = read_url(url)
    if origin is None:
        if "@" in url.partition("://")[2].partition("/")[0]:
            # Not told again: what stands there may be a password.
            raise LabError("There is a name or a password in that address: leave out all up to the @.")
        raise LabError(f"{told}: it begins with http:// or https:// and a host; {example}.")
    return origin


def is_loopback(host: str) -> bool:
    """Tell whether a host, as a `Place` has it, is this machine wherever one asks."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = ip_address(host)
    return address is not None and address.is_loopback


def ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return a host as an IP address, an IPv4 one that is wrapped in an IPv6 one as itself; None where it is a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(256)
def _read(text: str) -> Place | None:
    match = _NETLOC.fullmatch(text)
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    host = _address(match["six"]) if match["six"] else _name(match["name"])
    return None if host is None or (port or 0) > LAST_PORT else Place(host, port)


def _address(text: str) -> str | None:
    address = ip_address(text)
    return None if address is None or ":" not in text else str(address)


def _name(text: str) -> str | None:
    if not _NUMBER.fullmatch(text.rpartition(".")[2]):
        return text
    address = ip_address(text)
    return None if address is None else str(address)

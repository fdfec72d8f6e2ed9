"""The names under which this server may be asked for, against DNS rebinding.

A page of an attacker's can have its own name resolve to this machine: to the browser it is then of one origin with this
server. What betrays it is the Host header, in which that name stands.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from sio_lab.core.netloc import Place, ip_address, is_loopback, read_host, read_url
from sio_lab.server.reach import LOCALHOST
from sio_lab.server.refusal_page import Told, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.server.refusals import Refusals

MOST_LEARNED = 32
MOST_KEPT = 256
"""How many Host headers are remembered as allowed."""


class Hosts:
    """The allow-list: loopback, what is bound, the public address's host, and what was learned.

    Ports are not looked at: they are forwarded, by editors and proxies, and a name that is nobody else's is nobody
    else's on all of them.
    """

    def __init__(self) -> None:
        self._learned: dict[str, None] = {}
        self._public: str | None = None
        self._known: set[tuple[str, str]] = set()

    def allows(self, header: str, bound: str = LOCALHOST) -> bool:
        """Tell whether a Host header names this server; `bound` is the IP address that it listens on."""
        if (header, bound) in self._known:
            return True
        place = read_host(header)
        if place is None or not self._is_ours(place.host, bound):
            return False
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known.add((header, bound))
        return True

    def learn(self, url_or_host: str) -> None:
        """Allow the host of a page's address, or a host, from now on; what is neither is left alone.

        Only to be called with what comes from the notebook, never with what a request says.
        """
        host = _host_in(url_or_host)
        if host is None or host in self._learned:
            return
        if len(self._learned) >= MOST_LEARNED:
            del self._learned[next(iter(self._learned))]
            self._known.clear()
        self._learned[host] = None

    def publish(self, url: str | None) -> None:
        """Allow the host of the public address, in place of the one before."""
        self._public = None if url is None else _host_in(url)
        self._known.clear()

    def _is_ours(self, host: str, bound: str) -> bool:
        return is_loopback(host) or host == self._public or host in self._learned or _is_bound(host, bound)


class HostDoor:
    """Answers requests whose Host header is none of this server's; lets all others pass.

    A browser always sends one. Who sends none, as HTTP/1.0 allows, is let in from this machine only. Where the request
    line itself has a whole address, its host is the Host (Werkzeug sees to that). X-Forwarded-Host counts for nothing.
    """

    def __init__(self, hosts: Hosts, refusals: Refusals) -> None:
        self._hosts = hosts
        self._refusals = refusals

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request, or let it pass."""
        header = environ.get("HTTP_HOST")
        if header is None:
            if is_loopback(str(environ.get("REMOTE_ADDR", ""))):
                return None
        elif self._hosts.allows(header, environ["SERVER_NAME"]):
            return None
        asked = None if header is None else read_host(header)
        told = _told(asked, str(environ.get("HTTP_X_FORWARDED_PROTO", "")))
        self._refusals.tell(asked.host if asked else "", environ, told.title, _in_one_line(told))
        return refuse(environ, start_response, told)


def _told(asked: Place | None, scheme: str) -> Told:
    title = "This server was asked for under a name that is not its own"
    if asked is not None:
        title += f": {asked.host}"
    why = (
        "Pages of other people could reach it that way, with a name that they own and have lead to your machine, so it "
        "answers to names only that it knows. If the name is yours, tell it in the notebook:"
    )
    url = f"{'https' if scheme.lower() in {'https', 'wss'} else 'http'}://{asked or 'example.org'}"
    steps = (
        ("Where the notebook is open under the same name, this finds it out:", "%sio open"),
        ("Else, and only if you know the name:", f'%config SioMagics.public_url = "{url}"'),
    )
    return Told(title, why, steps)


def _in_one_line(told: Told) -> str:
    (_, opened), (_, published) = told.steps
    return f"if that name is yours: {opened} in the notebook learns it, or {published}"


def _host_in(url_or_host: str) -> str | None:
    origin = read_url(url_or_host) if "://" in url_or_host else None
    place = origin.place if origin is not None else read_host(url_or_host)
    return None if place is None else place.host


def _is_bound(host: str, bound: str) -> bool:
    """Tell whether a host stands for the address bound, which others reach, or for this machine where that is all."""
    listening = ip_address(bound)
    if listening is None or listening.is_loopback:
        return False
    address = ip_address(host)
    if address is None:
        return host in _own_names()
    return address == listening or (listening.is_unspecified and _is_own(host))


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return {name, short, f"{short}.local"}


def _is_own(address: str) -> bool:
    """Tell whether an IP address is one of this machine's: then, and only then, a socket can be bound to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    parsed = ip_address(address)
    if parsed is None or parsed.is_unspecified or parsed.is_multicast or parsed.is_reserved:
        return False
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True

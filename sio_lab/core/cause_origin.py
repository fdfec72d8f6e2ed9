"""Pages of other origins: why the browser's Origin header is none that may connect, and the line that lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.cause import PLAIN, Cause, Setup
from sio_lab.core.netloc import is_loopback, read_host, read_origin
from sio_lab.core.telling import quoted

if TYPE_CHECKING:
    from collections.abc import Collection

    from sio_lab.core.netloc import Origin, Place
    from sio_lab.core.records import Asked

OTHER_ORIGIN = "a page of another origin asked: allow it with %sio start --cors ORIGIN"
HTTPS_PAGE = (
    "It came by https: from such a page a browser reaches only http://localhost and http://127.0.0.1 of the machine "
    "that it runs on, and asks its reader for permission."
)
_RULE = "A page may connect to the server that it was loaded from, and to others only where they allow its origin."


def wrong_origin(asked: Asked | None, setup: Setup = PLAIN) -> Cause:
    """Say why a page may not connect."""
    origin = asked.origin if asked is not None else None
    if asked is None or origin is None:
        return Cause(
            "origin refused", OTHER_ORIGIN, f"A page of another origin asked. {_RULE}", _allow("ORIGIN", setup)
        )
    if origin == "null":
        return _from_disk()
    if _slashed(origin, setup.origins):
        return _trailing_slash(origin)
    # No browser writes capitals; what is read strictly may be pasted.
    page = read_origin(origin) if origin == origin.lower() else None
    if page is None:
        return _no_browsers(origin)
    short = f"a page of {origin} may not connect: %sio stop, then %sio start --cors {origin}"
    what = f"A page of {origin} may not connect. {_why(page, asked)}"
    return Cause("origin refused", short, what, _allow(origin, setup))


def _why(page: Origin, asked: Asked) -> str:
    host = read_host(asked.host or "")
    if host is not None and page.place.is_at(host, page.scheme):
        # The lab lets its own pages in whatever the scheme, unless the program says who may come.
        return "It is this server's own, but the program names the origins that may connect, and leaves this one out."
    if host is not None and _is_same_machine(page.place, host):
        return (
            f"To a browser localhost and 127.0.0.1 are two places: the page is of {page.place}, and connects to "
            f"{host}. Best open the page under the address that it connects to, or have it connect by io() alone."
        )
    return f"{_RULE} {HTTPS_PAGE}" if page.scheme == "https" else _RULE


def _no_browsers(origin: str) -> Cause:
    return Cause(
        "origin refused",
        f"{quoted(origin)} is no origin of a page",
        f"A client says that it is a page of {quoted(origin)}, which is none that a browser would send.",
        "Have the client send no Origin header.",
    )


def _from_disk() -> Cause:
    return Cause(
        "origin refused",
        "a page without an origin (null), as a file opened from disk: serve it from here, with %%sio page /hello",
        "A page without an origin ('null') may not connect. A file that is opened from disk is such a page, "
        "and so is one in a sandboxed frame.",
        "Serve the page from here: paste it into a cell that begins with this line, and open that path:\n"
        "%%sio page /hello",
    )


def _trailing_slash(origin: str) -> Cause:
    return Cause(
        "origin refused",
        f"the origin allowed ends with a slash, and no browser sends it so: write {origin}",
        f"{origin} is allowed, but was written with a slash at its end or in capitals. Browsers send an origin "
        "without and in lower case, and the two are compared letter by letter.",
        f"Write it as the browser does:\nSocketIO(app, cors_allowed_origins={origin!r})",
    )


def _allow(origin: str, setup: Setup) -> str:
    port = f" --port {setup.port}" if setup.port else ""
    return f"If the page is yours, let it in:\n%sio stop\n%sio start{port} --cors {origin}"


def _slashed(origin: str, allowed: Collection[str]) -> bool:
    return origin not in allowed and origin.rstrip("/") in {each.rstrip("/").lower() for each in allowed}


def _is_same_machine(one: Place, other: Place) -> bool:
    return one.port == other.port and is_loopback(one.host) and is_loopback(other.host)

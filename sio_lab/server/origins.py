"""Which pages may connect: what the program says, or else the server's own; and what was added when it was started."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from sio_lab.core.netloc import Origin, read_host, read_origin, read_url
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.server.patches import Patches

EVERY = "*"
NO_ORIGIN = "null"
_ADDED = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9_.:\[\]-]+", re.IGNORECASE)


class Origins:
    """Extends what one Engine.IO server after the other takes for an origin that may connect.

    What the program gave as `cors_allowed_origins` stays as it is. Where it gave none, the server's own pages may
    connect: those of the same host and port as they asked for, whatever the scheme, as TLS may end at a proxy.
    """

    def __init__(self) -> None:
        self._added: tuple[str, ...] = ()
        self._public: Origin | None = None
        self._eio: Any = None

    def add(self, given: str | Sequence[str] | None) -> None:
        """Let in pages of these origins beside, in place of those given before; `*` lets in all.

        Raises LabError for what is no origin.
        """
        self._added = tuple(map(_checked, [given] if isinstance(given, str) else given or ()))

    def publish(self, url: str | None) -> None:
        """Take pages at the public address for the server's own, in place of the one before."""
        self._public = None if url is None else read_url(url)

    def attach(self, eio: Any, patches: Patches) -> None:
        """Have an Engine.IO server ask here, too."""
        patches.wrap(eio, "_cors_allowed_origins", lambda original: partial(self._allowed, eio, original))

    def allow(self, eio: Any, environ: dict[str, Any]) -> bool:
        """Tell whether an Engine.IO server lets in the page that a request comes from; who is no page has no origin."""
        origin = environ.get("HTTP_ORIGIN")
        if not origin or eio.cors_allowed_origins == []:
            return True  # with an empty list the program has switched the check off
        allowed = eio._cors_allowed_origins(environ)
        return allowed is None or origin in allowed

    def _allowed(self, eio: Any, original: Callable[..., Any], environ: dict[str, Any]) -> Any:
        """Return the origins that may connect, None for all; as Engine.IO's method of this name does."""
        is_given = eio.cors_allowed_origins is not None
        allowed = original(environ) if is_given else []
        if allowed is None or EVERY in self._added:
            return None
        origin = environ.get("HTTP_ORIGIN")
        if origin and (origin in self._added or (not is_given and self.is_own(origin, environ))):
            return [*allowed, origin]
        return allowed

    def is_own(self, origin: str, environ: dict[str, Any]) -> bool:
        """Tell whether a page came from here: from the host that is asked for, or that a proxy in front was asked for.

        No page elsewhere can forge the latter: before browsers send such a header, they ask, without it.
        """
        page = read_origin(origin)
        if page is None:
            return False
        proxy = str(environ.get("HTTP_X_FORWARDED_HOST", "")).partition(",")[0].strip()
        places = [read_host(host) for host in (str(environ.get("HTTP_HOST", "")), proxy) if host]
        if self._public is not None:
            places.append(self._public.place)
        return any(place is not None and page.place.is_at(place, page.scheme) for place in places)


def _checked(origin: str) -> str:
    if origin == NO_ORIGIN:
        raise LabError(
            "'null' is the origin of files opened from disk, and of any site's sandboxed frames: it would let in all. "
            "Serve the page from here instead: %%sio page /hello, or say '*' for all."
        )
    checked = origin.strip().rstrip("/").lower()
    if checked == EVERY or _ADDED.fullmatch(checked):
        return checked
    raise LabError(f"{origin!r} is no origin: one is https://example.org, without a path; '*' lets in all.")

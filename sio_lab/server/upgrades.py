"""The door for WebSockets beside Socket.IO: browsers let any page open one, so the server looks where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core.cause_origin import wrong_origin
from sio_lab.server.asked import asked_of
from sio_lab.server.environs import is_upgrade
from sio_lab.server.refusal_page import Told, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.server.host import Host
    from sio_lab.server.origins import Origins
    from sio_lab.server.refusals import Refusals

REASON = "A page of another origin asked for a WebSocket"
HOW = "What to do in the notebook:"


class UpgradeDoor:
    """Answers the handshakes of pages of another origin; Engine.IO looks after its own."""

    def __init__(self, origins: Origins, on_stage: Callable[[], Host | None], refusals: Refusals) -> None:
        self._origins = origins
        self._on_stage = on_stage
        self._refusals = refusals

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request, or let it pass."""
        if not is_upgrade(environ):
            return None
        host = self._on_stage()
        if host is None or host.is_engines(environ) or self._origins.allow(host.server.eio, environ):
            return None
        origin = str(environ["HTTP_ORIGIN"])
        hint = wrong_origin(asked_of(environ)).short
        self._refusals.tell(origin, environ, REASON, hint)
        return refuse(
            environ, start_response, Told(REASON, "No page but the server's own may open one.", ((HOW, hint),))
        )

"""The door that has a connection appear in the log under the name that its page was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sio_lab.server.entrance import NAME, NAME_PARAMETER, OPENED
from sio_lab.server.environs import eio_sid_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.server.stage import Stage


class NameDoor:
    """Lets all requests pass; those that open an Engine.IO connection without a name of a pupil's get the asked one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __call__(self, environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Put the name into a request that opens a connection."""
        host, query = self._stage.host, str(environ.get("QUERY_STRING", ""))
        if NAME_PARAMETER not in query or NAME in environ or host is None:
            return None
        if host.is_engines(environ) and not eio_sid_in(environ):
            names = self._stage.names
            with names.lock:
                environ[NAME] = names.choose(parse_qs(query).get(NAME_PARAMETER, [""])[0])
            environ[OPENED] = _both(environ.get(OPENED), names.note)
        return None


def _both(one: Callable[[str], object] | None, other: Callable[[str], object]) -> Callable[[str], None]:
    def tell(eio_sid: str) -> None:
        if one is not None:
            one(eio_sid)
        other(eio_sid)

    return tell

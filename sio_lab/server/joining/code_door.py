"""The door of a class: nobody comes in without a pass, from wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sio_lab.server.entrance import LAB_PATH, NAME, OPENED
from sio_lab.server.environs import address_of, eio_sid_in
from sio_lab.server.joining.carried import cookie_name, take_passes
from sio_lab.server.joining.replies import JOIN_PATH, asked_for, from_here, lead, tell
from sio_lab.server.proxied import CONTEXT
from sio_lab.server.refusals import MOST_ADDRESSES, Refusals
from sio_lab.server.web.addresses import prefix_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.server.joining.passes import Pupil
    from sio_lab.server.joining.pupils import Pupils
    from sio_lab.server.stage import Stage

GUARDED = frozenset({f"{LAB_PATH}/settings.json"})
"""What under the lab's own path says something of the server; all else there is pages that are the same everywhere."""

NEEDED = "A class is in: this needs the code that the teacher shows. Open {join} on this server and type it."
HINT = "whoever has no pass opens the class's link, or scans its code, and types a name"
PASS_SECONDS = 12 * 60 * 60
"""So long does a browser keep a pass: a day at school."""

WHOSE = "sio_lab.pupil"
"""Where in a WSGI environment stands whose request it is."""


class CodeDoor:
    """Lets a request pass that brings a valid pass, and takes passes off all of them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._refusals = Refusals(stage.log, MOST_ADDRESSES)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer a request that may not come in; for all others, note whose they are."""
        asked = environ.get("QUERY_STRING")
        passes = take_passes(environ)
        pupils = self._stage.pupils
        if pupils is None:
            return None
        pupil = pupils.pupil_of(passes) or pupils.pupil_on(self._session(environ))
        if pupil is not None and pupil.is_own and environ.get("QUERY_STRING") != asked and is_page(environ):
            return _keep(environ, start_response, pupils.own_pass)
        if pupil is not None:
            self._come_in(pupils, pupil, environ)
            return None
        if is_open(environ):
            return None
        return self._refuse(environ, start_response)

    def _session(self, environ: dict[str, Any]) -> str:
        """Return the Engine.IO session that a request is of; an empty text where it is of none.

        A session's id is as secret as a pass: only who opened it with one has it. Python's client sends its headers
        with its first request alone.
        """
        return eio_sid_in(environ) if self._is_engines(environ) else ""

    def _come_in(self, pupils: Pupils, pupil: Pupil, environ: dict[str, Any]) -> None:
        if not pupil.is_own:
            environ[NAME] = pupil.name
        environ[WHOSE] = pupil
        if self._is_engines(environ) and not eio_sid_in(environ):
            environ[OPENED] = pupils.coming(pupil)

    def _refuse(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._is_engines(environ) and is_page(environ):
            where = quote(asked_for(environ), safe="")
            return lead(start_response, from_here(environ, JOIN_PATH) + (f"?next={where}" if where else ""))
        self._refusals.tell(address_of(environ), environ, "no pass: the class's code is needed", HINT)
        text = NEEDED.format(join=JOIN_PATH)
        return tell(start_response, 403, {"code": 403, "message": text, "sio_lab": "code"})

    def _is_engines(self, environ: dict[str, Any]) -> bool:
        host = self._stage.host
        return host is not None and host.is_engines(environ)


def _keep(environ: dict[str, Any], start_response: Callable[..., Any], token: str) -> Iterable[bytes]:
    """Have the teacher's browser keep the pass of a link as its cookie, and ask again without it.

    No other pass gets into a browser by a link: else whoever follows a student's would go by that student's name.
    """
    where = from_here(environ, f"/{asked_for(environ)}")
    return lead(start_response, where, pass_cookie(environ, token))


def is_open(environ: dict[str, Any]) -> bool:
    """Tell whether a request is for what everybody may see, or is one to join."""
    path = str(environ.get("PATH_INFO", ""))
    return path.startswith(f"{LAB_PATH}/") and path not in GUARDED


def is_page(environ: dict[str, Any]) -> bool:
    """Tell whether a request is a browser's for a page that it is to show."""
    is_plain = environ.get("REQUEST_METHOD") in {"GET", "HEAD"} and not environ.get("HTTP_UPGRADE")
    return is_plain and "text/html" in str(environ.get("HTTP_ACCEPT", ""))


def pass_cookie(environ: dict[str, Any], token: str) -> tuple[str, str]:
    """Return the header that has a browser keep a pass: out of scripts' reach, and not sent for other sites' forms.

    Through the notebook's proxy it holds for this server's pages alone: the others at that host may be somebody else's.
    """
    name, path = cookie_name(environ), prefix_of({CONTEXT: environ.get(CONTEXT, "")})
    return "Set-Cookie", f"{name}={token}; Max-Age={PASS_SECONDS}; Path={path}/; HttpOnly; SameSite=Lax"

"""The door where a class is joined: its page, and what that sends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sio_lab.server.environs import address_of
from sio_lab.server.joining.code_door import WHOSE, pass_cookie
from sio_lab.server.joining.join_page import ASSETS, Filled, page
from sio_lab.server.joining.pupils import NotLetIn
from sio_lab.server.joining.replies import JOIN_PATH, POLICY, answer, from_here, harmless, lead, tell
from sio_lab.server.refusals import MOST_ADDRESSES, Refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.server.joining.passes import Pupil
    from sio_lab.server.joining.pupils import Pupils
    from sio_lab.server.stage import Stage

MOST_BYTES = 4_096
"""So long may what is sent to join be."""

MOST_FIELDS = 20


class Unreadable(NotLetIn):
    """What was sent to join can't be read."""


class JoinDoor:
    """Answers what lies under `/_lab/join`; lets all else pass."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._refusals = Refusals(stage.log, MOST_ADDRESSES)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request, or let it pass."""
        path, pupils = str(environ.get("PATH_INFO", "")), self._stage.pupils
        if path != JOIN_PATH and not path.startswith(f"{JOIN_PATH}/"):
            return None
        name = path.removeprefix(JOIN_PATH).strip("/")
        if name in ASSETS and environ.get("REQUEST_METHOD") in {"GET", "HEAD"}:
            kind, body = ASSETS[name]
            return answer(start_response, 200, kind, body)
        if pupils is None:
            text = "No class is in: the teacher lets one in with %sio start --join."
            return answer(start_response, 404, "text/plain; charset=utf-8", text.encode())
        if environ.get("REQUEST_METHOD") in {"GET", "HEAD"}:
            return self._show(environ, start_response, name, pupils)
        if environ.get("REQUEST_METHOD") != "POST" or name:
            return answer(start_response, 405, "text/plain", b"", ("Allow", "GET, HEAD, POST"))
        return self._join(environ, start_response, pupils)

    def _show(self, environ: dict[str, Any], start: Callable[..., Any], code: str, pupils: Pupils) -> Iterable[bytes]:
        filled = Filled(code=code[:100], where=_asked_where(environ), is_locked=pupils.locked)
        pupil: Pupil | None = environ.get(WHOSE)
        if pupil is not None:
            filled = Filled(name=pupil.name or "the teacher", inside=self._inside(environ, filled.where))
        return self._page(environ, start, 200, filled)

    def _join(self, environ: dict[str, Any], start: Callable[..., Any], pupils: Pupils) -> Iterable[bytes]:
        is_json = "json" in str(environ.get("CONTENT_TYPE", ""))
        sent: dict[str, str] = {}
        try:
            self._check_origin(environ)
            sent = _read(environ, is_json=is_json)
            where = self._inside(environ, sent.get("next", ""))
            pupil: Pupil | None = environ.get(WHOSE)
            if pupil is not None and not is_json:
                return lead(start, where)  # it is in already, under its name
            token, name = pupils.join(sent.get("code", ""), sent.get("name", ""), address_of(environ) or "")
        except NotLetIn as error:
            return self._turn_away(environ, start, error, None if is_json else sent)
        cookie = pass_cookie(environ, token)
        if is_json:
            return tell(start, 200, {"pass": token, "name": name, "next": where}, cookie)
        return lead(start, where, cookie)

    def _check_origin(self, environ: dict[str, Any]) -> None:
        """Raise where a page of another site sends this: its reader would go by a name that somebody else chose."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None or environ.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            return
        if not self._stage.origins.is_own(str(origin), environ):
            raise NotLetIn("A page of another site can't join for you: open the class's link yourself.", 403)

    def _turn_away(
        self, environ: dict[str, Any], start: Callable[..., Any], error: NotLetIn, form: dict[str, str] | None
    ) -> Iterable[bytes]:
        headers = [("Retry-After", str(int(error.wait) + 1))] if error.wait else []
        if error.status not in {400, 411, 413}:
            reason = f"not let into the class: {_PLAINLY[error.status]}"
            self._refusals.tell((address_of(environ), error.status), environ, reason, HINTS[error.status], error.status)
        if form is None:
            told = {"code": error.status, "message": str(error), "wait": error.wait, "sio_lab": "code"}
            return tell(start, error.status, told, *headers)
        filled = Filled(form.get("code", ""), form.get("name", ""), form.get("next", ""), trouble=str(error))
        return self._page(environ, start, error.status, filled, *headers)

    def _page(
        self, environ: dict[str, Any], start: Callable[..., Any], status: int, filled: Filled, *headers: tuple[str, str]
    ) -> Iterable[bytes]:
        body = page(filled, from_here(environ, JOIN_PATH))
        return answer(start, status, "text/html; charset=utf-8", body, ("Content-Security-Policy", POLICY), *headers)

    def _inside(self, environ: dict[str, Any], where: str) -> str:
        """Return where to go from here once inside: where one wanted to, else the program's page, else the lab's."""
        return from_here(environ, f"/{harmless(where)}" if harmless(where) else self._stage.first_page())


_PLAINLY = {
    403: "a wrong code",
    423: "it is locked",
    429: "too many tries",
    503: "the room is full",
}
"""Status -> what the teacher is told."""

HINTS = {
    403: "%sio classroom shows the code; %sio lock lets nobody join any more",
    423: "%sio unlock lets others in again",
    429: "%sio classroom shows the code; who guesses has to wait; %sio lock lets nobody join any more",
    503: "%sio kick WHO makes room",
}
"""Status -> what the teacher may do."""


def _asked_where(environ: dict[str, Any]) -> str:
    return parse_qs(str(environ.get("QUERY_STRING", ""))).get("next", [""])[0][:2_000]


def _read(environ: dict[str, Any], *, is_json: bool) -> dict[str, str]:
    """Return what was sent, texts by name. Raises NotLetIn where it can't be read, or is too long."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not (length.isascii() and length.isdigit()):
        raise Unreadable("What was sent has no length.", 411)
    if len(length) > len(str(MOST_BYTES)) or int(length) > MOST_BYTES:
        raise Unreadable("That is too long: a name has 40 characters at most.", 413)
    body = environ["wsgi.input"].read(int(length)).decode(errors="replace")
    return _json(body) if is_json else _form(body)


def _form(body: str) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(body, max_num_fields=MOST_FIELDS).items()}
    except ValueError:
        raise Unreadable("What was sent can't be read: it has too many fields.", 400) from None


def _json(body: str) -> dict[str, str]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Unreadable('Send {"code": ..., "name": ...} as JSON.', 400)
    return {name: value for name, value in sent.items() if isinstance(value, str)}

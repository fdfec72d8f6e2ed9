"""The door behind which the lab's own pages lie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sio_lab.server.entrance import LAB_PATH
from sio_lab.server.web import assets, policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import flask

READING = frozenset({"GET", "HEAD"})
SETTINGS = "settings.json"


class Site:
    """Answers what lies under the lab's path, and `/` where the program serves nothing there; lets all else pass.

    `app_of` returns the Flask app in charge, or None of a bare server; `settings` what the client page must know, given
    the WSGI environment that asks; `ancestors` whose pages may show these in a frame. All three are asked each time.
    """

    def __init__(
        self,
        app_of: Callable[[], flask.Flask | None],
        settings: Callable[[dict[str, Any]], dict[str, Any]],
        ancestors: Callable[[], list[str]] = policy.loopback,
    ) -> None:
        self._app_of = app_of
        self._settings = settings
        self._ancestors = ancestors
        self._files = assets.table()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request, or let it pass."""
        path = str(environ.get("PATH_INFO", ""))
        is_front = path in {"", "/"}
        if is_front and self._is_front_ours(environ):
            return self._send(environ, start_response, assets.front_page(f"{LAB_PATH.strip('/')}/"))
        if is_front or not f"{path}/".startswith(f"{LAB_PATH}/"):
            return None
        if str(environ.get("REQUEST_METHOD")) not in READING:
            return self._refuse(environ, start_response, "405 Method Not Allowed", [("Allow", "GET, HEAD")])
        return self._answer(environ, start_response, path)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any], path: str) -> Iterable[bytes]:
        name = path.removeprefix(LAB_PATH).removeprefix("/")
        if path == LAB_PATH or f"{name}/" in self._files:
            # Relative: what a proxy in front has cut off the path is known to the browser alone.
            place = f"{path.rpartition('/')[2]}/"
            return self._refuse(environ, start_response, "302 Found", [("Location", place)])
        if name == SETTINGS:
            told = json.dumps(self._settings(environ)).encode()
            return self._send(environ, start_response, assets.Asset(told, "application/json"))
        if name not in self._files:
            return self._refuse(environ, start_response, "404 Not Found")
        return self._send(environ, start_response, assets.read(self._files[name]))

    def _is_front_ours(self, environ: dict[str, Any]) -> bool:
        is_read = environ.get("REQUEST_METHOD") in READING and not environ.get("HTTP_UPGRADE")
        return is_read and not has_front(self._app_of())

    def _send(
        self, environ: dict[str, Any], start_response: Callable[..., Any], asset: assets.Asset
    ) -> Iterable[bytes]:
        # To be asked for each time: what is the same is not sent again, and after an upgrade nothing is stale.
        told = [("ETag", asset.tag), ("Cache-Control", "no-cache"), *policy.headers(environ, self._ancestors())]
        if asset.tag in str(environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", told)
            return []
        start_response("200 OK", [("Content-Type", asset.kind), ("Content-Length", str(len(asset.body))), *told])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [asset.body]

    def _refuse(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
        status: str,
        more: Iterable[tuple[str, str]] = (),
    ) -> Iterable[bytes]:
        told = [*more, ("Cache-Control", "no-cache"), *policy.headers(environ, self._ancestors())]
        start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), *told])
        return []


def has_front(app: flask.Flask | None) -> bool:
    """Tell whether an app has a rule of its own for `/`, for whatever host and method."""
    return app is not None and any(rule.rule == "/" for rule in list(app.url_map.iter_rules()))

"""Names that Flask, Werkzeug and Jinja no longer have: where each of them is today."""

from __future__ import annotations

import importlib
import json
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.legacy.notices import Notices

MARKUP = {"Markup": "markupsafe:Markup", "escape": "markupsafe:escape"}

RENAMED: dict[str, dict[str, str]] = {
    "flask": {**MARKUP, "safe_join": "werkzeug.utils:safe_join"},
    "flask.helpers": {"safe_join": "werkzeug.utils:safe_join"},
    "jinja2": {
        **MARKUP,
        "contextfunction": "jinja2:pass_context",
        "contextfilter": "jinja2:pass_context",
        "environmentfunction": "jinja2:pass_environment",
        "environmentfilter": "jinja2:pass_environment",
        "evalcontextfunction": "jinja2:pass_eval_context",
        "evalcontextfilter": "jinja2:pass_eval_context",
    },
    "werkzeug": {
        "secure_filename": "werkzeug.utils:secure_filename",
        "cached_property": "werkzeug.utils:cached_property",
        "import_string": "werkzeug.utils:import_string",
        "redirect": "werkzeug.utils:redirect",
        "generate_password_hash": "werkzeug.security:generate_password_hash",
        "check_password_hash": "werkzeug.security:check_password_hash",
        "FileStorage": "werkzeug.datastructures:FileStorage",
        "MultiDict": "werkzeug.datastructures:MultiDict",
        "ImmutableMultiDict": "werkzeug.datastructures:ImmutableMultiDict",
        "LocalProxy": "werkzeug.local:LocalProxy",
        "LocalStack": "werkzeug.local:LocalStack",
        "SharedDataMiddleware": "werkzeug.middleware.shared_data:SharedDataMiddleware",
        "DispatcherMiddleware": "werkzeug.middleware.dispatcher:DispatcherMiddleware",
        "BaseRequest": "werkzeug.wrappers:Request",
        "BaseResponse": "werkzeug.wrappers:Response",
    },
    "werkzeug.wrappers": {"BaseRequest": "werkzeug.wrappers:Request", "BaseResponse": "werkzeug.wrappers:Response"},
    "werkzeug.wsgi": {
        "SharedDataMiddleware": "werkzeug.middleware.shared_data:SharedDataMiddleware",
        "DispatcherMiddleware": "werkzeug.middleware.dispatcher:DispatcherMiddleware",
        "ProxyMiddleware": "werkzeug.middleware.http_proxy:ProxyMiddleware",
    },
    "werkzeug.security": {"safe_str_cmp": "hmac:compare_digest"},
    "werkzeug.urls": {
        "url_quote": "urllib.parse:quote",
        "url_quote_plus": "urllib.parse:quote_plus",
        "url_unquote": "urllib.parse:unquote",
        "url_unquote_plus": "urllib.parse:unquote_plus",
        "url_encode": "urllib.parse:urlencode",
        "url_parse": "urllib.parse:urlsplit",
        "url_join": "urllib.parse:urljoin",
        "url_unparse": "urllib.parse:urlunsplit",
    },
}
"""Module -> old name -> `module:name` of today."""


def missing(notices: Notices) -> dict[str, dict[str, Callable[[], Any]]]:
    """Return what makes each name of old, by module."""
    made: dict[str, dict[str, Callable[[], Any]]] = {
        module: {name: partial(_moved, notices, module, name, today) for name, today in names.items()}
        for module, names in RENAMED.items()
    }
    for stack, proxy in {"_request_ctx_stack": "request", "_app_ctx_stack": "current_app"}.items():
        made["flask"][stack] = partial(_stack, notices, stack, proxy)
    made["flask.json"] = {"JSONEncoder": partial(_json_encoder, notices)}
    made["werkzeug.serving"] = {"run_with_reloader": partial(_no_reloader, notices)}
    return made


class Stack:
    """What was Flask's stack of contexts: all one did with it was to look at its top."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy

    @property
    def top(self) -> Any:
        """The context of what runs here; None where there is none."""
        return self._proxy or None


def _moved(notices: Notices, module: str, name: str, today: str) -> Any:
    package, _, new = today.partition(":")
    renamed = f"from {package} import {new}" + (f" as {name}" if new != name else "")
    notices.give(f"{module} has no {name} any more; it works here. Today: {renamed}.")
    return getattr(importlib.import_module(package), new)


def _stack(notices: Notices, name: str, proxy: str) -> Stack:
    from flask import globals as flask_globals

    notices.give(f"flask.{name} is gone since Flask 2.3; its top works here. Today: flask.{proxy}.")
    contexts = {"_request_ctx_stack": flask_globals.request_ctx, "_app_ctx_stack": flask_globals.app_ctx}
    return Stack(contexts[name])


def _json_encoder(notices: Notices) -> type:
    from flask.json.provider import DefaultJSONProvider

    notices.give(
        "flask.json.JSONEncoder is gone since Flask 2.3. Today: app.json.default = function, "
        "which returns what JSON has for a value."
    )

    class JSONEncoder(json.JSONEncoder):
        """Flask's encoder of old: knows dates, decimals and UUIDs."""

        def default(self, o: Any) -> Any:
            """Return what JSON has for a value."""
            return DefaultJSONProvider.default(o)

    return JSONEncoder


def _no_reloader(notices: Notices) -> Callable[..., Any]:
    def run_with_reloader(function: Callable[[], Any], *_args: Any, **_options: Any) -> None:
        notices.give(
            "run_with_reloader() calls the function once here: a reloader would start the whole kernel again. "
            "Today: edit a cell and run it again."
        )
        threading.Thread(target=function, daemon=True).start()

    return run_with_reloader

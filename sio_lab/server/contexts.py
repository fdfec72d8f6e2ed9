"""Flask's request context of an event, made at a fraction of its price, with everything in it that plain Flask has.

Request, context and `flask.g` are new for each event. What is saved is work whose result can't differ or is seldom
looked at: what Werkzeug reads out of the environment is read once for a client, the URL is matched when somebody asks
how, and the session cookie is not opened again where Flask-SocketIO has put its own session in that one's place.
"""

from __future__ import annotations

import inspect
import operator
import weakref
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import flask
from flask.ctx import AppContext, RequestContext
from flask.globals import _cv_app, _cv_request
from flask.sessions import SecureCookieSessionInterface
from flask.signals import appcontext_popped, appcontext_pushed, appcontext_tearing_down, request_tearing_down
from werkzeug.exceptions import HTTPException

from sio_lab.server.drafts import Showing, adopted_class

if TYPE_CHECKING:
    from werkzeug.routing import MapAdapter

KNOWN = (3, 0) <= tuple(map(int, version("flask").split(".")[:2])) < (3, 2)
"""Whether this Flask's contexts are of the kind that this module knows; 3.2 has others."""

LIGHT = "sio_lab.light"
"""The key of a client's environment under which its `Light` is kept; only there are contexts made this way."""

SESSION = "saved_session"
"""Where Flask-SocketIO keeps the session that it manages for a client."""

_READ = (
    *("REQUEST_METHOD", "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"),
    *("REMOTE_ADDR", "HTTP_HOST"),
)
"""What Werkzeug's request reads when it is made; all else it looks up when it is asked."""


class Light:
    """What of one client's requests and contexts is the same at each of its events."""

    __slots__ = ("_context", "_kind", "_of", "_request")

    def __init__(self) -> None:
        self._kind: type[Any] = flask.Request
        self._of: tuple[Any, ...] | None = None
        self._request: dict[str, Any] = {}
        self._context: dict[str, Any] = {}

    def context(self, app: Any, environ: dict[str, Any], tables: Any, event: dict[str, Any]) -> RequestContext:
        """Return a new context; its request is new, too, and has what `event` says among its attributes."""
        of = (app, app.request_class, *map(environ.get, _READ))
        if of != self._of:
            self._read(app, environ)
            self._of = of
        context = object.__new__(LightContext)
        lab_light = (self, environ, tables, event)
        vars(context).update(self._context, lab_light=lab_light, _after_request_functions=[], _cv_tokens=[])
        return context

    def request(self, app: Any, environ: dict[str, Any], tables: Any, event: dict[str, Any]) -> Any:
        """Return a new request, of the app's own class."""
        request = object.__new__(self._kind)
        vars(request).update(self._request, lab_app=app, lab_tables=tables, json_module=app.json, **event)
        environ["werkzeug.request"] = request
        return request

    def _read(self, app: Any, environ: dict[str, Any]) -> None:
        self._kind = adopted_class(app.request_class, _LazyMatch)
        request = self._kind(environ)
        self._request = vars(request).copy()
        context = vars(RequestContext(app, environ, request, environ[SESSION]))
        self._context = {name: value for name, value in context.items() if name not in {"url_adapter", "request"}}


def is_light(app: Any, environ: dict[str, Any]) -> bool:
    """Tell whether the context of an event can be made the quick way: nobody has changed how Flask makes it."""
    return (
        LIGHT in environ
        and SESSION in environ
        and type(app.session_interface) is SecureCookieSessionInterface
        and app.config.get("TRUSTED_HOSTS") is None
        and _makes_contexts_plainly(app.__class__)
        and app.request_class.__init__ is flask.Request.__init__
        and app.request_class.__new__ is object.__new__
        and vars(app).keys().isdisjoint(_MAKERS)
        and KNOWN
    )


_MAKERS = ("request_context", "app_context", "create_url_adapter", "do_teardown_request", "do_teardown_appcontext")
"""The methods of an app that make contexts and end them."""

_plainly: weakref.WeakKeyDictionary[type[Any], bool] = weakref.WeakKeyDictionary()


def _makes_contexts_plainly(kind: type[Any]) -> bool:
    """Tell whether a class of apps, ours left out, makes and ends contexts by Flask's own methods."""
    plainly = _plainly.get(kind)
    if plainly is None:
        classes = [each for each in kind.__mro__ if not each.__module__.startswith("sio_lab.")]
        found = (next(vars(each)[name] for each in classes if name in vars(each)) for name in _MAKERS)
        own = (inspect.getattr_static(flask.Flask, name) for name in _MAKERS)
        plainly = _plainly[kind] = all(map(operator.is_, found, own))
    return plainly


class LightContext(RequestContext):
    """A request context that makes its request, and finds out what the URL means, when it is asked."""

    lab_light: tuple[Light, dict[str, Any], Any, dict[str, Any]]
    """What makes the request, and of what."""

    lab_request: Any = None
    _is_pushed = False

    @property
    def request(self) -> Any:  # type: ignore[override] # an attribute there, that Flask only reads
        """The request of this event."""
        if self.lab_request is None:
            light, *of = self.lab_light
            self.lab_request = light.request(self.app, *of)
        return self.lab_request

    @property
    def url_adapter(self) -> MapAdapter | None:  # type: ignore[override] # an attribute there, that Flask only reads
        """What builds URLs; None until it is pushed, so that Flask matches nothing then."""
        return self.request.lab_matched[0] if self._is_pushed else None

    def push(self) -> None:
        """Make it the current one."""
        if _cv_app.get(None) is None:
            outer = LightAppContext(self.app)
            outer.push()
            self._cv_tokens.append((_cv_request.set(self), outer))
        else:
            super().push()
        self._is_pushed = True

    def pop(self, *error: Any) -> None:
        """Run what is to be run at the end, if there is anything, and make the one before it the current one."""
        if self._has_an_end():
            super().pop(*error)
            return
        token, outer = self._cv_tokens.pop()
        _cv_request.reset(token)
        self.lab_light[1]["werkzeug.request"] = None
        if outer is not None:
            outer.pop(*error)

    def _has_an_end(self) -> bool:
        """Tell whether anything is to be run or closed, or this is not the end: then Flask sees to it."""
        request = self.lab_request
        return (
            len(self._cv_tokens) != 1
            or _cv_request.get() is not self
            or bool(self.lab_light[2].parts["teardown_request_funcs"])
            or bool(request_tearing_down.receivers)
            or (request is not None and ("files" in vars(request) or type(request).close is not flask.Request.close))
        )


class LightAppContext(AppContext):
    """An app context that makes its `g` when it is asked, and sends no signal where nobody listens."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._cv_tokens = []

    @cached_property
    def g(self) -> Any:  # type: ignore[override] # an attribute there
        """The names that are kept for this event."""
        return self.app.app_ctx_globals_class()

    @cached_property
    def url_adapter(self) -> Any:  # type: ignore[override] # an attribute there
        """What builds URLs where there is no request."""
        return self.app.create_url_adapter(None)

    def push(self) -> None:
        """Make it the current one."""
        if appcontext_pushed.receivers:
            super().push()
        else:
            self._cv_tokens.append(_cv_app.set(self))

    def pop(self, *error: Any) -> None:
        """Run what is to be run at the end, and make the one before it the current one."""
        is_heard = appcontext_tearing_down.receivers or appcontext_popped.receivers
        if is_heard or self.app.teardown_appcontext_funcs or len(self._cv_tokens) > 1 or _cv_app.get() is not self:
            super().pop(*error)
        else:
            _cv_app.reset(self._cv_tokens.pop())


class _Matched:
    """An attribute that comes of the match, and may be set like any other."""

    def __init__(self, place: int) -> None:
        self._place = place

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = f"lab_{name}"

    def __get__(self, request: Any, kind: type | None = None) -> Any:
        if request is None:
            return self
        own = vars(request)
        return own[self._name] if self._name in own else request.lab_matched[self._place]

    def __set__(self, request: Any, value: Any) -> None:
        vars(request)[self._name] = value


class _LazyMatch:
    """What a request has of its URL's match, by Flask's names; names of ours begin with `lab_`."""

    lab_app: Any
    lab_tables: Any

    url_rule = _Matched(1)
    view_args = _Matched(2)
    routing_exception = _Matched(3)

    @property
    def lab_matched(self) -> tuple[Any, Any, Any, Any]:
        """What builds URLs, the rule, its arguments, and the error where none fits; as the app was at the start."""
        found = vars(self).get("lab_found")
        if found is None:
            with Showing(self.lab_tables):
                found = vars(self)["lab_found"] = self._match()
        return found

    def _match(self) -> tuple[Any, Any, Any, Any]:
        adapter = None
        try:
            adapter = self.lab_app.create_url_adapter(self)
            return adapter, *adapter.match(return_rule=True), None
        except HTTPException as error:
            return adapter, None, None, error

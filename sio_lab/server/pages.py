"""Pages that a cell writes: a Jinja template, served at a path."""

from __future__ import annotations

from typing import Any

import flask
import jinja2

from sio_lab.errors import Usage


class Page:
    """A view that fills in a Jinja template."""

    def __init__(self, path: str, template: str) -> None:
        self.__name__ = self.__qualname__ = f"page {path}"
        self.template = template

    def __call__(self, **variables: Any) -> str:
        """Answer a request."""
        # The environment is that of the app that answers: a page may have gone over from another one.
        return flask.render_template(flask.current_app.jinja_env.from_string(self.template), **variables)


def serve_page(app: flask.Flask, path: str, template: str) -> None:
    """Serve a Jinja template at a path; what the path's converters take from a request are its variables.

    What a variable puts into the page is text, never HTML, as in all of Flask's templates.
    Raises Usage where the path is none, or the template can't be read: then what was served there stays.
    """
    check_path(app, path)
    _check_template(app, template)
    page = Page(path, template)
    try:
        app.add_url_rule(path, endpoint=page.__name__, view_func=page)
    except AssertionError:
        # One run of a cell, and code of no cell, may serve a path several times: Flask takes that for a slip.
        before = app.view_functions.get(page.__name__)
        if not isinstance(before, Page):
            raise
        before.template = template


def check_path(app: flask.Flask, path: str) -> None:
    """Raise Usage where a path is none that Flask could route."""
    if not path.startswith("/"):
        raise Usage(f"{path!r} is no path: it begins with a slash, as in /{path.lstrip('/') or 'chat'}.")
    try:
        app.url_map_class([app.url_rule_class(path, endpoint="page")], converters=app.url_map.converters)
    except (ValueError, LookupError, TypeError, SyntaxError) as error:
        # Werkzeug writes a function that has the path's names as its parameters.
        raise Usage(f"{path!r} can't be a path: {getattr(error, 'msg', error)}.") from None


def _check_template(app: flask.Flask, template: str) -> None:
    try:
        app.jinja_env.from_string(template)
    except jinja2.TemplateSyntaxError as error:
        line = (template.splitlines() or [""])[error.lineno - 1 : error.lineno]
        shown = f" ({line[0].strip()})" if line else ""
        raise Usage(f"The page's line {error.lineno}{shown} is no Jinja: {error.message}") from None

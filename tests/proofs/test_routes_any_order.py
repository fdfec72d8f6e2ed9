"""Whatever cells define in whatever order, the app answers as a plain one with the definitions that are in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from sio_lab.core.cells import Cells, Owner, acting_for
from sio_lab.server.routes import routes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATHS = ("/", "/a", "/a/", "/n/<int:n>", "/n/<n>", "/n/7", "/<path:p>")
ASKED = [prefix + path for prefix in ("", "/b", "/c") for path in ("/", "/a", "/a/", "/n/7", "/n/x", "/z/y")]
METHODS = ("GET", "POST", "DELETE", "OPTIONS")
REQUESTS = {(path, method): create_environ(path, method=method) for path in ASKED for method in METHODS}
"""Those of a test client, made once: there it takes longer than to answer them."""

CELLS = ("one", "two", "three")
TEXT = "{{ 'Ab'|upper }}{{ 'Ab'|lower }}{{ loud('') if loud is defined else '' }}"

methods = st.sets(st.sampled_from(METHODS[:3]), min_size=1).map(sorted)
route = st.tuples(st.just("route"), st.sampled_from(PATHS), methods, st.sampled_from("ij"))
hook = st.tuples(st.just("hook"), st.sampled_from(("before", "after")), st.sampled_from("xy"))
error = st.tuples(st.just("error"), st.sampled_from((404, 405, KeyError)))
template = st.tuples(st.sampled_from(("filter", "global")), st.sampled_from(("upper", "loud", "lower")))
blueprint = st.tuples(
    st.just("blueprint"), st.sampled_from("bc"), st.lists(route | hook | error, max_size=2).map(tuple)
)
late = st.tuples(st.just("late"), st.sampled_from("bc"), route | hook | error)
things = st.lists(route | hook | error | template | blueprint | late, max_size=5)
runs = st.lists(
    st.tuples(st.sampled_from(CELLS), things, st.sampled_from(("ended", "ended", "failed", "deleted"))), max_size=8
)


@dataclass
class Made:
    """One thing that a run has defined."""

    kind: str
    what: tuple[Any, ...]
    mark: str
    run: int
    functions: dict[str, Any] = field(default_factory=dict)
    """What its run has given each endpoint: one function each, as Flask demands."""

    on: Made | None = None
    """The blueprint that it was defined on."""

    late: bool = False
    blueprint: Any = None

    def key(self) -> Any:
        """What it is replaced by."""
        scope = self.on.what[0] if self.on else None
        return (
            {
                "hook": (scope, *self.what),
                "error": (scope, *self.what),
                "blueprint": self.what[:1],
            }.get(self.kind, self.what)
            if self.kind != "route"
            else None
        )

    def view(self) -> Callable[..., str]:
        def view(**values: Any) -> str:
            if flask.request.method == "DELETE":
                raise KeyError(self.mark)
            return f"{self.mark} {values} {flask.render_template_string(TEXT)}"

        return self.functions.setdefault(self.what[2], view)

    def define(self, place: Any, endpoint: str | None = None, path: str | None = None) -> None:
        """Define it on an app or a blueprint."""
        if self.kind == "route":
            place.add_url_rule(path or self.what[0], endpoint or self.what[2], self.view(), methods=self.what[1])
        elif self.kind == "hook":
            getattr(place, f"{self.what[0]}_request")(self.hook())
        elif self.kind == "error":
            place.register_error_handler(self.what[0], self.on_error)
        else:
            getattr(place, f"add_template_{self.kind}")(lambda _: self.mark, self.what[0])

    def on_error(self, error: Exception) -> tuple[str, int]:
        return f"{self.mark} {type(error).__name__}", 418

    def hook(self) -> Callable[..., Any]:
        def before() -> None:
            flask.g.trace = [*flask.g.get("trace", ()), self.mark]

        def after(response: flask.Response) -> flask.Response:
            response.headers.add("Trace", self.mark)
            for mark in flask.g.pop("trace", ()):
                response.headers.add("Trace", mark)
            return response

        function = before if self.what[0] == "before" else after
        function.__qualname__ = self.what[1]
        return function


class Cooked:
    """Cells that define things on an adopted app, and an account of what ought to be in force."""

    def __init__(self) -> None:
        self.app = flask.Flask("cooked")
        self.app.logger.disabled = True
        self.routes = routes_of(self.app, Cells())
        self.force: list[tuple[Owner, list[Made]]] = []
        self.blueprints: dict[str, Made] = {}
        self.runs = 0

    def run(self, cell: str, things: list[Any], end: str) -> None:
        self.runs += 1
        owner = Owner(cell, self.runs, cell)
        made: list[Made] = []
        with acting_for(owner):
            for thing in things:
                made += self.define(thing, f"{self.runs}.{len(made)}", made)
        if end == "ended":
            self.force = [each for each in self.force if each[0].cell != cell]
            self.routes.sweep(owner)
        self.force.append((owner, made))
        if end == "deleted":
            self.force = [each for each in self.force if each[0].cell != cell]
            self.routes.drop(cell)

    def define(self, thing: Any, mark: str, before: list[Made]) -> Iterator[Made]:
        kind, *what = thing
        made = Made(kind, tuple(what), mark, self.runs)
        if kind == "late":
            on = self.blueprints.get(what[0])
            if on is None:
                return
            made = self.made_on(on, what[1], mark, before, late=True)
            made.define(on.blueprint)
        elif kind == "blueprint":
            if any(each.kind == kind and each.what[0] == what[0] for each in before):
                return
            made.blueprint = flask.Blueprint(what[0], what[0], url_prefix=f"/{what[0]}")
            within: list[Made] = []
            for number, each in enumerate(what[1]):
                within.append(self.made_on(made, each, f"{mark}.{number}", within))
                within[-1].define(made.blueprint)
            self.blueprints[what[0]] = made
            self.app.register_blueprint(made.blueprint)
            yield made
            yield from within
            return
        else:
            made.functions = next((each.functions for each in before if each.on is None), made.functions)
            made.define(self.app)
        yield made

    def made_on(self, on: Made, thing: Any, mark: str, before: list[Made], *, late: bool = False) -> Made:
        functions = next((each.functions for each in before if each.on is on), {})
        return Made(thing[0], tuple(thing[1:]), mark, self.runs, functions, on, late)

    def plain(self) -> flask.Flask:
        """Return a plain app with what ought to be in force, the newest run's routes first."""
        app = flask.Flask("plain")
        app.logger.disabled = True
        newest = sorted((each for _, made in self.force for each in made), key=lambda each: -each.run)
        registered = newest_of([each for each in newest if each.kind == "blueprint"])
        counted = [each for each in newest if each.on is None or any(each.on is other for other in registered)]
        for each in newest_of(counted):
            if each.kind == "blueprint":
                app.blueprints[each.what[0]] = each.blueprint
                continue
            self.put(app, each)
        return app

    @staticmethod
    def put(app: flask.Flask, each: Made) -> None:
        scope = each.on.what[0] if each.on else None
        if each.kind == "route":
            number = f"{each.what[2]}{each.run}".replace(".", "-")
            path = each.what[0] if scope is None else f"/{scope}/{each.what[0].lstrip('/')}"
            each.define(app, number if scope is None else f"{scope}.{number}", path)
        elif each.kind == "hook":
            getattr(app, f"{each.what[0]}_request_funcs")[scope].append(each.hook())
        elif each.kind == "error" and scope is not None:
            kind, code = app._get_exc_class_and_code(each.what[0])
            app.error_handler_spec[scope][code][kind] = each.on_error
        else:
            each.define(app)


def newest_of(made: list[Made]) -> list[Made]:
    """Return what no newer run has replaced; of one run all hooks count, and the last of all else."""
    runs: dict[Any, int] = {}
    for each in made:
        if each.key() is not None:
            runs.setdefault((each.kind, each.key()), each.run)
    return [each for each in made if each.key() is None or runs[each.kind, each.key()] == each.run]


def answers(app: flask.Flask) -> dict[tuple[str, str], Any]:
    """Return all that a client can tell of an app."""
    found = {}
    for asked, environ in REQUESTS.items():
        answer = Response(*run_wsgi_app(app, dict(environ)))
        text, headers = answer.get_data(as_text=True), answer.headers
        allowed, trace = sorted(headers.get("Allow", "").split(", ")), sorted(headers.getlist("Trace"))
        found[asked] = (answer.status_code, text, allowed, headers.get("Location"), trace)
    return found


@settings(max_examples=30, deadline=None)
@given(runs)
def test_an_app_answers_as_a_plain_one_with_what_is_in_force(runs: list[Any]) -> None:
    cooked = Cooked()
    for run in runs:
        cooked.run(*run)
        assert answers(cooked.app) == answers(cooked.plain())

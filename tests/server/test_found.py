"""What was there before the lab kept account: of which run it is, and what Flask made it of."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from werkzeug.exceptions import NotFound

from sio_lab.server.blueprints import UNITS
from sio_lab.server.found import is_outrun, made_of, options_of, route_of
from sio_lab.server.hooks import Piece, pieces_in

SOURCE = "def check(): pass"


@pytest.fixture
def bp() -> Any:
    """Return a blueprint, plain to the type checker: what it keeps is no public matter."""
    return flask.Blueprint("bp", "bp")


def compiled(code: Any) -> Any:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(code, namespace)  # noqa: S102 - this is what a cell is
    return namespace["check"]


class TestRoutesOfDeferredFunctions:
    def test_flask_s_own_are_heard(self, bp: Any) -> None:
        bp.add_url_rule("/x", view_func=len)
        assert route_of(bp.deferred_functions[0]) == ("/x", "len", len)

    def test_users_are_not_called(self, bp: Any) -> None:
        bp.record(lambda _state: pytest.fail("called"))
        bp.record_once(lambda _state: pytest.fail("called"))
        assert [route_of(each) for each in bp.deferred_functions] == [None, None]


class TestRuns:
    def hooks(self, *functions: Any) -> list[Piece]:
        return [Piece("before_request_funcs", (None,), each, each) for each in functions]

    def test_a_function_of_the_same_code_that_was_compiled_again_is_of_a_later_run(self) -> None:
        one, other = (compile(SOURCE, "<cell>", "exec") for _ in range(2))
        pieces = self.hooks(compiled(one), compiled(other), compiled(other))
        assert [is_outrun(each, pieces) for each in pieces] == [True, False, False]

    def test_a_function_of_other_code_is_not(self) -> None:
        one, other = (compile(SOURCE, file, "exec") for file in ("<cell 1>", "<cell 2>"))
        pieces = self.hooks(compiled(one), compiled(other), len, len)
        assert not any(is_outrun(each, pieces) for each in pieces)


class TestBlueprints:
    @pytest.mark.parametrize(
        ("own", "options", "expected"),
        [
            (None, {}, {"url_prefix": None}),
            ("/own", {}, {"url_prefix": "/own"}),
            ("/own", {"url_prefix": "/given/"}, {"url_prefix": "/given"}),
            (None, {"name": "other"}, {"url_prefix": None, "name": "other"}),
            (None, {"subdomain": "www"}, {"url_prefix": None, "subdomain": "www"}),
        ],
    )
    def test_the_options_are_told_by_the_routes(self, own: str | None, options: Any, expected: Any) -> None:
        app, bp = flask.Flask("app"), flask.Blueprint("bp", "bp", url_prefix=own)
        bp.add_url_rule("/x/<int:n>", "x", len)
        app.register_blueprint(bp, **options)
        found = options_of(pieces_in(vars(bp), UNITS), expected.get("name", "bp"), app.url_map)
        assert found == {"name": "bp", "name_prefix": "", "subdomain": None} | expected

    def test_without_routes_they_are_the_blueprint_s_own(self) -> None:
        assert options_of([], "outer.inner", flask.Flask("app").url_map) == {"name": "inner", "name_prefix": "outer"}

    def test_what_flask_made_of_a_unit_is_told_by_scope_and_function(self) -> None:
        mine = Piece("before_request_funcs", ("bp",), len, len)
        handler = Piece("error_handler_spec", ("bp", 404, NotFound), max, max)
        route = Piece("url_map", ("bp.x",), None, min)
        pieces = [
            mine,
            handler,
            route,
            Piece("before_request_funcs", (None,), len),
            Piece("url_map", ("x",), None, min),
        ]
        bp: Any = flask.Blueprint("bp", "bp")
        bp.before_request(len)
        bp.register_error_handler(404, max)
        bp.add_url_rule("/x", "x", min)
        units = {each.table: each for each in pieces_in(vars(bp), UNITS)}
        assert made_of(units["before_request_funcs"], "bp", pieces) == [mine]
        assert made_of(units["error_handler_spec"], "bp", pieces) == [handler]
        assert made_of(units["deferred_functions"], "bp", pieces) == [route]

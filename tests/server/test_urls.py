"""URL maps that are made anew, and views that go with the rule of the request."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from sio_lab.server.urls import (
    Placed,
    Views,
    direct_rules,
    empty_map,
    filled_map,
    methods_of,
    place,
    placed_of,
    told_route,
)

PLACED = Placed(None)


class ListConverter(BaseConverter):
    def to_python(self, value: str) -> list[str]:
        return value.split("+")

    def to_url(self, value: list[str]) -> str:
        return "+".join(value)


class OwnMap(Map):
    """A map class of a user's own, with something to remember."""


def endpoint_of(url_map: Map, path: str, method: str = "GET", **options: Any) -> Any:
    return url_map.bind("localhost").match(path, method, **options)[0]


def test_an_empty_map_has_the_settings_and_the_converters_of_the_other() -> None:
    other = OwnMap(
        [Rule("/x", endpoint="x")],
        default_subdomain="www",
        strict_slashes=False,
        merge_slashes=False,
        redirect_defaults=False,
        sort_parameters=True,
        sort_key=len,
        host_matching=True,
    )
    other.remembered = "this"  # type: ignore[attr-defined]  # as a user's class would
    made = empty_map(other)
    names = ("default_subdomain", "strict_slashes", "merge_slashes", "redirect_defaults", "sort_parameters", "sort_key")
    assert type(made) is OwnMap
    assert not list(made.iter_rules())
    assert all(getattr(made, name) == getattr(other, name) for name in (*names, "host_matching", "remembered"))
    other.converters["list"] = ListConverter
    assert made.converters["list"] is ListConverter


def test_of_two_rules_for_one_path_the_first_answers() -> None:
    rules = [Rule("/<int:n>", endpoint="new"), Rule("/<int:m>", endpoint="old"), Rule("/about", endpoint="about")]
    assert endpoint_of(filled_map(Map(), [(rule, PLACED) for rule in rules]), "/7") == "new"
    assert endpoint_of(filled_map(Map(), [(rule, PLACED) for rule in reversed(rules)]), "/7") == "old"


def test_rules_keep_their_converters_whatever_becomes_of_the_map_s() -> None:
    source = Map([Rule("/<list:names>", endpoint="list")], converters={"list": ListConverter})
    del source.converters["list"]
    made = filled_map(source, [(rule, PLACED) for rule in source.iter_rules()])
    adapter = made.bind("localhost")
    assert adapter.match("/a+b") == ("list", {"names": ["a", "b"]})
    assert adapter.build("list", {"names": ["c", "d"], "q": 1}) == "/c+d?q=1"


def test_a_websocket_s_rule_stays_one() -> None:
    source = Map([Rule("/echo", endpoint="echo", websocket=True)])
    made = filled_map(filled_map(source, [(next(source.iter_rules()), PLACED)]), [(next(source.iter_rules()), PLACED)])
    assert endpoint_of(made, "/echo", websocket=True) == "echo"


def test_the_rules_given_stay_bound_where_they_were() -> None:
    source = Map([Rule("/x/<int:n>", endpoint="x", defaults={"m": 1})])
    rule = next(source.iter_rules())
    rule.provide_automatic_options = True  # type: ignore[attr-defined]  # Flask sets it
    made = filled_map(source, [(rule, Placed(len))])
    twin = next(made.iter_rules())
    assert (rule.map, twin.map) == (source, made)
    assert placed_of(rule) == Placed(None, is_managed=False)
    assert placed_of(twin) == Placed(len)
    assert (twin.arguments, twin.defaults) == ({"n", "m"}, {"m": 1})
    assert twin.provide_automatic_options  # type: ignore[attr-defined]  # as above
    assert "compile" not in vars(twin)


def test_a_map_that_was_filled_is_ready_and_takes_more_rules() -> None:
    made = filled_map(Map(), [(Rule("/<a>", endpoint="any"), PLACED)])
    made.add(Rule("/x", endpoint="x"))
    assert endpoint_of(made, "/x") == "x"
    assert endpoint_of(made, "/y") == "any"
    assert [rule.endpoint for rule in direct_rules(made)] == ["x"]
    with pytest.raises(NotFound):
        endpoint_of(empty_map(made), "/x")


def test_a_rule_in_force_can_be_counted_as_defined() -> None:
    source = Map([Rule("/x", endpoint="x")])
    place(next(source.iter_rules()), len)
    assert not direct_rules(source)


@pytest.mark.parametrize(
    ("methods", "told"),
    [
        (None, "route /x"),
        (["GET"], "route /x"),
        (["post"], "route POST /x"),
        (["GET", "POST"], "route GET, POST /x"),
        (["OPTIONS"], "route OPTIONS /x"),
    ],
)
def test_a_route_is_named_with_its_methods(methods: list[str] | None, told: str) -> None:
    assert told_route("/x", methods_of(Rule("/x", methods=methods))) == told


class TestViews:
    def views(self, **views: str) -> Views:
        return Views(views, views)

    def test_they_are_a_dict_outside_of_requests(self) -> None:
        views = self.views(a="A")
        assert (views["a"], views.get("a"), views.get("b"), views.get("b", "B"), dict(views)) == (
            "A", "A", None, "B", {"a": "A"},
        )  # fmt: skip
        with pytest.raises(KeyError, match="b"):
            views["b"]

    def test_a_request_finds_what_its_rule_was_bound_to(self) -> None:
        app = flask.Flask("app")
        app.url_map = filled_map(app.url_map, [(Rule("/a", endpoint="a"), Placed(len))])
        views = self.views(a="A", b="B")
        with app.test_request_context("/a"):
            assert (views["a"], views["b"], views.get("a")) == (len, "B", len)
        with app.test_request_context("/nowhere"):
            assert views["a"] == "A"

    def test_a_request_finds_its_view_even_where_the_endpoint_has_gone(self) -> None:
        app = flask.Flask("app")
        app.url_map = filled_map(app.url_map, [(Rule("/a", endpoint="a"), Placed(len))])
        with app.test_request_context("/a"):
            assert Views({})["a"] is len

    def test_what_was_put_in_directly_comes_first(self) -> None:
        app = flask.Flask("app")
        app.url_map = filled_map(app.url_map, [(Rule("/a", endpoint="a"), Placed(len))])
        views = self.views(a="A")
        views["a"] = "wrapper"
        with app.test_request_context("/a"):
            assert views["a"] == "wrapper"

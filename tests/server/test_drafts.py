"""Drafts: what a setup call adds is found, and nothing that serves is touched."""

from __future__ import annotations

import threading
from typing import Any

import flask
import pytest

from sio_lab.core.cells import Owner
from sio_lab.server.drafts import (
    KEY,
    Draft,
    Showing,
    Table,
    Tables,
    adopted_class,
    defining,
    draft_of,
    function_of,
    intercept,
    plain_class,
    tables_of,
)
from tests.server.lesson import Lesson
from tests.server.peers import DEADLINE

OWNER = Owner("one", 1, "In [1]")


def check() -> None:
    pass


@pytest.fixture
def app() -> Any:
    return Lesson().app


def drafted(app: Any, *setups: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """Return table and path of all that setup calls define on a draft."""
    draft = Draft(app, OWNER, {})
    with Showing(draft):
        for setup in setups:
            setup()
    return [(each.table, each.path) for each in draft.pieces()]


def test_what_a_setup_call_adds_is_all_that_a_draft_has(app: Any) -> None:
    app.before_request(check)
    before = dict(vars(app))
    assert drafted(
        app,
        lambda: app.route("/x", methods=["GET", "POST"])(check),
        lambda: app.before_request(check),
        lambda: app.teardown_appcontext(check),
        lambda: app.register_error_handler(404, check),
        lambda: app.add_template_filter(check, "shout"),
        lambda: app.endpoint("alone")(check),
    ) == [
        ("url_map", ("check",)),
        ("before_request_funcs", (None,)),
        ("teardown_appcontext_funcs", ()),
        ("error_handler_spec", (None, 404, flask.Flask._get_exc_class_and_code(404)[0])),
        ("filters", ("shout",)),
        ("view_functions", ("alone",)),
    ]
    assert all(vars(app)[name] is value for name, value in before.items())
    assert "shout" not in app.jinja_env.filters


def test_a_rule_s_piece_has_its_view(app: Any) -> None:
    draft = Draft(app, OWNER, {})
    with Showing(draft):
        app.add_url_rule("/x", "x", check)
        app.add_url_rule("/y", "y")
    assert [(each.value.rule, each.function) for each in draft.pieces()] == [("/x", check), ("/y", None)]


def test_names_that_are_taken_are_no_pieces(app: Any) -> None:
    draft = Draft(app, OWNER, {"chat": object()})
    with Showing(draft):
        assert "chat" in app.blueprints
        app.blueprints["news"] = check
    assert [each.path for each in draft.pieces()] == [("news",)]


def test_only_the_thread_that_drafts_sees_the_draft(app: Any) -> None:
    seen: list[Any] = []
    draft = Draft(app, OWNER, {})
    with Showing(draft):
        thread = threading.Thread(target=lambda: seen.append((app.before_request_funcs, draft_of(app))))
        thread.start()
        thread.join(DEADLINE)
        assert app.before_request_funcs is draft.parts["before_request_funcs"]
    assert seen == [(tables_of(app).parts["before_request_funcs"], None)]


def test_another_app_is_seen_as_it_is(app: Any) -> None:
    other = Lesson().app
    with Showing(Draft(app, OWNER, {})):
        assert other.url_map is tables_of(other).parts["url_map"]
        assert draft_of(other) is None


def test_a_draft_s_template_environment_reads_and_writes_through(app: Any) -> None:
    draft = Draft(app, OWNER, {})
    with Showing(draft):
        environment = app.jinja_env
        environment.globals.update(answer=42)
        environment.trim_blocks = True
        assert environment.filters["upper"]("a") == "A"
        assert environment.from_string("{{ 1 }}").render() == "1"
    assert [(each.table, each.path, each.value) for each in draft.pieces()] == [("globals", ("answer",), 42)]
    assert app.jinja_env.trim_blocks
    assert "answer" not in app.jinja_env.globals


def test_a_table_that_is_assigned_is_the_app_s_from_then_on(app: Any) -> None:
    app.shell_context_processors = [check]
    assert tables_of(app).parts["shell_context_processors"] == [check]
    draft = Draft(app, OWNER, {})
    with Showing(draft):
        app.shell_context_processors = []
        assert app.shell_context_processors == []
    assert app.shell_context_processors == [check]


def test_the_template_environment_can_be_assigned_and_deleted(app: Any) -> None:
    made = app.jinja_env
    app.jinja_env = "another"
    assert app.jinja_env == "another"
    del app.jinja_env
    assert app.jinja_env is not made


def test_tables_of_a_plain_app_are_its_attributes() -> None:
    app = flask.Flask("plain")
    assert tables_of(app).parts["url_map"] is app.url_map


def test_showing_ends_with_its_block_whatever_is_raised(app: Any) -> None:
    with pytest.raises(ZeroDivisionError), Showing(Draft(app, OWNER, {})):
        raise ZeroDivisionError
    assert draft_of(app) is None
    with Showing(Tables(app, {"url_map": "shown"})):
        assert app.url_map == "shown"
        assert draft_of(app) is None


class TestClasses:
    class Mixin:
        """Stands before the class that is adopted."""

    class Own:
        """A user's class."""

    def test_an_adopted_class_is_called_like_the_one_it_was_made_of(self) -> None:
        made = adopted_class(self.Own, self.Mixin)
        assert made is adopted_class(self.Own, self.Mixin)
        assert issubclass(made, self.Own)
        assert issubclass(made, self.Mixin)
        names = ("__name__", "__qualname__", "__module__", "__doc__")
        assert [getattr(made, name) for name in names] == [getattr(self.Own, name) for name in names]
        assert plain_class(made, self.Mixin) is self.Own

    def test_classes_of_the_class_itself_have_tables_for_attributes(self) -> None:
        assert isinstance(type(Lesson().app).url_map, Table)

    def test_calls_are_handed_to_a_keeper_with_what_would_have_been_called(self) -> None:
        calls: list[Any] = []

        class Keeper:
            def define(self, plain: Any, args: Any, options: Any) -> Any:
                calls.append((args, options))
                return plain(*args, **options)

        class Base:
            def setup(self, *args: Any, **options: Any) -> str:
                """Set something up."""
                return f"{type(self).__name__} {args} {options}"

        class Mixin:
            pass

        intercept(Mixin, Base, ("setup", "no_such"), lambda _thing: Keeper())
        made = adopted_class(Base, Mixin)
        assert made().setup(1, a=2) == "Base (1,) {'a': 2}"
        assert calls == [((1,), {"a": 2})]
        assert (made.setup.__name__, made.setup.__doc__) == ("setup", "Set something up.")
        assert not hasattr(Mixin, "no_such")


def test_the_function_of_a_setup_call_is_the_last_it_is_given() -> None:
    assert function_of((KeyError, check), {}) is check
    assert function_of(("/", "index"), {"view_func": check, "redirect_to": len}) is check
    assert function_of(("/",), {}) is None


def test_a_decorator_that_is_returned_makes_setup_calls_too() -> None:
    calls: list[Any] = []
    assert defining(lambda *call: calls.append(call), check, (check,)) is check
    defining(lambda *call: calls.append(call), len, ("name",))(check)
    assert calls == [(len, (check,), {})]


def test_an_app_keeps_its_account_among_its_extensions(app: Any) -> None:
    assert tables_of(app) is app.extensions[KEY].tables

"""What is in force: new tables each time, with all that was put into them directly, and what is told of what went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.routing import Rule

from sio_lab.core.cells import Owner
from sio_lab.server.applied import bound_views, lost
from sio_lab.server.hooks import NOBODY, Piece, key_of
from tests.server.lesson import Lesson

if TYPE_CHECKING:
    from sio_lab.server.applied import Force

RUNS = [NOBODY, *(Owner("one", run, f"In [{run}]") for run in (1, 2, 3))]


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


def route(run: int, view: Any, path: str = "/", methods: tuple[str, ...] = ("GET",)) -> Piece:
    return belonging(Piece("url_map", ("index",), Rule(path, methods=methods), view), run)


def given(run: int, view: Any) -> Piece:
    return belonging(Piece("view_functions", ("index",), view, view), run)


def belonging(piece: Piece, run: int) -> Piece:
    piece.belong(RUNS[run])
    return piece


def force(*pieces: Piece) -> Force:
    found: Force = {}
    for piece in pieces:
        found[key_of(piece)] = (*found.get(key_of(piece), ()), piece)
    return found


class TestViews:
    def test_each_route_has_its_own_run_s_function_the_newest_first(self) -> None:
        pieces = [route(2, "two"), route(1, "one"), route(3, "three")]
        assert [view for _, view in bound_views(pieces)] == ["three", "two", "one"]

    def test_a_function_given_to_the_endpoint_serves_its_run_and_older_ones(self) -> None:
        pieces = [route(1, "one"), route(2, "two"), given(2, "given"), route(3, "three")]
        assert [
            (piece.value if piece.table == "view_functions" else "", view) for piece, view in bound_views(pieces)
        ] == [
            ("", "three"),
            ("given", "given"),
            ("", "given"),
            ("", "given"),
        ]

    def test_of_two_given_ones_the_newest_counts(self) -> None:
        assert bound_views([given(1, "old"), route(1, None), given(2, "new")])[0][1] == "new"


class TestLost:
    def test_routes_are_told_by_path_and_method(self) -> None:
        before = force(route(1, len, "/a"), route(1, len, "/b", ("GET", "POST", "PUT")))
        after = force(route(2, max, "/b", ("POST",)))
        assert lost(before, after) == ["route /a", "route GET, PUT /b"]

    def test_what_was_defined_again_is_not_told(self) -> None:
        before = force(route(1, len), Piece("filters", ("shout",), 1), Piece("filters", ("loud",), 1))
        after = force(route(2, max), Piece("filters", ("shout",), 2))
        assert lost(before, after) == ["template filter loud"]

    def test_of_a_blueprint_that_goes_only_itself_is_told(self) -> None:
        registration = Piece("blueprints", ("chat",), None)
        within = Piece("filters", ("shout",), 1, through=registration)
        assert lost(force(registration, within), {}) == ["blueprint chat"]
        assert lost(force(registration, within), force(Piece("blueprints", ("chat",), None))) == [
            "template filter shout"
        ]

    def test_what_is_told_is_told_once(self) -> None:
        twice = [Piece("before_request_funcs", (None,), each, each) for each in (lambda: 1, lambda: 2)]
        assert lost(force(*twice), {}) == ["before_request <lambda>"]


class TestWhatWasPutInDirectly:
    def test_a_rule_of_a_user_s_own_stays_behind_those_that_were_defined(self, lesson: Lesson) -> None:
        lesson.run("1", "app.url_map.add(flask.Flask.url_rule_class('/own', endpoint='own'))")
        lesson.run("1b", "app.view_functions['own'] = lambda: 'own'")
        lesson.run("2", "@app.route('/own')\n@app.route('/other')\ndef other(): return 'other'")
        assert [lesson.get("/own"), lesson.get("/other")] == ["other", "other"]
        lesson.run("2", "@app.route('/other')\ndef other(): return 'other'")
        assert [lesson.get("/own"), lesson.get("/other")] == ["own", "other"]

    def test_a_rule_of_a_user_s_own_gets_a_function_that_is_given_to_its_endpoint(self, lesson: Lesson) -> None:
        lesson.run("1", "app.url_map.add(flask.Flask.url_rule_class('/own', endpoint='own'))")
        lesson.run("2", "app.view_functions['own'] = lambda: 'direct'")
        lesson.run("3", "@app.endpoint('own')\ndef given(): return 'given'")
        assert lesson.get("/own") == "given"
        lesson.run("3", "")
        assert lesson.get("/own") == "direct"

    def test_a_hook_keeps_its_place(self, lesson: Lesson) -> None:
        lesson.namespace["order"] = order = []
        lesson.run("1", "@app.before_request\ndef first(): order.append(1)")
        lesson.app.before_request_funcs[None].append(lambda: order.append(2))
        lesson.run("3", "@app.before_request\ndef third(): order.append(3)")
        lesson.run("1", "@app.before_request\ndef first(): order.append('new')")
        lesson.get()
        assert order == ["new", 2, 3]

    def test_a_wrapper_around_a_view_stays_while_others_change(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.route('/')\ndef index(): return 'plain'")
        lesson.run("2", "inner = app.view_functions['index']\napp.view_functions['index'] = lambda: f'<{inner()}>'")
        lesson.run("3", "@app.route('/other')\ndef other(): return 'other'")
        assert lesson.get() == "<plain>"

    def test_a_wrapper_goes_with_what_it_wraps(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.route('/')\ndef index(): return 'plain'")
        wrap = "inner = app.view_functions['index']\napp.view_functions['index'] = lambda: f'<{inner()}>'"
        lesson.run("2", wrap)
        lesson.run("1", "@app.route('/')\ndef index(): return 'new'")
        assert lesson.get() == "new"
        lesson.run("2", wrap)
        assert lesson.get() == "<new>"
        lesson.run("1", "")
        assert lesson.get() == "404"
        assert "index" not in lesson.app.view_functions

    def test_views_that_are_replaced_as_a_whole_are_the_app_s(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.route('/')\ndef index(): return 'plain'")
        views = lesson.app.view_functions
        lesson.app.view_functions = {
            name: (lambda view=view, **values: f"<{view(**values)}>") for name, view in views.items()
        }
        assert lesson.get() == "<plain>"
        lesson.run("2", "@app.route('/two')\ndef two(): return 'two'")
        assert [lesson.get(), lesson.get("/two")] == ["<plain>", "two"]

    def test_template_globals_stay(self, lesson: Lesson) -> None:
        lesson.app.jinja_env.globals["direct"] = "direct"
        lesson.run("1", "@app.template_global()\ndef defined(): return 'defined'")
        lesson.run("1", "")
        assert lesson.app.jinja_env.globals["direct"] == "direct"
        assert "defined" not in lesson.app.jinja_env.globals


class TestTemplates:
    PAGE = "@app.route('/')\ndef index(): return render_template('page.html')"

    @pytest.fixture
    def lesson(self, tmp_path: Any) -> Lesson:
        (tmp_path / "page.html").write_text("{{ 'Ab'|upper }}")
        lesson = Lesson()
        lesson.app.template_folder = str(tmp_path)
        lesson.run("page", self.PAGE)
        return lesson

    def test_a_filter_of_jinja_s_comes_back(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.template_filter()\ndef upper(text): return f'^{text}^'")
        assert lesson.get() == "^Ab^"
        assert lesson.run("1", "") == ["template filter upper"]
        assert lesson.get() == "AB"

    def test_a_template_that_jinja_has_compiled_gets_the_new_filter(self, lesson: Lesson) -> None:
        assert lesson.get() == "AB"
        for text in ("one", "two"):
            lesson.run("1", f"@app.template_filter()\ndef upper(text): return '{text}'")
            assert lesson.get() == text

    def test_no_environment_is_made_before_it_is_needed(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.route('/x')\ndef x(): return 'x'\n@app.context_processor\ndef more(): return {}")
        assert "jinja_env" not in vars(lesson.app)
        lesson.app.config["TEMPLATES_AUTO_RELOAD"] = True
        assert lesson.app.jinja_env.auto_reload

    def test_an_environment_without_a_cache_will_do(self, lesson: Lesson) -> None:
        lesson.app.jinja_options = {"cache_size": 0}
        lesson.run("1", "@app.template_filter()\ndef upper(text): return 'mine'")
        assert lesson.get() == "mine"


class TestHookOrder:
    @pytest.fixture
    def order(self, lesson: Lesson) -> list[str]:
        order: list[str] = []
        lesson.namespace["order"] = order
        return order

    def hooks(self, *names: str) -> str:
        return "\n".join(f"@app.before_request\ndef {name}(): order.append('{name}')" for name in names)

    def test_a_cell_s_new_order_counts_when_it_has_ended(self, lesson: Lesson, order: list[str]) -> None:
        lesson.run("1", self.hooks("a", "b"))
        lesson.run("2", self.hooks("other"))
        lesson.run("1", self.hooks("b", "new", "a"))
        lesson.get()
        assert order == ["b", "new", "a", "other"]

    def test_an_order_that_was_made_directly_stays(self, lesson: Lesson, order: list[str]) -> None:
        lesson.run("1", self.hooks("a", "b") + "\napp.before_request_funcs[None].reverse()")
        lesson.run("2", self.hooks("other"))
        lesson.get()
        assert order == ["b", "a", "other"]

    def test_lists_without_a_scope_are_ordered_too(self, lesson: Lesson, order: list[str]) -> None:
        for names in ("ab", "ba"):
            code = "".join(f"@app.teardown_appcontext\ndef {name}(_): order.append('{name}')\n" for name in names)
            lesson.run("1", code)
        lesson.get()
        assert order == ["a", "b"]  # Flask calls them last to first

    def test_while_a_cell_runs_each_hook_stays_in_its_place(self, lesson: Lesson, order: list[str]) -> None:
        lesson.run("1", self.hooks("load", "check"))
        lesson.fail("1", self.hooks("load"))
        lesson.get()
        assert order == ["load", "check"]

"""Flask routes and hooks belong to cells: run again they are replaced, edited they are what they are now."""

from __future__ import annotations

import sys
from types import ModuleType

import flask
import pytest

from sio_lab.core.cells import Cells, acting_for
from sio_lab.server.routes import routes_of
from tests.server.lesson import INDEX, Lesson, view
from tests.server.rig import differs

URL = "{{ url_for('page')[5:] }}"
FILTERED = "{{ ''|x if 'x' is filter else '' }}"
TESTED = "{% if 'x' is test %}{{ 'old' if 'old' is x else '' }}{{ 'new' if 'new' is x else '' }}{% endif %}"


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


class TestRoutes:
    @differs("Routes may be redefined while serving")
    def test_a_cell_that_is_run_again_has_its_routes_replaced(self, lesson: Lesson) -> None:
        for text in ("one", "two", "two"):
            assert lesson.run("1", INDEX.format(text)) == []
            assert lesson.get() == text

    @pytest.mark.parametrize(
        ("before", "after", "gone"),
        [
            (view("a", "/x"), view("b", "/x"), []),
            (view("a", "/x"), view("a", "/y"), ["route /x"]),
            (view("a", "/x") + view("b", "/y"), view("b", "/x"), ["route /y"]),
            (view("a", "/x", methods=["GET", "POST"]), view("a", "/x"), ["route POST /x"]),
            (view("a", "/x", methods=["POST"]), "", ["route POST /x"]),
            (view("a", "/x/<int:n>"), view("a", "/x/<n>"), ["route /x/<int:n>"]),
            (view("a", "/x/<n>"), view("a", "/x/<m>"), ["route /x/<n>"]),
            ("@app.route('/x', defaults={'n': 1})\n" + view("a", "/x/<int:n>"), view("a", "/x/<int:n>"), ["route /x"]),
            (view("a", "/x/"), view("a", "/x"), ["route /x/"]),
        ],
    )  # fmt: skip
    def test_after_an_edit_only_what_the_cell_has_now_is_served(self, before: str, after: str, gone: list[str]) -> None:
        edited, fresh = Lesson(), Lesson()
        before = before.replace(
            "def a(**values): return 'a '", "def a(**values): return 'old '", before.count("def a") - 1
        )
        edited.run("1", before)
        assert edited.run("1", after) == gone
        fresh.run("1", after)
        for path in ("/x", "/x/", "/y", "/x/1", "/x/a"):
            for method in ("GET", "POST", "OPTIONS"):
                one, other = (each.open(path, method) for each in (edited, fresh))
                assert (one.status_code, one.text) == (other.status_code, other.text)
        assert set(edited.app.view_functions) == set(fresh.app.view_functions)
        assert len(list(edited.app.url_map.iter_rules())) == len(list(fresh.app.url_map.iter_rules()))

    def test_stacked_routes_leave_no_moment_without_an_answer(self, lesson: Lesson) -> None:
        lesson.namespace["seen"] = seen = []
        lesson.namespace["ask"] = lambda: seen.append([lesson.get("/a"), lesson.get("/b")])
        stacked = "@app.route('/a')\n@lambda f: ask() or f\n@app.route('/b')\ndef index(): return '{}'"
        lesson.run("1", stacked.format("old"))
        lesson.run("1", stacked.format("new"))
        assert seen == [["404", "old"], ["old", "new"]]

    def test_a_cell_that_fails_halfway_takes_nothing_away(self, lesson: Lesson) -> None:
        lesson.run("1", view("a", "/a", "old") + view("b", "/b", "old"))
        lesson.fail("1", view("a", "/a", "new"))
        assert [lesson.get("/a"), lesson.get("/b")] == ["new {}", "old {}"]
        assert lesson.run("1", view("a", "/a", "newest")) == ["route /b"]

    @differs("Routes may be redefined while serving")
    def test_two_cells_may_use_one_endpoint_s_name(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.route('/one')\ndef index(): return 'one ' + url_for('index')")
        lesson.run("2", "@app.route('/two')\ndef index(): return 'two ' + url_for('index')")
        assert [lesson.get("/one"), lesson.get("/two")] == ["one /two", "two /two"]
        assert lesson.run("2", "") == ["route /two"]
        assert [lesson.get("/one"), lesson.get("/two")] == ["one /one", "404"]

    def test_of_two_cells_with_one_path_the_newest_run_answers(self, lesson: Lesson) -> None:
        lesson.run("1", view("first", "/<int:n>"))
        lesson.run("2", view("second", "/<int:m>"))
        assert lesson.get("/7") == "second {'m': 7}"
        lesson.run("1", view("first", "/<int:n>"))
        assert lesson.get("/7") == "first {'n': 7}"
        assert lesson.run("1", "") == ["route /<int:n>"]
        assert lesson.get("/7") == "second {'m': 7}"

    def test_within_one_run_the_first_of_two_equal_paths_answers_as_in_flask(self, lesson: Lesson) -> None:
        lesson.run("1", view("first", "/x") + view("second", "/x"))
        assert lesson.get("/x") == "first {}"

    def test_one_run_may_not_give_an_endpoint_two_functions(self, lesson: Lesson) -> None:
        plain = flask.Flask("plain")
        plain.add_url_rule("/", "index", len)
        with pytest.raises(AssertionError) as flasks:
            plain.add_url_rule("/x", "index", max)
        with pytest.raises(AssertionError) as ours:
            lesson.run("1", INDEX.format("one") + view("index", "/x"))
        assert str(ours.value) == str(flasks.value)
        assert [lesson.get(), lesson.get("/x")] == ["one", "404"]

    def test_one_function_may_have_many_routes(self, lesson: Lesson) -> None:
        lesson.run("1", "def index(): return 'x'\nfor path in 'abc': app.add_url_rule('/' + path, view_func=index)")
        assert [lesson.get("/a"), lesson.get("/b"), lesson.get("/c")] == ["x"] * 3

    @pytest.mark.parametrize("code", ["@app.route('no slash')\ndef a(): pass", "app.route('/<no:such>')(len)"])
    def test_what_flask_refuses_leaves_nothing(self, lesson: Lesson, code: str) -> None:
        before = lesson.routes.tables.parts
        with pytest.raises((ValueError, LookupError)):
            lesson.run("1", code)
        assert lesson.routes.tables.parts == before

    def test_a_function_given_to_an_endpoint_alone_belongs_to_its_cell(self, lesson: Lesson) -> None:
        lesson.run("1", "app.add_url_rule('/', endpoint='index')")
        lesson.run("2", "@app.endpoint('index')\ndef any_name(): return 'two'")
        lesson.run("3", "@app.endpoint('index')\ndef any_name(): return 'three'")
        assert lesson.get() == "three"
        lesson.run("3", "")
        assert lesson.get() == "two"
        assert lesson.run("2", "") == ["endpoint index"]
        lesson.app.logger.disabled = True
        assert lesson.get() == "500"

    def test_a_converter_may_be_defined_late(self, lesson: Lesson) -> None:
        lesson.get()
        converter = (
            "from werkzeug.routing import BaseConverter\n"
            "class Words(BaseConverter):\n"
            "    def to_python(self, value): return value.split('{}')\n"
            "app.url_map.converters['words'] = Words\n"
        )
        lesson.run("1", converter.format("+"))
        lesson.run("2", view("a", "/<words:w>"))
        assert lesson.get("/b+c-d") == "a {'w': ['b', 'c-d']}"
        lesson.run("1", converter.format("-"))
        lesson.run("2", view("a", "/<words:w>"))
        assert lesson.get("/b+c-d") == "a {'w': ['b+c', 'd']}"

    def test_endpoints_and_urls_are_as_in_flask(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.route('/x/<int:n>')\ndef x(n): return [request.endpoint, url_for('x', n=n, q=1)]")
        assert lesson.open("/x/3").json == ["x", "/x/3?q=1"]
        with lesson.app.test_request_context("/x/3"):
            assert type(flask.request.endpoint) is str
            assert lesson.app.view_functions["x"] is lesson.namespace["x"]

    def test_static_files_stay(self, lesson: Lesson) -> None:
        lesson.run("1", INDEX.format("x"))
        assert [rule.endpoint for rule in lesson.app.url_map.iter_rules()] == ["index", "static"]


class TestSetup:
    """Whatever a setup method defines is replaced with its cell's next run, and goes with its cell."""

    @pytest.mark.parametrize(
        ("code", "gone"),
        [
            ("@app.get('/x')\ndef x(): return '{}'", "route /x"),
            ("@app.before_request\ndef hook(): return '{}'", "before_request hook"),
            ("@app.after_request\ndef hook(response): return make_response('{}')", "after_request hook"),
            ("app.after_request(lambda response: make_response('{}'))", "after_request <lambda>"),
            ("@app.errorhandler(404)\ndef hook(error): return '{}'", "error handler 404"),
            ("app.register_error_handler(Exception, lambda error: '{}')", "error handler Exception"),
            (
                "app.url_value_preprocessor(lambda endpoint, v: abort(Response('{}')))",
                "url_value_preprocessor <lambda>",
            ),
        ],
    )
    def test_it_answers_and_goes(self, lesson: Lesson, code: str, gone: str) -> None:
        for text in ("old", "new"):
            assert lesson.run("1", code.format(text)) == []
            assert lesson.get("/x") == text
        assert lesson.run("1", "") == [gone]
        assert lesson.get("/x") == "404"

    @pytest.mark.parametrize(
        ("code", "page", "gone"),
        [
            ("app.context_processor(lambda: {{'x': '{}'}})", "{{ x }}", "context_processor <lambda>"),
            ("@app.template_global()\ndef x(): return '{}'", "{{ x() if x else '' }}", "template global x"),
            ("app.add_template_filter(lambda _: '{}', 'x')", FILTERED, "template filter x"),
            ("app.template_test('x')(lambda v: v == '{}')", TESTED, "template test x"),
            ("app.url_defaults(lambda e, values: values.update(q='{}'))", URL, "url_defaults <lambda>"),
        ],
    )  # fmt: skip
    def test_it_shows_in_templates_and_goes(self, lesson: Lesson, code: str, page: str, gone: str) -> None:
        lesson.run("page", f"@app.route('/p')\ndef page(): return render_template_string({page!r})")
        assert lesson.get("/p") == ""
        for text in ("old", "new"):
            assert lesson.run("1", code.format(text)) == []
            assert lesson.get("/p") == text
        assert lesson.run("1", "") == [gone]
        assert lesson.get("/p") == ""

    @pytest.mark.parametrize("name", ["teardown_request", "teardown_appcontext"])
    def test_teardown_functions_run_once_each(self, lesson: Lesson, name: str) -> None:
        lesson.namespace["seen"] = seen = []
        for text in ("old", "new"):
            lesson.run("1", f"@app.{name}\ndef hook(error): seen.append('{text}')")
        lesson.get()
        assert seen == ["new"]
        assert lesson.run("1", "") == [f"{name} hook"]

    def test_shell_context_processors_are_replaced(self, lesson: Lesson) -> None:
        for text in ("old", "new"):
            lesson.run("1", f"@app.shell_context_processor\ndef hook(): return {{'text': '{text}'}}")
        assert len(lesson.app.shell_context_processors) == 1
        assert lesson.app.make_shell_context()["text"] == "new"

    def test_hooks_made_in_a_loop_count_all(self, lesson: Lesson) -> None:
        lesson.namespace["seen"] = seen = []
        loop = (
            "for n in {}:\n    def hook(n=n): seen.append(n)\n"
            "    app.before_request(hook)\n    app.before_request(lambda n=n: seen.append(-n))"
        )
        lesson.run("1", loop.format((1, 2)))
        lesson.run("2", "app.before_request(lambda: seen.append('other'))")
        lesson.run("1", loop.format((3, 4)))
        lesson.get()
        assert sorted(map(str, seen)) == ["-3", "-4", "3", "4", "other"]

    def test_a_setup_method_that_was_kept_aside_works_the_same(self, lesson: Lesson) -> None:
        lesson.run("1", "route = app.route")
        lesson.run("2", "@route('/')\ndef index(): return 'x'")
        assert lesson.run("2", "") == ["route /"]


class TestOwners:
    def test_what_no_cell_owns_is_as_in_flask(self) -> None:
        app = flask.Flask("plain")
        routes = routes_of(app, Cells())
        seen: list[int] = []
        app.add_url_rule("/a", "a", lambda: "a")
        app.add_url_rule("/b", "b", lambda: "b")
        for number in (1, 2):
            app.before_request(lambda number=number: seen.append(number))
        with pytest.raises(AssertionError, match="existing endpoint function: a"):
            app.add_url_rule("/c", "a", lambda: "c")
        with pytest.raises(AssertionError, match="existing endpoint function: static"):
            app.add_url_rule("/c", "static", lambda: "c")
        app.register_blueprint(flask.Blueprint("chat", "chat"))
        with pytest.raises(ValueError, match="already registered"):
            app.register_blueprint(flask.Blueprint("chat", "chat"))
        assert [app.test_client().get(path).text for path in ("/a", "/b")] == ["a", "b"]
        assert seen == [1, 2, 1, 2]
        assert routes.sweep(Cells({}).mint("1", "In [1]")) == []

    def test_what_no_cell_owns_comes_back_from_beneath_a_cell_s(self, lesson: Lesson) -> None:
        with acting_for(None):
            lesson.app.add_url_rule("/", "index", lambda: "nobody's")
        lesson.run("1", INDEX.format("of a cell"))
        assert lesson.get() == "of a cell"
        lesson.run("1", "")
        assert lesson.get() == "nobody's"

    def test_a_module_s_routes_stay_when_its_cell_is_run_again(self, lesson: Lesson) -> None:
        module = ModuleType("lesson_views")
        vars(module)["app"] = lesson.app
        lesson.namespace["load"] = lambda: exec(INDEX.format("module"), vars(module))  # noqa: S102 - as an import does
        sys.modules["lesson_views"] = module
        try:
            lesson.run("1", "load()")
            assert lesson.run("1", "pass") == []
            assert lesson.get() == "module"
        finally:
            del sys.modules["lesson_views"]

    def test_without_cell_ids_what_is_defined_again_is_replaced(self, lesson: Lesson) -> None:
        lesson.run(None, INDEX.format("one") + "app.before_request(lambda: None)")
        assert lesson.run(None, INDEX.format("two") + "app.before_request(lambda: None) or 1") == []
        assert lesson.get() == "two"
        assert len(lesson.app.before_request_funcs[None]) == 1

    def test_functions_know_their_cell(self, lesson: Lesson) -> None:
        lesson.run("1", INDEX.format("x"))
        assert lesson.cells.label(lesson.namespace["index"]) == "In 1"

    def test_a_deleted_cell_takes_all_of_its_own_along(self, lesson: Lesson) -> None:
        lesson.run("1", INDEX.format("x") + "@app.errorhandler(404)\ndef lost(error): return 'lost'")
        lesson.run("2", view("other", "/other"))
        assert lesson.routes.drop("1") == ["route /", "error handler 404"]
        assert [lesson.get(), lesson.get("/other")] == ["404", "other {}"]
        assert lesson.routes.drop("1") == []

    def test_what_is_removed_from_the_book_is_out_of_force(self, lesson: Lesson) -> None:
        lesson.run("1", INDEX.format("x"))
        (key,) = lesson.routes.book.keys()
        lesson.routes.book.remove(key)
        assert lesson.get() == "404"

"""Blueprints: registered again, changed after they were registered, in whatever cells their parts stand."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import flask
import pytest

from sio_lab.server.blueprints import AdoptedBlueprint, account_of
from sio_lab.server.drafts import KEY
from tests.server.lesson import Lesson

BLUEPRINT = "bp = Blueprint('chat', 'chat', url_prefix='/chat')\n"
REGISTER = "app.register_blueprint(bp)\n"
IMPORT = "from chat_views import bp\n"
ENDPOINT = "@bp.endpoint('chat.given')\ndef given(): return 'given'\n"
HANDLER = "@bp.app_errorhandler(404)\ndef mine(error): return 'cell', 411\n"


def view(name: str, path: str, text: str = "", place: str = "bp") -> str:
    return f"@{place}.route('{path}')\ndef {name}(**values): return '{text or name}'\n"


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


@pytest.fixture
def chat(lesson: Lesson) -> Lesson:
    """Return a lesson with a blueprint that one cell made and registered, with one route."""
    lesson.run("chat", BLUEPRINT + view("index", "/") + REGISTER)
    return lesson


class TestRegisteredAgain:
    def test_a_new_one_of_the_same_name_takes_the_place_of_the_old_one(self, chat: Lesson) -> None:
        code = "bp = Blueprint('chat', 'chat', url_prefix='/talk')\n" + view("index", "/", "new") + REGISTER
        assert chat.run("chat", code) == ["route /chat/"]
        assert [chat.get("/chat/"), chat.get("/talk/")] == ["404", "new"]
        assert chat.app.blueprints == {"chat": chat.namespace["bp"]}

    def test_the_same_one_may_be_registered_again_with_other_options(self, chat: Lesson) -> None:
        chat.run("prefix", "app.register_blueprint(bp, url_prefix='/p')")
        assert [chat.get("/chat/"), chat.get("/p/")] == ["404", "index"]
        assert chat.run("prefix", "") == ["route /p/"]
        assert chat.get("/chat/") == "index"

    def test_a_cell_that_no_longer_registers_it_takes_all_of_it_away(self, chat: Lesson) -> None:
        chat.run("late", view("late", "/late") + "@bp.before_request\ndef check(): pass")
        assert chat.run("chat", "") == ["blueprint chat"]
        assert [chat.get("/chat/"), chat.get("/chat/late"), chat.app.blueprints] == ["404", "404", {}]
        assert not chat.app.before_request_funcs

    def test_a_new_one_may_have_what_the_same_run_added_to_the_old_one(self, chat: Lesson) -> None:
        chat.run("chat", view("late", "/late", "old") + BLUEPRINT + view("late", "/late", "new") + REGISTER)
        assert [chat.get("/chat/"), chat.get("/chat/late")] == ["404", "new"]

    @pytest.mark.parametrize(("more", "which"), [("", "this"), (BLUEPRINT, "a different")])
    def test_one_run_may_not_register_a_name_twice(self, lesson: Lesson, more: str, which: str) -> None:
        with pytest.raises(ValueError, match=f"The name 'chat' is already registered for {which} blueprint"):
            lesson.run("1", BLUEPRINT + view("index", "/") + REGISTER + more + REGISTER)
        assert lesson.get("/chat/") == "index"

    def test_what_two_cells_register_under_one_name_is_stacked(self, chat: Lesson) -> None:
        chat.run("other", BLUEPRINT + view("index", "/", "other") + REGISTER)
        assert chat.get("/chat/") == "other"
        assert chat.run("other", "") == []
        assert chat.get("/chat/") == "index"

    def test_one_under_two_names_has_its_own_hooks_twice_and_the_app_s_once(self, lesson: Lesson) -> None:
        lesson.namespace["seen"] = seen = []
        lesson.run(
            "1",
            BLUEPRINT
            + view("index", "/")
            + "@bp.before_request\ndef own(): seen.append('own')\n"
            + "@bp.before_app_request\ndef app_s(): seen.append('app')\n"
            + REGISTER
            + "app.register_blueprint(bp, name='talk', url_prefix='/talk')",
        )
        lesson.run("2", "@bp.before_app_request\ndef late(): seen.append('late')")
        lesson.get("/talk/")
        assert sorted(seen) == ["app", "late", "own"]
        assert {scope: len(hooks) for scope, hooks in lesson.app.before_request_funcs.items()} == {
            "chat": 1, "talk": 1, None: 2,
        }  # fmt: skip


class TestLate:
    def test_a_route_takes_effect_at_once_and_goes_with_its_cell(self, chat: Lesson) -> None:
        chat.run("late", "@bp.route('/late')\ndef late(): return url_for('.late') + ' ' + url_for('chat.index')")
        assert chat.get("/chat/late") == "/chat/late /chat/"
        assert chat.run("late", view("later", "/later")) == ["route /chat/late"]
        assert [chat.get("/chat/late"), chat.get("/chat/later")] == ["404", "later"]

    def test_stacked_decorators_leave_no_moment_without_an_answer(self, chat: Lesson) -> None:
        stacked = "@bp.route('/a')\n@bp.route('/b')\ndef late(): return '{}'"
        chat.run("late", stacked.format("old"))
        chat.namespace["bp"].route("/b", endpoint="late")(lambda: "half")
        assert chat.get("/chat/a") == "old"
        chat.run("late", stacked.format("new"))
        assert [chat.get("/chat/a"), chat.get("/chat/b")] == ["new", "new"]

    @pytest.mark.parametrize(
        ("code", "gone"),
        [
            ("@bp.before_request\ndef hook(): return 'late'", "before_request hook of blueprint chat"),
            ("@bp.before_app_request\ndef hook(): return 'late'", "before_request hook"),
            ("@bp.after_request\ndef hook(r): return make_response('late')", "after_request hook of blueprint chat"),
            ("@bp.url_value_preprocessor\ndef hook(e, v): abort(Response('late'))", "url_value_preprocessor hook of"),
            ("@bp.errorhandler(ZeroDivisionError)\ndef hook(e): return 'late'", "error handler ZeroDivisionError of"),
            ("@bp.app_errorhandler(ZeroDivisionError)\ndef hook(e): return 'late'", "error handler ZeroDivisionError"),
            ("@bp.app_template_filter()\ndef name(_): return 'late'", "template filter name"),
            ("@bp.app_template_global('text')\ndef hook(): return 'late'", "template global text"),
            ("@bp.context_processor\ndef hook(): return {'text': lambda: 'late'}", "context_processor hook of"),
            ("@bp.endpoint('chat.index')\ndef hook(): return 'late'", "endpoint chat.index"),
            ("bp.record(lambda state: state.add_url_rule('/', 'index', lambda: 'late'))", ""),
        ],
    )
    def test_whatever_a_blueprint_takes_can_come_late(self, lesson: Lesson, code: str, gone: str) -> None:
        page = "@bp.route('/')\ndef index():\n    return render_template_string(page) or 1 / 0"
        lesson.namespace["page"] = "{% if text %}{{ text() }}{% endif %}{{ '|'|name if 'name' is filter }}"
        lesson.app.logger.disabled = True
        lesson.run("1", BLUEPRINT + page.replace("app", "bp") + "\n" + REGISTER)
        assert lesson.get("/chat/") == "500"
        lesson.run("2", code)
        assert lesson.get("/chat/") == "late"
        assert "".join(lesson.run("2", "")).startswith(gone)
        assert lesson.get("/chat/") == "500"

    def test_url_defaults_can_come_late(self, chat: Lesson) -> None:
        chat.run("1", "@bp.route('/<lang>/x')\ndef x(lang): return url_for('chat.x')")
        chat.run("2", "@bp.url_defaults\ndef hook(endpoint, values): values.setdefault('lang', 'nl')")
        assert chat.get("/chat/en/x") == "/chat/nl/x"

    def test_one_run_may_not_give_an_endpoint_two_functions(self, chat: Lesson) -> None:
        with pytest.raises(AssertionError, match=r"View function mapping is overwriting .* function: chat\.late"):
            chat.run("late", view("late", "/a") + view("late", "/b"))
        assert [chat.get("/chat/a"), chat.get("/chat/b")] == ["late", "404"]

    def test_what_can_t_be_defined_leaves_nothing(self, chat: Lesson) -> None:
        with pytest.raises(LookupError, match="the converter 'no' does not exist"):
            chat.run("late", view("late", "/<no:such>"))
        assert len(chat.namespace["bp"].deferred_functions) == 1
        chat.run("again", "app.register_blueprint(bp, url_prefix='/p')")
        assert chat.get("/p/") == "index"

    def test_it_takes_effect_wherever_the_blueprint_is_registered(self, chat: Lesson) -> None:
        chat.run("2", "app.register_blueprint(bp, name='talk', url_prefix='/talk')")
        chat.run("late", "@bp.route('/late')\ndef late(): return request.endpoint")
        assert [chat.get("/chat/late"), chat.get("/talk/late")] == ["chat.late", "talk.late"]

    def test_callbacks_of_users_are_called_once_with_the_app_itself(self, lesson: Lesson) -> None:
        lesson.namespace["apps"] = apps = []
        record = "bp.record(lambda state: apps.append(state.app))\n"
        lesson.run("1", BLUEPRINT + record + view("index", "/") + REGISTER)
        lesson.run("2", record)
        lesson.run("3", view("late", "/late"))
        assert apps == [lesson.app] * 2


class TestNested:
    CHILD = "inner = Blueprint('inner', 'inner', url_prefix='/inner')\n" + view("index", "/", place="inner")

    def test_one_within_another_can_be_changed_late(self, lesson: Lesson) -> None:
        lesson.run("1", BLUEPRINT + self.CHILD + "bp.register_blueprint(inner)\n" + REGISTER)
        lesson.run(
            "2", "@inner.route('/late')\ndef late(): return url_for('chat.inner.late') + ' ' + request.blueprint"
        )
        assert [lesson.get("/chat/inner/"), lesson.get("/chat/inner/late")] == ["index", "/chat/inner/late chat.inner"]
        assert lesson.run("2", "") == ["route /chat/inner/late"]

    def test_one_can_come_late_and_go(self, chat: Lesson) -> None:
        chat.run("2", self.CHILD + "bp.register_blueprint(inner)")
        assert chat.get("/chat/inner/") == "index"
        assert chat.run("2", "") == ["blueprint chat.inner"]
        assert [chat.get("/chat/inner/"), list(chat.app.blueprints)] == ["404", ["chat"]]

    def test_a_cell_that_adds_one_can_be_run_again(self, chat: Lesson) -> None:
        for text in ("one", "two"):
            assert chat.run("2", self.CHILD.replace("'index'", f"'{text}'") + "bp.register_blueprint(inner)") == []
            assert chat.get("/chat/inner/") == text

    def test_it_goes_with_the_outer_one(self, lesson: Lesson) -> None:
        lesson.run("1", BLUEPRINT + REGISTER)
        lesson.run("2", self.CHILD + "bp.register_blueprint(inner)")
        assert lesson.run("1", "") == ["blueprint chat"]
        assert [lesson.get("/chat/inner/"), lesson.app.blueprints] == ["404", {}]

    def test_two_of_one_name_are_refused_as_flask_does(self, lesson: Lesson) -> None:
        with pytest.raises(
            ValueError, match=r"The name 'inner' is already registered for this blueprint 'chat\.inner'"
        ):
            lesson.run("1", BLUEPRINT + self.CHILD + "bp.register_blueprint(inner)\n" * 2 + REGISTER)

    def test_its_error_handlers_come_before_the_outer_one_s(self, lesson: Lesson) -> None:
        handler = "@{0}.errorhandler(ZeroDivisionError)\ndef {0}_error(error): return '{0}'\n"
        raises = "@inner.route('/raise')\ndef fail(): 1 / 0\n"
        lesson.run(
            "1", BLUEPRINT + self.CHILD + raises + handler.format("bp") + "bp.register_blueprint(inner)\n" + REGISTER
        )
        assert lesson.get("/chat/inner/raise") == "bp"
        lesson.run("2", handler.format("inner"))
        assert lesson.get("/chat/inner/raise") == "inner"


class TestInPieces:
    """The blueprint, its routes, and its registration stand in cells of their own."""

    @pytest.fixture
    def pieces(self, lesson: Lesson) -> Lesson:
        lesson.run("bp", BLUEPRINT)
        return lesson

    def test_a_cell_that_ran_twice_before_it_was_registered_counts_once(self, pieces: Lesson) -> None:
        pieces.namespace["seen"] = seen = []
        hook = "@bp.before_request\ndef check(): seen.append(1)\n"
        for _ in range(3):
            pieces.run("routes", view("index", "/a") + hook)
        pieces.run("register", REGISTER)
        assert (pieces.get("/chat/a"), seen) == ("index", [1])

    def test_an_edited_cell_has_only_what_it_has_now(self, pieces: Lesson) -> None:
        pieces.run("routes", view("index", "/old"))
        pieces.run("routes", view("index", "/new"))
        pieces.run("register", REGISTER)
        assert [pieces.get("/chat/old"), pieces.get("/chat/new")] == ["404", "index"]

    def test_its_cells_can_be_run_again_in_any_order(self, pieces: Lesson) -> None:
        pieces.run("routes", view("index", "/1"))
        pieces.run("register", REGISTER)
        assert pieces.run("routes", view("index", "/2")) == ["route /chat/1"]
        assert pieces.run("register", REGISTER) == []
        assert [pieces.get("/chat/1"), pieces.get("/chat/2")] == ["404", "index"]
        assert pieces.run("register", "") == ["blueprint chat"]
        assert pieces.run("routes", view("index", "/3")) == []
        pieces.run("register", REGISTER)
        assert [pieces.get("/chat/2"), pieces.get("/chat/3")] == ["404", "index"]

    def test_a_deleted_cell_takes_its_part_along(self, pieces: Lesson) -> None:
        pieces.run("routes", view("index", "/1"))
        pieces.run("register", REGISTER)
        assert pieces.routes.drop("routes") == ["route /chat/1"]
        assert pieces.get("/chat/1") == "404"


class TestOfModule:
    """No cell wrote a blueprint's routes, but a module."""

    @pytest.fixture
    def module(self, lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> Lesson:
        module = ModuleType("chat_views")
        source = "from flask import Blueprint\n" + BLUEPRINT + view("index", "/")
        source += "bp.add_url_rule('/given', 'given')\n"
        source += "@bp.app_errorhandler(404)\ndef lost(error): return 'module', 410\n"
        exec(source, vars(module))  # noqa: S102 - this is what importing a module is
        monkeypatch.setitem(sys.modules, "chat_views", module)
        return lesson

    def test_it_keeps_them(self, module: Lesson) -> None:
        module.run("1", IMPORT + REGISTER)
        module.run("2", view("late", "/late"))
        module.run("1", IMPORT + REGISTER)
        assert [module.get("/chat/"), module.get("/chat/late")] == ["index", "late"]

    @pytest.mark.parametrize("code", [view("mine", "/") + REGISTER, REGISTER + view("mine", "/")])
    def test_they_come_before_those_of_the_cell_that_registers_it_as_in_flask(self, module: Lesson, code: str) -> None:
        module.run("1", IMPORT + code)
        assert module.get("/chat/") == "index"
        module.run("1", IMPORT + code)
        assert module.get("/chat/") == "index"

    def test_they_come_before_those_of_a_cell_that_ran_before_it_was_registered(self, module: Lesson) -> None:
        module.run("1", IMPORT + view("mine", "/"))
        module.run("2", REGISTER)
        assert module.get("/chat/") == "index"

    def test_the_newest_run_s_come_first(self, module: Lesson) -> None:
        module.run("1", IMPORT + REGISTER)
        module.run("2", view("mine", "/"))
        assert module.get("/chat/") == "mine"
        module.run("1", IMPORT + REGISTER)
        assert module.get("/chat/") == "index"
        module.run("2", view("mine", "/"))
        assert module.get("/chat/") == "mine"
        assert module.run("2", "") == []
        assert module.get("/chat/") == "index"

    def test_a_route_of_the_app_that_was_there_before_comes_first(self, module: Lesson) -> None:
        module.run("1", IMPORT + "@app.route('/chat/')\ndef own(): return 'own'\n" + REGISTER)
        assert module.get("/chat/") == "own"

    @pytest.mark.parametrize(
        ("code", "path", "answer"), [(ENDPOINT, "/chat/given", "given"), (HANDLER, "/nowhere", "411")]
    )
    @pytest.mark.parametrize("cells", [["{}" + REGISTER], ["{}", REGISTER], [REGISTER, "{}"]])
    def test_a_cell_may_give_one_its_function_and_handle_errors_in_its_place(
        self, module: Lesson, code: str, path: str, answer: str, cells: list[str]
    ) -> None:
        module.run("import", IMPORT)
        for number, cell in enumerate(cells):
            module.run(str(number), cell.format(code))
        assert module.get(path) == answer


class TestBeforeAdoption:
    """A blueprint was registered on an app, and then the app came to the lab."""

    @pytest.fixture
    def found(self) -> Lesson:
        lesson = Lesson(plain=True)
        lesson.run("bp", BLUEPRINT)
        lesson.run("routes", view("index", "/") + "@bp.before_request\ndef check(): g.seen = 1")
        lesson.run("register", "app.register_blueprint(bp, url_prefix='/talk')")
        assert lesson.get("/talk/") == "index"
        lesson.adopt()
        return lesson

    def test_what_it_has_stays(self, found: Lesson) -> None:
        assert found.get("/talk/") == "index"
        assert [hook.__name__ for hook in found.app.before_request_funcs["chat"]] == ["check"]

    def test_late_routes_have_the_prefix_it_was_registered_with(self, found: Lesson) -> None:
        found.run("late", "@bp.route('/late')\ndef late(): return url_for('.late')")
        assert found.get("/talk/late") == "/talk/late"

    def test_the_cell_of_its_routes_can_be_run_again(self, found: Lesson) -> None:
        assert found.run("routes", view("index", "/new")) == ["route /talk/", "before_request check of blueprint chat"]
        assert [found.get("/talk/"), found.get("/talk/new")] == ["404", "index"]

    def test_it_can_be_registered_again(self, found: Lesson) -> None:
        assert found.run("register", "app.register_blueprint(bp, url_prefix='/chat')") == ["route /talk/"]
        assert [found.get("/talk/"), found.get("/chat/")] == ["404", "index"]

    def test_one_within_another_is_found_too(self) -> None:
        lesson = Lesson(plain=True)
        code = BLUEPRINT + TestNested.CHILD + "bp.register_blueprint(inner)\n" + REGISTER
        lesson.run("1", code)
        lesson.adopt()
        lesson.run("late", view("late", "/late", place="inner"))
        assert [lesson.get("/chat/inner/"), lesson.get("/chat/inner/late")] == ["index", "late"]


class TestAdoption:
    def test_an_adopted_one_looks_like_a_plain_one(self, chat: Lesson) -> None:
        bp = chat.namespace["bp"]
        assert isinstance(bp, flask.Blueprint)
        assert isinstance(bp, AdoptedBlueprint)
        assert repr(bp) == repr(flask.Blueprint("chat", "chat"))

    def test_a_plain_app_may_have_it_too(self, chat: Lesson) -> None:
        chat.run("late", view("late", "/late"))
        plain = flask.Flask("plain")
        plain.register_blueprint(chat.namespace["bp"])
        assert plain.test_client().get("/chat/late").text == "late"

    def test_it_may_be_asked_to_register_itself(self, lesson: Lesson) -> None:
        lesson.run("1", BLUEPRINT + REGISTER)
        lesson.run("2", view("index", "/") + "bp.register(app, {'name': 'talk', 'url_prefix': '/talk'})")
        assert [lesson.get("/chat/"), lesson.get("/talk/")] == ["index", "index"]
        assert lesson.run("2", view("index", "/")) == ["blueprint talk"]

    def test_released_it_is_as_flask_left_it(self, chat: Lesson) -> None:
        bp = chat.namespace["bp"]
        chat.run("late", view("late", "/late"))
        chat.routes.release()
        assert type(bp) is flask.Blueprint
        assert KEY not in vars(bp)
        assert account_of(bp) is None
        assert len(bp.deferred_functions) == 2
        with pytest.raises(AssertionError, match="can no longer be called on the blueprint"):
            bp.route("/more")
        assert [chat.get("/chat/"), chat.get("/chat/late")] == ["index", "late"]

    def test_it_stays_adopted_while_another_app_has_it(self, chat: Lesson) -> None:
        other = Lesson()
        other.app.register_blueprint(chat.namespace["bp"])
        chat.routes.release()
        chat.namespace["bp"].add_url_rule("/late", "late", lambda: "late")
        assert other.get("/chat/late") == "late"
        other.routes.release()
        assert type(chat.namespace["bp"]) is flask.Blueprint

    def test_a_class_of_a_user_s_own_is_asked_as_flask_asks_it(self, lesson: Lesson) -> None:
        own = (
            "class Own(Blueprint):\n"
            "    registered = 0\n"
            "    def register(self, app, options):\n"
            "        Own.registered += 1\n"
            "        super().register(app, options | {'url_prefix': '/own'})\n"
            "    def add_url_rule(self, rule, *args, **options):\n"
            "        super().add_url_rule(rule + '!', *args, **options)\n"
        )
        lesson.run("1", own + "bp = Own('chat', 'chat')\n" + view("index", "/a") + REGISTER)
        lesson.run("2", view("late", "/b"))
        assert lesson.namespace["Own"].registered == 1
        assert [lesson.get("/own/a!"), lesson.get("/own/b!")] == ["index", "late"]

    def test_its_static_files_are_served(self, lesson: Lesson, tmp_path: Any) -> None:
        (tmp_path / "note.txt").write_text("found")
        lesson.namespace["folder"] = str(tmp_path)
        lesson.run("1", "bp = Blueprint('chat', 'chat', static_folder=folder, static_url_path='/files')\n" + REGISTER)
        lesson.run("2", view("late", "/late"))
        assert lesson.get("/files/note.txt") == "found"
        assert len(list(lesson.app.url_map.iter_rules("chat.static"))) == 1

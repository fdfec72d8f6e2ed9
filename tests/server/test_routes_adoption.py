"""Flask apps that come to the lab, whatever they have; that leave it; and that take over from one another."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.core.cells import Cells
from sio_lab.server.routes import AdoptedFlask, Routes, routes_of
from sio_lab.server.socketio import LabSocketIO
from tests.server.lesson import INDEX, Lesson, view

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig

CHAT = "bp = Blueprint('chat', 'chat')\n@bp.route('/x')\ndef x(): return url_for('.x')\n"


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


class TestAdoption:
    def test_an_adopted_app_looks_like_a_plain_one(self, lesson: Lesson) -> None:
        plain = flask.Flask("lesson")
        assert isinstance(lesson.app, AdoptedFlask)
        assert repr(lesson.app) == repr(plain)
        assert type(lesson.app).__module__ == flask.Flask.__module__
        assert type(lesson.app) is type(Lesson().app)
        assert lesson.app.route.__doc__ == plain.route.__doc__
        assert lesson.app.before_request.__doc__ == plain.before_request.__doc__

    def test_it_is_adopted_once(self, lesson: Lesson) -> None:
        assert isinstance(lesson.routes, Routes)
        assert routes_of(lesson.app, Cells()) is lesson.routes

    def test_no_class_of_flask_s_is_changed(self) -> None:
        kinds = [*flask.Flask.__mro__, *flask.Blueprint.__mro__, type(flask.Flask("x").url_map)]
        before = [dict(vars(kind)) for kind in kinds if kind is not object]
        lesson = Lesson()
        lesson.run("1", "bp = Blueprint('bp', 'bp')\napp.register_blueprint(bp)\n" + INDEX.format("x"))
        lesson.get()
        assert [dict(vars(kind)) for kind in kinds if kind is not object] == before

    def test_released_it_is_plain_and_does_what_it_did(self, lesson: Lesson) -> None:
        names = set(vars(lesson.app))
        code = "@app.before_request\ndef check(): g.seen = 'seen'\n@app.route('/')\ndef index(): return g.seen\n"
        lesson.run("1", code + "@app.template_filter()\ndef shout(text): return text.upper()")
        routes = lesson.routes
        routes.release()
        routes.release()
        assert type(lesson.app) is flask.Flask
        assert type(lesson.app.view_functions) is dict
        assert set(vars(lesson.app)) == names | {"jinja_env"}
        assert "sio_lab" not in lesson.app.extensions
        assert [lesson.get(), list(lesson.app.view_functions)] == ["seen", ["static", "index"]]
        assert "shout" in lesson.app.jinja_env.filters
        with pytest.raises(AssertionError, match="can no longer be called on the application"):
            lesson.app.route("/late")
        assert routes.drop("1") == []
        assert lesson.get() == "seen"

    def test_released_a_method_that_was_kept_aside_is_flask_s(self, lesson: Lesson) -> None:
        lesson.run("1", "bp = Blueprint('bp', 'bp')\napp.register_blueprint(bp)")
        app_s, bp_s = lesson.app.before_request, lesson.namespace["bp"].before_request
        lesson.routes.release()
        app_s(len)
        assert lesson.app.before_request_funcs[None] == [len]
        with pytest.raises(AssertionError, match="can no longer be called on the blueprint"):
            bp_s(len)

    def test_released_two_functions_of_one_endpoint_stay_apart(self, lesson: Lesson) -> None:
        lesson.run("1", view("index", "/one", "one"))
        lesson.run("2", view("index", "/two", "two"))
        lesson.routes.release()
        assert [lesson.get("/one"), lesson.get("/two")] == ["one {}", "two {}"]

    def test_released_it_can_be_adopted_again(self, lesson: Lesson) -> None:
        lesson.run("1", INDEX.format("one"))
        lesson.routes.release()
        lesson.adopt()
        assert lesson.run("1", INDEX.format("two")) == []
        assert lesson.get() == "two"

    def test_it_goes_when_nobody_has_it(self) -> None:
        lesson = Lesson()
        lesson.run("1", INDEX.format("x") + "bp = Blueprint('bp', 'bp')\napp.register_blueprint(bp)")
        lesson.get()
        gone = weakref.ref(lesson.app)
        del lesson
        gc.collect()
        assert gone() is None

    def test_a_class_of_a_user_s_own_has_its_say(self) -> None:
        class Own(flask.Flask):
            def __init__(self, name: str) -> None:
                self.asked: list[Any] = []
                self.count = 0
                super().__init__(name)

            def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
                self.count += 1
                self.asked.append(self)
                super().add_url_rule("/api" + rule, *args, **options)

            def make_response(self, answer: Any) -> flask.Response:
                return super().make_response(f"{answer}!")

        lesson = Lesson(Own("own"))
        lesson.run("1", "@app.route('/')\ndef index(): return str(app.count)")
        assert lesson.get("/api/") == "2!"
        assert all(each is lesson.app for each in lesson.app.asked)  # type: ignore[attr-defined]  # its own
        lesson.routes.release()
        assert type(lesson.app) is Own

    def test_a_class_that_ends_requests_its_own_way_is_asked_each_time(self, make_rig: Callable[..., Rig]) -> None:
        ended: list[str] = []

        class Own(flask.Flask):
            def do_teardown_request(self, *error: Any) -> None:
                ended.append(flask.request.path)
                super().do_teardown_request(*error)

        rig = make_rig(LabSocketIO(Own("own")))
        rig.app.add_url_rule("/page", "page", lambda: "page")
        rig.socketio.on_event("echo", lambda value: value)
        assert rig.get("/page") == (200, "page")
        assert ended == ["/page"]
        peer = rig.peer()
        ended.clear()
        assert [peer.ask("echo", number) for number in range(3)] == [0, 1, 2]
        assert ended == ["/socket.io/"] * 3

    def test_threads_may_define_at_once(self, lesson: Lesson) -> None:
        def define(number: int) -> None:
            lesson.app.add_url_rule(f"/{number}", f"v{number}", lambda: str(number))
            lesson.app.before_request(lambda: None)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(define, range(40)))
        assert [lesson.get(f"/{number}") for number in range(40)] == [str(number) for number in range(40)]
        assert len(lesson.app.before_request_funcs[None]) == 40


class TestBeforeAdoption:
    """The app was a plain one, in use, when the lab came."""

    CODE = (
        INDEX.format("old")
        + "@app.before_request\ndef check(): seen.append('old')\n"
        + "@app.teardown_appcontext\ndef over(error): pass\n"
        + "@app.errorhandler(404)\ndef lost(error): return 'lost'\n"
        + "@app.template_filter()\ndef shout(text): return text.upper()\n"
    )

    @pytest.fixture
    def found(self) -> Lesson:
        lesson = Lesson(plain=True)
        lesson.namespace["seen"] = []
        lesson.run("1", self.CODE)
        lesson.app.add_url_rule("/module", "module", len)
        lesson.get()
        lesson.adopt()
        return lesson

    def test_all_is_as_it_was(self, found: Lesson) -> None:
        assert [found.get(), found.get("/no"), found.app.view_functions["module"]] == ["old", "lost", len]
        assert found.namespace["seen"] == ["old"] * 3
        assert type(found.app.view_functions["static"]).__name__ == "function"

    def test_its_cell_run_again_replaces_it(self, found: Lesson) -> None:
        assert found.run("1", self.CODE.replace("old", "new")) == []
        found.namespace["seen"].clear()
        assert [found.get(), found.namespace["seen"]] == ["new", ["new"]]

    def test_its_cell_edited_takes_away_what_it_no_longer_has(self, found: Lesson) -> None:
        assert found.run("1", view("home", "/")) == [
            "before_request check",
            "teardown_appcontext over",
            "error handler 404",
            "template filter shout",
        ]
        assert [found.get(), found.get("/no")] == ["home {}", "404"]
        assert found.app.view_functions.keys() == {"static", "module", "home"}
        assert "shout" not in found.app.jinja_env.filters

    def test_hooks_that_a_cell_added_twice_run_once(self) -> None:
        lesson = Lesson(plain=True)
        lesson.namespace["seen"] = seen = []
        for _ in range(3):
            lesson.run("1", "@app.before_request\ndef check(): seen.append(1)")
        lesson.adopt()
        lesson.get()
        assert seen == [1]


class TestCarry:
    def carry(self, old: Lesson, *without: str) -> flask.Flask:
        """Make another app in the place of the lesson's; returns the old one."""
        before, routes = old.app, old.routes
        old.app = old.namespace["app"] = flask.Flask("another")
        old.routes.carry(routes, without)
        return before

    def test_what_other_cells_own_goes_over(self, lesson: Lesson) -> None:
        lesson.run("program", INDEX.format("program"))
        lesson.run(
            "2", view("two", "/two") + "@app.after_request\ndef end(r): return make_response(r.get_data(True) + '!')"
        )
        before = self.carry(lesson, "program")
        assert [lesson.open("/").text.endswith("</p>\n!"), lesson.get("/two")] == [True, "two {}!"]
        assert before.test_client().get("/").text == "program!"
        assert lesson.run("2", "") == ["route /two", "after_request end"]

    def test_what_the_new_app_has_lies_above(self, lesson: Lesson) -> None:
        lesson.run("1", INDEX.format("old"))
        routes = lesson.routes
        lesson.app = lesson.namespace["app"] = flask.Flask("another")
        lesson.run("2", INDEX.format("new"))
        lesson.routes.carry(routes)
        assert lesson.get() == "new"
        lesson.run("2", "")
        assert lesson.get() == "old"

    def test_template_filters_wait_for_the_environment(self, lesson: Lesson) -> None:
        lesson.run("1", "@app.template_filter()\ndef shout(text): return text.upper()")
        lesson.run("2", "@app.route('/')\ndef index(): return render_template_string('{{ \"x\"|shout }}')")
        self.carry(lesson)
        assert "jinja_env" not in vars(lesson.app)
        assert lesson.get() == "X"
        lesson.run("1", "@app.template_filter()\ndef shout(text): return 'new'")
        assert lesson.get() == "new"

    def test_blueprints_are_registered_on_the_new_app(self, lesson: Lesson) -> None:
        lesson.namespace["apps"] = apps = []
        record = "bp.record(lambda state: apps.append(state.app))\n"
        lesson.run("1", CHAT + record + "app.register_blueprint(bp, url_prefix='/chat')")
        before = self.carry(lesson)
        assert lesson.get("/chat/x") == "/chat/x"
        assert apps == [before, lesson.app]
        lesson.run("2", "@bp.route('/late')\ndef late(): return 'late'")
        assert lesson.get("/chat/late") == "late"

    def test_a_blueprint_that_can_t_go_over_is_told_and_left(
        self, lesson: Lesson, caplog: pytest.LogCaptureFixture
    ) -> None:
        lesson.namespace["apps"] = [lesson.app]
        lesson.run("1", CHAT + "bp.record(lambda state: apps.remove(state.app))\napp.register_blueprint(bp)")
        lesson.run("2", INDEX.format("x"))
        self.carry(lesson)
        assert lesson.get() == "x"
        assert "The blueprint 'chat' did not go over to the new app" in caplog.text

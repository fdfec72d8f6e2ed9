"""A request sees an app as it was when it began, whatever is defined meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import flask
import pytest

from tests.server.lesson import INDEX, Lesson, view
from tests.server.peers import DEADLINE
from tests.server.rig import Gate


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


class TestRequestsInFlight:
    @pytest.fixture
    def gate(self, lesson: Lesson) -> Gate:
        gate = Gate()
        lesson.namespace["gate"] = gate
        return gate

    def ask(self, lesson: Lesson, gate: Gate, path: str = "/") -> Any:
        """Send a request that waits in the gate; returns what waits for its answer."""
        pool = ThreadPoolExecutor(1)
        answer = pool.submit(lesson.open, path)
        gate.reached()
        pool.shutdown(wait=False)
        return lambda: (gate.open(), answer.result(DEADLINE).text)[1]

    def test_a_request_ends_with_the_view_it_began_with(self, lesson: Lesson, gate: Gate) -> None:
        lesson.run("gate", "app.before_request(gate.pass_through)")
        lesson.run("1", view("a", "/<int:n>", "old"))
        answer = self.ask(lesson, gate, "/7")
        lesson.run("1", view("a", "/<n>", "new"))
        assert answer() == "old {'n': 7}"
        assert lesson.get("/7") == "new {'n': '7'}"

    def test_a_request_whose_route_goes_is_answered(self, lesson: Lesson, gate: Gate) -> None:
        lesson.run("gate", "app.before_request(gate.pass_through)")
        lesson.run("1", "@app.route('/')\ndef a(): return url_for('a')")
        answer = self.ask(lesson, gate)
        lesson.run("1", "")
        assert answer() == "/"
        assert lesson.get() == "404"

    def test_hooks_that_come_meanwhile_wait_for_the_next_request(self, lesson: Lesson, gate: Gate) -> None:
        lesson.run("1", "@app.route('/')\ndef a():\n    gate.pass_through()\n    return 'x'")
        answer = self.ask(lesson, gate)
        lesson.run(
            "2",
            "@app.before_request\ndef begin(): g.begun = 1\n"
            "@app.after_request\ndef end(response): return make_response(f'{response.get_data(True)}{g.begun}')\n"
            "@app.teardown_request\ndef over(error): g.begun",
        )
        assert answer() == "x"
        assert lesson.get() == "x1"

    def test_hooks_that_go_meanwhile_still_run(self, lesson: Lesson, gate: Gate) -> None:
        lesson.run("2", "@app.after_request\ndef end(response): return make_response(f'{response.get_data(True)}!')")
        lesson.run("1", "@app.route('/')\ndef a():\n    gate.pass_through()\n    return 'x'")
        answer = self.ask(lesson, gate)
        lesson.run("2", "")
        assert answer() == "x!"

    def test_an_error_is_handled_by_the_handlers_the_request_began_with(self, lesson: Lesson, gate: Gate) -> None:
        lesson.app.logger.disabled = True
        lesson.run("2", "@app.errorhandler(500)\ndef failed(error): return 'old'")
        lesson.run("1", "@app.route('/')\ndef a():\n    gate.pass_through()\n    1 / 0")
        answer = self.ask(lesson, gate)
        lesson.run("2", "")
        assert answer() == "old"

    def test_a_view_may_define_routes(self, lesson: Lesson) -> None:
        code = (
            "@app.route('/add/<name>')\n"
            "def add(name):\n"
            "    app.add_url_rule('/' + name, name, lambda: name)\n"
            "    return url_for('add', name=1)"
        )
        lesson.run("1", code)
        assert [lesson.get("/add/x"), lesson.get("/x"), lesson.get("/add/y")] == ["/add/1", "x", "/add/1"]
        assert lesson.get("/y") == "y"
        assert lesson.run("1", code) == ["route /x", "route /y"]

    def test_a_hook_may_take_itself_out(self, lesson: Lesson) -> None:
        lesson.namespace["seen"] = seen = []
        lesson.run(
            "1", "@app.before_request\ndef once():\n    seen.append(1)\n    app.before_request_funcs[None].remove(once)"
        )
        lesson.get()
        lesson.get()
        assert seen == [1]

    def test_a_context_that_was_pushed_by_hand_sees_what_comes(self, lesson: Lesson) -> None:
        with lesson.app.test_request_context():
            lesson.run("1", INDEX.format("x"))
            assert lesson.app.view_functions["index"] is lesson.namespace["index"]

    def test_one_app_within_another_s_request_has_its_own(self, lesson: Lesson) -> None:
        inner = Lesson()
        inner.run("1", INDEX.format("inner"))
        lesson.namespace["inner"] = inner.app
        lesson.run("1", "@app.route('/')\ndef index(): return inner")
        lesson.run(
            "2", "@app.after_request\ndef end(response): return make_response(response.get_data(True) + ' outer')"
        )
        assert lesson.get() == "inner outer"


def test_no_thread_waits_for_another_that_defines(lesson: Lesson) -> None:
    """A blueprint's callback that waits holds up nobody's request."""
    gate = Gate()
    lesson.run("1", INDEX.format("x"))
    blueprint = flask.Blueprint("chat", "chat")
    blueprint.record(lambda _state: gate.pass_through())
    thread = threading.Thread(target=lesson.app.register_blueprint, args=(blueprint,))
    thread.start()
    gate.reached()
    assert lesson.get() == "x"
    gate.open()
    thread.join(DEADLINE)
    assert list(lesson.app.blueprints) == ["chat"]

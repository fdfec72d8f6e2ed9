"""Flask's contexts of events: made the quick way where nobody can tell, and else as Flask makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
from flask.sessions import SecureCookieSessionInterface

from sio_lab.server import contexts
from sio_lab.server.contexts import LightContext

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.server.rig import Rig


def kinds(rig: Rig, times: int = 2) -> list[bool]:
    """Return, for some events of a new client, whether their contexts were made the quick way."""
    rig.socketio.on_event("look", lambda: isinstance(flask.globals.request_ctx._get_current_object(), LightContext))
    peer = rig.peer()
    return [peer.ask("look") for _ in range(times)]


def test_from_the_second_event_on_that_sees_the_session_contexts_are_light(rig: Rig) -> None:
    assert contexts.KNOWN
    assert kinds(rig, 3) == [False, True, True]


def test_without_the_loop_they_are_flasks_own(make_rig: Callable[..., Rig]) -> None:
    assert kinds(make_rig(plain=True)) == [False, False]


def test_without_managed_sessions_they_are_flasks_own(make_rig: Callable[..., Rig]) -> None:
    assert kinds(make_rig(manage_session=False)) == [False, False]


def test_of_a_flask_that_is_not_known_they_are_its_own(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "KNOWN", False)
    assert kinds(rig) == [False, False]


def test_where_the_app_opens_sessions_its_own_way_it_is_asked_each_time(rig: Rig) -> None:
    opened: list[str] = []

    class Sessions(SecureCookieSessionInterface):
        def open_session(self, app: Any, request: Any) -> Any:
            opened.append(request.path)
            return super().open_session(app, request)

    rig.app.session_interface = Sessions()
    assert kinds(rig, 3) == [False] * 3
    assert len(opened) >= 3


def test_where_hosts_are_to_be_trusted_flask_looks_at_them_each_time(rig: Rig) -> None:
    rig.app.config["TRUSTED_HOSTS"] = ["127.0.0.1"]
    assert kinds(rig) == [False, False]


def test_an_apps_own_request_class_is_used_and_one_that_is_made_its_own_way_by_flask_alone(rig: Rig) -> None:
    class Mine(flask.Request):
        mark = "mine"

    class Counting(flask.Request):
        made = 0

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            Counting.made += 1

    rig.socketio.on_event("mark", lambda: flask.request.mark)
    rig.app.request_class = Mine
    peer = rig.peer()
    assert peer.ask("mark") == "mine"
    rig.app.request_class = Counting
    assert kinds(rig, 3) == [False] * 3
    assert Counting.made >= 3


def test_what_a_handler_changes_in_the_environment_the_next_request_has(rig: Rig) -> None:
    def move(path: str) -> str:
        before = flask.request.path
        flask.request.environ["PATH_INFO"] = path
        return before

    rig.socketio.on_event("move", move)
    peer = rig.peer()
    assert [peer.ask("move", path) for path in ("/one", "/two", "/three")] == ["/socket.io/", "/one", "/two"]


def test_the_url_is_matched_when_somebody_asks_and_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    matched: list[str] = []
    make = flask.Flask.create_url_adapter

    def note(app: Any, request: Any) -> Any:
        if request is not None:
            matched.append(request.path)
        return make(app, request)

    rig.socketio.on_event("quiet", lambda: None)
    rig.socketio.on_event(
        "asks", lambda: [flask.request.endpoint, flask.request.url_rule, flask.url_for("static", filename="x")]
    )
    peer = rig.peer()
    peer.ask("quiet")
    peer.ask("quiet")
    monkeypatch.setattr(flask.Flask, "create_url_adapter", note)
    peer.ask("quiet")
    assert matched == []
    assert peer.ask("asks") == [None, None, "/static/x"]
    assert matched == ["/socket.io/"]


def test_what_the_match_found_can_be_set_like_any_attribute(rig: Rig) -> None:
    def change() -> Any:
        flask.request.view_args = {"a": 1}
        flask.request.url_rule = None
        return flask.request.view_args

    rig.socketio.on_event("change", change)
    peer = rig.peer()
    assert peer.ask("change") == peer.ask("change") == {"a": 1}


def test_a_route_added_since_is_found_by_the_next_event(rig: Rig) -> None:
    rig.socketio.on_event("url", flask.url_for)
    peer = rig.peer()
    rig.app.add_url_rule("/one", "one", lambda: "")
    assert peer.ask("url", "one") == "/one"
    rig.app.add_url_rule("/two", "two", lambda: "")
    assert peer.ask("url", "two") == "/two"


def test_a_context_can_be_pushed_again_and_copied(rig: Rig) -> None:
    def again() -> Any:
        context = flask.globals.request_ctx._get_current_object()
        with context:
            inner = flask.request.event["message"]
        with context.copy():
            return [inner, flask.request.event["message"], flask.request.path]

    rig.socketio.on_event("again", again)
    assert rig.peer().ask("again") == ["again", "again", "/socket.io/"]


def test_blueprints_and_teardown_functions_are_those_of_the_url(rig: Rig) -> None:
    told: list[str] = []
    blueprint = flask.Blueprint("lesson", __name__)
    blueprint.add_url_rule("/socket.io/", "page", lambda: "", websocket=True)
    blueprint.teardown_request(lambda _error: told.append("blueprint"))
    rig.app.register_blueprint(blueprint)
    rig.socketio.on_event("look", lambda: [flask.request.blueprints, flask.request.endpoint])
    peer = rig.peer()
    assert peer.ask("look") == [["lesson"], "lesson.page"]
    assert "blueprint" in told

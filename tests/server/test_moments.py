"""Flask's side of a failed event, entered again later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest

from sio_lab.server import failures
from sio_lab.server.moments import Moment, note, take
from sio_lab.server.program import new_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def failing(rig: Rig) -> Moment:
    """Return the moment at which a handler of `rig` failed that had put things into the session and into g."""
    taken: list[Moment | None] = []

    @rig.socketio.on("break")
    def broken(text: str) -> None:
        flask.session["cart"] = [text]
        flask.g.text = text
        flask_socketio.join_room("lobby")
        taken.append(take())
        flask.session["cart"] = []

    peer = rig.peer()
    peer.emit("break", "one")
    rig.handled("break")
    [moment] = taken
    assert moment is not None
    return moment


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("manage_session", [False, True])
def test_within_it_all_is_as_it_was(make_rig: Callable[..., Rig], *, plain: bool, manage_session: bool) -> None:
    rig = make_rig(plain=plain, manage_session=manage_session)
    rig.app.secret_key = __name__
    moment = failing(rig)

    def seen() -> tuple[Any, ...]:
        request: Any = flask.request
        return request.event, request.namespace, flask.session["cart"], flask.g.text, len(flask_socketio.rooms())

    assert moment.within(seen) == ({"message": "break", "args": ("one",)}, "/", ["one"], "one", 2)
    assert moment.within(seen) == moment.within(seen), "as often as you like"
    assert not flask.has_request_context()
    assert not flask.has_app_context()


def test_urls_can_be_built_within_it(rig: Rig) -> None:
    assert failing(rig).within(lambda: flask.url_for("static", filename="a.png")) == "/static/a.png"


def test_nothing_is_torn_down_a_second_time(rig: Rig) -> None:
    ended: list[object] = []
    rig.app.teardown_request(ended.append)
    rig.app.teardown_appcontext(ended.append)
    moment = failing(rig)
    before = len(ended)
    moment.within(lambda: None)
    assert len(ended) == before


def test_what_is_raised_within_it_comes_out() -> None:
    socketio = new_pair({})
    app = socketio.sockio_mw.flask_app
    with app.test_request_context("/"):
        moment = take()
    assert moment is not None
    with pytest.raises(ZeroDivisionError):
        moment.within(lambda: 1 // 0)
    assert not flask.has_request_context()


def test_a_session_that_cannot_be_copied_is_kept_itself() -> None:
    class Stubborn(flask.sessions.SecureCookieSession):
        def __copy__(self) -> None:
            raise TypeError("not this one")

    app = flask.Flask(__name__)
    app.session_interface.session_class = Stubborn  # type: ignore[attr-defined]
    app.secret_key = __name__
    with app.test_request_context("/"):
        moment = take()
        assert moment is not None
        assert isinstance(moment.session, Stubborn)


def test_outside_of_a_request_there_is_none() -> None:
    assert take() is None


def test_what_is_noted_has_its_moment() -> None:
    error = ValueError("x")
    with flask.Flask(__name__).test_request_context("/here"):
        note(error)
    noted = failures.noted.get()
    assert noted is not None
    assert noted.moment is not None
    assert (noted.error, noted.moment.request.path) == (error, "/here")
    failures.noted.set(None)

"""What is the notebook's own does not reach the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.server.cookies import strip_notebooks
from tests.server.bare_http import POLLING, get
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

JUPYTERS = [
    *("username-localhost-8888", "username-127-0-0-1-8888", "jupyterhub-session-id", "jupyterhub-user-ada", "_xsrf"),
    *("jupyter-token", "jupyterhub-hub-login", "__Host-jupyterhub-user-ada", "__Secure-jupyterhub-x", "__Host-_xsrf"),
]
OTHERS = [
    "session",
    "io",
    "username",
    "_xsrf2",
    "my_xsrf",
    "Username-x",
    "xjupyter-a",
    "jupyter",
    "_streamlit_xsrf",
    "_ga",
]


def stripped(**environ: Any) -> dict[str, Any]:
    """Return what is left of a WSGI environment."""
    environ = {"HTTP_HOST": "localhost:5000", "SERVER_PORT": "5000", **environ}
    strip_notebooks(environ, lambda *_: None)
    return environ


@pytest.mark.parametrize("name", JUPYTERS)
def test_jupyters_cookies_go_wherever_they_stand(name: str) -> None:
    one = f'{name}="2|1:0|10:17,a=b"'
    assert "HTTP_COOKIE" not in stripped(HTTP_COOKIE=one)
    assert stripped(HTTP_COOKIE=f"{one}; a=1")["HTTP_COOKIE"] == "a=1"
    assert stripped(HTTP_COOKIE=f"a=1; {one}")["HTTP_COOKIE"] == "a=1"
    assert stripped(HTTP_COOKIE=f"a=1;{one};b=2; {one}")["HTTP_COOKIE"] == "a=1;b=2"


@pytest.mark.parametrize("name", OTHERS)
def test_others_stay(name: str) -> None:
    assert stripped(HTTP_COOKIE=f"{name}=x")["HTTP_COOKIE"] == f"{name}=x"
    assert stripped(HTTP_COOKIE=f"_xsrf=2; {name}=x; _xsrf=1")["HTTP_COOKIE"] == f"{name}=x"


TEXT = st.text('abc_-=" \t\\,\xe9', max_size=8)
OTHER = st.tuples(st.sampled_from(OTHERS), TEXT).map("=".join)
OURS = st.tuples(st.sampled_from(JUPYTERS), TEXT).map("=".join)


@given(st.lists(st.tuples(st.booleans(), OTHER, OURS), max_size=8))
def test_others_stay_byte_for_byte_and_in_order(drawn: list[tuple[bool, str, str]]) -> None:
    cookies = [ours if is_ours else other for is_ours, other, ours in drawn]
    kept = [other for is_ours, other, _ in drawn if not is_ours]
    assert stripped(HTTP_COOKIE="; ".join(cookies)).get("HTTP_COOKIE", "") == "; ".join(kept)


@given(st.text())
def test_any_text_passes_and_nothing_is_added(text: str) -> None:
    left = stripped(HTTP_COOKIE=text).get("HTTP_COOKIE", "")
    assert set(left) <= set(text)
    assert stripped(HTTP_COOKIE=left).get("HTTP_COOKIE", "") == left


MARKED = {"HTTP_X_FORWARDED_CONTEXT": "/user/ada/proxy/5000"}
ELSEWHERE = {"HTTP_HOST": "localhost:8888"}


@pytest.mark.parametrize("login", ["token abc", "Token abc", "TOKEN  abc"])
def test_a_login_to_jupyter_goes_where_the_request_came_through_its_proxy(login: str) -> None:
    assert "HTTP_AUTHORIZATION" not in stripped(HTTP_AUTHORIZATION=login, **MARKED)
    assert "HTTP_AUTHORIZATION" not in stripped(HTTP_AUTHORIZATION=login, **ELSEWHERE)
    assert stripped(HTTP_AUTHORIZATION=login)["HTTP_AUTHORIZATION"] == login


@pytest.mark.parametrize("login", ["Bearer abc", "Basic YTpi", "tokens abc", "token", ""])
def test_other_logins_are_the_programs(login: str) -> None:
    assert stripped(HTTP_AUTHORIZATION=login, **MARKED)["HTTP_AUTHORIZATION"] == login


def test_so_does_the_header_that_repeats_a_cookie() -> None:
    assert "HTTP_X_XSRFTOKEN" not in stripped(HTTP_X_XSRFTOKEN="2|abc")


PROGRAM = """
    from flask import request
    seen = []
    app = Flask('shop')
    socketio = SocketIO(app)
    @app.route('/')
    def index():
        return repr(dict(request.cookies))
    @socketio.on('connect')
    def connect():
        seen.append(dict(request.cookies))
    socketio.run(app, port=0)
"""


@differs("Jupyter's cookies and tokens do not reach the program")
def test_routes_and_handlers_see_their_own_cookies_only(sheet: Sheet) -> None:
    sheet.run("a", PROGRAM)
    cookies = 'username-localhost-8888="2|1:0|secret"; theirs=1; _xsrf=2|secret'
    assert get(sheet.url, "/", f"Cookie: {cookies}").text == "{'theirs': '1'}"
    for transport in ("websocket", "polling"):
        sheet.peer(transports=(transport,), headers={"Cookie": cookies})
    assert sheet.names["seen"] == [{"theirs": "1"}] * 2
    assert get(sheet.url, POLLING, f"Cookie: {cookies}").status == 200
    environs = list(sheet.stage.hosted().server.environ.values())
    assert environs
    assert "secret" not in repr(environs)
    assert "secret" not in repr(sheet.log.since())

"""The layer that mends a program's pages: over the real network, and as WSGI has it."""

from __future__ import annotations

import http.client
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask
import pytest

from sio_lab.core import records as r
from sio_lab.lab import Lab
from sio_lab.server.entrance import MENDED
from sio_lab.server.manner import Manner
from sio_lab.server.web.mending import MOST_BYTES, Mending
from tests.server.peers import request
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.server.rig import Rig

TAG = '<script src="https://cdn.socket.io/4.7.5/socket.io.min.js"></script>'
PAGE = f"<h1>Hällo</h1>{TAG}<script>io()</script>"
CLIENT = '<script src="./_lab/client/socket.io.min.js"></script>'
HTML = ("Content-Type", "text/html; charset=utf-8")


def ask(rig: Rig, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask as a browser does that shows a page; returns status, headers in small letters, and body."""
    connection = http.client.HTTPConnection(urlsplit(rig.url).netloc)
    named = {"Accept": "text/html,*/*", **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def serve(rig: Rig, answer: Callable[[], Any], path: str = "/") -> None:
    rig.app.add_url_rule(path, path, answer, methods=["GET", "POST"])


@differs("Pages load the lab's own Socket.IO client")
def test_a_page_is_mended_and_its_row_says_so(rig: Rig) -> None:
    serve(rig, lambda: PAGE)
    status, headers, body = ask(rig)
    text = body.decode()
    assert (status, headers["content-length"]) == (200, str(len(body)))
    assert text.startswith(f'<h1>Hällo</h1>{CLIENT}<script src="./_lab/client/here.js?port={urlsplit(rig.url).port}')
    assert text.endswith("</script><script>io()</script>")
    record = rig.first(r.HttpRequest, path="/")
    assert record.mended is not None
    assert record.mended.startswith("Its socket.io 4.7.5 from cdn.socket.io was replaced by the lab's own")
    [row] = rig.rows("http")
    assert row["error"] is None


def test_it_can_be_switched_off(rig: Rig) -> None:
    serve(rig, lambda: PAGE)
    rig.host.manner = Manner(no_mend=True)
    assert ask(rig)[2].decode() == PAGE
    assert rig.first(r.HttpRequest, path="/").mended is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda: flask.Response(PAGE, mimetype="text/plain"),
        lambda: flask.Response(PAGE, headers={"Content-Encoding": "gzip"}),
        lambda: flask.Response(PAGE, headers={"Content-Disposition": "attachment; filename=page.html"}),
        lambda: flask.Response(iter([PAGE])),
        lambda: flask.Response(PAGE + " " * MOST_BYTES),
        lambda: "<h1>socket.io</h1>",
        lambda: flask.Response(PAGE, content_type="text/html; charset=klingon"),
    ],
    ids=["text", "encoded", "download", "streamed", "long", "without", "unreadable"],
)
def test_all_else_passes_as_it_is(rig: Rig, answer: Callable[[], Any]) -> None:
    serve(rig, answer)
    with rig.app.test_request_context():
        expected = rig.app.make_response(answer()).get_data()
    _, headers, body = ask(rig)
    assert body == expected
    assert headers.get("content-length") in {str(len(expected)), None}
    assert rig.first(r.HttpRequest, path="/").mended is None


def test_an_answer_to_a_post_passes_as_it_is(rig: Rig) -> None:
    serve(rig, lambda: PAGE)
    assert ask(rig, method="POST")[2].decode() == PAGE


def test_a_head_says_nothing_that_a_get_would_not(rig: Rig) -> None:
    serve(rig, lambda: flask.Response(PAGE, headers={"ETag": '"x"'}))
    _, asked, _ = ask(rig)
    _, headers, body = ask(rig, method="HEAD")
    assert body == b""
    assert "content-length" not in headers
    assert "etag" not in headers
    assert headers["content-type"] == asked["content-type"]


@pytest.fixture
def kept(rig: Rig, tmp_path: Path) -> Rig:
    """Return a server of a static page that browsers keep."""
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    serve(rig, lambda: flask.send_file(tmp_path / "page.html", max_age=0), "/page")
    return rig


def test_a_kept_page_is_not_sent_again_while_it_is_the_same(kept: Rig, tmp_path: Path) -> None:
    _, headers, body = ask(kept, "/page")
    assert CLIENT in body.decode()
    assert "-sio-lab-" in headers["etag"]
    status, again, body = ask(kept, "/page", If_None_Match=headers["etag"], If_Modified_Since=headers["last-modified"])
    assert (status, body, again["etag"]) == (304, b"", headers["etag"])
    (tmp_path / "page.html").write_text(f"{PAGE}<p>new", encoding="utf-8")
    status, new, body = ask(kept, "/page", If_None_Match=headers["etag"])
    assert (status, body.decode()[-3:]) == (200, "new")
    assert new["etag"] != headers["etag"]


def test_a_page_that_was_kept_as_it_is_by_itself_is_sent_mended(kept: Rig) -> None:
    kept.host.manner = Manner(no_mend=True)
    _, plain, body = ask(kept, "/page")
    assert body.decode() == PAGE
    kept.host.manner = Manner()
    told = {"If_None_Match": plain["etag"], "If_Modified_Since": plain["last-modified"]}
    status, _, body = ask(kept, "/page", **told)
    assert (status, CLIENT in body.decode()) == (200, True)
    kept.host.manner = Manner(no_mend=True)
    status, _, _ = ask(kept, "/page", **told)
    assert status == 304


def test_a_page_of_another_charset_is_mended_in_it(rig: Rig) -> None:
    for charset in ("utf-16-le", "shift_jis"):
        body = f"あ{TAG}".encode(charset)
        serve(
            rig,
            lambda body=body, kind=charset: flask.Response(body, content_type=f"text/html; charset={kind}"),
            f"/{charset}",
        )  # type: ignore[misc]
        text = ask(rig, f"/{charset}")[2].decode(charset)
        assert text.startswith(f"あ{CLIENT}")


def test_an_error_page_is_mended_and_a_failing_view_told_as_ever(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"disabled": False, "propagate": True}.items():  # as a test before may have left it
        monkeypatch.setattr(rig.app.logger, name, value)
    caplog.set_level(logging.ERROR, logger=rig.app.logger.name)
    rig.app.register_error_handler(404, lambda _error: (PAGE, 404))
    serve(rig, lambda: {}["key"], "/broken")
    status, _, body = ask(rig, "/deep/down/missing")
    assert (status, "../../_lab/client/here.js" in body.decode()) == (404, True)
    assert ask(rig, "/broken")[0] == 500
    rig.host.stop()
    assert "KeyError: 'key'" in caplog.text


def run(app: Callable[..., Any], **environ: str) -> tuple[list[Any], bytes, dict[str, Any]]:
    """Have a WSGI app behind the layer answer; returns how it began, its body and the environ."""
    began: list[Any] = []
    written: list[bytes] = []
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PORT": "8000", "HTTP_HOST": "lab:8000", **environ}

    def start_response(*told: Any) -> Callable[[bytes], None]:
        began.append(told)
        return written.append

    body = Mending(app, "/socket.io", lambda: False)(asked, start_response)
    sent = b"".join(body)
    getattr(body, "close", list)()
    return began, b"".join(written) + sent, asked


def headers_for(body: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [HTML, ("Content-Length", str(len(body.encode()))), *more]


def test_a_body_is_closed_once_and_headers_that_no_longer_hold_go() -> None:
    closed: list[bool] = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def app(_environ: Any, start_response: Any) -> Body:
        start_response("200 OK", headers_for(PAGE, ("Content-MD5", "x"), ("X-Own", "y"), ("ETag", '"e"')))
        return Body([PAGE.encode()[:9], PAGE.encode()[9:]])

    [(status, headers)], body, environ = run(app)
    assert status == "200 OK"
    assert CLIENT.encode() in body
    assert dict(headers)["Content-Length"] == str(len(body))
    assert {name for name, _ in headers} == {"Content-Type", "Content-Length", "X-Own", "ETag"}
    assert closed == [True]
    assert "was replaced" in environ[MENDED]


def test_a_body_that_breaks_off_does_so_as_it_would_have() -> None:
    def app(_environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", headers_for(PAGE))
        return pieces()

    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise ValueError("on purpose")

    body = Mending(app, "socket.io", lambda: False)({"REQUEST_METHOD": "GET"}, lambda *_: None)
    pieces_sent = iter(body)
    assert next(pieces_sent) == b"begun"
    with pytest.raises(ValueError, match="on purpose"):
        next(pieces_sent)


@pytest.mark.parametrize("length", [3, 10_000])
def test_a_body_of_another_length_than_was_said_passes_as_it_is(length: int) -> None:
    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [HTML, ("Content-Length", str(length))])
        return [PAGE.encode(), PAGE.encode()]

    [(_, headers)], body, _ = run(app)
    assert body == PAGE.encode() * 2
    assert dict(headers)["Content-Length"] == str(length)


def test_what_is_written_or_begun_late_passes_as_it_is() -> None:
    def writes(_environ: Any, start_response: Any) -> list[bytes]:
        write = start_response("200 OK", headers_for(PAGE))
        write(PAGE.encode()[:5])
        write(PAGE.encode()[5:])
        return []

    def late(_environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", headers_for(PAGE))
        yield PAGE.encode()

    for app in (writes, late):
        began, body, _ = run(app)
        assert body == PAGE.encode()
        assert len(began) == 1


def test_a_program_that_mounts_another_has_its_pages_find_the_client() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/shop", "/"
        start_response("200 OK", headers_for(PAGE))
        return [PAGE.encode()]

    _, body, _ = run(app, PATH_INFO="/shop/")
    assert b'src="../_lab/client/here.js' in body


def test_socketios_own_answers_are_not_looked_at() -> None:
    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", headers_for(PAGE))
        return [PAGE.encode()]

    assert run(app, PATH_INFO="/socket.io/")[1] == PAGE.encode()


def test_a_start_may_switch_it_off_and_a_restart_and_another_program_keep_that() -> None:
    lab = Lab(say=lambda _text: None)
    try:
        lab.page("/", PAGE)
        lab.start(no_mend=True)
        assert sent_by(lab) == PAGE
        lab.restart()
        assert sent_by(lab) == PAGE
        lab.stop()
        lab.start()
        assert CLIENT in sent_by(lab)
        assert "was replaced" in lab.traffic[-1].mended
        for file in ("socket.io.min.js", "here.js?port=1", "here.mjs", "socket.io.esm.min.js"):
            status, text = request(f"{lab.url}/_lab/client/{file}")
            assert (status, bool(text)) == (200, True)
    finally:
        lab.close()


def sent_by(lab: Lab) -> str:
    return request(f"{lab.url}/", headers={"Accept": "text/html"})[1]

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from sio_lab.core import records as r
from tests.server.joining.test_code_door import answered
from tests.server.peers import DEADLINE, connected_socket, request

if TYPE_CHECKING:
    from tests.server.joining.conftest import Room

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def posted(room: Room, form: dict[str, str], **headers: str) -> tuple[str, dict[str, str], str]:
    """Send the form as a browser does; returns status line, headers and text, redirects not followed."""
    body = urlencode(form)
    sent = {**FORM, "Content-Length": str(len(body)), "Host": urlsplit(room.url).netloc, **headers}
    return spoken(room, "POST /_lab/join HTTP/1.1", sent, body)


def spoken(room: Room, line: str, headers: dict[str, str], body: str = "") -> tuple[str, dict[str, str], str]:
    with connected_socket(room.url) as connection:
        text = "\r\n".join([line, *(f"{name}: {value}" for name, value in headers.items()), "", body])
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(DEADLINE)
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    head, _, rest = answer.partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    return status, dict(each.split(": ", 1) for each in lines), rest


def test_a_browser_gets_a_cookie_and_goes_on_to_where_it_wanted(room: Room) -> None:
    form = {"code": room.pupils.code.lower(), "name": "Ada", "next": "chat/today?x=1"}
    status, headers, _ = posted(room, form)
    assert status.startswith("HTTP/1.1 303")
    assert headers["Location"] == "../chat/today?x=1"
    cookie = headers["Set-Cookie"]
    assert cookie.startswith(f"sio_lab_pass_{room.lab.port}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    again = {"Cookie": cookie.partition(";")[0]}
    assert "You are in" in room.get("/_lab/join", **again)[1]
    _, headers, _ = posted(room, {**form, "name": "Eve"}, **again)
    assert "Set-Cookie" not in headers  # it is Ada still
    assert room.pupils.names() == ["Ada"]


def test_without_a_page_of_the_programs_own_one_goes_on_to_the_labs(room: Room) -> None:
    assert room.ask_in(room.pupils.code, "Ada")[1]["next"] == "../_lab/"
    room.lab.page("/", "hello")
    assert room.ask_in(room.pupils.code, "Ada")[1]["next"] == "../"


def test_the_page_has_the_code_of_its_address_filled_in_and_runs_nothing(room: Room) -> None:
    page = answered(room, f"/_lab/join/{room.pupils.code}")
    assert page.status == 200
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    text = room.get(f"/_lab/join/{room.pupils.code}")[1]
    assert f'value="{room.pupils.code}"' in text
    assert 'action="../../_lab/join"' in text
    for asset in re.findall(r'(?:href|src)="../../(_lab/join/[^"]+)"', text):
        assert room.get(f"/{asset}")[0] == 200


@pytest.mark.parametrize("evil", ['"><script>alert(1)</script>', "%%NAME%%", "'\"<img src=x onerror=alert(1)>"])
def test_what_is_typed_is_text(room: Room, evil: str) -> None:
    _, _, text = posted(room, {"code": evil, "name": evil, "next": evil})
    for page in (text, room.get("/_lab/join?" + urlencode({"next": evil}))[1]):
        assert "<img" not in page
        assert page.count("<script") == 1
    peer = room.pupil(evil)
    assert peer.ask("say", evil) == evil
    assert evil[:40] in room.pupils.names()


def test_a_wrong_code_is_told_in_words_with_what_was_typed(room: Room) -> None:
    status, _, text = posted(room, {"code": "WRONG-1", "name": "Ada", "next": "chat"})
    assert "403" in status
    assert "That is not the code" in text
    assert 'value="WRONG-1"' in text
    assert 'value="Ada"' in text
    assert 'value="chat"' in text


def test_the_teacher_is_told_what_lets_others_in_again(room: Room) -> None:
    room.pupils.lock()
    posted(room, {"code": room.pupils.code, "name": "Ada"})
    assert [(each.status, each.hint) for each in room.all(r.Rejected)] == [(423, "%sio unlock lets others in again")]


def test_guessing_is_slowed_down_and_makes_few_rows(room: Room) -> None:
    token = room.join("Ada")
    answers = [room.ask_in(f"GUESS{number}", "Eve") for number in range(30)]
    assert [status for status, _ in answers[:10]] == [403] * 10
    assert 429 in {status for status, _ in answers[10:]}
    last = answered(room, "/_lab/join", "POST", Content_Length="0", Accept="text/html")
    assert last.status == 400  # nothing was typed
    assert room.get("/x", **{"X-Sio-Lab-Pass": token})[0] == 404  # let in: the program has no such page
    assert len(room.all(r.Rejected)) == 2
    status, headers, _ = posted(room, {"code": "GUESS", "name": "Eve"})
    assert "429" in status
    assert int(headers["Retry-After"]) > 0


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "http://127.0.0.1:1"])
def test_a_page_of_another_site_joins_for_nobody(room: Room, origin: str) -> None:
    status, headers, _ = posted(room, {"code": room.pupils.code, "name": "Poop"}, Origin=origin)
    assert "403" in status
    assert "Set-Cookie" not in headers
    assert not room.pupils.names()


def test_the_own_page_joins(room: Room) -> None:
    assert "303" in posted(room, {"code": room.pupils.code, "name": "Ada"}, Origin=room.url)[0]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Length": "99999999"}, "code=x", "413"),
        ({"Content-Length": "9" * 5_000}, "code=x", "413"),
        ({"Content-Length": "-1"}, "code=x", "411"),
        ({"Content-Length": "1e3"}, "code=x", "411"),
        ({"Transfer-Encoding": "chunked"}, "5\r\ncode=\r\n0\r\n\r\n", "411"),
        ({"Content-Length": "5000"}, "x" * 5_000, "413"),
        ({"Content-Length": "4000"}, "code=x", "403"),  # it ends before it has said all
        ({"Content-Length": "40"}, "&" * 40, "400"),
        ({"Content-Length": "9", "Content-Type": "application/json"}, "[[[[[[[[[", "400"),
        ({"Content-Length": "2", "Content-Type": "application/json"}, "[]", "400"),
        ({"Content-Length": "19", "Content-Type": "application/json"}, '{"code": {"a": "b"}}'[:19], "400"),
    ],
)
def test_oversized_and_lying_bodies_are_refused(room: Room, headers: dict[str, str], body: str, status: str) -> None:
    sent = {"Host": "localhost", **FORM, **headers}
    assert spoken(room, "POST /_lab/join HTTP/1.1", sent, body)[0].split()[1] == status
    assert room.pupil("Ada").ask("say", 1) == 1


def test_a_form_with_many_fields_is_refused(room: Room) -> None:
    status, text = request(f"{room.url}/_lab/join", "a=1&" * 500, FORM)
    assert (status, "too many fields" in text) == (400, True)


def test_a_long_name_is_cut(room: Room) -> None:
    assert room.ask_in(room.pupils.code, "A" * 3_000)[1]["name"] == "A" * 40


def test_other_methods_and_other_places_are_none(room: Room) -> None:
    assert answered(room, "/_lab/join", "DELETE").status == 405
    assert answered(room, "/_lab/join/x", "POST", Content_Length="0").status == 405
    assert answered(room, "/_lab/join", "HEAD").status == 200


def test_no_verb_of_the_teachers_is_reachable(room: Room) -> None:
    token = room.join("Eve")
    for verb in ("pause", "resume", "lock", "unlock", "kick", "rename", "limit", "announce", "stop"):
        for path in (f"/_lab/{verb}", f"/_lab/join/{verb}", f"/{verb}"):
            body = json.dumps({"who": "Eve"})
            status, _ = request(room.url + path, body, {"X-Sio-Lab-Pass": token, "Content-Type": "application/json"})
            assert status in {404, 405}
    assert not room.pupils.paused
    assert not room.pupils.locked


def test_a_link_under_a_name_that_is_not_known_leaves_no_code_in_the_log(room: Room) -> None:
    for path, host in (("/_lab/join/", "evil.example"), ("/user/a/_lab/join/", "localhost")):
        room.get(path + room.pupils.code, Host=host, **{"X-Sio-Lab-Pass": room.pupils.own_pass})
    kept = repr(room.lab.log.since())
    assert "/_lab/join/…" in kept
    assert room.pupils.code not in kept

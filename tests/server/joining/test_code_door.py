from __future__ import annotations

import http.client
import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask
import pytest
import socketio
import websocket

from sio_lab.core import records as r
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.joining.conftest import Room


def answered(room: Room, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Ask for a path, and follow nothing."""
    address = urlsplit(room.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@differs("With a class, a code is needed")
def test_nothing_is_reached_without_a_pass(room: Room) -> None:
    room.lab.page("/", "the program's page")
    status, text = room.get("/")
    told = json.loads(text)
    assert (status, told["code"], told["sio_lab"]) == (403, 403, "code")
    assert "/_lab/join" in told["message"]
    for path in ("/_lab/settings.json", "/socket.io/?EIO=4&transport=polling", "/static/x", "/_lab", "/_labs/x"):
        assert room.get(path)[0] == 403
    token = room.join("Ada")
    assert room.get("/", **{"X-Sio-Lab-Pass": token}) == (200, "the program's page")
    assert room.get(f"/?lab_pass={token}") == (200, "the program's page")


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_handshake_without_one_is_refused_and_the_client_may_come_back_with_one(room: Room, transport: str) -> None:
    client = socketio.Client(reconnection=False)
    for _ in range(3):
        with pytest.raises(socketio.exceptions.ConnectionError):
            client.connect(room.url, transports=[transport])
    (row,) = room.all(r.Rejected)  # one for all three
    assert row.status == 403
    assert row.request is not None
    assert "link" in (row.hint or "")
    assert room.lab.traffic.df["kind"].tolist().count("rejected") == 1


def test_a_raw_websocket_without_one_is_refused(room: Room) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as told:
        websocket.create_connection(f"ws{room.url.removeprefix('http')}/echo")
    assert told.value.status_code == 403


def test_a_page_leads_to_the_code_and_back(room: Room) -> None:
    answer = answered(room, "/chat/today?x=1&lab_pass=wrong", Accept="text/html")
    assert (answer.status, answer.headers["Location"]) == (303, "../_lab/join?next=chat%2Ftoday%3Fx%3D1")
    assert answered(room, "/", Accept="text/html").headers["Location"] == "_lab/join"


def test_a_pass_never_reaches_the_program_nor_the_log(room: Room) -> None:
    seen: list[str] = []

    @room.lab.app.route("/seen")
    def show() -> str:
        seen.append(repr({name: value for name, value in flask.request.environ.items() if name != "sio_lab.pupil"}))
        return ""

    token, port = room.join("Ada"), room.lab.port
    headers = {"Cookie": f"sio_lab_pass_{port}={token}", "Referer": f"{room.url}/?lab_pass={token}"}
    for path, sent in (("/seen", {"X-Sio-Lab-Pass": token}), (f"/seen?lab_pass={token}", headers)):
        assert room.get(path, **sent)[0] == 200
    room.peer(token)
    assert len(seen) == 2
    told = repr(seen) + repr(room.lab.log.since())
    assert token not in told
    assert room.pupils.own_pass not in told


def test_the_cookie_of_another_port_and_a_pass_of_ones_own_making_are_none(room: Room) -> None:
    token, port = room.join("Ada"), room.lab.port
    for cookie in (f"sio_lab_pass_{port + 1 if port else 0}={token}", f"sio_lab_pass_{port}=mine", f"pass={token}"):
        assert room.get("/", Cookie=cookie)[0] == 403
    assert room.get("/x", Cookie=f"sio_lab_pass_{port}=mine; sio_lab_pass_{port}={token}")[0] == 404


def test_a_link_with_a_students_pass_puts_it_into_no_browser(room: Room) -> None:
    room.lab.page("/", "the program's page")
    answer = answered(room, f"/?lab_pass={room.join('Eve')}", Accept="text/html")
    assert answer.status == 200
    assert answer.headers["Set-Cookie"] is None
    own = answered(room, f"/?x=1&lab_pass={room.pupils.own_pass}", Accept="text/html")
    assert (own.status, own.headers["Location"]) == (303, "?x=1")
    assert own.headers["Set-Cookie"].startswith(f"sio_lab_pass_{room.lab.port}={room.pupils.own_pass};")


def test_a_client_whose_later_polls_bring_no_pass_stays_in(room: Room) -> None:
    peer = room.pupil("Ada", transports=("polling",))
    assert peer.ask("say", "hi") == "hi"
    assert room.lab.log.state.name_of(peer.get_sid()) == "Ada"


def test_the_labs_own_clients_come_in_and_come_back(room: Room) -> None:
    client = room.lab.client("ada", transports=["polling"])
    assert client.call("say", 1) == 1
    client.drop()
    client.reconnect()
    room.lab.restart()
    assert client.call("say", 2) == 2
    assert not room.all(r.Rejected)


def test_when_the_class_has_ended_all_is_as_before(room: Room) -> None:
    room.pupil("Ada")
    room.lab.stage.end_class()
    assert room.lab.stage.pupils is None
    assert room.get("/x")[0] == 404
    assert room.get("/_lab/join")[0] == 404
    room.peer("nothing")


def test_a_flood_from_one_leaves_the_others_undisturbed(room: Room) -> None:
    room.pupils.limit_to(100)
    flood = room.raw(room.join("Eve"))
    flood.opened()
    flood.enter("/")
    honest = [room.pupil(f"Ada {number}") for number in range(5)]
    stop = threading.Event()

    def pour() -> None:
        while not stop.is_set():
            flood.send('42["say","x"]')

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        for turn in range(20):
            for peer in honest:
                assert peer.ask("say", turn) == turn
    finally:
        stop.set()
        pouring.join()
    said: list[Any] = [
        record for record in room.all(r.EventReceived) if record.sid in {one.get_sid() for one in honest}
    ]
    assert len(said) == 100
    assert not {record.of for record in room.refused()} & {record.seq for record in said}
    assert len(room.refused()) < 60  # of some thousand


@pytest.mark.parametrize(
    ("context", "path"), [("/user/ada/proxy/5000", "/user/ada/proxy/5000/"), ("", "/"), ("/x; Domain=a", "/")]
)
def test_a_pass_that_comes_through_the_notebooks_proxy_goes_to_no_other_server_there(
    room: Room, context: str, path: str
) -> None:
    own = answered(room, f"/?lab_pass={room.pupils.own_pass}", Accept="text/html", **{"X-Forwarded-Context": context})
    assert f"; Path={path};" in own.headers["Set-Cookie"]

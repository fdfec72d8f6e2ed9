"""What the doctor finds of real clients that can't connect, of ports, and of an installation."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.elsewhere import HUB_PREFIX
from sio_lab.core.installation import Installed
from sio_lab.core.records import HttpRequest, Rejected
from sio_lab.doctoring import Diagnosis, examine
from sio_lab.errors import PortTaken
from sio_lab.lab import Lab
from tests.server.old_clients import knocking, needs_node
from tests.server.peers import DEADLINE, request
from tests.server.proxy import DropsUpgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.finding import Finding

NOTHING_INSTALLED = Installed([("simple-websocket", "1.1")])
OTHER_PROGRAM = (
    "import socket, sys\nlistening = socket.create_server(('127.0.0.1', 0))\n"
    "print(listening.getsockname()[1], flush=True)\nsys.stdin.read()"
)
OTHER_LAB = (
    "import sys, sio_lab\nlab = sio_lab.Lab()\nlab.start()\nprint(lab.port, flush=True)\nsys.stdin.read()\nlab.close()"
)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.delenv(HUB_PREFIX, raising=False)
    lab = Lab()
    lab.start()
    yield lab
    lab.close()


def found(lab: Lab, name: str) -> Finding:
    told = examine(lab, NOTHING_INSTALLED)
    [finding] = [each for each in told if each.name == name]
    for row in finding.rows:
        assert lab.traffic[row.seq]
    return finding


def wait(lab: Lab, until: Callable[[], Any]) -> None:
    assert lab.log.wait(lambda: bool(until()), DEADLINE)


def rejections(lab: Lab) -> list[Rejected]:
    return [each for each in lab.log.since() if isinstance(each, Rejected)]


def test_a_server_at_rest_has_nothing_wrong(lab: Lab) -> None:
    told = examine(lab, NOTHING_INSTALLED)
    assert (bool(told), len(told)) == (False, 0)
    assert repr(told).startswith("Nothing wrong that can be seen. Looked at: ")
    assert f"the server at {lab.url}" in " ".join(repr(told).split())
    assert "mixed content" in repr(told)


@needs_node
@pytest.mark.parametrize("transports", [["polling", "websocket"], ["websocket"]])
def test_client_2_is_refused_and_the_doctor_says_why(lab: Lab, transports: list[str]) -> None:
    with knocking("socket.io-client-2", lab.url or "", transports=transports) as client:
        assert [client.next()[0] for _ in range(3)] == ["connect_error"] * 3
    finding = found(lab, "old client")
    assert finding.times >= 3
    assert "it needs socket.io-client 3 or 4" in finding.what
    if transports == ["websocket"]:
        assert "vue-socket.io" in finding.what  # what goes by WebSocket says no more of itself
    assert "EIO=3" in finding.rows[-1].what
    assert (finding.certainty, finding.is_failure) == ("sure", True)
    row = lab.traffic.df.loc[finding.last]
    assert row["error"].endswith("a Socket.IO 1.x or 2.x client: it needs socket.io-client 3 or 4")
    assert lab.why(finding.last).reasons[0].what == finding.what


@needs_node
@pytest.mark.parametrize("module", ["socket.io-client-3", "socket.io-client"])
def test_clients_3_and_4_connect(lab: Lab, module: str) -> None:
    with knocking(module, lab.url or "") as client:
        assert client.next()[0] == "connect"
    assert not examine(lab, NOTHING_INSTALLED)


@needs_node
def test_a_url_with_a_path_is_a_namespace(lab: Lab) -> None:
    with knocking("socket.io-client", f"{lab.url}/user/ada/proxy/5000") as client:
        assert client.next()[0] == "connect_error"
    finding = found(lab, "wrong path")
    assert finding.next_step.endswith('const socket = io({path: "/user/ada/proxy/5000/socket.io/"});')


@needs_node
def test_a_path_that_leads_elsewhere_reaches_the_program(lab: Lab) -> None:
    with knocking("socket.io-client", lab.url or "", path="/foo/socket.io/", transports=["polling"]) as client:
        assert client.next()[0] == "connect_error"
    wait(lab, lambda: [each for each in lab.log.since() if isinstance(each, HttpRequest) and each.request])
    finding = found(lab, "wrong path")
    assert "asks for Socket.IO at '/foo/socket.io/'" in finding.what
    assert finding.next_step.endswith('const socket = io({path: "/socket.io/"});')


@needs_node
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_foreign_origin_is_named_with_the_line_that_lets_it_in(lab: Lab, transport: str) -> None:
    options = {"transports": [transport], "extraHeaders": {"Origin": "http://friend.test"}}
    with knocking("socket.io-client", lab.url or "", **options) as client:
        assert client.next()[0] == "connect_error"
    finding = found(lab, "origin refused")
    assert f"%sio start --port {lab.port} --cors http://friend.test" in finding.next_step
    lab.stop()
    lab.start(cors="http://friend.test", port=lab.stage.address.port)
    with knocking("socket.io-client", lab.url or "", **options) as client:
        assert client.next()[0] == "connect"
    told = examine(lab, NOTHING_INSTALLED)
    assert not told
    assert [each.is_past for each in told if each.name == "origin refused"] == [True]


def test_an_origin_that_was_written_with_a_slash() -> None:
    lab = Lab()
    lab.start(cors_allowed_origins=["http://friend.test/"])
    headers = {"Origin": "http://friend.test"}
    assert request(f"{lab.url}/socket.io/?EIO=4&transport=polling", headers=headers)[0] == 400
    assert "ends with a slash" in (rejections(lab)[0].hint or "")
    assert found(lab, "origin refused").next_step.endswith("cors_allowed_origins='http://friend.test')")
    lab.close()


@needs_node
def test_a_proxy_that_drops_the_upgrade_leaves_polling(lab: Lab) -> None:
    with DropsUpgrade(lab.port or 0) as proxy, knocking("socket.io-client", proxy.url) as client:
        assert client.next()[0] == "connect"
        wait(lab, lambda: rejections(lab))
        finding = found(lab, "WebSocket blocked")
    assert finding.grade == 1
    assert "a proxy in between takes it off" in finding.what
    assert rejections(lab)[0].eio_sid in {each.eio_sid for each in lab.log.since() if hasattr(each, "eio_sid")}


@needs_node
def test_a_client_without_polling_does_not_get_through_such_a_proxy(lab: Lab) -> None:
    with DropsUpgrade(lab.port or 0) as proxy:
        with knocking("socket.io-client", proxy.url, transports=["websocket"]) as client:
            assert client.next()[0] == "connect_error"
        assert found(lab, "WebSocket blocked").grade == 0


def test_https_at_the_plain_port(lab: Lab) -> None:
    context = ssl.create_default_context()
    with socket.create_connection(("127.0.0.1", lab.port or 0), DEADLINE) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="localhost")
    wait(lab, lambda: rejections(lab))
    finding = found(lab, "https used")
    assert finding.next_step.endswith(f"http://127.0.0.1:{lab.port}/")
    assert (rejections(lab)[0].reason, rejections(lab)[0].address) == ("a TLS handshake", "127.0.0.1")


def test_a_script_that_only_node_servers_have(lab: Lab) -> None:
    assert request(f"{lab.url}/socket.io/socket.io.js")[0] == 400
    finding = found(lab, "script not served")
    script = finding.next_step.partition("\n")[2]
    assert request(f"{lab.url}{script.split(chr(34))[1]}")[0] == 200


# --- beside the log -----------------------------------------------------------------------------------------------


def test_a_port_that_another_program_has() -> None:
    lab = Lab()
    with process(OTHER_PROGRAM) as (port, pid):
        with pytest.raises(PortTaken, match=f"process {pid} listens there"):
            lab.start(port=port)
        finding = found(lab, "port taken")
        assert f"process {pid} listens there" in finding.what
        assert (finding.grade, finding.certainty) == (0, "sure")
        lab.start()
        assert found(lab, "port taken").grade == 2
    assert not examine(lab, NOTHING_INSTALLED).findings  # it is free again
    lab.close()


def test_a_port_that_another_kernels_lab_has() -> None:
    lab = Lab()
    with process(OTHER_LAB) as (port, pid):
        with pytest.raises(PortTaken):
            lab.start(port=port)
        assert f"the lab of another kernel (process {pid}) serves there" in found(lab, "port taken").what
    lab.close()


def test_a_port_that_this_kernel_has_itself(lab: Lab) -> None:
    other = Lab()
    with pytest.raises(PortTaken, match="this kernel listens there itself"):
        other.start(port=lab.port or 0)
    assert "this kernel listens there itself" in found(other, "port taken").what
    other.close()


def test_a_server_that_does_not_run(lab: Lab) -> None:
    assert [each.name for each in examine(Lab(), NOTHING_INSTALLED)] == ["not running"]
    lab.stop()
    assert found(lab, "not running").next_step == "Start it:\n%sio start"


def test_on_a_hub_the_proxy_is_missed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HUB_PREFIX, "/user/ada/")
    assert "restart Jupyter" in found(lab, "no proxy").next_step


def test_the_environment_of_the_tests_is_fine(lab: Lab) -> None:
    assert not lab.doctor()
    assert "package" in lab.doctor().looked_at


def test_findings_as_a_table(lab: Lab) -> None:
    request(f"{lab.url}/socket.io/?EIO=3&transport=polling")
    frame = lab.doctor().df
    assert frame.loc[0, "finding"] == "old client"
    assert frame.loc[0, "rows"] == (frame.loc[0, "last"],)
    assert list(Diagnosis(()).df.columns) == list(frame.columns)
    assert "EIO=3" in lab.doctor()._repr_html_()


@contextmanager
def process(code: str) -> Iterator[tuple[int, int]]:
    """Run Python in a process of its own; yields the port that it prints first, and its number."""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield int(running.stdout.readline()), running.pid
        finally:
            running.kill()

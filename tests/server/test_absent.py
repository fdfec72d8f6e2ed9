"""The environment of a client that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask

from sio_lab.core.records import Connection
from sio_lab.server.absent import absent_environ

if TYPE_CHECKING:
    from tests.server.rig import Rig


def test_it_has_what_is_known_of_the_connection(rig: Rig) -> None:
    environ = absent_environ(rig.host, Connection("eio", "websocket", "10.0.0.9:5123", "Phone"))
    with rig.app.request_context(environ):
        assert (flask.request.remote_addr, flask.request.user_agent.string) == ("10.0.0.9", "Phone")
        assert flask.request.path == "/socket.io/"


def test_an_address_may_have_no_port_and_a_connection_not_be_known(rig: Rig) -> None:
    assert absent_environ(rig.host, Connection("eio", "polling", "::1", None))["REMOTE_ADDR"] == "::1"
    environ = absent_environ(rig.host, None)
    assert environ["flask.app"] is rig.app
    assert "HTTP_USER_AGENT" not in environ

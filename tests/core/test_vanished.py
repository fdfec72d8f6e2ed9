"""What an old program meets is answered with what to write today; the errors here are Python's own."""

from __future__ import annotations

import re
import sys

import flask
import flask_socketio
import pytest

from sio_lab.core.vanished import GONE, advice_for
from tests.legacy.reader import Notebook


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


CODE = {
    "request.namespace.socket.sessid": "use request.sid",
    "request.namespace.emit('x')": "use emit, disconnect, session",
    "from socketio import socketio_manage": "that was gevent-socketio",
    "from socketio.namespace import BaseNamespace": "that was gevent-socketio",
    "from socketio.mixins import RoomsMixin": "that was gevent-socketio",
    "socketio.broadcast_event('x')": "use socketio.emit(event, value)",
    "import socketio as sio; sio.Server(async_mode='eventlet')": "leave async_mode out",
    "from flask_uwsgi_websocket import GeventWebSocket": "from flask_sock import Sock",
    "@app.before_first_request\ndef start(): pass": "start it with socketio.start_background_task",
    "flask.Blueprint('b', 'b').before_app_first_request(print)": "start it with socketio.start_background_task",
    "app.json_encoder": "set app.json.default",
    "app.env": "use app.debug",
    "app.session_cookie_name": "use app.config",
    "app.send_file_max_age_default": "use app.config",
    "flask.Request({}).is_xhr": "use request.is_json",
    "from flask_script import Manager": "call socketio.run(app)",
    "from flask._compat import text_type": "for Flask 1",
    "from flask.helpers import get_env": "use app.debug",
    "from werkzeug.contrib.cache import SimpleCache": "cachelib",
    "from werkzeug.contrib.fixers import ProxyFix": "werkzeug.middleware.proxy_fix",
    "from werkzeug.urls import url_decode": "urllib.parse.parse_qs",
    "from itsdangerous import TimedJSONWebSignatureSerializer": "use URLSafeTimedSerializer",
    "from itsdangerous import json": "import json",
    "import threading; threading.Thread().isAlive()": "use is_alive()",
    "import time; time.clock()": "use time.perf_counter()",
    "{}.has_key(1)": "write key in mapping",
    "{}.iteritems()": "that was Python 2: use .items()",
    "unicode('x')": "use str",
    "isinstance('x', basestring)": "use str",
    "xrange(3)": "use range",
    "raw_input()": "use input",
    "reduce(max, [])": "reduce was a built-in of Python 2",
    "import urllib2": "urllib.request",
    "from urllib import urlencode": "from urllib.parse import urlencode",
    "from urllib import urlopen": "from urllib.request import urlopen",
    "import urlparse": "import urllib.parse",
    "from Queue import Queue": "import queue",
    "import thread": "import threading",
    "from StringIO import StringIO": "from io import StringIO",
    "import cStringIO": "from io import StringIO",
    "import ConfigParser": "import configparser",
    "import string; string.letters": "use string.ascii_letters",
    "from collections import Mapping": "from collections.abc import Mapping",
    "from collections import MutableMapping": "from collections.abc import MutableMapping",
    "import asyncio; asyncio.coroutine": "write async def",
    "print 'hello'": "write print(...)",
    "try: pass\nexcept ValueError, e: pass": "write except Error as error:",
    "x = 0777": "an octal number begins with 0o",
}


def raised_by(notebook: Notebook, code: str) -> Exception:
    try:
        notebook.run(code)
    except Exception as error:  # noqa: BLE001 - whatever Python says
        return error
    raise AssertionError(f"{code} works")


@pytest.mark.parametrize(("code", "today"), CODE.items())
def test_each_is_answered(notebook: Notebook, code: str, today: str) -> None:
    app = flask.Flask("app")
    notebook.names.update(flask=flask, app=app, request=flask.request)
    notebook.names["socketio"] = flask_socketio.SocketIO(app, async_mode="threading")
    with app.test_request_context():
        vars(flask.request._get_current_object())["namespace"] = "/chat"
        error = raised_by(notebook, code)
    told = advice_for(error)
    assert told is not None, error
    assert today in told


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 has no module cgi")
@pytest.mark.filterwarnings("ignore:'cgi' is deprecated:DeprecationWarning")
def test_cgi_is_answered_while_it_is_there(notebook: Notebook) -> None:
    error = raised_by(notebook, "from cgi import escape")
    assert advice_for(error) == "gone since Python 3.8: from html import escape"


@pytest.mark.parametrize(
    "code", ["1 / 0", "import nowhere", "flask.Flask('x').nothing", "''.nothing", "nothing", "a b"]
)
def test_other_errors_are_not(notebook: Notebook, code: str) -> None:
    notebook.names["flask"] = flask
    assert advice_for(raised_by(notebook, code)) is None
    assert advice_for(None) is None


@pytest.mark.parametrize(("said", "today"), GONE)
def test_each_answer_can_be_given(said: str, today: str) -> None:
    groups = re.compile(said).groups
    assert all(int(number) <= groups for number in re.findall(r"\\(\d)", today))

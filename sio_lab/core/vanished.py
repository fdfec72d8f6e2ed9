"""Errors that an old program meets: what is gone, since when, and what to write today.

For what nothing can stand in for, as a name of Python 2 or a method of a library's own object.
"""

from __future__ import annotations

import re
from typing import Final

GEVENT_SOCKETIO = "that was gevent-socketio: use Namespace, emit and join_room of flask_socketio, and socketio.run(app)"
ONLY_A_NAME = "request.namespace, if that is what this is, is only a name since Flask-SocketIO 1.0:"
FLASK_2_3 = "gone since Flask 2.3"

GONE: Final[tuple[tuple[str, str], ...]] = (
    # Flask-SocketIO before 1.0, which ran on gevent-socketio
    (r"'str' object has no attribute 'socket'", f"{ONLY_A_NAME} use request.sid"),
    (
        r"'str' object has no attribute '(emit|disconnect|session|recv_\w+)'",
        f"{ONLY_A_NAME} use emit, disconnect, session",
    ),
    (r"name '(socketio_manage|SocketIOServer|BaseNamespace)' from 'socketio", GEVENT_SOCKETIO),
    (r"No module named 'socketio\.(mixins|sgunicorn)'", GEVENT_SOCKETIO),
    (r"'SocketIO' object has no attribute 'broadcast_event'", "use socketio.emit(event, value)"),
    (
        r"Invalid async_mode specified",
        "the lab serves in threads: leave async_mode out, or write async_mode='threading'",
    ),
    (r"No module named '(flask_)?uwsgi(_websocket)?'", "the lab is no uWSGI: from flask_sock import Sock"),
    # Flask
    (
        r"'\w+' object has no attribute 'before_(app_)?first_request'",
        f"{FLASK_2_3}: call the function in the cell, or start it with socketio.start_background_task",
    ),
    (r"'\w+' object has no attribute 'json_(en|de)coder'", f"{FLASK_2_3}: set app.json.default to a function"),
    (r"'Flask' object has no attribute 'env'", f"{FLASK_2_3}: use app.debug"),
    (r"'Flask' object has no attribute '(session_cookie_name|templates_auto_reload)'", f"{FLASK_2_3}: use app.config"),
    (r"'Flask' object has no attribute '(use_x_sendfile|send_file_max_age_default)'", f"{FLASK_2_3}: use app.config"),
    (r"'\w*Request' object has no attribute 'is_xhr'", "gone since Werkzeug 1.0: use request.is_json"),
    (r"No module named 'flask_script'", "Flask-Script does not run on Flask 2: call socketio.run(app)"),
    (
        r"cannot import name '\w+' from 'flask\._compat'|No module named 'flask\._compat'",
        "that extension is for Flask 1",
    ),
    (r"cannot import name 'get_env' from 'flask", f"{FLASK_2_3}: use app.debug"),
    # Werkzeug and other libraries
    (r"No module named 'werkzeug\.contrib\.cache'|'werkzeug\.contrib\.cache'", "pip install cachelib; import cachelib"),
    (
        r"No module named 'werkzeug\.contrib",
        "gone since Werkzeug 1.0: ProxyFix is in werkzeug.middleware.proxy_fix, the caches in the package cachelib",
    ),
    (r"cannot import name 'url_decode' from 'werkzeug", "gone since Werkzeug 3.0: use urllib.parse.parse_qs"),
    (
        r"cannot import name '(Timed)?JSONWebSignatureSerializer' from 'itsdangerous",
        "gone since itsdangerous 2.1: use URLSafeTimedSerializer",
    ),
    (r"cannot import name 'json' from 'itsdangerous", "gone since itsdangerous 2.1: import json"),
    # Python 2, and Python before 3.10
    (r"'\w*Thread' object has no attribute 'isAlive'", "gone since Python 3.9: use is_alive()"),
    (r"module 'time' has no attribute 'clock'", "gone since Python 3.8: use time.perf_counter()"),
    (r"'dict' object has no attribute 'has_key'", "that was Python 2: write key in mapping"),
    (r"'dict' object has no attribute 'iter(items|keys|values)'", r"that was Python 2: use .\1()"),
    (r"name 'unicode' is not defined|name 'basestring' is not defined", "that was Python 2: use str"),
    (r"name 'xrange' is not defined", "that was Python 2: use range"),
    (r"name 'raw_input' is not defined", "that was Python 2: use input"),
    (r"name '(unichr|long|reduce|file|execfile|cmp|reload)' is not defined", r"\1 was a built-in of Python 2"),
    (r"No module named 'urllib2'", "that was Python 2: use urllib.request and urllib.error"),
    (
        r"cannot import name '(quote|unquote|urlencode)' from 'urllib'",
        r"that was Python 2: from urllib.parse import \1",
    ),
    (r"cannot import name 'urlopen' from 'urllib'", "that was Python 2: from urllib.request import urlopen"),
    (r"No module named 'urlparse'", "that was Python 2: import urllib.parse"),
    (r"No module named 'Queue'", "that was Python 2: import queue"),
    (r"No module named 'thread'", "that was Python 2: import threading"),
    (r"No module named 'c?StringIO'", "that was Python 2: from io import StringIO"),
    (r"No module named 'ConfigParser'", "that was Python 2: import configparser"),
    (r"cannot import name 'escape' from 'cgi'", "gone since Python 3.8: from html import escape"),
    (r"module 'string' has no attribute 'letters'", "that was Python 2: use string.ascii_letters"),
    (
        r"cannot import name '(\w*Mapping|Iterable|Callable|\w*Sequence|Hashable)' from 'collections'",
        r"gone since Python 3.10: from collections.abc import \1",
    ),
    (r"module 'asyncio' has no attribute 'coroutine'", "gone since Python 3.11: write async def"),
    (r"Missing parentheses in call to 'print'", "that was Python 2: write print(...)"),
    (r"multiple exception types must be parenthesized", "that was Python 2: write except Error as error:"),
    (r"leading zeros in decimal integer literals", "that was Python 2: an octal number begins with 0o"),
)
"""What Python says -> what to write today; `\\1` is what the first group found."""

_LOOKED_AT = (AttributeError, ImportError, NameError, SyntaxError, ValueError)


def advice_for(error: BaseException | None) -> str | None:
    """Say what to write today, where an error comes of something that is gone; None for all others."""
    if not isinstance(error, _LOOKED_AT):
        return None
    text = str(error)
    for said, today in GONE:
        found = re.search(said, text)
        if found is not None:
            return found.expand(today)
    return None

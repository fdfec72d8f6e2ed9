"""What comes through the open port changes nothing but what the program itself lets it change.

Whatever doors there are: the paths that are tried are made of all words that stand in their source, and of all verbs.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sio_lab
from sio_lab.commands.table import VERBS
from sio_lab.core.log import Log
from sio_lab.lab import Lab
from sio_lab.server.entrance import LAB_PATH
from sio_lab.server.refusals import Refusals
from tests.server.bare_http import UPGRADE, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 10
"""How many paths are tried at a time."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "QUERY")
REQUESTS_MAY_CHANGE: tuple[type, ...] = (Log, Refusals)
"""Classes of which requests may change objects: they note what was asked. Whoever adds one says here what for."""

NOTES: dict[str, str] = {"_known": "Hosts: headers that have been found to be allowed"}
"""Attributes that requests may change, with what they are."""

HEADERS = (
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Context: /user/ada/proxy/5000",
    "X-ProxyContextPath: /user/ada/proxy/5000",
    "X-HTTP-Method-Override: POST",
    "Origin: https://evil.example",
    "Cookie: _xsrf=1; code=1234; username-x=1",
    "Authorization: token abc",
    "Content-Type: application/json",
)


def state_of(thing: Any, seen: set[int] | None = None) -> Any:
    """Return all that is plain in an object of the server's and what it holds, as text that can be compared."""
    seen = set() if seen is None else seen
    if thing is None or isinstance(thing, (bool, int, float, str, bytes)):
        return repr(thing)
    if id(thing) in seen or isinstance(thing, REQUESTS_MAY_CHANGE):
        return "..."
    if isinstance(thing, dict):
        return sorted((repr(key), state_of(value, seen | {id(thing)})) for key, value in thing.items())
    if isinstance(thing, (list, tuple, set, frozenset, deque)):
        return [state_of(each, seen | {id(thing)}) for each in sorted(thing, key=repr)]
    if not type(thing).__module__.startswith("sio_lab.server") or type(thing).__name__ == "Host":
        return type(thing).__name__
    names = [name for name in getattr(type(thing), "__slots__", ()) if hasattr(thing, name)]
    fields = {name: getattr(thing, name) for name in names} | getattr(thing, "__dict__", {})
    return sorted((name, state_of(value, seen | {id(thing)})) for name, value in fields.items() if name not in NOTES)


def state(lab: Lab) -> dict[str, Any]:
    """Return all that a verb could change."""
    log = lab.log.state
    return {
        "stage": [(name, state_of(value)) for name, value in vars(lab.stage).items() if name not in {"log", "say"}],
        "doors": [state_of(door) for door in lab.stage.entrance.doors],
        "server": (lab.running, lab.url, lab.public_url, lab.pages_through_proxy),
        "routes": sorted(map(str, lab.app.url_map.iter_rules())),
        "handlers": sorted(map(str, {*log.functions, *log.methods})),
        "clients": sorted(log.clients),
        "names": sorted(lab.named_clients),
        "rooms": sorted((ns, str(room), sorted(sids)) for ns, of in log.rooms.items() for room, sids in of.items()),
        "recording": repr(lab.status().recording),
        "bounds": (lab.log.max_records, lab.log.max_bytes),
    }


def words() -> list[str]:
    """Return the words in the source of the doors, of the lab's own pages and of the verbs."""
    root = Path(sio_lab.__file__).parent
    files = {*(root / "server" / "web").rglob("*.py"), root / "server" / "doors.py"}
    lab = Lab()
    for door in lab.stage.entrance.doors:
        made = door if inspect.isfunction(door) else type(door)
        files.add(Path(inspect.getfile(sys.modules[made.__module__])))
    lab.close()
    found = {*VERBS, *(verb.method for verb in VERBS.values())}
    found |= {path.name for path in (root / "server" / "web").rglob("*") if path.suffix != ".pyc"}
    for file in files:
        texts = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
        found |= {
            word for text in texts if isinstance(text, str) for word in re.findall(r"[\w.-]{2,24}", text, re.ASCII)
        }
    return sorted(found)


WORDS = words()


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.start(cors="https://friend.example")

    @lab.on("chat")
    def chat(_text: str) -> None:
        """Answer nothing."""

    lab.client("ada")
    lab.join("ada", "lobby")
    yield lab
    lab.close()


def send(lab: Lab, method: str, path: str, *headers: str, body: str = "") -> int:
    host = f"Host: 127.0.0.1:{lab.port}"
    length = () if method in {"GET", "HEAD"} else (f"Content-Length: {len(body)}",)
    return typed(lab.url or "", f"{method} {path} HTTP/1.1", host, *length, *headers, body=body).status


def test_no_path_of_one_word_is_a_verb(lab: Lab) -> None:
    def asked(word: str) -> tuple[str, set[int]]:
        return word, {send(lab, method, f"{LAB_PATH}/{word}?who=ada&yes=1") for method in ("GET", "POST")}

    before = state(lab)
    with ThreadPoolExecutor(MANY) as pool:  # behind each answer Werkzeug waits for what else its client may send
        for word, statuses in pool.map(asked, WORDS):
            assert statuses <= {200, 302, 304, 400, 403, 404, 405}, word
    assert state(lab) == before


PATHS = st.builds(
    lambda start, pieces, query: "/".join([start, *pieces]) + query,
    st.sampled_from([LAB_PATH, "", f"/{LAB_PATH}", f"{LAB_PATH}/."]),
    st.lists(st.sampled_from(WORDS) | st.sampled_from(["..", "%2e%2e", "", "%00", "1"]), min_size=1, max_size=3),
    st.sampled_from(["", "?"])
    | st.builds("?{}={}".format, st.sampled_from(WORDS), st.sampled_from(["1", "ada", "true"])),
)


@given(
    method=st.sampled_from(METHODS),
    path=PATHS,
    headers=st.lists(st.sampled_from(HEADERS), max_size=3, unique=True),
    body=st.sampled_from(["", "{}", '{"who": "ada", "yes": true}', "who=ada&yes=1"]),
    upgrade=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_changes_the_lab(  # noqa: PLR0913 - one argument for each part of a request
    lab: Lab, method: str, path: str, headers: list[str], body: str, *, upgrade: bool
) -> None:
    before = state(lab)
    send(lab, method, path, *headers, *(UPGRADE if upgrade else ()), body=body)
    assert state(lab) == before


def test_what_is_compared_would_show_a_change(lab: Lab) -> None:
    before = state(lab)
    changes = [
        lab.stage.proxied.allow,
        lambda: lab.stage.hosts.learn("evil.example"),
        lambda: lab.stage.origins.add("*"),
        lambda: lab.join("ada", "attic"),
        lambda: lab.page("/evil", "x"),
    ]
    for change in changes:
        change()
        after = state(lab)
        assert after != before
        before = after

"""After any edits of any cells, run in any order, the server has what the last run of each cell says, and nothing else.

A cell that fails halfway leaves what it had defined until then, and takes nothing away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES, EDITS = 8, 25
CELLS = ("a", "b", "c", "d")
LOOK = """
import json as _json
for _task in lab.stage.tasks._others():
    # To end takes a task one turn of its thread.
    assert not _task.is_to_end or _task.over.wait(10)
_http = app.test_client()
_seen = {
    "handler": {f"{ns} {event}": function.__wrapped__() for ns, table in socketio.server.handlers.items()
                for event, function in table.items()},
    "class": {ns: owner.on_ask() for ns, owner in socketio.server.namespace_handlers.items()},
    "error": {ns: function(None) for ns, function in socketio.exception_handlers.items()},
    "route": {rule.rule: _http.get(rule.rule).text.split("|")[0] for rule in app.url_map.iter_rules()
              if rule.endpoint != "static"},
    "hook": dict(sorted(function().split("=") for function in app.before_request_funcs.get(None, ()))),
    "task": sorted(lab.tasks.df["task"]),
}
print(_json.dumps(_seen))
"""
MADE = {
    "handler": '@socketio.on("{name}", namespace="/{name}")\ndef handle_{name}(*args):\n    return "{version}"\n',
    "class": (
        "class Ask{name}(_Namespace):\n    def on_ask(self):\n        return '{version}'\n"
        'socketio.on_namespace(Ask{name}("/class-{name}"))\n'
    ),
    "error": '@socketio.on_error("/{name}")\ndef failed_{name}(error):\n    return "{version}"\n',
    "route": '@app.route("/{name}")\ndef route_{name}():\n    return "{version}|"\n',
    "hook": '@app.before_request\ndef hook_{name}():\n    return _quiet("{name}={version}")\n',
    "task": "def task_{name}():\n    while True:\n        socketio.sleep(30)\n"
    "socketio.start_background_task(task_{name})\n",
}
FIRST = """
%load_ext sio_lab
%sio start
import flask as _flask
from flask_socketio import Namespace as _Namespace
def _quiet(text):
    return None if _flask.has_request_context() else text
"""
KEYS = {
    "handler": "/{0} {0}",
    "class": "/class-{0}",
    "error": "/{0}",
    "route": "/{0}",
    "hook": "{0}",
    "task": "task_{0}",
}


@dataclass(frozen=True)
class Edit:
    """A cell as it is run this time."""

    cell: str
    things: tuple[tuple[str, str], ...]
    """(kind, name) of what it defines, in order."""

    fails_after: int | None = None
    """How many of them it defines before it fails."""

    deleted: bool = False
    """Whether it is deleted rather than run."""

    @property
    def defined(self) -> tuple[tuple[str, str], ...]:
        return self.things[: self.fails_after]

    def code(self, version: str) -> str:
        made = [MADE[kind].format(name=name, version=version) for kind, name in self.things]
        if self.fails_after is not None:
            made.insert(self.fails_after, "raise LookupError('halfway')\n")
        return "\n".join(made) or "# nothing\n"


@dataclass
class Model:
    """What the server must have: (kind, name) -> the versions in force, the newest last, each with its cell."""

    stacks: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)

    def run(self, edit: Edit, version: str) -> None:
        for thing in edit.defined:
            stack = self.stacks.setdefault(thing, [])
            if thing[0] == "task":
                stack[:] = [each for each in stack if each[0] != edit.cell or each[1] == version]
            stack.append((edit.cell, version))
        if edit.fails_after is None:
            for stack in self.stacks.values():
                stack[:] = [each for each in stack if each[0] != edit.cell or each[1] == version]

    def expected(self) -> dict[str, Any]:
        expected: dict[str, Any] = {kind: {} for kind in MADE} | {"task": []}
        for (kind, name), stack in self.stacks.items():
            key = KEYS[kind].format(name)
            if kind == "task":
                expected["task"] += [key] * len(stack)
            elif stack:
                expected[kind][key] = stack[-1][1]
        return expected | {"task": sorted(expected["task"])}


things = st.tuples(st.sampled_from(sorted(MADE)), st.sampled_from("xyz"))
edits = st.builds(
    Edit,
    st.sampled_from(CELLS),
    st.lists(things, max_size=5, unique=True).map(tuple),
    st.one_of(st.none(), st.none(), st.integers(0, 5)),
    st.sampled_from([False] * 7 + [True]),
)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with Kernel() as kernel:
        assert not kernel.run(FIRST, "first").error
        yield kernel


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(edits, min_size=EDITS, max_size=EDITS))
def test_the_server_has_what_the_last_runs_of_the_cells_say(kernel: Kernel, steps: list[Edit]) -> None:
    model, gone = Model(), list[str]()
    assert not kernel.run("# all that an example before this one has left goes", "look", list(CELLS)).error
    for number, edit in enumerate(steps):
        version = f"{edit.cell}{number}"
        if edit.deleted:
            gone.append(edit.cell)
            model.run(Edit(edit.cell, ()), version)
        else:
            ran = kernel.run(edit.code(version), edit.cell)
            assert ("halfway" in ran.error) == (edit.fails_after is not None), ran.error
            model.run(edit, version)
        looked = kernel.run(LOOK, "look", gone)
        gone.clear()
        assert not looked.error, looked.error
        assert json.loads(looked.out.splitlines()[-1]) == model.expected()

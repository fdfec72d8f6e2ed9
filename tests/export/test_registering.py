from __future__ import annotations

import ast
from typing import Any

import pytest

from sio_lab.export.program import Registered
from sio_lab.export.registering import Registering
from sio_lab.export.statements import Source, Statements

SIO = object()


class Chat:
    namespace = "/a"


CHAT = Chat()
X = Registered("handler", "/", "x", None)


def found(code: str, each: Registered = X, **names: Any) -> bool:
    """Tell whether a thing is found to be registered by a line of code."""
    values = {"sio": SIO, "Chat": Chat, "chat": CHAT, **names}
    registering = Registering(Statements([Source("<cell>", code)]), values, SIO, {"lab"})
    return bool(registering.of(each))


@pytest.mark.parametrize(
    "code",
    [
        'sio.on_event("x", counter.up)',
        'sio.on_event("x", f, "/")',
        'sio.on("x")(f)',
        '@sio.on("x")\n@logged\ndef f(): pass',
        'for name in names:\n    sio.on_event(name, partial(f, name), namespace="/")',
    ],
)
def test_a_handler_is_registered_by_its_event(code: str) -> None:
    assert found(code)


@pytest.mark.parametrize(
    "code",
    [
        'sio.on_event("y", f)',
        'sio.on_event("x", f, namespace="/other")',
        'sio.on("x", "/other")(f)',
        'other.on_event("x", f)',
        'sio.emit("x")',
        'def later():\n    sio.on_event("x", f)',
        'later = lambda: sio.on_event("x", f)',
        'sio.on_event("x", lab.f)',
        'if __name__ == "__main__":\n    sio.on_event("x", f)',
    ],
)
def test_what_registers_something_else_or_later_does_not_count(code: str) -> None:
    assert not found(code)


@pytest.mark.parametrize(
    ("code", "is_it"),
    [
        ("sio.on_namespace(chat)", True),
        ('sio.on_namespace(Chat("/a", 3))', True),
        ("for path in paths:\n    sio.on_namespace(Chat(path))", True),
        ('for one in (Chat("/a"), Chat("/b")):\n    sio.on_namespace(one)', True),
        ('sio.on_namespace(Chat("/b"))', False),
        ('sio.on_namespace(Other("/a"))', False),
        ("sio.on_namespace(other)", False),
        ("sio.on_namespace()", False),
    ],
)
def test_a_class_is_registered_by_its_object(code: str, is_it: bool) -> None:
    assert found(code, Registered("class", "/a", None, CHAT), other=Chat(), Other=str) == is_it


@pytest.mark.parametrize(
    ("code", "namespace"),
    [("sio.on_error_default(f)", None), ("sio.on_error()(f)", "/"), ('sio.on_error("/a")(f)', "/a")],
)
def test_an_error_handler_is_registered_by_its_namespace(code: str, namespace: str | None) -> None:
    assert found(code, Registered("error", namespace, None, None))
    assert not found(code, Registered("error", "/elsewhere", None, None))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('sio.on_event("x", f)\nsio.on_event("x", g)', ["sio.on_event('x', g)"]),
        ('sio.on_event("x", f)\nsio.on_event(name, g)', ["sio.on_event('x', f)"]),
        ("sio.on_event(one, f)\nsio.on_event(two, g)", ["sio.on_event(two, g)", "sio.on_event(one, f)"]),
    ],
)
def test_the_last_that_names_it_counts_else_all_that_may_have(code: str, expected: list[str]) -> None:
    registering = Registering(Statements([Source("<cell>", code)]), {"sio": SIO}, SIO, set())
    assert [ast.unparse(each.node) for each in registering.of(X)] == expected

from __future__ import annotations

import ast

import pytest

from sio_lab.export.furniture import MATCHERS, METHODS, NAMES, NEEDED, Ends, furniture

ENDS = Ends("app", "sio")


def names_in(text: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def test_only_what_is_used_is_there() -> None:
    text = "\n".join(furniture("clients.rooms(ada)", {}, (), ENDS))
    assert names_in(text) == {"Clients", "connect", "rooms", "sid", "_clients"}
    assert "sio.test_client(\n            app,\n" in text
    assert "SOCKETIO" not in text


@pytest.mark.parametrize("name", MATCHERS)
def test_matchers_are_there_where_they_are_used(name: str) -> None:
    text = "\n".join(furniture(f"[{name}]", {}, (), ENDS))
    assert f"{name} = Like(" in text
    assert "Like" not in "\n".join(furniture("[]", {}, (), ENDS))


def test_what_tasks_emit_is_passed_over() -> None:
    text = "\n".join(furniture("clients.unread() clients.received(ada)", {}, {("/", "tick")}, ENDS))
    assert 'FROM_TASKS = [["/", "tick"]]' in text
    assert text.count("not in FROM_TASKS") == 2


def test_what_clients_connect_with_is_a_fixture() -> None:
    text = "\n".join(furniture("", {"ada": {"token": "•••"}}, (), ENDS))
    assert '    return {"ada": {"token": "•••"}}\n' in text


def test_all_that_it_defines_is_told() -> None:
    uses = " ".join([*MATCHERS, *(f"clients.{name}()" for name in METHODS)])
    tree = ast.parse("\n".join(furniture(uses, {"ada": 1}, {("/", "tick")}, ENDS)))
    bound = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    bound |= {
        each.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for each in node.targets
        if isinstance(each, ast.Name)
    }
    assert bound | {"re", "pytest"} == NAMES
    assert {*NEEDED} <= {*METHODS}

from __future__ import annotations

import ast

from sio_lab.export.statements import Source, Statements, lines_of, needed_by

CELL = "import os as system\n\nx = [n for n in range(3)]\n\n\n@decorated(x)\ndef f(a=x):\n    return a + later()\n"


def test_a_statement_says_what_it_binds_and_needs() -> None:
    first, second, third = Statements([Source("cell", CELL)]).all
    assert first.binds == {"system"}
    assert "x" in second.binds
    assert third.binds == {"f"}
    assert third.place == (0, 6)
    assert third.text.startswith("@decorated(x)")
    assert third.needs == ({"decorated", "x"}, {"later"})
    assert third.all_needs == {"decorated", "x", "later"}


def test_a_class_needs_at_once_what_its_body_does() -> None:
    now, later = needed_by("class A(B):\n    c = d\n    def m(self):\n        return e\n")
    assert {"B", "d"} <= now
    assert later == {"e"}


def test_the_latest_statement_gives_a_name_its_meaning() -> None:
    statements = Statements([Source("1", "x = 1"), Source("2", "x = 2\nx = lab.client('x')")])
    found = statements.binding("x", frozenset({"lab"}))
    assert found is not None
    assert found.text == "x = 2"
    assert statements.binding("y", frozenset()) is None


def test_a_line_is_found_in_its_source() -> None:
    statements = Statements([Source("1", CELL), Source("2", "y = 1")])
    found = statements.at("1", 8)
    assert found is not None
    assert found.binds == {"f"}
    assert statements.at("1", 99) is None
    assert statements.at("3", 1) is None
    assert (statements.number("2"), statements.number("3")) == (1, 2)


def test_what_can_t_be_read_is_passed_over() -> None:
    assert Statements([Source("1", "x = ("), Source("2", "return 1\ny = 2")]).binding("y", frozenset()) is not None


def test_nested_lines_are_moved_to_the_left() -> None:
    text = "if x:\n    @d\n    def f():\n        pass\n"
    inner = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    assert lines_of(text, inner) == ("@d\ndef f():\n    pass", 2)

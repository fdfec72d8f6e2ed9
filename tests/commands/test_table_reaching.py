from __future__ import annotations

from typing import Any

import pytest

from sio_lab.commands.parse import parse
from sio_lab.commands.table_reaching import CLASSROOM, REACHING
from sio_lab.errors import Usage


@pytest.mark.parametrize(
    ("line", "arguments", "options"),
    [
        ("open", (), {}),
        ("open /chat", ("/chat",), {}),
        ("doctor", (), {}),
        ("classroom", (), {}),
        ("pause", (), {}),
        ("rename ada Grace -n /chat", ("ada", "Grace"), {"namespace": "/chat"}),
        ('announce "Five more minutes"', ("Five more minutes",), {}),
        ("limit 5", (5,), {}),
        ("limit 0.5", (0.5,), {}),
        ("limit off", (None,), {}),
        ("start --join", (), {"join": True}),
        ("start --join --host 192.168.1.5", (), {"join": True, "host": "192.168.1.5"}),
    ],
)
def test_a_line_says_what_is_to_be_done(line: str, arguments: tuple[Any, ...], options: Any) -> None:
    command = parse(line)
    assert command.arguments == arguments
    assert command.options == options


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rename ada", "rename needs NAME"),
        ("announce", "announce needs TEXT"),
        ("limit", "limit needs RATE"),
        ("limit quick", "quick"),
        ("limit 0", "0"),
        ("pause now", "now"),
    ],
)
def test_a_slip_is_told(line: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        parse(line)


def test_no_verb_is_in_both_groups() -> None:
    assert {verb.name for verb in REACHING}.isdisjoint(verb.name for verb in CLASSROOM)

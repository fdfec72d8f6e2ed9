from __future__ import annotations

import pytest

from sio_lab.export.doing import NOWHERE, answered, is_error, placed, raised
from sio_lab.export.literals import Call
from tests import factories as make
from tests.export.played import ADA, played, two

CALL = Call("ada.emit", ("x",))
LONG = Call("ada.emit", ("x" * 50, "y" * 30))


def test_the_usual_namespace_is_not_named() -> None:
    assert placed("/") == ()
    assert placed("/chat") == (("namespace", "/chat"),)


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        ("KeyError: 'x'", ["    with pytest.raises(KeyError):", '        ada.emit("x")']),
        (
            "chat.rooms.NoRoom: x",
            [
                "    with pytest.raises(Exception) as raised:",
                '        ada.emit("x")',
                '    assert raised.typename == "NoRoom"',
            ],
        ),
        (None, ["    with pytest.raises(Exception) as raised:", '        ada.emit("x")']),
    ],
)
def test_what_is_raised_is_expected(error: str | None, lines: list[str]) -> None:
    assert raised(CALL, error) == lines


def test_what_is_acknowledged_is_compared() -> None:
    assert answered(CALL, "ok") == ['    assert ada.emit("x") == "ok"']
    assert answered(CALL, None) == ['    assert ada.emit("x") is None']
    assert answered(CALL, NOWHERE) == ['    ada.emit("x")']
    assert answered(LONG, "ok")[0] == "    ack = ada.emit("
    assert answered(LONG, "ok")[-1] == '    assert ack == "ok"'
    assert answered(LONG, None)[-1] == "    assert ack is None"


@pytest.mark.parametrize(
    ("catching", "comes_out"), [((), True), (("/",), False), ((None,), False), (("/other",), True)]
)
def test_what_an_error_handler_takes_does_not_come_out(catching: tuple[str | None, ...], *, comes_out: bool) -> None:
    log = two()
    make.handle(log, make.receive(log, ADA, "boom"), "raised", error="KeyError: 1")
    assert is_error(played(log).steps[-1], frozenset(catching)) is comes_out

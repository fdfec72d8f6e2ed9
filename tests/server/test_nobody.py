"""Why emits reach nobody, looked for only when somebody has moved."""

from __future__ import annotations

import pytest

from sio_lab.core import hints
from sio_lab.core.log import Log
from sio_lab.server import nobody
from sio_lab.server.nobody import Nobody
from tests import factories as make


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was looked for."""
    seen: list[str] = []
    look = hints.nobody_reached

    def counted(state: object, namespace: str, *more: object, **asked: bool) -> str:
        seen.append(namespace)
        return look(state, namespace, *more, **asked)

    monkeypatch.setattr(hints, "nobody_reached", counted)
    return seen


def test_it_looks_again_when_somebody_has_moved(looks: list[str]) -> None:
    log = Log()
    silence = Nobody(log)
    first = [silence.hint("/", ("lobby",), (), wants_ack=False) for _ in range(3)]
    assert (len(looks), set(first)) == (1, {"there is no client and no room 'lobby' in /"})
    assert silence.hint("/", ("lobby",), (), wants_ack=True).endswith("waits in vain")
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "loby")
    assert silence.hint("/", ("lobby",), (), wants_ack=False).endswith("did you mean 'loby'?")
    make.disconnect(log, make.ADA)
    assert silence.hint("/", (make.ADA,), (), wants_ack=False).startswith(f"client '{make.ADA}' has left /")
    assert len(looks) == 4


def test_what_it_remembers_is_bounded(looks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nobody, "MOST_REMEMBERED", 10)
    silence = Nobody(Log())
    for number in range(100):
        silence.hint("/", (number,), (), wants_ack=False)
    assert len(looks) == 100
    assert len(silence._told) <= 10

"""Two outcomes, as the page is told them."""

from __future__ import annotations

from types import SimpleNamespace

from sio_lab.views.told_replay import told_replay


def line(label: str, before: object, now: object, *, differs: bool) -> SimpleNamespace:
    return SimpleNamespace(label=label, before=before, now=now, differs=differs)


def test_what_differs_is_apart_from_what_does_not() -> None:
    lines = (
        line("status", "raised", "handled", differs=True),
        line("joins", "lobby", "lobby", differs=False),
        line("error", "Traceback\n  1 / 0\x1b", None, differs=True),
    )
    told = told_replay(SimpleNamespace(lines=lines, notes=["nothing was sent"]))
    assert told == {
        "differing": [["status", "raised", "handled"], ["error", "Traceback\n  1 / 0\\x1b", ""]],
        "same": [["joins", "lobby", "lobby"]],
        "notes": ["nothing was sent"],
    }


def test_sides_are_bounded() -> None:
    told = told_replay(SimpleNamespace(lines=[line("emits", "x" * 5_000, "y\n" * 500, differs=True)], notes=()))
    [[_, before, now]] = told["differing"]
    assert len(before) <= 1_000
    assert now.startswith("… 460 lines before these")

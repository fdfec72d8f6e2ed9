"""What is told once of a class: in a terminal with its code, in a notebook without."""

from __future__ import annotations

import pytest

from sio_lab.classes import ClassNow, Student
from sio_lab.views import class_card

LINK = "http://192.168.1.5:5000/"


def told(*names: str, links: tuple[str, ...] = (LINK,), code: str = "ABCD-2345") -> ClassNow:
    students = tuple(Student(name, f"eio-{name}") for name in names)
    return ClassNow(
        links, code, f"{links[0]}_lab/join/{code}", paused=False, locked=False, rate=None, students=students
    )


def test_a_terminal_is_told_all() -> None:
    text = class_card.as_text(told("Ada", "Ben"))
    assert f"link  {LINK}" in text
    assert "code  ABCD-2345" in text
    assert "█▀" in text
    assert text.endswith("2 students in: Ada, Ben")
    assert "several networks" not in text


def test_other_links_are_told_where_there_are_any() -> None:
    text = class_card.as_text(told(links=(LINK, "http://10.0.0.2:5000/")))
    assert "This machine is in several networks. If that link fails: http://10.0.0.2:5000/" in text


def test_what_is_kept_has_no_code_in_any_form() -> None:
    now = told("Ada")
    for kept in (class_card.kept_text(now), class_card.kept_html(now)):
        assert LINK in kept
        assert "1 student in: Ada" in kept
        assert "ABCD" not in kept
        assert "█" not in kept
        assert "join/" not in kept
    assert class_card.kept_text(None) == "The class has ended."


def test_names_are_text() -> None:
    kept = class_card.kept_html(told("<b>Ada</b>", "\u202eneB"))
    assert "&lt;b&gt;Ada" in kept
    assert "<b>Ada" not in kept
    assert "\u202e" not in kept


def test_many_students_are_counted_and_long_names_cut() -> None:
    text = class_card.who(told(*(f"{number} {'x' * 100}" for number in range(30))))
    assert text.startswith("30 students in: 0 xxx")
    assert text.endswith("and 18 more")
    assert "x" * 40 not in text


@pytest.mark.parametrize(
    ("code", "shown"),
    [("ABCD-2345", "ABCD-2345"), ("ABCD2345", "ABCD 2345"), ("PHYSICS7A", "PHY SIC S7A"), ("AB12", "AB12")],
)
def test_a_code_stands_in_groups(code: str, shown: str) -> None:
    assert class_card.grouped(code) == shown

from __future__ import annotations

import pytest

from sio_lab.errors import LabError
from sio_lab.views.view import View
from tests.views.samples import Counter, Sample


class Plain(View):
    stem = "table"


def test_all_feeds_are_on_unless_some_are_named() -> None:
    assert Plain({"a": Counter(), "b": Counter()}, {}).on == {"a", "b"}
    assert Sample().on == {"first"}


def test_a_question_is_answered_by_name() -> None:
    view = Sample(double=lambda number: 2 * number)
    assert view.answer("double", {"number": 4}) == 8
    with pytest.raises(LabError, match="can't do 'halve'"):
        view.answer("halve", {})


def test_a_view_has_options_or_none_and_must_have_a_picture() -> None:
    assert Plain({}, {}).options() == {}
    with pytest.raises(NotImplementedError):
        Plain({}, {}).still()

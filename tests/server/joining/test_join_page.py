from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.server.joining.join_page import ASSETS, Filled, page


@given(st.text(alphabet="<>\"'&%NAME", max_size=40))
def test_nothing_that_is_filled_in_is_markup(text: str) -> None:
    plain = page(Filled(), "join").decode()
    filled = page(Filled(code=text, name=text, where=text, trouble=text), "join").decode()
    for sign in "<>":
        assert filled.count(sign) == plain.count(sign)


def test_who_is_in_is_told_so() -> None:
    text = page(Filled(name="Ada & Co", inside="../"), "join").decode()
    assert "Ada &amp; Co" in text
    assert "<form" not in text


def test_a_closed_class_says_so_before_anybody_types() -> None:
    assert "closed" in page(Filled(is_locked=True), "join").decode()


def test_all_it_loads_is_there() -> None:
    text = page(Filled(), "BASE").decode()
    assert all(f"BASE/{name}" in text for name in ASSETS)
    assert "//" not in text.replace("<!doctype html>", "")

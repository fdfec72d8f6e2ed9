"""Whether the reader is on another machine, by what the environment tells."""

from __future__ import annotations

import pytest

from sio_lab.core.elsewhere import SIGNS, is_elsewhere, told_place

URL = "http://127.0.0.1:5000"


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_tells(sign: str) -> None:
    assert is_elsewhere({sign: "/user/ada/"})
    assert not is_elsewhere({sign: ""})


def test_here_the_address_is_told_and_elsewhere_what_shows_it() -> None:
    assert told_place(URL, {}) == "at http://127.0.0.1:5000"
    assert told_place(URL, {"BINDER_SERVICE_HOST": "10.0.0.1"}) == "on port 5000 (%sio open shows it here)"

"""What leaves no trace."""

from __future__ import annotations

from sio_lab.core.doctor_unseen import UNSEEN


def test_a_page_by_https_is_explained() -> None:
    told = dict(UNSEEN)["an https page"]
    assert all(
        word in told for word in ("jsbin", "http://localhost", "http://127.0.0.1", "permission", "mixed content")
    )


def test_each_says_something_of_its_own() -> None:
    assert len(dict(UNSEEN)) == len({known for _, known in UNSEEN}) == len(UNSEEN)

"""Whether the reader is on another machine, by what the environment tells."""

from __future__ import annotations

import pytest

from sio_lab.core.elsewhere import HUB_PREFIX, hosted_by, is_elsewhere, told_place

URL = "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("BINDER_SERVICE_HOST", "Binder"),
        ("BINDER_REPO_URL", "Binder"),
        (HUB_PREFIX, "a JupyterHub"),
        ("COLAB_RELEASE_TAG", "Colab"),
        ("CODESPACES", "GitHub Codespaces"),
        ("PATH", None),
    ],
)
def test_the_environment_tells_where_the_kernel_runs(name: str, place: str | None) -> None:
    assert hosted_by({name: "x", "HOME": "/"}) == place
    assert is_elsewhere({name: "x", "HOME": "/"}) is (place is not None)
    assert not is_elsewhere({name: ""})


def test_on_binder_it_says_binder_which_is_a_hub_too() -> None:
    assert hosted_by({"JUPYTERHUB_HOST": "x", "BINDER_REPO_URL": "y"}) == "Binder"


def test_here_the_address_is_told_and_elsewhere_what_shows_it() -> None:
    assert told_place(URL, {}) == "at http://127.0.0.1:5000"
    assert told_place(URL, {"BINDER_SERVICE_HOST": "10.0.0.1"}) == "on port 5000 (%sio open shows it here)"

"""Whether the notebook is read on another machine than the one its kernel runs on, as far as the environment tells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNS = (
    "JUPYTERHUB_SERVICE_PREFIX",
    "BINDER_SERVICE_HOST",
    "BINDER_LAUNCH_HOST",
    "COLAB_RELEASE_TAG",
    "CODESPACES",
)
"""Variables that a hub, Binder, Colab and GitHub's codespaces set where kernels run."""


def is_elsewhere(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a link to this machine leads a reader nowhere."""
    return any(environ.get(name) for name in SIGNS)


def told_place(url: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return where a server listens, as a reader is told: its address, or what shows it where that leads nowhere."""
    if url is None or not is_elsewhere(environ):
        return f"at {url}"
    return f"on port {urlsplit(url).port} (%sio open shows it here)"

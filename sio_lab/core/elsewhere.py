"""Whether the notebook is read on another machine than the one its kernel runs on, as far as the environment tells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

HUB_PREFIX = "JUPYTERHUB_SERVICE_PREFIX"
"""Set where a kernel runs on a hub, Binder's among them: the path under which the hub has the notebook's server."""

PLACES = {
    "BINDER_": "Binder",
    "JUPYTERHUB_": "a JupyterHub",
    "COLAB_": "Colab",
    "CODESPACES": "GitHub Codespaces",
}
"""What the names of environment variables begin with -> where the kernel runs, then; the nearest first."""


def hosted_by(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return what a kernel with these environment variables runs on, away from its reader; else None."""
    told = [name for name, value in environ.items() if value]
    return next((place for start, place in PLACES.items() if any(name.startswith(start) for name in told)), None)


def is_elsewhere(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a link to this machine leads a reader nowhere."""
    return hosted_by(environ) is not None


def told_place(url: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return where a server listens, as a reader is told: its address, or what shows it where that leads nowhere."""
    if url is None or not is_elsewhere(environ):
        return f"at {url}"
    return f"on port {urlsplit(url).port} (%sio open shows it here)"

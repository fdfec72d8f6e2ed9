"""The door behind which the lab's own pages lie."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sio_lab.server.entrance import LAB_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = Path(__file__).parent


class Site:
    """Answers requests for what lies under the lab's path; lets all others pass."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request, or let it pass."""
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(f"{LAB_PATH}/"):
            return None
        folder, _, name = path.removeprefix(f"{LAB_PATH}/").partition("/")
        file = next((each for each in (FOLDER / "client").iterdir() if folder == "client" and each.name == name), None)
        if file is None:
            start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        body = file.read_bytes()
        kind = mimetypes.guess_type(file.name)[0] or "text/plain"
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

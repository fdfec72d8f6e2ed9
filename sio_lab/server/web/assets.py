"""The files that the lab's site is made of: looked up by name in a table, so no path leads anywhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    "": "text/plain; charset=utf-8",
}
"""Suffix -> media type. Not asked of the machine: some say that JavaScript is plain text, and then it doesn't run."""

PAGES = {"": "client.html", "lesson/": "lesson.html"}
"""Path below the lab's -> page."""


@dataclass(frozen=True)
class Asset:
    """What is sent for a path."""

    body: bytes
    kind: str
    """Its media type."""

    @property
    def tag(self) -> str:
        """Its ETag: another one as soon as a byte of it is another."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


def table() -> dict[str, Path]:
    """Return the files of the site: path below the lab's -> file."""
    shown = [path for name in ("client", "static") for path in (FOLDER / name).iterdir() if path.suffix in KINDS]
    files = {f"{path.parent.name}/{path.name}": path for path in shown}
    return files | {path: FOLDER / "pages" / name for path, name in PAGES.items()}


def read(file: Path) -> Asset:
    """Return a file as it is now: the package may have been upgraded meanwhile."""
    return Asset(file.read_bytes(), KINDS[file.suffix])


def front_page(lab_folder: str) -> Asset:
    """Return the client page for a path from which the lab's folder is reached by this relative URL: `_lab/`."""
    page = read(FOLDER / "pages" / PAGES[""])
    body = page.body
    for name in (b"static/", b"client/", b"lesson/", b"join/"):
        for attribute in (b'href="', b'src="'):
            body = body.replace(attribute + name, attribute + lab_folder.encode() + name)
    return Asset(body, page.kind)

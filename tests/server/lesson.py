"""Cells that define things on a Flask app, run as a notebook runs them."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import flask

from sio_lab.core.cells import Cells
from sio_lab.server.routes import Routes, routes_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


INDEX = "@app.route('/')\ndef index(): return '{}'\n"
"""A cell with one route; what it answers is to be filled in."""


def view(name: str, path: str, text: str = "", **options: Any) -> str:
    """Return a cell with one route, which answers with a text and what it takes from the path."""
    return f"@app.route('{path}', **{options})\ndef {name}(**values): return '{text or name} ' + repr(values)\n"


class Lesson:
    """A namespace with `app` in it, and cells that run there; the app is adopted, unless `plain` says not yet."""

    def __init__(self, app: flask.Flask | None = None, *, plain: bool = False) -> None:
        self.app = app if app is not None else flask.Flask("lesson")
        names = {name: getattr(flask, name) for name in flask.__dict__ if not name.startswith("_")}
        self.namespace: dict[str, Any] = {**names, "__name__": "__main__", "app": self.app, "flask": flask}
        self.cells = Cells(self.namespace)
        if not plain:
            self.adopt()

    def adopt(self) -> Routes:
        return routes_of(self.app, self.cells)

    @property
    def routes(self) -> Routes:
        return self.adopt()

    def run(self, cell: str | None, code: str) -> list[str]:
        """Run a cell; returns what it no longer defines. What it raises comes out, and then nothing is swept."""
        file = f"<cell {zlib.crc32(code.encode())}>"  # as ipykernel has it: the same code, the same file
        self.cells.begin(cell, f"In {cell}", file)
        try:
            exec(compile(code, file, "exec"), self.namespace)  # noqa: S102 - this is what a cell is
        except BaseException:
            self.cells.end()
            raise
        owner = self.cells.end()
        assert owner is not None
        return self.routes.sweep(owner) if "sio_lab" in self.app.extensions else []

    def fail(self, cell: str, code: str) -> None:
        """Run a cell that raises at its end."""
        with suppress(ZeroDivisionError):
            self.run(cell, f"{code}\n1 / 0")
            raise AssertionError("it was to fail")

    def open(self, path: str, method: str = "GET", **options: Any) -> TestResponse:
        return self.app.test_client().open(path, method=method, **options)

    def get(self, path: str = "/") -> str:
        """Return what a path answers; of an error, its number."""
        with self.open(path) as answer:
            return answer.text if answer.status_code < 400 else str(answer.status_code)

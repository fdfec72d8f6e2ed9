"""What to do about a page whose template is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def missing_template(error: Any, folder: str | Path | None) -> str:
    """Say where a template was looked for that is not there, and what to do.

    `error` is a `jinja2.TemplateNotFound`; `folder` is the app's `templates` folder, None for an app without one.
    """
    names = [str(name) for name in getattr(error, "templates", None) or [error.name]]
    listed = ", ".join(map(repr, names))
    if folder is None:
        return f"There is no template {listed}: this app has no folder for templates. {_page()}"
    place = Path(folder).absolute()
    beside = next((place.parent / name for name in names if (place.parent / name).is_file()), None)
    if beside is not None:
        return f"There is no template {listed} in {place}, but there is {beside}: move it into {place.name}/."
    made = "Make the file" if place.is_dir() else f"Make the folder {place.name} and the file in it"
    return f"There is no template {listed}: it was looked for in {place}. {made}, or {_page()[0].lower()}{_page()[1:]}"


def _page() -> str:
    return "Serve a page from a cell: %%sio page /"

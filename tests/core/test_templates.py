from __future__ import annotations

from typing import TYPE_CHECKING

import flask
import jinja2
import pytest

from sio_lab.core.templates import missing_template

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def app(tmp_path: Path) -> flask.Flask:
    return flask.Flask("app", root_path=str(tmp_path))


def raised(app: flask.Flask, *names: str) -> jinja2.TemplateNotFound:
    with app.app_context(), pytest.raises(jinja2.TemplateNotFound) as error:
        flask.render_template(list(names) if len(names) > 1 else names[0])
    return error.value


def test_a_folder_that_is_not_there_is_named(app: flask.Flask, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    assert missing_template(raised(app, "index.html"), folder) == (
        f"There is no template 'index.html': it was looked for in {folder}. Make the folder templates and the file in "
        "it, or serve a page from a cell: %%sio page /"
    )


def test_a_file_that_is_not_there_is_named(app: flask.Flask, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    assert missing_template(raised(app, "index.html"), folder) == (
        f"There is no template 'index.html': it was looked for in {folder}. Make the file, or serve a page from a "
        "cell: %%sio page /"
    )


def test_a_file_beside_the_folder_is_to_be_moved(app: flask.Flask, tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    told = missing_template(raised(app, "index.html"), tmp_path / "templates")
    assert told.endswith(f"but there is {tmp_path / 'index.html'}: move it into templates/.")


def test_several_names_are_all_named(app: flask.Flask, tmp_path: Path) -> None:
    assert "'a.html', 'b.html'" in missing_template(raised(app, "a.html", "b.html"), tmp_path)


def test_an_app_without_templates_is_told_so(app: flask.Flask) -> None:
    app.template_folder = None
    assert missing_template(raised(app, "index.html"), None) == (
        "There is no template 'index.html': this app has no folder for templates. "
        "Serve a page from a cell: %%sio page /"
    )

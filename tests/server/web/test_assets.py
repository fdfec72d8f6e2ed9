"""The files of the site: which there are, and that the bundled client is the official one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sio_lab.server.web import assets
from tests.browser.site import RELATIVE

ROOT = Path(assets.__file__).parents[3]
OFFICIAL = ROOT / "tests" / "node" / "node_modules" / "socket.io-client"
BUNDLED = sorted(path.name for path in (assets.FOLDER / "client").glob("socket.io*"))


@pytest.mark.parametrize("name", BUNDLED)
def test_the_client_is_byte_for_byte_the_one_of_npm(name: str) -> None:
    assert (assets.FOLDER / "client" / name).read_bytes() == (OFFICIAL / "dist" / name).read_bytes()


def test_its_licence_is_there() -> None:
    assert len(BUNDLED) == 3
    assert (assets.FOLDER / "client" / "LICENSE").read_bytes() == (OFFICIAL / "LICENSE").read_bytes()


def test_the_wheel_takes_the_whole_package() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["sio_lab"]}


def test_the_table_has_pages_and_files() -> None:
    table = assets.table()
    assert {"", "lesson/", "client/socket.io.min.js", "client/LICENSE", "static/page.js", "static/base.css"} <= set(
        table
    )
    assert all(path.is_file() for path in table.values())


def test_a_kind_does_not_depend_on_the_machine() -> None:
    table = assets.table()
    assert assets.read(table["static/page.js"]).kind.startswith("text/javascript")
    assert assets.read(table["client/LICENSE"]).kind.startswith("text/plain")


def test_the_tag_changes_with_the_content() -> None:
    assert assets.Asset(b"a", "x").tag == assets.Asset(b"a", "y").tag != assets.Asset(b"b", "x").tag


def test_all_urls_of_a_page_are_relative_and_lead_to_something() -> None:
    table = assets.table()
    for asset, base in ((assets.front_page("_lab/"), "_lab/"), (assets.read(table[""]), "")):
        urls = [url for url in RELATIVE.findall(asset.body.decode()) if not url.startswith("#")]
        assert len(urls) >= 7
        urls.remove(f"{base}join/")  # the page where a class is joined is another door's
        assert all(url.removeprefix(base) in table and url.startswith(base) for url in urls), urls

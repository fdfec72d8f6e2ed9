"""Files and folders that are offered while a path is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.commands import parse
from sio_lab.commands.completing import complete_command
from sio_lab.commands.files import MOST_LISTED, files_at
from sio_lab.core.known import Known

if TYPE_CHECKING:
    from pathlib import Path

STRANGE = (
    "my lesson.sio",
    'a"b',
    "it's",
    "$x",
    "-x",
    "{y",
    "12",
    "a,b",
    "ümlaut.sio",
    "漢字",
    "last",
    "back\\slash",
    "a\nb",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "my folder").mkdir()
    for name in ("lesson.sio", "Later.sio", ".hidden", "my folder/in.sio"):
        (tmp_path / name).touch()
    return tmp_path


def offered(text: str) -> list[str]:
    completed = complete_command(text, "", Known())
    assert completed is not None
    return [text[: completed.start] + each.text for each in completed.candidates if each.what != "option"]


def test_folders_come_first_and_hidden_files_when_they_are_meant() -> None:
    assert files_at("") == (["my folder/"], ["Later.sio", "lesson.sio"])
    assert files_at("l") == ([], ["Later.sio", "lesson.sio"])
    assert files_at(".") == ([], [".hidden"])
    assert files_at("my folder/") == ([], ["my folder/in.sio"])


def test_what_stands_before_the_last_slash_stays_as_it_was_typed(folder: Path) -> None:
    assert files_at("~/le") == ([], ["~/lesson.sio"])
    assert files_at("./le") == ([], ["./lesson.sio"])
    assert files_at(f"{folder}/le") == ([], [f"{folder}/lesson.sio"])


@pytest.mark.parametrize("typed", ["nowhere/", "lesson.sio/", "\0/", "~nobody_of_that_name/", f"{'x' * 10_000}/"])
def test_a_folder_that_can_t_be_read_has_nothing(typed: str) -> None:
    assert files_at(typed) == ([], [])


def test_of_a_folder_with_very_many_some_are_listed(folder: Path) -> None:
    for number in range(MOST_LISTED + 20):
        (folder / "my folder" / f"{number:04}").touch()
    assert len(files_at("my folder/")[1]) == MOST_LISTED


def test_verbs_offer_them_and_a_folder_in_quotes_may_go_on() -> None:
    assert offered("save le") == ["save lesson.sio"]
    assert offered("load my") == ['load "my folder/']
    assert offered('load "my folder/') == ['load "my folder/in.sio"']
    assert offered("diff lesson.sio L") == ["diff lesson.sio Later.sio", "diff lesson.sio lesson.sio"]
    assert offered("export pytest ./L") == ["export pytest ./Later.sio", "export pytest ./lesson.sio"]
    assert offered("replay 7 --from le") == ["replay 7 --from lesson.sio"]


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_whatever_a_file_is_called_its_line_is_read_back(folder: Path, quote: str) -> None:
    for name in STRANGE:
        (folder / name).touch()
    lines = [line for line in offered(f"load {quote}") if not line.endswith("/")]
    names = [parse(line).arguments[0] for line in lines]
    assert sorted(names) == sorted([*STRANGE, "lesson.sio", "Later.sio"])

"""Files and folders to choose from, as a path is being typed."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SEEN = 5_000
"""How many names of a folder are looked at: no folder takes long, however many are in it."""

MOST_LISTED = 500
"""How many are listed."""


def files_at(typed: str) -> tuple[list[str], list[str]]:
    """Return folders and files whose paths begin as typed, upper and lower case of the last name alike.

    A folder's path ends with a slash. Hidden ones are there where the name that is typed begins with a dot; none are
    where no folder is, or where it can't be read.
    """
    begin, name = _split(typed)
    start = name.casefold()
    folders, files = list[str](), list[str]()
    for entry in _entries(begin):
        if entry.name.casefold().startswith(start) and entry.name.startswith(".") == name.startswith("."):
            (folders if _is_folder(entry) else files).append(entry.name)
    listed = [f"{begin}{each}/" for each in sorted(folders)], [f"{begin}{each}" for each in sorted(files)]
    return listed[0][:MOST_LISTED], listed[1][:MOST_LISTED]


def _split(typed: str) -> tuple[str, str]:
    """Return what is typed up to and with the last slash, and the name begun behind it."""
    place = max(typed.rfind(mark) for mark in {"/", os.sep}) + 1
    return typed[:place], typed[place:]


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    # RuntimeError: the home of nobody; ValueError: a path with a null in it.
    with suppress(OSError, RuntimeError, ValueError), os.scandir(Path(folder).expanduser()) as found:
        yield from islice(found, MOST_SEEN)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        return entry.is_dir()
    return False

"""An object that a book keeps in line with what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core.book import Book

if TYPE_CHECKING:
    from collections.abc import Hashable


class Object:
    """What a book serves: it has what it was told last."""

    def __init__(self, *, many: bool = False) -> None:
        self.book: Book[Any] = Book(self.apply, many=many)
        self.has: dict[Hashable, list[Any]] = {}
        self.told: list[Hashable] = []

    def apply(self, key: Hashable) -> None:
        self.told.append(key)
        self.has[key] = self.book.active(key)
        if not self.has[key]:
            del self.has[key]

    def says(self) -> dict[Hashable, list[Any]]:
        """Return what the book says counts."""
        keys = self.book.keys()
        return {key: self.book.active(key) for key in keys}

    def news(self) -> list[Hashable]:
        """Return the keys it was told of since it was asked."""
        told, self.told = self.told, []
        return told

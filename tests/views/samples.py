"""A feed, and a view of it, that show what they are told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Counter:
    """A feed of one number."""

    def __init__(self) -> None:
        self.count = 0
        self.told = 0
        self.wishes: list[Mapping[str, Any]] = []

    def state(self) -> dict[str, Any]:
        return {"count": self.count}

    def patch(self) -> dict[str, Any] | None:
        changed, self.told = self.told != self.count, self.count
        return {"count": self.count} if changed else None

    def want(self, wishes: Mapping[str, Any]) -> None:
        if wishes.get("filter") == "wrong":
            raise LabError("no such filter")
        self.wishes.append(dict(wishes))


class Sample(View):
    """A view of two counters, one of them off."""

    stem = "table"

    def __init__(self, **answers: Callable[..., Any]) -> None:
        self.first, self.second = Counter(), Counter()
        super().__init__({"first": self.first, "second": self.second}, answers, on=("first",))

    def options(self) -> dict[str, Any]:
        return {"title": "sample"}

    def still(self) -> dict[str, str]:
        return {"text/plain": f"count {self.first.count}", "text/html": f"<b>{self.first.count}</b>"}

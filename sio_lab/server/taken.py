"""What is kept of a start that failed because a port was somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.errors import PortTaken

if TYPE_CHECKING:
    from types import TracebackType


class Taken:
    """Keeps the newest PortTaken that is raised within `with`; it goes on its way."""

    error: PortTaken | None = None

    def __enter__(self) -> None:
        """Begin to look."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Keep the error, where it is one."""
        if isinstance(error, PortTaken):
            self.error = error

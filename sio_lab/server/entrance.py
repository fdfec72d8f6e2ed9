"""What every request passes on its way in: one door after the other, then the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.server.origins import Origins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    WSGI: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
    Door: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes] | None]
    """Answers a request, or lets it pass: then it returns None, and may have changed the WSGI environment."""

NAME = "sio_lab.name"
"""Where in a WSGI environment the name stands under which an Engine.IO connection is to appear in the log."""

OPENED = "sio_lab.opened"
"""Where in a WSGI environment stands who is told the eio_sid of the Engine.IO connection that it opens."""

MENDED = "sio_lab.mended"
"""Where in a WSGI environment stands, in words, what the lab changed in the page that it answers with."""

NAME_PARAMETER = "lab_name"
"""Where in a query string a page says what its connection wants to be called."""

LAB_PATH = "/_lab"
"""Under it lie the lab's own pages, whatever the program serves; nothing of them is recorded."""


class Entrance:
    """The doors of a lab's server, in their order; they outlive the programs that are served."""

    def __init__(self, *doors: Door, origins: Origins | None = None) -> None:
        self.doors = list(doors)
        self.origins = origins or Origins()
        """Which pages may connect; Engine.IO itself asks."""

    def before(self, program: WSGI) -> WSGI:
        """Return a WSGI callable that has the program answer what no door does."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            for door in self.doors:
                body = door(environ, start_response)
                if body is not None:
                    return body
            return program(environ, start_response)

        return answer

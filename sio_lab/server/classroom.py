"""What of a stage lets others in by name: a class with its code, or pages that were given names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException

from sio_lab.server.entrance import LAB_PATH
from sio_lab.server.joining import Names, Pupils

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.server.host import Host


class Classroom:
    """Has a class come in and go; a stage is one."""

    host: Host | None
    """What is on stage."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.names = Names(log)
        """Gives names to those who choose one."""

        self.pupils: Pupils | None = None
        """The class that is in; None where there is none."""

    def let_in_class(self, code: str | None = None) -> Pupils:
        """Let a class in, which needs this code, or a new one; returns the one that is in, where there is one.

        From now on nobody comes in without a pass. Raises Usage where the code is too easy to guess.
        """
        if self.pupils is None:
            self.pupils = Pupils(self.log, self.names, code)
            self.has_rules_obeyed()
        return self.pupils

    def end_class(self) -> None:
        """Have everybody come in without a pass again; a second call does nothing."""
        self.pupils, self.names.of_pupils = None, tuple
        self.has_rules_obeyed()

    def has_rules_obeyed(self) -> None:
        """Have what is on stage take the events that the class's rules allow."""
        if self.host is not None:
            self.host.obey(self.pupils.rules if self.pupils is not None else None)

    def first_page(self) -> str:
        """Return the path of the page that a visitor sees first: the program's own, else the lab's."""
        app = self.host.app if self.host is not None else None
        return "/" if app is not None and _has_page(app, "/") else f"{LAB_PATH}/"


def _has_page(app: Any, path: str) -> bool:
    try:
        app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True

"""What of a stage says who may come to its port: by which name, from which pages, and through which proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.classroom import Classroom
from sio_lab.server.doors import known_hosts
from sio_lab.server.origins import Origins
from sio_lab.server.proxied import Proxied
from sio_lab.server.refusals import Refusals

if TYPE_CHECKING:
    from sio_lab.core.log import Log


class OpenPort(Classroom):
    """Knows the names, origins and proxies that are ours; a stage is one."""

    def __init__(self, log: Log) -> None:
        super().__init__(log)
        self.hosts = known_hosts()
        """The names under which it may be asked for."""

        self.origins = Origins()
        """Which pages may connect."""

        self.proxied = Proxied(lambda: self.host, Refusals(log))
        """Whether the program's pages may come through the notebook's proxy."""

    def publish(self, url: str | None) -> None:
        """Take a public address, which has been checked, for one of the server's own; None for none."""
        self.hosts.publish(url)
        self.origins.publish(url)

"""The doors of a lab's server, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.entrance import Entrance
from sio_lab.server.web.settings import Settings
from sio_lab.server.web.site import Site

if TYPE_CHECKING:
    from sio_lab.server.stage import Stage


def entrance_of(stage: Stage) -> Entrance:
    """Return what requests to a stage pass.

    In this order: what takes Jupyter's cookies off; who is asked for by a Host that is none of ours; who comes without
    the class's code; users' pages through a notebook's proxy, unless the reader has agreed; the lab's own pages; names.
    """
    site = Site(lambda: stage.host.app if stage.host else None, Settings(lambda: stage.host, stage.log))
    return Entrance(site)

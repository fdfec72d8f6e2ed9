"""The doors of a lab's server, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.entrance import Entrance
from sio_lab.server.joining.code_door import CodeDoor
from sio_lab.server.joining.join_door import JoinDoor
from sio_lab.server.joining.name_door import NameDoor
from sio_lab.server.web.site import Site

if TYPE_CHECKING:
    from sio_lab.server.stage import Stage


def entrance_of(stage: Stage) -> Entrance:
    """Return what requests to a stage pass.

    In this order: what takes Jupyter's cookies off; who is asked for by a Host that is none of ours; who comes without
    the class's code; users' pages through a notebook's proxy, unless the reader has agreed; the lab's own pages; names.
    """
    return Entrance(
        CodeDoor(stage),
        JoinDoor(stage),
        Site(),
        NameDoor(stage),
    )

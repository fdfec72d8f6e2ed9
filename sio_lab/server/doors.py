"""The doors of a lab's server, in their order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sio_lab.server.cookies import strip_notebooks
from sio_lab.server.entrance import Entrance
from sio_lab.server.hosts import HostDoor, Hosts
from sio_lab.server.joining.code_door import CodeDoor
from sio_lab.server.joining.join_door import JoinDoor
from sio_lab.server.joining.name_door import NameDoor
from sio_lab.server.refusals import Refusals
from sio_lab.server.upgrades import UpgradeDoor
from sio_lab.server.web import policy
from sio_lab.server.web.settings import Settings
from sio_lab.server.web.site import Site

if TYPE_CHECKING:
    from sio_lab.server.stage import Stage

PUBLIC_URLS = ("JUPYTERHUB_PUBLIC_URL", "JUPYTERHUB_HOST")
"""Where a hub says in the environment under which name it is reached."""


def known_hosts() -> Hosts:
    """Return the names that this server may be asked for, the hub's with them."""
    hosts = Hosts()
    for name in PUBLIC_URLS:
        hosts.learn(os.environ.get(name, ""))
    return hosts


def entrance_of(stage: Stage) -> Entrance:
    """Return what requests to a stage pass.

    In this order: what takes Jupyter's cookies off; who is asked for by a Host that is none of ours; raw WebSockets of
    pages of another origin; notebooks' pages that look for this server; who comes without the class's code; the
    lab's own pages; the program's pages through a notebook's proxy, unless the reader has agreed; names.
    """
    site = Site(
        lambda: stage.host.app if stage.host else None,
        Settings(lambda: stage.host, stage.log),
        lambda: [*policy.loopback(), *stage.pointer.origins],
    )
    return Entrance(
        strip_notebooks,
        HostDoor(stage.hosts, Refusals(stage.log)),
        UpgradeDoor(stage.origins, lambda: stage.host, Refusals(stage.log)),
        stage.pointer.here,
        CodeDoor(stage),
        JoinDoor(stage),
        site,
        stage.proxied,
        NameDoor(stage),
        origins=stage.origins,
    )

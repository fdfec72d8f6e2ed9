"""Starting with a class: on an address that students reach, with a code, and refused where nobody could come."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sio_lab.classes import card
from sio_lab.core.elsewhere import hosted_by
from sio_lab.errors import LabError
from sio_lab.results import Status
from sio_lab.server.lan import lan_addresses
from sio_lab.server.reach import is_local

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.classes import ClassCard
    from sio_lab.lab import Lab

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a class is in the network; its code is asked for from everywhere
_CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files that Docker and Podman put into what they run."""

_HOME = "Run the notebook on a computer in the room instead"
_TUNNEL = (
    "Where browsers do reach this server, by a tunnel or a reverse proxy, name that address: "
    "lab.public_url = 'https://...', or %config SioMagics.public_url = 'https://...', then %sio start --join."
)


@dataclass(frozen=True, slots=True)
class ClassStatus(Status):
    """How the server is, with a class in; shows itself as the class's card."""

    card: ClassCard | None = None
    """The card; not part of the text, which a notebook keeps."""

    def _ipython_display_(self) -> None:
        if self.card is None:
            raise NotImplementedError  # IPython shows the text, then
        self.card._ipython_display_()

    def _repr_mimebundle_(self, **given: object) -> dict[str, str]:
        return self.card._repr_mimebundle_(**given) if self.card is not None else {"text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return the status, and how to see the card."""
        # `super()` without arguments finds no class in a dataclass with slots.
        return Status.__repr__(self)


def start_class(lab: Lab, host: str, serve: Callable[[str], object]) -> ClassStatus:
    """Let a class in, and have `serve` listen for it: on `host`, or in place of this machine's own, on all addresses.

    Raises LabError where students could not reach it, and what `serve` raises; then no class is in.
    """
    check_reachable(lab.public_url, host)
    lab.stage.end_class()  # one whose server was stopped by the program
    lab.stage.let_in_class()  # before anybody is listened to: nobody slips in without the code
    try:
        serve(EVERYWHERE if is_local(host) else host)
    except BaseException:
        lab.stage.end_class()
        raise
    return class_status(lab)


def class_status(lab: Lab, note: str | None = None) -> ClassStatus:
    """Return how the server is, with the class's card."""
    return _with_card(lab.status(note=note), card(lab))


def check_reachable(public_url: str | None, host: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raise LabError where students can't reach a server of this kernel, and say what to do instead.

    An address in `public_url`, and a `host` that is not this machine's own, are the reader's word that they can.
    """
    if public_url is not None or not is_local(host):
        return
    place = hosted_by(environment)
    if place is not None:
        raise LabError(
            f"This kernel runs on {place}: phones in your room can't reach it, so a class can't come in by --join. "
            f"{_HOME}. {_TUNNEL}"
        )
    is_container = in_container()
    if lan_addresses(in_container=is_container):
        return
    if is_container:
        raise LabError(
            "This kernel runs in a container, and has no address in your room's network. Publish a port of the "
            f"container, as in docker run -p 5000:5000, and name the address of its host: {_TUNNEL} "
            "In a container with its host's network: %sio start --join --host ADDRESS."
        )
    raise LabError(
        "This machine is in no network that others could reach it by. Join the room's network, then %sio start --join; "
        f"or name its address: %sio start --join --host ADDRESS. {_TUNNEL}"
    )


def in_container() -> bool:
    """Tell whether this kernel runs in a container."""
    return any(path.exists() for path in _CONTAINERS) or "KUBERNETES_SERVICE_HOST" in os.environ


def _with_card(status: Status, shown: ClassCard) -> ClassStatus:
    fields: dict[str, Any] = {name: getattr(status, name) for name in Status.__dataclass_fields__}
    return ClassStatus(**fields, card=shown)

"""Starting a lab's server: what was asked for, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab import joining
from sio_lab.server.manner import SWIFT, Manner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.lab import Lab
    from sio_lab.results import Status

LOCALHOST = "127.0.0.1"


@dataclass(frozen=True)
class Wanted:
    """What a start asks for."""

    host: str = LOCALHOST
    port: int = 0
    """0 for any free one."""

    cors: str | Sequence[str] | None = None
    """Origins that may connect beside the server's own."""

    join: bool = False
    """Whether a class is let in: on the network's address, with a code."""

    anyone: bool = False
    """Whether an address that others reach may be taken without a code."""

    no_mend: bool = False
    """Whether users' pages are sent as they are, though they load socket.io from elsewhere."""

    manner: Manner = SWIFT


def start(lab: Lab, wanted: Wanted, options: dict[str, Any]) -> Status:
    """Serve in the background; where a server runs already, say which. `options` are SocketIO's, for the first start.

    Raises PortTaken or LabError where the address can't be had.
    """
    hosted = lab.stage.hosted(options)
    if lab.running:
        return _as_it_runs(lab, wanted)
    if wanted.cors is not None:
        hosted.server.eio.cors_allowed_origins = wanted.cors
    if wanted.join:
        return joining.start_class(lab, wanted.host, lambda host: lab.stage.start(host, wanted.port, wanted.manner))
    lab.stage.end_class()
    lab.stage.start(wanted.host, wanted.port, wanted.manner)
    return lab.status()


def _as_it_runs(lab: Lab, wanted: Wanted) -> Status:
    note = "It was running already; %sio restart begins anew on the same port."
    if lab.pupils is not None:
        return joining.class_status(lab, note)
    without = " It lets no class in: %sio stop, then %sio start --join." if wanted.join else ""
    return lab.status(note=note + without)

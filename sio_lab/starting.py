"""Starting a lab's server: what was asked for, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sio_lab.core.netloc import ip_address
from sio_lab.errors import LabError
from sio_lab.server.manner import SWIFT, Manner
from sio_lab.server.reach import LOCALHOST, check_reach, is_local
from sio_lab.starting_class import class_status, start_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.lab import Lab
    from sio_lab.results import Status


@dataclass(frozen=True)
class Wanted:
    """What a start asks for."""

    host: str = LOCALHOST
    """The address to listen on; where a class is let in, this machine's own stands for all addresses."""

    port: int = 0
    """0 for any free one."""

    cors: str | Sequence[str] | None = None
    """Origins that may connect beside the server's own."""

    join: bool = False
    """Whether a class is let in: on the network's address, with a code."""

    anyone: bool = False
    """Whether an address that others reach may be taken without a code."""

    no_mend: bool = False
    """Whether pages of the program are sent as they are, though they load socket.io from elsewhere."""

    manner: Manner = SWIFT
    """How it serves, but for the pages."""


def start(lab: Lab, wanted: Wanted, options: dict[str, Any]) -> Status:
    """Serve in the background; where a server runs already, say which. `options` are SocketIO's, for the first start.

    Raises PortTaken or LabError where the address can't be had, is reached by others and nobody is said to be let in,
    or a class and anyone are, or an origin is none.
    """
    if lab.running:
        lab.stage.hosted(options)
        return _as_it_runs(lab, wanted)
    _check(wanted)
    lab.stage.hosted(options)
    lab.stage.origins.add(wanted.cors)
    if wanted.join:
        return start_class(lab, wanted.host, lambda host: _listen(lab, wanted, host))
    lab.stage.end_class()
    _listen(lab, wanted, wanted.host)
    return lab.status(note=_who_comes(wanted.host) if wanted.anyone else None)


def _check(wanted: Wanted) -> None:
    if wanted.join and wanted.anyone:
        raise LabError(
            "--join lets a class in by its code, and --anyone whoever comes, without one: which of them is meant? "
            "%sio start --join is for a class."
        )
    check_reach(wanted.host, is_meant=wanted.join or wanted.anyone)


def _listen(lab: Lab, wanted: Wanted, host: str) -> None:
    lab.stage.start(host, wanted.port, replace(wanted.manner, no_mend=wanted.no_mend))
    if ip_address(host) is None:
        lab.stage.hosts.learn(host)


def _as_it_runs(lab: Lab, wanted: Wanted) -> Status:
    note = "It was running already; %sio restart begins anew on the same port."
    if lab.pupils is not None:
        return class_status(lab, note)
    without = " It lets no class in: %sio stop, then %sio start --join." if wanted.join else ""
    return lab.status(note=note + without)


def _who_comes(host: str) -> str:
    """Return who reaches a host for which anyone is let in."""
    if is_local(host):
        return (
            f"Only this machine reaches {host}: --anyone is for an address that others reach, as in "
            "%sio start --host 0.0.0.0 --anyone."
        )
    return (
        f"Whoever reaches this machine at {host} can connect without a code, and what they send runs your handlers in "
        "this kernel. %sio stop closes it."
    )

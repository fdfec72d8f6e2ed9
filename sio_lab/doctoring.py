"""What `lab.doctor` gives: what keeps clients from connecting, as an object that shows itself."""

from __future__ import annotations

import http.client
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.core import doctor, installation
from sio_lab.core.cause import FAILURE, HINDRANCE, LIKELY, REMARK, SURE, Setup
from sio_lab.core.doctor_unseen import UNSEEN
from sio_lab.core.elsewhere import HUB_PREFIX
from sio_lab.core.finding import Finding, columns, worst_first
from sio_lab.core.installation import Installed
from sio_lab.core.port_owner import PROC, PortOwner, owner_of
from sio_lab.core.telling import counted
from sio_lab.views import diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from sio_lab.core.columns import Columns
    from sio_lab.errors import PortTaken
    from sio_lab.reaching import Reaching
    from sio_lab.server.host import Host

PROBE = "/_lab/client/socket.io.min.js"
"""What every lab's server has, and hardly any other."""

PROBE_SECONDS = 1.0


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What keeps clients from connecting: text in a terminal, a card in a notebook; true where anything does."""

    findings: tuple[Finding, ...]
    """What is wrong, the gravest and newest first; remarks, and what is over, last."""

    looked_at: str = ""
    """What was looked at, in words."""

    unseen: tuple[tuple[str, str], ...] = UNSEEN
    """What leaves no trace here: what it is, and what is to be known of it."""

    @property
    def columns(self) -> Columns:
        """The findings as columns of plain Python values."""
        return columns(self.findings)

    @property
    def df(self) -> pd.DataFrame:
        """The findings as a DataFrame: finding, grade, certainty, what, next, times, addresses, last, rows, ..."""
        from sio_lab.frames import frame

        return frame(self.columns)

    def __bool__(self) -> bool:
        """Whether something is wrong now: remarks, and what is over, are not."""
        return any(each.is_failure and not each.is_past for each in self.findings)

    def __len__(self) -> int:
        """How many findings there are."""
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        """Go through the findings, the gravest first."""
        return iter(self.findings)

    def __repr__(self) -> str:
        """Return all of it as text."""
        return diagnosis.text(self)

    def _repr_html_(self) -> str:
        return diagnosis.html(self)


def examine(lab: Reaching, installed: Installed | None = None) -> Diagnosis:
    """Look through the log, at the server and at this kernel's environment, and say what is wrong.

    `installed` is looked at instead of the environment, where it is given.
    """
    host = lab.staged.host if lab.staged else None
    around = installed or Installed.here()
    found = (
        *doctor.findings(lab.log, _setup(host)),
        *_server(lab),
        *installation.findings(around, is_remote=HUB_PREFIX in os.environ),
    )
    server = f"the server at {lab.url}" if lab.running else "the server, which is stopped"
    packages = f"{counted(len(around.requires), 'package')} of this kernel's environment"
    return Diagnosis(worst_first(found), f"{counted(len(lab.log), 'record')} of the log, {server}, {packages}")


def _setup(host: Host | None) -> Setup:
    return Setup() if host is None else host.setup


def _server(lab: Reaching) -> Iterator[Finding]:
    error = lab.staged.taken.error if lab.staged else None
    if error is not None and error.place is not None:
        yield from _taken(lab, error, *error.place)
    if not lab.running:
        yield Finding(
            "not running",
            "The server is stopped: nobody can connect.",
            "Start it:\n%sio start",
            # Where it was never started, that is no failure of anything.
            grade=FAILURE if lab.log.last_seq else HINDRANCE,
            summary="it does not listen",
        )


def _taken(lab: Reaching, error: PortTaken, address: str, port: int) -> Iterator[Finding]:
    """Yield that a port which was asked for is somebody else's, where it still is."""
    owner = owner_of(port)
    if lab.port == port or (owner is None and PROC.exists()):
        return
    is_lab = owner is not None and not owner.is_own and _is_lab(address, port)
    step = "Stop that program, or take any free port; pages that name the port must be given the new one:\n"
    if is_lab:
        step = "Run %sio stop in that notebook, or shut its kernel down; or take any free port here:\n"
    yield Finding(
        "port taken",
        f"Port {port} on {address} could not be had: {_who(owner, is_lab=is_lab)}. "
        + (f"The server is at {lab.url} instead." if lab.running else "So the server does not run."),
        f"{step}%sio start --port 0",
        SURE if owner is not None else LIKELY,
        REMARK if lab.running else FAILURE,
        summary=str(error).partition(". ")[0],
    )


def _who(owner: PortOwner | None, *, is_lab: bool) -> str:
    if is_lab and owner is not None:
        return f"the lab of another kernel (process {owner.pid or 'of another account'}) serves there"
    return owner.told if owner is not None else "another program listens there"


def _is_lab(address: str, port: int) -> bool:
    """Tell whether a lab's server answers there."""
    connection = http.client.HTTPConnection(address or "127.0.0.1", port, timeout=PROBE_SECONDS)
    with suppress(OSError, http.client.HTTPException):
        try:
            connection.request("GET", PROBE)
            answer = connection.getresponse()
            return answer.status == http.HTTPStatus.OK and b"Socket.IO" in answer.read(200)
        finally:
            connection.close()
    return False

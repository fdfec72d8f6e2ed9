"""How a server serves: what a start may choose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """The choices; each holds from the next start on."""

    plain: bool = False
    """Whether the threads of plain Flask-SocketIO serve, for each client and event, instead of the loop."""

    own_switch: bool = False
    """Whether Python's switch interval stays what it is (see `switching`)."""

    no_mend: bool = False
    """Whether pages that load socket.io from elsewhere are sent as they are (see `web.mending`)."""


SWIFT = Manner()

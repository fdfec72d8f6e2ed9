"""Who reaches an address: this machine only, or others, too. Loaded with the extension, so it imports little."""

from __future__ import annotations

from sio_lab.core.netloc import ip_address
from sio_lab.errors import LabError

LOCALHOST = "127.0.0.1"
ALL_ADDRESSES = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - to know it where it is asked for
"""What stands for all addresses of this machine."""


def is_local(host: str | None) -> bool:
    """Tell whether only programs on this machine reach a server that listens there."""
    if not isinstance(host, str):
        return host is None
    address = ip_address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def check_reach(host: str, *, is_meant: bool) -> None:
    """Raise LabError where others reach a host, unless it is said that they are to be let in."""
    if is_local(host) or is_meant:
        return
    raise LabError(
        f"Others reach {host}, and what they send runs your handlers in this kernel. To let a class in, with a code: "
        f"%sio start --join. To let in whoever reaches it: %sio start --host {host} --anyone. "
        "Else leave the host out: 127.0.0.1 is for this machine only."
    )

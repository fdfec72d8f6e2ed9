"""Named Socket.IO clients in the kernel, over the real network, with python-socketio's own client underneath."""

from __future__ import annotations

from sio_lab.clients.named import NamedClient
from sio_lab.clients.roster import Clients

__all__ = ["Clients", "NamedClient"]

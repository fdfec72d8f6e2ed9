"""A class: who may come in, under which name, and which of its events are taken."""

from sio_lab.server.joining.names import Names
from sio_lab.server.joining.pupils import NotLetIn, Pupils

__all__ = ["Names", "NotLetIn", "Pupils"]

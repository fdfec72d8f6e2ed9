"""Fixtures of the tests of views."""

from tests.views.comms import comms as comms  # noqa: PLC0414 - this is how a fixture is shared

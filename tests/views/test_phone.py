"""The lab's own clients are phones, and what they receive has arrived; so does what stands in for them here."""

from __future__ import annotations

import inspect

import pytest

from sio_lab.clients import NamedClient
from sio_lab.clients.arrivals import Arrival
from sio_lab.views.phone import Arrived, Phone
from tests.views.phones import StandIn

MEMBERS = sorted(name for name in vars(Phone) if not name.startswith("_"))


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("made", [NamedClient, StandIn])
def test_a_client_has_all_that_a_panel_needs(made: type, name: str) -> None:
    wanted, there = getattr(Phone, name), getattr(made, name, None)
    if inspect.isfunction(wanted):
        assert inspect.signature(wanted).parameters.keys() <= inspect.signature(getattr(made, name)).parameters.keys()
    else:
        assert there is not None or name in inspect.getsource(made.__init__)


def test_an_arrival_has_all_that_a_panel_shows() -> None:
    arrival = Arrival(1, "/", "chat", ("hi",))
    assert [getattr(arrival, name) for name in ("at", "namespace", "event", "args")] == [1, "/", "chat", ("hi",)]
    assert {"at", "namespace", "event", "args"} == {name for name in vars(Arrived) if not name.startswith("_")}

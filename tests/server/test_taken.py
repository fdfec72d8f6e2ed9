"""What is kept of a start that failed."""

from __future__ import annotations

import pytest

from sio_lab.errors import LabError, PortTaken
from sio_lab.server.taken import Taken
from sio_lab.server.thread import listen


def test_a_port_that_is_taken_is_kept_and_goes_on_its_way() -> None:
    taken = Taken()
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(PortTaken), taken:
            listen("127.0.0.1", port)
    assert taken.error is not None
    assert taken.error.place == ("127.0.0.1", port)


def test_other_errors_are_not() -> None:
    taken = Taken()
    with pytest.raises(LabError), taken:
        listen("127.0.0.1", -1)
    with taken:
        pass
    assert taken.error is None

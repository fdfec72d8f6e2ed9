"""What is said of a row."""

from __future__ import annotations

import dataclasses

import pytest

from sio_lab.core.reason import Reason, Why


def test_one_failure_makes_it_a_failure() -> None:
    failure = Reason("no handler", "what", "evidence", "next", is_failure=True)
    remark = dataclasses.replace(failure, name="no listener", is_failure=False)
    assert Why(1, "event", "headline", (remark, failure)).is_failure
    assert not Why(1, "event", "headline", (remark,)).is_failure
    assert not Why(1, "event", "headline").is_failure


def test_it_never_changes() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Why(1, "event", "headline").seq = 2

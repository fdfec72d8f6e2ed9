"""The part of a lab that brings in others: each verb is there, and says where it can't."""

from __future__ import annotations

import pytest

from sio_lab.commands.table_reaching import CLASSROOM, REACHING
from sio_lab.lab import Lab
from sio_lab.reaching import Reaching


@pytest.mark.parametrize("verb", [*REACHING, *CLASSROOM], ids=lambda verb: verb.name)
def test_each_verb_is_a_method_that_is_explained(verb: object) -> None:
    method = getattr(Lab, str(getattr(verb, "method", "")))
    assert method.__qualname__.startswith("Reaching.")
    assert method.__doc__


def test_what_the_lab_itself_has_is_only_named_here() -> None:
    part = Reaching()
    for name in ("stage", "running", "port"):
        with pytest.raises(NotImplementedError):
            getattr(part, name)
    with pytest.raises(NotImplementedError):
        part.kick("ada")


def test_the_public_address_can_be_set_and_taken_back() -> None:
    lab = Lab()
    assert lab.public_url is None
    lab.public_url = "https://tunnel.example"
    assert lab.public_url == "https://tunnel.example"
    lab.public_url = None
    assert lab.public_url is None


def test_before_anything_is_served_no_class_is_in() -> None:
    lab = Lab()
    assert lab.pupils is None
    assert lab.staged is None

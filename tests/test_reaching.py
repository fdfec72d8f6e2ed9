"""The part of a lab that brings in others: what is set about it, and each verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.commands.table_reaching import CLASSROOM, REACHING
from sio_lab.errors import LabError
from sio_lab.lab import Lab
from sio_lab.reaching import Reaching
from tests.server.bare_http import POLLING, get

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC = "https://tunnel.example/lab"
MARK = "X-Forwarded-Context: /proxy/1"


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


def reached(lab: Lab) -> tuple[int, int]:
    """Return how a page at the public address is answered: asked for by that name, and connecting from there."""
    lab.start()
    host, origin = "tunnel.example", "Origin: https://tunnel.example"
    return get(lab.url or "", "/x", host=host).status, get(lab.url or "", POLLING, origin).status


def test_the_public_address_counts_whether_it_is_set_before_the_start_or_after(lab: Lab) -> None:
    lab.public_url = PUBLIC
    assert lab.staged is None
    assert reached(lab) == (404, 200)
    lab.public_url = None
    assert reached(lab) == (403, 400)
    lab.public_url = PUBLIC
    assert reached(lab) == (404, 200)


def test_what_is_no_address_is_refused_and_changes_nothing(lab: Lab) -> None:
    lab.public_url = PUBLIC
    for wrong in ("tunnel.example", "ftp://a", "https://me:secret@tunnel.example"):
        with pytest.raises(LabError):
            lab.public_url = wrong
    assert lab.public_url == PUBLIC


def test_consent_counts_whether_it_is_given_before_the_start_or_after(lab: Lab) -> None:
    assert not lab.pages_through_proxy
    lab.pages_through_proxy = True
    lab.start()
    assert get(lab.url or "", "/x", MARK).status == 404
    lab.pages_through_proxy = False
    assert get(lab.url or "", "/x", MARK).status == 403
    lab.stage.proxied.allow()
    lab.public_url = PUBLIC
    assert lab.pages_through_proxy
    assert get(lab.url or "", "/x", MARK).status == 404


@pytest.mark.parametrize("verb", [*REACHING, *CLASSROOM], ids=lambda verb: verb.name)
def test_each_verb_is_a_method_that_is_explained(verb: object) -> None:
    method = getattr(Lab, str(getattr(verb, "method", "")))
    assert method.__qualname__.startswith("Reaching.")
    assert method.__doc__


def test_what_the_lab_itself_has_is_only_named_here() -> None:
    part = Reaching()
    for name in ("stage", "running", "url", "port"):
        with pytest.raises(NotImplementedError):
            getattr(part, name)
    with pytest.raises(NotImplementedError):
        part.kick("ada")


def test_before_anything_is_served_no_class_is_in() -> None:
    lab = Lab()
    assert lab.pupils is None
    assert lab.staged is None

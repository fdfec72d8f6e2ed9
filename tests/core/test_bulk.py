"""Payloads read in bulk: as each is read alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.bulk import payloads
from sio_lab.core.packing import Same, pack
from sio_lab.core.traffic import payload_of
from sio_lab.core.wire import Current, Wire, decode, encode
from tests.core.any_record import HEADS, JSONS, WIRES
from tests.core.test_wire import ACK_IDS, NAMESPACES, PAYLOADS

WRITTEN = st.builds(
    encode, st.sampled_from(["EVENT", "ACK"]), st.lists(PAYLOADS, min_size=1, max_size=3), NAMESPACES, ACK_IDS
)


def alone(wires: list[Wire], read: Any) -> str:
    return repr([payload_of(wire, read) for wire in wires])


def in_bulk(wires: list[Wire], read: Any) -> str:
    return repr(payloads([wire.text for wire in wires], pack([wire.attachments for wire in wires]), read))


@given(st.lists(WIRES | WRITTEN, min_size=1, max_size=5))
def test_each_is_read_as_it_is_alone(wires: list[Wire]) -> None:
    for read in (decode, None, Current(lambda: decode)):
        assert in_bulk(wires, read) == alone(wires, read)


@given(HEADS, JSONS, st.text(max_size=3))
def test_whatever_it_is(head: str, body: str, more: str) -> None:
    for text in (head + body, head + body + more, head + more + body):
        assert in_bulk([Wire(text)], decode) == alone([Wire(text)], decode)


@pytest.mark.parametrize("text", ["2" + "[" * 100_000, "2" + "[" * 100_000 + "]" * 100_000, '2["a"]\n', '2["a"],["b"]'])
def test_hostile_texts_are_told_as_they_came(text: str) -> None:
    assert in_bulk([Wire(text)], decode) == alone([Wire(text)], decode)


def test_the_decoder_of_the_moment_is_asked() -> None:
    now: list[Any] = [decode]
    current = Current(lambda: now[0])
    assert payloads(['2["x",1]'], Same((), 1), current) == [(1,)]
    now[0] = lambda _: decode(Wire('2["other",2]'))
    assert payloads(['2["x",1]'], Same((), 1), current) == [(2,)]
    assert current(Wire("")).args == (2,)

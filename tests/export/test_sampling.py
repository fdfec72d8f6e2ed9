from __future__ import annotations

from sio_lab.core.wire import Wire, decode, encode
from sio_lab.export.sampling import MOST_SAMPLES, sample, spread


def test_few_are_all_read() -> None:
    samples = sample([encode("EVENT", ["chat", 1]), encode("ACK", [2, 3])], decode)
    assert samples.args == [(1,), (2, 3)]
    assert samples.said == ""


def test_of_many_some_are_read_from_the_first_to_the_last() -> None:
    samples = sample([encode("EVENT", ["tick", number]) for number in range(1_001)], decode)
    assert len(samples.args) == MOST_SAMPLES
    assert (samples.args[0], samples.args[-1]) == ((0,), (1_000,))
    assert samples.said == " Told from 200 of 1,001, spread evenly."


def test_what_can_t_be_read_is_counted() -> None:
    samples = sample([Wire("no packet"), encode("EVENT", ["chat"])], decode)
    assert samples.args == [()]
    assert samples.said == " 1 could not be read."


def test_a_connect_without_auth_says_nothing() -> None:
    samples = sample([encode("CONNECT", None), encode("CONNECT", {"a": 1})], decode)
    assert samples.args == [({"a": 1},)]
    assert samples.said == ""


def test_a_spread_holds_each_once() -> None:
    wires = [Wire(str(number)) for number in range(50)]
    assert spread(wires, 50) == wires
    assert len(set(spread(wires, 7))) == 7

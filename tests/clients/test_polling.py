from __future__ import annotations

import contextlib
import queue
from types import SimpleNamespace

from engineio.payload import Payload

from sio_lab.clients.polling import Inbox, Outbox, portion_size


def test_the_outbox_ends_a_portion_where_the_server_would_give_up() -> None:
    outbox = Outbox()
    for number in range(40):
        outbox.put(number)
    portions = []
    while outbox.qsize():
        portion = [outbox.get(timeout=1)]
        with contextlib.suppress(queue.Empty):
            while True:
                portion.append(outbox.get(block=False))
        portions.append(portion)
    assert portions == [list(range(16)), list(range(16, 32)), list(range(32, 40))]


def test_an_answer_with_few_packets_is_handed_on_as_it_is() -> None:
    inbox, answer = Inbox(), SimpleNamespace(status_code=200, content=b"4a\x1e4b")
    assert inbox.divide(answer) is answer
    assert inbox.next() is None


def test_a_long_answer_is_handed_on_in_portions_that_engineio_reads() -> None:
    packets = [f"4n{number}" for number in range(40)]
    inbox = Inbox()
    portions = [inbox.divide(SimpleNamespace(status_code=200, content="\x1e".join(packets).encode()))]
    while (portion := inbox.next()) is not None:
        portions.append(portion)
    read = [Payload(encoded_payload=portion.content.decode()).packets for portion in portions]
    assert [len(each) for each in read] == [16, 16, 8]
    assert [packet.data for each in read for packet in each] == [f"n{number}" for number in range(40)]
    assert {portion.status_code for portion in portions} == {200}
    assert portion_size() == 16

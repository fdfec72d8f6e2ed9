from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from stand_ins import connection, log_of_one, receive

from sio_lab.clients.sending import Outgoing
from sio_lab.core import records as r

if TYPE_CHECKING:
    from sio_lab.core.log import Log


@pytest.fixture
def log() -> Log:
    return log_of_one()


class TestSent:
    def test_it_finds_its_own_record_and_how_its_handler_ended(self, log: Log) -> None:
        outgoing = Outgoing(log, connection(), "/", "x")
        outgoing.number = 2
        other = receive(log, 1)
        receive(log, 2, eio_sid="eio-bob")
        assert (outgoing.received, outgoing.is_done) == (None, False)
        mine = receive(log, 2)
        log.append(r.Handled(other.seq, "raised", 1.0))
        assert (outgoing.received, outgoing.handled, outgoing.is_done) == (mine, None, False)
        log.append(r.Handled(mine.seq, "handled", 1.0))
        assert outgoing.is_done
        assert not outgoing.has_failed
        assert not outgoing.is_decided

    def test_records_from_before_it_was_sent_are_not_its_own(self, log: Log) -> None:
        receive(log, 1)
        outgoing = Outgoing(log, connection(), "/", "x")
        outgoing.number = 1
        assert outgoing.received is None

    @pytest.mark.parametrize("status", ["raised", "no-handler"])
    def test_it_has_failed_where_no_ack_will_come(self, log: Log, status: str) -> None:
        outgoing = Outgoing(log, connection(), "/", "x")
        outgoing.number, outgoing.ack_id = 1, 1
        log.append(r.Handled(receive(log, 1).seq, status, 1.0))
        assert outgoing.has_failed
        assert outgoing.is_decided

    def test_a_value_that_can_not_be_acked_is_a_failure_after_all(self, log: Log) -> None:
        outgoing = Outgoing(log, connection(), "/", "x")
        outgoing.number, outgoing.ack_id = 1, 1
        received = receive(log, 1)
        log.append(r.Handled(received.seq, "handled", 1.0))
        assert not outgoing.is_decided
        log.append(r.Handled(received.seq, "raised", 0.0, error="TypeError: no JSON"))
        assert outgoing.handled is not None
        assert outgoing.handled.error == "TypeError: no JSON"
        assert outgoing.is_decided

    @pytest.mark.parametrize("change", [{"lost": "transport error"}, {"sids": {}}])
    def test_it_is_decided_when_its_client_has_left(self, log: Log, change: dict[str, Any]) -> None:
        outgoing = Outgoing(log, connection(**change), "/", "x")
        outgoing.ack_id = 1
        assert outgoing.is_cut_off
        assert outgoing.is_decided
        assert outgoing.is_done

    def test_one_that_wants_an_ack_is_done_when_it_has_it(self, log: Log) -> None:
        outgoing = Outgoing(log, connection(), "/", "x")
        outgoing.number, outgoing.ack_id = 1, 1
        log.append(r.Handled(receive(log, 1).seq, "handled", 1.0))
        assert not outgoing.is_done
        outgoing.ack = ()
        assert outgoing.is_done

from __future__ import annotations

import threading
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from stand_ins import EIO, SID, connection, emitted, log_of_one, receive

from sio_lab.clients.order import Order
from sio_lab.core import records as r

if TYPE_CHECKING:
    from sio_lab.core.log import Log


@pytest.fixture
def log() -> Log:
    return log_of_one()


class TestWait:
    def test_it_waits_until_what_was_emitted_has_arrived(self, log: Log) -> None:
        ada = connection()
        order = Order(log, lambda: [ada])
        emitted(log, SID)
        assert not order.wait(lambda: True, 0.01)
        ada.arrived["/"] = 1
        assert order.wait(lambda: True, 0.01)

    def test_what_is_emitted_later_is_not_waited_for(self, log: Log) -> None:
        ada = connection(arrived=Counter({"/": 1}))
        asked: list[int] = []

        def ready() -> bool:
            asked.append(1)
            return True

        order = Order(log, lambda: [ada])
        emitted(log, SID)
        ada.worker.idle = False
        threading.Timer(0.05, lambda: (emitted(log, SID), setattr(ada.worker, "idle", True), log.nudge())).start()
        assert order.wait(ready, 5)
        assert asked == [1]

    def test_a_client_that_leaves_meanwhile_is_not_waited_for(self, log: Log) -> None:
        ada = connection()
        emitted(log, SID)
        threading.Timer(0.05, lambda: (ada.sids.clear(), log.nudge())).start()
        assert Order(log, lambda: [ada]).wait(lambda: True, 5)

    def test_handlers_are_waited_for_except_by_one_of_them(self, log: Log) -> None:
        ada = connection(worker=SimpleNamespace(idle=False, is_current=False))
        order = Order(log, lambda: [ada])
        assert not order.wait(lambda: True, 0.01)
        ada.worker.is_current = True
        assert order.wait(lambda: True, 0.01)


class TestQuiet:
    def test_nothing_runs_and_all_is_taken_in(self, log: Log) -> None:
        ada = connection()
        order = Order(log, lambda: [ada])
        assert order.is_quiet()
        ada.sent = 1
        assert not order.is_quiet()
        received = receive(log, 1)
        assert not order.is_quiet()
        log.append(r.Handled(received.seq, "handled", 1.0))
        assert order.is_quiet()

    def test_a_lost_connection_is_not_waited_for(self, log: Log) -> None:
        assert Order(log, lambda: [connection(sent=1, lost="transport error")]).is_quiet()

    def test_a_client_is_gone_when_its_handler_of_disconnect_is_done(self, log: Log) -> None:
        order = Order(log, list)
        assert not order.is_gone(EIO)
        gone = log.append(r.Disconnected("/", SID, EIO, "client disconnect"))
        log.append(r.Left("/", None, SID))
        assert not order.is_gone(EIO)
        log.append(r.Handled(gone.seq, "handled", 1.0))
        assert order.is_gone(EIO)

    def test_a_client_is_let_in_when_its_handler_of_connect_is_done(self, log: Log) -> None:
        order = Order(log, list)
        asked = log.append(r.ConnectAsked("/", EIO, r.NO_WIRE))
        assert not order.is_let_in(EIO)
        assert order.is_let_in("eio-bob")
        log.append(r.Handled(asked.seq, "handled", 1.0))
        assert order.is_let_in(EIO)

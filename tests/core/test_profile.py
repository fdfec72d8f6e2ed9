from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.profile import Account, What, account, handlers_of
from sio_lab.core.traffic import merge
from sio_lab.core.wire import decode
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.core.log import Log


def told(log: Log) -> Account:
    return account(merge(log.since()), log.state, decode, handlers_of(log.state))


def test_rows_are_sorted_by_what_they_are_of() -> None:
    profiles = told(make.lesson()).profiles
    assert set(profiles) == {
        *(What("/", "in", "event", name) for name in ("chat", "boom", "caht")),
        *(What("/", "out", "emit", name) for name in ("chat", "quiz", "vote")),
        *(What("/", "in", "connect", ""), What("/nowhere", "in", "refused", ""), What("", "in", "rejected", "")),
        *(What("/", "-", "join", "lobby"), What("/", "in", "disconnect", "client disconnect")),
        What("/", "-", "leave", "lobby"),
    } - {What("/", "-", "leave", "lobby")}


def test_an_event_s_ack_and_duration_are_of_its_handler() -> None:
    chat = told(make.lesson()).profiles["/", "in", "event", "chat"]
    assert (chat.count, chat.asked, chat.acked, chat.durations) == (1, 1, 1, [1.5])
    assert list(chat.acks.values()) == [{"['ok']": ("ok",)}]
    assert chat.shapes == {"({text: string})"}


def test_an_emit_s_acks_are_counted_by_recipient() -> None:
    profiles = told(make.lesson()).profiles
    quiz, vote = profiles["/", "out", "emit", "quiz"], profiles["/", "out", "emit", "vote"]
    assert (quiz.asked, quiz.acked, quiz.durations) == (1, 1, [20.0])
    assert (vote.asked, vote.acked, vote.recipients) == (2, 1, {2})
    assert vote.ack_shapes == {"(string)"}


def test_how_it_failed_is_kept() -> None:
    profiles = told(make.lesson()).profiles
    assert profiles["/", "in", "event", "boom"].errors == {"KeyError: 'user'": "KeyError: 'user'"}
    assert profiles["/", "in", "event", "caht"].statuses == {"no-handler": 1}


def test_handlers_and_the_lab_s_own_clients_are_named() -> None:
    made = told(make.lesson())
    assert made.handlers == {("/", "chat"): "on_chat"}
    assert made.clients == {("/", "ada")}


def test_a_sid_in_an_error_or_a_room_s_name_makes_it_no_other() -> None:
    log = make.lesson()
    make.join(log, make.ADA, f"game of {make.BEN}")
    make.handle(log, make.receive(log, make.ADA, "x"), "raised", error=f"KeyError: '{make.ADA}'")
    profiles = told(log).profiles
    assert What("/", "-", "join", "game of <sid 1>") in profiles
    assert list(profiles["/", "in", "event", "x"].errors) == ["KeyError: '<sid 1>'"]

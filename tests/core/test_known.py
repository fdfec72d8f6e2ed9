from __future__ import annotations

import threading
from dataclasses import fields
from typing import TYPE_CHECKING

from sio_lab.core import known
from sio_lab.core import records as r
from sio_lab.core.known import Known, Names
from sio_lab.core.log import Log
from tests import factories as f

if TYPE_CHECKING:
    import pytest


def registered(log: Log, event: str, namespace: str = "/", function: str = "f", cell: str | None = None) -> None:
    log.append(r.HandlerRegistered(namespace, event, function, cell))


def test_an_empty_log_knows_the_first_namespace_alone() -> None:
    nothing = Names(Log()).known()
    assert nothing.namespaces == {"/"}
    assert not any(getattr(nothing, field.name) for field in fields(Known))
    assert not any((nothing.rooms, nothing.clients, nothing.all_clients, nothing.cells, nothing.events("all")))


def test_a_lesson_is_known() -> None:
    told = Names(f.lesson()).known(["x", "chat"], ["chat"])
    assert (told.clients, told.all_clients, told.nameless) == ({"ada"}, {"ada"}, [])
    assert (told.rooms, told.namespaces) == ({"lobby"}, {"/", "/nowhere"} & told.namespaces)
    assert (told.functions, told.cells, told.errors) == ({"on_chat"}, {"In[4]"}, ("KeyError",))
    assert (told.variables, told.served) == (("x", "chat"), ("chat",))
    assert set(told.received) == {"chat", "boom", "caht"}
    assert set(told.emitted) == {"chat", "quiz", "vote"}


def test_events_are_told_by_the_way_they_go() -> None:
    log = Log()
    for event in ("chat", "connect", "*"):
        registered(log, event)
    f.connect(log, f.ADA)
    f.receive(log, f.ADA, "caht")
    f.emit(log, "news")
    told = Names(log).known()
    assert told.events("in") == {"chat", "caht"}
    assert told.events("out") == {"chat", "news"}
    assert told.events("handled") == {"chat", "caht", "connect", "*"}
    assert told.events("all") == {"chat", "caht", "connect", "*", "news"}


def test_who_is_gone_keeps_a_name_but_no_sid() -> None:
    log = Log()
    f.connect(log, f.ADA, name="ada")
    f.connect(log, f.BEN)
    f.disconnect(log, f.ADA)
    told = Names(log).known()
    assert (told.clients, told.all_clients) == (set(), {"ada"})
    assert (told.connected, told.nameless) == ((f.BEN,), [f.BEN])
    assert set(told.eio_sids) == {f"eio-{f.ADA}", f"eio-{f.BEN}"}
    assert told.addresses == {"127.0.0.1"}


def test_personal_rooms_are_left_out_and_others_stay_what_they_are() -> None:
    log = Log()
    f.connect(log, f.ADA)
    for room in ("lobby", 5, ("a", 1), ""):
        f.join(log, f.ADA, room)
    assert Names(log).known().rooms == {"lobby", 5, ("a", 1), ""}


def test_cells_of_tasks_and_handlers_are_known() -> None:
    log = Log()
    registered(log, "chat", cell="In [4]")
    registered(log, "other")
    log.append(r.TaskStarted("tick", "In [5]"))
    told = Names(log).known()
    assert (told.cells, told.running) == ({"In [4]", "In [5]"}, {"tick"})


def test_the_namespace_of_a_handler_for_all_is_no_namespace() -> None:
    log = Log()
    registered(log, "chat", "*")
    registered(log, "chat", "/chat")
    assert Names(log).known().namespaces == {"/", "/chat"}


def test_paths_of_requests_are_known() -> None:
    log = Log()
    log.append(r.HttpRequest("GET", "/about", 404, 1.0, None))
    assert Names(log).known().paths == ("/about",)


def test_the_newest_rows_come_first_and_are_few() -> None:
    log = f.lesson()
    f.connect(log, "someone")
    rows = Names(log).known().rows
    assert rows[0] == log.last_seq
    assert list(rows) == sorted(rows, reverse=True)
    for _ in range(100):
        f.emit(log, "news")
    assert len(Names(log).known().rows) == 20


def test_names_stay_when_their_records_leave_the_log() -> None:
    log = Log(max_records=10)
    names = Names(log)
    f.emit(log, "first")
    assert names.known().emitted == ("first",)
    for _ in range(20):
        f.emit(log, "second")
    assert names.known().emitted == ("first", "second")
    log.clear()
    f.emit(log, "third")
    assert names.known().emitted == ("first", "second", "third")


def test_each_record_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    log = f.lesson()
    names = Names(log)
    told = names.known()
    read: list[str] = []
    monkeypatch.setattr(known, "_remember", lambda _, name: read.append(name))
    f.emit(log, "news")
    assert names.known().received == told.received
    assert read == ["news"]


def test_one_look_reads_the_newest_records_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST_READ", 3)
    log = Log()
    for number in range(5):
        f.emit(log, f"event {number}")
    assert Names(log).known().emitted == ("event 2", "event 3", "event 4")


def test_a_flood_of_names_keeps_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST_NAMES", 2)
    log = Log()
    names = Names(log)
    for event in ("a", "b", "a", "c", "x" * 10_000):
        f.emit(log, event)
    assert names.known().emitted == ("a", "c")


def test_the_log_is_free_while_its_copies_are_read() -> None:
    log = f.lesson()
    told = Names(log).known()
    with log.lock:
        seen: list[object] = []
        thread = threading.Thread(target=lambda: seen.extend((told.rooms, told.clients, told.events("all"))))
        thread.start()
        thread.join(30)
    assert len(seen) == 3


def test_many_threads_may_ask_while_records_come() -> None:
    log = Log()
    names = Names(log)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(50):
                told = names.known()
                assert told.rooms <= {f"room {number}" for number in range(200)}
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(200):
        f.connect(log, f"sid {number}", name=f"name {number}")
        f.join(log, f"sid {number}", f"room {number}")
        f.emit(log, f"event {number}")
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert len(names.known().emitted) == 200

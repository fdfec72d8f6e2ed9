"""Questions of pages are answered in order, and whatever goes wrong is told."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

from sio_lab.errors import LabError
from sio_lab.views.asking import Asking

SECONDS = 10


def fail(error: Exception) -> None:
    raise error


def test_answers_come_in_the_order_of_the_questions_and_from_one_thread() -> None:
    asking, answers, threads = Asking(), Queue[dict[str, Any]](), set[int]()

    def number(value: int) -> int:
        threads.add(threading.get_ident())
        return value

    for value in range(20):
        asking.ask("emit", lambda value=value: number(value), answers.put)  # type: ignore[misc]
    assert [answers.get(timeout=SECONDS)["value"] for _ in range(20)] == list(range(20))
    assert len(threads) == 1
    asking.close()


def test_errors_are_told_ours_by_their_text_alone() -> None:
    asking, answers = Asking(), Queue[dict[str, Any]]()
    asking.ask("emit", lambda: fail(LabError("name one")), answers.put)
    asking.ask("emit", lambda: fail(KeyError("x")), answers.put)
    told = [answers.get(timeout=SECONDS) for _ in range(2)]
    assert told == [{"ok": False, "value": "name one"}, {"ok": False, "value": "KeyError: 'x'"}]
    asking.close()


def test_who_only_looks_waits_for_no_act() -> None:
    asking, answers, acted = Asking(), Queue[dict[str, Any]](), threading.Event()
    asking.ask("emit", lambda: acted.wait(SECONDS), answers.put)
    asking.ask("detail", lambda: "looked", answers.put)
    assert answers.get(timeout=SECONDS)["value"] == "looked"
    acted.set()
    assert answers.get(timeout=SECONDS)["value"] is True
    asking.close()


def test_who_acts_waits_for_nothing_that_is_run_again() -> None:
    asking, answers, ran = Asking(), Queue[dict[str, Any]](), threading.Event()
    asking.ask("replay", lambda: ran.wait(SECONDS), answers.put)
    asking.ask("emit", lambda: "acted", answers.put)
    asking.ask("why", lambda: "looked", answers.put)
    assert {answers.get(timeout=SECONDS)["value"] for _ in range(2)} == {"acted", "looked"}
    ran.set()
    assert answers.get(timeout=SECONDS)["value"] is True
    asking.close()


def test_closing_ends_the_thread_and_the_next_question_makes_one() -> None:
    asking, answers = Asking(), Queue[dict[str, Any]]()
    asking.ask("emit", threading.current_thread, answers.put)
    thread = answers.get(timeout=SECONDS)["value"]
    asking.close()
    asking.close()
    thread.join(SECONDS)
    assert not thread.is_alive()
    asking.ask("emit", lambda: 1, answers.put)
    assert answers.get(timeout=SECONDS) == {"ok": True, "value": 1}
    asking.close()

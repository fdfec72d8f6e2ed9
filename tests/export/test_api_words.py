from __future__ import annotations

import pytest

from sio_lab.export import api_words as words
from sio_lab.export.observed import Exchange
from sio_lab.export.sampling import Samples


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("lobby", "`lobby`"),
        ("<img src=x>", "`<img src=x>`"),
        ("`</code><script>", "`'</code><script>`"),
        ("a\n\n# head", "`a··# head`"),
        ("x" * 100, f"`{'x' * 60}…`"),
    ],
)
def test_names_stay_in_their_code_span(text: str, shown: str) -> None:
    assert words.code(text) == shown


def test_rooms_are_named_and_bounded() -> None:
    assert "`lobby`" in words.channel("/", {"lobby"})["description"]
    assert "and 10 more" in words.channel("/", {f"room {number}" for number in range(30)})["description"]
    assert "Rooms" not in words.channel("/", set())["description"]


def test_an_event_that_nothing_answers_is_tagged() -> None:
    exchange = Exchange("receive", "caht", count=1)
    exchange.statuses["no-handler"] = 1
    assert words.operation(exchange, is_handled=False)["tags"][0]["name"] == "no handler"
    assert "tags" not in words.operation(exchange, is_handled=True)


def test_a_connect_says_what_was_given() -> None:
    connects = Exchange("receive", "connect", count=2)
    assert words.connect(connects, Samples([], 2, 2, 0)) == "No client gave an `auth`. 2 connects."
    assert "hidden. 2 connects." in words.connect(connects, Samples([({},), ({},)], 2, 2, 0))
    assert "Some clients gave none." in words.connect(connects, Samples([({},)], 2, 2, 0))


def test_counts_are_english() -> None:
    assert (words.counted(1, "event"), words.counted(1_200, "event")) == ("1 event", "1,200 events")
    assert words.event(Exchange("send", "x", count=2, asked=1)) == (
        "Emitted by the server, 2 times. An ack was asked for 1 time."
    )

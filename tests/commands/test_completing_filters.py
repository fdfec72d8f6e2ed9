from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.commands import VERBS, parse
from sio_lab.commands.completing_filters import ORIGINS, complete_filter, last_word
from sio_lab.commands.offers import TRANSPORTS, is_printable
from sio_lab.core import filters
from sio_lab.core.columns import CLIENTS
from sio_lab.core.known import LONGEST_NAME, Known
from tests.commands.known_names import handler, lesson, many_names, names, put, texts


def offered(text: str, behind: str = "", table: str = "traffic") -> list[str]:
    return texts(complete_filter(text, behind, lesson(), table))


# --- keys ---------------------------------------------------------------------------------------------------------


def test_a_key_is_completed_with_its_colon() -> None:
    assert offered("ev") == ["event:"]
    assert offered("EV") == ["event:"]


def test_a_key_of_numbers_may_be_compared() -> None:
    assert offered("ms") == ["ms:", "ms>"]


def test_a_dash_before_a_key_stays() -> None:
    assert put("chat -ev", 8, complete_filter("chat -ev", "", lesson(), "traffic")) == ["chat -event:"]


@pytest.mark.parametrize("table", sorted(name for name, verb in VERBS.items() if verb.is_table))
def test_each_table_offers_the_keys_that_it_has(table: str) -> None:
    keys = offered("", table=table)
    assert keys
    if table == "clients":
        columns = [column.name for column in CLIENTS]
        for key in keys:
            filters.parse(key.replace(">", ":") + _value(key), columns)
    assert ("rtt_ms>" in keys) == (table == "clients")


def _value(key: str) -> str:
    return "polling" if key == "transport:" else "5"


def test_of_a_table_that_is_not_known_every_key_is_offered() -> None:
    offers = texts(complete_filter("", "", lesson()))
    assert {key.rstrip(":>") for key in offers} == set(filters.KEYS)


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("event:my", ['"my response"']),
        ("-event:ch", ["chat"]),
        ('event:"my', ['"my response"']),
        ("event:'my", ["'my response'"]),
        ("event:chat,n", ["news"]),
        ('event:"my response",n', ["news"]),
        ("kind:emit,e", ["event"]),
        ("hello kind:ev", ["event"]),
        ("ns:/t", ["/test"]),
        ("namespace:/t", ["/test"]),
        ("client:", ["ada", '"bob smith"', "eve"]),
        ("dir:", ["in", "out", "-"]),
        ("status:r", ["running", "raised", "refused"]),
        ("room:", ["5", "lobby", '"my room"']),
        ("to:l", ["lobby"]),
        ("handler:on", ["on_chat"]),
        ("cell:in", ['"In [4]"', '"In [5]"']),
        ("error:", ["KeyError*"]),
        ("origin:t", ["task"]),
        ("sid:s-a", ["s-ada"]),
        ("eio_sid:", ["eio-1"]),
        ("address:", ["10.0.0.9"]),
        ("transport:w", ["websocket"]),
        ("task:", ["tick"]),
        ("args:", []),
        ("ms>", []),
        ("ms:", []),
        ("nokey:", []),
        ("event:zzz", []),
    ],
)
def test_a_value_is_completed(text: str, expected: list[str]) -> None:
    assert offered(text) == expected


def test_a_value_that_was_given_is_not_offered_again() -> None:
    assert "chat" not in offered("event:chat,")
    assert '"my response"' not in offered('event:"my response",')


def test_a_quote_behind_the_cursor_is_not_doubled() -> None:
    assert offered('event:"my', behind='"') == ['"my response']


def test_another_mark_is_used_where_the_filter_stands_in_quotes() -> None:
    assert texts(complete_filter("event:my", "", lesson(), mark="'")) == ["'my response'"]


def test_origins_and_transports_are_those_the_filter_names() -> None:
    for name in ORIGINS:
        assert name in filters.KEYS["origin"]
    for name in TRANSPORTS:
        assert name in filters.KEYS["transport"]


@pytest.mark.parametrize(
    ("text", "start"),
    [("", 0), ("a b", 2), ("a ", 2), ('event:"a b', 0), ('x event:"a b"', 2), ('event:"a b" ', 12), ("don't x", 6)],
)
def test_the_last_word_begins_behind_a_blank_outside_of_quotes(text: str, start: int) -> None:
    assert last_word(text) == start


# --- whatever the names -------------------------------------------------------------------------------------------


@given(events=many_names, quote=st.sampled_from(["", '"', "'"]), is_closed=st.booleans(), negated=st.booleans())
def test_each_candidate_matches_just_what_it_names(
    events: tuple[str, ...], quote: str, is_closed: bool, negated: bool
) -> None:
    text = "-" * negated + f"event:{quote}"
    behind = quote * is_closed
    lines = put(text + behind, len(text), complete_filter(text, behind, Known(emitted=events)))
    possible = {event for event in events if 0 < len(event) <= LONGEST_NAME and is_printable(event)}
    assert len(lines) == len(possible)
    for line in lines:
        [wanted] = parse(f"traffic {line}").arguments
        read = filters.parse(wanted)
        assert len([event for event in possible if read.matches({"event": event}) is not negated]) >= 1
        [value] = read.terms[0].test.patterns
        assert value.literal in {event.casefold() for event in possible}
        assert not value.is_glob


@given(text=st.text(st.sampled_from("event:kind,ms>-\"'\\ *x")) | st.text(), behind=st.text(max_size=2), event=names)
def test_it_never_fails(text: str, behind: str, event: str) -> None:
    known = Known(emitted=(event,), registered=(handler(event, event),))
    completed = complete_filter(text, behind, known)
    assert 0 <= completed.start <= len(text)

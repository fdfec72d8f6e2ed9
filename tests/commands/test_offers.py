from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sio_lab.commands import VERBS, parse, values
from sio_lab.commands.offers import MOST, TRANSPORTS, Group, Offer, Typed, fitting, is_printable, offers_for, written
from sio_lab.core.known import LONGEST_NAME, Known, Names
from sio_lab.core.log import Log
from sio_lab.core.targets import resolve
from tests import factories as f
from tests.commands.known_names import lesson, names

Colour = Enum("Colour", {"BLUE": "blue"}, type=str)


def offered(kind: values.Kind, known: Known, typed: Typed | None = None) -> list[str]:
    found = offers_for(kind, known, typed or Typed(""), "out")
    assert found is not None
    return [offer.text for offer in found]


# --- what is offered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (values.EVENT, ["boom", "chat", "my response", "news"]),
        (values.WHO, ["ada", "bob smith", "5", "lobby", "my room", "s-web"]),
        (values.ROOM, ["5", "lobby", "my room"]),
        (values.NAME, ["ada", "bob smith", "eve"]),
        (values.NAMESPACE, ["/", "/chat", "/test"]),
        (values.VERB, list(VERBS)),
        (values.ROW, ["9", "7"]),
        (values.ROW_OR_LAST, ["last", "9", "7"]),
        (values.HOST, ["127.0.0.1", "localhost"]),
        (values.ORIGIN, ["*"]),
        (values.TRANSPORT, ["polling", "websocket"]),
        (values.SERVED, ["socketio"]),
        (values.PATH, ["/about"]),
        (values.JSON, []),
        (values.PORT, []),
    ],
    ids=lambda value: value.name if isinstance(value, values.Kind) else "",
)
def test_each_kind_of_value_has_its_names(kind: values.Kind, expected: list[str]) -> None:
    assert offered(kind, lesson()) == expected


def test_every_kind_that_a_verb_takes_is_known_of() -> None:
    taken = {parameter.kind for verb in VERBS.values() for parameter in verb.parameters}
    taken |= {option.kind for verb in VERBS.values() for option in verb.options if option.kind}
    assert [kind.name for kind in taken - {values.FILTER} if offers_for(kind, lesson(), Typed(""), "out") is None] == []


def test_of_a_kind_nobody_has_heard_of_nothing_is_said() -> None:
    kind = values.Kind("COLOUR", "a colour", values.read_text)
    assert offers_for(kind, lesson(), Typed(""), "out") is None


def test_transports_are_those_a_verb_reads() -> None:
    for name in TRANSPORTS:
        assert parse(f"client ada --transport {name}").options == {"transports": [name]}


def test_names_begin_as_typed_upper_and_lower_case_alike() -> None:
    group = Group("event", {"chat", "Chat room", "CHALK", "other"})
    assert [offer.name for offer in fitting([group], "cHa")] == ["CHALK", "chat", "Chat room"]


def test_a_number_and_a_text_of_the_same_digits_are_both_offered() -> None:
    found = fitting([Group("room", {5, "5"})], "5")
    assert {(offer.name, type(offer.name)) for offer in found} == {(5, int), ("5", str)}


@pytest.mark.parametrize(
    "name", ["", "x" * (LONGEST_NAME + 1), "\ud800", None, True, 1.5, ("a",), b"x", 10**30, -(10**18)]
)
def test_what_can_t_be_typed_is_not_offered(name: object) -> None:
    assert fitting([Group("room", [name, "lobby"])], "") == [Offer("lobby", "room")]


def test_a_member_of_an_enum_of_texts_is_offered_as_its_text() -> None:
    [offer] = fitting([Group("room", {Colour.BLUE})], "bl")
    assert (offer.name, type(offer.name)) == ("blue", str)


def test_no_more_are_offered_than_ipython_shows() -> None:
    found = fitting([Group("room", {f"r{number:04}" for number in range(900)}), Group("sid", ["s"])], "")
    assert [offer.name for offer in found] == [f"r{number:04}" for number in range(MOST)]


# --- WHO ----------------------------------------------------------------------------------------------------------


def test_a_scope_leaves_its_own_sort_alone() -> None:
    assert offered(values.WHO, lesson(), Typed("", scope="client")) == ["client:ada", "client:bob smith"]
    assert offered(values.WHO, lesson(), Typed("s", scope="sid")) == ["sid:s-ada", "sid:s-bob", "sid:s-web"]
    assert offered(values.WHO, lesson(), Typed("", scope="room")) == ["room:5", "room:lobby", "room:my room"]


def test_each_candidate_for_who_names_just_the_one_that_is_meant() -> None:
    log = Log()
    f.connect(log, f.ADA, name="ada")
    f.connect(log, f.BEN, name="room:x")
    rooms = ["ada", "client:ada", "x", "my room", "5", 'q"', "b\\"]
    for room in (*rooms, 7):
        f.join(log, f.ADA, room)
    found = offers_for(values.WHO, Names(log).known(), Typed(""), "out")
    assert found is not None
    assert len(found) == 10
    for offer in found:
        word = written(offer, Typed(""))
        target = resolve(log.state, parse(f"kick {word}").arguments[0])
        assert target.rooms == ((f.ADA if offer.name == "ada" else f.BEN) if offer.what == "client" else offer.name,)


# --- writing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("chat", "chat"),
        ("/chat", "/chat"),
        ("*", "*"),
        ("my response", '"my response"'),
        ('say "hi"', r'"say \"hi\""'),
        ("two\nlines", r'"two\nlines"'),
        ("5", '"5"'),
        ("-n", '"-n"'),
        ("$data", '"$data"'),
        ("really?", '"really?"'),
        ("end;", '"end;"'),
        ("\u202eevil", r'"\u202eevil"'),
        ("\U000e0001", r'"\udb40\udc01"'),
        ("教室", "教室"),
        ("👩\u200d💻", '"👩\u200d💻"'),
        (5, "5"),
        (-5, "-5"),
    ],
)
def test_a_name_is_written_so_that_it_can_be_read(name: str | int, word: str) -> None:
    assert written(Offer(name, "event"), Typed("")) == word


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (Typed("", '"'), '"my room"'),
        (Typed("", '"', is_closed=True), '"my room'),
        (Typed("", "'"), "'my room'"),
        (Typed("", "'", is_closed=True), "'my room"),
    ],
)
def test_a_quote_that_is_open_is_kept_and_closed_once(typed: Typed, word: str) -> None:
    assert written(Offer("my room", "room"), typed) == word


@pytest.mark.parametrize("name", ["it's", "two\nlines"])
def test_what_single_quotes_can_t_hold_goes_into_double_ones(name: str) -> None:
    assert written(Offer(name, "room"), Typed("", "'")) == written(Offer(name, "room"), Typed("", '"'))
    assert written(Offer(name, "room"), Typed("", "'", is_closed=True)) is None


def test_in_quotes_there_are_no_numbers() -> None:
    assert written(Offer(5, "room"), Typed("", '"')) is None


@pytest.mark.parametrize(
    ("offer", "typed", "word"),
    [
        (Offer("lobby", "room", "room"), Typed(""), "room:lobby"),
        (Offer("my room", "room", "room"), Typed(""), 'room:"my room"'),
        (Offer("my room", "room", "room"), Typed("", '"'), '"room:my room"'),
        (Offer("my room", "room", "room"), Typed("", '"', "room"), 'room:"my room"'),
        (Offer("lobby", "room", "room"), Typed("", "'", "room"), "room:'lobby'"),
        (Offer("it's", "room", "room"), Typed("", "'", "room", is_closed=True), None),
        (Offer(5, "room", "room"), Typed("", scope="room"), "room:5"),
    ],
)
def test_a_scope_stands_before_the_quotes(offer: Offer, typed: Typed, word: str | None) -> None:
    assert written(offer, typed) == word


@given(name=names.filter(bool), quote=st.sampled_from(["", '"', "'"]), is_closed=st.booleans())
@example(name="\u2028", quote="", is_closed=False)
def test_whatever_is_written_is_read_back(name: str, quote: str, is_closed: bool) -> None:
    typed = Typed("", quote, is_closed=is_closed and bool(quote))
    word = written(Offer(name, "event"), typed)
    if word is None:
        assert quote == "'"
        assert typed.is_closed
        return
    assert is_printable(word)
    assert parse(f"off {word}{quote * typed.is_closed} -n /chat").arguments == (name,)

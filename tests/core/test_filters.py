from __future__ import annotations

import math
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sio_lab.core.filters import DIRECTIONS, KEYS, KINDS, STATUSES, Filter, parse
from sio_lab.errors import FilterError

EVENT = {
    "seq": 12,
    "direction": "in",
    "kind": "event",
    "namespace": "/test",
    "event": "My Response",
    "sid": "Zx81kQwErTy",
    "client": "ada",
    "to": None,
    "recipients": None,
    "args": ("Hello", 7, {"user": "Grace", "ok": True}, 'say "hi"'),
    "ack_id": 3,
    "ms": 51.5,
    "bytes": 1000,
    "status": "raised",
    "handler": "on_my_response",
    "cell": 5,
    "error": "KeyError: 'room'",
    "cause": None,
    "origin": None,
}
EMIT = {
    "seq": 13,
    "direction": "out",
    "kind": "emit",
    "namespace": "/",
    "event": "chat",
    "to": "lobby, ada",
    "recipients": 2,
    "args": '["chat","caf\u00e9"]',
    "ms": math.nan,
    "cause": 12,
    "origin": "handler",
}
CLIENT = {
    "sid": "abcd1234",
    "eio_sid": "EFGH5678",
    "client": "bob",
    "rooms": ["lobby", 7, None],
    "transport": "websocket",
    "address": "127.0.0.1",
    "events_in": 0,
    "rtt_ms": 1.25,
}
NAMESPACE = {"namespace": "/chat", "clients": 3, "rooms": 2, "handlers": 1, "events": 90, "errors": 0}
ROOM = {"namespace": "/", "room": "lobby", "sid": "abcd1234", "client": "bob", "personal": False}
HANDLER = {"namespace": "/", "event": "*", "handler": "catch_all", "calls": 4, "mean_ms": 2.5, "p95_ms": 9.0}
ROWS = [EVENT, EMIT, CLIENT, NAMESPACE, ROOM, HANDLER, {}]


def message(text: str, columns: list[str] | None = None) -> str:
    with pytest.raises(FilterError) as caught:
        parse(text, columns)
    return str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_filter_matches_all(text: str) -> None:
    assert all(parse(text).matches(row) for row in ROWS)
    assert parse(text) == parse("")
    assert str(parse(text)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "event:chat,my*",
        'event:"my response"',
        "EVENT:'MY RESPONSE'",
        "event:*resp*",
        "ns:/test namespace:/test client:ADA",
        "sid:Zx81 sid:zx81kqwerty sid:z*y",
        "dir:in direction:in,out kind:emit,event kind:e* status:raised handler:on_* cell:5",
        "args:hello args:7",
        'args:"{*grace*"',
        "error:KeyError*",
        "ms>50 ms>=51.5 ms<=51.5 ms<52 ms=51.5 ms:51.5 ms:50..52 ms:51.5..51.5",
        "bytes>=1e3 bytes:1000 seq:1,5,10..20 seq:-5..12 ack_id:3",
        "my",
        '"my response"',
        "KEYERROR hell grace",
        "\"'user': 'grace'\"",
        '\'"user": "grace"\'',
        "'say \"hi\"'",
        "nowhere,hello -nowhere -event:ping",
        "-cause>1 -cause:1..99999 -to:*",
        "event:my* ns:/test client:ada dir:in kind:event status:raised ms>50 bytes>=1000 response",
    ],
)
def test_a_filter_keeps_the_event(text: str) -> None:
    assert parse(text).matches(EVENT)


@pytest.mark.parametrize(
    "text",
    [
        "event:my",
        "event:response",
        r'event:"\*"',
        "ns:/",
        "client:ad",
        "sid:Zx8",
        "sid:x81k",
        "dir:out",
        "kind:emit",
        "status:running",
        "to:*",
        "to:none",
        "cause:0",
        "cause<1",
        "cause>=0",
        "origin:*",
        "origin:none",
        "recipients:0",
        "transport:*",
        "room:*",
        "args:hell",
        "ms>51.5",
        "ms<51.5",
        "ms:51",
        "ms:1..2",
        "bytes>1000",
        "-hello",
        "-hello,nowhere",
        "-ms>50",
        "-event:my*",
        "51.5",
        "none",
        "event:my* ns:/other",
        "hello nowhere",
    ],
)
def test_a_filter_leaves_the_event_out(text: str) -> None:
    assert not parse(text).matches(EVENT)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("to:ada", EMIT, True),
        ("to:lobby", EMIT, True),
        ('to:"lobby, ada"', EMIT, True),
        ("to:lob", EMIT, False),
        ("room:lobby", EMIT, True),
        ("room:Lobby", CLIENT, True),
        ("room:7", CLIENT, True),
        ("room:none", CLIENT, False),
        ("room:lobby", ROOM, True),
        ("room:attic", ROOM, False),
        ("client:ada", EMIT, False),
        ("caf\u00c9", EMIT, True),
        ("ms<0", EMIT, False),
        ("ms>=0", EMIT, False),
        ("ms:0", EMIT, False),
        ("cause:12", EMIT, True),
        ("eio_sid:efgh", CLIENT, True),
        ("eio_sid:efg", CLIENT, False),
        ("address:127.*", CLIENT, True),
        ("transport:websocket", CLIENT, True),
        ("events_in:0", CLIENT, True),
        ("rtt_ms<1.5", CLIENT, True),
        ("rooms>2", CLIENT, True),
        ("rooms>3", CLIENT, False),
        ("clients>2 rooms:2 handlers=1 events>=90 errors<1", NAMESPACE, True),
        ("personal", ROOM, False),
        ("calls>3 mean_ms<3 p95_ms:9", HANDLER, True),
        (r'event:"\*"', HANDLER, True),
        ("event:*", HANDLER, True),
        ("event:*", {}, False),
        ("status:404", {"status": "404"}, True),
        ("status:4*", {"status": 404}, True),
        ("room:true", {"room": True}, True),
        ("ms:1", {"ms": True}, False),
        ("seq>9007199254740992", {"seq": 9007199254740993}, True),
        ("cell:*", {"cell": math.nan}, False),
        ("cell:*", {"cell": object()}, False),
    ],
)
def test_rows_of_every_table(text: str, row: dict[str, object], expected: bool) -> None:
    assert parse(text).matches(row) is expected


def test_payloads_that_cannot_be_written_out_are_searched_as_far_as_possible() -> None:
    loop: list[object] = []
    loop.append(loop)
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    row = {"args": (b"bin", 10**5000), "ack": (loop,), "rooms": nested, "event": "chat", "x": {(1, 2): "pair"}}
    assert parse("chat pair -nowhere -args:nowhere -room:nowhere").matches(row)
    assert parse("bin").matches({"args": (b"bin", "other")})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("evnt:chat", ["'evnt:chat'", "no key 'evnt'", "did you mean event?", '"evnt:chat"']),
        ("namespce:/", ["did you mean namespace?"]),
        ("-foo:bar", ["'-foo:bar'", '"foo:bar"', "The keys are event, ns"]),
        ("http://x", ["no key 'http'", '"http://x"']),
        ("name=ada", ["no key 'name'", '"name=ada"']),
        ("xyz>5", ["no key 'xyz'"]),
        ("ms>abc", ["'ms>abc'", "takes a number, not 'abc'", "ms:10..50"]),
        ("ms:*", ["takes a number, not '*'"]),
        ("ms>", ["empty"]),
        ("ms>nan", ["takes a number"]),
        ("ms:inf", ["takes a number"]),
        ("ms:1e999", ["takes a number"]),
        ("ms:" + "9" * 5000, ["takes a number"]),
        ("ms==5", ["takes a number, not '=5'"]),
        ("ms:10..", ["takes a number, not ''"]),
        ("ms:..10", ["takes a number, not ''"]),
        ("ms>10..50", ["takes a number, not '10..50'"]),
        ("ms:50..10", ["runs backwards", "ms:10..50"]),
        ("ms>5,6", ["> takes one number", "ms:5,10..50"]),
        ("rooms:lobby", ["takes a number", "room:NAME"]),
        ("event>5", ["event is a text", "event:5"]),
        ('client="ada b"', ["= can't compare", 'client:"ada b"']),
        ("dir:up", ["one of in, out, -", "'up'"]),
        ("kind:emitt", ["'kind:emitt'", "did you mean emit?", "close_room"]),
        ("kind:x*", ["not 'x*'"]),
        ("kind:emit,evnt", ["did you mean event?"]),
        ("status:rased", ["did you mean raised?", "no-handler"]),
        ('event:"my resp', ["position 7"]),
    ],
)
def test_a_wrong_filter_says_which_word_why_and_what_next(text: str, parts: list[str]) -> None:
    for part in parts:
        assert part in message(text)


def test_a_key_that_the_table_lacks_is_an_error_that_names_those_it_has() -> None:
    columns = ["namespace", "room", "sid", "client"]
    assert parse("ns:/ room:lobby -client:ada bob", columns).matches(ROOM) is True
    assert message("ms>5", columns) == "Filter word 'ms>5': this table has no ms; its keys are ns, client, sid, room"
    assert "rtt" not in message("xyzzy:1", columns)
    assert parse("room:lobby", ["to"])
    assert parse("direction:in", {"direction"})


@pytest.mark.parametrize("text", ["12:30", ":smile:", "a-b:c", "no-handler", "it's", "50%", "[1]", "a\\b"])
def test_text_that_needs_no_quotes(text: str) -> None:
    assert parse(text).matches({"event": f"before {text} after"})


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("  Event:Chat   namespace:/x ", "event:chat ns:/x"),
        ("ms=5 ms>=1.50 seq:1,2..3", "ms:5 ms>=1.5 seq:1,2..3"),
        ("-'a b',c", '-"a b",c'),
        ('event:"my *"', 'event:"my *"'),
        ("it's 12:30", '"it\'s" "12:30"'),
    ],
)
def test_the_text_of_a_filter_is_tidy(text: str, tidy: str) -> None:
    assert str(parse(text)) == tidy
    assert parse(text).text == text
    assert parse(tidy) == parse(text)
    assert hash(parse(tidy)) == hash(parse(text))


def test_a_filter_names_the_columns_it_reads() -> None:
    keyed = parse("ns:/ -room:lobby ms>5")
    assert keyed.keys == {"namespace", "room", "rooms", "to", "ms"}
    assert not keyed.reads_every_column
    assert parse("text").reads_every_column
    assert parse("text").keys == frozenset()


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_described_and_can_be_used(key: str) -> None:
    assert KEYS[key]
    assert any(_parses(f"{key}:{value}") for value in ("1", "in", "event"))


def _parses(text: str) -> bool:
    try:
        parse(text)
    except FilterError:
        return False
    return True


def test_every_choice_can_be_asked_for() -> None:
    assert parse(f"kind:{','.join(KINDS)} status:{','.join(STATUSES)} dir:{','.join(DIRECTIONS)}")


@pytest.mark.parametrize("word", ["hello ", "-event:chat ", "ms>50 ", "seq:1..5,7 ", '"a b" '])
def test_a_hundred_kilobytes_of_filter_work(word: str) -> None:
    long = parse(word * (100_000 // len(word)))
    assert isinstance(long.matches(EVENT), bool)
    assert parse(str(long)) == long


def test_a_filter_of_one_long_word_works() -> None:
    assert not parse("event:" + "a*" * 50_000 + "b").matches({"event": "a" * 100_000})
    assert len(message("x" * 100_000 + ":1")) < 1000


SPACE = st.sampled_from([" ", "  ", "\t", "\n"])
PLAIN = st.text(string.ascii_letters + string.digits + "é世", min_size=1, max_size=8)
QUOTED = st.text(min_size=1, max_size=8).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
VALUES = st.lists(PLAIN | QUOTED | PLAIN.map(lambda text: text + "*"), min_size=1, max_size=3).map(",".join)
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
RANGES = st.tuples(NUMBERS, NUMBERS).map(lambda pair: f"{min(pair)}..{max(pair)}")
WORDS = st.one_of(
    VALUES,
    st.builds("{}:{}".format, st.sampled_from(["event", "ns", "client", "sid", "room", "to", "args", "error"]), VALUES),
    st.builds("kind:{}".format, st.lists(st.sampled_from(KINDS), min_size=1).map(",".join)),
    st.builds("dir:{}".format, st.sampled_from(DIRECTIONS)),
    st.builds(
        "{}{}{}".format, st.sampled_from(["ms", "seq"]), st.sampled_from([":", "=", ">", ">=", "<", "<="]), NUMBERS
    ),
    st.builds("{}:{},{}".format, st.sampled_from(["ms", "bytes"]), NUMBERS, RANGES),
)
FILTERS = st.lists(st.tuples(st.sampled_from(["", "-"]), WORDS, SPACE).map("".join), max_size=5).map("".join)
CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ROW = st.dictionaries(
    st.sampled_from(["event", "namespace", "client", "sid", "rooms", "to", "args", "kind", "direction", "ms", "seq"]),
    CELLS | st.lists(CELLS, max_size=3) | st.lists(CELLS, max_size=3).map(tuple),
)
ANY_ROW = ROW | st.sampled_from(ROWS)


@given(FILTERS)
def test_str_gives_a_text_that_parses_to_an_equal_filter(text: str) -> None:
    filter_ = parse(text)
    assert parse(str(filter_)) == filter_
    assert str(parse(str(filter_))) == str(filter_)


def _parse_or_none(text: str) -> Filter | None:
    try:
        return parse(text)
    except FilterError:
        return None


@given(st.text() | st.text("-:,*\"'\\<>=. amsevnt15") | FILTERS, ANY_ROW)
@example("\u017f:1 ²>3 ms:²", {})
def test_any_text_is_a_filter_or_a_filter_error(text: str, row: dict[str, Any]) -> None:
    filter_ = _parse_or_none(text)
    if filter_ is not None:
        assert isinstance(filter_.matches(row), bool)
        assert parse(str(filter_)) == filter_


@given(WORDS, ANY_ROW)
def test_a_dash_keeps_exactly_the_other_rows(word: str, row: dict[str, Any]) -> None:
    assert parse(f"-{word}").matches(row) is not parse(word).matches(row)


@given(FILTERS, FILTERS, ANY_ROW)
def test_words_narrow(some: str, more: str, row: dict[str, Any]) -> None:
    both = parse(f"{some} {more}").matches(row)
    assert both is (parse(some).matches(row) and parse(more).matches(row))


@given(st.lists(WORDS, min_size=1), ANY_ROW)
def test_the_order_of_words_does_not_matter(words: list[str], row: dict[str, Any]) -> None:
    assert parse(" ".join(words)).matches(row) is parse(" ".join(reversed(words))).matches(row)


@given(st.lists(PLAIN, min_size=1), ANY_ROW)
def test_commas_widen(values: list[str], row: dict[str, Any]) -> None:
    together = parse(f"event:{','.join(values)}").matches(row)
    assert together is any(parse(f"event:{value}").matches(row) for value in values)


@given(NUMBERS, NUMBERS)
def test_comparisons_are_those_of_python(cell: float, number: float) -> None:
    row = {"ms": cell}
    assert parse(f"ms>{number}").matches(row) is (cell > number)
    assert parse(f"ms>={number}").matches(row) is (cell >= number)
    assert parse(f"ms<{number}").matches(row) is (cell < number)
    assert parse(f"ms<={number}").matches(row) is (cell <= number)
    assert parse(f"ms:{number}").matches(row) is (cell == number)


@given(st.text(min_size=1, max_size=20))
def test_quoted_text_is_found_where_it_stands(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert parse(quoted).matches({"event": f"<{text}>"})
    assert parse(f"event:{quoted}").matches({"event": text})


def test_a_path_is_where_the_table_has_it() -> None:
    [row] = [{"path": "/echo"}]
    assert parse("path:/echo").matches(row)
    assert parse("path:/echo").matches({"event": "/echo"})
    assert not parse("path:/echo").matches({"path": "/other"})

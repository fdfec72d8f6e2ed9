from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.commands import VERBS, Command, parse, read_arguments
from sio_lab.errors import Usage

VARIABLES = {"data": {"a": 1}, "who": ["ada", 7], "event": "my event"}


def read(line: str, body: str = "") -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    command = parse(line, body, VARIABLES)
    return command.verb.name, command.arguments, dict(command.options)


def refused(line: str, body: str = "") -> str:
    with pytest.raises(Usage) as caught:
        parse(line, body, VARIABLES)
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "arguments", "options"),
    [
        ('emit "my response" {"data": 42} [1, 2] --to ada', ("my response", {"data": 42}, [1, 2]), {"to": "ada"}),
        ("emit 'my response' '{\"a\": 1}' hello", ("my response", {"a": 1}, "hello"), {}),
        ("emit --to ada ev 1 -n /chat 2", ("ev", 1, 2), {"to": "ada", "namespace": "/chat"}),
        ("emit ev --namespace=/chat --to=7", ("ev",), {"namespace": "/chat", "to": 7}),
        ('emit ev --to room:"my room" x', ("ev", "x"), {"to": "room:my room"}),
        ("emit $event $data --to $who", ("my event", {"a": 1}), {"to": ["ada", 7]}),
        ('emit ev {"a": " --to bob"}', ("ev", {"a": " --to bob"}), {}),
        ("emit ev -5 - -- --to -x --", ("ev", -5, "-", "--to", "-x", "--"), {}),
        ("emit ev --to ada --to 7 --skip [1,2] --skip bob", ("ev",), {"to": ["ada", 7], "skip": [1, 2, "bob"]}),
        ('emit ev --to ["ada"]', ("ev",), {"to": ["ada"]}),
        ("send hello", ("hello",), {}),
        ("send null", (None,), {}),
        ("call ev --to ada --timeout 0.5", ("ev",), {"to": "ada", "timeout": 0.5}),
        ("reach", (), {}),
        ("join ada 7 -n /chat", ("ada", 7), {"namespace": "/chat"}),
        ('leave ["ada", "bob"] lobby', (["ada", "bob"], "lobby"), {}),
        ("close_room lobby", ("lobby",), {}),
        ("kick sid:abcd", ("sid:abcd",), {}),
        ("client ada -n /a -n /b", ("ada",), {"namespace": ["/a", "/b"]}),
        ('client ada --auth {"t": 1} --transport polling', ("ada",), {"auth": {"t": 1}, "transports": ["polling"]}),
        ("start --host ::1 --port 5000 --cors *", (), {"host": "::1", "port": 5000, "cors": "*"}),
        ("inspect 7", (7,), {}),
        ("help close_room", ("close_room",), {}),
    ],
)
def test_a_line_is_read(line: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    assert read(line) == (line.split(maxsplit=1)[0].replace("_", "-"), arguments, options)


def test_no_verb_is_the_dashboard() -> None:
    assert read("") == read("  ") == read("dashboard") == ("dashboard", (), {})


def test_arguments_are_read_as_behind_emit() -> None:
    assert read_arguments('{"a": 1} [2] hello "two words" 5 null') == [{"a": 1}, [2], "hello", "two words", 5, None]
    assert read_arguments("   ") == []
    with pytest.raises(Usage):
        read_arguments('{"a": ')
    with pytest.raises(Usage):
        read_arguments("$name")


@pytest.mark.parametrize(
    ("line", "about"),
    [("--help", ()), ("-h", ()), ("emit --help", ("emit",)), ("call -h --to ada", ("call",)), ("rooms -h", ("rooms",))],
)
def test_help_is_an_option_of_every_verb(line: str, about: tuple[str, ...]) -> None:
    assert read(line) == ("help", about, {})


def test_a_body_holds_more_arguments_and_no_options() -> None:
    body = '{\n  "a": [1,\n 2]\n}\n--to hello -x\n'
    assert read("emit ev 1 --to ada", body) == ("emit", ("ev", 1, {"a": [1, 2]}, "--to", "hello", "-x"), {"to": "ada"})
    assert read("emit", '"my event"\n1') == ("emit", ("my event", 1), {})
    assert read("emit ev --", "-- 1") == ("emit", ("ev", "--", 1), {})


def test_a_slip_in_a_body_is_shown_in_its_line() -> None:
    assert refused("emit ev", '{\n  "a" 1\n}').splitlines()[1:] == ['      "a" 1', "          ^"]


@pytest.mark.parametrize("line", ["start", "kick ada", "traffic", "help"])
def test_other_verbs_take_no_body(line: str) -> None:
    assert refused(line, "x").startswith(f"%%sio {line.split(maxsplit=1)[0]} takes no body.")
    assert parse(line, " \n").verb.name == line.split(maxsplit=1)[0]


@pytest.mark.parametrize(
    ("line", "text", "options"),
    [
        ("traffic", None, {}),
        ("traffic --df", None, {"df": True}),
        ("traffic event:chat ms>50 -hello", "event:chat ms>50 -hello", {}),
        ("traffic -event:ping --df -hello", "-event:ping -hello", {"df": True}),
        ('traffic event:"a --df b" -"--df"', 'event:"a --df b" -"--df"', {}),
        ("traffic 'two  words' don't --df", "'two  words' don't", {"df": True}),
        ("traffic -- --df  -n", "--df  -n", {}),
        ("traffic --", None, {}),
        ("rooms room:$lobby", "room:$lobby", {}),
    ],
)
def test_a_filter_is_left_to_its_table(line: str, text: str | None, options: dict[str, Any]) -> None:
    assert read(line) == (line.split(maxsplit=1)[0], () if text is None else (text,), options)


@pytest.mark.parametrize(
    ("line", "arguments", "options"),
    [
        ("export pytest test_chat.py", ("pytest", "test_chat.py"), {}),
        (
            'export pytest "my test.py" event:"a b" -hello  ms>5',
            ("pytest", "my test.py", 'event:"a b" -hello ms>5'),
            {},
        ),
        ("export pytest t.py client:ada --app chat:sio x", ("pytest", "t.py", "client:ada x"), {"app": "chat:sio"}),
        ("export --app=chat:sio pytest t.py --app", ("pytest", "t.py", "--app"), None),
        ("export pytest $event client:ada", ("pytest", "my event", "client:ada"), {}),
        ("export pytest t.py -- --app -n", ("pytest", "t.py", "--app -n"), {}),
        ("export -- pytest -t.py --app -n", ("pytest", "-t.py", "--app -n"), {}),
    ],
)
def test_arguments_may_stand_before_a_filter(
    line: str, arguments: tuple[Any, ...], options: dict[str, Any] | None
) -> None:
    if options is None:
        assert "--app is given twice." in refused(line)
    else:
        assert read(line) == ("export", arguments, options)


def test_help_of_a_verb_is_had_behind_its_filter() -> None:
    assert read("export pytest t.py x --help") == read("export -h") == ("help", ("export",), {})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("export", "export needs FORM: pytest or asyncapi.\nUsage: %sio export FORM FILE [FILTER ...] [--app MODULE]"),
        ("export pytest", "export needs FILE: a file's path."),
        ("export junit x.py", "What happened is exported as pytest or asyncapi, not junit."),
        ("export pytest t.py --app", "--app needs a value: MODULE, "),
        ("export pytest t.py x --app chat", "as in chat:socketio"),
        ("export pytest t.py --apt x", "export has no option --apt; did you mean --app?"),
        ("emitt x", "There is no verb 'emitt'; did you mean emit?"),
        ("--to ada", "There is no verb '--to'"),
        ("emit", "emit needs EVENT: the event's name; in quotes where it has spaces.\nUsage: %sio emit EVENT"),
        ("send", "send needs JSON"),
        ("join ada", "join needs ROOM"),
        ("inspect", "inspect needs N"),
        ("call ev", "call needs --to WHO: the client that is to answer.\nUsage: %sio call"),
        ("stop now", "stop takes no such argument."),
        ("join ada lobby hall", "Usage: %sio join WHO ROOM [-n NS]"),
        ("start # at last", "A # does not begin a comment here."),
        ("emit ev --too ada", "emit has no option --too; did you mean --to? It has --to, --skip, -n, --namespace,"),
        ("emit ev --x", 'For the text itself write "--x".'),
        ("emit ev -x", "emit has no option -x"),
        ("emit ev --to", "--to needs a value: WHO, "),
        ("emit ev --to=", "--to needs a value: WHO, "),
        ("emit ev --to= ada", "--to needs a value: WHO, "),
        ("emit ev --to --skip ada", "--to needs a value: WHO, "),
        ("emit ev --to=--skip -n chat", "did you mean /chat?"),
        ("emit ev -n /a -n /b", "-n is given twice."),
        ("emit --help=1", "--help takes no value."),
        ("traffic --df=1", "--df takes no value."),
        ("traffic --dg", "traffic has no option --dg; did you mean --df?"),
        ("clients -n /chat", "A namespace is a word of the filter, as in ns:/chat."),
        ('emit ev {"data" 42}', "a colon is expected"),
        ("emit ev $dta", "did you mean data?"),
        ("emit ev --auth " + "[" * 100_000, "emit has no option --auth"),
        ("client ada --auth " + "[" * 100_000, "nested too deeply"),
        ("x" * 100_000, "There is no verb 'xxx"),
        ("emit ev --" + "x" * 100_000, "emit has no option --xxx"),
    ],
)
def test_a_slip_is_told(line: str, why: str) -> None:
    told = refused(line)
    assert why in told
    assert len(told) < 600


def test_a_slip_is_pointed_at() -> None:
    assert refused("emit ev --too ada").splitlines()[1:] == ["    emit ev --too ada", "            ^"]
    assert refused("traffic x --dg").splitlines()[1:] == ["    traffic x --dg", "              ^"]


def test_a_command_can_be_compared() -> None:
    assert parse("emit ev 1") == Command(VERBS["emit"], ("ev", 1), {})


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANY_JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
OPTIONS = st.sampled_from(["--to ada", "--to=7", '--to ["bob"]', '--skip "my room"', "--skip=room:lobby", "--to $who"])


@given(st.lists(ANY_JSON | OPTIONS.map(lambda text: (text,)), max_size=8), st.booleans())
def test_any_json_is_read_back_with_options_between(parts: list[Any], ascii_only: bool) -> None:
    texts = [part[0] if isinstance(part, tuple) else json.dumps(part, ensure_ascii=ascii_only) for part in parts]
    name, arguments, options = read(" ".join(["emit ev", *texts]))
    assert name == "emit"
    assert repr(arguments) == repr(("ev", *(part for part in parts if not isinstance(part, tuple))))
    assert set(options) == {text.split("=")[0].split()[0][2:] for text in texts if text.startswith("--")}


@given(st.lists(ANY_JSON, max_size=4))
def test_any_json_is_read_back_from_a_body(values: list[Any]) -> None:
    body = "\n".join(json.dumps(value, indent=2) for value in values)
    assert repr(read("emit ev", body)[1]) == repr(("ev", *values))


TRICKY = st.text(alphabet=" \t\n\"'{}[]:,$-=\\ae1é中\x00#*<>", max_size=40)
LINES = st.text() | st.tuples(st.sampled_from(list(VERBS)), TRICKY | st.text()).map(" ".join)


@given(LINES, TRICKY)
def test_any_text_is_a_command_or_usage(line: str, body: str) -> None:
    try:
        verb = parse(line, body, VARIABLES).verb
    except Usage:
        return
    assert verb in VERBS.values()

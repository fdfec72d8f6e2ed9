from __future__ import annotations

import pytest

from sio_lab.commands import VERBS
from sio_lab.commands.place import find_filter, find_place, way_of


def place(line: str) -> tuple[str, str | None, list[str]]:
    """Return the last word of a line, the kind of value expected there, and the options that may be written."""
    verb = VERBS[line.split(maxsplit=1)[0]]
    found = find_place(verb, line, len(verb.name))
    return line[found.start :], found.kind and found.kind.name, [option.names[-1] for option in found.options]


ALL = ["--to", "--skip", "--namespace", "--help"]


@pytest.mark.parametrize(
    ("line", "word", "kind"),
    [
        ("emit c", "c", "EVENT"),
        ('emit "my r', '"my r', "EVENT"),
        ("emit 'my r", "'my r", "EVENT"),
        ('emit "my event" x', "x", "JSON"),
        ("emit chat 1 2 x", "x", "JSON"),
        ('emit chat {"a": 1', '{"a": 1', "JSON"),
        ('emit chat {"a": "x y"} [1, 2', "[1, 2", "JSON"),
        ("emit $event x", "x", "JSON"),
        ("emit } x", "x", "JSON"),
        ("emit --to a", "a", "WHO"),
        ("emit --to=a", "a", "WHO"),
        ('emit --to="a b', '"a b', "WHO"),
        ("emit --to ada c", "c", "EVENT"),
        ("emit --to=ada c", "c", "EVENT"),
        ('emit chat --to room:"my r', 'room:"my r', "WHO"),
        ("emit -n /c", "/c", "NS"),
        ("emit --unknown c", "c", "EVENT"),
        ("emit --unknown=5 c", "c", "EVENT"),
        ("emit -- --to", "--to", "EVENT"),
        ("emit chat -- --to x", "x", "JSON"),
        ("join ada l", "l", "ROOM"),
        ("join ada lobby x", "x", None),
        ("call ping --to ada --timeout 5", "5", "SECONDS"),
        ("client ada --auth {", "{", "JSON"),
        ("on chat data mo", "mo", "PARAM"),
    ],
)
def test_the_last_word_has_a_place(line: str, word: str, kind: str | None) -> None:
    assert place(line)[:2] == (word, kind)


@pytest.mark.parametrize(
    ("line", "kind", "options"),
    [
        ("emit ", "EVENT", ALL),
        ("emit chat ", "JSON", ALL),
        ("emit --to ", "WHO", []),
        ("emit --to=", "WHO", []),
        ("emit --to ada ", "EVENT", ALL),
        ("emit -n / ", "EVENT", ["--to", "--skip", "--help"]),
        ("emit --help ", "EVENT", ["--to", "--skip", "--namespace"]),
        ("call x --to ada ", "JSON", ["--timeout", "--namespace", "--help"]),
        ("emit -- ", "EVENT", []),
        ("join a b ", None, ["--namespace", "--help"]),
        ("stop ", None, ["--help"]),
        ("client a -n / ", None, ["--namespace", "--auth", "--transport", "--help"]),
    ],
)
def test_between_words_options_may_follow(line: str, kind: str | None, options: list[str]) -> None:
    assert place(line) == ("", kind, options)


@pytest.mark.parametrize("line", ["emit -", "emit --", "emit --t", "emit chat -n", "emit --to --s"])
def test_a_dash_begins_an_option(line: str) -> None:
    assert place(line)[0] == line.rsplit(maxsplit=1)[-1]
    assert "--skip" in place(line)[2]


def test_an_option_that_takes_no_value_gets_none() -> None:
    assert place("emit --help=") == ("", None, [])


def test_events_go_to_clients_where_arguments_go_with_them() -> None:
    assert {name for name, verb in VERBS.items() if way_of(verb) == "out"} == {"emit", "send", "call"}


@pytest.mark.parametrize(
    ("line", "begin"),
    [
        ("traffic ev", 7),
        ("export", None),
        ("export pytest", None),
        ("export pytest t.p", None),
        ("export pytest t.py ", 18),
        ('export pytest "t 1.py" ev', 22),
        ("export --app chat:sio pytest t.py ev", 33),
        ("export pytest t.py ev --app x", 18),
    ],
)
def test_a_filter_begins_behind_the_arguments(line: str, begin: int | None) -> None:
    verb = VERBS[line.split(maxsplit=1)[0]]
    assert find_filter(verb, line, len(verb.name)) == begin

from __future__ import annotations

from sio_lab.commands import values
from sio_lab.commands.verbs import Option, Parameter, Verb, listed, wrapped

DEMO = Verb(
    "do-it",
    "Do it",
    "Then say so.",
    (Parameter(values.EVENT), Parameter(values.JSON, is_optional=True, is_many=True)),
    (
        Option(("-n", "--namespace"), "namespace", values.NAMESPACE, "where"),
        Option(("--from",), "from_", values.NAMESPACE, "whence", is_required=True),
        Option(("--df",), "df", None, "as a DataFrame"),
    ),
    "do-it hello",
    'lab.do_it("hello")',
)


def test_a_usage_line_shows_what_may_be_left_out_and_repeated() -> None:
    assert DEMO.usage == "%sio do-it EVENT [JSON ...] [-n NS] --from NS [--df]"


def test_a_verb_is_a_method_of_the_lab() -> None:
    assert DEMO.method == "do_it"


def test_only_json_may_stand_in_a_body_and_a_table_has_a_filter_and_a_frame() -> None:
    bare = Verb("stop", "", "", (), (), "stop", "")
    words = (Parameter(values.FILTER, is_optional=True),)
    table = Verb("rooms", "", "", words, (Option(("--df",), "df", None, ""),), "rooms", "")
    drawn = Verb("sequence", "", "", words, (), "sequence", "")
    assert [verb.takes_body for verb in (DEMO, bare, table)] == [True, False, False]
    assert [verb.is_table for verb in (DEMO, bare, table, drawn)] == [False, False, True, False]
    assert [verb.takes_filter for verb in (DEMO, bare, table, drawn)] == [False, False, True, True]


def test_a_help_page_explains_each_kind_once() -> None:
    assert DEMO.help.startswith(DEMO.usage + "\n\nDo it. Then say so.\n\n  EVENT  ")
    assert DEMO.help.count(values.NAMESPACE.about) == 1
    assert "-n, --namespace NS" in DEMO.help
    assert DEMO.help.endswith('Example     %sio do-it hello\nIn Python   lab.do_it("hello")')


def test_a_verb_with_little_to_say_has_no_gaps() -> None:
    assert Verb("stop", "Stop", "", (), (), "stop", "").help == "%sio stop\n\nStop.\n\nExample     %sio stop"


def test_lists_line_up() -> None:
    lines = listed("--to WHO", "word " * 40).splitlines()
    column = lines[0].index("word")
    assert len(lines) > 1
    assert all(line.index("word") == column for line in lines)
    assert max(map(len, lines)) <= 100


def test_wrapping_breaks_no_word() -> None:
    assert wrapped("close-room " * 20).replace("\n", " ").split() == ["close-room"] * 20

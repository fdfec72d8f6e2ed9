from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sio_lab.commands import VERBS, parse
from sio_lab.commands.completing import LONGEST_LINE, complete
from sio_lab.commands.offers import MOST
from sio_lab.core.known import LONGEST_NAME, Known
from tests.commands.known_names import handler, lesson, many_names, names, put, rooms, texts

LINES = st.text(st.sampled_from("%sio emt\n\"'\\-=${[]},:room5x ")) | st.text()


def offered(cell: str, behind: str = "", known: Known | None = None) -> list[str]:
    return texts(complete(cell + behind, len(cell), known or lesson()))


def completed(cell: str, behind: str = "") -> list[str]:
    """Return the cell with each of the candidates in its place."""
    return put(cell + behind, len(cell), complete(cell + behind, len(cell), lesson()))


# --- where a command is written -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "%sio em",
        "  %sio em",
        "%sio   em",
        "x = %sio em",
        "x=%sio em",
        "a, b = %sio em",
        "x[0] = %sio em",
        "print(1)\n%sio em",
        "for a in b:\n    x = %sio em",
        "%%sio em",
        "\n%%sio em",
        "%%sio\nem",
        "%%sio\n  em",
        "%%sio  \nstatus\nem",
        "%%time\n%sio em",
    ],
)
def test_a_command_is_completed_wherever_it_may_stand(cell: str) -> None:
    assert completed(cell) == [cell + "it"]


@pytest.mark.parametrize(
    "cell",
    [
        "em",
        "%sio",
        "%%sio",
        "%siox em",
        "# %sio em",
        '"%sio em',
        "print(%sio em",
        "%time em",
        "%%sio emit chat\nem",
        "%%sio on chat data\nem",
        "%%bash\nem",
        "%sio em\nem",
    ],
)
def test_elsewhere_nothing_is_said(cell: str) -> None:
    assert complete(cell, len(cell), lesson()) is None


def test_what_follows_the_line_does_not_matter() -> None:
    assert offered("%sio em", "\n%sio stop\nx = (") == ["emit"]


def test_a_cursor_outside_of_the_cell_is_moved_into_it() -> None:
    assert texts(complete("%sio em", 100, lesson())) == ["emit"]
    assert complete("%sio em", -5, lesson()) is None


def test_a_very_long_line_is_left_alone() -> None:
    line = "%sio emit " + "x " * LONGEST_LINE
    assert complete(line, len(line), lesson()) is None


# --- verbs and options --------------------------------------------------------------------------------------------


def test_verbs_come_in_the_order_of_the_help() -> None:
    assert offered("%sio ") == list(VERBS)


def test_an_underscore_finds_a_verb_with_a_dash() -> None:
    assert completed("%sio close_r") == ["%sio close-room"]


def test_help_is_an_option_without_a_verb() -> None:
    assert offered("%sio --h") == ["--help"]


def test_behind_a_verb_nobody_knows_nothing_fits() -> None:
    assert offered("%sio emti ") == []


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.name)
def test_each_verb_offers_its_options(verb: Any) -> None:
    options = {option.names[-1] for option in verb.options} | {"--help"}
    assert options <= set(offered(f"%sio {verb.name} --"))
    assert {name for option in verb.options for name in option.names} <= set(offered(f"%sio {verb.name} -"))


def test_an_option_is_offered_once_unless_it_may_be_given_again() -> None:
    assert offered("%sio emit chat --to ada -n /chat --") == ["--to", "--skip", "--help"]
    assert offered("%sio traffic --df --") == ["--help"]


def test_behind_two_dashes_there_are_no_options() -> None:
    assert offered("%sio emit -- -") == []
    assert offered("%sio traffic -- --") == []


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%sio emit my", ['"my response"']),
        ("%sio emit 'my", ["'my response'"]),
        ("%sio emit n", ["news"]),
        ("%sio call x --to a", ["ada"]),
        ("%sio call x --to=a", ["ada"]),
        ("%sio emit x --skip b", ['"bob smith"']),
        ("%sio emit x --to client:", ["client:ada", 'client:"bob smith"']),
        ('%sio emit x --to room:"my', ['room:"my room"']),
        ("%sio emit x -n /", ["/", "/chat", "/test"]),
        ("%sio join ada ", ["5", "lobby", '"my room"', "--namespace", "--help"]),
        ("%sio kick ", ["ada", '"bob smith"', "5", "lobby", '"my room"', "s-web", "--namespace", "--help"]),
        ("%sio client e", ["eve"]),
        ("%sio client eve --transport w", ["websocket"]),
        ("%sio help em", ["emit"]),
        ("%sio inspect ", ["9", "7", "--help"]),
        ("%sio start --host l", ["localhost"]),
        ("%sio start --port ", []),
        ("%sio off c", ["caht", "chat", "connect"]),
        ("%%sio on c", ["caht", "chat", "connect"]),
        ("%sio emit c", ["chat"]),
        ("%%sio page /", ["/about"]),
        ("%sio serve s", ["socketio"]),
        ("%sio emit x $d", ["$data", "$draft"]),
        ("%sio emit $d", ["$data", "$draft"]),
        ("%sio emit x --to $d", ["$data", "$draft"]),
        ("%sio emit x $_", ["$_hidden"]),
        ("%sio emit x {", []),
        ("%sio emit x hel", []),
        ("%%sio emit x\n{} $d", ["$data", "$draft"]),
    ],
)
def test_a_value_is_completed_by_its_kind(cell: str, expected: list[str]) -> None:
    assert offered(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%sio export ", ["pytest", "asyncapi", "--app", "--help"]),
        ("%sio export py", ["pytest"]),
        ("%sio export pytest t.py --a", ["--app"]),
        ("%sio export pytest t.py ev", ["event:"]),
        ("%sio export pytest t.py ms>1 dir:i", ["in"]),
        ("%sio export --app chat:sio pytest t.py dir:i", ["in"]),
        ("%sio export pytest t.py --app dir:i", []),
        ("%sio export pytest -- t.py --a", []),
    ],
)
def test_a_filter_is_completed_behind_the_arguments(cell: str, expected: list[str]) -> None:
    assert offered(cell)[: len(expected) + 1] == expected


def test_a_room_named_as_a_scope_is_no_scope_for_an_event() -> None:
    known = Known(emitted=("room:lobby",))
    assert offered("%sio emit room:l", known=known) == ["room:lobby"]


def test_a_quote_typed_with_escapes_is_understood() -> None:
    known = Known(emitted=('say "hi"', "say no"))
    assert offered(r'%sio emit "say \"', known=known) == [r'"say \"hi\""']
    assert offered('%sio emit "say \\', known=known) == []


def test_a_quote_that_an_editor_has_closed_is_not_closed_twice() -> None:
    assert completed('%sio emit "my', '" --to ada') == ['%sio emit "my response" --to ada']


def test_the_body_of_other_cells_is_python() -> None:
    cell = "%%sio on chat data\nprint($d"
    assert complete(cell, len(cell), lesson()) is None


def test_no_more_are_offered_than_ipython_shows() -> None:
    known = Known(emitted=tuple(f"event {number}" for number in range(2 * MOST)))
    assert len(offered("%sio emit ev", known=known)) == MOST


# --- filters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%sio traffic ev", ["%sio traffic event:"]),
        ("%sio traffic -ev", ["%sio traffic -event:"]),
        ("%sio traffic event:my", ['%sio traffic event:"my response"']),
        ("%sio traffic -event:my", ['%sio traffic -event:"my response"']),
        ("%sio errors kind:emit,ev", ["%sio errors kind:emit,event"]),
        ('%sio traffic ms>5 event:"my', ['%sio traffic ms>5 event:"my response"']),
        ("%sio traffic --d", ["%sio traffic --df"]),
        ("%sio traffic -h", ["%sio traffic -handler:"]),
        ("%sio traffic --df cl", ["%sio traffic --df client:"]),
        ("%sio traffic --df -- cl", ["%sio traffic --df -- client:"]),
        ("%sio clients room:l", ["%sio clients room:lobby"]),
    ],
)
def test_a_filter_is_completed(cell: str, expected: list[str]) -> None:
    assert completed(cell) == expected


def test_a_dash_begins_what_to_leave_out_and_options() -> None:
    offers = offered("%sio traffic -")
    assert {"-event:", "-kind:", "--df", "--help"} <= set(offers)
    assert {"event:", "--df", "--help"} <= set(offered("%sio traffic "))


def test_a_table_that_is_added_completes_without_further_work() -> None:
    for name, verb in VERBS.items():
        if verb.is_table:
            assert "--df" in offered(f"%sio {name} ")


# --- whatever the names -------------------------------------------------------------------------------------------


def written(start: str, behind: str, known: Known) -> list[Any]:
    """Return the first arguments that are read back, one for each candidate that is no option."""
    cell = f"%sio {start}"
    completed = complete(cell + behind, len(cell), known)
    assert completed is not None
    lines = put(cell + behind, len(cell), completed)
    kept = [line for line, each in zip(lines, completed.candidates, strict=True) if each.what != "option"]
    assert all(line.isprintable() or "\u200c" in line or "\u200d" in line for line in kept)
    return [parse(line.removeprefix("%sio")).arguments[0] for line in kept]


@given(events=many_names, quote=st.sampled_from(["", '"', "'"]), is_closed=st.booleans())
@example(events=("\u202e", "\n"), quote="", is_closed=False)
def test_each_event_offered_is_read_back(events: tuple[str, ...], quote: str, is_closed: bool) -> None:
    read = written(f"emit {quote}", quote * is_closed, Known(emitted=events))
    possible = {event for event in events if 0 < len(event) <= LONGEST_NAME} - {"*", "connect", "disconnect"}
    assert len(read) == len(set(read))
    assert set(read) <= possible
    if not (quote == "'" and is_closed):
        assert set(read) == possible


@given(given_rooms=rooms, typed=names)
def test_each_room_offered_is_read_back(given_rooms: tuple[str | int, ...], typed: str) -> None:
    known = Known(entered=(given_rooms,))
    wanted = {(type(room), room) for room in given_rooms if room != ""}
    assert {(type(room), room) for room in written("close-room ", "", known)} == wanted
    if typed and '"' not in typed and "\\" not in typed and typed.isprintable():
        start = {
            (kind, room) for kind, room in wanted if kind is str and str(room).casefold().startswith(typed.casefold())
        }
        assert {(type(room), room) for room in written(f'close-room "{typed}', "", known)} == start


@given(clients=many_names, given_rooms=rooms, scope=st.sampled_from(["", "client:", "room:", 'room:"', "cl", '"']))
def test_each_who_offered_is_read_back(
    clients: tuple[str, ...], given_rooms: tuple[str | int, ...], scope: str
) -> None:
    sids = tuple(f"sid {number}" for number in range(len(clients)))
    known = Known(connected=sids, named=dict(zip(sids, clients, strict=True)), entered=(given_rooms,))
    people = {*clients, *given_rooms} - {""}
    for who in written(f"kick {scope}", "", known):
        assert who in people or str(who).partition(":")[2] in {str(name) for name in people}


@given(left=LINES, behind=LINES, name=names)
def test_it_never_fails(left: str, behind: str, name: str) -> None:
    named = dict.fromkeys(("emitted", "errors", "paths", "variables", "served", "connected", "past"), (name,))
    known = lesson(
        **named,
        entered=((name, None, 5),),
        named={name: name},
        registered=(handler(name, name),),
        answered=((name, name),),
    )
    for start in ("", "%sio ", "%%sio\n", "x = %sio emit ", "%sio traffic event:", '%sio kick "', "%sio emit x --to "):
        cell = start + left + behind
        for cursor in (-1, 0, len(start), len(start + left), len(cell), len(cell) + 1):
            found = complete(cell, cursor, known)
            assert found is None or 0 <= found.start <= min(cursor, len(cell))

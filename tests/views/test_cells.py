"""One cell: what stands in it, its tooltip and its look."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core import columns, traffic
from sio_lab.core.columns import Column
from sio_lab.views import cells, values
from sio_lab.views.cells import Cell
from tests import factories as make

TRAFFIC = {column.name: column for column in traffic.TRAFFIC}
LESSON = make.lesson()


def row(seq: int, **changed: Any) -> dict[str, Any]:
    table = traffic.traffic(LESSON.since(), LESSON.state)
    return {**table.row(table.cells["seq"].index(seq)), **changed}


def shown(name: str, of: dict[str, Any], **names: str) -> Cell:
    return cells.cell(TRAFFIC[name], of, names)


def text(kind: str, value: Any, name: str = "x") -> str:
    return cells.cell(Column(name, kind, ""), {name: value}, {}).text


@pytest.mark.parametrize(("seq", "arrow", "look"), [(16, "→", "in"), (18, "←", "out"), (17, "·", "muted")])
def test_direction_is_an_arrow_that_says_what_it_means(seq: int, arrow: str, look: str) -> None:
    told = shown("direction", row(seq))
    assert (told.text, told.look) == (arrow, look)
    assert told.full


def test_what_failed_is_marked_once_and_not_by_colour_alone() -> None:
    assert shown("status", row(25)) == Cell("✕ raised", "", "failed")
    assert shown("kind", row(25)) == Cell("event")
    assert shown("kind", row(30)) == Cell("✕ refused", "", "failed")
    assert shown("kind", row(31)) == Cell("✕ rejected", "", "failed")
    assert shown("status", row(16)).look == "muted"


def test_a_client_is_called_by_its_name_else_by_its_sid() -> None:
    assert shown("client", row(16)) == Cell("ada", f"sid {make.ADA}")
    assert shown("client", row(25)).text == "ben01234"
    assert shown("client", row(25)).full == make.BEN
    assert shown("client", row(1)) == cells.EMPTY


def test_an_emit_tells_how_many_it_went_to() -> None:
    assert shown("client", row(18)).text == "2 clients"
    assert shown("client", row(18, recipients=0)).text == "nobody"
    assert shown("client", row(18, recipients=1234)).text == "1,234 clients"


def test_a_client_is_not_told_twice_beside_its_sid() -> None:
    table = columns.clients(LESSON.state)
    named = {column.name: column for column in columns.CLIENTS}
    nameless = {**table.row(0), "client": None}
    assert cells.cell(named["client"], nameless, {}, beside=["sid", "client"]).text == ""
    assert cells.cell(named["sid"], nameless, {}, beside=["sid", "client"]).text == make.ADA[:8]


def test_whom_an_emit_is_addressed_to_is_called_by_name() -> None:
    assert shown("to", row(19), **{make.ADA: "ada"}) == Cell("ada", make.ADA)
    assert shown("to", row(19, to=f"lobby, {make.BEN}"), **{make.BEN: "ben"}).text == "lobby, ben"
    assert shown("to", row(18)) == cells.EMPTY


def test_names_are_those_of_the_clients_in_the_table() -> None:
    table = traffic.traffic(LESSON.since(), LESSON.state)
    assert cells.names_in(table.cells) == {make.ADA: "ada", make.BEN: "ben01234"}
    assert cells.names_in({"sid": [make.BEN]}) == {make.BEN: "ben01234"}
    assert cells.names_in({"namespace": ["/"]}) == {}


def test_several_sids_of_one_connection_are_all_shortened() -> None:
    assert shown("sid", row(16, sid=f"{make.ADA}, {make.BEN}")).text == "ada01234, ben01234"


def test_arguments_are_code_and_their_absence_is_muted() -> None:
    assert shown("args", row(16)) == Cell("{'text': 'hello'}", "", "code")
    assert shown("args", row(16, args=())) == Cell("()", "no arguments", "muted")
    assert shown("ack", row(18)) == cells.EMPTY
    long = shown("args", row(16, args=("x" * 500,)))
    assert (len(long.text), len(long.full)) == (values.SHORT, 502)


def test_rooms_of_a_client_are_listed() -> None:
    assert text("object", ["lobby", 5, ("a", 1)], "rooms") == "lobby, 5, ('a', 1)"
    assert text("object", [], "rooms") == ""
    assert text("integer", 3, "rooms") == "3"


def test_a_room_is_told_as_text_and_a_client_s_own_by_its_name() -> None:
    room = Column("room", "object", "")
    assert cells.cell(room, {"room": "lobby"}, {}).text == "lobby"
    assert cells.cell(room, {"room": ("a", 1)}, {}).text == "('a', 1)"
    assert cells.cell(room, {"room": make.ADA}, {make.ADA: "ada"}) == Cell("ada", make.ADA)


def test_numbers_that_are_typed_again_have_no_commas() -> None:
    assert [text("integer", 12345, name) for name in ("seq", "ack_id", "cause")] == ["12345"] * 3
    assert text("integer", 12345, "events_in") == "12,345"
    assert text("integer", 12345, "bytes_in") == "12.3 kB"


def test_numbers_have_the_units_of_their_columns() -> None:
    assert text("number", 12.34, "rtt_ms") == "12.3 ms"
    assert text("number", 0.5, "share") == "0.5"


def test_of_a_console_the_last_line_is_shown_and_more_of_it_as_a_tooltip() -> None:
    column = Column("output", "text", "")
    told = cells.cell(column, {"output": "from ada\n\x1b[31mred\x1b[0m\tand\x07\n"}, {})
    assert told == Cell("red\\tand\\x07", "from ada\nred and\\x07", "code")
    many = cells.cell(column, {"output": "line\n" * 400}, {})
    assert (many.text, len(many.full) <= values.LONG) == ("line", True)
    assert cells.cell(column, {"output": None}, {}) == cells.EMPTY


def test_errors_are_marked_where_there_are_any() -> None:
    assert cells.cell(Column("errors", "integer", ""), {"errors": 2}, {}) == Cell("✕ 2", "", "failed")
    assert cells.cell(Column("errors", "integer", ""), {"errors": 0}, {}) == Cell("0", "", "muted")


def test_flags_are_words() -> None:
    assert [text("flag", True), text("flag", False), text("flag", None)] == ["yes", "no", ""]


@pytest.mark.parametrize("kind", ["time", "integer", "number", "text", "category", "flag", "object"])
def test_a_cell_with_nothing_in_it_is_empty(kind: str) -> None:
    assert text(kind, None) == ""


def test_long_texts_are_cut_and_told_in_the_tooltip() -> None:
    told = cells.cell(Column("event", "category", ""), {"event": "e" * 500}, {})
    assert (len(told.text), len(told.full)) == (values.SHORT, 500)


def test_every_cell_of_every_table_can_be_shown() -> None:
    tables = [traffic.traffic(LESSON.since(), LESSON.state)]
    tables += [build(LESSON.state) for build in (columns.clients, columns.rooms, columns.namespaces, columns.handlers)]
    for table in tables:
        for place in range(len(table)):
            told = [cells.cell(column, table.row(place), {}) for column in table.columns]
            assert all("\n" not in cell.text for cell in told)

"""Any record, as a row of a capture, comes back as it was."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.capture_rows import Extras, attachments_of, record_of, sheaves_of
from sio_lab.core.capture_schema import RECORD_COLUMNS
from sio_lab.core.capture_values import RECORDS, Lookalike
from sio_lab.core.log import Log
from sio_lab.core.wire import Wire
from tests.core.any_record import FULL_RECORDS


def rows_of(records: list[Any], extras: Extras) -> list[tuple[Any, ...]]:
    """Return whole rows, as SQLite gives them."""
    rows = [dict(zip(columns, row, strict=True)) for columns, rows in sheaves_of(records, extras) for row in rows]
    return [tuple(map(row.get, RECORD_COLUMNS)) for row in sorted(rows, key=lambda row: int(row["seq"]))]


def through(records: list[Any]) -> list[r.Record]:
    log, extras = Log(), Extras()
    kept = [log.append(record) for record in records]
    rows, texts = rows_of(kept, extras), dict(extras.new)
    attached: dict[int, list[bytes]] = {}
    for seq, _, data in attachments_of(kept):
        attached.setdefault(seq, []).append(data)
    return [record_of(row, texts.get(row[-1]), tuple(attached.get(row[0], ()))) for row in rows]


@given(FULL_RECORDS)
def test_every_record_comes_back_as_it_was(records: list[Any]) -> None:
    back = through(records)
    # The repr tells 1 from True and from 1.0, too, and NaN is equal to itself.
    assert list(map(repr, back)) == list(map(repr, records))


def test_every_class_of_records_has_a_name() -> None:
    assert {"EventReceived", "HandlerCovers", "TaskEnded", "PingAnswered"} <= RECORDS.keys()
    assert all(name == kind.__name__ for name, kind in RECORDS.items())


def test_a_room_of_a_class_of_the_users_own_comes_back_as_it_read() -> None:
    room = uuid.UUID(int=7)
    (joined,) = through([r.Joined("/", room, "ada", "eio")])
    assert isinstance(joined, r.Joined)
    assert isinstance(joined.room, Lookalike)
    assert (str(joined.room), repr(joined.room)) == (str(room), repr(room))


def test_records_with_the_same_other_fields_share_them() -> None:
    log, extras = Log(), Extras()
    for _ in range(9):
        log.append(r.Emitted("/", "chat", (), (), ("ada", "ben"), Wire('2["chat"]')))
    assert len({row[-1] for row in rows_of(log.since(), extras)}) == len(extras.new) == 1


@pytest.mark.parametrize(
    ("row", "extra"),
    [
        ((1, 1, "Closed", *[None] * 21), None),
        ((1, 1, "Closed", None, None, None, b"e", *[None] * 17), None),
        ((1, 1, "ClientNamed", None, None, None, "e", *[None] * 17), '{"name":{"tuple":3}}'),
        ((1, 1, "ClientNamed", None, None, None, "e", *[None] * 17), '{"named":"x"}'),
        ((1, 1, "ClientNamed", None, None, None, "e", *[None] * 17), "[" * 100_000),
        ((1, None, "Closed", None, None, None, "e", *[None] * 17), None),
    ],
)
def test_a_damaged_row_is_a_value_error(row: tuple[Any, ...], extra: str | None) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        record_of(row, extra)


def test_what_an_older_version_does_not_tell_is_as_by_default() -> None:
    named = record_of((1, 1, "ClientNamed", None, None, None, "e", *[None] * 17), '{"name":"ada"}')
    assert isinstance(named, r.ClientNamed)
    assert (named.name, named.is_own) == ("ada", True)


@given(st.text(max_size=40))
def test_whatever_stands_in_extras_a_row_is_read_or_refused(extra: str) -> None:
    with suppress(ValueError):
        named = record_of((1, 1, "ClientNamed", None, None, None, "e", *[None] * 17), extra)
        assert isinstance(named, r.ClientNamed)
        assert isinstance(named.name, str)

"""What a capture is made of: an SQLite file whose tables any tool can read, described within the file itself."""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core.traffic import ROWS

FORMAT = "sio_lab capture"
VERSION = 1
"""Goes up whenever a reader of the last one could misread a file."""

APPLICATION_ID = 0x73_69_6F_4C
"""What stands in the file's head, by which tools like `file` tell what it is: `sioL`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column of `records` that holds a field where that is of one of these types."""

    name: str
    types: frozenset[type]
    declared: str
    meaning: str


_TEXT, _INTEGER = frozenset({str}), frozenset({int})

PLACES = (
    Place("namespace", _TEXT, "TEXT", "the namespace it happened in"),
    Place("event", _TEXT, "TEXT", "the event's name"),
    Place("sid", _TEXT, "TEXT", "the client's id in that namespace"),
    Place("eio_sid", _TEXT, "TEXT", "the id of its Engine.IO connection"),
    Place("number", _INTEGER, "INTEGER", "the how-manieth event of its connection it is"),
    Place("ack_id", _INTEGER, "INTEGER", "the number that ties an ack to its event"),
    Place("of", _INTEGER, "INTEGER", "the seq of the record that this one belongs to"),
    Place("asked", _INTEGER, "INTEGER", "the seq of the request to connect that this one answers"),
    Place("cause", _INTEGER, "INTEGER", "the seq of the event that made it happen"),
    Place("status", frozenset({str, int}), "", "how a handler ended; of a request, its HTTP status"),
    Place("ms", frozenset({int, float}), "", "how long it took, in milliseconds"),
    Place("handler", _TEXT, "TEXT", "the function that answered"),
    Place("cell", _TEXT, "TEXT", "the notebook cell that defined it"),
    Place("value", _TEXT, "TEXT", "what it returned, as a shortened repr"),
    Place("reason", _TEXT, "TEXT", "why a client left, was refused or was rejected"),
    Place("error", _TEXT, "TEXT", "the exception, as its last traceback line"),
    Place("traceback", _TEXT, "TEXT", "the whole traceback"),
    Place("hint", _TEXT, "TEXT", "what to do next"),
    Place("output", _TEXT, "TEXT", "what a handler printed"),
)
"""The columns of fields, in order; a field that has none, or whose value is of another type, is in `extras`."""

NAMES = tuple(place.name for place in PLACES)
"""Their names."""

RECORD_COLUMNS = ("seq", "at", "kind", *NAMES, "wire", "extra")
"""All columns of `records`, in order."""

_META = (
    "format, version, made_at, made_by, codec, first, last, records, missing, complete, state_seq; until: when it was "
    "last written to, in nanoseconds since 1970, UTC"
)
_DOCUMENTED = (
    ("meta", "key", _META),
    ("meta", "value", "its value, as text; made_at is ISO 8601, UTC; complete is yes, or no while it is recorded"),
    ("records", "seq", "the record's number in the log, from 1; numbers that are missing were not recorded"),
    ("records", "at", "when it happened: nanoseconds since 1970, UTC"),
    ("records", "kind", "what it is: EventReceived, Handled, AckSent, Emitted, Connected, Joined, ..."),
    *(("records", place.name, place.meaning) for place in PLACES),
    ("records", "wire", "the packet as it crossed the network: text; a BLOB where the server speaks msgpack"),
    ("records", "extra", "the id in `extras` of its other fields; NULL where there are none"),
    ("extras", "id", "what `records.extra` names; records whose other fields are the same share one"),
    ("extras", "fields", "JSON: field -> value; tagged where JSON has no such value, as in {'tuple': [...]}"),
    ("attachments", "seq", "the record whose packet it belongs to"),
    ("attachments", "place", "the number that stands in its placeholder in the packet"),
    ("attachments", "data", "the bytes"),
    ("state", "part", "what was true at the record numbered state_seq, in parts: clients, rooms, handlers, ..."),
    ("state", "value", "JSON, tagged like `extras.fields`; sio_lab's own, and may be left out"),
    ("traffic", "(view)", "a row for each event, emit, connection and request, joined with how it ended"),
    ("columns", "(table)", "this description"),
)


def schema() -> str:
    """Return the SQL that makes an empty capture."""
    fields = ", ".join(f'"{place.name}" {place.declared}'.rstrip() for place in PLACES)
    return f"""
        PRAGMA application_id = {APPLICATION_ID};
        PRAGMA user_version = {VERSION};
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        CREATE TABLE records (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL,
            {fields}, wire, extra INTEGER);
        CREATE TABLE extras (id INTEGER PRIMARY KEY, fields TEXT NOT NULL);
        CREATE TABLE attachments (seq INTEGER, place INTEGER, data BLOB, PRIMARY KEY (seq, place)) WITHOUT ROWID;
        CREATE TABLE state (part TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE columns ("table" TEXT, "column" TEXT, meaning TEXT);
        {_traffic_view()}
    """


def documentation() -> list[tuple[str, str, str]]:
    """Return (table, column, meaning) of all there is in a capture."""
    return list(_DOCUMENTED)


def _traffic_view() -> str:
    """Return the view that other tools read at once: the records that make rows, beside how they ended.

    How an event ended is told by records of their own, which are grouped by the seq that they belong to.
    """
    kinds = " ".join(f"WHEN '{kind.__name__}' THEN '{name}'" for kind, (name, _) in ROWS.items())
    ways = " ".join(f"WHEN '{kind.__name__}' THEN '{way}'" for kind, (_, way) in ROWS.items())
    rows = ", ".join(f"'{kind.__name__}'" for kind in ROWS)
    return _VIEW.replace("<kinds>", kinds).replace("<ways>", ways).replace("<rows>", rows)


_VIEW = """
    CREATE VIEW traffic AS
    WITH ended AS (SELECT "of", max(status) AS status, max(ms) AS ms, max(handler) AS handler, max(cell) AS cell,
            max(error) AS error, max(hint) AS hint
        FROM records WHERE kind = 'Handled' GROUP BY "of"),
    acked AS (SELECT "of", max(wire) AS ack, max(ms) AS ms
        FROM records WHERE kind IN ('AckSent', 'AckReceived') AND "of" IS NOT NULL GROUP BY "of")
    SELECT r.seq, strftime('%Y-%m-%dT%H:%M:%fZ', r.at / 1e9, 'unixepoch') AS time,
        CASE r.kind <kinds> END AS kind, CASE r.kind <ways> END AS direction,
        r.namespace, r.event, r.sid, r.wire AS payload, acked.ack,
        coalesce(ended.status, r.status) AS status, coalesce(ended.ms, acked.ms, r.ms) AS ms,
        coalesce(ended.handler, r.handler) AS handler, coalesce(ended.cell, r.cell) AS cell,
        coalesce(ended.error, r.reason) AS error, coalesce(ended.hint, r.hint) AS hint, r.cause
    FROM records r
    LEFT JOIN ended ON ended."of" = coalesce(r.asked, r.seq)
    LEFT JOIN acked ON acked."of" = r.seq
    WHERE r.kind IN (<rows>)
    ORDER BY r.seq;
"""

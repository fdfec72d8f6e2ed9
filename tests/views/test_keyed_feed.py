"""Small tables, live: patches bring a page to where the table is; what identifies a row may be of any size."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sio_lab.core import columns
from sio_lab.core.log import Log
from sio_lab.errors import FilterError
from sio_lab.views import keyed_feed
from sio_lab.views.keyed_feed import MOST_ROWS, KeyedFeed
from tests import factories as make
from tests.views.page import KeyedPage

SIDS = [f"sid{number}" + "0" * 16 for number in range(4)]


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed_feed, "EVERY", 0.0)
    monkeypatch.setattr(keyed_feed, "SHARE", 0)


def rooms(log: Log) -> KeyedFeed:
    return KeyedFeed(lambda: columns.rooms(log.state), ("room", "sid", "namespace"), lambda row: bool(row["personal"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(SIDS), st.sampled_from(["lobby", 5, "5", "x"]), st.booleans()), max_size=30))
def test_patches_lead_to_the_table(acts: list[tuple[str, Any, bool]]) -> None:
    log = Log()
    for sid in SIDS:
        make.connect(log, sid)
    page = KeyedPage(rooms(log))
    for sid, room, looks in acts:
        if room in log.state.clients[sid].rooms:
            log.append(make.r.Left("/", room, sid))
        else:
            make.join(log, sid, room)
        if looks:
            page.turn()
    page.turn()
    whole = KeyedPage(rooms(log))
    assert [row["cells"] for row in page.rows.values()] == [row["cells"] for row in whole.rows.values()]


def test_rows_tell_what_they_are_of_and_cells_more_than_their_text() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.join(log, make.ADA, "lobby")
    make.join(log, make.ADA, 5)
    page = KeyedPage(rooms(log))
    assert page.column("room") == ["lobby", "5"]
    places = [row["at"] for row in page.rows.values()]
    assert places[0] == {"sid": make.ADA, "namespace": "/", "room": "lobby"}
    assert places[1]["room"] == 5
    clients = KeyedFeed(lambda: columns.clients(log.state), ("client", "events_in")).state()
    assert clients["rows"][0]["cells"] == [["ada", "", f"sid {make.ADA}"], ["0", "", "", 0]]
    assert [column["numeric"] for column in clients["columns"]] == [False, True]


def test_only_what_changed_is_told() -> None:
    log = Log()
    for sid in SIDS:
        make.connect(log, sid)
    feed = KeyedFeed(lambda: columns.clients(log.state), ("sid", "events_in"))
    feed.patch()
    make.receive(log, SIDS[1], "chat")
    patch = feed.patch()
    assert patch is not None
    assert len(patch["rows"]) == 1
    assert (patch["gone"], "order" in patch) == ([], False)
    make.disconnect(log, SIDS[1])
    gone = feed.patch()
    assert gone is not None
    assert (gone["rows"], len(gone["gone"])) == ([], 1)
    assert feed.patch() is None


def test_a_table_that_is_slow_to_build_is_looked_at_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed_feed, "EVERY", 1_000.0)
    log = Log()
    feed = KeyedFeed(lambda: columns.clients(log.state))
    make.connect(log, make.ADA)
    assert feed.patch() is not None
    make.connect(log, make.BEN)
    assert feed.patch() is None


def test_names_that_clients_choose_are_bounded() -> None:
    log = Log()
    make.connect(log, make.ADA)
    for number in range(MOST_ROWS + 20):
        make.join(log, make.ADA, f"<img onerror=alert({number})>" + "x" * 10_000)
    state = rooms(log).state()
    assert len(state["rows"]) == MOST_ROWS
    assert state["hidden"] == 20
    assert max(len(row["key"]) for row in state["rows"]) < 10
    assert len(json.dumps(state)) < 1_000_000


def test_a_filter_is_heeded_and_a_wrong_one_changes_nothing() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "lobby")
    make.join(log, make.ADA, "kitchen")
    feed = rooms(log)
    feed.want({"filter": "room:lobby"})
    assert [row["at"]["room"] for row in feed.state()["rows"]] == ["lobby"]
    with pytest.raises(FilterError):
        feed.want({"filter": "ms>5"})
    assert feed.state()["filter"] == "room:lobby"

from __future__ import annotations

from sio_lab.views.table import TableView
from tests.views.samples import Counter


def test_a_table_is_a_view_of_one_feed() -> None:
    view = TableView("clients", Counter(), {"kick": lambda who: f"kicked {who}"}, lambda: {"text/plain": "1 row"})
    assert view.options() == {"title": "clients", "feed": "clients"}
    assert view.on == {"clients"}
    assert view.still() == {"text/plain": "1 row"}
    assert view.answer("kick", {"who": "ada"}) == "kicked ada"

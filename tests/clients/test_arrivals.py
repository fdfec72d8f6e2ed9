from __future__ import annotations

from sio_lab.clients.arrivals import KEPT_ARRIVALS, Arrivals


def some(*events: str, keep: int = KEPT_ARRIVALS) -> Arrivals:
    arrivals = Arrivals(keep)
    for number, event in enumerate(events):
        arrivals.note("/", event, (number,))
    return arrivals


def test_the_newest_are_kept_and_the_others_counted() -> None:
    arrivals = some(*["x"] * (KEPT_ARRIVALS + 3))
    columns = arrivals.columns()
    assert (len(columns), arrivals.dropped, arrivals.total) == (10_000, 3, 10_003)
    assert columns.row(0)["args"] == (3,)


def test_an_empty_table_has_its_columns() -> None:
    columns = Arrivals().columns()
    assert (len(columns), columns.names, columns.index) == (0, ("time", "namespace", "event", "args"), ())


def test_each_is_taken_once() -> None:
    arrivals = some("a", "b", "a")
    taken = [arrivals.take("a", None), arrivals.take("a", "/"), arrivals.take("a", None)]
    assert [each and each.args for each in taken] == [(0,), (2,), None]
    assert arrivals.take("b", "/other") is None


def test_whether_somebody_has_waited_is_known() -> None:
    arrivals = some("a", "b")
    assert not arrivals.was_waited_for("a", "/")
    arrivals.take("a", None)
    assert arrivals.was_waited_for("a", "/")
    assert not arrivals.was_waited_for("a", "/other")
    assert not arrivals.was_waited_for("b", "/")


def test_a_look_goes_on_where_the_last_one_ended() -> None:
    arrivals = some("a", "b", "c", "d", keep=3)
    assert arrivals.take("b", None, after=2) is None
    assert arrivals.take("c", None, after=2) is not None
    assert arrivals.take("d", None, after=0) is not None


def test_the_newest_since_a_count_are_read_alone() -> None:
    arrivals = some("a", "b", "c", "d", keep=3)
    read = [arrivals.since(after, most) for after, most in ((0, 10), (2, 10), (0, 2), (4, 10), (9, 10))]
    assert [total for total, _ in read] == [4] * 5
    assert ["".join(each.event for each in newest) for _, newest in read] == ["bcd", "cd", "cd", "", ""]


def test_a_summary_counts_what_nobody_waited_for() -> None:
    arrivals = some("a", "b", "a")
    assert arrivals.summary("c") == "What did arrive and was not waited for: 'a' (2), 'b' (1)."
    arrivals.take("a", None)
    assert arrivals.summary("a").endswith("'b' (1), 'a' (1). 'a' was waited for before: 1 of them.")
    assert Arrivals().summary("a") == "Nothing else arrived."

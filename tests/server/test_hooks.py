"""Pieces: what a setup call defines, what each is replaced by, and where it stands."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from sio_lab.core.book import Book
from sio_lab.core.cells import Owner
from sio_lab.server.hooks import (
    HOOKS,
    NOBODY,
    Overlay,
    Piece,
    fresh,
    in_force,
    in_order,
    key_of,
    pieces_in,
    pieces_of,
    pour,
    relisted,
    spill,
    told,
    without,
)

ONE, TWO = Owner("one", 1, "In [1]"), Owner("two", 2, "In [2]")
AGAIN = Owner("one", 3, "In [3]")


def check() -> None:
    pass


def verify() -> None:
    pass


def hook(function: Any, owner: Owner = ONE, scope: str | None = None, table: str = "before_request_funcs") -> Piece:
    piece = Piece(table, (scope,), function, function)
    piece.belong(owner)
    return piece


def made(name: str) -> Any:
    def function() -> None:
        pass

    function.__qualname__ = name
    return function


class TestTables:
    def test_all_that_stands_in_tables_comes_as_pieces(self) -> None:
        parts: dict[str, Any] = {
            "before_request_funcs": {None: [check, verify], "chat": [check]},
            "teardown_appcontext_funcs": [check],
            "error_handler_spec": {None: {404: {NotFound: check}, None: {KeyError: verify}}},
            "filters": {"shout": check},
        }
        assert [(each.table, each.path, each.value) for each in pieces_in(parts, parts)] == [
            ("before_request_funcs", (None,), check),
            ("before_request_funcs", (None,), verify),
            ("before_request_funcs", ("chat",), check),
            ("teardown_appcontext_funcs", (), check),
            ("error_handler_spec", (None, 404, NotFound), check),
            ("error_handler_spec", (None, None, KeyError), verify),
            ("filters", ("shout",), check),
        ]

    @pytest.mark.parametrize(
        "piece",
        [
            hook(check),
            Piece("deferred_functions", (), check),
            Piece("error_handler_spec", ("chat", 404, NotFound), check),
            Piece("view_functions", ("index",), check),
        ],
        ids=lambda piece: piece.table,
    )
    def test_what_is_poured_into_a_fresh_table_is_found_and_can_be_spilt(self, piece: Piece) -> None:
        parts = {piece.table: fresh(piece.table)}
        pour(parts, piece)
        assert [(each.path, each.value) for each in pieces_in(parts, parts)] == [(piece.path, check)]
        spill(parts, Piece(piece.table, piece.path, verify))
        assert pieces_in(parts, parts)
        spill(parts, piece)
        assert not pieces_in(parts, parts)


class TestKeys:
    def test_a_hook_is_replaced_by_one_of_its_name(self) -> None:
        assert key_of(hook(made("check"), ONE)) == key_of(hook(made("check"), TWO))
        assert key_of(hook(made("check"))) != key_of(hook(made("verify")))
        assert key_of(hook(check)) != key_of(hook(check, scope="chat"))
        assert key_of(hook(check)) != key_of(hook(check, table="after_request_funcs"))

    @pytest.mark.parametrize(
        "function", [lambda: None, functools.partial(check), made("deco.<locals>.inner"), Owner("a", 1, "b").__eq__]
    )
    def test_what_has_no_name_of_its_own_is_replaced_within_its_cell_alone(self, function: Any) -> None:
        assert key_of(hook(function, ONE)) == key_of(hook(function, AGAIN))
        assert key_of(hook(function, ONE)) != key_of(hook(function, TWO))

    def test_without_cell_ids_it_is_replaced_all_the_same(self) -> None:
        one, two = (Owner(f"<{n}>", n, "In", anonymous=True) for n in (1, 2))
        assert key_of(hook(lambda: None, one)) == key_of(hook(lambda: None, two))

    def test_routes_go_by_their_endpoint(self) -> None:
        rule = Piece("url_map", ("index",), Rule("/"), check)
        assert key_of(rule) == key_of(Piece("view_functions", ("index",), verify, verify))

    def test_error_handlers_go_by_scope_code_and_class(self) -> None:
        one, other = (Piece("error_handler_spec", (scope, 404, NotFound), check, check) for scope in (None, "chat"))
        assert key_of(one) != key_of(other)


class TestInForce:
    def test_of_hooks_those_of_the_newest_run_count_all(self) -> None:
        old, first, second = hook(check), hook(check, AGAIN), hook(check, AGAIN)
        assert in_force([first, old, second]) == (first, second)

    def test_of_handlers_and_filters_the_last_counts(self) -> None:
        pieces = [Piece("filters", ("shout",), name) for name in "abc"]
        pieces[0].belong(AGAIN)
        assert in_force(pieces) == (pieces[0],)
        assert in_force(pieces[1:]) == (pieces[2],)

    def test_of_routes_all_do(self) -> None:
        pieces = [Piece("url_map", ("index",), Rule(path)) for path in ("/a", "/b")]
        pieces[0].belong(ONE)
        assert in_force(pieces) == (pieces[1], pieces[0])

    def test_what_a_blueprint_has_is_as_new_as_its_registration(self) -> None:
        piece = hook(check, ONE)
        piece.belong(ONE, AGAIN)
        assert in_force([piece, hook(check, TWO)]) == (piece,)
        piece.belong(NOBODY, TWO)
        assert (piece.owner, piece.rank) == (TWO, (2, 0))

    def test_a_book_gives_all_its_pieces(self) -> None:
        book: Book[Piece] = Book(lambda _key: None, many=True)
        pieces = [hook(check, ONE), hook(check, AGAIN), hook(verify, TWO)]
        for piece in pieces:
            book.add(key_of(piece), piece.owner, piece)
        assert pieces_of(book) == pieces


class TestPlaces:
    def test_what_replaces_stands_where_the_old_one_stood(self) -> None:
        old, new = hook("old"), hook("new", AGAIN)
        assert relisted(["a", "old", "b"], [old], [new], [old, new]) == ["a", "new", "b"]

    def test_what_a_cell_defines_first_stands_at_the_end(self) -> None:
        new, sibling = hook("new", TWO), hook("sibling", TWO)
        assert relisted(["sibling", "direct"], [], [new], [new, sibling]) == ["sibling", "direct", "new"]

    def test_what_an_edited_cell_adds_stands_after_what_it_has_defined_so_far(self) -> None:
        old, begun, new = hook("old"), hook("begun", AGAIN), hook("new", AGAIN)
        functions = ["begun", "old", "other"]
        assert relisted(functions, [], [new], [old, begun, new]) == ["begun", "new", "old", "other"]

    def test_what_an_edited_cell_adds_first_stands_before_all_it_has(self) -> None:
        old, new = hook("old"), hook("new", AGAIN)
        assert relisted(["other", "old"], [], [new], [old, new]) == ["other", "new", "old"]

    def test_an_edited_cell_of_which_nothing_is_left_adds_at_the_end(self) -> None:
        old, new = hook("old"), hook("new", AGAIN)
        assert relisted(["other"], [], [new], [old, new]) == ["other", "new"]

    def test_what_goes_leaves_no_gap_and_takes_no_other_with_it(self) -> None:
        assert relisted(["a", "x", "x", "b"], [hook("x")], [], []) == ["a", "x", "b"]
        assert relisted(["a"], [hook("gone")], [], []) == ["a"]

    def test_functions_are_told_by_identity(self) -> None:
        one, other = [1], [1]
        assert without([one, other], [hook(other)])[0] is one

    def test_an_ended_run_s_hooks_stand_in_its_order_in_the_places_they_have(self) -> None:
        first, second = hook("first"), hook("second")
        assert in_order(["second", "direct", "first"], [second, first]) == ["first", "direct", "second"]

    def test_a_hook_that_is_there_twice_stays_twice(self) -> None:
        pieces = [hook("f"), hook("g"), hook("f")]
        assert in_order(["f", "f", "g"], pieces) == ["f", "g", "f"]

    @given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("xyz")))
    def test_nothing_else_is_lost_or_moved(self, functions: list[str], old: list[str], new: list[str]) -> None:
        gone, added = [hook(each) for each in old], [hook(each, AGAIN) for each in new]
        after = relisted(functions, gone, added, [*gone, *added])
        assert [each for each in after if each not in new] == without(functions, gone)
        assert [each for each in after if each in new] == new
        assert sorted(in_order(after, added)) == sorted(after)


class TestTold:
    @pytest.mark.parametrize(
        ("piece", "text"),
        [
            (hook(check), "before_request check"),
            (hook(check, table="template_context_processors"), "context_processor check"),
            (hook(made("deco.<locals>.check"), scope="chat"), "before_request check of blueprint chat"),
            (Piece("teardown_appcontext_funcs", (), check, check), "teardown_appcontext check"),
            (Piece("error_handler_spec", (None, 404, NotFound), check), "error handler 404"),
            (Piece("error_handler_spec", ("chat", None, KeyError), check), "error handler KeyError of blueprint chat"),
            (Piece("blueprints", ("chat",), None), "blueprint chat"),
            (Piece("filters", ("shout",), check), "template filter shout"),
            (Piece("tests", ("even",), check), "template test even"),
            (Piece("globals", ("now",), check), "template global now"),
            (Piece("view_functions", ("index",), check), "endpoint index"),
            (Piece("url_map", ("index",), Rule("/", methods=["POST"])), "route POST /"),
        ],
    )
    def test_a_piece_is_named_as_its_reader_knows_it(self, piece: Piece, text: str) -> None:
        assert told(piece) == text

    def test_all_hooks_have_a_name(self) -> None:
        assert all(told(hook(check, table=table)) == f"{name} check" for table, name in HOOKS.items())


class TestOverlay:
    KEY = ("filters", ("upper",), None)

    def test_what_was_there_before_comes_back(self) -> None:
        overlay, table = Overlay(), {"upper": "Jinja's"}
        overlay.change(table, self.KEY, ["first"])
        overlay.change(table, self.KEY, ["second", "third"])
        assert (table, overlay.beneath(self.KEY), overlay.ours("filters")) == (
            {"upper": "third"}, "Jinja's", {"upper": "third"},
        )  # fmt: skip
        overlay.change(table, self.KEY, [])
        assert (table, overlay.beneath(self.KEY), overlay.ours("filters")) == ({"upper": "Jinja's"}, None, {})

    def test_where_nothing_was_nothing_is_left(self) -> None:
        overlay, table = Overlay(), defaultdict(list)
        overlay.change(table, self.KEY, ["first"])
        overlay.change(table, self.KEY, [])
        assert not table

    def test_what_somebody_put_there_since_stays(self) -> None:
        overlay, table = Overlay(), {"upper": "Jinja's"}
        overlay.change(table, self.KEY, ["first"])
        table["upper"] = "direct"
        overlay.change(table, self.KEY, [])
        assert table == {"upper": "direct"}

    def test_what_was_claimed_goes_as_if_it_had_been_put_there(self) -> None:
        overlay, table = Overlay(), {"upper": "found"}
        overlay.claim(self.KEY, "found")
        overlay.change(table, self.KEY, [])
        assert not table

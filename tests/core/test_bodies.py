"""A cell's body becomes a function: what it may contain, what its parameters may be, and what is said of the rest."""

from __future__ import annotations

import inspect
import keyword
import traceback
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sio_lab.core.bodies import function_of, name_for
from sio_lab.errors import Usage

FILE = "<cell 3>"


def made(body: str, *parameters: str, event: str = "chat", **names: Any) -> Any:
    """Return a function of a body, in a namespace with these names; it is found as the function's globals."""
    return function_of(body, event, parameters, {"__name__": "__main__", **names}, FILE)


# --- the body -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("return 1", 1),
        ("if data:\n    return 'yes'\nreturn 'no'", "yes"),
        ("for each in range(5):\n    if each == 3:\n        return each", 3),
        ("while True:\n    break\nelse:\n    return 1\nreturn 2", 2),
        ("def inner(x):\n    return x + 1\nreturn inner(1)", 2),
        ("try:\n    return 1 / 0\nexcept ZeroDivisionError:\n    return 'none'", "none"),
        ("return [data for data in 'ab']", ["a", "b"]),
        ("import json\nreturn json.loads('[1]')", [1]),
        ("from json import loads\nreturn loads('[1]')", [1]),
        ("class Inner:\n    size = 2\nreturn Inner.size", 2),
        ("return (yield_ := 3)", 3),
        ("return", None),
        ("1 + 1", None),
        ("'''What it is for.'''", None),
        ("", None),
        ("\n\n   \n", None),
        ("# nothing yet\n# but soon", None),
        ("return '''two\nlines'''", "two\nlines"),
        ("return 1;", 1),
        ("async def later(): await data\nreturn later.__name__", "later"),
        ("def steps():\n    yield 1\nreturn list(steps())", [1]),
    ],
)
def test_a_body_returns_what_it_would_in_a_function(body: str, value: object) -> None:
    assert made(body, "data")("hello") == value


def test_a_docstring_is_the_functions() -> None:
    assert made("'''What it is for.'''\nreturn 1").__doc__ == "What it is for."


def test_names_it_assigns_are_its_own_and_others_are_the_notebooks() -> None:
    function = made("found = count\nimport json\nfor each in [1]: pass\nwith_walrus = (last := each)", count=3)
    before = dict(function.__globals__)
    function()
    assert function.__globals__ == before
    assert set(function.__code__.co_varnames) == {"found", "json", "each", "with_walrus", "last"}


def test_global_changes_the_notebooks_name() -> None:
    function = made("global count\ncount += 1\nreturn count", count=3)
    assert (function(), function(), function.__globals__["count"]) == (4, 5, 5)


def test_a_name_that_is_assigned_later_is_unbound() -> None:
    with pytest.raises(UnboundLocalError, match="count") as told:
        made("\ncount += 1", count=3)()
    assert (traceback.extract_tb(told.tb)[-1].filename, traceback.extract_tb(told.tb)[-1].lineno) == (FILE, 2)


def test_names_are_looked_up_when_it_runs() -> None:
    function = made("return later()")
    with pytest.raises(NameError):
        function()
    function.__globals__["later"] = lambda: 1
    assert function() == 1


def test_it_puts_nothing_into_the_notebook() -> None:
    function = made("return 1", "data=(found := 1)", event="chat")
    assert set(function.__globals__) == {"__name__", "__builtins__"}


def test_annotations_are_what_they_would_be_in_the_cell() -> None:
    function = made("def inner(x: int): ...\nreturn inner.__annotations__", "data: str")
    assert (function.__annotations__, function("")) == ({"data": str}, {"x": int})


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("x = 1\nreturn x +", 2, "invalid syntax"),
        ("\n\nif x", 3, "expected ':'"),
        ("return 1\n  x", 2, "unexpected indent"),
        ("x = 1\nawait x", 2, "'await' outside async function"),
        ("\nfrom json import *", 2, r"import \* only allowed at module level"),
        ("\nbreak", 2, "outside loop"),
        ("\nnonlocal x", 2, "nonlocal"),
        ("print(x)\nglobal x", 2, "prior to global"),
        ("def inner():\n    return 'a\n", 2, "unterminated string"),
    ],
)
def test_a_body_that_can_not_be_read_is_a_syntax_error_in_the_cells_line(body: str, line: int, says: str) -> None:
    with pytest.raises(SyntaxError, match=says) as told:
        made(body)
    assert (told.value.filename, told.value.lineno) == (FILE, line)


@pytest.mark.parametrize("body", ["yield 1", "x = yield", "yield from []", "if False:\n    yield"])
def test_a_body_that_yields_is_refused_since_nobody_would_run_it(body: str) -> None:
    with pytest.raises(Usage, match="This body yields, so it would never run: return"):
        made(body)


def test_a_traceback_shows_the_cells_line() -> None:
    with pytest.raises(ZeroDivisionError) as told:
        made("x = 0\nreturn 1 / x", event="divide")()
    last = traceback.extract_tb(told.tb)[-1]
    assert (last.filename, last.lineno, last.name) == (FILE, 2, "divide")


# --- parameters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "signature"),
    [
        ([], "()"),
        (["data"], "(data)"),
        (["data", "room=None"], "(data, room=None)"),
        (["*rest"], "(*rest)"),
        (["data", "*rest", "loud=False", "**more"], "(data, *rest, loud=False, **more)"),
        (["data", "*", "loud"], "(data, *, loud)"),
        (["data", "/"], "(data, /)"),
        (["data: int", "room: str='lobby'"], "(data: int, room: str = 'lobby')"),
        (["sep='#'"], "(sep='#')"),
        (["daten='größe'"], "(daten='größe')"),
        (["data=[1, 2]", "pair=(1, 2)"], "(data=[1, 2], pair=(1, 2))"),
        (["_"], "(_)"),
        (["room=lobby"], "(room='the lobby')"),
    ],
)
def test_parameters_are_written_as_in_a_function(parameters: list[str], signature: str) -> None:
    assert str(inspect.signature(made("return 1", *parameters, lobby="the lobby"))) == signature


@pytest.mark.parametrize(
    "parameters",
    [
        *(["a b="], ["a", "b="], ["a b"], ["1st"], ["class"], ["None"], ["*"], ["/"], ["a", "a"], ["a=1", "b"]),
        *(["*a", "*b"], ["**a", "b"], ["a,", "b"], ["my-name"], ["'a'"], ["a.b"], ["lambda: 0"]),
        *(["("], [")"], ["):"], ["a=("], ["#"], ["a #"], ["a\\"], ["a\n"], ["\0"], ["a=(\n1)"]),
    ],
    ids=repr,
)
def test_what_can_not_be_a_parameter_is_said_plainly(parameters: list[str]) -> None:
    with pytest.raises(Usage) as told:
        made("return 1", *parameters)
    assert str(told.value) == (
        f"{' '.join(parameters)!r} can't be a function's parameters. Write their names with spaces between them, "
        f"as in %%sio on chat data room=None *rest."
    )


@pytest.mark.parametrize(
    "parameter",
    [
        *("x): import os", "x): import os #", "x): pass #", "x): pass", "x): pass; (y", "x): return (lambda y"),
        *(
            "x) -> int",
            "x) -> (y",
            "x):\n import os\ndef g(y",
            "x): pass\nimport os\ndef g(",
            "x=1): ...\nran.add(1) #",
        ),
        *("x): ran.add(1)\ndef f(", "*, x): ran.add(1) #", "x=ran.add(1)): 1 #", "): ran.add(1) #", "x): 'doc' #"),
    ],
)
def test_a_parameter_ends_no_header_and_runs_nothing(parameter: str) -> None:
    ran: set[int] = set()
    with pytest.raises(Usage, match="can't be a function's parameters"):
        made("", parameter, ran=ran)
    assert not ran


def test_a_default_that_can_not_be_worked_out_is_said_plainly() -> None:
    with pytest.raises(Usage) as told:
        made("return 1", "data", "room=lobby")
    assert str(told.value) == (
        "The parameters 'data room=lobby' can't be worked out: NameError: name 'lobby' is not defined."
    )


# --- the name -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("chat", "chat"),
        ("my response", "my_response"),
        ("chat:new-message", "chat_new_message"),
        ("my__event", "my__event"),
        ("*", "any_event"),
        ("", "any_event"),
        ("!?", "any_event"),
        ("___", "any_event"),
        ("class", "on_class"),
        ("None", "on_None"),
        ("match", "match"),
        ("2nd", "on_2nd"),
        ("größe", "größe"),
        ("消息", "消息"),
        ("رسالة", "رسالة"),
        ("👋 hello", "hello"),
        ("²", "on_2"),
        ("ﬁle", "file"),
        ("\uff43hat", "chat"),
        ("print", "print"),
        ("__import__", "on_import"),
    ],
)
def test_an_event_gives_a_function_its_name(event: str, name: str) -> None:
    assert name_for(event) == name
    assert made("return 1", event=event).__name__ == name


@given(st.text())
@example("½")
@example("\u0301a")
@example("\u00b7")
@example("a\u037a")
def test_any_event_gives_a_name_that_python_takes_as_it_is(event: str) -> None:
    name = name_for(event)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert unicodedata.normalize("NFKC", name) == name
    assert made("return 1", event=event)() == 1

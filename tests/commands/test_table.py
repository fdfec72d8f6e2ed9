from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.commands.parse import parse
from sio_lab.commands.table import VERBS, find, overview
from sio_lab.errors import Usage

if TYPE_CHECKING:
    from sio_lab.commands.verbs import Verb

EVERY = pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.name)


def test_the_verbs_of_the_contract_are_there() -> None:
    assert set(VERBS) == {
        *("start", "stop", "restart", "serve", "status", "help"),
        *("on", "off", "page", "app"),
        *("clients", "rooms", "namespaces", "handlers", "tasks", "traffic", "errors", "acks", "sockets"),
        *("emit", "send", "call", "reach", "join", "leave", "close-room", "kick"),
        *("client", "inspect"),
        *("dashboard", "sequence", "map", "panels"),
        *("why", "replay", "debug", "rerun"),
        *("save", "record", "load", "diff", "export"),
        *("open", "doctor"),
        *("classroom", "pause", "resume", "lock", "unlock", "rename", "announce", "limit"),
    }


@EVERY
def test_every_verb_is_explained(verb: Verb) -> None:
    assert verb.summary
    assert not verb.summary.endswith(".")
    assert not verb.about or verb.about.endswith(".")
    assert all(option.about for option in verb.options)
    assert max(map(len, verb.help.splitlines())) <= 100
    assert verb.name in overview()


@EVERY
def test_every_example_can_be_read(verb: Verb) -> None:
    assert parse(verb.example, "pass" if verb.body else None).verb is verb


@pytest.mark.parametrize("verb", [verb for verb in VERBS.values() if verb.body], ids=lambda verb: verb.name)
def test_a_verb_that_works_on_a_cell_says_so_in_a_line(verb: Verb) -> None:
    with pytest.raises(Usage, match=rf"begin it with %%sio {verb.name}, and write below it {verb.body}"):
        parse(verb.example)
    assert parse(f"{verb.name} --help").verb.name == "help"
    assert verb.usage.startswith(f"%%sio {verb.name}")
    assert parse(verb.example, "the body").body == "the body"


@EVERY
def test_every_verb_but_two_is_shown_in_python(verb: Verb) -> None:
    assert verb.python.lstrip("@").startswith("lab.") or verb.name in {"help", "app"}


@EVERY
def test_only_the_last_argument_may_be_left_out_or_repeated(verb: Verb) -> None:
    assert not any(parameter.is_optional or parameter.is_many for parameter in verb.parameters[:-1])


def test_a_verb_may_be_written_with_an_underscore() -> None:
    assert find("close_room") is find("close-room") is VERBS["close-room"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("emitt", "; did you mean emit?"), ("EMIT", "; did you mean emit?"), ("closeroom", "close-room?"), ("zzz", ".")],
)
def test_an_unknown_verb_is_told_with_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(Usage) as caught:
        find(name)
    assert str(caught.value).startswith(f"There is no verb {name!r}")
    assert f"{meant} %sio help lists them." in str(caught.value)

"""What verbs give back."""

from __future__ import annotations

import pytest

from sio_lab.results import Kept, Reached, Status


def reached(*sids: str, hint: str | None = None) -> Reached:
    return Reached.named(sids, "/chat", "news", {"sid1": "ada"}.get, hint)


def test_reached_is_a_sequence_of_sids() -> None:
    some = reached("sid1", "sid2")
    assert (list(some), len(some), some[0], some[:1], "sid2" in some) == (["sid1", "sid2"], 2, "sid1", ("sid1",), True)
    assert some.names == ("ada", "sid2")
    assert not reached()


@pytest.mark.parametrize("other", [["sid2", "sid1"], ("sid1", "sid2"), {"sid1", "sid2"}, reached("sid2", "sid1")])
def test_it_equals_whoever_has_the_same_sids(other: object) -> None:
    assert reached("sid1", "sid2") == other


@pytest.mark.parametrize("other", [["sid1"], "sid1sid2", 5, None])
def test_it_differs_from_others(other: object) -> None:
    assert reached("sid1", "sid2") != other


def test_equals_have_one_hash() -> None:
    assert hash(reached("a", "b")) == hash(reached("b", "a"))


@pytest.mark.parametrize(
    ("some", "text"),
    [
        (reached("sid1"), "news → ada (1 client in /chat)"),
        (reached("sid1", "sid2"), "news → ada, sid2 (2 clients in /chat)"),
        (reached(), "news → nobody in /chat"),
        (reached(hint="nobody is in lobby"), "news → nobody in /chat: nobody is in lobby"),
        (reached(*map(str, range(11))), "news → 0, 1, 2, 3, 4, 5, 6, 7 and 3 more (11 clients in /chat)"),
        (Reached(("x",), "/", "", ("x",)), "x (1 client in /)"),
    ],
)
def test_reached_says_who(some: Reached, text: str) -> None:
    assert repr(some) == text


def test_a_running_status() -> None:
    status = Status(True, "http://127.0.0.1:5000", 1, 2, 0, 1234, 5, ("slow",), "a note")
    assert repr(status) == (
        "Serving at http://127.0.0.1:5000: 1 client, 2 rooms, 0 handlers, 1,234 records\n"
        "a note\n"
        "5 older records have left the log.\n"
        "Still running: slow."
    )
    assert '<a href="http://127.0.0.1:5000" target="_blank" rel="noopener">' in status._repr_html_()


def test_a_status_tells_what_is_recorded() -> None:
    status = Status(False, None, 0, 0, 0, 0, 0, recording=Kept("lesson.sio", 1234, "Recording"))
    assert repr(status).splitlines()[1:] == [
        "Recording to lesson.sio: 1,234 records so far. %sio record, without a path, ends it."
    ]


def test_what_clients_named_is_never_html() -> None:
    status = Status(True, "http://x", 1, 1, 1, 1, 0, ("<img onerror=x>",))
    assert "<img" not in status._repr_html_()


def test_a_stopped_status() -> None:
    assert repr(Status(False, None, 0, 0, 0, 0, 0)) == "The server is stopped. Start it: %sio start, lab.start()"
    assert "<a" not in Status(False, None, 0, 0, 0, 0, 0)._repr_html_()


@pytest.mark.parametrize(("path", "told"), [("a.sio", "load a.sio,"), ("a b.sio", "load 'a b.sio',")])
def test_a_path_with_blanks_is_told_in_quotes(path: str, told: str) -> None:
    assert told in repr(Kept(path, 1, "Saved"))


def test_elsewhere_there_is_no_link_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    status = Status(running=True, url="http://127.0.0.1:5000", clients=0, rooms=0, handlers=0, records=1, dropped=0)
    assert '<a href="http://127.0.0.1:5000"' in status._repr_html_()
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    for text in (status._repr_html_(), repr(status)):
        assert "127.0.0.1" not in text
        assert "Serving on port 5000 (%sio open shows it here)" in text

"""Pages with the lab's client in them: what is replaced, and that nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.server.web.known_clients import Place
from sio_lab.server.web.markup import read_page
from sio_lab.server.web.mended import Around, Outcome, mended_text
from tests.programs.reading import FOLDER, programs

AROUND = Around(Place("/", frozenset({"lab:8000", "localhost:5000"})), "lab:8000", "", "8000")
DEEP = Around(Place("/chat/room", frozenset({"lab:8000"}), "live"), "lab:8000", "/p", "8000")
CDN = "https://cdn.socket.io/4.7.5/socket.io.min.js"
ESM = "https://cdn.socket.io/4.7.5/socket.io.esm.min.js"
OLD = "//cdnjs.cloudflare.com/ajax/libs/socket.io/1.3.6/socket.io.min.js"
FIRST = '<script src="./_lab/client/socket.io.min.js"></script>'
HERE = "./_lab/client/here.js?port=8000"
MODULE = "./_lab/client/here.mjs?port=8000"

TAGS = {
    f'<script src="{CDN}"></script>': f'{FIRST}<script src="{HERE}"></script>',
    f"<SCRIPT type=text/javascript SRC={CDN}></SCRIPT>": f'{FIRST}<SCRIPT type=text/javascript SRC="{HERE}"></SCRIPT>',
    f"<script src='{CDN}' integrity='sha384-x' crossorigin></script>": f'{FIRST}<script src="{HERE}"></script>',
    f'<script async onload="go()" src="{CDN}"></script>': f'{FIRST}<script onload="go()" src="{HERE}"></script>',
    f'<script id=a integrity="b"data-c=d src="{CDN}"></script>': f'{FIRST}<script id=a data-c=d src="{HERE}"></script>',
    f'<script src="{OLD}"></script>': f'{FIRST}<script src="{HERE}&amp;old=1"></script>',
    f'<script defer nonce="N" src="{CDN}"></script>': (
        '<script src="./_lab/client/socket.io.min.js" nonce="N" defer></script>'
        f'<script defer nonce="N" src="{HERE}"></script>'
    ),
    '<script src="/socket.io/socket.io.msgpack.min.js"></script>': (
        f'<script src="./_lab/client/socket.io.msgpack.min.js"></script><script src="{HERE}"></script>'
    ),
    f'<script type=module async src="{ESM}" integrity=x></script>': (
        f'<script type=module async src="{MODULE}"></script>'
    ),
    f"<script type=module>import {{ io }} from '{ESM}'</script>": (
        f"<script type=module>import {{ io }} from '{MODULE}'</script>"
    ),
    f'<script>import("{ESM}").then(go)</script>': f'<script>import("{MODULE}").then(go)</script>',
    f'<script type=importmap>{{"imports": {{"socket.io-client": "{ESM}"}}}}</script>': (
        f'<script type=importmap>{{"imports": {{"socket.io-client": "{MODULE}"}}}}</script>'
    ),
}
UNTOUCHED = [
    f"<!-- <script src='{CDN}'></script> -->",
    f"<textarea><script src='{CDN}'></script></textarea>",
    f"<script>document.write(\"<script src='{CDN}'>\")</script>",
    f'<script>const client = "{ESM}"; // import("{ESM}")</script>',
    f"<script type=text/template src='{CDN}'></script>",
    f"<a href='{CDN}'>socket.io</a>",
    "<script src='static/socket.io.js'></script>",
    "<script type=module src='https://cdn.socket.io/4.7.5/socket.io.msgpack.min.js'></script>",
]


@pytest.mark.parametrize(("before", "after"), TAGS.items())
def test_a_client_from_elsewhere_is_replaced(before: str, after: str) -> None:
    text = f"<p>{before}\n<script>io()</script>"
    outcome = mended_text(text, AROUND)
    assert outcome.text == f"<p>{after}\n<script>io()</script>"
    assert outcome.note is not None
    assert mended_text(outcome.text, AROUND).text == outcome.text


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert mended_text(text, AROUND) == Outcome(text, None)


def test_a_deep_page_finds_it_and_tells_where_socket_io_answers() -> None:
    [*_, here] = read_page(mended_text(f"<script src={CDN}></script>", DEEP).text).scripts
    assert here.tag.get("src") == "../_lab/client/here.js?port=8000&path=live"


def test_a_page_with_a_base_finds_it() -> None:
    text = f"<base href='/static/'><script src={CDN}></script>"
    assert 'src="/p/_lab/client/socket.io.min.js"' in mended_text(text, DEEP).text
    outcome = mended_text(text.replace("/static/", "https://elsewhere/"), DEEP)
    assert "https://elsewhere/" in outcome.text
    assert "left alone: its <base href>" in (outcome.note or "")


@pytest.mark.parametrize("script", [f"<script src={CDN}></script>", f"<script type=module>import '{ESM}'</script>"])
@pytest.mark.parametrize("where", ["header", "meta"])
def test_a_policy_that_forbids_is_not_widened_and_said(script: str, where: str) -> None:
    policy = "script-src https://cdn.socket.io 'unsafe-inline'"
    headers = [("Content-Security-Policy", policy)] if where == "header" else []
    text = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' * (where == "meta") + script
    outcome = mended_text(text, AROUND, headers)
    assert outcome.text == text
    assert "(script-src https://cdn.socket.io 'unsafe-inline') allows no such script" in (outcome.note or "")


def test_a_policy_by_nonce_goes_on_to_hold() -> None:
    headers = [("Content-Security-Policy", "script-src 'nonce-N'")]
    outcome = mended_text(f'<script nonce="N" src={CDN}></script>', AROUND, headers)
    assert [script.tag.get("nonce") for script in read_page(outcome.text).scripts] == ["N", "N"]


@pytest.mark.parametrize("name", [name for name, each in programs(FOLDER).items() if "/socket.io" in each.code])
def test_the_pages_of_all_programs_are_mended_and_otherwise_the_same(name: str) -> None:
    code = programs(FOLDER)[name].code
    outcome = mended_text(code, AROUND)
    assert unmended(outcome.text) == re.sub(r'<script src="[^"]*socket\.io[^"]*"></script>', "", code)
    assert "was replaced" in (outcome.note or "")


def unmended(text: str) -> str:
    """Return a page without the lab's tags."""
    return re.sub(r'<script src="\./_lab/client/[^"]*"></script>', "", text)


OUTSIDE = st.text(alphabet="abé<>/!-= \n'\"&;", max_size=30).map(lambda text: text.replace("<", "< "))


@settings(deadline=None)
@given(OUTSIDE, st.sampled_from(list(TAGS)), OUTSIDE)
def test_all_around_a_replaced_tag_stays(before: str, tag: str, after: str) -> None:
    outcome = mended_text(before + tag + after, AROUND)
    assert outcome.text == before + TAGS[tag] + after


PIECES = st.sampled_from(
    [
        *TAGS,
        *UNTOUCHED,
        "<script ",
        f"src={CDN} ",
        f"src='{ESM}'",
        ">",
        "</script>",
        "<!--",
        "-->",
        "type=module",
        "<textarea>",
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join))
def test_any_page_is_mended_once_and_for_all(text: str) -> None:
    outcome = mended_text(text, AROUND)
    again = mended_text(outcome.text, AROUND)
    assert again.text == outcome.text
    assert (outcome.text == text) == (outcome.note is None)
    # As many scripts as before, and one more for each that a tag had loaded.
    more = len(read_page(outcome.text).scripts) - len(read_page(text).scripts)
    assert more == outcome.text.count('<script src="./_lab/client/socket.io.') - text.count('<script src="./_lab/')

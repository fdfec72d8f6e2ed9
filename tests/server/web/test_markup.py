"""Scripts are found where a browser sees them, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.server.web.markup import read_page

SOURCES = [
    '<script src="x.js"></script>',
    "<SCRIPT type='text/javascript'\n  SRC = 'x.js' ></SCRIPT>",
    "<script defer src=x.js></script >",
    '<script src="&#120;.js" src="other.js">ignored</script>',
    '<p title="a > b"><script data-x="<script src=y>" src="x.js"></script>',
    "<script src=x.js />anything</script>",
    "<!-- --><title><script src=y></title><script src=x.js></script>",
    "<![if IE]><script src=x.js></script>",
]
NOTHING = [
    "<!-- <script src=x.js></script> -->",
    "<!-- <script src=x.js></script>",
    "<textarea><script src=x.js></script></textarea>",
    "<noscript><script src=x.js></script></noscript>",
    "<script>document.write('<script src=x.js><\\/script>')",
    "<script src=x.js>",
    "<scripty src=x.js></scripty>",
    "<style><script src=x.js></script></style>",
    "<iframe srcdoc='<script src=x.js></script>'></iframe>",
    "<p <script src=x.js>",
    "<![what<script src=x.js></script>",
]


@pytest.mark.parametrize("text", SOURCES)
def test_a_script_is_found_with_its_places(text: str) -> None:
    [script] = read_page(text).scripts
    source = script.tag.attributes["src"]
    assert source.value == "x.js"
    assert text[script.tag.start : script.tag.end].lower().startswith("<script")
    assert text[script.tag.end - 1] == ">"
    assert text[source.value_start : source.end].strip("\"'").endswith(".js")
    assert text[script.end :].lower().startswith("</script")
    assert source.raw in text


@pytest.mark.parametrize("text", NOTHING)
def test_what_a_browser_does_not_run_is_none(text: str) -> None:
    assert [script.tag.get("src") for script in read_page(text).scripts] in ([], [None])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", "classic"),
        (' type=""', "classic"),
        (" type=text/javascript", "classic"),
        (' type="application/javascript; charset=utf-8"', "classic"),
        (" type=Module", "module"),
        (" type=importmap", "importmap"),
        (" type=text/template", ""),
        (" type=text/babel", ""),
    ],
)
def test_a_scripts_type_decides_what_it_is(kind: str, expected: str) -> None:
    [script] = read_page(f"<script{kind}>1</script>").scripts
    assert script.kind == expected


def test_base_and_policies_are_told() -> None:
    page = read_page("<script></script><base target=_top><base href='/x/'><base href=/y/><script></script>")
    assert [script.base for script in page.scripts] == [None, "/x/"]
    assert read_page("<meta http-equiv=Content-Security-Policy content='a &amp; b'>").policies == ["a & b"]


PIECES = st.sampled_from(
    (
        *("<script", "</script>", " src=x.js", ">", "<!--", "-->", "'", '"', "=", "/", "<textarea>", "</textarea>"),
        *("<![", "]>", "<base href=a>", "&amp;", "\n", "\r", "\x00", "é", "<?", "a"),
    )
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_text_can_be_read_and_places_are_within_it(text: str) -> None:
    for script in read_page(text).scripts:
        assert 0 <= script.tag.start < script.tag.end <= script.end <= len(text)
        for attribute in script.tag.attributes.values():
            assert script.tag.start < attribute.start <= attribute.value_start <= attribute.end < script.tag.end

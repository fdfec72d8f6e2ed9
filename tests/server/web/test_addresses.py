"""The client's address, as the page must write it."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.server.web.addresses import folder_for, path_of, prefix_of

SEGMENTS = st.lists(st.text(alphabet="ab%2F.~-", max_size=4).filter(lambda text: text not in {".", ".."}))


@given(SEGMENTS, st.sampled_from(["", "/user/ada/proxy/5000"]))
def test_it_leads_to_the_servers_root_from_any_page_under_any_prefix(segments: list[str], prefix: str) -> None:
    path = "/" + "/".join(segments)
    folder = folder_for(path, None, "lab", "")
    assert folder is not None
    assert folder.startswith((".", "./"))
    if "//" not in path:  # urljoin drops empty segments, browsers do not
        assert urljoin(f"http://h{prefix}{path}", folder) == f"http://h{prefix}/_lab/client/"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("./", "../_lab/client/"),
        ("deep/er/", "../../../_lab/client/"),
        ("../", "./_lab/client/"),
        ("", "../_lab/client/"),
        ("#top", "../_lab/client/"),
        ("/", "/p/_lab/client/"),
        ("/static/", "/p/_lab/client/"),
        ("http://lab:80/x/", "/p/_lab/client/"),
        ("//LAB:80/", "/p/_lab/client/"),
        ("https://elsewhere/", None),
        ("data:,", None),
        ("http://[", None),
    ],
)
def test_it_heeds_the_pages_base(base: str, expected: str | None) -> None:
    assert folder_for("/chat/room", base, "lab:80", "/p") == expected


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"REQUEST_URI": "/a%2Fb/c?d=/e", "PATH_INFO": "/a/b/c"}, "/a%2Fb/c"),
        ({"PATH_INFO": "/a b"}, "/a%20b"),
        ({"REQUEST_URI": "http://h/x", "PATH_INFO": "/x"}, "/x"),
        ({}, "/"),
    ],
)
def test_the_path_is_what_the_browser_wrote(environ: dict[str, str], path: str) -> None:
    assert path_of(environ) == path


@pytest.mark.parametrize(
    ("told", "prefix"),
    [
        ("/user/ada/proxy/5000/", "/user/ada/proxy/5000"),
        ("//evil.example", ""),
        ('/"><script>', ""),
        ("", ""),
        ("/", ""),
    ],
)
def test_a_prefix_is_taken_only_where_it_is_one(told: str, prefix: str) -> None:
    assert prefix_of({"HTTP_X_FORWARDED_PREFIX": told}) == prefix
    assert prefix_of({"HTTP_X_FORWARDED_CONTEXT": told}) == prefix

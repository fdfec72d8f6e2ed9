"""A view's module as one text: what it imports stands before it, once, and nothing is imported any more."""

from __future__ import annotations

import re

from sio_lab.views import esm


def test_what_is_imported_stands_before_what_imports_it() -> None:
    order = esm.ordered("table")
    assert order[-1] == "table"
    assert len(order) == len(set(order))
    for place, name in enumerate(order):
        needed = re.findall(r'from "\./([a-z_]+)\.js"', esm.read(f"{name}.js"))
        assert set(needed) <= set(order[:place]), name


def test_a_module_that_imports_nothing_stands_alone() -> None:
    assert esm.ordered("dom") == ["dom"]


def test_the_one_text_imports_nothing_and_exports_the_widget_alone() -> None:
    text = esm.module("table")
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert re.findall(r"^export .*", text, re.MULTILINE) == [
        'export default widget((root, link) => mountTable(root, link, link.model.get("shown").options.feed));'
    ]
    assert text.count("export class") == 0
    assert "\nclass Link {" in text
    assert "\nfunction html(" in text


def test_styles_stand_one_after_another() -> None:
    assert esm.styles("base", "grid") == esm.read("base.css") + esm.read("grid.css")


def test_comments_stay_here_and_all_code_goes() -> None:
    for stem in ("table", "dashboard", "sequence", "room_map", "panels"):
        text = esm.module(stem)
        assert not re.search(r"^\s*(//|/\*\*[^\n]*\n\s*\*)", text, re.MULTILINE)
        source = "".join(esm.read(f"{name}.js") for name in esm.ordered(stem))
        for line in re.findall(r"^ *(?:async )?[a-z]\w*\([^)]*\) \{$", source, re.MULTILINE):
            assert line in text

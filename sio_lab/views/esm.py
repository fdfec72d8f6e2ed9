"""The JavaScript and the styles of a view, each as the one text that a front end is sent.

A widget's module can't import its neighbours there: it has no address that they could be relative to. So the modules
in `static/` import each other as modules do, and here they are put one after another, what is imported first.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z_]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_FOLDER = "static"


@cache
def module(stem: str) -> str:
    """Return `static/STEM.js` and all that it imports, as one ES module with the same default export.

    Comments that have lines of their own stay here: they are half of it, and each widget that opens is sent all.
    """
    return "\n".join(_COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", read(f"{name}.js")))) for name in ordered(stem))


@cache
def styles(*stems: str) -> str:
    """Return style sheets of `static/`, one after another."""
    return "".join(read(f"{stem}.css") for stem in stems)


@cache
def read(name: str) -> str:
    """Return the text of a file in `static/`."""
    return resources.files("sio_lab.views").joinpath(_FOLDER, name).read_text(encoding="utf-8")


def ordered(stem: str) -> list[str]:
    """Return the modules that a module needs, itself the last: each once, behind all that it imports."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        for other in _IMPORT.findall(read(f"{name}.js")):
            if other not in order:
                visit(other)
        order[name] = None

    visit(stem)
    return list(order)

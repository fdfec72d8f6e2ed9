"""ETags of pages that the lab has mended: another one than the page has by itself, and the same for as long as it has.

So a browser that kept the page asks whether it has changed, is told so without its being sent again, and never takes a
page of before for the mended one.
"""

from __future__ import annotations

import re
from typing import Any

_TAG = re.compile(r'(W/)?"([^"]*)"')


class Mark:
    """What is put at the end of an ETag; it holds all that decides how a page is mended, beside the page."""

    def __init__(self, *decides: str) -> None:
        self._mark = f"-sio-lab-{'-'.join(re.sub(r'[^a-zA-Z0-9.]', '_', each) for each in decides)}"

    def put_on(self, tag: str) -> str:
        """Return the ETag of the mended page, given the page's own."""
        found = _TAG.fullmatch(tag.strip())
        return f'{found[1] or ""}"{found[2]}{self._mark}"' if found else tag

    def is_kept(self, environ: dict[str, Any]) -> bool:
        """Tell whether a request is of a browser that has kept a page mended in the same way."""
        return self._mark in str(environ.get("HTTP_IF_NONE_MATCH", ""))

    def taken_off(self, environ: dict[str, Any]) -> None:
        """Have the program see its own ETags only, or where none of these is kept, no question whether it has changed.

        A browser may have kept the page as it is by itself: that one must be sent anew.
        """
        asked = environ.pop("HTTP_IF_NONE_MATCH", "")
        environ.pop("HTTP_IF_MODIFIED_SINCE", None)
        own = [f'{weak}"{tag.removesuffix(self._mark)}"' for weak, tag in _TAG.findall(asked) if self._mark in tag]
        if own:
            environ["HTTP_IF_NONE_MATCH"] = ", ".join(own)

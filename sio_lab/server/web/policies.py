"""What a page's Content-Security-Policy says of scripts that its own server would add."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIRECTIVES = ("script-src-elem", "script-src", "default-src")
"""The first of these that is there decides."""

_KEYED = re.compile(r"'(?:nonce|sha256|sha384|sha512)-")


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of a page: each of them must allow what is to happen."""

    texts: tuple[str, ...]
    host: str = ""
    """This server, as the browser asked for it, with its port."""

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]], metas: Iterable[str], host: str) -> Policies:
        """Return those that the headers of an answer give, and the `<meta>` tags in it."""
        sent = [value for name, value in headers if name.lower() == "content-security-policy"]
        return cls(tuple(each for text in sent for each in text.split(",")) + tuple(metas), host)

    def forbidding_script(self, nonce: str | None) -> str | None:
        """Return the directive by which a script tag of this server's would not run; None where it would."""
        return self._first(lambda sources: not (_has_nonce(sources, nonce) or self._is_own_allowed(sources)))

    def forbidding_change(self, nonce: str | None) -> str | None:
        """Return the directive by which an inline script would no longer run once its text is another; or None."""
        return self.forbidding_script(nonce) or self._first(
            lambda sources: not (_has_nonce(sources, nonce) or _is_any_text_allowed(sources))
        )

    def _first(self, forbids: _Test) -> str | None:
        for text in self.texts:
            found = _deciding(text)
            if found is not None and forbids(found[1]):
                return " ".join((found[0], *found[1]))[:200]
        return None

    def _is_own_allowed(self, sources: list[str]) -> bool:
        words = [source.lower() for source in sources]
        if "'strict-dynamic'" in words:
            return False
        hosts = {word.partition("://")[2] or word for word in words}
        return not {"'self'", "*", "http:", "https:", self.host.lower()}.isdisjoint({*words, *hosts})


if TYPE_CHECKING:
    from collections.abc import Callable

    _Test = Callable[[list[str]], bool]


def _deciding(policy: str) -> tuple[str, list[str]] | None:
    """Return the directive of a policy that decides on script elements, and its sources."""
    directives: dict[str, list[str]] = {}
    for text in policy.split(";"):
        name, *sources = text.split() or [""]
        directives.setdefault(name.lower(), sources)
    return next(((name, directives[name]) for name in _DIRECTIVES if name in directives), None)


def _has_nonce(sources: list[str], nonce: str | None) -> bool:
    return bool(nonce) and f"'nonce-{nonce}'" in sources


def _is_any_text_allowed(sources: list[str]) -> bool:
    words = [source.lower() for source in sources]
    return "'unsafe-inline'" in words and "'strict-dynamic'" not in words and not any(map(_KEYED.match, words))

"""A page with the lab's own Socket.IO client in the place of those that it loads from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sio_lab.server.web import imports, notes
from sio_lab.server.web.addresses import folder_for
from sio_lab.server.web.known_clients import Client, Place, client_of
from sio_lab.server.web.markup import Attribute, Script, read_page
from sio_lab.server.web.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Iterable

CLASSIC = "socket.io.min.js"
MSGPACK = "socket.io.msgpack.min.js"
HERE = "here.js"
HERE_MODULE = "here.mjs"
_OF_THE_FILE = ("integrity", "crossorigin", "async")
"""Attributes that hold for the file from elsewhere; two scripts, one of which needs the other, can't be async."""

_OF_BOTH = ("nonce", "defer", "nomodule")


@dataclass(frozen=True, slots=True)
class Around:
    """What decides how the client is reached from a page."""

    place: Place
    host: str
    """The Host header of the request."""

    prefix: str
    """What a proxy says it has taken off the page's path."""

    port: str
    """Where the server listens."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a page."""

    text: str
    note: str | None
    """What was done, and what was left alone, in words; None where there was nothing to do."""


@dataclass(slots=True)
class _Work:
    """A page being changed: what replaces which part of it."""

    around: Around
    policies: Policies
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    replaced: list[Client] = field(default_factory=list)
    left: list[tuple[Client, str]] = field(default_factory=list)

    def query(self, client: Client) -> str:
        """Return what `here.js` is told of the server and the page."""
        path = self.around.place.socketio_path
        told = {"port": self.around.port, "path": path if path != "socket.io" else None, "old": client.is_old and "1"}
        return urlencode({name: value for name, value in told.items() if value})

    def folder(self, script: Script, client: Client, forbidding: str | None) -> str | None:
        """Return the URL of the lab's client for a script; None, and a word why, where it can't be used."""
        if forbidding is not None:
            self.left.append((client, notes.policy(forbidding)))
            return None
        place = self.around.place
        found = folder_for(place.path, script.base, self.around.host, self.around.prefix)
        if found is None:
            self.left.append((client, notes.BASE))
        return found


def mended_text(text: str, around: Around, headers: Iterable[tuple[str, str]] = ()) -> Outcome:
    """Return a page with the lab's client in it; but for the tags and addresses concerned no character is another.

    `headers` are those of the answer, for the policy in them.
    """
    page = read_page(text)
    work = _Work(around, Policies.of(headers, page.policies, around.host))
    for script in page.scripts:
        source = script.tag.attributes.get("src")
        if source is None and script.kind:
            _importing(work, text, script)
        elif source is not None and script.kind in {"classic", "module"}:
            _loading(work, text, script, source)
    return Outcome(_edited(text, work.edits), notes.note(work.replaced, work.left))


def _loading(work: _Work, text: str, script: Script, source: Attribute) -> None:
    """Have a script that loads a client load the lab's."""
    client = client_of(source.value, work.around.place)
    if client is None or (client.is_msgpack and script.kind == "module"):
        return
    folder = work.folder(script, client, work.policies.forbidding_script(script.tag.get("nonce")))
    if folder is None:
        return
    kept = ("async",) if script.kind == "module" else ()
    here = HERE_MODULE if script.kind == "module" else HERE
    if script.kind == "classic":
        file = escape(folder + (MSGPACK if client.is_msgpack else CLASSIC))
        both = "".join(f" {found.raw}" for found in map(script.tag.attributes.get, _OF_BOTH) if found is not None)
        work.edits.append((script.tag.start, script.tag.start, f'<script src="{file}"{both}></script>'))
    address = escape(f"{folder}{here}?{work.query(client)}")
    work.edits.append((source.value_start, source.end, f'"{address}"'))
    for name in _OF_THE_FILE:
        found = script.tag.attributes.get(name)
        if found is not None and name not in kept:
            # What stood apart stays apart.
            between = "" if text[found.end : found.end + 1] in {">", " ", "\n", "\t", "\r"} else " "
            work.edits.append((found.start, found.end, between))
    work.replaced.append(client)


def _importing(work: _Work, text: str, script: Script) -> None:
    """Have a script that imports a client import the lab's; an import map is one that says from where."""
    begin = script.tag.end
    read = imports.mapped if script.kind == "importmap" else imports.imported
    for start, end, address in read(text[begin : script.end]):
        client = client_of(address, work.around.place)
        if client is None or client.is_msgpack:
            continue
        folder = work.folder(script, client, work.policies.forbidding_change(script.tag.get("nonce")))
        if folder is None:
            return
        quoted = json.dumps(f"{folder}{HERE_MODULE}?{work.query(client)}")
        # Within the quotes that were there: the script may stand in something that gives the others a meaning.
        mark = text[begin + start]
        work.edits.append((begin + start, begin + end, mark + quoted[1:-1] + mark))
        work.replaced.append(client)


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[at:start], new]
        at = end
    return "".join((*pieces, text[at:]))

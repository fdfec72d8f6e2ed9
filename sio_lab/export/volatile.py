"""What differs from run to run: sids become the test's own, times and uuids are matched, all else is compared."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sio_lab.export.literals import Call, Code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

ANY_SID, ANY_TIME, ANY_UUID, ANY_TEXT = (Code(f"ANY_{name}") for name in ("SID", "TIME", "UUID", "TEXT"))
ANY_NAN = Code("ANY_NAN")
_JOIN = '"".join'
NEAR_S = 3600
"""How many seconds a time may be away from the record that carries it."""

_SHORTEST_SID = 4
_FEWEST_DIGITS = 9
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?", re.ASCII)
_TIME = re.compile(r"[\w :.,+/-]{8,40}", re.ASCII)
_LONGEST_TIME = 40
_FORMATS = ("%c", "%a, %d %b %Y %H:%M:%S GMT", "%Y-%m-%d, %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y, %H:%M:%S")
_WORD = re.compile(r"[\w-]{20,32}", re.ASCII)


class Volatile:
    """Turns values that were recorded into what a test writes for them.

    `sids` are the variables of those sids that a test has, `known` all sids there were.
    """

    def __init__(self, sids: Mapping[str, Code], known: AbstractSet[str]) -> None:
        self._sids = sids
        self._known = known
        self._said: set[Any] = set()
        self.reason: str | None = None
        """Why a client left, where a test client leaves for another reason."""

        self.used: set[str] = set()
        """The sids that were referred to."""

    def sent(self, value: Any) -> Any:
        """Return what a client sends: sids of the test's own clients, all else as it was; later on, it is no news."""
        self._say(value)
        return self._walk(value, None)

    def expected(self, value: Any, at: int) -> Any:
        """Return what is expected of the server, of a record taken at `at`, in nanoseconds since 1970."""
        return self._walk(value, at)

    def room(self, room: Any) -> Any:
        """Return what stands for a room, which may be a client's own."""
        return self._walk(room, None)

    def _say(self, value: Any) -> None:
        if isinstance(value, dict):
            self._say(list(value.values()))
        elif isinstance(value, (list, tuple)):
            for each in value:
                self._say(each)
        elif isinstance(value, (str, int, float)):
            self._said.add(value)

    def _walk(self, value: Any, at: int | None) -> Any:
        if isinstance(value, dict):
            return {self._key(key): self._walk(each, at) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._walk(each, at) for each in value]
        if isinstance(value, str):
            return self._text(value, at)
        if isinstance(value, float) and math.isnan(value) and at is not None:
            return ANY_NAN  # no nan equals another
        is_time = at is not None and type(value) in {int, float} and value not in self._said and _is_time(value, at)
        return ANY_TIME if is_time else value

    def _key(self, key: Any) -> Any:
        # What is matched rather than compared can't be a key.
        found = self._reference(key) if isinstance(key, str) else None
        return key if found is None else found

    def _text(self, text: str, at: int | None) -> Any:
        found = self._reference(text) or self._within(text)
        if found is not None or at is None or text in self._said:
            return text if found is None else found
        if text in self._known:
            return ANY_SID
        if text == self.reason:
            return ANY_TEXT
        if _UUID.fullmatch(text):
            return ANY_UUID
        if _is_time_text(text, at):
            return ANY_TIME
        return ANY_TEXT if any(word in self._known for word in _WORD.findall(text)) else text

    def _reference(self, text: str) -> Code | None:
        """Return the variable of a sid, or the part of it where that is its beginning."""
        if text in self._sids:
            return self._use(text)
        if len(text) < _SHORTEST_SID or text in self._said:
            return None
        begins = [sid for sid in self._sids if sid.startswith(text)]
        return Code(f"{self._use(begins[0]).text}[:{len(text)}]") if len(begins) == 1 else None

    def _within(self, text: str) -> Call | None:
        """Return the pieces of a text in which sids stand."""
        found = [sid for sid in self._sids if sid in text]
        if not found:
            return None
        pieces = re.split(f"({'|'.join(map(re.escape, found))})", text)
        return Call(_JOIN, ([self._use(piece) if piece in self._sids else piece for piece in pieces if piece],))

    def _use(self, sid: str) -> Code:
        self.used.add(sid)
        return self._sids[sid]


def _is_time(value: float, at: int) -> bool:
    """Tell whether a number is a time near `at`: in seconds, milliseconds, microseconds or nanoseconds since 1970."""
    if abs(value) < 10**_FEWEST_DIGITS or not math.isfinite(value):
        return False
    return any(abs(value - at / unit) <= NEAR_S * 10**9 / unit for unit in (10**9, 10**6, 10**3, 1))


def _is_time_text(text: str, at: int) -> bool:
    """Tell whether a text is a time near `at`, in UTC or in this machine's own zone."""
    if len(text) > _LONGEST_TIME:
        return False
    now = datetime.fromtimestamp(at / 1e9, UTC)
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return _is_time(float(text), at)
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        minutes = int(clock[1]) * 60 + int(clock[2])
        return any(abs(each.hour * 60 + each.minute - minutes) <= 1 for each in (now, now.astimezone()))
    then = _read_time(text) if _TIME.fullmatch(text) else None
    if then is None:
        return False
    zones = (then,) if then.tzinfo else (then.replace(tzinfo=UTC), then.astimezone())
    return any(abs(each - now) <= timedelta(seconds=NEAR_S) for each in zones)


def _read_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return datetime.strptime(f"{text} +0000", f"{form} %z").replace(tzinfo=None)
        except ValueError:
            continue
    return None

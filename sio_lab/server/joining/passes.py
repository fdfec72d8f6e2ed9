"""The pupils of a class and their passes: who has one is let in, and keeps its name."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field

LONGEST = 100
MOST = 500
"""So many pupils has a class, at most."""

PATIENCE_SECONDS = 30.0
"""A pupil who has not connected for so long after joining makes room where there is none."""


@dataclass(eq=False)
class Pupil:
    """One who has a pass; its connections, tabs and all, go by one name and share what they may send."""

    name: str
    joined_at: float = field(default_factory=time.monotonic)
    """Seconds on the monotonic clock."""

    eio_sids: set[str] = field(default_factory=set)
    """Its open connections."""

    has_come: bool = False
    """Whether it has connected so far."""

    is_own: bool = False
    """Whether it stands for the kernel's own clients, for which no rule is made."""

    is_gone: bool = False
    """Whether its pass has been withdrawn."""


class Passes:
    """The passes that are valid, by what can't be turned back into them; not safe between threads."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._pupils: dict[bytes, Pupil] = {}

    def __len__(self) -> int:
        return len(self._pupils)

    def pupils(self) -> list[Pupil]:
        """Return the pupils in the order they joined."""
        return list(self._pupils.values())

    def issue(self, pupil: Pupil) -> str:
        """Return a new pass for a pupil: 128 random bits, which are kept nowhere here."""
        token = secrets.token_urlsafe(16)
        self._pupils[self._seal(token)] = pupil
        return token

    def find(self, token: str) -> Pupil | None:
        """Return whose pass this is. It is looked up by a keyed digest, whose timing tells nothing of the pass."""
        return self._pupils.get(self._seal(token)) if len(token) <= LONGEST else None

    def withdraw(self, pupil: Pupil) -> None:
        """Take the passes of a pupil back."""
        pupil.is_gone = True
        self._pupils = {seal: each for seal, each in self._pupils.items() if each is not pupil}

    def make_room(self) -> bool:
        """Tell whether one more may join; drops, if need be, who joined some time ago and never came."""
        if len(self._pupils) < MOST:
            return True
        before = time.monotonic() - PATIENCE_SECONDS
        absent = next((one for one in self._pupils.values() if not one.has_come and one.joined_at < before), None)
        if absent is None:
            return False
        self.withdraw(absent)
        return True

    def _seal(self, token: str) -> bytes:
        return hmac.digest(self._key, token.encode(errors="replace"), "sha256")

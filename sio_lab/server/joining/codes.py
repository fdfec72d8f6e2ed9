"""The code of a class: read off a projector, typed on a phone, and not to be guessed within a lesson.

A code has 8 characters of 31: 8.5e11 codes. In all, `guesses.MOST_A_SECOND` = 10 codes a second are looked at, whoever
asks: in a lesson of 2 hours 72,000 at most, which find the code with odds of 1 to 12 million (8.4e-8). Whoever wants
even odds needs 1,350 years of it. A code of the teacher's own may be shorter, and then the odds are worse: of 6 letters
and digits that nobody could know, 3.3e-5.
"""

from __future__ import annotations

import hmac
import secrets

from sio_lab.errors import Usage

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody takes for another one: no 0 and O, no 1, I and L."""

LENGTH = 8
GROUP = 4
SHORTEST = 6
"""So many letters and digits has a code of the teacher's own, at least."""

LONGEST = 40


def new_code() -> str:
    """Return a code, in groups: `ABCD-2345`."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def own_code(code: str) -> str:
    """Return a code that the teacher has chosen. Raises Usage where it is too short, too long, or not of ASCII."""
    kept = plain(code)
    if not kept.isascii() or not SHORTEST <= len(kept) <= LONGEST:
        raise Usage(
            f"code={code!r} has to be of {SHORTEST} to {LONGEST} letters (A to Z) and digits; "
            f"leave it out for one like {new_code()}."
        )
    return code.strip()


def plain(code: str) -> str:
    """Return a code as it is compared: big letters and digits alone."""
    return "".join(filter(str.isalnum, code[: 4 * LONGEST])).upper()


def is_same(one: str, other: str) -> bool:
    """Tell whether two codes are the same one, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(plain(one).encode(), plain(other).encode())

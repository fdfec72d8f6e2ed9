"""How often the code may be tried."""

from __future__ import annotations

from sio_lab.server.joining.buckets import Bucket, Buckets

MOST_A_SECOND = 10
"""So many codes are looked at, whoever asks: right or wrong, beyond that nobody is told."""

BURST = 200
"""So many at once: a lecture hall that scans the code at the same moment."""

EACH_A_SECOND = 1
"""So many, after `BURST` at once, come from one address in a class: it may be that of all."""

WRONG_A_MINUTE = 10
"""So many wrong codes may come from one address before it is asked to wait."""

ADDRESSES = 1_000


class Guesses:
    """Limits the tries from one address, and all together; not safe between threads.

    A class may sit behind one address: of a proxy, a tunnel, or a router. So whoever has used up the tries of an
    address keeps nobody there from joining: the right code is taken all the same. What bounds the guessing is the limit
    for all together, which an honest class never meets (see `codes` for the odds). Addresses that have used up theirs,
    or that send more codes than a class has students, right or wrong, share one half of it: so one that sends codes
    without end leaves the other half to all others.
    """

    def __init__(self) -> None:
        self._others = Bucket(MOST_A_SECOND / 2, BURST)
        self._spent = Bucket(MOST_A_SECOND / 2, BURST / 2)
        self._each = Buckets(EACH_A_SECOND, BURST, ADDRESSES)
        self._wrong = Buckets(WRONG_A_MINUTE / 60, WRONG_A_MINUTE, ADDRESSES)

    def try_one(self, address: str) -> float:
        """Count a code that is to be looked at; returns the seconds to wait, 0 where it may be looked at now."""
        is_spent = not self._each.of(address).take() or self._wrong.of(address).wait()
        bucket = self._spent if is_spent else self._others
        return 0.0 if bucket.take() else bucket.wait()

    def was_wrong(self, address: str) -> float:
        """Count a wrong code; returns the seconds until the next one may come, 0 where it may come now."""
        bucket = self._wrong.of(address)
        return 0.0 if bucket.take() else bucket.wait()

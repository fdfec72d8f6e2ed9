"""A class: its code, who is in it, and what the teacher has said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.errors import LabError, Usage
from sio_lab.server.joining import codes
from sio_lab.server.joining.guesses import Guesses
from sio_lab.server.joining.names import Names, no_name
from sio_lab.server.joining.passes import Passes, Pupil
from sio_lab.server.joining.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.core.log import Log

OWN_HEADER = "X-Sio-Lab-Pass"
"""The header in which a client may send its pass."""

RATE = 100.0
"""So many events a second may each pupil send, unless the teacher says otherwise: more than any hand or game sends."""


class NotLetIn(LabError):
    """Somebody asked to join and can't; the text is for that person."""

    def __init__(self, text: str, status: int, wait: float = 0.0) -> None:
        super().__init__(text)
        self.status = status
        """The HTTP status that says the same."""

        self.wait = wait
        """Seconds until it is worth another try; 0 where that would not help."""


class Pupils:
    """The class that is in. All of it may be called from any thread."""

    def __init__(self, log: Log, names: Names, code: str | None = None) -> None:
        self._log = log
        self._names = names
        self._lock = names.lock
        self._passes = Passes()
        self._guesses = Guesses()
        self._own = Pupil("", is_own=True)
        self.code = codes.new_code() if code is None else codes.own_code(code)
        """The code, as it is shown."""

        self.own_pass = self._passes.issue(self._own)
        """The kernel's own clients come with this one."""

        self.locked = False
        """Whether nobody joins any more; who is in may come back."""

        self.rules = Rules(log)
        """Which events are taken."""

        self.rules.limit_to(RATE)
        names.of_pupils = self.names

    # --- what the teacher reads ---------------------------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether the pupils' events are refused."""
        return self.rules.paused

    @property
    def rate(self) -> float | None:
        """How many events a second each pupil may send; None for no limit."""
        return self.rules.rate

    def names(self) -> list[str]:
        """Return the names of all who have joined, connected or not, in the order they did."""
        return [one.name for one in self._all()]

    def here(self) -> list[str]:
        """Return the names of those who are connected."""
        with self._log.lock:
            open_now = set(self._log.state.connections)
        return [one.name for one in self._all() if not one.eio_sids.isdisjoint(open_now)]

    # --- what the teacher says ----------------------------------------------------------------------------------

    def pause(self) -> None:
        """Refuse the events of pupils from now on."""
        self.rules.pause()

    def resume(self) -> None:
        """Take them again."""
        self.rules.resume()

    def lock(self) -> None:
        """Let nobody join any more; who has joined may come back."""
        self.locked = True

    def unlock(self) -> None:
        """Let others join again."""
        self.locked = False

    def limit_to(self, rate: float | None) -> None:
        """Take so many events a second of each pupil; None for any number. Raises Usage for what is no rate."""
        is_number = isinstance(rate, (int, float)) and not isinstance(rate, bool)
        if rate is not None and not (is_number and 0 < rate < float("inf")):
            raise Usage(f"A limit is a number of events a second above 0, or None for none; {rate!r} is neither.")
        self.rules.limit_to(rate)

    def rename(self, eio_sid: str, name: str) -> str:
        """Give the pupil of a connection another name, for all its connections, later ones, too; returns what it got.

        A number is added where the name is taken. Raises Usage where the name is empty.
        """
        with self._lock:
            pupil = self.rules.pupil_of(eio_sid)
            if pupil is None or pupil.is_own:
                return self._names.rename(eio_sid, name)
            chosen = self._names.choose(name, pupil.name, but=pupil.eio_sids)
            if not chosen:
                raise no_name(name)
            self._call(pupil, chosen)
        return chosen

    def _call(self, pupil: Pupil, name: str) -> None:
        pupil.name = name
        for each in list(pupil.eio_sids):
            self._names.give(each, name)

    def withdraw(self, eio_sid: str) -> tuple[str, ...]:
        """Take the pass of a connection's pupil back; returns the eio_sids of all its connections.

        Of one that is no pupil's it returns none. Unless the class is locked, the code lets it in again.
        """
        with self._lock:
            pupil = self.rules.pupil_of(eio_sid)
            if pupil is None or pupil.is_own:
                return ()
            self._passes.withdraw(pupil)
            return tuple(pupil.eio_sids)

    def make_way(self) -> None:
        """Give pupils whose name has become a client's of the lab another one."""
        with self._lock:
            for pupil in self._all():
                if self._names.is_of_the_lab(pupil.name):
                    self._call(pupil, self._names.choose(pupil.name, pupil.name, but=pupil.eio_sids))

    # --- what the doors ask -------------------------------------------------------------------------------------

    def pupil_of(self, passes: Iterable[str]) -> Pupil | None:
        """Return whose pass the first valid one of these is; None where none is."""
        with self._lock:
            return next(filter(None, map(self._passes.find, passes)), None)

    def pupil_on(self, eio_sid: str) -> Pupil | None:
        """Return whose open connection this is; None where it is nobody's, or the pass has been withdrawn."""
        pupil = self.rules.pupil_of(eio_sid) if eio_sid else None
        return None if pupil is None or pupil.is_gone else pupil

    def coming(self, pupil: Pupil) -> Callable[[str], None]:
        """Return who is to be told the eio_sid of a connection that a pupil opens."""
        return lambda eio_sid: self.rules.came(eio_sid, pupil)

    def join(self, code: str, name: str, address: str) -> tuple[str, str]:
        """Let somebody in; returns the pass and the name it has got. Raises NotLetIn, which says why not."""
        with self._lock:
            self._check(code, address)
            if self.locked:
                raise NotLetIn("The class is closed now: ask the teacher to open it. Who was in can come back.", 423)
            chosen = self._names.choose(name)
            if not chosen:
                raise NotLetIn("Type a name, with a letter or a digit in it.", 400)
            if not self._passes.make_room():
                raise NotLetIn("The room is full: nobody else fits in. Ask the teacher.", 503, wait=60)
            return self._passes.issue(Pupil(chosen)), chosen

    def _check(self, code: str, address: str) -> None:
        wait = self._guesses.try_one(address)
        if wait:
            raise NotLetIn(_wait("Too many are trying to join.", wait), 429, wait)
        if not codes.plain(code):
            raise NotLetIn("Type the code that the teacher shows.", 400)
        if not codes.is_same(code, self.code):
            wait = self._guesses.was_wrong(address)
            if wait:
                raise NotLetIn(_wait("That is not the code, and there were many tries.", wait), 429, wait)
            raise NotLetIn("That is not the code. Look again at what the teacher shows.", 403)

    def _all(self) -> list[Pupil]:
        with self._lock:
            return [one for one in self._passes.pupils() if not one.is_own]


def _wait(why: str, seconds: float) -> str:
    whole = int(seconds) + 1
    return f"{why} Wait {whole} second{'s' if whole > 1 else ''}, then try again."

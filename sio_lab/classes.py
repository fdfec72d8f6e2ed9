"""A class from the teacher's side: its card, and what holds for all students."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sio_lab.core.targets import reach, resolve
from sio_lab.errors import LabError, TargetError, Usage
from sio_lab.server.lan import lan_addresses
from sio_lab.server.reach import ALL_ADDRESSES
from sio_lab.shows import Shows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.targets import Who
    from sio_lab.reaching import Reaching
    from sio_lab.server.joining import Pupils
    from sio_lab.views.view import Answer

NO_CLASS = "No class is in: %sio start --join, or lab.start(join=True), lets one in."


@dataclass(frozen=True, slots=True)
class Student:
    """One who is in the class, and connected."""

    name: str
    """As typed, or as the teacher has it since."""

    eio_sid: str
    """The oldest of the student's connections."""


@dataclass(frozen=True, slots=True)
class ClassNow:
    """What is true of a class at a moment."""

    links: tuple[str, ...]
    """Where students may come in, the likeliest first."""

    code: str
    """What they need for that."""

    invitation: str
    """What the QR holds: a link to the page where one joins, on which the code stands already."""

    paused: bool
    """Whether their events are refused."""

    locked: bool
    """Whether nobody else is let in."""

    rate: float | None
    """How many events a second each may send; None for no limit."""

    students: tuple[Student, ...]
    """Who is connected, in the order in which they came."""


@dataclass(frozen=True, slots=True)
class ClassState:
    """What a verb has changed."""

    text: str
    """What holds from now on, in a line or two."""

    def __repr__(self) -> str:
        """Return the text."""
        return self.text


class ClassCard(Shows):
    """The class's link, code and QR: shows itself large, with controls.

    `repr` holds the code; what a notebook keeps of it does not.
    """

    def __init__(self, lab: Reaching) -> None:
        super().__init__(lab.showing.classroom_view, lab.showing.show)
        self._lab = lab

    @property
    def link(self) -> str:
        """Where students come in. Raises LabError where no class is in any more."""
        return self._now.links[0]

    @property
    def code(self) -> str:
        """What they need for that. Raises LabError where no class is in any more."""
        return self._now.code

    @property
    def names(self) -> list[str]:
        """What the students are called who are connected."""
        return [student.name for student in self._now.students]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from sio_lab.views import screen

        return super()._repr_mimebundle_() if screen.is_kept() else {"text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return link, code, QR and names as text."""
        from sio_lab.views.class_card import as_text

        return as_text(self._now)

    @property
    def _now(self) -> ClassNow:
        return _there(now(self._lab))


# --- the verbs ----------------------------------------------------------------------------------------------------


def card(lab: Reaching) -> ClassCard:
    """Return the class's card. Raises LabError where no class is in."""
    _there(now(lab))
    return ClassCard(lab)


def pause(lab: Reaching) -> ClassState:
    """Refuse the events of students until `resume`. Raises LabError where no class is in."""
    _pupils(lab).pause()
    return ClassState("Paused: events of students are refused. %sio resume takes them again.")


def resume(lab: Reaching) -> ClassState:
    """Take the events of students again. Raises LabError where no class is in."""
    _pupils(lab).resume()
    return ClassState("Resumed: events of students are taken.")


def lock(lab: Reaching) -> ClassState:
    """Let no more students in. Raises LabError where no class is in."""
    _pupils(lab).lock()
    return ClassState("Locked: nobody else comes in; who is in may come back. %sio unlock lets others in again.")


def unlock(lab: Reaching) -> ClassState:
    """Let students in again. Raises LabError where no class is in."""
    _pupils(lab).unlock()
    return ClassState("Unlocked: who has the code comes in.")


def limit(lab: Reaching, per_second: float | None) -> ClassState:
    """Limit how many events a second each student may send; None for no limit.

    Raises LabError where no class is in, Usage for what is no number above 0.
    """
    _pupils(lab).limit_to(per_second)
    if per_second is None:
        return ClassState("No limit: students may send as many events as they like.")
    counted = f"{per_second:g} event{'' if per_second == 1 else 's'} a second"
    return ClassState(f"Limited: each student may send {counted}; what is above it is refused. %sio limit off ends it.")


def announce(lab: Reaching, text: str) -> ClassState:
    """Show a text to all students. Raises LabError where no class is in, Usage where there is no text."""
    if not isinstance(text, str) or not text.strip():
        raise Usage('What is to be announced? A text, as in %sio announce "Five more minutes"')
    pupils = _pupils(lab)
    lab.stage.announce(text)
    count = len(_students(lab, pupils))
    return ClassState(f"Announced to {count} student{'' if count == 1 else 's'}.")


def rename(lab: Reaching, who: Who, name: str, namespace: str | None = None) -> ClassState:
    """Give a student another name, in all tables and pictures.

    Raises LabError where no class is in, TargetError where WHO is not one student, Usage where the name is none.
    """
    pupils = _pupils(lab)
    with lab.log.lock:
        target = resolve(lab.log.state, who, namespace)
        sids = reach(lab.log.state, target)
        called = {lab.log.state.clients[sid].eio_sid: lab.log.state.name_of(sid) or sid for sid in sids}
    if len(called) != 1:
        raise TargetError(f"One student at a time has a name: {who!r} stands for {len(called)}.")
    [(eio_sid, before)] = called.items()
    return _renamed(pupils, eio_sid, before, name)


def _renamed(pupils: Pupils, eio_sid: str, before: str, name: str) -> ClassState:
    given = pupils.rename(eio_sid, name)
    return ClassState(f"{before} is called {given} from now on.")


# --- what the card shows and does ---------------------------------------------------------------------------------


def now(lab: Reaching) -> ClassNow | None:
    """Return what is true of the class; None where no class is in, or the server is stopped."""
    pupils = lab.pupils
    if pupils is None or not lab.running:
        return None
    links = tuple(links_of(lab))
    rules = (pupils.paused, pupils.locked, pupils.rate)
    return ClassNow(links, pupils.code, f"{links[0]}_lab/join/{pupils.code}", *rules, _students(lab, pupils))


def in_a_line(lab: Reaching) -> str | None:
    """Return in a line how the class is; None where none is in."""
    here = now(lab)
    if here is None:
        return None
    rules = {"paused": here.paused, "locked": here.locked, f"{here.rate or 0:g} events a second each": here.rate}
    counted = f"{len(here.students)} student{'' if len(here.students) == 1 else 's'} in"
    state = ", ".join([counted, *(rule for rule, holds in rules.items() if holds)])
    return f"A class may come in at {here.links[0]}: {state}. %sio classroom shows the code and the controls."


def links_of(lab: Reaching) -> list[str]:
    """Return the links under which others reach the server, the likeliest first; that of this machine at the least."""
    if lab.public_url is not None:
        return [lab.public_url.rstrip("/") + "/"]
    host = lab.stage.address.host
    hosts = lan_addresses() if host in ALL_ADDRESSES else [host]
    return [f"http://{f'[{each}]' if ':' in each else each}:{lab.port}/" for each in hosts or ["127.0.0.1"]]


def _students(lab: Reaching, pupils: Pupils) -> tuple[Student, ...]:
    """Return who is connected: one for all tabs of a student, by the first connection."""
    found: dict[Any, Student] = {}
    with lab.log.lock:
        connections = list(lab.log.state.connections)
    for eio_sid in connections:
        pupil = pupils.rules.pupil_of(eio_sid)
        if pupil is not None and not (pupil.is_own or pupil.is_gone):
            found.setdefault(pupil, Student(pupil.name or lab.log.state.names.get(eio_sid, eio_sid), eio_sid))
    return tuple(found.values())


def answers_of(lab: Reaching, as_page: Callable[[Answer], Answer]) -> dict[str, Answer]:
    """Return what the card's page may ask; `as_page` has what acts be done as by a page."""
    from sio_lab.views.classroom import invitation_of

    plain: dict[str, Callable[..., ClassState]] = {
        "pause": pause,
        "resume": resume,
        "lock": lock,
        "unlock": unlock,
        "limit": limit,
        "announce": announce,
        "rename_student": _rename_student,
        "kick_student": _kick_student,
    }
    acts = {name: as_page(partial(_told, act, lab)) for name, act in plain.items()}
    return {"invitation": lambda: invitation_of(now(lab)), **acts}


def _told(act: Callable[..., ClassState], lab: Reaching, **given: Any) -> dict[str, str]:
    return {"text": repr(act(lab, **given))}


def _rename_student(lab: Reaching, eio_sid: str, name: str) -> ClassState:
    return _renamed(_pupils(lab), eio_sid, _student(lab, eio_sid).name, name)


def _kick_student(lab: Reaching, eio_sid: str) -> ClassState:
    """Send a student out, with all tabs; to come back takes the code."""
    student = _student(lab, eio_sid)
    with lab.log.lock:
        clients = lab.log.state.clients
        places = [(sid, clients[sid].namespace) for sid in lab.log.state.sids_of(eio_sid) if sid in clients]
    if places:
        lab.kick(f"sid:{places[0][0]}", places[0][1])
    else:
        _pupils(lab).withdraw(eio_sid)
        lab.stage.hosted().server.eio.disconnect(eio_sid)
        lab.stage.close_raw()
    return ClassState(f"{student.name} is out.")


def _student(lab: Reaching, eio_sid: str) -> Student:
    found = [student for student in _students(lab, _pupils(lab)) if student.eio_sid == eio_sid]
    if not found:
        raise TargetError("That student has left.")
    return found[0]


def _pupils(lab: Reaching) -> Pupils:
    pupils: Pupils | None = lab.pupils
    if pupils is None:
        raise LabError(NO_CLASS)
    return pupils


def _there(told: ClassNow | None) -> ClassNow:
    if told is None:
        raise LabError(NO_CLASS)
    return told

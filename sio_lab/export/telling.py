"""The tests of a file, told step by step: what a client does, and what is asserted of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.export.doing import NOWHERE, answered, is_error, placed, raised
from sio_lab.export.literals import Call, Code, compared, flat, written
from sio_lab.export.steps import NAMELESS
from sio_lab.export.volatile import Volatile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sio_lab.core.wire import Decoder
    from sio_lab.export.naming import Names
    from sio_lab.export.steps import Script, Step

_OWN_REASON = "client disconnect"
_INDENT = " " * 4
_MOST_REQUESTS = 5


@dataclass
class Told:
    """The tests, and what each client connects with."""

    tests: list[str] = field(default_factory=list)
    auth: dict[str, Any] = field(default_factory=dict)
    """Name -> auth, hidden as it is in the log."""


class Teller:
    """Tells a script: one test for each stretch at whose end all clients are gone.

    `catching` are the namespaces whose errors a handler of the program takes, None for all.
    """

    def __init__(self, script: Script, names: Names, read: Decoder, catching: frozenset[str | None]) -> None:
        self._script = script
        self._names = names
        self._read = read
        self._catching = catching
        self._name = script.cast.named(names)
        self._known: dict[str, Code] = {}
        self._values = Volatile(self._known, script.cast.known)
        self._there: set[str] = set()
        self._made: dict[str, str] = {}
        """Those who have appeared in this test: eio_sid -> name."""

        self._blocks: list[list[str | tuple[str, str]]] = []
        self._told = Told()

    def tell(self) -> Told:
        """Return the tests. Raises Unwritable where a value has no literal."""
        self._begin()
        for step in self._script.steps:
            self._blocks.append(list(self._step(step)))
            if not self._there:
                self._close()
        self._blocks.append(list(self._end()))
        self._close()
        return self._told

    # --- tests --------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Connect those of whose connect the log knows nothing any more."""
        connects = {step.sid for step in self._script.steps if isinstance(step.act, r.Connected)}
        first = self._script.steps[0].act.seq
        before = [
            sid for sid, (_, stay) in self._script.cast.sids.items() if sid not in connects and stay.begin <= first
        ]
        block: list[str | tuple[str, str]] = []
        for sid in before:
            member, stay = self._script.cast.sids[sid]
            block += [*self._connect(member.eio_sid, stay.namespace, ()), self._enter(sid)]
        self._blocks += [[*block, f"{_INDENT}clients.forget()"]] if block else []

    def _end(self) -> Iterator[str]:
        """Assert where everybody is in the end."""
        for sid in self._script.cast.sids:
            if sid in self._there:
                yield from self._assert_rooms(sid, self._script.rooms.get(sid, frozenset()))

    def _close(self) -> None:
        blocks = [lines for lines in map(self._lines, self._blocks) if lines]
        if blocks:
            text = "\n\n".join("\n".join(lines) for lines in blocks)
            name = self._names.new(f"test_{'_and_'.join([*self._made.values()][:2])}", "test")
            fixtures = "clients, auth" if "=auth[" in text else "clients"
            self._told.tests.append(f"def {name}({fixtures}):\n{text}\n")
        self._blocks = []
        self._made.clear()
        self._known.clear()

    def _lines(self, block: list[str | tuple[str, str]]) -> list[str]:
        """Return a block without the variables of sids that nobody asks for."""
        return [line if isinstance(line, str) else line[1] for line in block if self._is_used(line)]

    def _is_used(self, line: str | tuple[str, str]) -> bool:
        return isinstance(line, str) or line[0] in self._values.used

    # --- steps --------------------------------------------------------------------------------------------------

    def _step(self, step: Step) -> Iterator[str | tuple[str, str]]:
        act = step.act
        yield from _told_requests(step.requests)
        if isinstance(act, (r.Connected, r.Refused)):
            yield from self._arrive(step, act)
        elif isinstance(act, r.EventReceived):
            yield from self._send(step, act)
        elif isinstance(act, r.Disconnected):
            yield from self._leave(step, act)
        elif isinstance(act, r.AckReceived):
            yield from self._acknowledge(act)
        else:
            yield from self._move(act)
        for sid in step.gone:
            self._there.discard(sid)
            yield self._assert_connected(sid, is_there=False)
        if not isinstance(act, (r.Joined, r.Left)):
            yield from self._received(step)
            for sid, rooms in step.rooms.items():
                if sid in self._there:
                    yield from self._assert_rooms(sid, rooms)

    def _arrive(self, step: Step, act: r.Connected | r.Refused) -> Iterator[str | tuple[str, str]]:
        auth = self._auth(step)
        if is_error(step, self._catching):
            call = self._connecting(act.eio_sid, act.namespace, auth)
            yield from raised(call, step.error)
            return
        yield from self._connect(act.eio_sid, act.namespace, auth)
        name = self._made[act.eio_sid]
        told = "" if isinstance(act, r.Connected) else "not "
        yield f"{_INDENT}assert {told}{name}.is_connected({_place(act.namespace)})"
        if isinstance(act, r.Connected):
            yield self._enter(act.sid)

    def _connect(self, eio_sid: str, namespace: str, auth: tuple[Any, ...]) -> list[str]:
        call = self._connecting(eio_sid, namespace, auth)
        if eio_sid in self._made:
            return written(call)
        self._made[eio_sid] = self._name[eio_sid]
        return written(call, f"{self._name[eio_sid]} = ")

    def _connecting(self, eio_sid: str, namespace: str, auth: tuple[Any, ...]) -> Call:
        """Return the call that connects a new client, or one that is there to another namespace."""
        keywords = placed(namespace)
        if auth:
            name = self._name[eio_sid]
            # A client may show something else at each of its namespaces.
            key = name if self._told.auth.setdefault(name, auth[0]) == auth[0] else f"{name} {namespace}"
            self._told.auth[key] = auth[0]
            keywords = (*keywords, ("auth", Code(f"auth[{flat(key)}]")))
        owner = self._name[eio_sid] if eio_sid in self._made else "clients"
        return Call(f"{owner}.connect", (), keywords)

    def _auth(self, step: Step) -> tuple[Any, ...]:
        asked = self._script.asked.get(step.act.seq)
        return () if asked is None else tuple(traffic.payload_of(asked.wire, self._read))

    def _enter(self, sid: str) -> tuple[str, str]:
        """Note that a client is there; return the line that gives its sid a variable, for whom it may concern."""
        member, stay = self._script.cast.sids[sid]
        name = self._name[member.eio_sid]
        place = "" if stay.namespace == "/" else f"_{stay.namespace}"
        variable = self._names.new(f"{name}{place}_sid", "sid")
        self._there.add(sid)
        self._known[sid] = Code(variable)
        self._known[member.eio_sid] = Code(f"{name}.eio_sid")
        return sid, written(Call("clients.sid", self._whom(sid)), f"{variable} = ")[0]

    def _send(self, step: Step, act: r.EventReceived) -> Iterator[str]:
        args = [self._values.sent(each) for each in traffic.payload_of(act.wire, self._read)]
        keywords = placed(act.namespace)
        asks = act.ack_id is not None
        is_failing = is_error(step, self._catching)
        if asks and not is_failing:
            keywords = (*keywords, ("callback", True))
        call = Call(f"{self._made[act.eio_sid]}.emit", (act.event, *args), keywords)
        if is_failing:
            yield from raised(call, step.error)
        else:
            yield from answered(call, self._ack(step) if asks else NOWHERE)

    def _ack(self, step: Step) -> Any:
        """Return what the test client returns for an ack: its only value, or a list of several or none."""
        if step.ack is None:
            # Without a handler nothing is ever acknowledged.
            return None if step.handled and step.handled.status == "no-handler" else NOWHERE
        values = self._values.expected(list(step.ack), step.act.at)
        return values[0] if len(values) == 1 else values

    def _leave(self, step: Step, act: r.Disconnected) -> Iterator[str]:
        is_sent_away = act.reason == "server disconnect"
        self._there.discard(act.sid)
        self._values.reason = None if act.reason == _OWN_REASON else act.reason
        if is_sent_away:
            call = Call("clients.kick", (Code(self._made[act.eio_sid or ""]),), placed(act.namespace))
        else:
            call = Call(f"{self._made[act.eio_sid or '']}.disconnect", (), placed(act.namespace))
        if is_error(step, self._catching):
            yield from raised(call, step.error)
        else:
            yield from written(call)

    def _acknowledge(self, act: r.AckReceived) -> Iterator[str]:
        who, *place = self._whom(act.sid or "")
        args = [self._values.sent(each) for each in traffic.payload_of(act.wire, self._read)]
        yield from written(Call("clients.acknowledge", (who, *args), placed(place[0] if place else "/")))

    def _move(self, act: r.Joined | r.Left) -> Iterator[str]:
        member, _ = self._script.cast.sids[act.sid]
        verb = "join" if isinstance(act, r.Joined) else "leave"
        arguments = Code(self._made[member.eio_sid]), self._values.room(act.room)
        yield from written(Call(f"clients.{verb}", arguments, placed(act.namespace)))

    # --- what came of it ----------------------------------------------------------------------------------------

    def _received(self, step: Step) -> Iterator[str]:
        got: dict[str, list[Any]] = {}
        for emitted in step.emits:
            if (emitted.namespace, emitted.event) in self._script.loose:
                continue
            value = self._packet(emitted)
            for sid in emitted.recipients:
                if sid in self._script.cast.sids:
                    got.setdefault(sid, []).append(value)
        yield from self._assert_received(got)
        self._values.reason = None
        yield f"{_INDENT}assert clients.unread() == []"

    def _packet(self, emitted: r.Emitted) -> list[Any]:
        args = traffic.payload_of(emitted.wire, self._read)
        kept = args[:1] if emitted.event in NAMELESS else args
        return [emitted.event, *(self._values.expected(each, emitted.at) for each in kept)]

    def _assert_received(self, got: Mapping[str, list[Any]]) -> Iterator[str]:
        """Assert what each received; those who received the same, together."""
        same: dict[tuple[str, str], list[str]] = {}
        for sid, values in got.items():
            member, stay = self._script.cast.sids[sid]
            if member.eio_sid in self._made:
                same.setdefault((stay.namespace, flat(values)), []).append(sid)
        for (namespace, _), sids in same.items():
            who = [self._whom(sid)[0] for sid in sids]
            one = who[0] if len(who) == 1 else Code("client")
            if len(who) > 1:
                yield from written(who, "for client in ", ":")
            left = flat(Call("clients.received", (one, *_place_of(namespace))))
            yield from compared(left, got[sids[0]], depth=1 if len(who) == 1 else 2)

    def _assert_rooms(self, sid: str, rooms: frozenset[r.Room]) -> list[str]:
        expected = frozenset(self._values.room(room) for room in rooms)
        return compared(flat(Call("clients.rooms", self._whom(sid))), expected)

    def _assert_connected(self, sid: str, *, is_there: bool) -> str:
        member, stay = self._script.cast.sids[sid]
        told = "" if is_there else "not "
        return f"{_INDENT}assert {told}{self._made[member.eio_sid]}.is_connected({_place(stay.namespace)})"

    def _whom(self, sid: str) -> tuple[Any, ...]:
        member, stay = self._script.cast.sids[sid]
        return Code(self._name[member.eio_sid]), *_place_of(stay.namespace)


def _told_requests(requests: list[r.HttpRequest]) -> Iterator[str]:
    """Yield comments on what was asked for by HTTP, each thing once: its path is data, so a literal tells it."""
    asked = dict.fromkeys((each.method, each.path, each.status) for each in requests)
    for method, path, status in [*asked][:_MOST_REQUESTS]:
        yield f"{_INDENT}# By HTTP: {flat(method[:20])} {flat(path[:40])} was answered with {status}."


def _place_of(namespace: str) -> tuple[str, ...]:
    return () if namespace == "/" else (namespace,)


def _place(namespace: str) -> str:
    return ", ".join(map(flat, _place_of(namespace)))

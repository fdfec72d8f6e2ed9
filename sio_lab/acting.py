"""What the pages of views may ask of a lab, and have it do."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, partial, wraps
from typing import TYPE_CHECKING, Any

from sio_lab.commands import read_arguments
from sio_lab.views.afterwards import Afterwards
from sio_lab.views.emit_form import EmitForm
from sio_lab.views.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder
    from sio_lab.lab import Lab

REPLAY_SECONDS = 5
"""How long a handler may take that a page has run again."""

_on_a_page: ContextVar[bool] = ContextVar("sio_lab_on_a_page", default=False)


def is_on_a_page() -> bool:
    """Tell whether what runs here was asked for by a page."""
    return _on_a_page.get()


class Answering:
    """Answers the pages of what can't be acted on, as a capture: about rows, and who would have been reached."""

    def __init__(
        self,
        log: Log,
        reader: Decoder,
        *,
        reach: Callable[..., Any],
        refuse: Callable[..., Any],
        why: Callable[..., Any],
    ) -> None:
        self._pane = Pane(log, reader, Afterwards(why))
        self._form = EmitForm(log, emit=refuse, call=refuse, reach=reach, read_args=read_arguments)

    @cached_property
    def answers(self) -> Mapping[str, Callable[..., Any]]:
        """What the page of any view may ask: name -> what answers, given keywords; none of them acts."""
        told = {name: answer for name, answer in self._form.answers.items() if name != "emit"}
        return {**self._pane.answers, **told}


class Acting:
    """Answers and acts for the pages of one lab."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @cached_property
    def answers(self) -> Mapping[str, Callable[..., Any]]:
        """What the page of any view may ask: name -> what answers, given keywords."""
        lab = self._lab
        verbs: dict[str, Callable[..., object]] = {"join": lab.join, "leave": lab.leave, "kick": lab.kick}
        verbs["close_room"] = lab.close_room
        buttons: dict[str, Callable[..., object]] = {name: partial(self._press, name) for name in lab.controls}
        acts = {name: self._told(act) for name, act in (verbs | buttons).items()}
        pane = Pane(lab.log, lab.reader, self._afterwards).answers
        return {**pane, **self._form.answers, **acts, "where": self.where}

    def where(self, path: str = "/", host: str | None = None, origin: str | None = None) -> dict[str, Any]:
        """Return what a page needs to find the server, as `Pointer.where` has it."""
        lab = self._lab
        if not lab.running:
            return {"running": False}
        return lab.stage.pointer.where(path, host=host, origin=origin, public_url=lab.public_url)

    @property
    def _afterwards(self) -> Afterwards:
        lab = self._lab
        return Afterwards(lab.why, partial(lab.replay, timeout=REPLAY_SECONDS), self._exported, has_cells=True)

    def _exported(self, filter_text: str) -> str:
        from sio_lab.exporting import exported

        return exported(self._lab, "pytest", filter_text)

    def as_page(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return `act` as done by a page: in the log, `panel` is its origin."""

        @wraps(act)
        def acted(*args: Any, **given: Any) -> Any:
            with self._acting():
                return act(*args, **given)

        return acted

    @property
    def _form(self) -> EmitForm:
        emit, call = self.as_page(self._lab.emit), self.as_page(self._lab.call)
        return EmitForm(self._lab.log, emit=emit, call=call, reach=self._lab.reach, read_args=read_arguments)

    def _press(self, name: str) -> object:
        return self._lab.controls[name]()

    def _told(self, act: Callable[..., object]) -> Callable[..., dict[str, str]]:
        acted = self.as_page(act)
        return lambda **given: {"text": str(acted(**given))}

    @contextmanager
    def _acting(self) -> Iterator[None]:
        from sio_lab.server.context import running_for

        token = _on_a_page.set(True)
        try:
            with running_for(self._lab.log, None, "panel"):
                yield
        finally:
            _on_a_page.reset(token)

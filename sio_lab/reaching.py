"""The part of a lab that brings in others: browsers, a class, raw WebSockets; and says why one can't connect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core.netloc import check_url
from sio_lab.debugging import Debugging

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.classes import ClassCard, ClassState
    from sio_lab.core.targets import Who
    from sio_lab.doctoring import Diagnosis
    from sio_lab.results import Reached
    from sio_lab.server.joining import Pupils
    from sio_lab.server.stage import Stage


class Reaching(Debugging):
    """The verbs for browsers, a class and raw WebSockets, one short method each."""

    _public_url: str | None = None
    _pages_through_proxy = False

    @property
    def public_url(self) -> str | None:
        """Where browsers reach the server, for the odd place where the lab can't find out; settable.

        Raises LabError where it is set to what is no http or https address, or to one with a name or a password.
        """
        return self._public_url

    @public_url.setter
    def public_url(self, url: str | None) -> None:
        if url is not None:
            check_url(url)
        self._public_url = url
        stage: Stage | None = vars(self).get("stage")
        if stage is not None:
            stage.publish(url)

    @property
    def pages_through_proxy(self) -> bool:
        """Whether pages of the program are sent through the notebook's proxy, where they count as a part of Jupyter."""
        stage: Stage | None = vars(self).get("stage")
        return self._pages_through_proxy if stage is None else stage.proxied.is_allowed

    @pages_through_proxy.setter
    def pages_through_proxy(self, yes: bool) -> None:
        self._pages_through_proxy = yes
        stage: Stage | None = vars(self).get("stage")
        if stage is not None:
            stage.proxied.is_allowed = yes

    def _told(self, stage: Stage) -> Stage:
        """Return the stage, which knows now what was set before it was there."""
        stage.publish(self._public_url)
        stage.proxied.is_allowed = self._pages_through_proxy
        return stage

    @property
    def stage(self) -> Stage:
        """What is served, and how the next program takes its place."""
        raise NotImplementedError

    @property
    def running(self) -> bool:
        """Whether the server listens."""
        raise NotImplementedError

    @property
    def url(self) -> str | None:
        """Its address for clients on this machine; None while it is stopped."""
        raise NotImplementedError

    @property
    def port(self) -> int | None:
        """The port it listens on; None while it is stopped."""
        raise NotImplementedError

    def kick(self, who: Who, namespace: str | None = None) -> Reached:
        """Disconnect clients."""
        raise NotImplementedError

    # --- browsers -----------------------------------------------------------------------------------------------

    def open(self, path: str | None = None) -> Any:
        """Return a view of the lab's client page, or of a page of yours at `path`, in a frame with a link beside it.

        The address is found in the browser that shows the notebook. Raises NotRunning, Usage for what is no path.
        """
        from sio_lab.opening import opened

        return opened(self, path)

    def doctor(self) -> Diagnosis:
        """Return what keeps clients from connecting: each finding with what shows it, and what to do."""
        from sio_lab.doctoring import examine

        return examine(self)

    # --- raw WebSockets -----------------------------------------------------------------------------------------

    def ws(self, path: str) -> Callable[[Any], Any]:
        """Return a decorator that has a function answer raw WebSockets at a path, as flask-sock's `route` does.

        The function is given the WebSocket, and what the path's converters take. Raises Usage where the path is none.
        """
        from sio_lab.server.raw_routes import websocket_route

        return websocket_route(self.app, path)  # type: ignore[attr-defined]  # the lab has it

    def own_headers(self, name: str) -> dict[str, str]:
        """Return what the lab's own client of a name sends along, so that it is let in without a class's code."""
        return self.stage.own_headers(name)

    # --- a class ------------------------------------------------------------------------------------------------

    @property
    def pupils(self) -> Pupils | None:
        """The class that is in; None where there is none."""
        return self.staged.pupils if self.staged is not None else None

    def classroom(self) -> ClassCard:
        """Return the class's link, QR and controls, to show. Raises LabError where it was not started with `join`."""
        from sio_lab.classes import card

        return card(self)

    def pause(self) -> ClassState:
        """Refuse the events of students, politely, until `resume`. Raises LabError where no class is in."""
        from sio_lab.classes import pause

        return pause(self)

    def resume(self) -> ClassState:
        """Take the events of students again. Raises LabError where no class is in."""
        from sio_lab.classes import resume

        return resume(self)

    def lock(self) -> ClassState:
        """Let no more students in; who is in may come back. Raises LabError where no class is in."""
        from sio_lab.classes import lock

        return lock(self)

    def unlock(self) -> ClassState:
        """Let students in again. Raises LabError where no class is in."""
        from sio_lab.classes import unlock

        return unlock(self)

    def rename(self, who: Who, name: str, namespace: str | None = None) -> ClassState:
        """Give a student another name, in all tables and pictures.

        Raises LabError where no class is in, TargetError as `emit` does, Usage where nothing is left of the name.
        """
        from sio_lab.classes import rename

        return rename(self, who, name, namespace)

    def announce(self, text: str) -> ClassState:
        """Show a text to all students. Raises LabError where no class is in, Usage where there is no text."""
        from sio_lab.classes import announce

        return announce(self, text)

    def limit(self, per_second: float | None) -> ClassState:
        """Limit how many events a second each student may send; None for no limit.

        Raises LabError where no class is in, Usage for what is no number above 0.
        """
        from sio_lab.classes import limit

        return limit(self, per_second)

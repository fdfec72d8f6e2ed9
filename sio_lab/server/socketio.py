"""The lab's SocketIO: Flask-SocketIO's own class, fit to live in a notebook."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import flask_socketio

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from sio_lab.server.host import Host

THREADING = "threading"


class LabSocketIO(flask_socketio.SocketIO):  # type: ignore[misc]  # Flask-SocketIO ships no types
    """A `flask_socketio.SocketIO` in threading mode whose `run`, `stop` and `test_client` suit a running notebook."""

    host: Host | None = None
    """What serves it; None until a Lab does."""

    def init_app(self, app: Any, **kwargs: Any) -> None:
        """Set the server up as Flask-SocketIO does, always in threading mode."""
        asked = kwargs.pop("async_mode", None) or self.server_options.get("async_mode")
        if asked not in {None, THREADING}:
            warnings.warn(
                f"async_mode={asked!r} was asked for; the lab runs async_mode='threading', with the same handlers. "
                f"Leave async_mode out to be rid of this notice.",
                stacklevel=3,
            )
        self.server_options["async_mode"] = THREADING
        super().init_app(app, **kwargs)

    def run(self, app: Any, host: str | None = None, port: int | None = None, **_options: Any) -> None:
        """Serve in the background and return at once; the reloader and Werkzeug's debugger stay off.

        Raises LabError where no Lab serves this object.
        """
        self._served_by().run(app, host, port)

    def stop(self) -> None:
        """Stop the server; from anywhere, a handler and a route included.

        Raises LabError where no Lab serves this object.
        """
        self._served_by().request_stop()

    def test_client(self, app: Any, **options: Any) -> Any:
        """Return Flask-SocketIO's test client, which works beside real clients here."""
        if self.host is None:
            return super().test_client(app, **options)
        return self.host.test_client(app, **options)

    def _served_by(self) -> Host:
        if self.host is None:
            raise LabError("No lab serves this SocketIO object: lab.serve(socketio) does, then run and stop work.")
        return self.host

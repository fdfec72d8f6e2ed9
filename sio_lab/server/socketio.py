"""The lab's SocketIO: Flask-SocketIO's own class, fit to live in a notebook."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any

import flask_socketio
from socketio.exceptions import ConnectionRefusedError as Refusal

from sio_lab.core.cells import Cells
from sio_lab.errors import LabError
from sio_lab.server.context import rehearsal
from sio_lab.server.contexts import LIGHT, is_light
from sio_lab.server.drafts import tables_of
from sio_lab.server.handlers import Handlers, forget
from sio_lab.server.middleware import unstacked
from sio_lab.server.routes import BEGAN_WITH, routes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Owner
    from sio_lab.server.host import Host
    from sio_lab.server.stage import Stage

THREADING = "threading"
CAUGHT = Exception if "except Exception" in inspect.getsource(flask_socketio.SocketIO._handle_event) else BaseException
"""What Flask-SocketIO gives to its error handlers: in older versions whatever a handler raises."""


class LabSocketIO(flask_socketio.SocketIO):  # type: ignore[misc]  # Flask-SocketIO ships no types
    """A `flask_socketio.SocketIO` in threading mode that suits a running notebook.

    It knows which cell defined what; its `run` returns, its `stop` and `test_client` work beside a live server.

    All names that Flask-SocketIO has not begin with `lab_`: a reader's subclass may have any other.
    """

    lab_stage: Stage | None = None
    """Where it may be put to be served; set on a subclass of a lab's own."""

    lab_host: Host | None = None
    """What serves it; None until a Lab does."""

    lab_owner: Owner | None = None
    """Who made it."""

    lab_book: Handlers
    """Its handlers, by the cells that defined them."""

    def __init__(self, app: Any = None, **kwargs: Any) -> None:
        self.lab_enter_book()
        super().__init__(app, **(kwargs if app is None else _in_threads(kwargs)))
        if self.lab_stage is not None:
            self.lab_stage.made(self)

    def lab_enter_book(self) -> None:
        """Begin to keep account of who defines what."""
        self.lab_owner = self.lab_cells.owner()
        self.lab_book = Handlers(self, self.lab_cells)

    def init_app(self, app: Any, **kwargs: Any) -> None:
        """Set the server up as Flask-SocketIO does, always in threading mode, and once for each app."""
        mode = _in_threads(self.server_options | kwargs)["async_mode"]
        if app is not None:
            unstacked(app)
            routes_of(app, self.lab_cells)
        super().init_app(app, **kwargs | {"async_mode": mode})
        self.lab_book.renew()  # a second call makes another server
        self.lab_touched()

    def lab_touched(self) -> None:
        """Tell the stage that a cell works on this object."""
        if self.lab_stage is not None:
            self.lab_stage.touched(self)

    def on(self, message: str, namespace: str | None = None) -> Callable[[Any], Any]:
        """Return a decorator that has a function answer an event, until its cell no longer defines it."""

        def decorator(handler: Any) -> Any:
            self.lab_book.on(namespace or "/", message, handler)
            return handler

        return decorator

    def _handle_event(self, handler: Any, message: str, namespace: str, sid: str, *args: Any) -> Any:
        """Run a handler as Flask-SocketIO does; where its context can be made the quick way, with less ado."""
        environ = self.server.get_environ(sid, namespace=namespace)
        app = environ and environ["flask.app"]
        if message == "connect" or not self.manage_session or not environ or not is_light(app, environ):
            return super()._handle_event(handler, message, namespace, sid, *args)
        tables = environ[BEGAN_WITH] = tables_of(app)
        event = {"sid": sid, "namespace": namespace, "event": {"message": message, "args": args}}
        with environ[LIGHT].context(app, environ, tables, event):
            try:
                return handler(*args)
            except Refusal:
                raise  # python-socketio answers it
            except CAUGHT as error:
                take = self.exception_handlers.get(namespace, self.default_exception_handler)
                if take is None:
                    raise
                return take(error)

    def lab_answer(self, message: str, namespace: str, handler: Any) -> None:
        """Register a handler as Flask-SocketIO does."""
        forget(self.handlers, lambda each: (each[0], each[2]) == (message, namespace))
        super().on(message, namespace=namespace)(handler)

    def on_namespace(self, namespace_handler: Any) -> None:
        """Have an object of a class answer its namespace's events, until its cell no longer defines it."""
        if isinstance(namespace_handler, flask_socketio.Namespace):
            self.lab_book.on_namespace(namespace_handler)
        else:
            super().on_namespace(namespace_handler)  # which says what it takes

    def lab_serve_class(self, namespace_handler: Any) -> None:
        """Register a class-based namespace as Flask-SocketIO does."""
        forget(self.namespace_handlers, lambda each: each.namespace == namespace_handler.namespace)
        super().on_namespace(namespace_handler)

    def on_error(self, namespace: str | None = None) -> Callable[[Any], Any]:
        """Return a decorator that has a function take what a namespace's handlers raise."""

        def decorator(exception_handler: Any) -> Any:
            super(LabSocketIO, self).on_error(namespace)(exception_handler)
            self.lab_book.on_error(namespace or "/", exception_handler)
            return exception_handler

        return decorator

    def on_error_default(self, exception_handler: Any) -> Any:
        """Have a function take what the handlers of all other namespaces raise."""
        super().on_error_default(exception_handler)
        self.lab_book.on_error(None, exception_handler)
        return exception_handler

    def start_background_task(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        """Start a background task; it ends, at its next `socketio.sleep`, when its cell is run again."""
        start = super().start_background_task
        if self.lab_stage is None or rehearsal() is not None:
            return start(target, *args, **kwargs)
        return self.lab_stage.tasks.start(start, target, *args, **kwargs)

    def sleep(self, seconds: float = 0) -> Any:
        """Sleep; a background task that is to end does so here."""
        inside = rehearsal()
        if inside is not None:
            return inside.sleep(seconds)
        sleep = super().sleep
        return sleep(seconds) if self.lab_stage is None else self.lab_stage.tasks.sleep(sleep, seconds)

    def run(self, app: Any, host: str | None = None, port: int | None = None, **options: Any) -> None:
        """Serve in the background and return at once; the reloader and Werkzeug's debugger stay off.

        Raises LabError where no Lab serves this object.
        """
        if self.lab_stage is not None:
            self.lab_stage.run(self, app, host, port, options)
        else:
            self.lab_served_by().run(app, host, port)

    def stop(self) -> None:
        """Stop the server; from anywhere, a handler and a route included.

        Raises LabError where no Lab serves this object.
        """
        inside = rehearsal()
        if inside is not None:
            inside.note("socketio.stop() was asked for, and not done")
        else:
            self.lab_served_by().request_stop()

    def test_client(self, app: Any, **options: Any) -> Any:
        """Return Flask-SocketIO's test client, which works beside real clients here.

        Raises LabError in a dry run: it would be a client of the server itself, and not of what stands in for that.
        """
        if rehearsal() is not None:
            raise LabError("A handler that makes a test client can't be replayed dry: rerun it with --live.")
        if self.lab_host is None:
            return super().test_client(app, **options)
        return self.lab_host.test_client(app, **options)

    @property
    def lab_cells(self) -> Cells:
        """The account of the cells that run."""
        return Cells() if self.lab_stage is None else self.lab_stage.cells

    def lab_served_by(self) -> Host:
        """Return what serves it; raises LabError where nothing does."""
        if self.lab_host is None:
            raise LabError("No lab serves this SocketIO object: lab.serve(socketio) does, then run and stop work.")
        return self.lab_host


def _in_threads(options: dict[str, Any]) -> dict[str, Any]:
    """Return SocketIO's options with the only mode that the lab runs; warn where another one was asked for."""
    asked = options.get("async_mode")
    if asked not in {None, THREADING}:
        warnings.warn(
            f"async_mode={asked!r} was asked for; the lab runs async_mode='threading', with the same handlers. "
            f"Leave async_mode out to be rid of this notice.",
            stacklevel=3,
        )
    return options | {"async_mode": THREADING}

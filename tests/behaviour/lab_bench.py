"""The lab's server, and the rows it keeps."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from bench import Bench
from client import END

from sio_lab import Lab

if TYPE_CHECKING:
    import flask
    import flask_socketio
    import socketio
    from case import Row


class LabBench(Bench):
    name: ClassVar = "lab"

    @cached_property
    def lab(self) -> Lab:
        return Lab()

    @cached_property
    def _started(self) -> Lab:
        if not self.lab.running:
            self.lab.start(port=0, **self._options)
        return self.lab

    @cached_property
    def app(self) -> flask.Flask:
        return self._started.app

    @cached_property
    def socketio(self) -> flask_socketio.SocketIO:
        return self._started.socketio

    @property
    def server(self) -> socketio.Server:
        served = self._started.socketio
        return getattr(served, "server", served)

    @property
    def url(self) -> str:
        url = self._started.url
        assert url
        return url

    def serve(self, served: flask_socketio.SocketIO | socketio.Server, app: flask.Flask | None = None) -> None:
        del app  # the lab finds it
        self.lab.serve(served)

    def _stop(self) -> None:
        self.lab.close()

    def traffic(self) -> list[Row]:
        """Return the rows of the traffic table, tidied; a cause is the kind and event of its row."""
        table = self.lab.traffic
        told = [row for row in table if row["event"] != END and not _is_late_poll(row)]
        rows = [{**row, "request_event": self._request_event(row)} for row in told]
        causes = {row["seq"]: " ".join(filter(None, (row["kind"], row["event"]))) for row in rows}
        return [self.tidy({**row, "cause": causes.get(row["cause"], row["cause"])}) for row in rows]

    def _request_event(self, row: Row) -> dict[str, Any] | None:
        """Return what the lab says `request.event` was in the handler."""
        is_handled = row["kind"] in {"event", "connect", "refused", "disconnect"}
        return self.lab.traffic[row["seq"]].request_event if is_handled else None


def _is_late_poll(row: Row) -> bool:
    """Tell of a poll that was on its way when the server ended its session: whether there is one is the client's pace.

    Engine.IO answers it 400, on the plain bench as on this one.
    """
    return row["kind"] == "rejected" and "'Session is disconnected'" in (row["error"] or "")

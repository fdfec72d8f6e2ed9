"""`flask.ext`, gone since Flask 1.0: `flask.ext.socketio` is `flask_socketio`, and so on for all extensions."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

from sio_lab.legacy.stand_in import StandIn

if TYPE_CHECKING:
    from types import ModuleType

    from sio_lab.legacy.hooks import Factory
    from sio_lab.legacy.notices import Notices

PACKAGE = "flask.ext"


def stand_ins(notices: Notices) -> dict[str, Factory]:
    """Return what makes `flask.ext` and all modules in it."""

    def give(name: str) -> ModuleType:
        return _extension(name.removeprefix(f"{PACKAGE}."), notices)

    return {PACKAGE: lambda _name: _Extensions(notices), f"{PACKAGE}.*": give}


class _Extensions(StandIn):
    """The package; an extension is imported when it is asked for."""

    def __init__(self, notices: Notices) -> None:
        super().__init__(PACKAGE, {}, lambda name: f"flask.ext.{name} is flask_{name} today, which is not installed")
        vars(self)["__notices__"] = notices

    def __getattr__(self, name: str) -> Any:
        try:
            return _extension(name, vars(self)["__notices__"])
        except ModuleNotFoundError:
            return super().__getattr__(name)


def _extension(name: str, notices: Notices) -> ModuleType:
    """Return an extension's own module. Raises ModuleNotFoundError where it is not installed."""
    module = importlib.import_module(f"flask_{name}")
    place = notices.place()
    source = place.source if place is not None and PACKAGE in place.source else f"from {PACKAGE}.{name} import ..."
    written = re.sub(r"from flask\.ext import (\w+)", r"import flask_\1 as \1", source).replace(f"{PACKAGE}.", "flask_")
    notices.give(f"flask.ext is gone since Flask 1.0; it works here. Today: {written}")
    return module

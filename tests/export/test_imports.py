from __future__ import annotations

import json
import os.path
from pathlib import Path

import flask
import flask_socketio

from sio_lab.export.imports import Imports
from sio_lab.lab import Lab


def test_values_are_imported_from_where_they_are_known() -> None:
    imports = Imports()
    values = {"request": flask.request, "emit": flask_socketio.emit, "js": json, "dumps": json.dumps, "P": Path}
    assert all(imports.find(name, value, "__main__") for name, value in values.items())
    lines = imports.lines()
    assert lines[0] == "import json as js"
    assert {"from flask import request", "from flask_socketio import emit", "from json import dumps"} <= {*lines}
    assert any(line.endswith("import Path as P") for line in lines)


def test_what_the_lab_lends_is_imported_as_what_it_stands_for() -> None:
    lab, imports = Lab(), Imports()
    assert imports.find("join_room", lab.handler_functions["join_room"], "__main__")
    assert imports.lines() == ["from flask_socketio import join_room"]
    lab.close()


def test_what_no_module_has_is_not_imported() -> None:
    imports = Imports()
    assert not imports.find("x", [1], "__main__")
    assert not imports.find("lab", Lab(), "__main__")
    assert not imports.find("own", test_what_no_module_has_is_not_imported, __name__)
    assert imports.lines() == []


def test_a_long_line_is_one_name_a_line() -> None:
    imports = Imports()
    for number in range(20):
        imports.add("os.path", f"name_{number:02}")
    assert os.path
    assert imports.lines()[:2] == ["from os.path import (", "    name_00,"]

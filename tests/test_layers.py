"""Imports go downward only, function-level ones too; core knows the standard library alone."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "sio_lab"
LAYERS = {
    "errors": 0,
    "core": 1,
    "server": 2,
    "clients": 2,
    "frames": 2,
    "views": 2,
    "export": 2,
    "results": 2,
    "legacy": 2,
    "exporting": 3,
    "tables": 3,
    "addressing": 3,
    "classes": 4,
    "shelf": 4,
    "replaying": 4,
    "showing": 5,
    "captures": 6,
    "doctoring": 6,
    "opening": 6,
    "debugging": 7,
    "starting_class": 7,
    "reaching": 8,
    "starting": 8,
    "lab": 9,
}
LAYERS |= {
    "commands": 2,
    "shortcuts": 2,
    "debugger": 2,
    "shows": 3,
    "acting": 4,
    "comparing": 4,
    "explaining": 4,
    "bodies": 10,
    "cell_output": 10,
    "completion": 10,
    "notebook": 10,
    "pasted": 10,
    "runner": 3,
    "magics": 11,
    "": 12,
}
"""Part of the package -> its layer; `""` is the package's own `__init__`."""
LOWEST_SIBLINGS = {"errors", "core"}
"""Parts whose modules may import each other, being one layer each; so may the modules within any other part."""
MODULES = sorted(ROOT.rglob("*.py"))
ONLY_IMPORTER = {
    "pandas": {"frames"},
    "IPython": {"magics", "cell_output", "completion", "debugger", "views"},
    "ipywidgets": {"views"},
    "anywidget": {"views"},
    "flask": {"server", "legacy"},
    "flask_socketio": {"server", "legacy"},
}


def part_of(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(path: Path) -> list[str]:
    """All modules that a file imports for running; names imported for types only never run."""
    found: list[str] = []
    tree = ast.parse(path.read_text())
    skipped = {id(inner) for node in ast.walk(tree) if is_type_checking(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def target_part(name: str) -> str | None:
    pieces = name.split(".")
    if pieces[0] != "sio_lab":
        return None
    return pieces[1] if len(pieces) > 1 and pieces[1] in LAYERS else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downward(path: Path) -> None:
    own = part_of(path)
    for name in imports(path):
        other = target_part(name)
        if other is None or other == own:
            continue
        assert LAYERS[other] < LAYERS[own], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "core").glob("*.py")), ids=lambda path: path.name)
def test_core_imports_the_standard_library_only(path: Path) -> None:
    for name in imports(path):
        top = name.partition(".")[0]
        assert top in sys.stdlib_module_names or target_part(name) in LOWEST_SIBLINGS, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_have_one_importer(path: Path) -> None:
    for name in imports(path):
        allowed = ONLY_IMPORTER.get(name.partition(".")[0])
        assert allowed is None or part_of(path) in allowed, f"{path.name} imports {name}"


def test_there_is_no_import_cycle() -> None:
    graph = {module_name(path): [name for name in map(as_module, imports(path)) if name] for path in MODULES}
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert state.get(name) != 1, f"cycle: {' -> '.join((*trail, name))}"
        if name in state:
            return
        state[name] = 1
        for other in graph.get(name, ()):
            if other != name:
                visit(other, (*trail, name))
        state[name] = 2

    for name in graph:
        visit(name, ())


def module_name(path: Path) -> str:
    pieces = ["sio_lab", *path.relative_to(ROOT).with_suffix("").parts]
    return ".".join(pieces[:-1] if pieces[-1] == "__init__" else pieces)


KNOWN = {module_name(path) for path in MODULES}


def as_module(name: str) -> str | None:
    parent = name.rpartition(".")[0]
    return name if name in KNOWN else parent if parent in KNOWN and parent != "sio_lab" else None

"""The house rules of the code: who may import whom, no circles, and nothing too long to be read in one sitting."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter

import pytest

from tests.conftest import PROJECT

# From the ground up; a room may import from those before it, and from itself.
ROOMS = (
    "flows",  # settings, records, texts, machine
    "flows.state",
    "flows.readers",
    "flows.squad",
    "flows.intake",
    "flows.models",
    "flows.words",
    "flows.guard",
    "flows.operate",
    "dashboards",
    "flows.alerts",
    "flows.nightly",
    "flows.scheduled",
    "flows.demo",
    "flows.commands",
    "flows.cli",
)
TOP = {"nightly", "scheduled", "cli"}  # modules of flows/ that stand above its rooms
LONGEST_MODULE, LONGEST_FUNCTION = 410, 62
MODULES = {
    ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): path
    for top in ("flows", "dashboards")
    for path in sorted((PROJECT / top).rglob("*.py"))
}


def room_of(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "dashboards":
        return "dashboards"
    if len(parts) > 2 or (len(parts) == 2 and MODULES[module].name == "__init__.py"):
        return ".".join(parts[:2])
    return module if len(parts) == 2 and parts[1] in TOP else "flows"


def imports_of(module: str) -> set[str]:
    """The modules of the project that a module needs before it can be imported itself; imports within functions come later."""
    found = set()
    for node in ast.parse(MODULES[module].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names}
            found |= {name if name in MODULES else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name in MODULES and name != module}


def test_there_is_something_to_check() -> None:
    assert {"flows.cli", "flows.state.database", "dashboards.site"} <= set(MODULES)
    assert "flows.state.database" in imports_of("flows.models.layers")


def test_no_import_runs_up() -> None:
    height = {room: place for place, room in enumerate(ROOMS)}
    upwards = [
        f"{module} imports {needed}"
        for module in MODULES
        for needed in sorted(imports_of(module))
        if height[room_of(needed)] > height[room_of(module)]
    ]
    assert upwards == []


def test_no_import_runs_in_a_circle() -> None:
    TopologicalSorter({module: imports_of(module) for module in MODULES}).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_read_in_one_sitting(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    lines = len(text.splitlines())
    assert lines <= LONGEST_MODULE
    too_long = {
        node.name: length
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert too_long == {}

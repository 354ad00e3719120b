"""Who may import whom: the rooms of docs/architecture.md, of which each imports only from those below it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import PROJECT

MODULES = sorted(path for folder in ("flows", "dashboards") for path in (PROJECT / folder).rglob("*.py"))
OUTSIDE = "flows/demo"


def rooms_from_the_top() -> list[str]:
    """The rooms in the order of the document; those of the base are one, its last row."""
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## The rooms")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| `([\w/.]+)` \|", table, flags=re.MULTILINE)
    assert len(first_cells) > 8
    return first_cells


def room_of(path: Path) -> str:
    """flows/state/lock.py -> flows/state; flows/settings.py stays itself; dashboards has one room."""
    parts = path.relative_to(PROJECT).parts
    return "dashboards" if parts[0] == "dashboards" else "/".join(parts[:2])


def imports_of(path: Path) -> Iterator[Path]:
    """The modules of ours that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("flows", "dashboards"):
            module = PROJECT.joinpath(*node.module.split("."))
            for name in node.names:
                yield next(
                    file
                    for file in (
                        module / f"{name.name}.py",
                        module / name.name / "__init__.py",
                        module.with_suffix(".py"),
                        module / "__init__.py",
                    )
                    if file.exists()
                )


def test_a_room_imports_only_from_those_below_it() -> None:
    order = rooms_from_the_top()
    floor = {room: len(order) - number for number, room in enumerate(order)}  # the base is at 0
    upward = [
        f"{path.relative_to(PROJECT)} imports {imported.relative_to(PROJECT)}"
        for path in MODULES
        for imported in imports_of(path)
        if OUTSIDE not in (room_of(path), room_of(imported))
        and room_of(path) != room_of(imported)
        and floor.get(room_of(imported), 0) >= max(floor.get(room_of(path), 0), 1)
    ]
    assert upward == []


def test_only_the_command_line_knows_the_demo() -> None:
    knowing = {room_of(path) for path in MODULES for imported in imports_of(path) if room_of(imported) == OUTSIDE}
    assert knowing - {OUTSIDE} <= {"flows/cli.py", "flows/commands"}


def test_every_module_stands_in_a_room_of_the_document() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:flows|dashboards)[\w/.]*)`", text))
    assert {room_of(path) for path in MODULES} - named - {"flows/__init__.py"} == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    reads = {path: set(imports_of(path)) - {path} for path in MODULES}
    left = dict(reads)
    while free := [path for path, imported in left.items() if not imported & set(left)]:
        for path in free:
            del left[path]
    assert {str(path.relative_to(PROJECT)) for path in left} == set()

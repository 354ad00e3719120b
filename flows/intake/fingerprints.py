"""One fingerprint per reader: it changes when the same bytes might be read differently, and only then.

It covers the code of the reader and all that it imports within flows; the modules that choose the reader; lay_out and all
that it imports; the seeds that these read; the versions of the libraries that decode for it; and the columns of the raw
tables. Code is compared as its syntax tree, so comments, docstrings and formatting do not count. All of it is found by
following imports; a reader is a module of flows/readers that names its FORMATS.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import pkgutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from pathlib import Path

import flows
from flows import readers
from flows.intake.contents import LOG_TABLES
from flows.seed_files import SEEDS_DIR, seed_rows
from flows.state import database

PACKAGE = Path(flows.__file__).parent
FROM_HERE = ("flows.intake.parse", "flows.intake.archive_members")  # the modules from which imports lead to the readers
LAID_OUT_BY = "flows.intake.lay_out"
TABLE = "_csv"  # ends the name of a format that is a table
ARITHMETIC = {"numpy", "pandas"}  # decode nothing: a new version reads the same


@dataclass(frozen=True, slots=True)
class Module:
    """One module: a digest of its code, its imports, and the seeds that it reads."""

    code: str
    imports: frozenset[str]  # modules of flows
    libraries: frozenset[str]
    seeds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader's short name, the formats that it yields, and its fingerprint."""

    name: str
    formats: tuple[str, ...]
    fingerprint: str


def all_readers(connection: database.Connection) -> list[Reader]:
    """Every reader with its current fingerprint."""
    columns = connection.execute(
        """
        select table_name, column_name, data_type from duckdb_columns()
        where database_name = current_database() and schema_name = 'raw' and list_contains(?, table_name) order by all
        """,
        [[*LOG_TABLES, "contents"]],
    ).fetchall()
    code = code_in(PACKAGE)
    formats = formats_by_module()
    reached = {name: code.reached([name, LAID_OUT_BY]) for name in formats}
    libraries = {library for names in reached.values() for name in names for library in code.module(name).libraries}
    versions = {library: metadata.version(_distribution_of(library)) for library in libraries - ARITHMETIC}
    # Readers of tables tell by the headings which of them a table is for: each decides what is left to the others.
    of_tables = {name for name, yields in formats.items() if any(one.endswith(TABLE) for one in yields)}
    found = []
    for reader, names in sorted(reached.items()):
        ways = {way for way in code.reached(FROM_HERE) if way not in formats and reader in code.reached([way])}
        ways |= of_tables if reader in of_tables else set()
        modules = [code.module(name) for name in names]
        said = [
            columns,
            [(name, code.module(name).code) for name in sorted({*names, *ways})],
            [(name, version) for name, version in sorted(versions.items()) if any(name in one.libraries for one in modules)],
            [(name, _digest_of_seed(name)) for name in sorted({seed for one in modules for seed in one.seeds})],
        ]
        fingerprint = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        found.append(Reader(reader.removeprefix(f"{readers.__name__}."), formats[reader], fingerprint))
    return found


def formats_by_module() -> dict[str, tuple[str, ...]]:
    """Reader modules and the formats that each yields."""
    names = [found.name for found in pkgutil.walk_packages(readers.__path__, f"{readers.__name__}.")]
    said = {name: getattr(import_module(name), "FORMATS", None) for name in names}
    return {name: formats for name, formats in said.items() if formats is not None}


class Code:
    """The modules of one copy of flows, each parsed on first use."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._modules: dict[str, Module] = {}

    def reached(self, names: Iterable[str]) -> set[str]:
        """These modules and all of flows that they import, directly or not."""
        reached: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += self.module(name).imports
        return reached

    def module(self, name: str) -> Module:
        if name not in self._modules:
            self._modules[name] = self._parsed(name)
        return self._modules[name]

    def _parsed(self, name: str) -> Module:
        path = self._path_of(name)
        if path is None:
            raise ModuleNotFoundError(f"no module {name} in {self._package}")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        imports: set[str] = set()
        seeds: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imports |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
                imports |= {source, *(inner for alias in node.names if self._path_of(inner := f"{source}.{alias.name}"))}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == seed_rows.__name__:
                seeds |= {str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)}
        tops = {name.partition(".")[0] for name in imports}
        return Module(
            hashlib.sha256(ast.dump(_without_docstrings(tree)).encode()).hexdigest(),
            frozenset(name for name in imports if name.partition(".")[0] == flows.__name__),
            frozenset(tops - sys.stdlib_module_names - {flows.__name__}),
            frozenset(seeds),
        )

    def _path_of(self, module: str) -> Path | None:
        """The file of a module of flows; None for a name outside flows or of no module."""
        top, *parts = module.split(".")
        place = self._package.joinpath(*parts)
        candidates = (place / "__init__.py", place.with_suffix(".py")) if top == flows.__name__ else ()
        return next((path for path in candidates if path.is_file()), None)


@cache
def code_in(package: Path) -> Code:
    """The code of a folder; it does not change while a process runs it."""
    return Code(package)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return tree


@cache
def _distribution_of(library: str) -> str:
    """Name of the package that holds a library: garmin_fit_sdk is in garmin-fit-sdk."""
    try:
        metadata.distribution(library)
    except metadata.PackageNotFoundError:
        return metadata.packages_distributions()[library][0]
    return library


def _digest_of_seed(name: str) -> str:
    return hashlib.sha256((SEEDS_DIR / f"{name}.csv").read_bytes()).hexdigest()

"""The tables of sql/seeds as Python reads them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flows.places import SQL_DIR

SEEDS_DIR = SQL_DIR / "seeds"


def seed_path(name: str) -> Path:
    """The file of one seed."""
    return SEEDS_DIR / f"{name}.csv"


def seed_header(name: str) -> list[str]:
    """The columns of one seed, in the file's order."""
    with seed_path(name).open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def seed_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one seed, in the file's order."""
    path = seed_path(name)
    return _rows(path, path.stat().st_mtime_ns)


@cache
def _rows(path: Path, _changed_ns: int) -> tuple[Mapping[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))

"""The tables of sql/seeds as Python reads them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flows.places import SQL_DIR

SEEDS_DIR = SQL_DIR / "seeds"


def seed_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one seed, in the file's order."""
    path = SEEDS_DIR / f"{name}.csv"
    return _rows(path, path.stat().st_mtime_ns)


@cache
def _rows(path: Path, _changed_ns: int) -> tuple[Mapping[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))

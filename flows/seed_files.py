"""The tables of sql/seeds as Python reads them."""

from __future__ import annotations

import csv
from pathlib import Path

SEEDS_DIR = Path(__file__).resolve().parents[1] / "sql" / "seeds"


def seed_rows(name: str) -> list[dict[str, str]]:
    """The rows of one seed, in the file's order."""
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))

"""The questions of sql/analyses: SQL that is asked again and again, each with its question, what it reads and its traps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flows.places import SQL_DIR

ANALYSES = SQL_DIR / "analyses"
PARTS = ("Question", "Reads", "Traps", "Grain")  # of the header, in this order


@dataclass(frozen=True)
class Question:
    """One file of sql/analyses."""

    name: str
    parts: dict[str, str]
    sql: str


def all_questions() -> list[Question]:
    """Every question that ships, by name."""
    return [read(path) for path in sorted(ANALYSES.glob("*.sql"))]


def read(path: Path) -> Question:
    """A question by its file. Raises ValueError if its header has not the four parts in their order."""
    text = path.read_text(encoding="utf-8")
    header = re.match(r"(?:--.*\n)*", text)[0]  # type: ignore[index] # it matches nothing at least
    said = " ".join(line.removeprefix("--").strip() for line in header.splitlines())
    pattern = " ".join(rf"{part}: (?P<{part}>.+?)" for part in PARTS)
    found = re.fullmatch(pattern, said)
    if not found:
        raise ValueError(f"the header of {path.name} is not: {', '.join(PARTS)}")
    return Question(path.stem, found.groupdict(), text)

"""Which side a cell names, in the languages of sql/seeds/side_words.csv."""

from __future__ import annotations

import re
from functools import cache

from flows.readers.log_rows import Row
from flows.readers.refusals import RowError, shown
from flows.seed_files import seed_rows
from flows.texts import plain_letters

SIDES = ("left", "right", "both")
LIMB = "limb"  # "leg" in "left leg"


def side_in(row: Row, column: str = "side") -> str | None:
    """left, right or both; None for an empty cell. Raises RowError for any other text."""
    value = row.text(column)
    return None if value is None else _side_of(value, column)


def required_side(row: Row, column: str = "side") -> str:
    return _side_of(row.required(column), column)


def _side_of(value: str, column: str) -> str:
    words = re.findall(r"[^\W_]+", plain_letters(value))
    meant = {_known_words().get(word) for word in words} - {LIMB}
    if meant == {"left", "right"}:
        return "both"
    side = meant.pop() if len(meant) == 1 else None
    if side not in SIDES:
        raise RowError(f"{column} is {shown(value)}", f"Write one of: {', '.join(SIDES)}.")
    return side


@cache
def _known_words() -> dict[str, str]:
    """Plain word -> left, right, both or limb. A word that is a side in one language and an article in another is a side."""
    rows = sorted(seed_rows("side_words"), key=lambda row: row["side"] != LIMB)
    return {plain_letters(row["word"]): row["side"] for row in rows if " " not in row["word"]}

"""Which part of the body a cell names, in the languages of sql/seeds/site_words.csv."""

from __future__ import annotations

import re
from functools import cache

from flows.readers.log_rows import Row
from flows.readers.refusals import RowError, shown
from flows.seed_files import seed_rows
from flows.texts import plain_letters

SITES = ("achilles_midportion", "achilles_insertion", "achilles", "calf", "foot", "other")


def required_site(row: Row, column: str = "site") -> str:
    """One of SITES. Raises RowError for any other text, and for one that names a side beside the place."""
    value = row.required(column)
    site = _known_sites().get(" ".join(_words(value)))
    if site is None:
        raise RowError(f"{column} is {shown(value)}", f"Write one of: {', '.join(SITES)}.")
    return site


@cache
def _known_sites() -> dict[str, str]:
    """A place in plain letters, its words apart by one space -> site."""
    own = {" ".join(_words(site)): site for site in SITES}
    return {" ".join(_words(row["word"])): row["site"] for row in seed_rows("site_words")} | own


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain_letters(text))

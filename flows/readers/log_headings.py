"""Headings of our own logs as people write them in the languages of the site: "Datum", "Schmerz (0-10)", "Seite"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flows.readers.export_tables import headings_of, same_heading
from flows.readers.log_rows import Log
from flows.readers.own_logs import LOGS, log_format

PROGRAM = "tendonwatch"  # in export_headers.csv
# A word for one of these is a word for whichever of them a log has.
ALIKE = (
    frozenset({"date", "started_at", "performed_at", "onset_date"}),
    frozenset({"reps", "repetitions"}),
    frozenset({"to_date", "until"}),
)
# With a heading that nobody knows a table may be of any app, and its rides would count as runs.
ALL_OR_NOTHING = {"runs_csv", "plan_csv"}
NOT_BY_WORDS = {"notes_csv"}  # "Date, Kind, Text" may be anything


def in_our_words(names: Sequence[str]) -> list[str] | None:
    """Headings in one language as those of the log that knows most of them; None unless a log has all that it needs."""
    best: list[str] | None = None
    most = 0
    for meanings in _meanings().values():
        for log_name, log in LOGS.items():
            said = [_column(name, log, meanings) or name for name in names]
            known = sum(name in log.columns for name in said)
            is_whole = log_format(said) == log_name and all(set(said) & set(choice) for choice in log.required)
            is_left = log_name in NOT_BY_WORDS or (log_name in ALL_OR_NOTHING and known < sum(map(bool, names)))
            if is_whole and not is_left and known > most:
                best, most = said, known
    return best if best != list(names) else None


def _column(name: str, log: Log, meanings: dict[str, str]) -> str | None:
    """Our column for a heading: the one that it means, or the one like it that this log has."""
    if name in log.columns:
        return name
    meaning = meanings.get(same_heading(name))
    alike = next((group for group in ALIKE if meaning in group), {meaning})
    found = [column for column in log.columns if column in alike]
    return meaning if meaning in found else found[0] if found else None


@cache
def _meanings() -> dict[str, dict[str, str]]:
    """Language -> heading -> the column that it means."""
    found: dict[str, dict[str, str]] = {}
    for heading in headings_of(PROGRAM):
        found.setdefault(heading.language, {})[same_heading(heading.name)] = heading.meaning
    return found

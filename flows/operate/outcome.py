"""The result of a night, and its exit code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

EXIT_PUBLISHED, EXIT_FAILED, EXIT_WRONG_USAGE, EXIT_PUBLISHED_WITH_REFUSALS, EXIT_LATE = 0, 1, 2, 3, 4
LEFT_OUT = ("refused_files", "partly_read_files", "refused_rows", "athletes_set_aside", "accounts_failing")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a night published: where, from how many files, how much it refused, and whose flags changed."""

    night: str
    as_of: date
    warehouse: Path
    index_page: Path
    files_seen: int
    files_parsed: int
    refused_files: int
    refused_rows: int
    partly_read_files: int = 0
    athletes_set_aside: int = 0
    accounts_failing: int = 0
    changes: dict[str, list[str]] = field(default_factory=dict)  # new, worse, better -> athlete_ids

    @property
    def exit_code(self) -> int:
        return exit_code(*(getattr(self, name) for name in LEFT_OUT))


def exit_code(*left_out: int) -> int:
    """The exit code of a published night; the arguments count the files, rows, athletes and accounts that were left out."""
    return EXIT_PUBLISHED_WITH_REFUSALS if any(left_out) else EXIT_PUBLISHED

"""A content on its way from the input folder to the raw tables: FoundFile, then Job, then ParsedFile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from flows.readers import sports
from flows.readers.days import day_of_file
from flows.records import FormWords
from flows.texts import athlete_of

ROOT = ""  # the owner of a file at the root of the input folder, outside every athlete's folder
UNREADABLE = "unreadable "  # in place of the SHA-256 of a file that could not be opened
HICCUP_DELAYS_S = (0.2, 1.0)  # waits before a file that a network drive failed to deliver is opened again
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "readme.md", "readme.txt"}
TRY_AGAIN = "The next night tries again; check its permissions."
# A file with such a name may hold a run; one named like another kind of log does not.
HOLDS_SETS = re.compile(r"\.fit(\.gz)?$")  # a recording that holds sets if it is one of strength work
MAY_HOLD_RUNS = re.compile(r"(\.(fit|gpx|tcx|json|csv|xml|zip|xls[xmb]?|ods)(\.gz)?|^[^.]+)$")
OTHER_LOGS = {"strength", "symptoms", "injuries", "calf_tests", "marks", "notes", "plan", "squad", "rules", "exercise_aliases"}
LOG_TABLES = ("runs", "run_bins", "run_hr_bins", "run_efforts", "named_files", "strength_sessions", "strength_sets", "symptoms",
              "injuries", "calf_tests", "marks", "notes", "plan", "refused_rows")  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file under the input folder: its path relative to the folder, its owner, size and SHA-256.

    A member of an archive is a file too: its path is `archive.zip!member`, and `names` lead to it within the archive.
    `problem` says why it could not be opened; its file_id is then made from the path.
    """

    path: str
    athlete_id: str
    size_bytes: int
    file_id: str
    location: Path  # the path as the system has it; its name may not be valid text
    problem: str = ""
    remedy: str = TRY_AGAIN
    names: tuple[str, ...] = ()
    is_archive: bool = False
    is_in_export: bool = False  # part of an account export, packed or not


@dataclass(frozen=True, slots=True)
class Job:
    """One content to read: its owner, its path and its expected SHA-256."""

    athlete_id: str
    file_id: str
    path: Path
    shown: str
    names: tuple[str, ...] = ()  # within the archive at the path
    is_in_export: bool = False
    words: FormWords | None = None  # of the squad's forms, where the content may be the answers to one


@dataclass(frozen=True, slots=True)
class ColumnRows:
    """Rows of one raw table as columns: NaN, NaT or None for missing; `same` has what is the same in every row."""

    values: dict[str, np.ndarray]
    same: dict[str, Any]

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The result of reading one content: rows for the raw tables, or why there are none."""

    athlete_id: str
    file_id: str
    outcome: str  # loaded, ignored, quarantined; or unreadable, which is not stored but tried again
    format: str | None = None
    parser: str | None = None
    reason: str | None = None
    remedy: str | None = None
    is_partial: bool = False
    rows: Rows = field(default_factory=dict)
    columns: dict[str, ColumnRows] = field(default_factory=dict)  # more rows of raw.runs or raw.strength_sets
    may_be_run: bool = False  # refused or unreadable, so a run may be lost
    may_be_strength: bool = False  # likewise strength work; both where nobody can tell
    activity_date: date | None = None  # its local day, from its name or from the part that could be read
    started_at: datetime | None = None  # or the moment


def is_system_file(path: str) -> bool:
    """Whether a file of this name is a system file or a folder's readme, not a log."""
    name = re.split("[/!]", path)[-1].lower()
    return name.startswith((".", "~$")) or name in SYSTEM_FILES


def refused(job: Job, reason: str, remedy: str) -> ParsedFile:
    return ParsedFile(job.athlete_id, job.file_id, "quarantined", reason=reason, remedy=remedy, **lost_with(job.shown))


def unreadable(job: Job | FoundFile, reason: str) -> ParsedFile:
    return ParsedFile(
        job.athlete_id,
        job.file_id,
        "unreadable",
        reason=reason,
        remedy=job.remedy if isinstance(job, FoundFile) else TRY_AGAIN,
        **lost_with(job.path if isinstance(job, FoundFile) else job.shown),
    )


def lost_with(path: str) -> dict[str, Any]:
    """Whether a file of this name may hold a run, or strength work, and on which day."""
    name = re.split("[/!]", path)[-1].lower()
    hint = sports.sport_in_names(*names_below(path))
    is_strength = name.partition(".")[0] == "strength" or (hint is not None and hint.kind == sports.STRENGTH)
    is_other_log = name.partition(".")[0] in OTHER_LOGS
    return {
        "may_be_run": bool(MAY_HOLD_RUNS.search(name)) and not is_other_log and not is_strength,
        "may_be_strength": is_strength or (hint is None and bool(HOLDS_SETS.search(name))),
        "activity_date": day_of_file(path),
    }


def names_below(path: str) -> list[str]:
    """The name of a file, then its folders below the athlete's, the nearest first: ada/rides/2026.gpx -> 2026.gpx, rides.

    For a row of a table the file's name is left out: it describes the table, not the row.
    """
    return re.split("[/!]", path.split("/", 1)[-1])[::-1]


def lost_kind(sport: str | None, sub_sport: str | None) -> str:
    """The kind of sport that a file states for what was refused; unstated also for words that nobody knows."""
    said = sports.look_up(sport, sub_sport)
    return said.kind if said else sports.UNSTATED


def owner_of(named: str | None, job: Job) -> str:
    """The athlete named in the row, else the folder's owner; accents normalised as in folder names."""
    return athlete_of(named) if named else job.athlete_id

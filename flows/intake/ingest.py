"""Reads new files into the import memory: a file is identified by its content, and the same content counts once.

A night looks at every file under the input folder and reads those with new content. It forgets nothing: a file that is
gone stays counted until somebody runs `forget`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.intake import erased
from flows.intake.archive_members import archive_members
from flows.intake.configuration import (
    add_athletes_named_in_logs,
    refuse_rules_that_cannot_hold,
    remember_configuration,
    remember_form_words,
)
from flows.intake.contents import FoundFile
from flows.intake.fingerprints import all_readers
from flows.intake.folder import athlete_folders, may_be_log, scan
from flows.intake.jobs import batches, parse_all, unread_contents
from flows.intake.store import (
    changed_readers,
    create_memory,
    forget_superseded_contents,
    forget_what_changed_readers_said,
    hold_what_was_said_before_a_refusal,
    remember_paths,
    store,
)
from flows.records import FormWords
from flows.state import database

ARCHIVES = {"zip", "workbook"}  # formats of which each holds other contents
FILES_PER_TRANSACTION = 200  # the most that a killed night has to read again
Progress = Callable[[int, int], None]


class InputEmpty(Exception):
    """The input folder is empty although the last night had runners: nothing may be published."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many files are in the input folder, and how many of them were read this time."""

    files_seen: int
    files_parsed: int


def import_files(
    raw: Path,
    memory: Path,
    workers: int,
    full: bool = False,
    progress: Progress | None = None,
    allow_empty: bool = False,
    timezone: str = "UTC",
) -> ImportReport:
    """Bring the import memory up to date with the input folder.

    `full` reads every file again; `timezone` is that of whoever has none in squad.csv. `progress(done, total)` is called while
    files are read. Raises InputEmpty if no log is left, unless `allow_empty`; FileNotFoundError if the input folder does not
    exist and nothing was ever read.
    """
    found = list(scan(raw)) if raw.is_dir() else []
    with database.writer(memory) as connection:
        create_memory(connection)
        if not allow_empty:
            _refuse_an_empty_folder(connection, raw, found)
        found = erased.refuse_files(connection, found)
        readers = all_readers(connection)
        changed = readers if full else changed_readers(connection, readers)
        found += archive_members(connection, found, lists_anew=any(ARCHIVES & {*reader.formats} for reader in changed))
        remember_paths(connection, found)
        forget_what_changed_readers_said(connection, readers, changed, everything=full)
        remember_configuration(connection, raw, found)
        words = remember_form_words(connection, raw, found, timezone)
        parsed = _read_new_contents(connection, found, words, workers, progress)
        hold_what_was_said_before_a_refusal(connection)
        forget_superseded_contents(connection)
        parsed += _read_new_contents(connection, found, words, workers, progress)  # copies of a log that is gone from the root
        erased.refuse_rows(connection)
        add_athletes_named_in_logs(connection)
        refuse_rules_that_cannot_hold(connection, found)
    return ImportReport(files_seen=len(found), files_parsed=parsed)


def _refuse_an_empty_folder(connection: database.Connection, raw: Path, found: list[FoundFile]) -> None:
    """Raise InputEmpty for an empty folder: a drive that is not mounted looks the same, and must not be published."""
    if any(may_be_log(file.path) for file in found):
        return
    known = connection.execute("select path from raw.paths where is_current and is_present").fetchall()
    if any(may_be_log(path) for (path,) in known) or (
        not found and not athlete_folders(raw) and database.scalar(connection, "select count(*) from raw.athletes")
    ):
        state = "holds no log any more" if raw.is_dir() else "is not there any more"
        raise InputEmpty(
            f"the input folder {raw} {state}, and the last night had runners; is its drive mounted? "
            "If they are gone for good, run the night once with --allow-empty"
        )
    if not raw.is_dir():
        raise FileNotFoundError(f"the input folder {raw} does not exist; make it, or name another with --raw")


def _read_new_contents(
    connection: database.Connection, found: list[FoundFile], words: FormWords, workers: int, progress: Progress | None
) -> int:
    """Read and store every content that is new to the memory. Returns their number."""
    at_root, own = unread_contents(connection, found, words)
    done, total = 0, len(at_root) + len(own)
    for jobs in (at_root, own):
        for batch in batches(parse_all(jobs, workers), FILES_PER_TRANSACTION):
            store(connection, batch)
            done += len(batch)
            if progress:
                progress(done, total)
    return total

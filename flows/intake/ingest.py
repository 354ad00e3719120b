"""New files into the import memory: every file is known by its content, the same content counts once.

The memory is a DuckDB file beside the warehouse (sql/raw.sql). A night looks at every file under the input folder, reads those
whose content it has not met, and forgets nothing: a file that is gone stays counted until somebody says `forget`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from multiprocessing import get_context, parent_process
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pandas as pd

from flows.intake import bounds
from flows.intake.folder import LEADS_OUT, Closed, is_folder, is_system_folder, walk
from flows.intake.run_summary import RunSummary, summarise
from flows.intake.upgrade import fill_new_columns
from flows.readers import HEAD_BYTES, is_read_as_stream, read_content, read_stream, sports
from flows.readers.archive import DAMAGED, DEEPEST_ARCHIVE, is_archive, members_of, open_content
from flows.readers.days import ONE_ACTIVITY, day_of_file
from flows.readers.track_clock import on_one_clock
from flows.records import Activity, FileContent, ForeignFile, RefusedRow, StrengthSet, UnknownTable, UnreadableFile
from flows.settings import SQL_DIR
from flows.squad.exercise_names import ALIASES_FILE, OwnAliases, read_aliases
from flows.squad.own_rules import COLUMNS as RULE_COLUMNS
from flows.squad.own_rules import RULES_FILE, OwnRules, problem_of_people, read_rules
from flows.squad.people import SQUAD_FILE, Squad, read_squad
from flows.state import database
from flows.state.errors import is_of_data
from flows.state.retry import with_retries
from flows.texts import athlete_of, printable, storable, unheard

ROOT = ""  # the owner of a file that lies at the root of the input folder, in no athlete's
LARGEST_FILE_BYTES = 512 * 1024 * 1024  # a day of one-second GPX is 30 MB; anything near this is no running log
CHUNK_BYTES = 1 << 20
FILES_PER_TRANSACTION = 200  # what a killed night may have to read again
HICCUP_DELAYS_S = (0.2, 1.0)  # before a file that a network drive did not hand over is asked for again
UNREADABLE = "unreadable "  # in place of the SHA-256 of a file that could not be opened
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "readme.md", "readme.txt"}
MEND_VALUE = "Mend that value, or export the file again."
TRY_AGAIN = "The next night tries again; check its permissions."
# Of a whole account's export, what plainly is no log may lie there unread; what is called like a log may not.
LOG_NAME = re.compile(r"(\.(fit|gpx|tcx)(\.gz)?|activities\.csv)$", re.IGNORECASE)
SIDE_FOLDERS = {"routes": "a planned route", "media": "a photo or film", "clubs": "a club's picture"}
# An account's export is known by what lies together in a folder of it: Garmin's, Strava's, Apple's (two), Google's, Runkeeper's.
EXPORT_MARKS = ({"di_connect"}, {"activities", "activities.csv"}, {"export.xml", "export_cda.xml"}, {"workout-routes"},
                {"takeout"}, {"cardioactivities.csv"})  # fmt: skip
SAMSUNG_TABLE = "com.samsung."
CONFIGURATION_FILES = {SQUAD_FILE, RULES_FILE, ALIASES_FILE}  # read anew each night, by their name at the root

# A file of such a name may hold a run; one called like a log of other things does not.
MAY_HOLD_RUNS = re.compile(r"(\.(fit|gpx|tcx|json|csv|xml|zip)(\.gz)?|^[^.]+)$")
OTHER_LOGS = {"strength", "symptoms", "injuries", "calf_tests", "marks", "squad", "rules", "exercise_aliases"}
NO_RUNS = {"strength_csv", "strong_csv", "hevy_csv", "symptoms_csv", "injuries_csv", "calf_tests_csv", "marks_csv"}  # formats

LOG_TABLES = ("runs", "run_bins", "run_hr_bins", "run_efforts", "named_files", "strength_sessions", "strength_sets", "symptoms",
              "injuries", "calf_tests", "marks", "refused_rows")  # fmt: skip

SNAPSHOTS = {"strava_csv", "garmin_csv", "runkeeper_csv"}  # tables of a whole account: a later one says the same anew
OWN_TEXTS = ("file_id", "archive_id", "names")  # made here, not written by others
READ_SEEDS = ("sports", "export_headers")  # what readers go by, beside their code

Progress = Callable[[int, int], None]
Rows = dict[str, list[dict[str, Any]]]


class InputEmpty(Exception):
    """The input folder holds nothing, and the last night had runners: nothing may be published from that."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file under the input folder: its path below it, whose it is, its size and the SHA-256 of its content.

    A member of an archive is a file too: its path is `archive.zip!member`, and `names` lead to it within the archive.
    `problem` says why it could not be opened; its file_id is then made from the path.
    """

    path: str
    athlete_id: str
    size_bytes: int
    file_id: str
    location: Path  # the path as the system knows it, whose name may not be text
    problem: str = ""
    remedy: str = TRY_AGAIN
    names: tuple[str, ...] = ()
    is_archive: bool = False
    is_in_export: bool = False  # in the export of an account, packed or not


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one content gave: rows for the raw tables, or why it gave none."""

    athlete_id: str
    file_id: str
    outcome: str  # loaded, ignored, quarantined; unreadable is not remembered and tried again
    format: str | None = None
    parser: str | None = None
    reason: str | None = None
    remedy: str | None = None
    is_partial: bool = False
    rows: Rows = field(default_factory=dict)
    may_be_run: bool = False  # refused or unreadable, and a run may be lost with it
    activity_date: date | None = None  # its local day, by its name or by what could be read of it
    started_at: datetime | None = None  # or the moment


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many files lie in the input folder, and how many of them had to be read this time."""

    files_seen: int
    files_parsed: int


def import_files(
    raw: Path, memory: Path, workers: int, full: bool = False, progress: Progress | None = None, allow_empty: bool = False
) -> ImportReport:
    """Bring the import memory up to date with the input folder.

    `full` reads every file again. `progress(done, total)` is called while files are read. Raises InputEmpty where no log is there
    any more, unless `allow_empty`; FileNotFoundError when the input folder does not exist and nothing was ever read.
    """
    found = list(scan(raw)) if raw.is_dir() else []
    with database.writer(memory) as connection:
        create_memory(connection)
        if not allow_empty:
            _refuse_an_empty_folder(connection, raw, found)
        fingerprint = _reader_fingerprint()
        reads_anew = full or database.scalar(connection, "select value from raw.memory where key = 'readers'") != fingerprint
        found += _members(connection, found, reads_anew)
        _remember_paths(connection, found)
        if reads_anew:
            # Other readers may see more in the same bytes. Contents whose file is gone keep what was read then.
            connection.execute(
                """
                delete from raw.contents
                where outcome <> 'unreadable'
                    and exists (from raw.paths where paths.file_id = contents.file_id and is_present and is_current)
                """
            )
            _note(connection, "readers", fingerprint)
        _remember_configuration(connection, raw, found)
        parsed = _read_new_contents(connection, found, workers, progress)
        _hold_what_was_said_before_a_refusal(connection)
        _forget_superseded_contents(connection)
        parsed += _read_new_contents(connection, found, workers, progress)  # copies of a log that went from the root
        _add_athletes_named_in_logs(connection)
        _refuse_rules_for_nobody(connection, found)
    return ImportReport(files_seen=len(found), files_parsed=parsed)


def _refuse_an_empty_folder(connection: database.Connection, raw: Path, found: list[FoundFile]) -> None:
    """A drive that is not mounted looks like a folder from which everybody is gone: nothing is to be published from that."""
    if any(_may_be_log(file.path) for file in found):
        return
    known = connection.execute("select path from raw.paths where is_current and is_present").fetchall()
    if any(_may_be_log(path) for (path,) in known) or (
        not found and not _folders(raw) and database.scalar(connection, "select count(*) from raw.athletes")
    ):
        state = "holds no log any more" if raw.is_dir() else "is not there any more"
        raise InputEmpty(
            f"the input folder {raw} {state}, and the last night had runners; is its drive mounted? "
            "If they are gone for good, run the night once with --allow-empty"
        )
    if not raw.is_dir():
        raise FileNotFoundError(f"the input folder {raw} does not exist; make it, or name another with --raw")


def _may_be_log(path: str) -> bool:
    name = re.split("[/!]", path)[-1].lower()
    return path not in CONFIGURATION_FILES and not name.startswith(".") and name not in SYSTEM_FILES


def _read_new_contents(connection: database.Connection, found: list[FoundFile], workers: int, progress: Progress | None) -> int:
    """Read and store every content that the memory does not know yet. Returns how many those were."""
    at_root, own = _unread_contents(connection, found)
    done, total = 0, len(at_root) + len(own)
    for jobs in (at_root, own):
        for batch in _batches(_parse_all(jobs, workers), FILES_PER_TRANSACTION):
            _store(connection, batch)
            done += len(batch)
            if progress:
                progress(done, total)
    return total


def create_memory(connection: database.Connection) -> None:
    """The memory's tables, as this version of the program wants them."""
    database.create_tables(connection, SQL_DIR / "raw.sql", "raw")
    fill_new_columns(connection)
    _note(connection, "layout", str(database.LAYOUT))


def _note(connection: database.Connection, key: str, value: str) -> None:
    connection.execute("begin")
    connection.execute("delete from raw.memory where key = ?", [key])
    connection.execute("insert into raw.memory values (?, ?)", [key, value])
    connection.execute("commit")


def scan(raw: Path) -> Iterator[FoundFile]:
    """Every file below the input folder in a stable order, with the SHA-256 of its content."""
    closed: list[Closed] = []
    exports: set[Path] = set()
    for folder, folders, names in walk(raw, closed, CONFIGURATION_FILES):
        if folder.parent in exports or _is_export({*folders, *names}):
            exports.add(folder)
        for name in names:
            path = folder / name
            shown, athlete_id = _place_of(raw, path)
            if athlete_id == ROOT and name == "demo.toml":
                continue
            try:
                if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer all night
                    raise OSError("it is no plain file")
                is_zip, file_id = with_retries(_identify, HICCUP_DELAYS_S)(path)
                size_bytes = path.stat().st_size
            except OSError as error:
                why = f"cannot be opened: {error.strerror or error}"
                yield FoundFile(shown, athlete_id, 0, f"{UNREADABLE}{shown}", path, problem=why)
                continue
            yield FoundFile(shown, athlete_id, size_bytes, file_id, path, is_archive=is_zip, is_in_export=folder in exports)
    for refusal in closed:
        shown, athlete_id = _place_of(raw, refusal.path)
        remedy = refusal.remedy or TRY_AGAIN
        yield FoundFile(shown, athlete_id, 0, f"{UNREADABLE}{shown}", refusal.path, problem=refusal.why, remedy=remedy)


def _is_export(names: set[str]) -> bool:
    """Is the folder that holds these files and folders one of the export of an account?"""
    held = {name.lower() for name in names}
    return any(mark <= held for mark in EXPORT_MARKS) or any(name.startswith(SAMSUNG_TABLE) for name in held)


def _holds_export(paths: Iterable[str]) -> bool:
    """Likewise for any folder of an archive, whose files have these paths."""
    folders: dict[str, set[str]] = {}
    for path in paths:
        folder = ""
        for name in re.split("[/!]", path):
            folders.setdefault(folder, set()).add(name)
            folder = f"{folder}/{name}"
    return any(_is_export(names) for names in folders.values())


def _members(connection: database.Connection, found: list[FoundFile], reads_anew: bool) -> list[FoundFile]:
    """The files in all archives of the athletes' folders; an archive met before is not unpacked again."""
    connection.execute("begin")
    connection.execute(
        "delete from raw.archive_members where ? or archive_id not in (select file_id from raw.paths)", [reads_anew]
    )
    members = []
    for file in found:
        if not file.is_archive or file.athlete_id == ROOT:
            continue
        query = "select names, shown, size_bytes, file_id, problem, remedy from raw.archive_members where archive_id = ?"
        known = connection.execute(query, [file.file_id]).fetchall()
        if not known:
            known = list(_listed(file))
            columns = ("names", "shown", "size_bytes", "file_id", "problem", "remedy")
            rows = [dict(zip(columns, row, strict=True)) | {"archive_id": file.file_id} for row in known]
            _insert(connection, "archive_members", rows)
        is_in_export = file.is_in_export or _holds_export(shown for _, shown, *_ in known)
        for names, shown, size_bytes, file_id, problem, remedy in known:
            path = f"{file.path}!{shown}"
            members.append(
                FoundFile(
                    path,
                    file.athlete_id,
                    size_bytes,
                    file_id or f"{UNREADABLE}{path}",
                    file.location,
                    problem,
                    remedy,
                    tuple(json.loads(names)),
                    is_in_export=is_in_export,
                )
            )
    connection.execute("commit")
    return members


def _listed(file: FoundFile, names: tuple[str, ...] = (), shown: str = "") -> Iterator[tuple[str, str, int, str, str, str]]:
    """Rows of raw.archive_members for an archive and the archives in it; none for one that its own row refuses."""
    try:
        members = members_of(file.location, names)
    except (UnreadableFile, *DAMAGED):
        return
    for member in members:
        path, label = (*names, member.name), f"{shown}{member.shown}"
        problem, remedy, file_id, is_inner = member.problem, member.remedy, "", False
        if not problem:
            try:
                with open_content(file.location, path) as stream:
                    digest = hashlib.sha256(head := stream.read(4))
                    while chunk := stream.read(1 << 20):
                        digest.update(chunk)
                file_id, is_inner = digest.hexdigest(), is_archive(head)
            except DAMAGED as error:
                problem, remedy = f"it is damaged in the archive ({error})", "Copy or download the archive again."
        yield json.dumps(path), label, member.size_bytes, file_id, problem, remedy
        if is_inner and len(path) < DEEPEST_ARCHIVE:
            yield from _listed(file, path, f"{label}!")


def _place_of(raw: Path, path: Path) -> tuple[str, str]:
    """The path below the input folder as it is shown, and whose folder it lies in."""
    below = PurePosixPath(path.relative_to(raw).as_posix())
    is_at_root = len(below.parts) == 1 and (below.name in CONFIGURATION_FILES or not is_folder(path))
    return printable(below), ROOT if is_at_root else athlete_of(below.parts[0])


def _identify(path: Path) -> tuple[bool, str]:
    """Whether a file is an archive, and the SHA-256 of its content."""
    with path.open("rb") as stream:
        is_zip = is_archive(stream.read(4))
        stream.seek(0)
        return is_zip, hashlib.file_digest(stream, "sha256").hexdigest()


def _read_content(job: Job) -> tuple[bytes, str]:
    """What a job is about, and its SHA-256; of an archive, and of what is read as a stream, no more than its beginning."""
    with open_content(job.path, job.names) as stream:
        data = stream.read(HEAD_BYTES)
        if is_archive(data):
            return data, job.file_id
        if is_read_as_stream(data):
            digest = hashlib.sha256(data)
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
            return data, digest.hexdigest()
        data += stream.read(LARGEST_FILE_BYTES)
        return data, hashlib.sha256(data).hexdigest()


def waiting_files(raw: Path, known_sizes_bytes: dict[str, int], since: float) -> int:
    """How many files the next night will look into: new ones, and those whose size or time has changed `since` (epoch seconds).

    A look at names and sizes only, quick enough to ask at any hour.
    """
    waiting = 0
    for folder, _, names in walk(raw, [], CONFIGURATION_FILES):
        for path in (folder / name for name in names):
            shown, athlete_id = _place_of(raw, path)
            with suppress(OSError):
                now = path.stat()
                is_known = known_sizes_bytes.get(shown) == now.st_size and now.st_mtime <= since
                waiting += not is_known and not (athlete_id == ROOT and path.name == "demo.toml")
    return waiting


def note_arrivals(memory: Path, work: Path, as_of: date) -> None:
    """Remember from which day the files that no night had met were looked at, in the import memory and in tonight's tables."""
    for path in (memory, work):
        with database.writer(path) as connection:
            connection.execute("update raw.paths set first_seen = ? where first_seen is null", [as_of])


def forget(memory: Path, path: str) -> bool:
    """Stop counting what a vanished file, or all in a vanished archive, said. Returns False where no such path is missing."""
    with database.writer(memory) as connection:
        known = connection.execute(
            """
            delete from raw.paths where (path = ? or starts_with(path, ? || '!')) and is_current and not is_present returning path
            """,
            [path, path],
        ).fetchall()
        _forget_superseded_contents(connection)
    return bool(known)


def retry(memory: Path, paths: Iterable[str] = ()) -> list[str]:
    """Have the next night read refused and partly read files again; all of them where no path is named."""
    with database.writer(memory) as connection:
        wanted = list(paths)
        again = connection.execute(
            """
            select paths.path, contents.athlete_id, contents.file_id
            from raw.contents
            join raw.paths on paths.file_id = contents.file_id and paths.athlete_id = contents.athlete_id
            where (
                    contents.outcome = 'quarantined' or contents.is_partial
                    or contents.file_id in (select file_id from raw.refused_rows)
                )
                and (
                    len(?) = 0
                    or exists (
                        from unnest(?) as named (path)
                        where paths.path = named.path or starts_with(paths.path, named.path || '!')
                    )
                )
            order by paths.path
            """,
            [wanted, wanted],
        ).fetchall()
        _delete_contents(connection, [(athlete_id, file_id) for _, athlete_id, file_id in again])
    return [path for path, _, _ in again]


def acknowledge(memory: Path, path: str) -> bool:
    """Accept that a file stays refused, so that it no longer marks the night. Returns False where it is unknown."""
    with database.writer(memory) as connection:
        known = connection.execute(
            """
            update raw.paths set is_acknowledged = true
            where (path = ? or starts_with(path, ? || '!')) and is_current
            returning path
            """,
            [path, path],
        ).fetchall()
    return bool(known)


# ---------------------------------------------------------------- one file (runs in a worker process)


@dataclass(frozen=True, slots=True)
class Job:
    """One content to read: whose it is, where it lies and what it should hash to."""

    athlete_id: str
    file_id: str
    path: Path
    shown: str
    names: tuple[str, ...] = ()  # within the archive at the path
    is_in_export: bool = False


def parse_file(job: Job) -> ParsedFile:
    """Read one file and lay its rows out for the raw tables; a refusal is a result, never an exception."""
    try:
        data, file_id = with_retries(_read_content, HICCUP_DELAYS_S)(job)
        if is_archive(data):
            return _parse_archive(job)
    except UnreadableFile as refusal:
        return _refused(job, refusal.reason, refusal.remedy)
    except DAMAGED as error:
        return _unreadable(job, f"cannot be opened: {getattr(error, 'strerror', None) or error}")
    is_streamed = is_read_as_stream(data[:HEAD_BYTES])
    if len(data) > LARGEST_FILE_BYTES:
        return _refused(job, "larger than 512 MB", "Split it, or export single activities.")
    if file_id != job.file_id:
        return _unreadable(job, "changed while it was being read")
    try:
        with unheard():
            if is_streamed:
                with open_content(job.path, job.names) as stream:
                    return _lay_out(job, read_stream(stream))
            return _lay_out(job, read_content(job.names[-1] if job.names else job.path.name, data))
    except UnreadableFile as refusal:
        return _refused_or_left(job, refusal)
    except Exception as error:
        return _refused(
            job,
            f"the reader failed on it ({type(error).__name__}: {error})",
            "This is a fault of ours: please report it with the file's make of watch.",
        )


def _refused_or_left(job: Job, refusal: UnreadableFile) -> ParsedFile:
    """A refusal; but what plainly is no log, packed with others or in the export of an account, is no loss.

    A table that nobody here knows may be a log: plain, gzipped or zipped it is refused, and left aside only in such an export.
    """
    reason = f"{refusal.place}: {refusal.reason}" if refusal.place else refusal.reason
    is_no_loss = (isinstance(refusal, ForeignFile) and (job.names or job.is_in_export)) or (
        isinstance(refusal, UnknownTable) and job.is_in_export
    )
    if is_no_loss and not LOG_NAME.search(job.shown):
        return ParsedFile(job.athlete_id, job.file_id, "ignored", reason=f"no log, but a part of the export: {reason}")
    parsed = _refused(job, reason, refusal.remedy)
    is_plain = isinstance(refusal, ForeignFile) and not ONE_ACTIVITY.search(job.shown)
    return replace(
        parsed,
        may_be_run=parsed.may_be_run and refusal.may_be_run and not is_plain,
        activity_date=refusal.activity_date or parsed.activity_date,
        started_at=refusal.started_at,
    )


def _parse_archive(job: Job) -> ParsedFile:
    """An archive's own row: what is in it has rows of its own."""
    if job.athlete_id == ROOT:
        return _refused(job, "an archive at the root of the input folder is nobody's", "Move it into the athlete's folder.")
    if len(job.names) >= DEEPEST_ARCHIVE:
        return _refused(job, "an archive in an archive in an archive is not opened", "Unpack the outermost one.")
    try:
        count = len(members_of(job.path, job.names))
    except UnreadableFile as refusal:
        return _refused_or_left(job, refusal)
    except DAMAGED as error:
        return _unreadable(job, f"cannot be opened: {getattr(error, 'strerror', None) or error}")
    if not count:
        return ParsedFile(job.athlete_id, job.file_id, "ignored", "zip", "zip", "the archive is empty")
    reason = f"an archive; what became of the {count:,} files in it is said file by file"
    return ParsedFile(job.athlete_id, job.file_id, "loaded", "zip", "zip", reason)


def _refused(job: Job, reason: str, remedy: str) -> ParsedFile:
    return ParsedFile(job.athlete_id, job.file_id, "quarantined", reason=reason, remedy=remedy, **_lost_with(job.shown))


def _unreadable(job: Job | FoundFile, reason: str) -> ParsedFile:
    return ParsedFile(
        job.athlete_id,
        job.file_id,
        "unreadable",
        reason=reason,
        remedy=job.remedy if isinstance(job, FoundFile) else TRY_AGAIN,
        **_lost_with(job.path if isinstance(job, FoundFile) else job.shown),
    )


def _lost_with(path: str) -> dict[str, Any]:
    """Whether a file of this name may hold a run, and of which day."""
    name = re.split("[/!]", path)[-1].lower()
    return {
        "may_be_run": bool(MAY_HOLD_RUNS.search(name)) and name.partition(".")[0] not in OTHER_LOGS,
        "activity_date": day_of_file(path),
    }


def _lay_out(job: Job, content: FileContent) -> ParsedFile:
    """Turn what a reader says into raw rows, leaving out what is no running, walking, hiking or strength work."""
    rows: Rows = {table: [] for table in LOG_TABLES}
    ignored: list[str] = []
    for number, said in enumerate(map(on_one_clock, content.activities), start=1):
        activity = replace(said, sub_sport=said.sub_sport or sports.sub_sport_of(said.sport))
        sport = sports.look_up(activity.sport, activity.sub_sport)
        if activity.linked_file or content.format in SNAPSHOTS:
            rows["named_files"].append(_named_row(job, number, activity, sport))
        is_open = sport is None or sport.kind == sports.UNSTATED
        hint = sports.told_by_name(activity.title, *_names_below(job.shown)[activity.row is not None :]) if is_open else None
        kind = hint.kind if hint and hint.kind == sports.STRENGTH else sport.kind if sport else sports.UNSTATED
        if kind == sports.OTHER and sport:
            ignored.append(f"{sport.meaning}: only running, walking, hiking and strength work count")
        elif kind == sports.UNSTATED and activity.is_leg:
            ignored.append("a leg of a multisport activity that does not say its sport")
        elif kind == sports.STRENGTH:
            _lay_out_strength(job, content, number, activity, rows)
        else:
            _lay_out_run(job, content, number, activity, (sport, hint), rows)
    for strength_set in content.strength_sets:
        rows["strength_sets"].append(_set_row(job, content, len(rows["strength_sets"]) + 1, strength_set))
    for table in ("symptoms", "injuries", "calf_tests", "marks"):
        rows[table] = [_log_row(job, _flat(record)) for record in getattr(content, table)]
    dropped = _within_bounds(rows)
    _refuse_rows_of_others(job, rows)
    rows["refused_rows"] += [
        _refused_row(row) | {"may_be_run": content.format not in NO_RUNS and _may_be_run(row.sport)}
        for row in content.refused_rows
    ]
    for row in rows["refused_rows"]:
        row["athlete_id"] = job.athlete_id or _owner_of(row.get("athlete_id"), job)
        row["file_id"] = job.file_id

    holds_something = any(rows[table] for table in LOG_TABLES if table not in ("refused_rows", "named_files"))
    left_out = [why if times == 1 else f"{times} times {why}" for why, times in sorted(Counter(ignored).items())]
    notes = [*content.notes, *left_out, *dropped]
    if content.partly_because:
        notes.insert(0, f"partly read: {content.partly_because}")
    if content.nothing_because:
        notes.append(content.nothing_because)
    if holds_something:
        outcome, remedy = "loaded", None
        if content.partly_because:
            remedy = "If the watch or its app still has the activity, export it again and replace the file."
    elif rows["refused_rows"] or (content.partly_because and not ignored):
        outcome, remedy = "quarantined", "Export it again from the watch or its app, then replace the file."
        if rows["refused_rows"]:
            notes = notes or ["no row of it could be taken"]
            remedies = {row["remedy"] for row in rows["refused_rows"]}
            remedy = remedies.pop() if len(remedies) == 1 else "See its refused rows; mend them in the file."
    else:
        outcome, remedy = "ignored", None
    return ParsedFile(
        job.athlete_id,
        job.file_id,
        outcome,
        content.format,
        content.parser,
        "; ".join(notes) or None,
        remedy,
        is_partial=bool(content.partly_because) and holds_something,
        rows=rows,
        **_lost_with(job.shown),
    )


def _flat(record: Any) -> dict[str, Any]:
    """A record of plain values as a dict; dataclasses.asdict would copy each value deeply, at four times the cost."""
    return {name: getattr(record, name) for name in record.__slots__}


def _refused_row(row: RefusedRow) -> dict[str, Any]:
    return {
        "place": row.place,
        "reason": row.reason,
        "remedy": row.remedy,
        "row_text": row.text,
        "activity_date": row.activity_date,
        "started_at": row.started_at,
        "athlete_id": row.athlete_id,
        "may_be_run": False,
    }


def _named_row(job: Job, number: int, activity: Activity, sport: sports.Sport | None) -> dict[str, Any]:
    """A row of raw.named_files: what a table calls an activity, whatever its sport."""
    return {
        "athlete_id": job.athlete_id,
        "file_id": job.file_id,
        "activity_number": number,
        "linked_file": activity.linked_file,
        "started_at": activity.started_at,
        "started_local": activity.started_local,
        "sport_stated": activity.sport,
        "sport_kind": sport.kind if sport else None,
    }


def _names_below(path: str) -> list[str]:
    """The name of a file, then its folders below the athlete's, the nearest first: ada/rides/2026.gpx -> 2026.gpx, rides.

    The file of a table is named after what a table holds, so it speaks of none of its rows.
    """
    return re.split("[/!]", path.split("/", 1)[-1])[::-1]


def _may_be_run(sport: str | None) -> bool:
    said = sports.look_up(sport)
    return said is None or said.kind in ("run", sports.UNSTATED)


def _within_bounds(rows: Rows) -> list[str]:
    """Hold the rows of all but runs within their bounds; what was left out of them, in words for the file's own row."""
    left_out: Counter[tuple[str, str]] = Counter()
    for table in ("strength_sessions", "strength_sets", "symptoms", "injuries", "calf_tests", "marks"):
        for row in rows[table]:
            for column in bounds.hold(table, row):
                left_out[column, bounds.BOUNDS[table][column].why] += 1
    return [f"{column} left out of {times} row{'' if times == 1 else 's'}: {why}" for (column, why), times in left_out.items()]


def _lay_out_run(
    job: Job,
    content: FileContent,
    number: int,
    activity: Activity,
    told: tuple[sports.Sport | None, sports.Sport | None],
    rows: Rows,
) -> None:
    """`told`: the sport that the file states, and the one that its names speak of."""
    sport, hint = told
    key = {
        "athlete_id": _owner_of(activity.athlete_id, job),
        "file_id": job.file_id,
        "activity_number": number,
    }
    summary = summarise(activity)
    row = key | {
        "row_number": activity.row,
        "source_format": content.format.removeprefix("runs_"),
        "parser": content.parser,
        "sport_stated": activity.sport,
        "sport_kind": sport.kind if sport else None,
        "sub_sport": activity.sub_sport,
        "sport_hint": hint.word if hint else None,
        "hint_kind": hint.kind if hint else None,
        "started_at": activity.started_at,
        "started_local": activity.started_local,
        "summary_distance_m": activity.distance_m,
        "summary_distance_km_or_mi": activity.distance_km_or_mi,
        "summary_moving_s": activity.moving_s,
        "summary_elapsed_s": activity.elapsed_s,
        "summary_ascent_m": activity.ascent_m,
        "summary_descent_m": activity.descent_m,
        "summary_ascent_m_or_ft": activity.ascent_m_or_ft,
        "summary_descent_m_or_ft": activity.descent_m_or_ft,
        "summary_avg_heart_rate_bpm": activity.avg_heart_rate_bpm,
        "summary_steps": activity.steps,
        "rpe": activity.rpe,
        "carried_kg": activity.carried_kg,
        "title": activity.title,
        "gear": activity.gear,
        "note": activity.note,
        "notes": (*activity.notes, *(summary.notes if summary else ())),
    }
    details = _details_of(key, summary) if summary else {}
    track = _track_columns(summary) if summary else {}
    if bounds.is_track_possible(track, details):
        row |= track
        row |= _start_of_track(row, summary)
    else:
        details = {}
        row["notes"] = (*activity.notes, "track_dropped")
    _count_steps(row, activity)
    bounds.hold_run(row)
    for table, lines in (details if row.get("track_points") else _one_bin(key, row)).items():
        rows[table] += lines
    rows["runs"].append(row)


def _count_steps(row: dict[str, Any], activity: Activity) -> None:
    """The steps of a file that gives its cadence alone."""
    cadence_spm, moving_s = activity.avg_cadence_spm, activity.moving_s
    if activity.steps is None and cadence_spm and moving_s is not None:
        if bounds.is_possible(cadence_spm, bounds.CADENCE):
            row["summary_steps"] = cadence_spm * moving_s / 60
        else:
            row["notes"] = (*row["notes"], "cadence_dropped")


def _track_columns(summary: RunSummary) -> dict[str, Any]:
    return {
        "track_distance_m": summary.distance_m,
        "track_moving_s": summary.moving_s,
        "track_elapsed_s": summary.elapsed_s,
        "track_pause_s": summary.pause_s,
        "track_gap_s": summary.gap_s,
        "track_unmeasured_s": summary.unmeasured_s,
        "track_ascent_m": summary.ascent_m,
        "track_descent_m": summary.descent_m,
        "track_avg_heart_rate_bpm": summary.avg_heart_rate_bpm,
        "track_avg_cadence_spm": summary.avg_cadence_spm,
        "track_steps": summary.steps,
        "cadence_factor": summary.cadence_factor,
        "track_points": summary.points,
        "spike_points": summary.spike_points,
    }


def _start_of_track(row: dict[str, Any], summary: RunSummary | None) -> dict[str, Any]:
    """The start of the track, where the file's own is none or cannot be true."""
    limits = bounds.BOUNDS["runs"]
    stated = [name for name in ("started_at", "started_local") if row[name] is not None]
    if summary is None or (stated and all(bounds.is_possible(row[name], limits[name]) for name in stated)):
        return {}
    if not bounds.EARLIEST.timestamp() <= summary.started_at_s <= bounds.LATEST.timestamp():
        return {}
    notes = (*row["notes"], "start_dropped") if stated else row["notes"]
    started_at = pd.Timestamp(summary.started_at_s, unit="s", tz="UTC").to_pydatetime()
    return {"started_at": started_at, "started_local": None, "notes": notes}


def _details_of(key: dict[str, Any], summary: RunSummary) -> Rows:
    """The bins and best efforts of a track."""
    bins = {"run_bins": summary.speed_bins, "run_hr_bins": summary.heart_rate_bins}
    details: Rows = {
        table: [key | {str(name): value for name, value in bin_.items()} for bin_ in frame.to_dict("records")]
        for table, frame in bins.items()
    }
    details["run_efforts"] = [
        key | {"duration_s": seconds, "distance_m": metres} for seconds, metres in summary.best_efforts_m.items()
    ]
    return details


def _one_bin(key: dict[str, Any], row: dict[str, Any]) -> Rows:
    """A run known by its totals alone is one bin: all of it at its mean speed and mean heart rate."""
    metres, seconds = row["summary_distance_m"], row["summary_moving_s"]
    if metres is None or not seconds or seconds < 0 or not bounds.is_running(metres, seconds):
        return {}
    whole = key | {"seconds": seconds, "steps": row["summary_steps"], "metres": metres}
    bins: Rows = {"run_bins": [whole | {"speed_bin": int(metres / seconds / 0.2 + 1e-9), "grade_bin": 0}]}
    if heart_rate_bpm := row["summary_avg_heart_rate_bpm"]:
        beats = heart_rate_bpm * seconds / 60
        bins["run_hr_bins"] = [whole | {"heart_rate_bin_bpm": int(heart_rate_bpm // 5 * 5), "beats": beats}]
    if not bounds.is_track_possible({}, bins):
        return {}
    return bins


def _lay_out_strength(job: Job, content: FileContent, number: int, activity: Activity, rows: Rows) -> None:
    rows["strength_sessions"].append(
        {
            "athlete_id": job.athlete_id,
            "file_id": job.file_id,
            "activity_number": number,
            "started_at": activity.started_at,
            "started_local": activity.started_local,
            "duration_s": activity.elapsed_s or activity.moving_s,
            "avg_heart_rate_bpm": activity.avg_heart_rate_bpm,
            "sets": len(activity.sets),
        }
    )
    for strength_set in activity.sets:
        rows["strength_sets"].append(_set_row(job, content, len(rows["strength_sets"]) + 1, strength_set))


def _set_row(job: Job, content: FileContent, set_row: int, strength_set: StrengthSet) -> dict[str, Any]:
    row = _log_row(job, _flat(strength_set))
    return row | {"set_row": set_row, "source_format": content.format.removeprefix("strength_")}


def _log_row(job: Job, record: dict[str, Any]) -> dict[str, Any]:
    record["row_number"] = record.pop("row")
    return record | {"athlete_id": _owner_of(record["athlete_id"], job), "file_id": job.file_id}


def _owner_of(named: str | None, job: Job) -> str:
    """The athlete whom a row names, else the one in whose folder it lies; accents in one spelling, as of the folders."""
    return athlete_of(named) if named else job.athlete_id


def _refuse_rows_of_others(job: Job, rows: Rows) -> None:
    """A row at the root has to name its athlete; a row in an athlete's folder may name nobody else."""
    for table in (table for table in LOG_TABLES if table != "refused_rows"):
        kept = []
        for row in rows[table]:
            athlete_id = row["athlete_id"]
            if athlete_id and job.athlete_id in (ROOT, athlete_id):
                kept.append(row)
            elif table not in ("run_bins", "run_hr_bins", "run_efforts", "named_files"):  # these go with their run
                if athlete_id:
                    reason = f"the row names {athlete_id!r} but the file lies in the folder of {job.athlete_id!r}"
                    remedy = "Move the row, or move the file to the root of the input folder."
                else:
                    reason = "it names no athlete and lies in no athlete's folder"
                    remedy = "Add an athlete_id column, or move the file into the athlete's folder."
                place = f"row {row['row_number']}" if row.get("row_number") else f"activity {row.get('activity_number', 1)}"
                rows["refused_rows"].append(
                    {
                        "place": place,
                        "reason": reason,
                        "remedy": remedy,
                        "row_text": "",
                        "may_be_run": table == "runs",
                        "started_at": row.get("started_at"),
                        "activity_date": row["started_local"].date() if row.get("started_local") else None,
                    }
                )
        rows[table] = kept


# ---------------------------------------------------------------- the memory


def _remember_paths(connection: database.Connection, found: list[FoundFile]) -> None:
    """Compare the folder with what the memory holds of it: new, moved, changed and vanished files."""
    connection.register(
        "found",
        pd.DataFrame([asdict(file) for file in found], columns=["path", "athlete_id", "size_bytes", "file_id", "problem"]),
    )
    connection.execute("begin")
    # What could not be opened last night is tried anew; what still cannot be stays acknowledged.
    connection.execute(
        "delete from raw.paths where starts_with(file_id, ?) and (path, file_id) not in (select path, file_id from found)",
        [UNREADABLE],
    )
    connection.execute("delete from raw.contents where outcome = 'unreadable'")
    # A content is as old as its first path, whatever it is called now.
    connection.execute(
        """
        create or replace temp table arrivals as
        select athlete_id, file_id, min(first_seen) as first_seen from raw.paths group by athlete_id, file_id
        """
    )
    # A moved file: its path is gone and the same content lies at a path not met before. Of the squad's own files the name counts.
    connection.execute(
        """
        delete from raw.paths
        where path not in (select path from found)
            and file_id in (select file_id from found where path not in (select path from raw.paths))
            and not list_contains(?, path)
        """,
        [sorted(CONFIGURATION_FILES)],
    )
    connection.execute("update raw.paths set is_present = path in (select path from found)")
    # A path that cannot be opened says nothing new: what it said before stays.
    connection.execute(
        """
        update raw.paths set is_current = paths.file_id = found.file_id, is_held = false
        from found where found.path = paths.path and found.problem = ''
        """
    )
    connection.execute(
        """
        insert into raw.paths (path, file_id, athlete_id, size_bytes, is_current, is_present, first_seen, arrival)
        select
            found.path, found.file_id, found.athlete_id, found.size_bytes, true, true, arrivals.first_seen,
            (select coalesce(max(arrival), 0) + 1 from raw.paths)
        from found
        left join arrivals on found.athlete_id = arrivals.athlete_id and found.file_id = arrivals.file_id
        anti join raw.paths on found.path = paths.path and found.file_id = paths.file_id
        """
    )
    _store_outcomes(connection, [_unreadable(file, file.problem) for file in found if file.problem])
    connection.execute("commit")
    connection.unregister("found")


def _hold_what_was_said_before_a_refusal(connection: database.Connection) -> None:
    """A path whose new content is refused goes on saying what it said: a broken copy of a log is no rest."""
    connection.execute(
        """
        update raw.paths set is_current = true, is_held = true
        where not is_current and (path, file_id) in (
            select (before.path, arg_max(before.file_id, coalesce(before.arrival, 0)))
            from raw.paths as before
            join raw.contents as said
                on said.file_id = before.file_id and said.athlete_id = before.athlete_id and said.outcome = 'loaded'
            join raw.paths as now on now.path = before.path and now.is_current
            join raw.contents as refused
                on refused.file_id = now.file_id and refused.athlete_id = now.athlete_id and refused.outcome = 'quarantined'
            where not before.is_current and not list_contains(?, before.path)
            group by before.path
        )
        """,
        [sorted(CONFIGURATION_FILES)],  # of those each row is remembered
    )


def _forget_superseded_contents(connection: database.Connection) -> None:
    """Drop the rows of every content that no current path holds for that athlete any more."""
    gone = connection.execute(
        """
        select athlete_id, file_id from raw.contents
        where not exists (
            from raw.paths
            where paths.file_id = contents.file_id and paths.is_current and paths.athlete_id = contents.athlete_id
        )
        """
    ).fetchall()
    # With a log at the root go the rows of its copies in athletes' folders: those are read again.
    left_root = {file_id for athlete_id, file_id in gone if athlete_id == ROOT}
    gone += [
        (athlete_id, file_id)
        for athlete_id, file_id in connection.execute("select athlete_id, file_id from raw.contents").fetchall()
        if file_id in left_root and athlete_id != ROOT
    ]
    connection.execute("begin")
    _delete_rows(connection, gone)
    _delete_contents(connection, gone)
    connection.execute("commit")


def _remember_configuration(connection: database.Connection, raw: Path, found: list[FoundFile]) -> None:
    """Everyone in squad.csv and everyone with a folder, the squad's own rules and names.

    Read anew each night; what cannot be read, or is gone and not forgotten, holds as it was last read, as logs do.
    """
    hidden = {file.path for file in found if file.problem == LEADS_OUT}
    paths = [raw / name if name not in hidden else Path(os.devnull) for name in (SQUAD_FILE, RULES_FILE, ALIASES_FILE)]
    squad, rules, aliases = read_squad(paths[0]), read_rules(paths[1]), read_aliases(paths[2])
    athletes = [
        *(row | {"is_in_squad_file": True} for row in squad.athletes),
        *_still_holding(connection, raw / SQUAD_FILE, squad, "raw.athletes where is_in_squad_file", "athlete_id", squad.athletes),
    ]
    overrides = [
        *rules.overrides,
        *_still_holding(connection, raw / RULES_FILE, rules, "raw.rule_overrides where row_number > 0", "key", rules.overrides),
    ]
    names = [
        *aliases.aliases,
        *_still_holding(connection, raw / ALIASES_FILE, aliases, "raw.exercise_aliases", "alias", aliases.aliases),
    ]
    folders = {athlete_of(folder.name) for folder in _folders(raw)}
    athletes += [
        {"athlete_id": name, "is_in_squad_file": False} for name in sorted(folders - {row["athlete_id"] for row in athletes})
    ]
    connection.execute("begin")
    for table, rows in (("athletes", athletes), ("rule_overrides", overrides), ("exercise_aliases", names)):
        connection.execute(f"delete from raw.{table}")
        _insert(connection, table, rows)
    connection.execute("commit")
    for file in found:
        if file.path in CONFIGURATION_FILES and not file.problem:
            said = squad if file.path == SQUAD_FILE else rules if file.path == RULES_FILE else aliases
            outcome = "quarantined" if said.refused_because else "loaded"
            name = file.path.replace(".", "_")
            refused = [_refused_row(row) | {"athlete_id": ROOT, "file_id": file.file_id} for row in said.refused_rows]
            remedy = said.remedy and f"{said.remedy} What it said last holds until then."
            parsed = ParsedFile(
                ROOT, file.file_id, outcome, name, "csv", said.refused_because, remedy, rows={"refused_rows": refused}
            )
            _store(connection, [parsed])


def _still_holding(
    connection: database.Connection, path: Path, said: Squad | OwnRules | OwnAliases, kept: str, key: str, new: Iterable[Any]
) -> list[dict[str, Any]]:
    """Of what a file of the squad said last: all while it cannot be read or is gone, else what stands on its broken rows now."""
    before = database.rows(connection, f"from {kept}")
    if said.refused_because or not path.is_file():
        is_known = database.scalar(connection, "select count(*) from raw.paths where path = ? and is_current", [path.name])
        return before if is_known else []
    scope = (key, "athlete_id", "squad") if key == "key" else (key,)
    read = {tuple(row.get(name) for name in scope) for row in new}
    return [row for row in before if row[key] in said.broken and tuple(row[name] for name in scope) not in read]


def _folders(raw: Path) -> list[Path]:
    """The folders of athletes; one that is called like a table of the squad is none."""
    found = raw.iterdir() if raw.is_dir() else ()
    return [
        path for path in found if is_folder(path) and not is_system_folder(path.name) and path.name not in CONFIGURATION_FILES
    ]


def _add_athletes_named_in_logs(connection: database.Connection) -> None:
    """A log at the root may name athletes who have neither a row in squad.csv nor a folder."""
    for table in ("runs", "strength_sets", "symptoms", "injuries", "calf_tests", "marks"):
        connection.execute(
            f"""
            insert into raw.athletes (athlete_id, is_in_squad_file)
            select distinct athlete_id, false from raw.{table} anti join raw.athletes using (athlete_id)
            """
        )


def _refuse_rules_for_nobody(connection: database.Connection, found: list[FoundFile]) -> None:
    """A rule for an athlete or a squad that nobody has heard of would hold for nobody, silently: its row is refused."""
    file_id = next((file.file_id for file in found if file.path == RULES_FILE and not file.problem), None)
    squads = {
        row["athlete_id"]: row["squad"] or "all"
        for row in database.rows(connection, "select athlete_id, squad from raw.athletes")
    }
    connection.execute("begin")
    for rule in database.rows(connection, "from raw.rule_overrides order by row_number"):
        if problem := problem_of_people(rule["athlete_id"], rule["squad"], squads):
            text = ",".join(rule[name] or "" for name in RULE_COLUMNS)
            row = RefusedRow(f"row {rule['row_number']}", problem, "The rule holds for nobody until it is mended.", text)
            _insert(connection, "refused_rows", [_refused_row(row) | {"athlete_id": ROOT, "file_id": file_id}])
            connection.execute("delete from raw.rule_overrides where row_number = ?", [rule["row_number"]])
    connection.execute("commit")


def _reader_fingerprint() -> str:
    """Changes with the code and the tables that decide what is read out of the same bytes."""
    flows = Path(__file__).parents[1]
    sources = [
        *sorted((flows / "readers").rglob("*.py")),
        *sorted((flows / "intake").glob("*.py")),
        flows / "records.py",
        flows / "texts.py",
    ]
    sources += [SQL_DIR / "raw.sql", *(SQL_DIR / "seeds" / f"{name}.csv" for name in READ_SEEDS)]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _unread_contents(connection: database.Connection, found: list[FoundFile]) -> tuple[list[Job], list[Job]]:
    """One job for each owner and content not read yet: logs at the root, then the athletes' own files.

    The rows of a log at the root and of an athlete's copy of it are told apart by nothing but their athlete, so a copy is
    read (again) after the one at the root. Large files come first, so that both cores end together.
    """
    read = set(connection.execute("select athlete_id, file_id from raw.contents").fetchall())
    new_at_root = {file.file_id for file in found if file.athlete_id == ROOT and (ROOT, file.file_id) not in read}
    jobs: dict[tuple[str, str], tuple[int, Job]] = {}
    outcomes = []
    for file in found:
        key = (file.athlete_id, file.file_id)
        if file.problem or key in jobs or file.path in CONFIGURATION_FILES or (key in read and file.file_id not in new_at_root):
            continue
        name = re.split("[/!]", file.path)[-1].lower()
        if name.startswith(".") or name in SYSTEM_FILES:
            read.add(key)
            outcomes.append(ParsedFile(*key, "ignored", reason="a system file or a note, no log"))
            continue
        side = next((SIDE_FOLDERS[part] for part in re.split("[/!]", file.path.lower())[1:-1] if part in SIDE_FOLDERS), None)
        if side and (file.names or file.is_in_export):
            read.add(key)
            outcomes.append(ParsedFile(*key, "ignored", reason=f"{side}, a part of the export and no log"))
            continue
        jobs[key] = (file.size_bytes, Job(*key, file.location, file.path, file.names, file.is_in_export))
    _store(connection, outcomes)
    # An archive within an archive is held in memory: its files come one after the other.
    by_size = [job for _, job in sorted(jobs.values(), key=lambda sized: (sized[1].names[:-1], -sized[0], sized[1].shown))]
    return [job for job in by_size if job.athlete_id == ROOT], [job for job in by_size if job.athlete_id != ROOT]


def _parse_all(jobs: list[Job], workers: int) -> Iterator[ParsedFile]:
    """Read the files on all cores. A file that kills its worker is read once more alone, then refused."""
    if workers == 1 or len(jobs) < 2:  # noqa: PLR2004
        yield from map(parse_file, jobs)
        return
    unfinished = dict.fromkeys(jobs)
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])  # the readers are imported once, not once for each worker
    try:
        with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context, initializer=_live_and_die_with_the_night) as pool:
            futures = {pool.submit(parse_file, job): job for job in jobs}
            for future in as_completed(futures):
                parsed = future.result()
                del unfinished[futures.pop(future)]
                yield parsed
    except BrokenProcessPool:
        for job in unfinished:
            yield _parse_alone(job)


def _live_and_die_with_the_night() -> None:
    """In a reader: Ctrl-C is for the night to heed, and a night that is killed leaves no reader behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow() -> None:
        if night := parent_process():
            night.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _parse_alone(job: Job) -> ParsedFile:
    try:
        with ProcessPoolExecutor(1, get_context("forkserver"), initializer=_live_and_die_with_the_night) as pool:
            return pool.submit(parse_file, job).result()
    except BrokenProcessPool:
        return _refused(job, "reading it killed the reader", "Export it again, or leave it out; please report it.")


def _batches(results: Iterable[ParsedFile], size: int) -> Iterator[list[ParsedFile]]:
    batch: list[ParsedFile] = []
    for result in results:
        batch.append(result)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _store(connection: database.Connection, batch: list[ParsedFile]) -> None:
    """One transaction: the rows of these contents replace whatever the memory held of them.

    Where the tables do not take a value, the contents are stored one by one, and the one that holds it is refused.
    """
    if not batch:
        return
    connection.execute("begin")
    try:
        _delete_rows(connection, [(parsed.athlete_id, parsed.file_id) for parsed in batch])
        _store_outcomes(connection, batch)
        for table in LOG_TABLES:
            _insert(connection, table, [row for parsed in batch for row in parsed.rows.get(table, [])])
        connection.execute("commit")
    except (duckdb.Error, ValueError, TypeError, OverflowError) as error:
        connection.execute("rollback")
        if isinstance(error, duckdb.Error) and not is_of_data(error):
            raise
        for parsed in batch:
            if len(batch) > 1:
                _store(connection, [parsed])
            elif parsed.rows:
                _store(connection, [_beyond_the_tables(parsed, error)])
            else:
                raise


def _beyond_the_tables(parsed: ParsedFile, error: Exception) -> ParsedFile:
    said = " ".join(str(error).partition("Stack Trace")[0].split())[:200]
    reason = f"it holds a value that no table takes ({said})"
    return replace(parsed, outcome="quarantined", reason=reason, remedy=MEND_VALUE, is_partial=False, rows={})


def _store_outcomes(connection: database.Connection, batch: list[ParsedFile]) -> None:
    """What became of each content, in place of what was known of it."""
    _delete_contents(connection, [(parsed.athlete_id, parsed.file_id) for parsed in batch])
    columns = ("athlete_id", "file_id", "format", "parser", "outcome", "reason", "remedy", "is_partial", "may_be_run",
               "activity_date", "started_at")  # fmt: skip
    _insert(connection, "contents", [{name: getattr(parsed, name) for name in columns} for parsed in batch])


def _delete_contents(connection: database.Connection, contents: list[tuple[str, str]]) -> None:
    connection.execute(
        "delete from raw.contents where (athlete_id, file_id) in (select unnest(?), unnest(?))",
        [[athlete_id for athlete_id, _ in contents], [file_id for _, file_id in contents]],
    )


def _delete_rows(connection: database.Connection, contents: list[tuple[str, str]]) -> None:
    """Drop the rows of these contents; those of a log at the root name other athletes than its owner."""
    owners, files = [athlete_id for athlete_id, _ in contents], [file_id for _, file_id in contents]
    for table in LOG_TABLES:
        connection.execute(
            f"""
            delete from raw.{table}
            using (select unnest(?) as owner_id, unnest(?) as file_id) as gone
            where {table}.file_id = gone.file_id and gone.owner_id in ('', {table}.athlete_id)
            """,
            [owners, files],
        )


def _insert(connection: database.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = {name: kind for name, kind, *_ in connection.execute(f"describe raw.{table}").fetchall()}
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    frame = frame.where(frame.notna(), None)
    for name, kind in columns.items():
        if kind == "VARCHAR" and name not in OWN_TEXTS:
            frame[name] = [storable(value) if isinstance(value, str) else value for value in frame[name]]
    connection.register("new_rows", frame)
    connection.execute(f"insert into raw.{table} select * from new_rows")
    connection.unregister("new_rows")

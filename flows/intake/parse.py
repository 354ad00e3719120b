"""Reads one content in a worker process: finds its format and lays it out for the raw tables, or refuses it with a reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from flows.intake.contents import (
    HICCUP_DELAYS_S,
    ROOT,
    FoundFile,
    Job,
    ParsedFile,
    is_system_file,
    lost_kind,
    refused,
    unreadable,
)
from flows.intake.lay_out import lay_out
from flows.readers.archive import DAMAGED, DEEPEST_ARCHIVE, holds_sheets, is_archive, members_of, open_content
from flows.readers.days import ONE_ACTIVITY
from flows.readers.sniff import HEAD_BYTES, is_log_sheet, is_read_as_stream, read_content, read_stream
from flows.readers.sports import STRENGTH, UNSTATED
from flows.records import ForeignFile, ForeignSheet, UnknownTable, UnreadableFile
from flows.state.retry import with_retries
from flows.texts import without_stderr

LARGEST_FILE_BYTES = 512 * 1024 * 1024  # a day of one-second GPX is 30 MB; a file near this size is not a running log
CHUNK_BYTES = 1 << 20
LOCK_OF_EXCEL = "~$"
WORKBOOK_ENDINGS = (".xls", ".ods")  # one that is damaged is not called a zip
MOST_SHOWN = 8  # sheets in one reason
# In an account export, what is plainly not a log may be ignored; a file named like a log may not.
LOG_NAME = re.compile(r"(\.(fit|gpx|tcx)(\.gz)?|activities\.csv)$", re.IGNORECASE)
SIDE_FOLDERS = {"routes": "a planned route", "media": "a photo or film", "clubs": "a club's picture"}


def why_ignored_by_name(file: FoundFile) -> str:
    """Why a file is not a log, judged by its name or its place in an export without opening it; empty for all others."""
    parts = re.split("[/!]", file.path.lower())
    if parts[-1].startswith(LOCK_OF_EXCEL):
        return "a sign of Excel that somebody has the workbook open, not a log; it goes away when the workbook is closed"
    if is_system_file(file.path):
        return "a system file or a note, not a log"
    side = next((SIDE_FOLDERS[part] for part in parts[1:-1] if part in SIDE_FOLDERS), None)
    return f"{side}, a part of the export and not a log" if side and (file.names or file.is_in_export) else ""


def parse_file(job: Job) -> ParsedFile:
    """Read one file and lay out its rows for the raw tables; a refusal is a result, never an exception."""
    try:
        data, file_id = with_retries(_read_content, HICCUP_DELAYS_S)(job)
        if is_archive(data):
            return _parse_archive(job)
    except UnreadableFile as refusal:
        return refused(job, refusal.reason, refusal.remedy)
    except DAMAGED as error:
        return unreadable(job, f"cannot be opened: {getattr(error, 'strerror', None) or error}")
    is_streamed = is_read_as_stream(data[:HEAD_BYTES])
    if len(data) > LARGEST_FILE_BYTES:
        return refused(job, "larger than 512 MB", "Split it, or export single activities.")
    if file_id != job.file_id:
        return unreadable(job, "changed while it was being read")
    try:
        with without_stderr():
            if is_streamed:
                with open_content(job.path, job.names) as stream:
                    return lay_out(job, read_stream(stream))
            name, within = _names_of(job)
            return lay_out(job, read_content(name, data, within, job.words))
    except UnreadableFile as refusal:
        return _refused_or_left(job, refusal)
    except Exception as error:
        return refused(
            job,
            f"the reader failed on it ({type(error).__name__}: {error})",
            "This is a fault of ours: please report it with the file's make of watch.",
        )


def _read_content(job: Job) -> tuple[bytes, str]:
    """The content of a job and its SHA-256; only the beginning of an archive or of a file that is read as a stream."""
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


def _refused_or_left(job: Job, refusal: UnreadableFile) -> ParsedFile:
    """The result for a content that no reader takes: refused, or ignored if nothing can be lost.

    What is plainly not a log is ignored in an archive or an account export. An unknown table may be a log: it is ignored in an
    account export only, and otherwise refused, whether plain, gzipped or zipped.
    """
    reason = f"{refusal.place}: {refusal.reason}" if refusal.place else refusal.reason
    is_no_loss = (isinstance(refusal, ForeignFile) and (job.names or job.is_in_export)) or (
        isinstance(refusal, UnknownTable) and job.is_in_export
    )
    if is_no_loss and not LOG_NAME.search(job.shown):
        part = "" if isinstance(refusal, ForeignSheet) else ", but a part of the export"
        return ParsedFile(job.athlete_id, job.file_id, "ignored", reason=f"not a log{part}: {reason}")
    parsed = refused(job, reason, refusal.remedy)
    is_plain = isinstance(refusal, ForeignFile) and not ONE_ACTIVITY.search(job.shown)
    kind = lost_kind(refusal.sport, refusal.sub_sport)
    is_open = kind == UNSTATED and not is_plain
    return replace(
        parsed,
        may_be_run=parsed.may_be_run and refusal.may_be_run and not is_plain and kind in ("run", UNSTATED),
        may_be_strength=refusal.may_be_strength or kind == STRENGTH or (is_open and parsed.may_be_strength),
        activity_date=refusal.activity_date or parsed.activity_date,
        started_at=refusal.started_at,
    )


def _names_of(job: Job) -> tuple[str, str]:
    """The name of a content, and of what it lies in."""
    *_, within, name = "", job.path.name, *job.names
    return name, within


def _parse_workbook(job: Job) -> ParsedFile:
    """The row of the workbook itself; its sheets have their own rows. It is refused if none of them is a log."""
    members = members_of(job.path, job.names)
    sheets = {}
    for member in members:
        with open_content(job.path, (*job.names, member.name)) as stream:
            sheets[member.name] = stream.read()
    within = _names_of(job)[0]
    if not members:
        return ParsedFile(job.athlete_id, job.file_id, "ignored", "workbook", "calamine", "no sheet of it holds anything")
    if not any(is_log_sheet(name, within, data, job.words) for name, data in sheets.items()):
        names = ", ".join(member.shown for member in members[:MOST_SHOWN])
        return refused(
            job,
            f"no sheet of it has the headings of a log we know: {names}",
            "Name the columns as in the README, for instance started_at, distance_km, moving_time, on a sheet that shows.",
        )
    reason = f"a workbook; what became of its {len(members):,} filled sheets is said sheet by sheet"
    return ParsedFile(job.athlete_id, job.file_id, "loaded", "workbook", "calamine", reason)


def _parse_archive(job: Job) -> ParsedFile:
    """The row of the archive itself; the files in it have their own rows."""
    if holds_sheets(job.path, job.names):
        return _parse_workbook(job)
    if job.athlete_id == ROOT and not job.path.suffix.lower().startswith(WORKBOOK_ENDINGS):
        return refused(job, "an archive at the root of the input folder is nobody's", "Move it into the athlete's folder.")
    if len(job.names) >= DEEPEST_ARCHIVE:
        return refused(job, "an archive in an archive in an archive is not opened", "Unpack the outermost one.")
    try:
        count = len(members_of(job.path, job.names))
    except UnreadableFile as refusal:
        return _refused_or_left(job, refusal)
    except DAMAGED as error:
        return unreadable(job, f"cannot be opened: {getattr(error, 'strerror', None) or error}")
    if not count:
        return ParsedFile(job.athlete_id, job.file_id, "ignored", "zip", "zip", "the archive is empty")
    reason = f"an archive; what became of the {count:,} files in it is said file by file"
    return ParsedFile(job.athlete_id, job.file_id, "loaded", "zip", "zip", reason)

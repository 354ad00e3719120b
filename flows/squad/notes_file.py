"""Appends one row to notes.csv, the only file of the input folder that we write. What stands in it stays byte for byte."""

from __future__ import annotations

import codecs
import csv
import io
import os
from datetime import date
from pathlib import Path

from flows.readers.cells import decode
from flows.readers.own_logs import header_of, read_own_log
from flows.records import CoachNote, UnreadableFile
from flows.state.lock import held_briefly
from flows.texts import LONGEST_TEXT, storable

FILE = "notes.csv"
COLUMNS = ("date", "athlete_id", "kind", "until", "text")
NEW_FILE_MODE = 0o640
# A spreadsheet runs a cell that begins so; behind a blank it is text, and our reader takes the blank away.
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@")


class CannotNote(Exception):
    """The note cannot be written; the message says why and what to do. Nothing was changed."""


def note_of(athlete_id: str, text: str, kind: str, until: date | None, day: date) -> CoachNote:
    """A note as its row will be read again. Raises CannotNote for one that notes.csv would refuse."""
    said = " ".join(storable(text[: LONGEST_TEXT + 1]).split())
    if len(text) > LONGEST_TEXT:
        raise CannotNote(
            f"the text has {len(text):,} characters, and {LONGEST_TEXT:,} are kept; write it shorter, or as two notes"
        )
    if not said and kind == "note":
        raise CannotNote("the text is empty")
    if kind == "quiet_until" and until is None:
        raise CannotNote("quiet_until needs its last day: --until 2026-12-03")
    if kind != "quiet_until" and until is not None:
        raise CannotNote(f"--until belongs to --kind quiet_until, not to {kind}")
    if until is not None and until < day:
        raise CannotNote(f"--until {until} is before the day of the note, {day}")
    return CoachNote(day, kind, until, said or None, athlete_id=athlete_id)


def append_note(raw: Path, lock: Path, note: CoachNote) -> Path:
    """Append the note to the file, or begin the file with it: written under a temporary name, then renamed. Returns its path.

    Raises CannotNote where the file is not one of notes, and lock.NightIsRunning if another note is being written for long.
    """
    path = raw / FILE
    if not raw.is_dir():
        raise CannotNote(f"the input folder {raw} does not exist; make it, or name another with --raw")
    with held_briefly(lock):
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise CannotNote(f"{path} is not a plain file; nothing is written through a link")
        before = path.read_bytes() if path.exists() else b""
        after = before + _row_after(before, note)
        _check(before, after, note, path)
        _replace(path, after)
    return path


def _row_after(before: bytes, note: CoachNote) -> bytes:
    """The bytes to append: in the file's encoding, with its delimiter, columns and line ends; with headings for an empty file."""
    encoding = _encoding_of(before)
    text, _ = decode(before)
    header = header_of(text)
    delimiter, names = header or (",", list(COLUMNS))
    needed = {"date", "athlete_id", "kind", *({"until"} if note.until_date else ()), *({"text"} if note.text else ())}
    if missing := sorted(needed - set(names)):
        raise CannotNote(f"{FILE} has no column {missing[0]}; add it to the first row (found: {', '.join(names)[:200]})")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    cells = {
        "date": str(note.note_date),
        "athlete_id": note.athlete_id or "",
        "kind": note.kind,
        "until": str(note.until_date or ""),
        "text": _harmless(note.text or ""),
    }
    # Of a column that is given twice, the first one counts.
    row = [cells.get(name, "") if names.index(name) == place else "" for place, name in enumerate(names)]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end)
    if header is None:
        writer.writerow(COLUMNS)
    writer.writerow(row)
    joint = end if text and not text.endswith(("\n", "\r")) else ""
    try:
        return (joint + written.getvalue()).encode(encoding)
    except UnicodeEncodeError as error:
        raise CannotNote(
            f"{FILE} is written as {encoding}, which has no {error.object[error.start]!r}; save it as CSV in UTF-8"
        ) from error


def _harmless(text: str) -> str:
    return f" {text}" if text.startswith(RUN_BY_SPREADSHEETS) else text


def _encoding_of(data: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _check(before: bytes, after: bytes, note: CoachNote, path: Path) -> None:
    """Raise CannotNote unless the file read back holds what it held and the note: an open quotation mark would swallow it."""
    try:
        earlier = read_own_log(before, "notes_csv").coach_notes if before.strip(codecs.BOM_UTF8 + b" \t\r\n") else ()
        now = read_own_log(after, "notes_csv").coach_notes
    except UnreadableFile as error:
        raise CannotNote(f"{path} cannot be read as notes ({error.place}: {error.reason}); {error.remedy}") from error
    added = now[len(earlier) :]
    said = [(one.note_date, one.athlete_id, one.kind, one.until_date, one.text) for one in added]
    if now[: len(earlier)] != earlier or said != [(note.note_date, note.athlete_id, note.kind, note.until_date, note.text)]:
        raise CannotNote(f"{path} ends in a row that is not closed, for instance within quotation marks; mend its last row first")


def _replace(path: Path, data: bytes) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    mode = path.stat().st_mode & 0o7777 if path.exists() else NEW_FILE_MODE
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

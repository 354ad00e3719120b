"""Chooses the reader of a file by its content, not its name."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePath
from typing import IO

from flows.readers.activity_json import read_activity_json
from flows.readers.apple_health import is_apple_health, is_clinical_document, read_apple_health
from flows.readers.archive import LARGEST_MEMBER_BYTES, UNPACKED_RATIO_LIMIT, UNPACKED_SMALL_BYTES
from flows.readers.cells import decode, heading_list
from flows.readers.days import when
from flows.readers.fit import read_fit
from flows.readers.foreign_runs import MOST_TABLE_BYTES, columns_in_table, runs_in_table
from flows.readers.forms import READ_AS_FORM, answers_in, headings_in, under_headings
from flows.readers.garmin_csv import is_garmin_table, read_garmin_csv
from flows.readers.gpx import read_gpx
from flows.readers.ics import is_calendar, read_ics
from flows.readers.log_headings import in_our_words
from flows.readers.own_logs import LOGS, header_of, log_format, read_own_log
from flows.readers.runkeeper_csv import is_runkeeper_table, read_runkeeper_csv
from flows.readers.sheet import Sheet, SheetTable, plain_table, sheet_in, table_in
from flows.readers.strava_csv import is_strava_table, read_strava_csv
from flows.readers.strength_apps import app_of, read_strength_app
from flows.readers.tcx import read_tcx
from flows.readers.workbook import SHEET_MAGIC
from flows.readers.xml_tracks import EXPORT_AGAIN, root_name
from flows.records import FileContent, ForeignFile, ForeignSheet, FormWords, UnknownTable, UnreadableFile

Reader = Callable[[bytes], FileContent]

TAR_MAGIC_AT = 257
GZIP_MAGIC = b"\x1f\x8b"
UNPACKED_LIMIT_BYTES = 256 * 1024**2
HEAD_BYTES = 1 << 16
PACKED_HEAD_BYTES = 1 << 12  # unpacked from a gzipped file to find its format; small, because an export has thousands of tracks
BINARY_SHARE = 0.01  # with a larger share of control characters it is not text

EXPORT_AS = "Export the activity as FIT, GPX or TCX"

# (first bytes, what it is, what to do)
FOREIGN_FILES = (
    (b"%PDF", "This is a PDF, not a running log", f"{EXPORT_AS}."),
    (b"PK\x03\x04", "This is a zip archive in a place where none is read", "Put it into the athlete's own folder."),
    (b"PK\x05\x06", "This is an empty zip archive", "Remove it."),
    (b"\x89PNG", "This is a picture, not a running log", f"{EXPORT_AS}."),
    (b"\xff\xd8\xff", "This is a photo, not a running log", f"{EXPORT_AS}."),
    (b"GIF8", "This is a picture, not a running log", f"{EXPORT_AS}."),
    (b"\xd0\xcf\x11\xe0", "This is a packed Excel or Word file", "Unpack it once."),
    (b"7z\xbc\xaf", "This is a 7z archive", "Unpack it and put the files inside into the folder."),
    (b"Rar!", "This is a rar archive", "Unpack it and put the files inside into the folder."),
    (b"BZh", "This is a bz2 archive", "Unpack it and put the file inside into the folder."),
    (b"\xfd7zXZ", "This is an xz archive", "Unpack it and put the file inside into the folder."),
    (b"SQLite format 3", "This is a database, not a running log", f"{EXPORT_AS}."),
)

# (whether headings, in the form of header_names, belong to the reader's tables; the reader). The first that fits is used;
# Strong and Hevy, and then our own logs, are tried before all of them.
TABLE_READERS: tuple[tuple[Callable[[list[str]], bool], Reader], ...] = (
    (is_strava_table, read_strava_csv),
    (is_garmin_table, read_garmin_csv),
    (is_runkeeper_table, read_runkeeper_csv),
)

# The outermost element of an XML file -> its reader.
XML_READERS: dict[str, Reader] = {
    "gpx": read_gpx,
    "TrainingCenterDatabase": read_tcx,
}


def read_content(name: str, data: bytes, within: str = "", words: FormWords | None = None) -> FileContent:
    """Read one file of any name: FIT, XML, JSON, a calendar or CSV of a known format, plain or gzipped; or a sheet.

    `within` is the name of the archive or workbook that it lies in; a sheet may be called after its log, or its workbook. `words`
    are those of the squad's forms.

    Raises UnreadableFile, in a coach's words, for all other files; ForeignFile if it is plainly not a log.
    """
    if not data:
        raise ForeignFile("byte 0", "The file is empty", f"The upload broke off. {EXPORT_AGAIN}.")
    if is_read_as_stream(data[:HEAD_BYTES]):
        return read_stream(io.BytesIO(data))
    if data.startswith(SHEET_MAGIC):
        return _read_sheet(name, within, data, words)
    if data.startswith(GZIP_MAGIC):
        data = _unpacked(data)
    if data[8:12] == b".FIT":
        return read_fit(data)
    if _is_tar(data):
        raise ForeignFile("byte 0", "This is a tar archive", "Unpack it and put the files inside into the folder.")
    for magic, reason, remedy in FOREIGN_FILES:
        if data.startswith(magic):
            raise ForeignFile("byte 0", reason, remedy)
    head_text, _ = decode(data[:HEAD_BYTES])
    first_character = head_text.lstrip()[:1]
    if first_character == "<":
        return _read_xml(data)
    if first_character in ("{", "["):
        return read_activity_json(data)
    if is_calendar(head_text):
        return read_ics(data)
    return _read_table(name, head_text, data, words)


def is_log_sheet(name: str, within: str, data: bytes, words: FormWords | None = None) -> bool:
    """Whether the content of a sheet is to be read as a log."""
    sheet = sheet_in(data)
    return not sheet.is_hidden and _table_of(sheet, name, within, words) is not None


def _read_sheet(name: str, within: str, data: bytes, words: FormWords | None) -> FileContent:
    sheet = sheet_in(data)
    if sheet.is_hidden:
        raise ForeignSheet("", "The sheet is hidden; show it in the workbook if it shall count", "Show it, or remove it.")
    if (table := _table_of(sheet, name, within, words)) is None:
        first = heading_list(plain_table(sheet).names)
        raise ForeignSheet(
            "row 1", f"The sheet has the headings of no log we know: {first}", "Name its columns as in the README."
        )
    head_text = decode(table.data[:HEAD_BYTES])[0]
    said = _read_table(name if _log_called(name) else within, head_text, table.data, words)
    return replace(said, parser="calamine", notes=(*table.notes, *said.notes))


def _table_of(sheet: Sheet, name: str, within: str, words: FormWords | None) -> SheetTable | None:
    """The table of a sheet that is a log by its headings, or has the name of one and some of its headings."""
    called = _log_called(name) or _log_called(within)

    def is_heading(names: list[str]) -> bool:
        known = log_format(names) is not None or app_of(names) is not None or any(fits(names) for fits, _ in TABLE_READERS)
        if words and headings_in(words, names):
            return True
        known = known or in_our_words(names) is not None
        return known or (called is not None and bool(set(LOGS[called].columns) & set(names)))

    if table := table_in(sheet, is_heading):
        return table
    table = plain_table(sheet)
    columns = columns_in_table(decode(table.data[:HEAD_BYTES])[0])
    return table if columns and runs_in_table(decode(table.data[:MOST_TABLE_BYTES])[0], columns) else None


def _log_called(name: str) -> str | None:
    """runs.csv, Runs -> runs_csv; None for a name of none of our logs."""
    log = f"{PurePath(name).name.partition('.')[0].strip().lower().replace(' ', '_')}_csv"
    return log if log in LOGS else None


def _is_tar(data: bytes) -> bool:
    return data[TAR_MAGIC_AT : TAR_MAGIC_AT + 5] == b"ustar"


def is_read_as_stream(head: bytes) -> bool:
    """Whether a file with these first HEAD_BYTES, plain or gzipped, may be too large to hold in memory."""
    if head.startswith(GZIP_MAGIC):
        with suppress(zlib.error):
            head = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(head, PACKED_HEAD_BYTES)
    return is_apple_health(head) or is_clinical_document(head)


def read_stream(stream: IO[bytes]) -> FileContent:
    """Read such a file. Raises UnreadableFile, in a coach's words, if nothing can be read."""
    is_packed = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    stream.seek(0)
    return read_apple_health(LimitedGzip(fileobj=stream) if is_packed else stream)


class LimitedGzip(gzip.GzipFile):
    """A gzip stream unpacked while it is read, and refused above a size limit."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > LARGEST_MEMBER_BYTES:
            raise UnreadableFile(
                "",
                f"The .gz file unpacks to more than {LARGEST_MEMBER_BYTES:,} bytes",
                "Do not trust this file; export it again.",
            )
        return super().read(size)


def _unpacked(data: bytes) -> bytes:
    limit = min(UNPACKED_LIMIT_BYTES, max(UNPACKED_SMALL_BYTES, UNPACKED_RATIO_LIMIT * len(data)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            unpacked = packed.read(limit + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(
            "byte 0",
            f"The .gz file is cut short or damaged ({error}); nothing of it is taken",
            "Copy or export the file again.",
        ) from error
    if len(unpacked) > limit:
        raise UnreadableFile(
            "byte 0",
            f"The .gz file of {len(data):,} bytes unpacks to more than {limit:,} bytes: no log does that",
            "Do not trust this file; export the activity again.",
        )
    if not unpacked:
        raise UnreadableFile("byte 0", "The .gz file holds an empty file", f"{EXPORT_AGAIN}.")
    if unpacked.startswith(GZIP_MAGIC):
        raise UnreadableFile("byte 0", "The file is packed twice with gzip", "Unpack it once.")
    return unpacked


def _read_xml(data: bytes) -> FileContent:
    root = root_name(data)
    if root in XML_READERS:
        try:
            return XML_READERS[root](data)
        except UnreadableFile as refusal:
            if refusal.activity_date is None and refusal.started_at is None:
                told = when(data[:HEAD_BYTES].decode("utf-8", "replace"))
                refusal.activity_date, refusal.started_at = told.get("activity_date"), told.get("started_at")
            raise
    if root is not None and root.lower() == "html":
        raise ForeignFile(
            "line 1",
            "This is a web page, not a running log: the site may have asked for a password instead",
            f"Sign in and export the activity again. {EXPORT_AS}.",
        )
    inside = f"its outermost element is <{root}>" if root else "no element can be found in it"
    raise ForeignFile("line 1", f"This is XML, but neither GPX nor TCX: {inside}", f"{EXPORT_AS}.")


def _read_table(name: str, head_text: str, data: bytes, words: FormWords | None = None) -> FileContent:
    if words and (answers := answers_in(data, words)):
        said = read_own_log(answers.data)
        nothing = None if answers.refused else said.nothing_because
        refused = (*answers.refused, *said.refused_rows)
        return replace(said, refused_rows=refused, nothing_because=nothing, notes=(READ_AS_FORM, *said.notes))
    header = header_of(head_text)
    names = header[1] if header else []
    app = app_of(names)
    if app and not _is_binary(head_text):
        return read_strength_app(data, app)
    named_as = _log_called(name)
    if log_format(names) is not None or (names and named_as and not _is_binary(head_text)):
        return read_own_log(data, named_as)
    for fits_table, table_reader in TABLE_READERS:
        if fits_table(names):
            return table_reader(data)
    if in_our_words(names) and (log := under_headings(data, FormWords(default_zone=""), in_our_words)):
        return read_own_log(log.data)
    if _is_binary(head_text):
        raise ForeignFile(
            "byte 0",
            "This is neither text nor a FIT, GPX or TCX file, or its beginning is damaged",
            f"{EXPORT_AGAIN}.",
        )
    if not names:
        raise UnreadableFile("row 1", "The file holds nothing but blanks", f"{EXPORT_AGAIN}.")
    columns = columns_in_table(head_text)
    if columns and (runs := runs_in_table(decode(data[:MOST_TABLE_BYTES])[0], columns)):
        return runs
    raise UnknownTable(
        "row 1",
        f"This is text, but its first row is not the heading of any log we know: {heading_list(names)}",
        "Name the columns as in the README, for instance started_at, distance_km, moving_time.",
    )


def _is_binary(head_text: str) -> bool:
    # Zero bytes arrive here as the replacement character.
    strange = sum(character < " " and character not in "\t\r\n\f\v" for character in head_text)
    return strange + head_text.count("\ufffd") > BINARY_SHARE * len(head_text)

"""Zip archives, read in place: their members, and which of them are refused before a byte is unpacked.

Nothing is written to disk. An archive may hold archives (Garmin's account export does), but only one level deep.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from flows.readers.workbook import LARGEST_WORKBOOK_BYTES, OLD_OFFICE, Workbook, is_workbook_zip, workbook_of
from flows.records import ForeignFile, UnreadableFile

FORMATS = ("zip",)
ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", OLD_OFFICE)
MOST_MEMBERS = 50_000  # twenty years of three activities a day, with photos
LARGEST_MEMBER_BYTES = 4 * 1024**3  # an export of Apple Health may hold a file of 2 GB
LARGEST_TOTAL_BYTES = 32 * 1024**3
LARGEST_INNER_ARCHIVE_BYTES = 256 * 1024**2  # it is held in memory
DEEPEST_ARCHIVE = 2
LONGEST_NAME = 500
# A log shrinks 5 to 30 times; a member that unpacks to more than this, and is not small, was made to fill a disk.
UNPACKED_RATIO_LIMIT = 100
UNPACKED_SMALL_BYTES = 16 * 1024**2
ENCRYPTED = 1  # bit in a member's flags
LEAVE_OUT = "The rest of the archive is read. If it is a log, put it into the folder as a file of its own."
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)

# (member that only this kind of document has, what the document is, what to do)
DOCUMENTS = (
    ("word/document.xml", "This is a Word document, not a running log", "Save the table in it as CSV."),
    ("ppt/presentation.xml", "These are PowerPoint slides, not a running log", "Remove them."),
    ("META-INF/container.xml", "This is an e-book, not a running log", "Remove it."),
    ("META-INF/MANIFEST.MF", "This is a program, not a running log", "Remove it."),
    ("doc.kml", "This is a map of Google Earth, not a running log", "Export the activity as FIT, GPX or TCX."),
    ("content.xml", "This is an OpenDocument text, not a running log", "Save the table in it as CSV."),
    ("Index/Document.iwa", "This is a document of Apple's Numbers or Pages", "Export it to Excel or CSV."),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; `problem` says why it is not read, and `remedy` what to do about it."""

    name: str  # as in the archive
    shown: str  # as shown in paths: one line, not too long, unique
    size_bytes: int
    problem: str = ""
    remedy: str = ""


def is_archive(head: bytes) -> bool:
    """Whether a file's first bytes are those of a zip archive, of a workbook, or of another document of an office program."""
    return head.startswith(ARCHIVE_MAGIC)


def members_of(path: Path, names: tuple[str, ...] = ()) -> list[Member]:
    """The files in the archive at this path, or in the archive within it that `names` lead to; folders are left out.

    A workbook is an archive of its sheets.

    Raises ForeignFile for a document, UnreadableFile for an archive that is damaged or was made to fill a disk.
    """
    archive = archive_at(path, names)
    if isinstance(archive, Workbook):
        return [
            Member(name, _shown_sheet(name, number), len(content))
            for number, (name, content) in enumerate(archive.sheets.items(), 1)
        ]
    size_bytes = _size_of(archive_at(path, names[:-1]), names[-1]) if names else path.stat().st_size
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    held = {entry.filename for entry in entries}
    for mark, reason, remedy in DOCUMENTS:
        if mark in held:
            raise ForeignFile("byte 0", reason, remedy)
    trusted = "Do not trust this archive; export it again, or unpack it yourself and put the files into the folder."
    if len(entries) > MOST_MEMBERS:
        raise UnreadableFile("", f"The archive holds {len(entries):,} files, more than {MOST_MEMBERS:,}", trusted)
    total = sum(entry.file_size for entry in entries)
    if total > LARGEST_TOTAL_BYTES:
        raise UnreadableFile("", f"The archive unpacks to {total:,} bytes, more than {LARGEST_TOTAL_BYTES:,}", trusted)
    if sum(entry.compress_size for entry in entries) > size_bytes:
        raise UnreadableFile("", "The archive's files overlap: together they are larger than the archive itself", trusted)
    times = Counter(entry.filename for entry in entries)
    return [
        Member(
            entry.filename,
            _shown(entry.filename, number, times[entry.filename]),
            entry.file_size,
            *_problem_of(entry, times[entry.filename]),
        )
        for number, entry in enumerate(entries, start=1)
    ]


def _problem_of(entry: zipfile.ZipInfo, times: int) -> tuple[str, str]:
    parts = entry.filename.replace("\\", "/").split("/")
    unpacked_limit = max(UNPACKED_SMALL_BYTES, UNPACKED_RATIO_LIMIT * entry.compress_size)
    if ".." in parts or parts[0] == "" or parts[0][1:2] == ":":
        return "its name leads out of the archive", LEAVE_OUT
    if len(entry.filename) > LONGEST_NAME or not entry.filename.isprintable():
        return f"its name is longer than {LONGEST_NAME} characters or no text", LEAVE_OUT
    if times > 1:
        return f"{times} files of the archive have this name, and nobody can tell which is meant", LEAVE_OUT
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link to another file", LEAVE_OUT
    if entry.flag_bits & ENCRYPTED:
        return "it is locked with a password", "Unpack the archive with its password and put the files into the folder."
    if entry.file_size > LARGEST_MEMBER_BYTES:
        return f"it unpacks to {entry.file_size:,} bytes, more than {LARGEST_MEMBER_BYTES:,}", LEAVE_OUT
    if entry.file_size > unpacked_limit:
        return f"{entry.compress_size:,} bytes unpack to {entry.file_size:,}: no log does that", "Do not trust this archive."
    return "", ""


def _shown(name: str, number: int, times: int) -> str:
    text = "".join(character if character.isprintable() else "\ufffd" for character in name)[:LONGEST_NAME]
    return text if text == name and times == 1 else f"{text}… (file {number})"


def _shown_sheet(name: str, number: int) -> str:
    """Slashes and exclamation marks separate the parts of a path."""
    return (
        f"{_shown(re.sub('[/!]', '_', name), number, 1)} (sheet {number})" if re.search("[/!]", name) else _shown(name, number, 1)
    )


def holds_sheets(path: Path, names: tuple[str, ...] = ()) -> bool:
    """Whether an archive is a workbook that can be read."""
    try:
        return isinstance(archive_at(path, names), Workbook)
    except (UnreadableFile, OSError):
        return False


@lru_cache(maxsize=16)
def _outer(path: Path, _size_bytes: int, _changed_ns: int) -> zipfile.ZipFile | None:
    """The zip at this path; None for a workbook."""
    with path.open("rb") as stream:
        if stream.read(len(OLD_OFFICE)) == OLD_OFFICE:
            return None
    archive = zipfile.ZipFile(path)
    return None if is_workbook_zip(archive) else archive


@lru_cache(maxsize=2)  # few: all their sheets are held in memory
def _book(path: Path, _size_bytes: int, _changed_ns: int) -> Workbook:
    with path.open("rb") as stream:
        return workbook_of(stream.read(LARGEST_WORKBOOK_BYTES + 1))


@lru_cache(maxsize=1)
def _inner(path: Path, size_bytes: int, changed_ns: int, names: tuple[str, ...]) -> zipfile.ZipFile | Workbook:
    archive = _outer(path, size_bytes, changed_ns) or _book(path, size_bytes, changed_ns)
    for name in names:
        if _size_of(archive, name) > LARGEST_INNER_ARCHIVE_BYTES:
            raise UnreadableFile(
                "",
                f"The archive in the archive is larger than {LARGEST_INNER_ARCHIVE_BYTES:,} bytes",
                "Unpack the outer archive; the inner one is read where it lies.",
            )
        with archive.open(name) as stream:
            data = stream.read()
        packed = None if data.startswith(OLD_OFFICE) else zipfile.ZipFile(io.BytesIO(data))
        archive = workbook_of(data) if packed is None or is_workbook_zip(packed) else packed
    return archive


def _size_of(archive: zipfile.ZipFile | Workbook, name: str) -> int:
    return len(archive.sheets[name]) if isinstance(archive, Workbook) else archive.getinfo(name).file_size


def archive_at(path: Path, names: tuple[str, ...] = ()) -> zipfile.ZipFile | Workbook:
    """The archive at this path, or one in it. Raises UnreadableFile if it is damaged, OSError if the path cannot be opened."""
    about = path.stat()
    key = (path, about.st_size, about.st_mtime_ns)  # the archive at a path may be replaced
    try:
        return _inner(*key, names) if names else _outer(*key) or _book(*key)
    except DAMAGED as error:
        raise UnreadableFile(
            "",
            f"The archive is cut short or damaged ({error}); nothing of it is taken",
            "Copy or download the archive again.",
        ) from error


def open_content(path: Path, names: tuple[str, ...] = ()) -> IO[bytes]:
    """The content, as a stream, of the file at this path or of the member that `names` lead to.

    Raises UnreadableFile or one of DAMAGED if the archive cannot be read.
    """
    return archive_at(path, names[:-1]).open(names[-1]) if names else path.open("rb")

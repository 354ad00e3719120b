"""Explains errors of disks, folders and database files in one line with a remedy."""

from __future__ import annotations

import errno

import duckdb

from flows.settings import Settings
from flows.state.lock import CannotLock

DAMAGE = (
    "not a valid DuckDB database file",
    "Corrupt database file",
    "Could not read enough bytes",
    "Failure while replaying WAL",
    "sqlite_scanner",  # another kind of database
)
# DuckDB reports some bad values as an internal error.
OF_DATA = ("Information loss", "code point", "cast", "out of range", "overflow", "Overflow", "UTF", "unicode", "Unicode")
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL_WORDS = ("No space left on device", "Disk quota exceeded", "File too large", "disk is full", "ENOSPC")
SPILL_FULL_WORDS = ("max_temp_directory_size", "failed to offload data block")  # DuckDB keeps a tenth of the drive free
NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS}
NO_ACCESS_WORDS = ("Permission denied", "Read-only file system", "Operation not permitted")


def is_of_data(error: BaseException) -> bool:
    """Whether a value, not a file, caused the error: too large, of the wrong type, or not valid text."""
    if isinstance(error, duckdb.DataError | duckdb.InvalidInputException | duckdb.ConstraintException | duckdb.NotSupportedError):
        return True
    return isinstance(error, duckdb.InternalException) and _says(error, OF_DATA)


def is_damage(error: BaseException) -> bool:
    """Whether a database file itself is damaged, not merely locked, unreadable for us or on a full disk."""
    if isinstance(error, duckdb.SerializationException | duckdb.InternalException | duckdb.FatalException):
        return not _says(error, DISK_FULL_WORDS)
    return isinstance(error, duckdb.IOException) and _says(error, DAMAGE) and not _says(error, DISK_FULL_WORDS)


def is_disk_full(error: BaseException) -> bool:
    """Whether the disk was full; DuckDB may then end the whole process at the next write."""
    return (isinstance(error, OSError) and error.errno in DISK_FULL) or _says(error, DISK_FULL_WORDS)


def explain(error: Exception, settings: Settings) -> str:
    """What went wrong with files, folders or databases and what to do about it, in one line."""
    number = error.errno if isinstance(error, OSError) else None
    said = " ".join(str(error).split())
    if isinstance(error, CannotLock):
        return said
    if is_disk_full(error):
        return f"The disk is full, or a file too large for it: make room on the drive of {settings.warehouse.parent} ({said})"
    if isinstance(error, duckdb.OutOfMemoryException):
        if _says(error, SPILL_FULL_WORDS):
            return (
                "The disk is nearly full: what does not fit into memory is put aside there. Make room on the drive of "
                f"{settings.warehouse.parent}, or raise memory_limit_mb in tendonwatch.toml ({said})"
            )
        return f"The night needs more memory than it may take: raise memory_limit_mb in tendonwatch.toml ({said})"
    if number in NO_ACCESS or _says(error, NO_ACCESS_WORDS):
        return (
            "Whoever runs the night may not do that: give that user the right to read the input folder and to write into "
            f"{settings.warehouse.parent} and {settings.site.parent} ({said})"
        )
    if is_damage(error) and not is_of_data(error):
        return f"A database file is damaged: move the one that is named away and run again; it is made anew ({said})"
    return f"{type(error).__name__}: {said}"


def _says(error: BaseException, words: tuple[str, ...]) -> bool:
    return any(word in str(error) for word in words)

"""Puts fetched files into the input folder: whole or not at all, each once, never over another one."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from flows.intake.folder import athlete_folders
from flows.intake.versions import first_version, newest, next_version

PARTS = ".fetching"  # a folder for what is not whole yet; a night looks into no folder whose name begins with a dot
LONGEST_NAME_BYTES = 200
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"\\|?*\u2028-\u202e\u2066-\u2069\ud800-\udfff]')


def safe_path(name: str) -> Path | None:
    """A name from elsewhere as a path below a folder of ours; None if it is hidden, leads out or is no name."""
    parts = []
    for part in name.split("/"):
        clean = NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", part)).strip().rstrip(".")
        if part in ("", "."):
            continue
        if not clean or clean.startswith("."):
            return None
        stem, dot, suffix = clean.rpartition(".")
        while len(clean.encode()) > LONGEST_NAME_BYTES:
            stem = (stem or suffix)[:-1]
            clean = f"{stem}{dot}{suffix}" if dot else stem
        parts.append(clean)
    return Path(*parts) if parts else None


def keep(raw: Path, athlete_id: str, account: str, name: Path, chunks: Iterable[bytes]) -> tuple[Path, bool]:
    """Put the bytes below the athlete's folder, as a new version where other bytes have the name. Returns path, is new.

    Killed at any instant, it leaves the folder as it was or with the whole file.
    """
    folder = raw / athlete_id / account / name.parent
    parts = raw / athlete_id / account / PARTS
    folder.mkdir(parents=True, exist_ok=True)
    parts.mkdir(exist_ok=True)
    part = parts / f"{os.getpid()}-{hashlib.sha256(str(name).encode()).hexdigest()[:16]}"
    digest = hashlib.sha256()
    try:
        with open(part, "wb", opener=_for_owner_and_group) as stream:
            for chunk in chunks:
                digest.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        target = folder / name.name
        if (last := newest_version(target)) is not None:
            with last.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").digest() == digest.digest():
                    return last, False
            target = last.with_name(next_version(last.name))
        os.link(part, target)  # fails where the name is taken, as a rename would not
        _sync(folder)
        return target, True
    finally:
        part.unlink(missing_ok=True)


def newest_version(path: Path) -> Path | None:
    """The newest version of a file that is there; None if none is."""
    first, _ = first_version(path.name)
    found = newest(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else {}
    name = found.get(first)
    return path.with_name(name) if name else None


def clear_parts(raw: Path, account: str) -> None:
    """Remove what a fetch that was killed left unfinished."""
    for folder in athlete_folders(raw):
        shutil.rmtree(folder / account / PARTS, ignore_errors=True)


def _for_owner_and_group(path: str, flags: int) -> int:
    """Opens a new file that nobody else may read: it tells of somebody's health."""
    return os.open(path, flags, 0o640)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

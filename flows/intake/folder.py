"""Every file under the input folder with its owner and SHA-256; which folders are ignored, and where links may lead."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flows.intake.contents import HICCUP_DELAYS_S, ROOT, TRY_AGAIN, UNREADABLE, FoundFile, is_system_file
from flows.intake.versions import newest
from flows.readers.archive import is_archive
from flows.squad.own_files import OWN_FILES
from flows.state.retry import with_retries
from flows.texts import athlete_of, printable

# Folders of systems, drives and sync programs: old versions, previews and trash, no logs. Names with a leading dot likewise.
SYSTEM_FOLDERS = {"$recycle.bin", "system volume information", "lost+found", "@eadir", "#recycle", "#snapshot", "__macosx"}
# An account export is recognised by names that lie together in a folder of it: Garmin, Strava, Apple (two), Google, Runkeeper.
EXPORT_MARKS = ({"di_connect"}, {"activities", "activities.csv"}, {"export.xml", "export_cda.xml"}, {"workout-routes"},
                {"takeout"}, {"cardioactivities.csv"})  # fmt: skip
SAMSUNG_TABLE = "com.samsung."
LEADS_OUT = "it is a link that leads out of the input folder, and is not followed"
LEADS_BACK = "it is a link to a folder that it lies in, and is not followed"
NO_TABLE = "it is a folder, and what is called so here is a table of the squad"
RENAME_IT = "Give the folder another name; what the table said last holds."
COPY_IT = "Copy what it leads to into the input folder."


def scan(raw: Path) -> Iterator[FoundFile]:
    """Every file below the input folder in a stable order, with the SHA-256 of its content; of its versions, the newest."""
    closed: list[Closed] = []
    exports: set[Path] = set()
    for folder, folders, names in walk(raw, closed, OWN_FILES):
        if folder.parent in exports or is_export({*folders, *names}):
            exports.add(folder)
        for name, version in newest(names).items():
            path = folder / version
            shown, athlete_id = _place_of(raw, folder / name)
            if athlete_id == ROOT and name == "demo.toml":
                continue
            try:
                if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would block until something writes to it
                    raise OSError("it is not a plain file")
                is_zip, file_id = with_retries(identify, HICCUP_DELAYS_S)(path)
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


def _place_of(raw: Path, path: Path) -> tuple[str, str]:
    """The path relative to the input folder as shown to people, and the owner of its folder."""
    below = PurePosixPath(path.relative_to(raw).as_posix())
    is_at_root = len(below.parts) == 1 and (below.name in OWN_FILES or not is_folder(path))
    return printable(below), ROOT if is_at_root else athlete_of(below.parts[0])


def identify(path: Path) -> tuple[bool, str]:
    """Whether a file is an archive, and the SHA-256 of its content."""
    with path.open("rb") as stream:
        is_zip = is_archive(stream.read(4))
        stream.seek(0)
        return is_zip, hashlib.file_digest(stream, "sha256").hexdigest()


def is_export(names: set[str]) -> bool:
    """Whether a folder with these names in it is part of an account export."""
    held = {name.lower() for name in names}
    return any(mark <= held for mark in EXPORT_MARKS) or any(name.startswith(SAMSUNG_TABLE) for name in held)


def may_be_log(path: str) -> bool:
    return path not in OWN_FILES and not is_system_file(path)


def athlete_folders(raw: Path) -> list[Path]:
    """The athletes' folders; one named like a table of the squad does not count."""
    found = raw.iterdir() if raw.is_dir() else ()
    return [path for path in found if is_folder(path) and not is_system_folder(path.name) and path.name not in OWN_FILES]


def waiting_files(raw: Path, known_sizes_bytes: dict[str, int], since: float) -> int:
    """How many files the next night will look into: new ones, and those whose size or time has changed `since` (epoch seconds).

    Looks at names, sizes and times only, so it is quick enough to call at any time.
    """
    waiting = 0
    for folder, _, names in walk(raw, [], OWN_FILES):
        for name, version in newest(names).items():
            path = folder / version
            shown, athlete_id = _place_of(raw, folder / name)
            with suppress(OSError):
                now = path.stat()
                is_known = known_sizes_bytes.get(shown) == now.st_size and now.st_mtime <= since
                waiting += not is_known and not (athlete_id == ROOT and path.name == "demo.toml")
    return waiting


@dataclass(frozen=True, slots=True)
class Closed:
    """A folder or a link that is not opened, and why."""

    path: Path
    why: str
    remedy: str | None = None


def is_folder(path: Path) -> bool:
    """Whether a path is a folder or a link to one; False if access is denied."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_system_folder(name: str) -> bool:
    """Whether a folder of this name belongs to a system or program: not to an athlete, and without logs."""
    return name.startswith(".") or name.casefold() in SYSTEM_FOLDERS


def walk(raw: Path, closed: list[Closed], tables: Container[str] = ()) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Every folder with the folders and files in it, sorted; what is not opened is added to `closed`.

    A link is followed if it leads to another place within the input folder, once for each athlete. At the top, the names in
    `tables` are reserved for files.
    """
    root = Path(os.path.realpath(raw))
    linked: set[tuple[str, Path]] = set()  # (top folder, target of a link in it)
    waiting: list[tuple[Path, tuple[Path, ...]]] = [(raw, (root,))]  # a folder, and the real paths of its parents, its own last
    while waiting:
        folder, above = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            closed.append(Closed(folder, f"cannot be opened: {error.strerror or error}"))
            continue
        folders, names, below = [], [], []
        for entry in entries:
            path = Path(entry.path)
            is_link = entry.is_symlink()
            real = Path(os.path.realpath(path)) if is_link else above[-1] / entry.name
            if not (is_folder(path) if is_link else entry.is_dir()):
                if real.is_relative_to(root):
                    names.append(entry.name)
                else:
                    closed.append(Closed(path, LEADS_OUT, COPY_IT))
                continue
            if is_system_folder(entry.name):
                continue
            if folder == raw and entry.name in tables:
                closed.append(Closed(path, NO_TABLE, RENAME_IT))
                continue
            if is_link:
                top = path.relative_to(raw).parts[0]
                if not real.is_relative_to(root):
                    closed.append(Closed(path, LEADS_OUT, COPY_IT))
                    continue
                if real in above:
                    closed.append(Closed(path, LEADS_BACK, "Remove the link."))
                    continue
                if (top, real) in linked or (len(above) > 1 and real.is_relative_to(above[1])):
                    continue  # read at its own place
                linked.add((top, real))
            folders.append(entry.name)
            below.append((path, (*above, real)))
        yield folder, folders, names
        waiting += reversed(below)

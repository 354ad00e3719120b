"""What lies under the input folder: whose it is, which folders are no athlete's, and where links may lead."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

# Of systems, drives and programs that synchronise: old versions, previews and rubbish, no logs; as is what begins with a dot.
SYSTEM_FOLDERS = {"$recycle.bin", "system volume information", "lost+found", "@eadir", "#recycle", "#snapshot", "__macosx"}
LEADS_OUT = "it is a link that leads out of the input folder, and is not followed"
LEADS_BACK = "it is a link to a folder that it lies in, and is not followed"
NO_TABLE = "it is a folder, and what is called so here is a table of the squad"
RENAME_IT = "Give the folder another name; what the table said last holds."
COPY_IT = "Copy what it leads to into the input folder."


@dataclass(frozen=True, slots=True)
class Closed:
    """A folder or a link that is not opened, and why."""

    path: Path
    why: str
    remedy: str | None = None


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, or a link to one, as far as we may know."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_system_folder(name: str) -> bool:
    """Whether a folder of this name is no athlete's and holds no logs."""
    return name.startswith(".") or name.casefold() in SYSTEM_FOLDERS


def walk(raw: Path, closed: list[Closed], tables: Container[str] = ()) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Every folder with the folders and files in it, sorted; what is not opened is added to `closed`.

    A link is followed where it leads to another place within the input folder, and once for each athlete. `tables` are names that
    only files may have at the top.
    """
    root = Path(os.path.realpath(raw))
    linked: set[tuple[str, Path]] = set()  # (top folder, where a link in it led)
    waiting: list[tuple[Path, tuple[Path, ...]]] = [
        (raw, (root,))
    ]  # a folder, and the real places of those that it lies in, its own the last
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
                    continue  # read where it stands
                linked.add((top, real))
            folders.append(entry.name)
            below.append((path, (*above, real)))
        yield folder, folders, names
        waiting += reversed(below)

"""Publishes a night's warehouse and pages, each by one swap of a symlink; keeps the last nights; goes back to one of them.

Two links cannot be swapped in one step. So the night's name is noted first: a writer that is killed between the two leaves the
note, and the next writer finishes what it began. Both paths are complete at every instant.
"""

from __future__ import annotations

import logging
import math
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb

from flows.settings import Settings
from flows.state import database, tombstones

LOG = logging.getLogger("tendonwatch")
NIGHT_NAME = r"\d{8}T\d{6}Z"


# Modes of published files and folders. They hold health data: others on the machine can read them only if the settings say so.
OWNER_AND_GROUP, PUBLIC = (0o440, 0o750), (0o444, 0o755)
OTHERS = 0o007


class NoSuchNight(Exception):
    """The night is not kept, or not fit to go back to; the message lists those that are."""


def publish(settings: Settings, work: Path, pages: Path, night: str) -> None:
    """Make the work file and the finished pages read-only, name them after the night, and point both published paths to them.

    Raises FileExistsError if something that is not ours is at one of these paths: then neither is changed.
    """
    for link in _links(settings):
        check_replaceable(link)
    with database.writer(work) as connection:
        connection.execute("checkpoint warehouse")
    file_mode, folder_mode = PUBLIC if settings.readable_by_all else OWNER_AND_GROUP
    pages.chmod(folder_mode)
    for path in (work, *pages.rglob("*")):
        path.chmod(folder_mode if path.is_dir() else file_mode)
        if path.is_file():
            _sync(path)
    _note(settings, night)
    work.rename(night_path(settings.warehouse, night))
    pages.rename(night_path(settings.site, night))
    _swap(settings, night)


def settle(settings: Settings) -> None:
    """Finish or undo what a killed writer began; delete write-ahead logs that clients left beside kept warehouses.

    The caller must hold the lock.
    """
    if (note := _note_path(settings)).exists():
        night = note.read_text(encoding="utf-8", errors="replace").strip()
        halves = [night_path(link, night) for link in _links(settings)] if re.fullmatch(NIGHT_NAME, night) else []
        if not halves:
            LOG.warning("%s names no night and is removed: no publication is finished by it", note)
            note.unlink()
        elif all(half.exists() for half in halves):
            LOG.warning("the night %s was killed while it was published; that is finished now", night)
            _swap(settings, night)
        else:
            for link, half in zip(_links(settings), halves, strict=True):
                if current_night(link) != night:
                    database.discard(half)
            note.unlink()
    for night in nights_beside(settings.warehouse):
        stray = night_path(settings.warehouse, night)
        stray.with_name(f"{stray.name}.wal").unlink(missing_ok=True)


def close_to_others(settings: Settings) -> None:
    """Take away others' access to state and kept nights that an older version or earlier settings allowed."""
    nights = (
        []
        if settings.readable_by_all
        else [night_path(link, night) for link in _links(settings) for night in nights_beside(link)]
    )
    state = (
        database.memory_path(settings.warehouse),
        database.work_path(settings.warehouse),
        settings.warehouse.with_suffix(".lock"),
    )
    for path in (*state, *nights):
        with suppress(FileNotFoundError, PermissionError):
            if (mode := stat.S_IMODE(path.lstat().st_mode)) & OTHERS and not path.is_symlink():
                path.chmod(mode & ~OTHERS)


def roll_back(settings: Settings, night: str | None = None) -> str:
    """Point both published paths to a kept night: the named one, or the one before the published one. Returns its name.

    The caller must hold the lock and have called settle. Raises NoSuchNight.
    """
    kept, published = kept_nights(settings), current_night(settings.warehouse)
    listed = f"kept are {', '.join(kept)}" if kept else "none is kept"
    if night is None:
        earlier = kept[: kept.index(published)] if published in kept else kept
        if not earlier:
            raise NoSuchNight(f"no night before the published one is kept; {listed}")
        night = earlier[-1]
    if night not in kept:
        raise NoSuchNight(f"no night {night!r} is kept; {listed}")
    try:
        with database.reader(night_path(settings.warehouse, night)) as connection:
            database.scalar(connection, "select count(*) from marts.athlete_status")
    except duckdb.Error as error:
        raise NoSuchNight(f"the warehouse of the night {night} cannot be read ({error}); {listed}") from error
    _refuse_the_erased(settings, night)
    for link in _links(settings):
        check_replaceable(link)
    _note(settings, night)
    _swap(settings, night)
    return night


def _refuse_the_erased(settings: Settings, night: str) -> None:
    """Raise NoSuchNight if a kept night holds somebody who was erased since, or if the import memory cannot tell."""
    try:
        stones = tombstones.stones_in(database.memory_path(settings.warehouse))
    except duckdb.Error as error:
        raise NoSuchNight(
            f"the import memory cannot be read, so nobody can tell who was erased since ({error}); `tendonwatch nightly` mends it"
        ) from error
    if not stones:
        return
    with database.reader(night_path(settings.warehouse, night)) as connection:
        people = [athlete_id for (athlete_id,) in connection.execute("select athlete_id from marts.athletes").fetchall()]
    if back := tombstones.erased_by(stones, people):
        raise NoSuchNight(
            f"the night {night} holds {', '.join(sorted(back))}, who was erased since; run `tendonwatch erase` again, "
            "which takes them out of it"
        )


def kept_nights(settings: Settings) -> list[str]:
    """The nights whose warehouse and pages are both kept, in the order in which they were published."""
    return in_order(settings.warehouse, set(nights_beside(settings.warehouse)) & set(nights_beside(settings.site)))


def in_order(published: Path, nights: Iterable[str], unknown: float = math.inf) -> list[str]:
    """Nights in the order in which they were published, which differs from that of their names if the clock went back.

    The published warehouse holds the order; nights that it does not know were published after it, before a rollback.
    """
    numbers: dict[str, int] = {}
    with suppress(duckdb.Error, FileNotFoundError, database.MadeByNewer), database.reader(published) as connection:
        numbers = dict(connection.execute("select night, number from ops.nightly_runs where number is not null").fetchall())
    return sorted(nights, key=lambda night: (numbers.get(night, unknown), night))


def current_night(link: Path) -> str | None:
    """The name of the night that a published path points to; None if nothing is published there."""
    if not link.is_symlink():
        return None
    name = link.readlink().name
    return next((night for night in nights_beside(link) if night_path(link, night).name == name), None)


def remarks(settings: Settings) -> list[str]:
    """Remarks for the operator about the published paths: a rollback in effect, or warehouse and pages of different nights."""
    data, pages, kept = current_night(settings.warehouse), current_night(settings.site), kept_nights(settings)
    if data != pages:
        return [
            f"The warehouse is of the night {data}, the pages are of the night {pages}: a writer was killed in between. "
            "The next night puts that right, or `tendonwatch rollback` does."
        ]
    if data and kept and data in kept and data != kept[-1]:
        return [f"A rollback stands: the published night is {data}, the newest kept one is {kept[-1]}. The next night ends it."]
    return []


def prune(link: Path, keep: int, published: Path | None = None) -> None:
    """Delete all but the newest `keep` nights, in the order of the published warehouse; never the published one."""
    if len(beside := nights_beside(link)) <= keep:
        return
    for night in in_order(published or link, beside, unknown=-math.inf)[:-keep]:
        if night != current_night(link):
            database.discard(night_path(link, night))


def night_path(link: Path, night: str) -> Path:
    """The path of one night's warehouse or pages, beside the link that points to the published one."""
    return link.with_name(f"{link.stem}-{night}{link.suffix}")


def check_replaceable(link: Path) -> None:
    """Raise FileExistsError if a real file or folder is at a path that we publish: it is not ours to replace."""
    if link.exists() and not link.is_symlink():
        raise FileExistsError(f"{link} is not a link of ours; move it away, or name another path")


def point(link: Path, target: Path) -> None:
    """Swap a symlink in one step: readers see the old target or the new one, never none."""
    check_replaceable(link)
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target.name)
    new.replace(link)
    _sync(link.parent)


def _links(settings: Settings) -> tuple[Path, Path]:
    return settings.warehouse, settings.site


def nights_beside(link: Path) -> list[str]:
    """The names of the nights that have a warehouse, or pages, beside this link."""
    pattern = re.compile(rf"{re.escape(link.stem)}-({NIGHT_NAME}){re.escape(link.suffix)}")
    return [match[1] for path in link.parent.glob("*") if (match := pattern.fullmatch(path.name))]


def _note_path(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".publishing")


def _note(settings: Settings, night: str) -> None:
    note = _note_path(settings)
    new = note.with_name(f".{note.name}.new")
    new.write_text(night, encoding="utf-8")
    _sync(new)
    new.replace(note)
    _sync(note.parent)


def _swap(settings: Settings, night: str) -> None:
    for link in _links(settings):
        point(link, night_path(link, night))
    _note_path(settings).unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    with suppress(OSError):  # some network drives cannot sync a folder
        os.fsync(descriptor)
    os.close(descriptor)

"""What the kept nights take of the drive: pages that did not change are one file, the oldest nights go, and how many more fit."""

from __future__ import annotations

import filecmp
import logging
import math
import shutil
from pathlib import Path
from typing import Any

from flows.settings import Settings
from flows.state import database
from flows.state.publication import current_night, in_order, night_path, nights_beside

LOG = logging.getLogger("tendonwatch")
GIGABYTE = 1_000_000_000
Files = dict[tuple[int, int], int]  # device and inode -> bytes: a file of several names is counted once


def share_unchanged(pages: Path, link: Path) -> int:
    """Make each new page that equals the published one a second name of it, if the drive can do that. Returns their number.

    The new pages are replaced one by one, so that a kill leaves whole files only.
    """
    night = current_night(link)
    if night is None:
        return 0
    published, shared = night_path(link, night), 0
    for page in sorted(pages.rglob("*")):
        before = published / page.relative_to(pages)
        if page.is_symlink() or not (page.is_file() and before.is_file()) or page.samefile(before):
            continue
        if not filecmp.cmp(page, before, shallow=False):
            continue
        second = page.with_name(f".{page.name}.same")
        try:
            second.hardlink_to(before)
        except OSError as error:
            LOG.debug("%s is a copy: %s", page, error)
            return shared
        second.replace(page)
        shared += 1
    return shared


def prune_to_size(settings: Settings) -> list[str]:
    """Delete the oldest nights until the kept ones take at most keep_gb; never the published one. Returns their names."""
    most = int(settings.keep_gb * GIGABYTE)
    if not most:
        return []
    files = files_of_nights(settings)
    published = {current_night(link) for link in (settings.warehouse, settings.site)}
    dropped = []
    for night in [night for night in files if night not in published]:
        if _size(files) <= most:
            break
        for link in (settings.warehouse, settings.site):
            database.discard(night_path(link, night))
        del files[night]
        dropped.append(night)
    if _size(files) > most:
        LOG.warning(
            "the published night takes %.2f GB, more than keep_gb, %g; it is kept, and no other",
            _size(files) / GIGABYTE,
            settings.keep_gb,
        )
    return dropped


def space(settings: Settings) -> dict[str, Any]:
    """How many nights are kept, what they take, what is free, and how many more nights like the newest fit (None if unknown)."""
    files = files_of_nights(settings)
    kept_bytes = _size(files)
    free_bytes = min(shutil.disk_usage(link.parent).free for link in (settings.warehouse, settings.site))
    *earlier, newest = files.values() or [{}]
    known = {one for night in earlier for one in night}
    added_bytes = sum(size for one, size in newest.items() if one not in known)
    left_bytes = min(free_bytes, max(0, int(settings.keep_gb * GIGABYTE) - kept_bytes)) if settings.keep_gb else free_bytes
    return {
        "kept_nights": len(files),
        "kept_bytes": kept_bytes,
        "newest_night_bytes": added_bytes,
        "free_bytes": free_bytes,
        "more_nights_that_fit": left_bytes // added_bytes if added_bytes else None,
    }


def files_of_nights(settings: Settings) -> dict[str, Files]:
    """The files of each night that has a warehouse or pages, in the order in which they were published."""
    links = (settings.warehouse, settings.site)
    nights = {night for link in links for night in nights_beside(link)}
    ordered = in_order(settings.warehouse, nights, unknown=-math.inf)
    return {night: {one: size for link in links for one, size in _files(night_path(link, night)).items()} for night in ordered}


def _files(path: Path) -> Files:
    found = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    about = [one.stat() for one in found]
    return {(one.st_dev, one.st_ino): one.st_size for one in about}


def _size(nights: dict[str, Files]) -> int:
    return sum({one: size for files in nights.values() for one, size in files.items()}.values())

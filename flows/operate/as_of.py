"""Chooses the as-of date of a night."""

from __future__ import annotations

import logging
import tomllib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.intake import store
from flows.models import layers
from flows.settings import Settings
from flows.state import database

LATEST = "latest"
LOG = logging.getLogger("tendonwatch")


def choose_as_of(work: Path, settings: Settings, as_of: str | None) -> date:
    """Choose the as-of date, the same for every athlete, and set it for the models."""
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    as_of = as_of or as_of_of_demo(settings.raw / "demo.toml")
    if as_of == LATEST:
        chosen = layers.newest_activity_date(work, today) or today
    else:
        chosen = date.fromisoformat(as_of) if as_of else today
    layers.set_as_of(work, chosen)
    store.note_arrivals(database.memory_path(settings.warehouse), work, chosen)
    return chosen


def as_of_of_demo(path: Path) -> str | None:
    """The as-of date in the demo squad's demo.toml; None if the file is missing or not valid."""
    if not path.is_file():
        return None
    try:
        as_of = str(tomllib.loads(path.read_text(encoding="utf-8")).get("as_of", "")) or None
        if as_of not in (None, LATEST):
            date.fromisoformat(str(as_of))
    except (OSError, ValueError) as error:
        LOG.warning("%s cannot be understood (%s); the night looks from today", path, " ".join(str(error).split()))
        return None
    return as_of

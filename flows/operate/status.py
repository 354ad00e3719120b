"""The state of things: what was published last, how old it is, what waits, when the next night is due.

`tendonwatch status` shows these facts, and status.json beside the pages holds them as of publication. status.json and
assets/published.js are the only files of the site that hold the time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from flows.intake.folder import waiting_files
from flows.settings import Settings
from flows.state import database

STATUS_FILE = "status.json"
LATE_AFTER_H = 26  # a day, plus two hours: the night's duration and the hour that a clock change adds
FLAGS = ("red", "amber", "green", "grey")


def published_facts(connection: database.Connection, settings: Settings) -> dict[str, Any]:
    """The facts of the newest night in a warehouse that is, or is about to be, published."""
    night = newest_night(connection)
    query = "select flag, count(*) from marts.athlete_status where load_date = ? group by flag"
    flags = dict(connection.execute(query, [night["as_of_date"]]).fetchall())
    files = dict(connection.execute("select state, count(*) from ops.files group by state order by state").fetchall())
    return {
        "night": night["night"],
        "published_at": night["finished_at"].isoformat(timespec="seconds"),
        "as_of_date": night["as_of_date"].isoformat(),
        "exit_code": night["exit_code"],
        "flags": {flag: flags.get(flag, 0) for flag in FLAGS},
        "files": files,
        **database.rows(connection, "from ops.refused_totals")[0],
        "athletes_set_aside": _athletes_set_aside(connection),
        "accounts_failing": _accounts_failing(connection),
        "step_seconds": {step["step"]: step["seconds"] for step in night["step_seconds"] or []},
        "late_after_h": LATE_AFTER_H,
        "next_night_at": next_night(settings, night["finished_at"]).isoformat(timespec="seconds"),
    }


def newest_night(connection: database.Connection) -> dict[str, Any]:
    """The row of ops.nightly_runs published last: the highest number, or by name if an older version gave no numbers."""
    nights = database.rows(connection, "from ops.nightly_runs where state = 'published'")
    return max(nights, key=lambda night: (night.get("number") or 0, night["night"]))


def _athletes_set_aside(connection: database.Connection) -> int:
    known = database.scalar(
        connection, "select count(*) from duckdb_tables() where schema_name = 'ops' and table_name = 'set_aside'"
    )
    return int(database.scalar(connection, "select count(distinct athlete_id) from ops.set_aside")) if known else 0


def _accounts_failing(connection: database.Connection) -> int:
    known = database.scalar(
        connection, "select count(*) from duckdb_tables() where schema_name = 'ops' and table_name = 'accounts'"
    )
    return int(database.scalar(connection, "select count(reason) from ops.accounts")) if known else 0


def write_json(pages: Path, facts: Mapping[str, Any]) -> None:
    """Write status.json beside the pages, for dashboards."""
    (pages / STATUS_FILE).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def look(settings: Settings, now: datetime) -> dict[str, Any]:
    """Everything that `tendonwatch status` shows. Raises FileNotFoundError if nothing is published yet."""
    with database.reader(settings.warehouse) as connection:
        facts = published_facts(connection, settings)
    age_h = (now - datetime.fromisoformat(facts["published_at"])).total_seconds() / 3600
    return facts | {
        "age_h": round(age_h, 1),
        "is_late": is_late(datetime.fromisoformat(facts["published_at"]), now),
        **_remembered(settings),
        "next_night_at": next_night(settings, now).isoformat(timespec="seconds"),
        "squad_page": str(settings.site / "index.html"),
        "warehouse": str(settings.warehouse),
    }


def _remembered(settings: Settings) -> dict[str, Any]:
    """The last night tried, and how many files wait for the next; both None while a night holds the import memory."""
    try:
        with database.reader(database.memory_path(settings.warehouse)) as memory:
            (last,) = database.rows(memory, "select * from raw.nights order by number desc nulls last, night desc limit 1")
            known = dict(
                memory.execute(
                    "select path, size_bytes from raw.paths where is_current and is_present and not is_held"
                ).fetchall()
            )
    except (duckdb.Error, FileNotFoundError):
        return {"last_try": None, "files_waiting": None}
    return {
        "last_try": {"night": last["night"], "state": last["state"], "message": last["message"]},
        "files_waiting": waiting_files(settings.raw, known, last["started_at"].timestamp()),
    }


def is_late(published: datetime, now: datetime) -> bool:
    """Whether a publication is older than LATE_AFTER_H, or so far in the future that a clock must be wrong."""
    return not -LATE_AFTER_H <= (now - published).total_seconds() / 3600 <= LATE_AFTER_H


def published_at(settings: Settings) -> datetime | None:
    """When the pages were published; None if no readable status.json says so."""
    try:
        return datetime.fromisoformat(json.loads((settings.site / STATUS_FILE).read_text(encoding="utf-8"))["published_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def next_night(settings: Settings, now: datetime) -> datetime:
    """The next time that the schedule runs the night, in the settings' time zone.

    Once per date, as in Prefect's own schedule: if clocks skip the hour, the night runs earlier by as much as they skip; if the
    hour comes twice, it runs in the first.
    """
    zone = ZoneInfo(settings.timezone)
    hour, minute = map(int, settings.nightly_at.split(":"))
    today = now.astimezone(zone).date()
    for days in range(3):
        day = today + timedelta(days=days)
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        is_no_time = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
        due = local.replace(fold=int(is_no_time)).astimezone(UTC).astimezone(zone)
        if due > now:
            return due
    raise AssertionError("a day has a next one")


def changes(connection: database.Connection) -> dict[str, list[str]]:
    """Whose flag is new, worse or better than the day before, by marts.athlete_status."""
    found = database.rows(
        connection,
        """
        select change, list(status.athlete_id order by status.athlete_id) as athlete_ids
        from marts.athlete_status as status
        inner join marts.athletes as athletes
            on status.athlete_id = athletes.athlete_id and status.load_date = athletes.as_of_date
        group by change
        """,
    )
    return {"new": [], "worse": [], "better": []} | {
        row["change"]: row["athlete_ids"] for row in found if row["change"] in ("new", "worse", "better")
    }

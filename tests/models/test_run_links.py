"""Where a run can be looked up: by the names that services give their files, and by no other."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.lib.fuzz_inputs import gpx
from tests.lib.squads import runs_csv, tables_over, write_files

DAY = date(2026, 6, 1)
GARMIN, INTERVALS = "https://connect.garmin.com/modern/activity/", "https://intervals.icu/activities/"


def one_run(number: int) -> str:
    return runs_csv(DAY + timedelta(days=number), [8])


def test_a_file_that_is_named_by_its_activity_leads_there(tmp_path: Path) -> None:
    names = {
        "garmin": ("export/activity_14211916346.gpx", GARMIN + "14211916346"),
        "fetched": ("intervals/i55112233.csv", INTERVALS + "i55112233"),
        "second-version": ("intervals/i55112233~v2.csv", INTERVALS + "i55112233"),
        # Of a Strava export the name counts uploads: whose page that would be nobody knows.
        "strava": ("activities/14211916346.gpx", None),
        "own-name": ("activity_of_monday.gpx", None),
        "hostile": ("activity_1.gpx?x=javascript:alert(1).gpx", None),
        "folder": ("activity_1.gpx/run.gpx", None),
    }
    files: dict[str, str | bytes] = {
        f"{athlete_id}/{name}": gpx() if name.endswith(".gpx") else one_run(0) for athlete_id, (name, _) in names.items()
    }
    # Two runs in one file: its number is the number of neither.
    files["two/intervals/i7.csv"] = runs_csv(DAY, [8, 9])
    # Two files tell of one run: the one that has a number leads there.
    files["twice/runs.csv"] = files["twice/intervals/i8.csv"] = one_run(0)
    files["twice/intervals/i8.csv"] += "\n"
    night = tables_over(write_files(tmp_path / "raw", files), tmp_path, "2026-12-01")
    told: dict[str, list[str | None]] = {}
    for row in night.rows("select athlete_id, link from marts.runs"):
        told.setdefault(row["athlete_id"], []).append(row["link"])
    assert told == {
        **{athlete_id: [link] for athlete_id, (_, link) in names.items()},
        "two": [None, None],
        "twice": [INTERVALS + "i8"],
    }

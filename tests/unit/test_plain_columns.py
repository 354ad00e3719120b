"""Logs read column by column come to the tables, refusals and notes to which they come row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.intake.contents import ROOT, Job, ParsedFile
from flows.intake.lay_out import lay_out
from flows.intake.store import create_memory, store
from flows.readers import garmin_csv, own_logs, strava_csv
from flows.readers.own_logs import LOGS, read_own_log
from flows.records import FileContent, UnreadableFile
from flows.state import database

TABLES = ("runs", "named_files", "strength_sets", "strength_sessions", "refused_rows", "contents")
TEXT = ["", " ", "easy", "  wide  ", "Mönch", "a\tb", "x" * 2100, "\u202eturned", "nan", "None", "NaT", "0"]
NUMBERS = ["", "0", "0.0", "-1", "5", "5,5", "7.25", "1e3", "1e309", "12 km", "x", "1.234,5", "250", "450", "31000", "٣", "nan"]
USUAL = ["", "0", "5", "0.4", "60", "450", "7,25"]
TIMES = [
    "2026-11-20", "2026-11-20 07:30", "2026-11-20T07:30:05", "2026-11-20 07:30:05.5", "2026-11-20T07:30:00Z", "20. Nov. 2026",
    "2026-11-20T07:30:00+01:00", "2026-02-30", "0001-01-01T00:00:00+10:00", "2026-11-20 24:00", "1989-12-31", "2101-01-01",
    "1999-06-01", "20.11.2026", "20261120", "", "started_at", "٢٠٢٦-11-20", "2026-11-20 7:30 PM",
]  # fmt: skip
SPORTS = ["", "running", "Run", "Trail Running", "treadmill", "walk", "hike", "ride", "Yoga", "strength training", "triathlon",
          "Hund", "walk/run"]  # fmt: skip
CELLS = {
    "started_at": TIMES,
    "performed_at": TIMES,
    "sport": SPORTS,
    "moving_time": ["", "50", "1:10:00", "137:00", "0", "1:99", "5:00,5", "300:00:00", "-3", "fast"],
    "exercise": ["", "Standing calf raise", "Bent-knee calf raise", " March "],
    "side": ["", "left", "links", "both", "l r", "Left leg", "up"],
    "is_warmup": ["", "yes", "NO", "1", "perhaps"],
    "set": ["", "1", "2", "2.5", "1e5", "-1"],
    "athlete_id": ["", "ada", "Ada", "bo", " ada "],
}
NEEDED = {"runs_csv": ["started_at", "distance_km", "moving_time"], "strength_csv": ["performed_at", "exercise", "reps"]}
MAY_BE = {
    "runs_csv": ["distance_m", "distance_mi", "sport", "carried_kg", "ascent_m", "avg_heart_rate_bpm", "cadence_spm", "rpe",
                 "gear", "shoes", "note", "athlete_id", "weather",
                 "Moving Time"],
    "strength_csv": ["set", "weight_kg", "weight_lb", "hold_s", "side", "rpe", "rir", "is_warmup", "note", "athlete_id", "reps"],
}  # fmt: skip


def values_of(column: str) -> list[str]:
    texts = column in ("note", "gear", "shoes", "weather", "exercise")
    return CELLS.get(column.lower().replace(" ", "_"), TEXT if texts else NUMBERS)


@st.composite
def logs(draw: st.DrawFn) -> tuple[str, bytes]:
    """One of our logs, with some rows that are plain and some that are anything else."""
    log_name = draw(st.sampled_from(sorted(NEEDED)))
    names = [*NEEDED[log_name], *draw(st.lists(st.sampled_from(MAY_BE[log_name]), max_size=6))]
    names = draw(st.permutations(names))
    mark = draw(st.sampled_from([",", ";"]))
    plain = {"started_at": "2026-11-20 07:30", "performed_at": "2026-11-20", "moving_time": "50:00", "exercise": "Calf raise"}
    lines = [mark.join(names)]
    for _ in range(draw(st.integers(0, 20))):
        cells = []
        for name in names:
            known, oddness = values_of(name), draw(st.integers(0, 24))
            usual = USUAL if known is NUMBERS and oddness > 6 else known[:4]
            as_ever = [plain[name]] if name in plain else usual
            cells.append(draw(st.sampled_from(known if oddness == 0 else as_ever if oddness > 2 else usual)))
        cells = [f'"{cell}"' if mark in cell or draw(st.integers(0, 20)) == 0 else cell for cell in cells]
        shape = draw(st.integers(0, 15))
        if shape == 0:
            cells = cells[:-1]
        elif shape == 1:
            cells += [""] if draw(st.booleans()) else ["more"]
        elif shape == 2:
            cells[0] = f'"{cells[0]}\nnext line"'
        elif shape == 3:
            cells[0] = f'"{cells[0]}'
        lines.append(mark.join(cells))
    lines += draw(st.sampled_from([[], [lines[0]], ["", "", "", "", lines[-1]]]))
    return log_name, ("\n".join(lines) + draw(st.sampled_from(["", "\n"]))).encode()


ACCOUNTS: dict[str, tuple[ModuleType, list[str], list[str]]] = {
    "strava": (
        strava_csv,
        ["Activity ID", "Activity Date", "Activity Name", "Activity Type", "Elapsed Time", "Distance", "Filename", "Moving Time"],
        [
            "Distance",
            "Elevation Gain",
            "Elevation Loss",
            "Average Heart Rate",
            "Activity Gear",
            "Perceived Exertion",
            "Total Steps",
        ],
    ),
    "garmin": (
        garmin_csv,
        ["Activity Type", "Date", "Title", "Distance", "Time", "Avg HR"],
        ["Avg Run Cadence", "Total Ascent", "Total Descent", "Elapsed Time", "Steps", "Calories"],
    ),
}
DATES = ["Nov 20, 2026, 7:30:00 AM", "20 nov. 2026 à 07:30:00", "2026-11-20 07:30:00", "2026-11-20 07:30", "4/7/2026, 7:30:00",
         "2026-11-20T07:30:00Z", "Nov 31, 2026, 7:30:00 AM", "2026-11-20", "0001-01-01 00:00:00", "--", "",
         "'2026-11-20 07:30:00", "1989-06-01 07:30:00", "Activity Date"]  # fmt: skip
CLOCKS = ["50:00", "0:50:00", "01:02:03.4", "--", "", "50", "90:00:00", "0:00"]
PLAIN_CELLS = {"Activity Date": DATES[0], "Date": DATES[2], "Activity Type": "Run", "Distance": "10.5", "Elapsed Time": "3600.0",
               "Moving Time": "3500", "Time": "58:20", "Title": "Lund Running", "Filename": "activities/1.fit.gz"}  # fmt: skip
FIGURES = ["", "--", "0", "10.5", "1,234.5", "1.234,5", "12,5", "450", "180", "1e3", "x", "'7", "-1", "60", "31000"]


@st.composite
def accounts(draw: st.DrawFn) -> tuple[str, bytes]:
    """A table of a whole account, with rows of all kinds."""
    program = draw(st.sampled_from(sorted(ACCOUNTS)))
    _, needed, may_be = ACCOUNTS[program]
    names = draw(st.permutations([*needed, *draw(st.lists(st.sampled_from(may_be), unique=True, min_size=3))]))
    odd = {"Activity Date": DATES, "Date": DATES, "Activity Type": [*SPORTS, "Weight Training"], "Time": CLOCKS}
    odd |= {name: [*TEXT[:8], "Evening ride"] for name in ("Activity Name", "Title", "Filename", "Activity Gear")}
    odd |= {"Elapsed Time": CLOCKS} if program == "garmin" else {}
    lines = [",".join(names)]
    for _ in range(draw(st.integers(0, 20))):
        cells = []
        for name in names:
            known = odd.get(name, FIGURES)
            usual = "50:00" if name == "Elapsed Time" and program == "garmin" else PLAIN_CELLS.get(name, "7")
            cells.append(draw(st.sampled_from(known)) if draw(st.integers(0, 11)) == 0 else usual)
        shape = draw(st.integers(0, 19))
        cells = cells[:-1] if shape == 0 else [*cells, "more"] if shape == 1 else cells
        lines.append(",".join(f'"{cell}"' for cell in cells) if shape != 2 else f'"{",".join(cells)}')
    lines += draw(st.sampled_from([[], [lines[0]], [""]]))
    return program, ("\n".join(lines) + draw(st.sampled_from(["", "\n"]))).encode()


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    with database.writer(tmp_path_factory.mktemp("memory") / "memory.duckdb") as connection:
        create_memory(connection)
        yield connection


def tables(connection: database.Connection, parsed: ParsedFile) -> dict[str, list[tuple[object, ...]]]:
    for table in TABLES:
        connection.execute(f"delete from raw.{table}")
    store(connection, [parsed])
    return {table: connection.execute(f"from raw.{table} order by all").fetchall() for table in TABLES}


def outcome(
    connection: database.Connection, owner: str, data: bytes, read: Callable[[bytes], FileContent] = read_own_log
) -> object:
    """What a log comes to: its tables, or why it is refused; and what its reader says."""
    try:
        content = read(data)
    except UnreadableFile as refusal:
        return str(refusal), refusal.may_be_run, refusal.may_be_strength
    job = Job(owner, "f" * 64, Path("log.csv"), f"{owner}/2026/log.csv")
    said = (content.notes, content.refused_rows, content.nothing_because, tuple(content.activities), tuple(content.strength_sets))
    return said, tables(connection, lay_out(job, content))


# On the bounds and just beyond: climbs for their length, cadence, an average heart rate that was not measured, effort, year.
ON_BOUNDS = b"""started_at,distance_km,moving_time,ascent_m,cadence_spm,avg_heart_rate_bpm,rpe,carried_kg
2026-11-20,0.4,10:00,400,20,25,0,0
2026-11-20,0.4,10:00,401,,,,
2026-11-20,0.4,10:00,,19,,,
2026-11-20,0.4,10:00,,,24,,
2026-11-20,0.4,10:00,,,,-1,
2026-11-20,0.4,10:00,,,,,101
2026-11-20,1,10:00,700,300,250,10,100
2026-11-20,1,10:00,701,,,,
2026-11-20,1,10:00,,301,,,
2026-11-20,1,10:00,,,0,,
1990-01-01,500,10:00,0,0,,5,5
1989-12-31,500,10:00,,,,,
2026-11-20,501,10:00,,,,,
2026-11-20,400,10:00,30001,,,,
2100-01-01,10,72:00:00,,,,,
2100-01-02,10,72:00:01,,,,,
2026-11-20,0,10:00,450,180,,,
2026-11-20,,0,450,180,,,
"""
SETS_ON_BOUNDS = b"""performed_at,exercise,reps,hold_s,weight_kg,set,rir,rpe
2000-01-01,Calf raise,0,,700,0,0,0
1999-12-31,Calf raise,0.5,,701,10000,50,10
2026-11-20,Calf raise,0.4,,-300,10001,51,11
2026-11-20,Calf raise,1001,,-301,1,,
2026-11-20,Calf raise,1001,3600,,1,,
2026-11-20,Calf raise,,3601,,1,,
"""


@example(("runs_csv", ON_BOUNDS), "ada")
@example(("strength_csv", SETS_ON_BOUNDS), "ada")
@settings(max_examples=60, deadline=None)
@given(logs(), st.sampled_from(["ada", ROOT]))
def test_columns_come_to_the_same_as_rows(memory: database.Connection, log: tuple[str, bytes], owner: str) -> None:
    log_name, data = log
    by_columns = outcome(memory, owner, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(own_logs.LOGS, log_name, replace(LOGS[log_name], plain=None))
        by_rows = outcome(memory, owner, data)
    assert by_columns == by_rows


@settings(max_examples=60, deadline=None)
@given(accounts(), st.sampled_from(["ada", ROOT]))
def test_tables_of_accounts_come_to_the_same_as_rows(memory: database.Connection, table: tuple[str, bytes], owner: str) -> None:
    program, data = table
    module = ACCOUNTS[program][0]
    read = {"strava": strava_csv.read_strava_csv, "garmin": garmin_csv.read_garmin_csv}[program]
    by_columns = outcome(memory, owner, data, read)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_plain_of", None)
        by_rows = outcome(memory, owner, data, read)
    assert by_columns == by_rows


def test_rides_of_an_account_are_told_and_named_by_column() -> None:
    header = "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Filename,Moving Time\n"
    rows = [f'{n},"Nov {n}, 2026, 7:30:00 AM",Morning,{sport},3600,10,{n}.gpx,3500\n' for n, sport in ((1, "Run"), (2, "Ride"))]
    parsed = lay_out(
        Job("ada", "f1", Path("activities.csv"), "ada/activities.csv"),
        strava_csv.read_strava_csv((header + "".join(rows)).encode()),
    )
    assert parsed.columns["runs"].values["row_number"].tolist() == [2]
    assert parsed.columns["named_files"].values["linked_file"].tolist() == ["1.gpx", "2.gpx"]
    assert parsed.columns["named_files"].values["activity_number"].tolist() == [1, 2]
    assert (parsed.rows["runs"], parsed.rows["named_files"]) == ([], [])
    assert parsed.reason
    assert "only running, walking, hiking and strength work count" in parsed.reason


def test_plain_rows_are_laid_out_by_column() -> None:
    rows = ["2026-11-20 07:30,10,50:00,easy", "2026-11-21,8,,", "2026-11-22,fast,,", "2026-11-23,8,40,ride"]
    content = read_own_log("\n".join(["started_at,distance_km,moving_time,note", *rows, ""]).encode())
    parsed = lay_out(Job("ada", "f1", Path("runs.csv"), "ada/runs.csv"), content)
    columns = parsed.columns["runs"]
    assert columns.values["row_number"].tolist() == [2, 3, 5]
    assert columns.values["summary_distance_m"].tolist() == [10_000, 8_000, 8_000]
    assert parsed.rows["runs"] == []
    assert [row["place"] for row in parsed.rows["refused_rows"]] == ["row 4"]

"""One bad item refuses itself and not its file, and no small file costs much: each found by breaking files at random."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows.intake import contents, parse
from flows.readers.cells import Lines
from flows.readers.sniff import read_content
from flows.records import FileContent, UnreadableFile
from tests.lib import fuzz_inputs
from tests.unit.readers.test_json import RUN, STRAVA

RUNS = "started_at,distance_km,moving_time,note\n"
ROW = "2026-05-01T07:00,10,50:00,easy\n"


def read(name: str, text: str) -> FileContent:
    return read_content(name, text.encode())


# ---------------------------------------------------------------- one bad item


@pytest.mark.parametrize(
    "bad",
    [
        "2026-05-02T07:00," + "9" * 5000 + ",50:00,",
        "2026-05-02T07:00,10," + "9" * 5000 + ":00,",
        "2026-05-02T07:00,10," + "9" * 5000 + ":00:00,",
        "0000-05-02T07:00,10,50:00,",
        "99999-05-02T07:00,10,50:00,",
        "0001-01-01T00:00+14:00,10,50:00,",
        "9999-12-31T23:59-14:00,10,50:00,",
        "2026-05-02T07:00,1e400,50:00,",
        "2026-05-02T07:00,10,50:00," + "x" * 1_100_000,
    ],
)
def test_a_cell_that_no_number_or_date_holds_refuses_its_row(bad: str) -> None:
    content = read("runs.csv", f"{RUNS}{ROW}{bad}\n{ROW}")
    assert [run.distance_m for run in content.activities] == [10_000, 10_000]
    assert [row.place for row in content.refused_rows] == ["row 3"]


@pytest.mark.parametrize("place", [0, 2])
def test_a_heading_of_131073_characters_is_a_column_that_nobody_uses(place: int) -> None:
    names, cells = RUNS.strip().split(","), ROW.strip().split(",")
    names.insert(place, "x" * 131_073)
    cells.insert(place, "y" * 131_073)
    content = read("runs.csv", ",".join(names) + "\n" + ",".join(cells) + "\n")
    assert [run.distance_m for run in content.activities] == [10_000]


@pytest.mark.parametrize(
    "row",
    [
        'Running,2026-05-02 07:00:00,false,M,"10.02",600,' + "9" * 5000 + ":00:00,148",
        'Running,"Dec ' + "9" * 5000 + ', 2022, 3:24:49 PM",false,M,"10.02",600,00:52:30,148',
        'Running,0001-01-01 00:00:00+14:00,false,M,"10.02",600,00:52:30,148',
    ],
)
def test_a_bad_row_of_an_export_refuses_itself(row: str) -> None:
    header = "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR\n"
    good = 'Running,2026-05-01 07:00:00,false,Morning,"10.02",600,00:52:30,148\n'
    content = read("Activities.csv", header + good + row + "\n" + good)
    assert len(content.activities) == 2 and [refused.place for refused in content.refused_rows] == ["row 3"]


def test_a_set_number_without_end_refuses_its_row() -> None:
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    row = '2026-05-01 18:00:00,Legs,{hours}h 5m,Calf Raise,{order},40,12,0,0,"","",\n'
    content = read("strong.csv", header + row.format(hours=1, order=1) + row.format(hours="9" * 5000, order="9" * 5000))
    assert len(content.activities[0].sets) == 1 and len(content.refused_rows) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {name: value for name, value in RUN.items() if name != "startTimeGMT"} | {"startTimeLocal": None},
        RUN | {"startTimeGMT": "0000-01-01 00:00:00", "startTimeLocal": "99999-01-01 00:00:00"},
        RUN | {"startTimeGMT": None, "startTimeLocal": None, "beginTimestamp": 10**400},
        7,
        [[[]]],
        "half \ud83c",
        None,
    ],
)
def test_an_item_that_is_no_activity_refuses_itself(bad: Any) -> None:
    content = read_content("list.json", json.dumps([RUN, bad, RUN]).encode())
    assert len(content.activities) == 2 and [row.place for row in content.refused_rows] == ["activity 2"]


@pytest.mark.parametrize("kind", [None, 5, "absent", {"typeKey": 7}])
def test_a_garmin_activity_without_a_type_is_one_of_no_stated_sport(kind: Any) -> None:
    item = {name: value for name, value in RUN.items() if name != "activityType"}
    content = read_content("list.json", json.dumps([RUN, item if kind == "absent" else item | {"activityType": kind}]).encode())
    assert [activity.sport for activity in content.activities] == ["running", None]


@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_a_number_of_many_digits_costs_no_more_than_itself(digits: int) -> None:
    text = json.dumps([STRAVA, STRAVA]).replace("12061.7", "9" * digits, 1)
    content = read("strava.json", text)
    assert [activity.distance_m for activity in content.activities] == [None, 12061.7]


@pytest.mark.parametrize("year", ["0000", "0001", "9999", "99999", "-001"])
@pytest.mark.parametrize("name", ["run.gpx", "run.tcx"])
def test_a_point_of_no_year_is_left_out(name: str, year: str) -> None:
    data = fuzz_inputs.gpx() if name == "run.gpx" else fuzz_inputs.tcx()
    content = read_content(name, data.replace(b"2026-05-01T06:00:07", f"{year}-05-01T06:00:07".encode()))
    (run,) = content.activities
    assert run.track is not None and len(run.track) >= fuzz_inputs.POINTS - 1


@pytest.mark.parametrize("total", ["inf", "-inf", "nan", "1e308", "9" * 5000])
def test_a_lap_whose_total_is_no_number_costs_no_more_than_the_total(total: str) -> None:
    lap = b"<TotalTimeSeconds>119</TotalTimeSeconds><DistanceMeters>357.0</DistanceMeters>"
    bad = f"<TotalTimeSeconds>{total}</TotalTimeSeconds><DistanceMeters>{total}</DistanceMeters>".encode()
    other = b'</Lap><Lap StartTime="2026-05-01T06:02:00.000Z">' + bad.replace(b">inf<", b">-inf<") + b"</Lap><Notes>"
    data = fuzz_inputs.tcx()
    assert lap in data
    (run,) = read_content("run.tcx", data.replace(lap, bad).replace(b"</Lap><Notes>", other)).activities
    assert run.distance_m is None and run.track is not None


# ---------------------------------------------------------------- small files that would cost much


def test_rows_keep_their_numbers_below_blank_ones() -> None:
    lines = Lines("\n" * 50 + "head\r\n" + " ,;\t\n" * 100 + "a\n\nb\rc")
    assert [(lines.row_at(index), line) for index, line in enumerate(lines) if line.strip(" ,;\t\n")] == [
        (51, "head\n"),
        (152, "a\n"),
        (154, "b\n"),
        (155, "c"),
    ]


def test_a_bad_row_below_many_blank_ones_is_named_by_its_place_in_the_file() -> None:
    content = read("runs.csv", RUNS + ",,,\n" * 500 + ROW + "\n" * 30 + "2026-05-02T07:00,much,50:00,\n")
    assert len(content.activities) == 1
    assert [(row.place, row.text) for row in content.refused_rows] == [("row 533", "2026-05-02T07:00,much,50:00,")]


@pytest.mark.parametrize("name", fuzz_inputs.BOMBS)
def test_a_small_file_that_could_cost_much_is_read_to_its_end_or_refused(name: str) -> None:
    """What each may cost is measured by `make fuzz`, on a machine with nothing else to do."""
    data = fuzz_inputs.bomb(name)
    assert len(data) < 300_000
    try:
        content = read_content(f"{name}.gz", data)
        assert len(content.activities) <= 1
    except UnreadableFile as refusal:
        assert refusal.remedy


def test_a_decoder_that_panics_is_not_heard_and_not_the_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Damaged bytes under a right checksum, of which many make fitfast's core panic."""
    dice = random.Random(7)
    whole = fuzz_inputs.fit_file(*fuzz_inputs.fit_messages()[0])
    outcomes = Counter()
    for number in range(150):
        path = tmp_path / f"{number}.fit"
        path.write_bytes(fuzz_inputs.with_right_checksums(fuzz_inputs.flip(dice, whole)))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        parsed = parse.parse_file(contents.Job("ada", digest, path, path.name))
        outcomes[parsed.outcome] += 1
        assert not (parsed.reason or "").startswith("the reader failed")
    assert outcomes["loaded"] > 50
    said = capfd.readouterr()
    assert said.out == said.err == ""

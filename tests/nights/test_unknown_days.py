"""A refused run leaves its day unknown, not rest; where nobody can tell the day, confidence is low for four weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.intake import ingest, verbs
from flows.state import database
from tests.lib.squads import Night, night_over, strength_csv, write_files

AS_OF = "2026-10-31"
HEADER = "started_at,distance_km,moving_time,sport"
EVERY_OTHER_DAY = "".join(f"2026-{month}-{day:02d}T07:00,8,40:00,\n" for month in ("08", "09", "10") for day in range(1, 31, 2))
LOG = f"{HEADER}\n{EVERY_OTHER_DAY}"
CUT_FIT = b"\x0e\x10\x00\x00\x10\x00\x00\x00.FITxxxx"
TOO_LONG = "2026-10-16T07:00,8,400:00:00,\n"  # what the guard refuses
NO_NUMBER = "2026-10-16T07:00,eight,40:00,\n"  # what the reader refuses
CALF_WORK = strength_csv({date(2026, 10, day): ["Single-leg calf raise", "Seated calf raise"] for day in range(2, 31, 3)})
SQUAD = "athlete_id,timezone\nzone,America/Los_Angeles\n"
FILES = {
    "squad.csv": SQUAD,
    "guard/runs.csv": LOG + TOO_LONG,
    "reader/runs.csv": LOG + NO_NUMBER,
    "zone/runs.csv": LOG + "2026-10-17T03:00Z,eight,40:00,\n",  # the evening of the 16th in California
    "root/keep.csv": LOG,
    "ride/runs.csv": LOG + NO_NUMBER.replace(",\n", ",cycling\n"),
    "strength/runs.csv": LOG,
    "strength/strength.csv": CALF_WORK + "2026-10-16T18:00,Seated calf raise,one,12\n",
    "covered/runs.csv": LOG + NO_NUMBER.replace("07:00", "07:00Z"),
    "covered/run.csv": f"{HEADER}\n2026-10-16T07:01Z,8,40:00,\n",
    "beside/runs.csv": LOG + NO_NUMBER.replace("07:00", "07:00Z"),
    "beside/run.csv": f"{HEADER}\n2026-10-16T18:00Z,8,40:00,\n",  # another run of the day covers nothing
    "untimed/runs.csv": LOG + NO_NUMBER,  # its time is in no zone, so nobody can tell which run it was
    "untimed/run.csv": f"{HEADER}\n2026-10-16T07:00,8,40:00,\n",
    "same/runs.csv": LOG + NO_NUMBER + "2026-10-16T18:00,8,40:00,\n",  # another run of the same file covers nothing
    "named/runs.csv": LOG,
    "named/evening run 16 October 2026.fit": CUT_FIT,
    "photo/runs.csv": LOG,
    "photo/2026-10-16.jpg": b"\xff\xd8\xff" + b"x" * 100,
    "undated/runs.csv": LOG,
    "undated/strength.csv": CALF_WORK,
    "undated/C5B90000.fit": CUT_FIT,
    "clock/runs.csv": LOG + "1989-12-31T07:00,8,40:00,\n",
    "only/2026-10-16.csv": f"{HEADER}\n{TOO_LONG}",
    "runs.csv": f"athlete_id,{HEADER}\nroot,{NO_NUMBER}",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("unknown")
    return night_over(write_files(folder / "raw", FILES), folder, AS_OF)


def unknown(night: Night, athlete_id: str) -> list[date]:
    query = "select load_date from marts.daily_load where athlete_id = ? and not is_known order by load_date"
    return [row["load_date"] for row in night.rows(query, athlete_id)]


@pytest.mark.parametrize("athlete_id", ["guard", "reader", "zone", "root", "same", "named", "beside", "untimed"])
def test_the_day_of_a_refused_run_is_unknown_for_every_measure(night: Night, athlete_id: str) -> None:
    assert unknown(night, athlete_id) == [date(2026, 10, 16)]
    (day,) = night.rows("from marts.daily_load where athlete_id = ? and load_date = date '2026-10-16'", athlete_id)
    measures = ("runs", "distance_m", "moving_s", "ascent_m", "steps", "fast_steps", "srpe_au", "trimp_au", "achilles_load_steps")
    assert {day[measure] for measure in measures} == {None}
    query = "select known_days_28 from marts.load_ratio where athlete_id = ? and load_date = ? and measure = 'distance_m'"
    assert night.value(query, athlete_id, AS_OF) == 27


@pytest.mark.parametrize("athlete_id", ["ride", "strength", "covered", "photo", "undated", "clock"])
def test_no_day_is_unknown_for_what_was_no_run_or_is_told_by_another_file(night: Night, athlete_id: str) -> None:
    assert unknown(night, athlete_id) == []
    assert night.value("select count(*) from marts.daily_load where athlete_id = ? and distance_m = 0", athlete_id) > 0


def test_a_refused_set_is_listed_all_the_same(night: Night) -> None:
    assert night.value("select count(*) from ops.quarantined_rows where athlete_id = 'strength'") == 1


def test_a_file_whose_only_run_was_refused_is_not_loaded(night: Night) -> None:
    assert night.value("select state from ops.files where path = 'only/2026-10-16.csv'") == "quarantined"
    assert night.value("select state from ops.files where path = 'guard/runs.csv'") == "loaded"


def said_of(night: Night, athlete_id: str, day: str) -> tuple[Any, ...]:
    (status,) = night.rows("from marts.athlete_status where athlete_id = ? and load_date = ?::date", athlete_id, day)
    (flag,) = night.rows(
        "from marts.flags where athlete_id = ? and load_date = ?::date and code = 'DATA_REFUSED_UNDATED'", athlete_id, day
    )
    return status["confidence"], flag["state"], flag["evidence"]


@pytest.mark.parametrize("athlete_id", ["undated", "clock"])
def test_a_refused_run_without_a_day_lowers_confidence_and_says_so_on_the_page(night: Night, athlete_id: str) -> None:
    said = "1 refused file of four weeks may hold running, and nobody can tell of which day."
    assert said_of(night, athlete_id, AS_OF) == ("low", "raised", said)
    assert "may hold running" in (night.site / f"athletes/{athlete_id}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def later(night: Night) -> Iterator[Night]:
    """29 days later, after all that was refused was acknowledged."""
    memory = database.memory_path(night.warehouse)
    for path in ("guard/runs.csv", "named/evening run 16 October 2026.fit", "undated/C5B90000.fit"):
        assert verbs.acknowledge(memory, path)
    yield night_over(night.settings.raw, night.warehouse.parent, "2026-11-28")


def test_an_acknowledged_file_leaves_its_day_unknown_and_four_weeks_after_it_came_it_is_let_be(later: Night) -> None:
    assert unknown(later, "guard") == unknown(later, "named") == [date(2026, 10, 16)]
    assert said_of(later, "undated", "2026-11-28")[1] == "clear"
    assert later.value("select count(*) from marts.flags where athlete_id = 'undated' and code = 'DATA_REFUSED_UNDATED'"
                       " and state = 'raised' and load_date = date '2026-11-27'") == 1  # fmt: skip
    assert later.value("select distinct first_seen from raw.paths") == date.fromisoformat(AS_OF)


def test_a_moved_file_is_no_younger_than_it_was(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/run.fit": CUT_FIT})
    memory = tmp_path / "memory.duckdb"
    ingest.import_files(raw, memory, 1)
    with database.writer(memory) as connection:
        connection.execute("update raw.paths set first_seen = date '2026-10-01'")
    (raw / "ada/run.fit").rename(raw / "ada/old.fit")
    ingest.import_files(raw, memory, 1)
    with database.writer(memory) as connection:
        assert connection.execute("select path, first_seen from raw.paths").fetchall() == [("ada/old.fit", date(2026, 10, 1))]

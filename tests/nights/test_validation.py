"""The three borders: bad rows go, all of them, good rows stay; a bad table stops the night; a warning is only shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import nightly
from flows.guard import validation
from flows.guard.expectations import mart_suites, raw_suites, staging_suites
from flows.intake import verbs
from flows.models import contract, layers
from flows.places import SQL_DIR
from flows.state import database
from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

DAY = date(2026, 9, 1)
AS_OF = "2026-09-30"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """ada: 60 rows that fail and 5 good ones; ben: one row that fails twice; cleo: bad sets and symptoms; dan: warnings."""
    folder = tmp_path_factory.mktemp("guarded")
    header = "started_at,distance_km,moving_time,avg_heart_rate_bpm,rpe"
    bad = [f"2026-08-01T{number % 24:02d}:{number // 24:02d},5,{100 + number}:00:00,," for number in range(60)]
    good = [f"2026-09-0{day}T12:00,5,25:00,150,4" for day in range(1, 6)]
    raw = write_files(
        folder / "raw",
        {
            "ada/runs.csv": "\n".join([header, *bad, *good]),
            "ben/runs.csv": f"{header}\n2026-09-01T12:00,600,100:00:00,,\n2026-09-02T12:00,5,25:00,150,10\n",
            "cleo/strength.csv": "performed_at,exercise,reps\n"
            "2026-09-01T18:00,Calf raise,12\n2026-09-01T18:05,Calf raise,12000\n",
            "cleo/symptoms.csv": "date,pain_0_10\n2026-09-01,3\n2026-09-02,30\n",
            "dan/runs.csv": f"{header}\n1995-09-01T12:00,5,25:00,150,\n2026-09-02T12:00,5,25:00,150,\n",
        },
    )
    return night_over(raw, folder, AS_OF)


def test_every_failing_row_is_quarantined_not_the_first_20(guarded: Night) -> None:
    rows = guarded.rows("select place, expectation from ops.quarantined_rows where athlete_id = 'ada'")
    assert {row["place"] for row in rows} == {f"row {number}" for number in range(2, 62)}
    assert {row["expectation"] for row in rows} == {"summary_moving_s is between 0 and 259200"}
    assert guarded.value("select count(*) from marts.runs where athlete_id = 'ada'") == 5


def test_what_hangs_on_a_quarantined_run_goes_with_it(guarded: Night) -> None:
    for table in ("raw.run_bins", "raw.run_hr_bins"):
        orphans = f"select count(*) from {table} anti join raw.runs using (athlete_id, file_id, activity_number)"
        assert guarded.value(orphans) == 0, table
    assert guarded.value("select count(*) from marts.runs where athlete_id = 'ada'") == 5


def test_a_row_that_fails_twice_is_taken_out_once_and_listed_with_both_reasons(guarded: Night) -> None:
    rows = guarded.rows("select expectation from ops.quarantined_rows where athlete_id = 'ben' order by all")
    assert [row["expectation"] for row in rows] == [
        "summary_distance_m is between 0 and 500000",
        "summary_moving_s is between 0 and 259200",
    ]
    assert guarded.value("select count(*) from marts.runs where athlete_id = 'ben'") == 1


def test_a_row_that_fails_twice_counts_once_wherever_refused_rows_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    header = "started_at,distance_km,moving_time"
    twice = f"{header}\n2026-08-31T12:00,5,25:00\n2026-09-01T12:00,600,100:00:00\n"
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": twice, "ben/runs.csv": twice})
    with caplog.at_level("INFO", "tendonwatch"):
        night = night_over(raw, tmp_path, AS_OF)
    said = {record.getMessage() for record in caplog.records}
    assert {line.partition(" checks, ")[2].partition(" (")[0] for line in said if line.startswith("guard raw")} == {
        "2 refused rows"
    }
    assert night.value("select message from ops.nightly_runs") == "2 rows refused by the guard"
    assert night.value("select refused_rows from ops.refused_totals") == 2
    assert night.value("select count(*) from ops.quarantined_rows where is_first_reason") == 2
    assert night.value("select count(*) from ops.quarantined_rows") == 4
    assert night.outcome.refused_rows == 2
    assert json.loads((night.site / "status.json").read_text(encoding="utf-8"))["refused_rows"] == 2
    assert "2 rows of 4 causes." in (night.site / "data-quality.html").read_text(encoding="utf-8")
    unknown = night.rows("select athlete_id, load_date from marts.daily_load where not is_known order by all")
    assert unknown == [{"athlete_id": name, "load_date": DAY} for name in ("ada", "ben")]
    assert verbs.retry(database.memory_path(night.warehouse)) == ["ada/runs.csv", "ben/runs.csv"]


def test_a_value_on_the_border_is_allowed(guarded: Night) -> None:
    assert guarded.value("select count(*) from raw.runs where rpe = 10") == 1


def test_sets_and_symptoms_are_guarded_alike(guarded: Night) -> None:
    rows = guarded.rows("select table_name, place from ops.quarantined_rows where athlete_id = 'cleo' order by all")
    assert rows == [{"table_name": "strength_sets", "place": "row 3"}, {"table_name": "symptoms", "place": "row 3"}]
    assert guarded.value("select count(*) from marts.strength_sets where athlete_id = 'cleo'") == 1


def test_a_quarantined_row_is_kept_whole_with_reason_and_remedy(guarded: Night) -> None:
    (row,) = guarded.rows("from ops.quarantined_rows where athlete_id = 'cleo' and table_name = 'strength_sets'")
    assert "12000" in row["row_text"]
    assert row["path"] == "cleo/strength.csv"
    assert row["reason"]
    assert row["remedy"]


def test_a_quarantined_row_marks_the_night(guarded: Night) -> None:
    # ada 60, ben 1 row with two reasons, cleo 2
    assert guarded.outcome.exit_code == 3
    assert guarded.value("select count(distinct (path, place)) from ops.quarantined_rows") == 63


def test_a_warning_is_recorded_and_stops_nothing(guarded: Night) -> None:
    (check,) = guarded.rows("from ops.checks where table_name = 'activities.runs' and column_name = 'is_dated'")
    assert (check["severity"], check["is_passed"], check["rows_failed"]) == ("warning", False, 1)
    assert guarded.value("select count(*) from marts.runs where athlete_id = 'dan'") == 2


def test_every_expectation_of_every_border_is_in_ops_checks_with_its_reason(guarded: Night) -> None:
    promising = {border: len(contract.tables(border)) for border in ("marts", "ops")}  # each table that keeps its promises: once
    for border, suites in (("raw", raw_suites()), ("staging", staging_suites()), ("marts", mart_suites()), ("ops", [])):
        expected = sum(len(suite.expectations) for suite in suites) + promising.get(border, 0)
        rows = guarded.rows("from ops.checks where border = ?", border)
        assert len(rows) == expected > 0
        assert all(row["reason"] for row in rows)
        assert [row["error"] for row in rows if row["error"]] == []


def test_the_counts_of_failing_rows_are_those_of_sql_written_by_hand(tmp_path: Path) -> None:
    """Two roads to the same numbers: Great Expectations on DuckDB, and one query over the same rows."""
    work = tmp_path / "work.duckdb"
    with database.writer(work) as connection:
        connection.execute("create schema raw; create schema ops")
        connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))
        connection.execute(
            """
            insert into raw.runs (athlete_id, file_id, activity_number, source_format, parser, started_local, summary_distance_m,
                summary_moving_s, summary_avg_heart_rate_bpm, rpe, carried_kg, summary_ascent_m)
            select 'ada', 'one', i, 'csv', 'csv', if(i % 19 = 0, null, '2026-05-01 08:00'::timestamp),
                if(i % 7 = 0, -1, 5000), if(i % 11 = 0, 0, 1500),
                if(i % 13 = 0, 10 + i, null), i % 12, if(i % 5 = 0, 101, null), if(i % 17 = 0, 30001, 100)
            from range(1000) as numbers (i)
            """
        )
        failed = connection.execute(
            """
            select
                count(*) filter (where summary_distance_m < 0 or summary_distance_m > 500000),
                count(*) filter (where summary_avg_heart_rate_bpm < 25 or summary_avg_heart_rate_bpm > 250),
                count(*) filter (where rpe > 10),
                count(*) filter (where carried_kg > 100),
                count(*) filter (where summary_ascent_m > 30000),
                count(*) filter (where summary_moving_s = 0),
                count(*) filter (where summary_distance_m > 9 * summary_moving_s),
                count(*) filter (where started_local is null)
            from raw.runs
            """
        ).fetchone()
    checks = {
        check.column or check.expectation: check.rows_failed
        for check in validation.run_suites(work, raw_suites()[:1])
        if not check.is_passed
    }
    assert failed
    names = [
        "summary_distance_m",
        "summary_avg_heart_rate_bpm",
        "rpe",
        "carried_kg",
        "summary_ascent_m",
        "moving time, a distance or a track is there",
        "distance and moving time fit together",
        "a start is there",
    ]
    assert checks == dict(zip(names, failed, strict=True))


# ---------------------------------------------------------------- a mart that must not be published


def spoiled_after(layer: str, statement: str) -> Callable[..., None]:
    """build_layer, followed by a statement that spoils what it built."""
    build = layers.build_layer

    def spoiling(work: Path, name: str) -> None:
        build(work, name)
        if name == layer:
            with database.writer(work) as connection:
                connection.execute(statement)

    return spoiling


@pytest.mark.parametrize(
    ("layer", "statement", "words"),
    [
        ("marts", "drop table marts.daily_load", ["marts.daily_load", "the table is missing"]),
        ("marts", "alter table marts.load_ratio drop column ratio_state", ["marts.load_ratio", "could not be checked"]),
        ("marts", "update marts.athlete_status set flag = 'safe'", ["marts.athlete_status", "flag"]),
        ("marts", "delete from marts.athlete_status where athlete_id = 'ben'", ["every athlete has a status"]),
        (
            "marts",
            "insert into marts.ratio_example from marts.ratio_example limit 1",
            ["marts.ratio_example", "day_number names one row"],
        ),
        ("ops", "update ops.nightly_runs set state = 'asleep'", ["ops.nightly_runs", "state is one of running, published"]),
        ("staging", "update staging.athletes set timezone = null", ["staging.athletes", "timezone"]),
        ("activities", "update activities.runs set athlete_id = null, sport = 'ride'", ["activities.runs", "sport"]),
    ],
)
def test_a_critical_failure_stops_publication_and_the_last_good_night_stands(
    standing: Night, monkeypatch: pytest.MonkeyPatch, layer: str, statement: str, words: list[str]
) -> None:
    sealed, page = standing.warehouse.resolve(), (standing.site / "index.html").resolve()
    before = page.read_bytes()
    monkeypatch.setattr(layers, "build_layer", spoiled_after(layer, statement))
    with pytest.raises(validation.DataUnfit) as error:
        nightly.run_night(standing.settings, AS_OF, full=True)  # everybody is judged
    for word in words:
        assert word in str(error.value)
    assert re.search(r"(on|as of) 2026-09-\d\d", str(error.value)), "the day"
    assert standing.warehouse.resolve() == sealed
    assert (standing.site / "index.html").resolve() == page
    assert page.read_bytes() == before
    assert failed_nights(standing)[-1]["state"] == "failed"
    assert words[0].split()[0] in failed_nights(standing)[-1]["message"]


def failed_nights(night: Night) -> list[dict[str, Any]]:
    with database.reader(database.memory_path(night.warehouse)) as connection:
        return database.rows(connection, "select state, message from raw.nights order by night")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A good night of two athletes that later ones must not harm."""
    folder = tmp_path_factory.mktemp("standing")
    raw = write_files(
        folder / "raw",
        {"ada/runs.csv": runs_csv(DAY, [5, 6]), "ben/strength.csv": strength_csv({DAY: ["Single-leg calf raise"]})},
    )
    return night_over(raw, folder, AS_OF)


def test_days_to_come_are_refused_with_the_reason_and_of_two_scores_for_one_morning_the_highest_counts(tmp_path: Path) -> None:
    ahead = date.today() + timedelta(days=40)  # noqa: DTZ011 - the guard asks the clock as well
    symptoms = (
        f"date,side,pain_0_10\n2026-06-08,left,2\n2026-06-08,left,7\n2026-06-08,right,3\n2026-06-02,left,2\n{ahead},left,1\n"
    )
    raw = write_files(
        tmp_path / "raw",
        {
            "ada/symptoms.csv": symptoms,
            "ada/injuries.csv": f"onset_date,site,resolved_date\n2026-05-01,calf,2026-04-01\n{ahead},achilles,\n",
            "ada/calf_tests.csv": f"date,side,repetitions\n{ahead},left,20\n2026-06-01,left,20\n",
        },
    )
    night = night_over(raw, tmp_path / "out", as_of="2026-06-10")
    refused = {(row["table_name"], row["place"], row["expectation"]) for row in night.rows("select * from ops.quarantined_rows")}
    assert refused == {
        ("symptoms", "row 6", "report_date is not in the future"),
        ("file", "row 2", "can be read"),  # the injury that ends before it starts: the reader sees that already
        ("injuries", "row 3", "onset_date is not in the future"),
        ("calf_tests", "row 2", "test_date is not in the future"),
    }
    assert night.value("select count(*) from marts.health_events where kind = 'symptoms'") == 4
    (check,) = night.rows("from ops.checks where expectation = 'one pain score for a day and side'")
    assert (check["severity"], check["is_passed"], check["rows_failed"]) == ("warning", False, 2)
    (pain,) = night.rows("from marts.flags where code = 'PAIN_GATE' and measure = 'pain_0_10' and load_date = '2026-06-10'")
    assert (pain["state"], pain["level"], pain["value"]) == ("raised", "red", 7)
    assert "the higher of two scores for that day" in pain["evidence"]
    (refused_reports,) = night.rows("from marts.flags where measure = 'symptom_rows' and load_date = '2026-06-10'")
    assert (refused_reports["state"], refused_reports["value"]) == ("raised", 2)  # the injury of 1 May is too long ago

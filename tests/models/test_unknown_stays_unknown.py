"""What was not measured has no ratio, no ceiling, no sentence and no number in its place, from raw rows to the marts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from flows.guard import expectations
from flows.state import database
from tests.lib import any_squads
from tests.lib.any_squads import AS_OF, Tables
from tests.models.harness import approximately


def runner(tables: Tables, athlete_id: str, **about: object) -> None:
    tables.add("athletes", athlete_id=athlete_id, is_in_squad_file=True, **about)


def runs(
    tables: Tables, athlete_id: str, changes: dict[int, dict[str, object]] | None = None, last: dict[str, object] | None = None
) -> None:
    """Forty days of running an hour over 10 km and 100 m of ascent; `changes` by days ago, `last` is yesterday's."""
    for days_ago in range(40, 0, -1):
        hour = {"summary_distance_m": 10000, "summary_moving_s": 3600, "summary_ascent_m": 100, "summary_avg_heart_rate_bpm": 150}
        hour |= (changes or {}).get(days_ago, {}) | ((last or {}) if days_ago == 1 else {})
        tables.add(
            "runs", athlete_id=athlete_id, file_id=f"{athlete_id}-runs", activity_number=days_ago, source_format="plain",
            parser="plain", sport_stated="run", sport_kind="run",
            started_local=f"{AS_OF - timedelta(days=days_ago)} 08:00:00", **hour,
        )  # fmt: skip


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    tables = Tables()
    for name in ("hills", "hills_but_one", "hills_not_even_the_last"):
        runner(tables, name, max_hr_bpm=190 if name == "hills" else None, resting_hr_bpm=50)
    runs(tables, "hills", last={"summary_ascent_m": 400})
    runs(tables, "hills_but_one", {10: {"summary_ascent_m": None}}, {"summary_ascent_m": 400})
    runs(tables, "hills_not_even_the_last", last={"summary_ascent_m": None})
    runner(tables, "by_the_clock_once")
    runs(tables, "by_the_clock_once", {10: {"summary_distance_m": None}}, {"summary_distance_m": 18000})
    runner(tables, "ageless", sex="f")
    runs(tables, "ageless")
    tables.add("calf_tests", athlete_id="ageless", file_id="tests", row_number=2, test_date=AS_OF, side="left", repetitions=3)
    for number, (category, guesses) in enumerate([(None, None), (-1, -1)]):
        tables.add(
            "strength_sets", athlete_id="ageless", file_id="sets", set_row=number, source_format="fit", reps=10, is_warmup=False,
            performed_local=f"{AS_OF} 18:0{number}:00", fit_category=category, fit_guesses=guesses, exercise_name="Calf Raise",
        )  # fmt: skip
    tables.add(
        "strength_sessions", athlete_id="ageless", file_id="watch", activity_number=0, started_local=f"{AS_OF} 07:00:00", sets=0
    )
    work = any_squads.build(tmp_path_factory.mktemp("unknown"), [tables])
    with database.reader(work) as connection:
        yield connection


def reason(marts: database.Connection, athlete_id: str, code: str) -> dict[str, Any]:
    """A reason on the as-of date."""
    query = "from marts.flags where athlete_id = ? and code = ? and load_date = ?"
    [found] = database.rows(marts, query, [athlete_id, code, AS_OF])
    return found


def test_a_rise_from_runs_that_were_all_measured_is_raised(marts: database.Connection) -> None:
    hills = reason(marts, "hills", "RUN_HILL_SPIKE")
    assert (hills["state"], hills["value"], hills["threshold"]) == ("raised", 4.0, 1.3)
    assert "+300 % on the most of the 30 days before (100 m)" in hills["evidence"]


@pytest.mark.parametrize(
    ("athlete_id", "code"),
    [
        ("hills_but_one", "RUN_HILL_SPIKE"),
        ("hills_not_even_the_last", "RUN_HILL_SPIKE"),
        ("by_the_clock_once", "RUN_SESSION_SPIKE_MODERATE"),
    ],
)
def test_one_unmeasured_run_leaves_its_measure_unjudged_with_the_cause(
    marts: database.Connection, athlete_id: str, code: str
) -> None:
    unjudged = reason(marts, athlete_id, code)
    assert unjudged["state"] == "not_assessed"
    assert [unjudged[name] for name in ("value", "threshold", "evidence")] == [None, None, None]
    assert unjudged["not_assessed_because"] == (
        f"not every run of the days compared says its {'ascent' if 'hills' in athlete_id else 'distance'}, "
        "so nobody knows which held most"
    )


def test_other_measures_of_the_same_runs_are_judged_as_ever(marts: database.Connection) -> None:
    assert reason(marts, "hills_but_one", "RUN_DURATION_SPIKE")["state"] == "clear"


def test_without_the_distance_of_one_run_no_longest_run_is_named(marts: database.Connection) -> None:
    query = "select longest_run_ceiling_m from marts.next_week_room where athlete_id = ? and load_date = ?"
    assert database.scalar(marts, query, ["by_the_clock_once", AS_OF]) is None
    assert database.scalar(marts, query, ["hills", AS_OF]) == 11000
    last = """
        select longest_30d_m, distance_spike_ratio, spike_ceiling_m, spike_state
        from marts.runs where athlete_id = ? order by run_date desc limit 1
    """
    assert marts.execute(last, ["by_the_clock_once"]).fetchone() == (None, None, None, "not_assessed")


def test_edwards_needs_a_maximum_heart_rate(marts: database.Connection) -> None:
    query = "select edwards_trimp_au from marts.runs where athlete_id = ? limit 1"
    assert database.scalar(marts, query, ["hills_but_one"]) is None
    assert database.scalar(marts, query, ["hills"]) == approximately(180.0)  # 60 minutes at 78.9 % of the maximum: zone 3


def test_a_session_of_unknown_length_has_none(marts: database.Connection) -> None:
    query = "select list(duration_s order by started_at) from marts.strength_sessions where athlete_id = 'ageless'"
    assert database.scalar(marts, query)[0] is None


def test_a_test_of_somebody_of_unknown_age_has_no_norm(marts: database.Connection) -> None:
    assert reason(marts, "ageless", "CAPACITY_BELOW_NORM")["not_assessed_because"].startswith("a heel-raise test has no norm")


def test_no_code_of_a_watch_doubles_a_set(marts: database.Connection) -> None:
    assert database.scalar(marts, "select count(*) from marts.strength_sets where athlete_id = 'ageless'") == 2


def test_no_time_at_all_is_also_zero() -> None:
    [lasted] = [
        one
        for suite in expectations.raw_suites()
        for one in suite.expectations
        if getattr(one, "description", None) == "moving time, a distance or a track is there"
    ]
    batch = (
        "(select *, null as summary_distance_m, null as summary_distance_km_or_mi from (values ('a', 'f', 1, null, 0, null), "
        "('a', 'f', 2, 0, null, 0), ('a', 'f', 3, null, 60, null), ('a', 'f', 4, 0, null, 900)) "
        "as runs (athlete_id, file_id, activity_number, track_moving_s, summary_moving_s, track_distance_m))"
    )
    refused = duckdb.sql(lasted.unexpected_rows_query.format(batch=batch)).fetchall()
    assert [number for _, _, number in refused] == [1, 2]

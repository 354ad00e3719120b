"""What was read is in the marts: reports, zones, rules, coverage and what runs and sets hold, with sums that a hand can do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flows.intake import ingest
from flows.models import layers, seeds
from flows.state import database
from tests.lib.squads import write_files
from tests.models.harness import approximately

AS_OF = date(2026, 6, 3)  # a Wednesday
START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)  # a Monday
SQUAD = """\
athlete_id,squad,sex,birth_year,body_mass_kg,foot_strike,race_date,timezone
ada,masters,f,1955,60,forefoot,2026-09-20,Europe/Copenhagen
ben,,m,1990,,,,UTC
"""
RULES = """\
key,value,athlete_id,squad
acwr_high,1.4,,
calf_amber_days,12,,masters
calf_amber_days,13,ada,
hip_amber_days,16,,masters
"""
# Points ten seconds and 31 m apart: the heart beats at 142 up to minute 10, at 158 from the next point on.
HEART_RATES_BPM = [142] * 61 + [158] * 30


def tcx() -> str:
    points = "".join(
        f"<Trackpoint><Time>{START + timedelta(seconds=10 * number):%Y-%m-%dT%H:%M:%SZ}</Time>"
        f"<DistanceMeters>{31 * number}</DistanceMeters><HeartRateBpm><Value>{rate}</Value></HeartRateBpm>"
        "<Extensions><TPX xmlns='http://www.garmin.com/xmlschemas/ActivityExtension/v2'><RunCadence>85</RunCadence></TPX></Extensions>"
        "</Trackpoint>"
        for number, rate in enumerate(HEART_RATES_BPM)
    )
    return (
        "<TrainingCenterDatabase xmlns='http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2'><Activities>"
        f"<Activity Sport='Running'><Id>{START:%Y-%m-%dT%H:%M:%SZ}</Id><Lap StartTime='{START:%Y-%m-%dT%H:%M:%SZ}'>"
        f"<TotalTimeSeconds>900</TotalTimeSeconds><DistanceMeters>2790</DistanceMeters><Track>{points}</Track></Lap>"
        "</Activity></Activities></TrainingCenterDatabase>"
    )


FILES = {
    "squad.csv": SQUAD,
    "rules.csv": RULES,
    "ada/run.tcx": tcx(),
    "ada/runs.csv": "started_at,distance_km,moving_time,sport,avg_heart_rate_bpm,cadence_spm,rpe,carried_kg,gear\n"
    "2026-05-10T07:00,10,50:00,running,150,170,6,4,Grey shoes\n"
    "2026-05-12T07:00,eight,40:00,running,,,,,\n"  # refused
    "2026-05-16T07:00,8,40:00,running,,,,,\n"
    "2026-05-20T07:00,9,45:00,zorbing,,,,,\n",  # in no list of sports
    "ada/marks.csv": "from_date,to_date,kind\n2026-05-15,2026-05-16,missing\n",
    "ada/symptoms.csv": "date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note\n"
    "2026-05-25,left,3,20,78,no,,stiff on stairs\n"
    "2026-05-26,,,,,,examined,\n"
    "2026-06-10,left,1,,,,,yet to come\n",
    "ada/injuries.csv": "onset_date,site,side,resolved_date,note\n"
    "2026-03-01,achilles_midportion,left,2026-04-15,\n"
    "2026-05-01,foot,,2026-06-03,over today\n"
    "2026-05-02,other,,2026-06-20,will be over\n"
    "2026-05-28,calf,right,,\n",
    "ada/calf_tests.csv": "date,side,repetitions,knee\n"
    "2026-05-30,left,20,straight\n2026-05-30,right,18,bent\n2026-05-31,both,30,\n",
    "ben/calf_tests.csv": "date,side,repetitions\n2026-05-30,left,30\n",
    "ada/strength.csv": "performed_at,exercise,set,reps,weight_kg,side,rpe,rir,is_warmup\n"
    "2026-06-01T18:00,Single Leg Standing Calf Raise (Dumbbell),1,10,12,left,8,2,\n"
    "2026-06-01T18:00,Single Leg Standing Calf Raise (Dumbbell),2,12,8,left,6,,\n"
    "2026-06-01T18:00,Single Leg Standing Calf Raise (Dumbbell),3,8,-10,left,,,\n"
    "2026-06-01T18:00,Standing Calf Raise,4,15,,,,,\n"
    "2026-06-01T18:00,Standing Calf Raise,5,8,-40,,,,\n"
    "2026-06-01T18:00,Seated Calf Raise,6,10,40,,9,,\n"
    "2026-06-01T18:00,Calf Press on Leg Press,7,10,,,,,\n"
    "2026-06-01T18:00,Bench Press,8,5,50,,9,,\n"
    "2026-06-01T18:00,Seated Calf Raise,9,10,20,,,,yes\n",
    "ben/runs.csv": "started_at,distance_km,moving_time,sport,shoes\n"
    "2026-05-20T07:00,6,30:00,treadmill,Blue shoes\n"
    "2026-05-27T07:00,6,30:00,trail running,\n"
    "2026-06-02T07:00,6,30:00,,\n",
}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    """The work file of a night over these files, without guards and pages."""
    folder = tmp_path_factory.mktemp("analysts")
    memory, work = folder / "memory.duckdb", folder / "work.duckdb"
    ingest.import_files(write_files(folder / "raw", FILES), memory, workers=1)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, AS_OF)
    for layer in ("staging", "activities", "intermediate", "marts"):
        layers.build_layer(work, layer)
    with database.reader(work) as connection:
        yield connection


def rows(marts: database.Connection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return marts.execute(query, list(values)).fetchall()


# ---------------------------------------------------------------- zones


def zones(marts: database.Connection, run_date: date, kind: str) -> list[tuple[Any, ...]]:
    query = """
        select lower_bound, upper_bound, unit, seconds, metres, zones.steps, is_by_totals
        from marts.run_zones as zones
        inner join marts.runs on zones.run_id = runs.run_id
        where zones.athlete_id = 'ada' and run_date = ? and zone_kind = ? order by lower_bound
    """
    return rows(marts, query, run_date, kind)


def test_a_track_spends_its_seconds_in_the_zones_of_its_heart_rate(marts: database.Connection) -> None:
    """60 steps of ten seconds at 142, one between 142 and 158, 29 at 158; 3.1 m/s and 170 steps a minute throughout."""
    found = zones(marts, START.date(), "heart rate")
    assert [(*row[:3], row[6]) for row in found] == [(140, 145, "bpm", False), (150, 155, "bpm", False), (155, 160, "bpm", False)]
    assert [row[3] for row in found] == [600, 10, 290]
    assert [row[4] for row in found] == approximately([1860.0, 31.0, 899.0], 0.01)
    assert [row[5] for row in found] == approximately([600 * 170 / 60, 10 * 170 / 60, 290 * 170 / 60], 0.01)


def test_a_track_at_one_speed_is_in_one_zone_of_speed(marts: database.Connection) -> None:
    assert zones(marts, START.date(), "speed") == [
        (3.0, 3.2, "m/s", 900, approximately(2790, 0.01), approximately(2550, 0.01), False)
    ]


def test_a_run_known_by_totals_stands_whole_in_the_zone_of_its_mean_and_says_so(marts: database.Connection) -> None:
    """10 km in 50 minutes are 3.33 m/s; 170 steps a minute are 8,500."""
    run_date = date(2026, 5, 10)
    assert zones(marts, run_date, "heart rate") == [(150, 155, "bpm", 3000, 10_000, 8500, True)]
    assert zones(marts, run_date, "speed") == [(3.2, 3.4, "m/s", 3000, 10_000, 8500, True)]


def test_a_run_without_heart_rate_and_cadence_has_no_zone_of_the_one_and_no_steps(marts: database.Connection) -> None:
    run_date = date(2026, 5, 16)
    assert zones(marts, run_date, "heart rate") == []
    assert zones(marts, run_date, "speed") == [(3.2, 3.4, "m/s", 2400, 8000, None, True)]


# ---------------------------------------------------------------- coverage and weeks


def coverage(marts: database.Connection, measure: str) -> dict[date, dict[str, Any]]:
    query = "from marts.coverage where athlete_id = 'ada' and measure = ?"
    return {row["month_start_date"]: row for row in database.rows(marts, query, [measure])}


def counted(month: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in month.items() if name.endswith("days") or name == "days_with_load"}


def test_a_month_counts_each_day_once_as_known_refused_of_an_unknown_sport_or_missing(marts: database.Connection) -> None:
    """From the 4th on May has 28 days: runs on 4, 10 and 16; refused the 12th, zorbing on the 20th, missing the 15th alone."""
    may = counted(coverage(marts, "distance_m")[date(2026, 5, 1)])
    assert may == {
        "days": 28, "known_days": 25, "days_with_load": 3, "unknown_days": 3, "refused_days": 1, "unknown_sport_days": 1,
        "missing_days": 1, "unmeasured_days": 0,
    }  # fmt: skip


def test_a_run_without_a_rating_leaves_its_day_unmeasured_for_ratings_alone(marts: database.Connection) -> None:
    """The runs of the 4th and the 16th have none, that of the 10th has one."""
    may = counted(coverage(marts, "srpe_au")[date(2026, 5, 1)])
    assert may == {
        "days": 28, "known_days": 23, "days_with_load": 1, "unknown_days": 5, "refused_days": 1, "unknown_sport_days": 1,
        "missing_days": 1, "unmeasured_days": 2,
    }  # fmt: skip


def test_rest_is_known_and_a_month_ends_with_the_as_of_date(marts: database.Connection) -> None:
    months = coverage(marts, "distance_m")
    assert list(months) == [date(2026, 5, 1), date(2026, 6, 1)]
    june = counted(months[date(2026, 6, 1)])
    assert (june["days"], june["known_days"], june["days_with_load"], june["unknown_days"]) == (3, 3, 0, 0)


def test_only_whole_weeks_call_themselves_complete(marts: database.Connection) -> None:
    for table in ("weekly_summary", "load_weeks"):
        weeks = rows(marts, f"select distinct week_start_date, week_state from marts.{table} where athlete_id = 'ben' order by 1")
        assert weeks == [(date(2026, 5, 18), "first"), (date(2026, 5, 25), "complete"), (date(2026, 6, 1), "running")]
    (first,) = rows(marts, "select min_by(week_state, week_start_date) from marts.weekly_summary where athlete_id = 'ada'")
    assert first == ("complete",)  # her first day is a Monday


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("athlete_id", "key", "value", "set_by", "house_value"),
    [
        ("ada", "calf_amber_days", "13", "athlete", "11"),
        ("ada", "hip_amber_days", "16", "squad", "15"),
        ("ada", "acwr_high", "1.4", "everybody", "1.5"),
        ("ben", "acwr_high", "1.4", "everybody", "1.5"),
        ("ben", "calf_amber_days", "11", "house", "11"),
        ("ben", "hip_amber_days", "15", "house", "15"),
    ],
)
def test_a_rule_says_what_holds_and_who_set_it(
    marts: database.Connection, athlete_id: str, key: str, value: str, set_by: str, house_value: str
) -> None:
    (rule,) = database.rows(marts, "from marts.rules where athlete_id = ? and key = ?", [athlete_id, key])
    assert (rule["value"], rule["set_by"], rule["house_value"]) == (value, set_by, house_value)
    assert rule["unit"] == ("ratio" if key == "acwr_high" else "days")
    assert rule["meaning"]
    settled = rows(marts, f"select {key} from seeds.athlete_rules where athlete_id = ?", athlete_id)
    assert settled == [(float(value),)]  # what the models computed with


# ---------------------------------------------------------------- reports


def test_symptoms_are_as_reported_and_none_is_of_a_day_to_come(marts: database.Connection) -> None:
    found = rows(
        marts,
        "select report_date, side, pain_0_10, morning_stiffness_min, visa_a, is_worse_next_morning, event, note, row_number "
        "from marts.symptoms",
    )
    assert found == [
        (date(2026, 5, 25), "left", 3, 20, 78, False, None, "stiff on stairs", 2),
        (date(2026, 5, 26), None, None, None, None, None, "examined", None, 3),
    ]


def test_an_injury_is_open_until_the_day_on_which_it_is_resolved(marts: database.Connection) -> None:
    found = rows(
        marts, "select site, side, onset_date, resolved_date, is_open, as_of_date from marts.injuries order by row_number"
    )
    assert found == [
        ("achilles_midportion", "left", date(2026, 3, 1), date(2026, 4, 15), False, AS_OF),
        ("foot", None, date(2026, 5, 1), date(2026, 6, 3), False, AS_OF),
        ("other", None, date(2026, 5, 2), date(2026, 6, 20), True, AS_OF),
        ("calf", "right", date(2026, 5, 28), None, True, AS_OF),
    ]


def test_a_heel_raise_test_stands_beside_what_is_usual(marts: database.Connection) -> None:
    """A woman of 71: 16, below the 24 of all ages; a man of 36: 32, of which 25 of all ages is the smaller."""
    found = rows(
        marts, "select athlete_id, test_date, side, knee, repetitions, norm_repetitions from marts.calf_tests order by 1, 2, 3"
    )
    assert found == [
        ("ada", date(2026, 5, 30), "left", "straight", 20, 16),
        ("ada", date(2026, 5, 30), "right", "bent", 18, None),
        ("ada", date(2026, 5, 31), "both", None, 30, None),
        ("ben", date(2026, 5, 30), "left", None, 30, 25),
    ]


# ---------------------------------------------------------------- what athletes, runs and sets hold


def test_an_athlete_is_told_with_what_is_assumed(marts: database.Connection) -> None:
    found = rows(marts, "select athlete_id, body_mass_kg, is_body_mass_assumed, foot_strike, race_date from marts.athletes")
    assert found == [("ada", 60, False, "forefoot", date(2026, 9, 20)), ("ben", 70, True, "unknown", None)]


def test_a_run_is_told_with_its_rating_load_shoes_and_row(marts: database.Connection) -> None:
    query = "select rpe, carried_kg, gear, started_local, row_number from marts.runs where athlete_id = 'ada' order by started_at"
    assert rows(marts, query) == [
        (None, None, None, datetime(2026, 5, 4, 8, 0), None),  # the clock on the wall in Copenhagen
        (6, 4, "Grey shoes", datetime(2026, 5, 10, 7, 0), 2),
        (None, None, None, datetime(2026, 5, 16, 7, 0), 4),
    ]


def test_a_treadmill_is_one_where_somebody_says_so_and_nothing_said_is_not_a_no(marts: database.Connection) -> None:
    found = rows(marts, "select is_treadmill, gear from marts.runs where athlete_id = 'ben' order by started_at")
    assert found == [(True, "Blue shoes"), (False, None), (None, None)]


def test_the_load_of_a_calf_raise_and_what_it_says_of_the_maximum(marts: database.Connection) -> None:
    """At 60 kg: 60 + 12 = 72 kg ten times are 72 x 40/30 = 96 kg; a set rated 6 tells nothing; 60 - 10 = 50; half of 60 is 30.

    40 kg of help is more than that; seated 40 kg ten times are 53.3; a press without its weight is unknown; no calf work, none.
    """
    found = rows(
        marts,
        "select set_number, total_load_kg, e1rm_kg, best_e1rm_kg, rir, row_number from marts.strength_sets order by set_number",
    )
    assert found == approximately(
        [
            (1, 72.0, 96.0, 96.0, 2.0, 2),
            (2, 68.0, None, 96.0, None, 3),
            (3, 50.0, None, 96.0, None, 4),
            (4, 30.0, None, None, None, 5),
            (5, None, None, None, None, 6),
            (6, 40.0, 40 * 4 / 3, 40 * 4 / 3, None, 7),
            (7, None, None, None, None, 8),
            (8, None, None, None, None, 9),
            (9, None, None, None, None, 10),
        ]
    )

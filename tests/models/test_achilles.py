"""What a run asks of the Achilles tendon: the published vectors, and each factor by hand, through run_achilles.sql."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

from tests.lib.squads import Night, tables_over, write_files
from tests.models.harness import RunModels, approximately, run_models

Segment = Mapping[str, float | None]

# 10 km at 3.0 m/s and 165 steps a minute: 9166.667 steps, half of them per leg, at 5.0 body weights each.
TEN_KM_S = 10_000 / 3
TEN_KM_STEPS = 165 * TEN_KM_S / 60
TEN_KM_LOAD = TEN_KM_STEPS / 2


def segment(speed_mps: float, seconds: float, grade_percent: int = 0, steps: float | None = None) -> dict[str, float | None]:
    """Seconds at one speed and one grade."""
    # The speed bin plays no part: speed is metres over seconds.
    return {"grade_bin": grade_percent // 2, "seconds": seconds, "metres": speed_mps * seconds, "steps": steps}


TEN_KM = (segment(3.0, TEN_KM_S, steps=TEN_KM_STEPS),)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunModels]:
    with run_models(tmp_path_factory.mktemp("achilles")) as models:
        yield models


def load_of(
    models: RunModels,
    segments: Sequence[Segment],
    athlete: Mapping[str, Any] | None = None,
    usual_speed_mps: float | None = None,
    **run: Any,
) -> dict[str, Any]:
    """The row of run_achilles for one run made of segments."""
    moving_s = run.pop("moving_s", sum(part["seconds"] or 0 for part in segments))
    models.fill("staging.athletes", [athlete or {}])
    models.fill("activities.runs", [{"run_id": "run", "moving_s": moving_s, **run}])
    models.fill("activities.run_bins", [{"run_id": "run", **part} for part in segments])
    models.fill("intermediate.fast_speeds", [{"run_id": "run", "usual_speed_mps": usual_speed_mps}])
    return models.build("run_achilles")["run"]


def sums(row: Mapping[str, Any]) -> tuple[float, float]:
    """Body-weight-steps and reference steps, both per leg."""
    return float(row["achilles_body_weight_steps"]), float(row["achilles_load_steps"])


# ---------------------------------------------------------------- vectors


@pytest.mark.parametrize(
    ("segments", "body_weight_steps", "load_steps"),
    [
        pytest.param(TEN_KM, 22916.667, 4583.333333, id="10 km at 3.0 m/s and 165 spm"),
        pytest.param([segment(2.5, 4000)], 25703.825, 4477.523420, id="10 km at 2.5 m/s, cadence unknown"),
        pytest.param([segment(4.5, 10_000 / 4.5)], 18337.606, 5362.412626, id="10 km at 4.5 m/s, cadence unknown"),
        pytest.param(
            [segment(2.8, 1200), segment(5.0, 900), segment(2.6, 900)], 21751.260, 5154.520114, id="intervals over 10.2 km"
        ),
        pytest.param([segment(2.6, 1800, 8), segment(3.2, 1500, -8)], 22802.263, 4750.699084, id="up and down a hill of 8 %"),
    ],
)
def test_worked_runs(models: RunModels, segments: Sequence[Segment], body_weight_steps: float, load_steps: float) -> None:
    got = sums(load_of(models, segments))
    # The model keeps millionths of each segment.
    assert got == (approximately(body_weight_steps, 5e-4), approximately(load_steps, 1.5e-6))


@pytest.mark.parametrize(
    ("speed_mps", "peak_bw"),
    [(2.0, 4.55), (3.5, 5.225), (4.0, 5.45), (5.0, 5.9), (5.6, 6.17), (1.0, 4.46), (1.8, 4.46), (6.5, 6.575), (8.0, 6.575)],
)
def test_peak_force_of_a_step_grows_with_speed_between_1_8_and_6_5(models: RunModels, speed_mps: float, peak_bw: float) -> None:
    # 200 steps are 100 per leg.
    assert sums(load_of(models, [segment(speed_mps, 60, steps=200)]))[0] == approximately(100 * peak_bw)


@pytest.mark.parametrize(("grade_percent", "factor"), [(10, 1.10), (20, 1.2), (40, 1.2), (-10, 0.95), (-20, 0.9), (-40, 0.9)])
def test_climbing_loads_more_and_descending_less_within_limits(models: RunModels, grade_percent: int, factor: float) -> None:
    got = sums(load_of(models, [segment(3.0, 60, grade_percent, steps=200)]))
    assert got == approximately((100 * 5 * factor, 100 * factor**4))


# ---------------------------------------------------------------- factors


@pytest.mark.parametrize(
    ("foot_strike", "body_weight_steps", "load_steps"),
    [
        ("rearfoot", 22916.666667, 4583.333333),
        ("unknown", 22916.666667, 4583.333333),
        ("midfoot", 24062.5, 5571.070313),  # x 1.05 and x 1.05^4
        ("forefoot", 25437.5, 6957.822712),  # x 1.11 and x 1.11^4
    ],
)
def test_where_the_foot_strikes(models: RunModels, foot_strike: str, body_weight_steps: float, load_steps: float) -> None:
    got = sums(load_of(models, TEN_KM, athlete={"foot_strike": foot_strike}))
    assert got == approximately((body_weight_steps, load_steps))


def test_what_is_carried_counts_in_proportion_to_the_body(models: RunModels) -> None:
    # 7 kg on 70 kg: x 1.1 and x 1.4641.
    assert sums(load_of(models, TEN_KM, carried_kg=7)) == approximately((25208.333333, 6710.458333))


def test_without_a_load_body_mass_plays_no_part(models: RunModels) -> None:
    assert sums(load_of(models, TEN_KM, athlete={"body_mass_kg": 42.8})) == sums(load_of(models, TEN_KM))


def test_a_treadmill_is_a_road_unless_the_squad_says_otherwise(models: RunModels, tmp_path: Path) -> None:
    on_the_road = sums(load_of(models, TEN_KM))
    assert sums(load_of(models, TEN_KM, is_treadmill=True)) == on_the_road
    with run_models(tmp_path, {"achilles_treadmill": "1.125"}) as by_one_study:
        assert sums(load_of(by_one_study, TEN_KM, is_treadmill=True)) == approximately((25781.25, 7341.613770))
        assert sums(load_of(by_one_study, TEN_KM)) == on_the_road


def test_a_walking_step_weighs_0_085031_at_any_speed_and_grade(models: RunModels) -> None:
    walk = load_of(models, [segment(1.4, 3000, 10, steps=6000)], sport="walk")
    assert sums(walk) == approximately((3000 * 2.7, 3000 * 0.08503056))
    assert sums(load_of(models, [segment(2.2, 3000, steps=6000)], sport="hike")) == sums(walk)


@pytest.mark.parametrize(
    ("sport", "speed_mps", "steps_per_minute", "peak_bw"),
    [
        ("run", 2.5, 161.49, 4.775),
        ("run", 3.5, 167.99, 5.225),
        ("run", 9.5, 200, 6.575),
        ("walk", 1.4, 110, 2.7),
    ],
)
def test_unknown_cadence_is_what_people_do_at_that_speed(
    models: RunModels, sport: str, speed_mps: float, steps_per_minute: float, peak_bw: float
) -> None:
    row = load_of(models, [segment(speed_mps, 600)], sport=sport)
    assert sums(row)[0] == approximately(steps_per_minute * 10 / 2 * peak_bw)
    assert row["is_cadence_assumed"]


def test_the_assumed_cadence_is_a_rule(tmp_path: Path) -> None:
    own = {
        "cadence_spm": "170",
        "cadence_at_mps": "3",
        "cadence_per_mps": "10",
        "cadence_high_spm": "178",
        "walking_cadence_low_spm": "115",
    }
    with run_models(tmp_path, own) as models:
        # 170 + 10 x (3.5 - 3) = 175; at 4 m/s 180, cut to 178; a walk's 110 lifted to 115. Ten minutes, half of it for each leg.
        for sport, speed_mps, steps_per_minute, peak_bw in (
            ("run", 3.5, 175, 5.225),
            ("run", 4.0, 178, 5.45),
            ("walk", 1.4, 115, 2.7),
        ):
            row = load_of(models, [segment(speed_mps, 600)], sport=sport)
            assert sums(row)[0] == approximately(steps_per_minute * 10 / 2 * peak_bw)


# ---------------------------------------------------------------- what is missing


def test_minutes_alone_are_run_at_the_runners_usual_speed(models: RunModels) -> None:
    # An hour at 3.0 m/s: 165 + 6.5 x (3.0 - 3.04) = 164.74 steps a minute, 4942.2 per leg.
    row = load_of(models, [], usual_speed_mps=3.0, moving_s=3600, track_points=0)
    assert sums(row) == approximately((5 * 4942.2, 4942.2))
    assert row["achilles_quality"] == "D"


def test_minutes_of_a_runner_whose_speed_nobody_knows_are_run_at_2_8(models: RunModels) -> None:
    # 163.44 steps a minute, 4903.2 per leg in an hour, at 5 x (1 - 0.09 x 0.2) = 4.91 body weights.
    row = load_of(models, [], moving_s=3600, track_points=0)
    assert sums(row) == approximately((4903.2 * 4.91, 4903.2 * 0.982**4))
    assert row["achilles_quality"] == "D"


def test_a_track_that_lost_half_of_the_run_counts_twice_and_one_that_has_more_than_all_counts_once(models: RunModels) -> None:
    half = [segment(3.0, TEN_KM_S / 2, steps=TEN_KM_STEPS / 2)]
    assert sums(load_of(models, half, moving_s=TEN_KM_S))[1] == approximately(TEN_KM_LOAD)
    assert sums(load_of(models, TEN_KM, moving_s=TEN_KM_S / 2))[1] == approximately(TEN_KM_LOAD)


def test_totals_with_ascent_and_descent_go_up_one_half_of_the_way_and_down_the_other(models: RunModels) -> None:
    # 5 km up at 200 / 5,000 = 4 %: x 1.04; 5 km down at 100 / 5,000 = 2 %: x 0.99. Half of the steps each.
    totals = {"track_points": 0, "distance_m": 10_000}
    row = load_of(models, TEN_KM, ascent_m=200, descent_m=100, **totals)
    assert sums(row) == approximately((TEN_KM_LOAD / 2 * 5 * (1.04 + 0.99), TEN_KM_LOAD / 2 * (1.04**4 + 0.99**4)), 1e-5)
    assert row["achilles_quality"] == "C"
    # Without both totals it is flat, and a track knows its own grades.
    assert sums(load_of(models, TEN_KM, ascent_m=200, **totals))[1] == approximately(TEN_KM_LOAD)
    assert sums(load_of(models, TEN_KM, ascent_m=200, descent_m=100, distance_m=10_000))[1] == approximately(TEN_KM_LOAD)


def test_standing_still_with_the_watch_on_adds_no_step(models: RunModels) -> None:
    assert sums(load_of(models, [*TEN_KM, segment(0.0, 300, steps=0)]))[1] == approximately(TEN_KM_LOAD)


@pytest.mark.parametrize(
    ("segments", "track_points", "quality"),
    [
        pytest.param(TEN_KM, 3333, "A", id="track with cadence"),
        pytest.param([segment(3.0, 1800)], 1800, "B", id="track without cadence"),
        pytest.param([segment(3.0, 900, steps=2400), segment(3.0, 900)], 1800, "B", id="cadence now and then"),
        pytest.param(TEN_KM, 0, "C", id="totals with cadence"),
        pytest.param([segment(3.0, 1800)], 0, "C", id="totals alone"),
        pytest.param([], 0, "D", id="minutes alone"),
    ],
)
def test_quality_says_what_the_estimate_rests_on(
    models: RunModels, segments: Sequence[Segment], track_points: int, quality: str
) -> None:
    assert load_of(models, segments, track_points=track_points, moving_s=1800)["achilles_quality"] == quality


# ---------------------------------------------------------------- the band


def band(row: Mapping[str, Any]) -> tuple[float, float, float]:
    return tuple(float(row[f"achilles_load_{part}steps"]) for part in ("low_", "", "high_"))  # type: ignore[return-value]


def test_the_band_is_what_a_slope_of_0_06_and_of_0_12_would_give(models: RunModels) -> None:
    fast, slow = (band(load_of(models, [segment(speed_mps, 60, steps=200)])) for speed_mps in (4.5, 2.5))
    assert fast == approximately((100 * 1.09**4, 100 * 1.135**4, 100 * 1.18**4))
    # Below 3.0 m/s it is the steep slope that asks for less.
    assert slow == approximately((100 * 0.94**4, 100 * 0.955**4, 100 * 0.97**4))


def test_at_3_metres_a_second_and_on_a_walk_the_slope_plays_no_part(models: RunModels) -> None:
    assert len(set(band(load_of(models, TEN_KM)))) == 1
    assert len(set(band(load_of(models, [segment(1.4, 600)], sport="walk")))) == 1


def test_the_load_lies_within_its_band_at_every_speed_and_grade(models: RunModels) -> None:
    each = [segment(speed_mps, 60, grade) for speed_mps, grade in product([0.5, 1.8, 2.9, 3.1, 4.4, 7.0], range(-40, 41, 8))]
    runs = [{"run_id": f"{number}", "moving_s": 60} for number in range(len(each))]
    models.fill("staging.athletes", [{}])
    models.fill("activities.runs", [*runs, {"run_id": "fast then slow", "moving_s": 120}])
    bins = [{"run_id": f"{number}", **part} for number, part in enumerate(each)]
    mixed = [{"run_id": "fast then slow", "speed_bin": number, **segment(speed, 60)} for number, speed in enumerate((5.0, 1.0))]
    models.fill("activities.run_bins", [*bins, *mixed])
    models.fill("intermediate.fast_speeds", [])
    rows = models.build("run_achilles")
    assert len(rows) == len(each) + 1
    wrong = [run_id for run_id, row in rows.items() if not (0 < band(row)[0] <= band(row)[1] <= band(row)[2])]
    assert wrong == []


# ---------------------------------------------------------------- to the marts


def test_a_log_of_totals_reaches_the_day_with_its_walk_but_the_walk_is_no_running(tmp_path: Path) -> None:
    log = (
        "started_at,distance_km,moving_time,cadence_spm,sport\n"
        "2026-11-02T07:00,9,50:00,165,run\n"  # 3.0 m/s: 8250 steps, 4125 per leg
        "2026-11-02T18:00,4.2,50:00,120,walk\n"  # 6000 steps, 3000 per leg
    )
    night = tables_over(write_files(tmp_path / "raw", {"ada/runs.csv": log}), tmp_path, as_of="2026-11-03")
    runs = {row["sport"]: row for row in night.rows("select * from marts.runs")}
    assert runs["run"]["achilles_load_steps"] == approximately(4125)
    assert runs["run"]["achilles_body_weight_steps"] == approximately(20625)
    assert runs["walk"]["achilles_load_steps"] == approximately(255.091680)
    assert {row["achilles_quality"] for row in runs.values()} == {"C"}
    days = night.rows("select runs, distance_m, achilles_load_steps from marts.daily_load order by load_date")
    assert [(day["runs"], day["distance_m"]) for day in days] == [(1, 9000), (0, 0)]
    assert [day["achilles_load_steps"] for day in days] == approximately([4380.09168, 0.0])


def test_the_ledger_is_each_week_against_the_mean_of_twelve(demo_night: Night) -> None:
    ends = [date(2026, 11, 15) - timedelta(days=7 * week) for week in range(12)]
    query = "select athlete_id, load_date, acute from marts.load_ratio where measure = 'achilles_load_steps' order by all"
    weeks: dict[str, dict[date, float]] = {}
    for row in demo_night.rows(query):
        if row["load_date"] in ends and row["acute"] is not None:
            weeks.setdefault(row["athlete_id"], {})[row["load_date"]] = row["acute"]
    ledger = demo_night.rows("select * from marts.weekly_ledger where load_percent is not null order by athlete_id, load_date")
    assert len(ledger) == sum(len(acutes) for acutes in weeks.values()) > 80
    for row in ledger:
        acutes = weeks[row["athlete_id"]]
        assert row["load_percent"] == approx(100 * acutes[row["load_date"]] * len(acutes) / sum(acutes.values()), rel=1e-9)
    lagging = [row["load_date"] for row in ledger if row["athlete_id"] == "tomas" and row["is_lagging"]]
    assert lagging == [date(2026, 11, 15)]

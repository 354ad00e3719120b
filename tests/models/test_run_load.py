"""How hard a run was: TRIMP, session RPE and fast steps, from runs.csv and squad.csv to marts.runs; best efforts by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.lib.squads import Night, tables_over, write_files
from tests.models.harness import FIRST_DAY, Rows, RunModels, approximately, run_models

# Threshold 285 s/km; 0.95 of that speed is 300 s/km exactly: 1000 / 300 = 0.95 x 1000 / 285.
# Heart rate counts as fast from 0.88 of the maximum: 176 of 200.
SQUAD = """\
athlete_id,sex,resting_hr_bpm,max_hr_bpm,threshold_pace_s_per_km
man,male,55,190,
woman,female,55,190,
unknown_sex,,55,190,
no_limits,,,,
no_resting_rate,male,,200,
by_pace,male,,,285
by_heart_rate,male,50,200,
by_both,male,50,200,285
"""
HEADER = "started_at,distance_km,moving_time,avg_heart_rate_bpm,cadence_spm,rpe,sport,note\n"
HOUR_AT_155 = HEADER + "2026-11-02T07:00,12,1:00:00,155,170,7,,an hour\n"


def run(hour: int, seconds_per_km: float, heart_rate_bpm: float | str, note: str, cadence_spm: float | str = 180) -> str:
    """Ten kilometres at one pace and one heart rate."""
    seconds = round(10 * seconds_per_km)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"2026-11-02T{hour:02d}:00,10,{clock},{heart_rate_bpm},{cadence_spm},,,{note}\n"


PACES = (
    run(5, 300, 175.999, "on the line of pace")
    + run(8, 300.1, 176, "a breath slower and on the line of heart rate")
    + run(11, 299.9, "", "a breath faster without heart rate")
    + run(14, 300, 190, "no cadence", "")
)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("run_load")
    files = {"squad.csv": SQUAD}
    files |= {f"{name}/runs.csv": HOUR_AT_155 for name in ("man", "woman", "unknown_sex", "no_limits", "no_resting_rate")}
    files |= {f"{name}/runs.csv": HEADER + PACES for name in ("by_pace", "by_heart_rate", "by_both")}
    files["man/more/runs.csv"] = (
        HEADER
        + "2026-11-03T07:00,12,1:00:00,,,,,nothing but distance and time\n"
        + "2026-11-04T07:00,12,1:00:00,50,170,0,,at rest\n"
        + "2026-11-05T07:00,10,1:00:00,120,170,5,,first of two\n"
        + "2026-11-05T18:00,10,1:00:00,120,170,,,second of two\n"
        + "2026-11-06T07:00,5,1:00:00,100,110,3,walking,a walk\n"
    )
    return tables_over(write_files(folder / "raw", files), folder, as_of="2026-11-08")


def runs(night: Night, athlete_id: str) -> dict[str, dict[str, Any]]:
    return {row["note"]: row for row in night.rows("select * from marts.runs where athlete_id = ?", athlete_id)}


@pytest.mark.parametrize(
    ("athlete_id", "trimp_au"),
    [
        ("man", 117.939890),
        ("woman", 131.690453),
        ("unknown_sex", 117.939890),  # men's constants where the sex is not known
        ("no_limits", None),
        ("no_resting_rate", None),
    ],
)
def test_trimp_of_an_hour_at_155_between_55_and_190(night: Night, athlete_id: str, trimp_au: float | None) -> None:
    assert runs(night, athlete_id)["an hour"]["trimp_au"] == approximately(trimp_au)


def test_session_rpe_load_is_rating_times_minutes(night: Night) -> None:
    assert runs(night, "man")["an hour"]["srpe_au"] == 7 * 60


def test_a_rating_of_zero_is_a_load_of_zero_and_no_rating_is_unknown(night: Night) -> None:
    of_man = runs(night, "man")
    assert (of_man["at rest"]["srpe_au"], of_man["nothing but distance and time"]["srpe_au"]) == (0, None)


def test_a_heart_below_its_resting_rate_adds_no_trimp(night: Night) -> None:
    assert runs(night, "man")["at rest"]["trimp_au"] == 0


def test_a_day_whose_second_run_has_no_rating_is_unknown_for_rpe_alone(night: Night) -> None:
    (day,) = night.rows("select * from marts.daily_load where athlete_id = 'man' and load_date = '2026-11-05'")
    assert (day["runs"], day["distance_m"], day["moving_s"]) == (2, 20_000, 7200)
    assert day["srpe_au"] is None
    assert day["trimp_au"] is not None


def test_a_rest_day_is_zero_in_every_measure(night: Night) -> None:
    (day,) = night.rows("select * from marts.daily_load where athlete_id = 'man' and load_date = '2026-11-08'")
    measures = ("distance_m", "moving_s", "ascent_m", "fast_steps", "srpe_au", "trimp_au", "achilles_load_steps")
    assert {measure: day[measure] for measure in measures} == dict.fromkeys(measures, 0)


def test_a_walk_is_kept_but_adds_no_running_load(night: Night) -> None:
    assert runs(night, "man")["a walk"]["sport"] == "walk"
    (day,) = night.rows("select * from marts.daily_load where athlete_id = 'man' and load_date = '2026-11-06'")
    assert (day["runs"], day["distance_m"], day["srpe_au"]) == (0, 0, 0)


# ---------------------------------------------------------------- fast steps


def fast_steps(night: Night, athlete_id: str) -> dict[str, tuple[float | None, str | None]]:
    return {note: (row["fast_steps"], row["intensity_source"]) for note, row in runs(night, athlete_id).items()}


def test_pace_counts_as_fast_from_exactly_95_percent_of_threshold_speed_on(night: Night) -> None:
    assert fast_steps(night, "by_pace") == {
        "on the line of pace": (9000, "threshold pace"),  # 50 min at 180 steps a minute
        "a breath slower and on the line of heart rate": (None, None),  # neither fast throughout nor easy
        "a breath faster without heart rate": (approximately(180 * 2999 / 60), "threshold pace"),
        # 10 km in 3000 s are 3.333 m/s: 165 + 6.5 x (3.333 - 3.04) = 166.907 steps a minute, as runners do.
        "no cadence": (pytest.approx(166.90667 * 50, abs=0.01), "threshold pace"),
    }


def test_mean_heart_rate_counts_as_fast_from_exactly_88_percent_of_maximum_on(night: Night) -> None:
    all_steps = approximately(180 * 3001 / 60)
    for athlete_id in ("by_heart_rate", "by_both"):
        got = fast_steps(night, athlete_id)
        assert got["a breath slower and on the line of heart rate"] == (all_steps, "heart rate")
    assert fast_steps(night, "by_heart_rate")["on the line of pace"] == (None, None)
    assert fast_steps(night, "by_heart_rate")["a breath faster without heart rate"] == (None, None)


def test_threshold_pace_comes_before_heart_rate(night: Night) -> None:
    assert fast_steps(night, "by_both")["no cadence"] == fast_steps(night, "by_pace")["no cadence"]


def test_without_a_track_and_any_limit_fast_steps_are_unknown(night: Night) -> None:
    assert fast_steps(night, "no_limits") == {"an hour": (None, None)}  # rated 7
    assert fast_steps(night, "man")["an hour"] == (None, None)  # 155 of 190: neither fast nor, without a speed, easy


def test_fast_steps_by_totals_count_in_no_day(night: Night) -> None:
    assert {row["is_fast_by_totals"] for row in runs(night, "by_pace").values() if row["fast_steps"] is not None} == {True}
    query = "select distinct fast_steps from marts.daily_load where athlete_id = 'by_pace' and runs > 0"
    assert night.rows(query) == [{"fast_steps": None}]


# ---------------------------------------------------------------- fast by best efforts

EASY = {180: 3.05, 360: 3.02, 720: 3.0, 1200: 3.0}  # 2 % from the slowest to the fastest
EVEN_AND_HARD = {180: 4.05, 360: 4.0, 720: 4.0, 1200: 4.0}
RACED = {180: 5.0, 1200: 4.0}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunModels]:
    with run_models(tmp_path_factory.mktemp("fast_speeds")) as models:
        yield models


def fast_speed_of(models: RunModels, efforts: Mapping[int, float], days_before: int = 0, **athlete: Any) -> dict[str, Any]:
    """What counts as fast in an easy run of today at 3.0 m/s; the efforts (seconds -> m/s) come from a run some days before."""
    models.fill("staging.athletes", [athlete])
    today = {"run_id": "today", "run_date": FIRST_DAY, "distance_m": 9000, "moving_s": 3000}
    effort_day = FIRST_DAY - timedelta(days=days_before)
    models.fill("activities.runs", [today, {**today, "run_id": "effort", "run_date": effort_day}])
    models.fill(
        "activities.run_efforts",
        [
            {"run_id": "effort", "duration_s": seconds, "distance_m": speed_mps * seconds}
            for seconds, speed_mps in efforts.items()
        ],
    )
    return models.build("fast_speeds")["today"]


def test_critical_speed_of_two_trials_by_hand(models: RunModels) -> None:
    # 1200 m in 240 s and 3000 m in 660 s: 1800 m in 420 s are 4.285714 m/s, of which 0.95 counts as fast.
    row = fast_speed_of(models, {240: 5.0, 660: 3000 / 660})
    assert row["fast_speed_mps"] == approximately(0.95 * 4.285714)
    assert row["fast_speed_source"] == "critical speed"


def test_critical_speed_of_four_trials_is_their_least_squares_line(models: RunModels) -> None:
    # 200 m above 4.0 m/s in each: a line of 4.0 m/s through all four.
    row = fast_speed_of(models, {seconds: 4.0 + 200 / seconds for seconds in (180, 360, 720, 1200)})
    assert row["fast_speed_mps"] == approximately(0.95 * 4.0)


@pytest.mark.parametrize(("fastest_mps", "source"), [(4.32, "critical speed"), (4.319, None)])
def test_efforts_must_differ_by_8_percent(models: RunModels, fastest_mps: float, source: str | None) -> None:
    assert fast_speed_of(models, {180: fastest_mps, 1200: 4.0})["fast_speed_source"] == source


@pytest.mark.parametrize(("days_before", "source"), [(0, "critical speed"), (89, "critical speed"), (90, None), (-1, None)])
def test_an_effort_counts_for_90_days_and_never_before_it_was_made(
    models: RunModels, days_before: int, source: str | None
) -> None:
    assert fast_speed_of(models, RACED, days_before)["fast_speed_source"] == source


def test_the_best_20_minutes_count_at_97_percent(models: RunModels) -> None:
    row = fast_speed_of(models, EVEN_AND_HARD)
    assert (row["fast_speed_mps"], row["fast_speed_source"]) == (None, None)
    assert row["fast_speed_by_20_min_mps"] == approximately(0.97 * 4.0)


@pytest.mark.parametrize(("best_mps", "expected_mps"), [(3.24, 0.97 * 3.24), (3.239, None)])
def test_the_best_20_minutes_must_be_8_percent_above_the_usual_run(
    models: RunModels, best_mps: float, expected_mps: float | None
) -> None:
    row = fast_speed_of(models, {1200: best_mps})
    assert row["usual_speed_mps"] == 3.0
    assert row["fast_speed_by_20_min_mps"] == approximately(expected_mps)


def intensity_of(models: RunModels, efforts: Mapping[int, float], **athlete: Any) -> tuple[str | None, float | None]:
    """Source and fast steps of ten minutes at 4.1 m/s and 180 bpm and ten at 2.5 m/s and 140 bpm, at 180 steps a minute."""
    fast_speed_of(models, efforts, **athlete)
    minutes = {"seconds": 600, "steps": 1800}
    today = {"run_id": "today", "moving_s": 1200, "distance_m": 3960}
    models.fill("activities.runs", [today])
    models.fill(
        "activities.run_bins",
        [{"run_id": "today", **minutes, "speed_bin": number, "metres": metres} for number, metres in ((20, 2460), (12, 1500))],
    )
    models.fill(
        "activities.run_hr_bins",
        [
            {"run_id": "today", **minutes, "heart_rate_bin_bpm": bpm, "metres": metres, "beats": 10 * bpm}
            for bpm, metres in ((180, 2460), (140, 1500))
        ],
    )
    row = models.build("run_load")["today"]
    return row["intensity_source"], None if row["fast_steps"] is None else float(row["fast_steps"])


@pytest.mark.parametrize(
    ("efforts", "athlete", "source", "fast_steps"),
    [
        # 0.95 x 1000 / 200 = 4.75 m/s: nothing of it.
        pytest.param(RACED, {"threshold_pace_s_per_km": 200, "max_hr_bpm": 200}, "threshold pace", 0, id="all are known"),
        # 900 m in 180 s and 4800 m in 1200 s: 3.824 m/s, 0.95 of it 3.632.
        pytest.param(RACED, {"max_hr_bpm": 210}, "critical speed", 1800, id="no threshold pace"),
        # 0.88 x 210 = 184.8
        pytest.param(EVEN_AND_HARD, {"max_hr_bpm": 210}, "heart rate", 0, id="no critical speed"),
        pytest.param(EVEN_AND_HARD, {}, "best 20 minutes", 1800, id="no maximum heart rate"),  # from 3.88 m/s on
        pytest.param(EASY, {}, None, None, id="easy running only"),
        pytest.param({}, {}, None, None, id="no efforts"),
    ],
)
def test_the_first_source_that_knows_decides_and_is_told(
    models: RunModels, efforts: Mapping[int, float], athlete: dict[str, Any], source: str | None, fast_steps: float | None
) -> None:
    assert intensity_of(models, efforts, **athlete) == (source, fast_steps)


# ---------------------------------------------------------------- runs without a track


# Threshold 285 s/km: fast from 1000 / 300 m/s, easy up to 0.92 of it; maximum 200 bpm: fast from 176, easy below 164.
FAST_MPS, EASY_MPS = 1000 / 300, 0.92 * 1000 / 300


@pytest.mark.parametrize(
    ("rpe", "speed_mps", "heart_rate_bpm", "minutes", "answer"),
    [
        pytest.param(8, 2.0, 120, 30, ("all", "rating"), id="rated hard"),
        pytest.param(7.5, 2.0, None, 30, ("none", "threshold pace"), id="rated between, slow"),
        pytest.param(7, None, None, 30, ("unknown", None), id="rated between, no distance"),
        pytest.param(6, None, None, 30, ("none", "rating"), id="rated easy"),
        pytest.param(6, FAST_MPS, None, 15, ("all", "threshold pace"), id="fast speed is asked before an easy rating"),
        pytest.param(None, FAST_MPS, None, 15, ("all", "threshold pace"), id="fast for 15 minutes"),
        pytest.param(None, FAST_MPS, None, 14.99, ("unknown", None), id="fast for less"),
        pytest.param(None, 2.5, 176, 30, ("all", "heart rate"), id="88 % of maximum"),
        pytest.param(None, EASY_MPS, 163.9, 30, ("none", "threshold pace"), id="slow and below 82 %"),
        pytest.param(None, EASY_MPS, 164, 30, ("unknown", None), id="slow at 82 %"),
        pytest.param(None, EASY_MPS, None, 30, ("none", "threshold pace"), id="slow, heart rate unknown"),
        pytest.param(None, EASY_MPS + 0.01, None, 30, ("unknown", None), id="between slow and fast"),
        pytest.param(None, None, 120, 30, ("unknown", None), id="minutes alone"),
    ],
)
def test_a_run_without_a_track_has_three_answers(
    models: RunModels,
    rpe: float | None,
    speed_mps: float | None,
    heart_rate_bpm: float | None,
    minutes: float,
    answer: tuple[str, str | None],
) -> None:
    assert by_totals(models, rpe, speed_mps, heart_rate_bpm, minutes, threshold_pace_s_per_km=285, max_hr_bpm=200) == answer


def test_a_rating_tells_without_any_fast_speed(models: RunModels) -> None:
    assert by_totals(models, 9, 3.0, None, 30) == ("all", "rating")
    assert by_totals(models, 5, 3.0, None, 30) == ("none", "rating")
    assert by_totals(models, 7, 3.0, 190, 30) == ("unknown", None)  # a heart rate without a maximum


def test_a_track_that_covers_too_little_leaves_the_run_to_its_totals(models: RunModels) -> None:
    # Ten fast minutes of thirty have a track: 0.8 of the run would be needed.
    track = {"run_id": "today", "speed_bin": 20, "seconds": 600, "steps": 1800, "metres": 2460}
    assert by_totals(models, 5, 2.5, None, 30, bins=[track], threshold_pace_s_per_km=285) == ("none", "rating")
    slow = {"run_id": "today", "speed_bin": 10, "seconds": 840, "steps": 2520, "metres": 1680}
    assert by_totals(models, 5, 2.5, None, 30, bins=[track, slow], threshold_pace_s_per_km=285) == ("some", "threshold pace")


def by_totals(
    models: RunModels,
    rpe: float | None,
    speed_mps: float | None,
    heart_rate_bpm: float | None,
    minutes: float,
    bins: Rows = (),
    **athlete: Any,
) -> tuple[str, str | None]:
    """Whether all, none or an unknown share of the run was fast, and what told it; at 180 steps a minute."""
    fast_speed_of(models, {}, **athlete)
    seconds = 60 * minutes
    today = {"run_id": "today", "moving_s": seconds, "distance_m": None if speed_mps is None else speed_mps * seconds}
    steps = 180 * minutes
    models.fill(
        "activities.runs", [today | {"steps": steps, "rpe": rpe, "avg_heart_rate_bpm": heart_rate_bpm, "track_points": len(bins)}]
    )
    models.fill("activities.run_bins", bins)
    models.fill("activities.run_hr_bins", [])
    row = models.build("run_load")["today"]
    fast = row["fast_steps"]
    assert row["is_fast_by_totals"] is (fast is not None and not (bins and row["intensity_source"] != "rating"))
    words = {None: "unknown", 0: "none", steps: "all"}
    return words.get(None if fast is None else float(fast), "some"), row["intensity_source"]


# ---------------------------------------------------------------- Edwards


def edwards(models: RunModels, minutes_at: Mapping[float, float]) -> float | None:
    """Edwards TRIMP of so many minutes at each heart rate, of a runner with a maximum of 200."""
    models.fill("staging.athletes", [{"max_hr_bpm": 200}])
    models.fill("activities.runs", [{"run_id": "run", "moving_s": 60 * sum(minutes_at.values())}])
    models.fill("activities.run_bins", [])
    models.fill("intermediate.fast_speeds", [])
    models.fill(
        "activities.run_hr_bins",
        [
            {"run_id": "run", "heart_rate_bin_bpm": bpm // 5 * 5, "seconds": 60 * minutes, "beats": bpm * minutes}
            for bpm, minutes in minutes_at.items()
        ],
    )
    return float(models.build("run_load")["run"]["edwards_trimp_au"])


def test_edwards_trimp_of_63_minutes_in_five_zones_is_167(models: RunModels) -> None:
    # 10 x 1 + 20 x 2 + 20 x 3 + 8 x 4 + 5 x 5, each in the middle of its tenth of 200.
    assert edwards(models, {110: 10, 130: 20, 150: 20, 170: 8, 190: 5}) == 167


@pytest.mark.parametrize(
    ("bpm", "points"), [(99, 0), (100, 1), (119, 1), (120, 2), (140, 3), (160, 4), (179, 4), (180, 5), (200, 5), (215, 5)]
)
def test_a_zone_begins_on_its_own_border_and_the_last_has_no_end(models: RunModels, bpm: float, points: int) -> None:
    assert edwards(models, {bpm: 1}) == points

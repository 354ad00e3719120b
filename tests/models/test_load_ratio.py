"""marts.load_ratio: which ratio is shown when, and what no log can make it say."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lib.squads import runs_csv, tables_over, write_files
from tests.models.harness import LoadModels, Loads, approximately, load_models, metres
from tests.models.vectors import (
    BACK_AFTER_27_REST_DAYS,
    COUPLED,
    EASY_THEN_DOUBLED,
    FOUR_WEEKS_THEN_HALF_AS_MUCH_AGAIN,
    ONE_LONG_RUN_LONG_AGO,
    SIX_WEEKS,
    TEN_DAYS,
    UNCOUPLED,
)

RATIOS = ("acwr_coupled", "acwr_uncoupled", "acwr_ewma")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoadModels]:
    with load_models(tmp_path_factory.mktemp("load_ratio")) as models:
        yield models


def days_of(models: LoadModels, kilometres: Loads) -> list[dict[str, Any]]:
    models.build({"ada": {"distance_m": metres(*kilometres)}})
    return models.days()


# ---------------------------------------------------------------- worked vectors


def test_one_run_of_long_ago_does_not_vouch_for_nine_days_of_running(models: LoadModels) -> None:
    days = days_of(models, [8.0, *[0.0] * 366, *[8.0] * 29])
    assert {day["ratio_state"] for day in days[367:394]} == {"building"}
    assert {day["acwr_uncoupled"] for day in days[367:394]} == {None}
    assert days[394]["ratio_state"] == "ok"  # 28 days and 28 runs of its own


def test_a_history_goes_on_over_a_year_without_a_run(models: LoadModels) -> None:
    days = days_of(models, [*[8.0] * 28, *[0.0] * 364, *[8.0] * 9])
    assert days[-1]["ratio_state"] == "ok"


def test_six_weeks_from_a_runs_csv_to_the_mart(tmp_path: Path) -> None:
    raw = write_files(tmp_path / "raw", {"ada/runs.csv": runs_csv(date(2026, 1, 5), [*SIX_WEEKS])})
    night = tables_over(raw, tmp_path, as_of="2026-02-15")
    days = night.rows("select * from marts.load_ratio where measure = 'distance_m' order by load_date")
    assert len(days) == 42
    assert [(day["acwr_coupled"], day["acwr_uncoupled"]) for day in days[:27]] == [(None, None)] * 27
    assert [day["acwr_coupled"] for day in days[27:]] == approximately(COUPLED)
    assert [day["acwr_uncoupled"] for day in days[27:]] == approximately(UNCOUPLED)
    assert [day["acwr_ewma"] for day in days[:41]] == [None] * 41
    assert days[41]["acwr_ewma"] == approximately(1.458249)
    assert [day["ratio_state"] for day in days] == ["building"] * 27 + ["ok"] * 15


@pytest.mark.parametrize(
    ("kilometres", "coupled", "uncoupled", "state"),
    [
        pytest.param(EASY_THEN_DOUBLED, 1.6, 2.0, "ok", id="doubled"),
        pytest.param(FOUR_WEEKS_THEN_HALF_AS_MUCH_AGAIN, 1.333333, 1.5, "ok", id="half as much again"),
        pytest.param(TEN_DAYS, None, None, "building", id="ten days"),
        pytest.param(BACK_AFTER_27_REST_DAYS, 4.0, None, "low_base", id="back after a break"),
        pytest.param(ONE_LONG_RUN_LONG_AGO, 1.0, 1.0, "ok", id="long run out of the window"),
    ],
)
def test_five_cases_that_every_method_must_answer(
    models: LoadModels, kilometres: Loads, coupled: float | None, uncoupled: float | None, state: str
) -> None:
    last = days_of(models, kilometres)[-1]
    assert (last["acwr_coupled"], last["acwr_uncoupled"]) == approximately((coupled, uncoupled))
    assert last["ratio_state"] == state


def test_monotony_and_strain_of_a_week_by_hand(models: LoadModels) -> None:
    models.build({"ada": {"srpe_au": [0, 300, 0, 420, 0, 240, 540]}})
    last = models.days(measure="srpe_au")[-1]
    assert (last["monotony"], last["strain"]) == approximately((0.967762, 1451.643115))


def test_seven_equal_days_have_no_monotony(models: LoadModels) -> None:
    last = days_of(models, [10.1] * 7)[-1]
    assert (last["monotony"], last["strain"]) == (None, None)


def test_week_over_week_is_one_sum_over_the_other(models: LoadModels) -> None:
    days = days_of(models, SIX_WEEKS)
    assert days[12]["week_over_week"] is None
    assert [days[day - 1]["week_over_week"] for day in (14, 42)] == approximately([42 / 40, 80 / 58])


def test_week_over_week_needs_every_day_known_and_something_before(models: LoadModels) -> None:
    assert days_of(models, [10] * 13 + [None] + [10] * 12)[-1]["week_over_week"] is None
    assert days_of(models, [0] * 7 + [10] * 7)[-1]["week_over_week"] is None


# ---------------------------------------------------------------- what is shown when


def test_means_are_shown_once_their_own_days_are_known(models: LoadModels) -> None:
    days = days_of(models, [10] * 28)
    assert [day["acute"] for day in days[:6]] == [None] * 5 + [10_000]
    assert [day["chronic_coupled"] for day in days[26:]] == [None, 10_000]
    assert [day["chronic_uncoupled"] for day in days[26:]] == [None, 10_000]


def test_a_ratio_needs_eight_runs(models: LoadModels) -> None:
    # One run of 20 km every fifth day: the eighth is on day 36.
    days = days_of(models, [20, 0, 0, 0, 0] * 8)
    assert [day["ratio_state"] for day in days] == ["building"] * 35 + ["ok"] * 5
    assert [day["acwr_coupled"] is None for day in days] == [True] * 35 + [False] * 5


def test_days_are_counted_from_the_first_run_not_from_a_strength_log_that_began_before(models: LoadModels) -> None:
    days = days_of(models, [0] * 20 + [10] * 50)
    assert [day["ratio_state"] for day in days[:48]] == ["building"] * 47 + ["ok"]
    first_shown = [next(number for number, day in enumerate(days, 1) if day[ratio] is not None) for ratio in RATIOS]
    assert first_shown == [48, 48, 62]


def test_a_weighted_ratio_needs_42_known_days(models: LoadModels) -> None:
    days = days_of(models, [10] * 20 + [None] * 3 + [10] * 25)
    assert next(number for number, day in enumerate(days, start=1) if day["acwr_ewma"] is not None) == 45


def test_a_measure_first_logged_after_four_weeks_gets_its_weighted_ratio_in_time(models: LoadModels) -> None:
    # None of the first 28 days is known for it, so that they have no mean to start from.
    models.build({"ada": {"distance_m": metres(*[10] * 80), "srpe_au": [*[None] * 30, *[300] * 50]}})
    days = models.days(measure="srpe_au")
    assert [day["acwr_ewma"] for day in days] == approximately([None] * 71 + [1.0] * 9)


def test_known_days_are_counted_from_the_first_activity_not_in_the_window(models: LoadModels) -> None:
    # 40 known days, then 7 lost: 21 of the last 28 known, 27 would have been too few had the window been asked.
    last = days_of(models, [10] * 40 + [None] * 7 + [10] * 6)[-1]
    assert (last["known_days_28"], last["acwr_coupled"]) == (21, approximately(1.0))


@pytest.mark.parametrize(
    ("kilometres", "acute", "coupled", "uncoupled"),
    [
        pytest.param([10] * 34 + [None], 10_000, 1.0, 1.0, id="one of seven lost"),
        pytest.param([10] * 33 + [None] * 2, None, None, None, id="two of seven lost"),
        pytest.param([10] * 40 + [None] * 5 + [10] * 10, 10_000, 1.0, 1.0, id="five of the 21 lost"),
        pytest.param([10] * 40 + [None] * 6 + [10] * 10, 10_000, 1.0, None, id="six of the 21 lost"),
        pytest.param([10] * 40 + [None] * 8 + [10] * 10, 10_000, None, None, id="eight of the 28 lost"),
    ],
)
def test_a_ratio_needs_enough_known_days(
    models: LoadModels, kilometres: Loads, acute: float | None, coupled: float | None, uncoupled: float | None
) -> None:
    last = days_of(models, kilometres)[-1]
    assert last["acute"] == acute
    assert (last["acwr_coupled"], last["acwr_uncoupled"]) == approximately((coupled, uncoupled))
    assert last["ratio_state"] == ("ok" if uncoupled else "missing_days")


def test_building_comes_before_missing_days_and_missing_days_before_low_base(models: LoadModels) -> None:
    young_and_lost = days_of(models, [10] * 20 + [None] * 10)[-1]
    lost_and_low = days_of(models, [10] * 40 + [0] * 28 + [None] * 3)[-1]
    low = days_of(models, [10] * 40 + [0] * 28)[-1]
    states = [young_and_lost["ratio_state"], lost_and_low["ratio_state"], low["ratio_state"]]
    assert states == ["building", "missing_days", "low_base"]


def test_a_low_base_hides_the_uncoupled_ratio_alone(models: LoadModels) -> None:
    # 70 days of 10 km, then 2 km: once the 21 days before the last 7 hold only those, U is 2 km, a fifth of the usual 10.
    last = days_of(models, [10] * 70 + [2] * 28)[-1]
    assert last["ratio_state"] == "low_base"
    assert last["acwr_uncoupled"] is None
    assert last["acwr_coupled"] == approximately(1.0)
    assert last["acwr_ewma"] is not None


def test_a_quarter_of_the_usual_load_is_no_low_base_yet(models: LoadModels) -> None:
    last = days_of(models, [10] * 70 + [2.5] * 28)[-1]
    assert (last["ratio_state"], last["acwr_uncoupled"]) == ("ok", approximately(1.0))


@pytest.mark.parametrize(("weekly_m", "state"), [(5_000, "ok"), (4_999, "low_base")])
def test_below_five_kilometres_a_week_distance_and_time_say_nothing(models: LoadModels, weekly_m: float, state: str) -> None:
    week = [weekly_m, 0, 0, 0, 0, 0, 0]
    log = {"distance_m": week * 9, "moving_s": [0.3 * metres for metres in week] * 9, "srpe_au": week * 9}
    models.build({"ada": log})
    states = {measure: models.days(measure=measure)[-1]["ratio_state"] for measure in log}
    assert states == {"distance_m": state, "moving_s": state, "srpe_au": "ok"}


def test_the_usual_load_is_that_of_the_last_180_days(models: LoadModels) -> None:
    # 30 km a day, then 5 km: a sixth of the usual, until half of the last 180 days are of the new kind.
    days = days_of(models, [30] * 180 + [5] * 200)
    states = [day["ratio_state"] for day in days]
    assert states[179 + 28] == "low_base"
    assert states[-1] == "ok"


# ---------------------------------------------------------------- what no log can make it say


@pytest.mark.parametrize("load", [0.1, 7, 10, 33.333])
def test_constant_load_is_one_in_every_method_every_day(models: LoadModels, load: float) -> None:
    models.build({"ada": {"ascent_m": [load] * 400}})
    days = models.days(measure="ascent_m")
    for method, first in zip(RATIOS, (28, 28, 42), strict=True):
        assert [day[method] for day in days[first - 1 :]] == approximately([1.0] * (401 - first), 1e-12)


def test_a_lost_week_marked_missing_is_no_spike(models: LoadModels) -> None:
    lost = days_of(models, [10] * 42 + [None] * 7 + [10] * 7)[-1]
    assert (lost["acwr_coupled"], lost["acwr_ewma"]) == approximately((1.0, 1.0))
    assert (lost["acwr_uncoupled"], lost["ratio_state"]) == (None, "missing_days")  # 14 of 21 known: 16 needed


def test_the_same_week_as_rest_days_reads_as_one(models: LoadModels) -> None:
    rested = days_of(models, [10] * 42 + [0] * 7 + [10] * 7)[-1]
    assert (rested["acwr_coupled"], rested["acwr_uncoupled"]) == approximately((4 / 3, 1.5))


def test_a_lost_week_never_reads_higher_than_before(models: LoadModels) -> None:
    days = days_of(models, [10] * 42 + [None] * 7 + [10] * 35)
    shown = [day[method] for day in days for method in RATIOS if day[method] is not None]
    assert max(shown) == approximately(1.0)


def test_an_athlete_who_stops_keeps_falling(models: LoadModels) -> None:
    days = days_of(models, [10] * 60 + [0] * 40)
    falling_to_zero = [day["acwr_coupled"] for day in days[59:67]]
    # A falls by a seventh a day, C by a twenty-eighth.
    assert falling_to_zero == approximately([(7 - k) / 7 / ((28 - k) / 28) for k in range(8)])
    assert [day["acwr_coupled"] for day in days[67:87]] == [0] * 20
    assert {day["acwr_coupled"] for day in days[88:]} == {None}
    weighted = [day["acwr_ewma"] for day in days[59:]]
    assert all(later < earlier for earlier, later in pairwise(weighted))


loads = st.lists(st.one_of(st.just(0), st.integers(0, 2_000)), min_size=28, max_size=120)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(squad=st.lists(loads, min_size=1, max_size=10))
def test_ratios_keep_their_laws(models: LoadModels, squad: list[list[int]]) -> None:
    plain = {f"{number}": {"ascent_m": [*days]} for number, days in enumerate(squad)}
    tenfold = {f"{number} x 10": {"ascent_m": [10 * load for load in days]} for number, days in enumerate(squad)}
    models.build(plain | tenfold)
    for number in range(len(squad)):
        days = models.days(athlete_id=f"{number}", measure="ascent_m")
        tenfold_days = models.days(athlete_id=f"{number} x 10", measure="ascent_m")
        for day, tenfold_day in zip(days, tenfold_days, strict=True):
            coupled, uncoupled = day["acwr_coupled"], day["acwr_uncoupled"]
            assert coupled is None or coupled <= 4 + 1e-12
            if uncoupled is not None:
                assert coupled == approximately(4 * uncoupled / (uncoupled + 3), 1e-9)
            for name in (*RATIOS, "week_over_week", "monotony"):
                assert tenfold_day[name] == approximately(day[name], 1e-9), name
            assert tenfold_day["ratio_state"] == day["ratio_state"]


@pytest.mark.parametrize("kind", ["constant", "random", "random with lost days"])
def test_seven_years_of_days_do_not_overflow(models: LoadModels, kind: str) -> None:
    chance = random.Random(7)
    days: Loads = [10_000.0] * 2_600
    if kind != "constant":
        days = [float(chance.choice([0, 0, chance.randrange(3_000, 30_000)])) for _ in range(2_600)]
    if kind == "random with lost days":
        days = [None if number > 0 and chance.random() < 0.1 else load for number, load in enumerate(days)]
    models.build({"ada": {"distance_m": days}})
    got = models.days("intermediate.load_ewma")

    # Day by day: E = λ x + (1 − λ) E of the day before, from the mean of the first 28 days on.
    known = [load for load in days[:28] if load is not None]
    acute = chronic = sum(known) / len(known)
    for row, load in zip(got, days, strict=True):
        if load is not None:
            acute, chronic = 0.25 * load + 0.75 * acute, 2 / 29 * load + 27 / 29 * chronic
        assert math.isclose(row["ewma_acute"], acute, rel_tol=1e-9)
        assert math.isclose(row["ewma_chronic"], chronic, rel_tol=1e-9)
        assert math.isclose(row["acwr_ewma"], acute / chronic, rel_tol=1e-9)


def test_a_day_whose_run_lacks_a_measure_is_unknown_for_that_measure_only(models: LoadModels) -> None:
    distance = metres(*[10] * 50)
    rpe: list[float | None] = [300.0] * 50
    rpe[45] = rpe[46] = None
    models.build({"ada": {"distance_m": distance, "srpe_au": rpe}})
    states = {measure: models.days(measure=measure)[-1]["ratio_state"] for measure in ("distance_m", "srpe_au")}
    assert states == {"distance_m": "ok", "srpe_au": "missing_days"}
    assert models.days(measure="srpe_au")[-1]["known_days_28"] == 26


def test_a_gap_between_rows_is_counted_in_days(models: LoadModels) -> None:
    # 30 days of 10 km, ten days off, two days of 10 km: 7 days hold 20 km, 28 days 16 + 2 runs.
    last = days_of(models, [10] * 30 + [0] * 10 + [10] * 2)[-1]
    assert (last["acute"], last["chronic_coupled"]) == approximately((20_000 / 7, 180_000 / 28))


def test_no_athlete_leaks_into_another(models: LoadModels) -> None:
    models.build({"ada": {"distance_m": metres(*SIX_WEEKS)}, "bea": {"distance_m": metres(*[100] * 42)}})
    assert models.days()[-1]["acwr_coupled"] == approximately(1.379310)
    assert models.days(athlete_id="bea")[-1]["acwr_coupled"] == approximately(1.0)

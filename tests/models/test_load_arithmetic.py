"""The bare rolling and exponentially weighted arithmetic against vectors worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.models.harness import Loads, approximately, load_models, metres
from tests.models.vectors import COUPLED, EWMA_7, EWMA_28, EWMA_RATIO, SIX_WEEKS, UNCOUPLED

Days = list[dict[str, Any]]


def days_of(folder: Path, kilometres: Loads, seed: str = "first_day") -> Days:
    """The columns of load_windows and load_ewma side by side, day by day."""
    with load_models(folder, {"ewma_seed": seed}) as models:
        models.build({"ada": {"distance_m": metres(*kilometres)}})
        windows, averages = models.days("intermediate.load_windows"), models.days("intermediate.load_ewma")
    return [window | average for window, average in zip(windows, averages, strict=True)]


def column(days: Days, name: str, scale: float = 1) -> list[float]:
    return [day[name] / scale for day in days]


@pytest.fixture(scope="module")
def six_weeks(tmp_path_factory: pytest.TempPathFactory) -> Days:
    return days_of(tmp_path_factory.mktemp("six_weeks"), SIX_WEEKS)


def test_six_weeks_hold_314_kilometres() -> None:
    assert [sum(SIX_WEEKS[start : start + 7]) for start in range(0, 42, 7)] == [40, 42, 44, 50, 58, 80]
    assert sum(SIX_WEEKS) == 314


@pytest.mark.parametrize(
    ("day", "acute", "chronic_coupled", "chronic_uncoupled"),
    [
        (28, 7.142857, 6.285714, 6.000000),
        (35, 8.285714, 6.928571, 6.476190),
        (36, 8.571429, 7.071429, 6.571429),
        (42, 11.428571, 8.285714, 7.238095),
    ],
)
def test_means_of_six_weeks(six_weeks: Days, day: int, acute: float, chronic_coupled: float, chronic_uncoupled: float) -> None:
    row = six_weeks[day - 1]
    means = (row["acute"] / 1000, row["chronic_coupled"] / 1000, row["chronic_uncoupled"] / 1000)
    assert means == approximately((acute, chronic_coupled, chronic_uncoupled))


def test_coupled_ratio_of_six_weeks(six_weeks: Days) -> None:
    assert column(six_weeks[27:], "acwr_coupled") == approximately(COUPLED)


def test_uncoupled_ratio_of_six_weeks(six_weeks: Days) -> None:
    assert column(six_weeks[27:], "acwr_uncoupled") == approximately(UNCOUPLED)


def test_weighted_averages_of_six_weeks_from_the_first_day(six_weeks: Days) -> None:
    assert column(six_weeks, "ewma_acute", 1000) == approximately(EWMA_7)
    assert column(six_weeks, "ewma_chronic", 1000) == approximately(EWMA_28)
    assert column(six_weeks, "acwr_ewma") == approximately(EWMA_RATIO)


@pytest.mark.parametrize(
    ("seed", "by_day"),
    [
        (
            "zero",
            {
                1: (2.000000, 0.551724, 3.625000),
                28: (8.536589, 5.926652, 1.440373),
                42: (13.450468, 8.911188, 1.509391),
            },
        ),
        (
            "mean_28d",
            {
                1: (6.714286, 6.403941, 1.048462),
                28: (8.538585, 6.776607, 1.260009),
                42: (13.450504, 9.223736, 1.458249),
            },
        ),
    ],
)
def test_other_seeds_leave_their_mark_for_weeks(tmp_path: Path, seed: str, by_day: dict[int, tuple[float, float, float]]) -> None:
    days = days_of(tmp_path, SIX_WEEKS, seed)
    for day, expected in by_day.items():
        row = days[day - 1]
        assert (row["ewma_acute"] / 1000, row["ewma_chronic"] / 1000, row["acwr_ewma"]) == approximately(expected)


def test_one_week_by_hand(tmp_path: Path) -> None:
    days = days_of(tmp_path, [5, 0, 7, 0, 0, 10, 3])
    assert column(days, "ewma_acute", 1000) == approximately(
        [5.000000, 3.750000, 4.562500, 3.421875, 2.566406, 4.424805, 4.068604]
    )
    assert column(days, "ewma_chronic", 1000) == approximately(
        [5.000000, 4.655172, 4.816885, 4.484686, 4.175397, 4.577094, 4.468329]
    )
    assert column(days, "acwr_ewma") == approximately([1.000000, 0.805556, 0.947189, 0.763013, 0.614650, 0.966728, 0.910543])


def test_constant_load_is_one_in_every_method(tmp_path: Path) -> None:
    last = days_of(tmp_path, [10] * 28)[-1]
    assert (last["acwr_coupled"], last["acwr_uncoupled"], last["acwr_ewma"]) == approximately((1, 1, 1))


def test_all_load_in_the_last_week_is_coupled_four_and_has_no_uncoupled_ratio(tmp_path: Path) -> None:
    last = days_of(tmp_path, [0] * 21 + [0, 5, 0, 5, 0, 5, 5])[-1]
    assert (last["acute"] / 1000, last["chronic_coupled"] / 1000) == approximately((2.857143, 0.714286))
    assert last["acwr_coupled"] == approximately(4.0)
    assert last["chronic_uncoupled"] == 0
    assert last["acwr_uncoupled"] is None


def test_an_unknown_day_carries_both_averages_over_unchanged(tmp_path: Path) -> None:
    days = days_of(tmp_path, [5, 0, 7, None, None, 10])
    averages = [(day["ewma_acute"], day["ewma_chronic"]) for day in days]
    assert averages[2] == averages[3] == averages[4]
    # 0.25 x 10 + 0.75 x 4.5625 and 2/29 x 10 + 27/29 x 4.816885
    assert (averages[5][0] / 1000, averages[5][1] / 1000) == approximately((5.921875, 5.174341))


def test_means_are_taken_over_known_days(tmp_path: Path) -> None:
    last = days_of(tmp_path, [10] * 21 + [None, 14, 0, 14, 0, 14, 0])[-1]
    assert last["acute"] == approximately(7000)  # 42 km over 6 known days
    assert last["chronic_coupled"] == approximately(252000 / 27)
    assert (last["known_days_7"], last["known_days_28"]) == (6, 27)

"""Dates that cannot be theirs, or may not be: 1,024 weeks early, and years before all other runs of the athlete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest

from tests.models.twins import Recording, TwinModels, twin_models

ROLLOVER = timedelta(weeks=1024)
DAY = date(2026, 5, 1)  # the calendar of these models ends in 2030


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinModels]:
    with twin_models(tmp_path_factory.mktemp("clocks"), athletes=2) as made:
        yield made


def dated(models: TwinModels, recordings: Sequence[Recording]) -> list[tuple[date, list[str]]]:
    models.build(recordings)
    rows = models.rows("select run_date, notes from activities.runs where athlete_id = '0' order by run_date")
    return [(row["run_date"], row["notes"]) for row in rows]


def runs(*days: date, kind: str = "gpx", athlete_id: str = "0") -> list[Recording]:
    return [Recording("07:00:00", day=day, kind=kind, athlete_id=athlete_id) for day in days]


def days(first: date, count: int, every: int = 2) -> list[date]:
    return [first + timedelta(days=every * number) for number in range(count)]


@pytest.mark.parametrize("kind", ["tcx", "gpx", "fit", "csv"])
def test_a_run_1024_weeks_before_the_others_is_mended(models: TwinModels, kind: str) -> None:
    assert date(2006, 9, 15) == DAY - ROLLOVER
    found = dated(models, runs(DAY - ROLLOVER, kind=kind) + runs(DAY + timedelta(days=2)))
    assert found == [(DAY, ["week_rollover"]), (DAY + timedelta(days=2), [])]


def test_a_month_of_runs_on_a_clock_1024_weeks_early_is_mended(models: TwinModels) -> None:
    early = [day - ROLLOVER for day in days(DAY, 15)]
    later = days(DAY + timedelta(days=40), 20)
    assert dated(models, runs(*early, *later)) == [
        *((day, ["week_rollover"]) for day in days(DAY, 15)),
        *((day, []) for day in later),
    ]


def test_a_fit_file_of_2006_is_mended_without_others(models: TwinModels) -> None:
    # FIT came with the watches of 2009.
    assert dated(models, runs(DAY - ROLLOVER, kind="fit")) == [(DAY, ["week_rollover"])]
    assert dated(models, runs(DAY - ROLLOVER, kind="gpx")) == [(DAY - ROLLOVER, [])]


def test_the_runs_of_20_years_stay_where_they_are(models: TwinModels) -> None:
    every = days(date(2005, 3, 1), 200, every=45)
    assert dated(models, runs(*every)) == [(day, []) for day in every]


def test_a_date_that_would_lie_in_the_future_is_not_mended(models: TwinModels) -> None:
    early = date(2011, 6, 1)  # 1,024 weeks later is January 2031
    assert dated(models, runs(early, DAY)) == [(early, ["years_before_others"]), (DAY, [])]


def test_a_run_years_before_all_others_is_asked_about(models: TwinModels) -> None:
    later = days(DAY, 9)
    assert dated(models, runs(date(2018, 1, 1), *later)) == [
        (date(2018, 1, 1), ["years_before_others"]),
        *((day, []) for day in later),
    ]


def test_a_year_of_running_before_a_long_break_is_not_asked_about(models: TwinModels) -> None:
    before, later = days(date(2018, 1, 1), 100), days(DAY, 9)
    assert dated(models, runs(*before, *later)) == [(day, []) for day in [*before, *later]]


def test_the_runs_of_others_tell_nothing(models: TwinModels) -> None:
    assert dated(models, runs(DAY - ROLLOVER) + runs(DAY, athlete_id="1")) == [(DAY - ROLLOVER, [])]
    assert dated(models, runs(DAY)) == [(DAY, [])]

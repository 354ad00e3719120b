"""The arithmetic of the backtest, against sums by hand, plain loops and squads whose truth is known."""

from __future__ import annotations

import csv
import itertools
import math
import random
from pathlib import Path

import numpy as np
import pytest

from bench import backtest as check
from bench.flagged_squads import Planted, drawn
from flows.backtest.arithmetic import (
    Result,
    Rule,
    adjusted,
    drawn_athletes,
    interval,
    judge,
    probability,
)
from flows.backtest.exposure import Booleans, Days, Exposure, Injury, exposure_of, held_within, holds_ahead
from flows.commands.judge import chance


def days_of(*lengths: int) -> Days:
    """Athletes with so many days each, all from day 0 on."""
    return Days(np.concatenate(([0], np.cumsum(lengths))), np.zeros(len(lengths), dtype=np.int64))


def on(days: Days, *rows: int) -> Booleans:
    signal = np.zeros(len(days), dtype=bool)
    signal[list(rows)] = True
    return signal


def rows_of(signal: Booleans) -> list[int]:
    return [int(row) for row in np.flatnonzero(signal)]


def exposed(length: int, *injuries: tuple[int, int | None, bool], grey: tuple[int, ...] = ()) -> Exposure:
    """The exposure of one athlete with these injuries: first day, last day, whether it is of the Achilles or the calf."""
    days = days_of(length)
    return exposure_of(days, on(days, *grey), [Injury(0, *injury) for injury in injuries])


# ---------------------------------------------------------------- what counts


def test_first_days_and_days_after_a_grey_one_do_not_count() -> None:
    found = exposed(60, grey=(40, 41, 59))
    assert rows_of(found.is_at_risk) == [day for day in range(28, 60) if day not in (41, 42)]
    assert not found.is_onset.any()


def test_a_first_injury_ends_the_days_that_count() -> None:
    found = exposed(200, (60, 70, True))
    assert rows_of(found.is_at_risk) == list(range(28, 61))
    assert (rows_of(found.is_onset), rows_of(found.is_recurrence), found.left_out) == ([60], [], 0)
    assert rows_of(found.is_open) == [*range(28, 61), *range(99, 200)]  # healed on day 70, washed out on day 98


@pytest.mark.parametrize(
    ("onset", "recurrences"),
    [
        pytest.param(98, [], id="28 days after the end it is still the same injury"),
        pytest.param(99, [99], id="29 days after, it is a later one"),
    ],
)
def test_what_comes_back_within_the_washout_is_the_same_injury(onset: int, recurrences: list[int]) -> None:
    found = exposed(200, (60, 70, True), (onset, onset + 5, True))
    assert (rows_of(found.is_onset), rows_of(found.is_recurrence), found.left_out) == ([60], recurrences, 0)


def test_an_injury_of_the_first_days_washes_out_and_leaves_the_next_as_the_first() -> None:
    found = exposed(200, (10, 30, True), (100, None, True))
    assert rows_of(found.is_at_risk) == list(range(59, 101))  # 30 + 28 = 58 is the last day of the washout
    assert (rows_of(found.is_onset), found.left_out) == ([100], 0)


def test_an_injury_from_before_the_log_washes_out_as_well() -> None:
    assert rows_of(exposed(60, (-20, 10, True)).is_at_risk) == list(range(39, 60))


def test_an_open_injury_never_ends() -> None:
    assert not exposed(200, (10, None, True), (150, None, True)).is_at_risk.any()


def test_another_injury_takes_out_its_days_and_no_more() -> None:
    found = exposed(90, (40, 50, False))
    assert rows_of(found.is_at_risk) == [day for day in range(28, 90) if not 41 <= day <= 50]


@pytest.mark.parametrize("grey", [(59,), ()])
def test_an_injury_on_a_day_that_does_not_count_is_left_out_and_what_follows_is_a_later_one(grey: tuple[int, ...]) -> None:
    others = () if grey else ((55, 62, False),)
    found = exposed(200, (60, 61, True), (120, 121, True), *others, grey=grey)
    assert (rows_of(found.is_onset), rows_of(found.is_recurrence), found.left_out) == ([], [120], 1)
    assert max(rows_of(found.is_at_risk)) < 60


def test_both_legs_on_one_day_are_one_injury() -> None:
    assert rows_of(exposed(100, (60, 70, True), (60, None, True)).is_onset) == [60]


@pytest.mark.parametrize("seed", range(5))
def test_looking_back_and_ahead_is_what_plain_loops_find_and_stays_with_the_athlete(seed: int) -> None:
    draw = random.Random(seed)
    lengths = [draw.randrange(1, 30) for _ in range(4)]
    days = days_of(*lengths)
    signal = np.array([draw.random() < 0.2 for _ in range(len(days))])
    nearest, furthest = draw.choice([(0, 0), (1, 1), (0, 14), (1, 14), (0, 3)])
    back, ahead = [], []
    for athlete, length in enumerate(lengths):
        own = signal[days.starts[athlete] : days.starts[athlete + 1]]
        for day in range(length):
            near = range(nearest, furthest + 1)
            back.append(any(own[day - by] for by in near if day - by >= 0))
            ahead.append(any(own[day + by] for by in near if day + by < length))
    assert held_within(days, signal, nearest, furthest).tolist() == back
    assert holds_ahead(days, signal, nearest, furthest).tolist() == ahead


# ---------------------------------------------------------------- one rule, worked by hand


@pytest.fixture(scope="module")
def worked() -> Result:
    """24 athletes of 130 days, all flagged on days 50 to 63. Twelve are hurt on day 60, within the flag, twelve on day 100."""
    days = days_of(*[130] * 24)
    flag = np.tile(np.isin(np.arange(130), range(50, 64)), 24)
    injuries = [Injury(athlete, 60 if athlete < 12 else 100, None, is_outcome=True) for athlete in range(24)]
    (result,) = judge(days, exposure_of(days, np.zeros(len(days), dtype=bool), injuries), {"flag": flag}, [Rule("flag", "flag")])
    return result


def test_days_and_injuries_of_the_worked_squad(worked: Result) -> None:
    # Days 28 to 60 are 33, days 28 to 100 are 73. The eve is flagged on days 51 to 64: 10 of the 33 and 14 of the 73.
    assert worked.exposure_days == 12 * 33 + 12 * 73
    assert worked.flagged_days == 12 * 10 + 12 * 14
    assert (worked.onsets, worked.flagged_onsets, worked.recurrences) == (24, 12, 0)


def test_rate_ratio_of_the_worked_squad(worked: Result) -> None:
    assert worked.rate_ratio == pytest.approx((12 / (12 * 24)) / (12 / (12 * (23 + 59))))


def test_what_the_flag_told_in_the_worked_squad(worked: Result) -> None:
    # Flagged within 14 days before are days 51 to 77: 10 of the 33 and 27 of the 73. The first flagged day is 10 before day 60.
    assert worked.onsets_told == 12
    assert worked.told_by_chance_percent == pytest.approx(100 * 37 / 106)
    assert worked.lead_days_median == 10


def test_alerts_of_the_worked_squad(worked: Result) -> None:
    # Each athlete has one, on day 50; an injury follows within 14 days in twelve, and on 14 days of either twelve.
    assert worked.alerts == 24
    assert worked.alerts_per_athlete_month == pytest.approx(24 * 30.4375 / (12 * 106))
    assert worked.alerts_right_percent == pytest.approx(50)
    assert worked.days_right_percent == pytest.approx(100 * 28 / 106)


def test_probability_of_the_worked_squad_is_that_of_two_binomials(worked: Result) -> None:
    def binomial(chance: float) -> list[float]:
        return [math.comb(12, hits) * chance**hits * (1 - chance) ** (12 - hits) for hits in range(13)]

    both: list[float] = [0] * 25
    for (one, first), (other, second) in itertools.product(enumerate(binomial(10 / 33)), enumerate(binomial(14 / 73))):
        both[one + other] += first * second
    as_far_out = sum(both[13:]) + both[12] / 2
    assert worked.p_value == pytest.approx(2 * as_far_out)
    assert worked.verdict == "more_injuries"


def test_with_too_few_injuries_nothing_is_said_but_how_loud_the_rule_was() -> None:
    days = days_of(*[130] * 19)
    flag = np.tile(np.isin(np.arange(130), range(50, 64)), 19)
    injuries = [Injury(athlete, 60, None, is_outcome=True) for athlete in range(19)]
    exposure = exposure_of(days, np.zeros(len(days), dtype=bool), injuries)
    (result,) = judge(days, exposure, {"flag": flag}, [Rule("flag", "flag")])
    assert (result.onsets, result.verdict, result.flagged_days) == (19, "too_few_injuries", 190)
    untold = (result.rate_ratio, result.rate_ratio_low, result.p_value, result.adjusted_p_value, result.alerts_right_percent)
    assert untold == (None, None, None, None, None)


def test_a_rule_that_never_held_has_no_probability_and_no_interval() -> None:
    days = days_of(*[130] * 24)
    injuries = [Injury(athlete, 60, None, is_outcome=True) for athlete in range(24)]
    never = np.zeros(len(days), dtype=bool)
    (result,) = judge(days, exposure_of(days, never, injuries), {"flag": never}, [Rule("flag", "flag")])
    assert (result.p_value, result.rate_ratio, result.rate_ratio_low, result.verdict) == (None, None, None, "too_few_on_a_side")
    assert (result.alerts, result.alerts_right_percent, result.lead_days_median) == (0, None, None)


def test_what_begins_on_the_day_of_the_injury_is_no_alert_unless_the_rule_looks_at_that_day() -> None:
    days = days_of(*[130] * 24)
    injuries = [Injury(athlete, 60, None, is_outcome=True) for athlete in range(24)]
    signal = np.tile(np.arange(130) == 60, 24)
    exposure = exposure_of(days, np.zeros(len(days), dtype=bool), injuries)
    eve, own = judge(days, exposure, {"x": signal}, [Rule("eve", "x"), Rule("own", "x", 0, 0, told_within=0)])
    assert (eve.alerts, eve.flagged_onsets, eve.onsets_told) == (0, 0, 0)
    assert (own.alerts, own.flagged_onsets, own.alerts_right_percent) == (24, 24, 100)


def test_a_rule_of_run_days_is_compared_with_other_run_days() -> None:
    # 24 athletes run every other day and are hurt on one of those days, whatever they ran.
    days = days_of(*[128] * 24)
    day = np.tile(np.arange(128), 24)
    run, spike = day % 2 == 0, day % 8 == 0
    injuries = [Injury(athlete, 64 if athlete < 6 else 66 + 2 * (athlete % 3), None, is_outcome=True) for athlete in range(24)]
    exposure = exposure_of(days, np.zeros(len(days), dtype=bool), injuries)
    rules = [Rule("all", "spike", 0, 0, told_within=0), Rule("runs", "spike", 0, 0, told_within=0, among="run")]
    of_all, of_runs = judge(days, exposure, {"run": run, "spike": spike}, rules)
    # 6 athletes count days 28 to 64, and six each days 28 to 66, 68 and 70: runs 19, 20, 21, 22, of them spikes on 32, 40 ... 64.
    spikes, runs, counted = 24 * 5, 6 * (19 + 20 + 21 + 22), 6 * (37 + 39 + 41 + 43)
    assert of_runs.rate_ratio == pytest.approx((6 / spikes) / (18 / (runs - spikes)))
    assert of_all.rate_ratio == pytest.approx((6 / spikes) / (18 / (counted - spikes)))


# ---------------------------------------------------------------- chance


def test_the_probability_is_that_of_every_turn_of_every_athlete() -> None:
    draw = random.Random(3)
    flags = [np.array([draw.random() < 0.4 for _ in range(length)]) for length in (7, 9, 5)]
    onsets = [np.isin(np.arange(7), (2, 3)), np.isin(np.arange(9), (8,)), np.isin(np.arange(5), (0, 4))]
    real = sum(int((flag & onset).sum()) for flag, onset in zip(flags, onsets, strict=True))
    counts = [
        sum(int((np.roll(flag, by) & onset).sum()) for flag, onset, by in zip(flags, onsets, turns, strict=True))
        for turns in itertools.product(*(range(len(flag)) for flag in flags))
    ]
    itself = counts.count(real) / 2
    above, below = sum(count > real for count in counts), sum(count < real for count in counts)
    assert probability(flags, onsets) == pytest.approx(min(1, 2 * min(above + itself, below + itself) / len(counts)))


def test_turning_keeps_the_spells_and_so_the_spread_that_a_free_shuffle_loses() -> None:
    # One flag of 14 days in 140, three onsets on neighbouring days: by turns they are flagged all or none, but at the two edges.
    flag, onset = np.arange(140) < 14, np.isin(np.arange(140), (3, 4, 5))
    # All three are under the flag in 12 of the 140 turns.
    assert probability([flag], [onset]) == pytest.approx(2 * (12 / 140) / 2)
    assert math.comb(14, 3) / math.comb(140, 3) < 0.001  # what a free shuffle would say


def test_days_after_an_injury_turn_with_those_before() -> None:
    # All are flagged on days 60 to 100 and hurt on day 80, which heals on day 81; the washout ends with day 109.
    days = days_of(*[230] * 24)
    flag = np.tile(np.isin(np.arange(230), range(60, 101)), 24)
    injuries = [Injury(athlete, 80, 81, is_outcome=True) for athlete in range(24)]
    (result,) = judge(days, exposure_of(days, np.zeros(len(days), dtype=bool), injuries), {"flag": flag}, [Rule("flag", "flag")])
    # Days that count are 28 to 80 and 110 to 229; of them 61 to 80 have a flagged eve.
    assert result.p_value == pytest.approx(2 * (20 / 173) ** 24 / 2)
    assert (result.exposure_days, result.flagged_days) == (24 * 53, 24 * 20)


def test_probabilities_are_adjusted_within_their_family() -> None:
    def result(name: str, family: str, p_value: float) -> Result:
        return Result(
            name,
            family,
            1000,
            100,
            40,
            20,
            20,
            10.0,
            0,
            0,
            5,
            0.1,
            p_value=p_value,
            rate_ratio=2,
            rate_ratio_low=1.5,
            rate_ratio_high=3,
        )

    asked = [result("red", "primary", 0.04), *(result(f"r{p}", "other", p) for p in (0.01, 0.03, 0.5, 0.02))]
    # By hand, of four: 0.01 x 4 / 1, 0.02 x 4 / 2, 0.03 x 4 / 3, 0.5 x 4 / 4.
    assert [one.adjusted_p_value for one in adjusted(asked)] == pytest.approx([0.04, 0.04, 0.04, 0.5, 0.04])
    assert [one.verdict for one in adjusted(asked)] == ["more_injuries"] * 3 + ["no_difference", "more_injuries"]


@pytest.mark.parametrize(
    ("low", "high", "p_value", "verdict"),
    [
        (1.2, 3, 0.01, "more_injuries"),
        (0.2, 0.8, 0.01, "fewer_injuries"),
        (0.9, 3, 0.01, "no_difference"),
        (1.2, 3, 0.2, "no_difference"),
    ],
)
def test_a_difference_is_told_only_where_interval_and_probability_show_it(
    low: float, high: float, p_value: float, verdict: str
) -> None:
    asked = Result(
        *("red", "primary", 1000, 100, 40, 20, 20, 10.0, 0, 0, 5, 0.1), p_value=p_value, rate_ratio_low=low, rate_ratio_high=high
    )
    assert adjusted([asked])[0].verdict == verdict


def test_athletes_are_drawn_whole_and_the_same_ones_each_time() -> None:
    draws = drawn_athletes(7, draws=50)
    assert (draws.sum(axis=1) == 7).all()
    assert (draws == drawn_athletes(7, draws=50)).all()


def test_no_interval_rests_on_fewer_than_five_injuries_of_a_side() -> None:
    sums = np.array([[1.0] * 4 + [0] * 26, [10.0] * 30, [1.0] * 30, [100.0] * 30])
    assert interval(sums, drawn_athletes(30)) == (None, None)
    sums[0, 4] = 1
    low, high = interval(sums, drawn_athletes(30))
    assert low is not None and high is not None and low < (5 / 300) / (30 / 3000) < high


# ---------------------------------------------------------------- squads whose truth is known: a sample of `make backtest-check`


def test_a_sample_of_intervals_holds_the_planted_ratio() -> None:
    found = check.results(check.FLAGGED_TWICE, [check.FLAG], squads=20, first_seed=1)
    assert sum(check.holds(of_squad[0], 2.0) for of_squad in found) >= 18


def test_a_sample_of_squads_without_an_effect_shows_hardly_any() -> None:
    found = check.results(check.NOTHING, [check.FLAG], squads=20, first_seed=10_001)
    assert sum(check.is_found(of_squad[0]) for of_squad in found) <= 3


def test_an_effect_of_the_own_day_is_told_there_and_not_in_the_two_weeks_after() -> None:
    found = check.results(check.OWN_DAY_THRICE, check.SPIKE_RULES, squads=20, first_seed=20_001)
    assert min(own.onsets for _, _, own in found) > 150
    assert sum(own.verdict == "more_injuries" for _, _, own in found) >= 14
    assert sum(check.is_told(after) for _, after, _ in found) <= 3


def test_a_seed_draws_the_same_squad() -> None:
    one, other = (drawn(Planted(athletes=5), 4) for _ in range(2))
    assert one.injuries == other.injuries
    assert all((one.signals[name] == other.signals[name]).all() for name in one.signals)


def test_the_public_sample_is_read_as_far_as_it_goes_and_is_too_small_to_say_anything(shared_data: Path) -> None:
    """Weeks of one runner around one injury: each row holds three sums of seven days, so no session spike can be told."""
    folder = shared_data / "injury"
    names = [folder / f"lovdal_week_subset_{part}_train.csv" for part in "Xy"]
    if not all(name.is_file() for name in names):
        pytest.skip("no public sample of injuries in the folder of real files")
    rows, labels = (list(csv.DictReader(name.open(encoding="utf-8-sig", newline=""))) for name in names)
    assert {row["Athlete ID"] for row in rows} == {"1"}
    days = days_of(max(int(float(row["Date"])) for row in rows) + 1)
    is_grey, rising = np.ones(len(days), dtype=bool), np.zeros(len(days), dtype=bool)
    for row in rows:
        eve = max(int(float(row["Date"])) - 1, 0)
        week, one_before, two_before = (float(row[f"total kms{suffix}"]) for suffix in ("", ".1", ".2"))
        is_grey[eve], rising[eve] = False, week > 1.5 * (one_before + two_before) / 2
    injuries = [
        Injury(0, int(float(row["Date"])), None, is_outcome=True)
        for row, label in zip(rows, labels, strict=True)
        if float(label["injury"]) == 1
    ]
    (result,) = judge(days, exposure_of(days, is_grey, injuries), {"rising": rising}, [Rule("rising", "rising")])
    assert (result.onsets, result.verdict) == (1, "too_few_injuries")
    assert 0 < result.flagged_days < result.exposure_days < len(rows)


@pytest.mark.parametrize(("p_value", "said"), [(0.0004, "< 0.001"), (0.0, "< 0.001"), (0.001, "= 0.001"), (None, "= unknown")])
def test_no_probability_is_told_as_0(p_value: float | None, said: str) -> None:
    assert chance(p_value) == said

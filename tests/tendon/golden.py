"""One squad of runners, each a scenario with its expected flag: what they logged, and what the rules say about it.

Days are counted from the as-of date, a Sunday: 0 is that day, -4 the Wednesday before. Everyone is steady unless said
otherwise: Tuesday 6 km, Thursday 6 km, Sunday 10 km at 5:00 a km, and on Monday and Wednesday three sets of single-leg
raises each with a straight and with a bent knee, with one set of marches a week. Expected values come from docs/specification.md
(§8.6 for the thirteen golden scenarios, the thresholds of §3, §8.1-§8.5 and §8.7 for the others), never from the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

AS_OF = date(2026, 6, 28)
WEEKS = 16

STRAIGHT = "Single Leg Standing Calf Raise"
STRAIGHT_BOTH = "Standing Calf Raise"
STRAIGHT_DUMBBELL = "Single Leg Standing Calf Raise (Dumbbell)"
BENT = "single-leg bent-knee calf raise"
BENT_BOTH = "bent-knee calf raise"
SEATED = "Seated Calf Raise (Machine)"
MARCH = "single-leg march"
POGO = "pogo"
SHORT_FOOT = "short foot"
UNMAPPED = "Calf circuit"


@dataclass(frozen=True)
class Run:
    """One run at noon; metres and moving seconds are whole numbers, so that thresholds can be met exactly."""

    day: int
    distance_m: int
    moving_s: int
    ascent_m: int | None = None
    cadence_spm: int | None = 170
    carried_kg: float | None = None
    has_track: bool = False


@dataclass(frozen=True)
class Exercise:
    """Equal sets of one exercise on one day; weight is the whole external load."""

    day: int
    name: str
    sets: int
    reps: int
    weight_kg: float | None = None
    side: str | None = None
    rpe: int | None = 8


@dataclass(frozen=True)
class Symptom:
    day: int
    pain_0_10: int | None = None
    is_worse_next_morning: bool | None = None
    event: str | None = None
    note: str = ""


@dataclass(frozen=True)
class CalfTest:
    day: int
    side: str
    repetitions: int


@dataclass(frozen=True)
class Mark:
    first_day: int
    last_day: int
    kind: str


@dataclass(frozen=True)
class Scenario:
    """One athlete and what must be said about the as-of date.

    `reasons` are all raised codes but those of the data family, of which only `data_reasons` are asked for and
    `no_data_reasons` ruled out. `may_have` are codes on which the scenario does not depend.
    """

    athlete_id: str
    says: str
    flag: str
    priority: int
    reasons: frozenset[str]
    runs: tuple[Run, ...]
    exercises: tuple[Exercise, ...]
    symptoms: tuple[Symptom, ...] = ()
    calf_tests: tuple[CalfTest, ...] = ()
    marks: tuple[Mark, ...] = ()
    squad: dict[str, str] = field(default_factory=dict)
    run_level: str | None = None
    capacity_level: str | None = None
    confidence: str | None = None
    data_reasons: frozenset[str] = frozenset()
    no_data_reasons: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()
    copied_runs: tuple[Run, ...] = ()  # the same runs once more, from a second log, a minute later


# ---------- what they log


def day_of(day: int) -> date:
    return AS_OF + timedelta(days=day)


def km(day: int, distance_km: float, moving_s: int | None = None, ascent_m: int | None = None, **more: object) -> Run:
    """A run of so many kilometres, at 5:00 a km unless the seconds are given."""
    distance_m = round(1000 * distance_km)
    seconds = round(distance_m * 0.3) if moving_s is None else moving_s
    return Run(day, distance_m, seconds, ascent_m, **more)  # type: ignore[arg-type]


def week_of_runs(
    tuesday: float = 6, thursday: float = 6, sunday: float = 10, weeks: int = WEEKS, ascent_m: int | None = None
) -> list[Run]:
    """The steady week over and over, ending with the as-of Sunday."""
    return [
        km(day - 7 * week, distance, ascent_m=ascent_m)
        for week in range(weeks)
        for day, distance in ((-5, tuesday), (-3, thursday), (0, sunday))
    ]


def but(rows: Iterable[Run], *instead: Run, without: Iterable[int] = ()) -> tuple[Run, ...]:
    """The same runs with some days replaced or left out."""
    changed = {run.day for run in instead} | set(without)
    return (*(run for run in rows if run.day not in changed), *instead)


def every_week(*days: int, weeks: int = WEEKS, first_week: int = 0) -> list[int]:
    """The days, given for the last week, of all weeks; `first_week` 1 leaves the last week out."""
    return [day - 7 * week for week in range(first_week, weeks) for day in days]


def sets_of(name: str, days: Iterable[int], sets: int = 3, reps: int = 12, **more: object) -> list[Exercise]:
    return [Exercise(day, name, sets, reps, **more) for day in days]  # type: ignore[arg-type]


MONDAY_WEDNESDAY = every_week(-6, -4)
RUNS = week_of_runs()
HIP = sets_of(MARCH, every_week(-4), sets=1, reps=10)
GASTROCNEMIUS = sets_of(STRAIGHT, MONDAY_WEDNESDAY)
SOLEUS = sets_of(BENT, MONDAY_WEDNESDAY)
# 100 kg on two legs: 3 x (50/70 + 0.06) = 2.3 BW, and 79 % of an e1RM of 126.7 kg: heavy, without any straight knee.
HEAVY_SEATED = sets_of(SEATED, MONDAY_WEDNESDAY, reps=8, weight_kg=100, rpe=9)
POGOS = sets_of(POGO, every_week(-6), reps=10)
STRENGTH = (*GASTROCNEMIUS, *SOLEUS, *HIP)
# Two legs at bodyweight are 1.5 BW; RPE 7 makes a hard set and no e1RM: calf work that no tendon calls heavy.
LIGHT_WEEKLY = (
    *sets_of(STRAIGHT_BOTH, every_week(-4), rpe=7),
    *sets_of(BENT_BOTH, every_week(-4), rpe=7),
    *sets_of(MARCH, every_week(-4), reps=10),
)


def heavy_until(day: int) -> tuple[Exercise, ...]:
    """Light raises every week, and heavy ones weekly up to a day."""
    return (*LIGHT_WEEKLY, *sets_of(STRAIGHT, [day - 7 * week for week in range(8)]))


def straight_until(day: int, sets: int = 3) -> tuple[Exercise, ...]:
    """Straight-knee work twice a week up to a day; soleus and tendon are kept by heavy seated raises."""
    days = [day - 7 * week - rest for week in range(10) for rest in (0, 3)]
    return (*sets_of(STRAIGHT, days, sets=sets), *HEAVY_SEATED, *HIP)


def bent_until(day: int) -> tuple[Exercise, ...]:
    """Straight-knee work goes on, bent-knee work stopped at a day."""
    return (*GASTROCNEMIUS, *sets_of(BENT, [day - 7 * week - rest for week in range(10) for rest in (0, 3)]), *HIP)


EASY_TRACKS = [
    Run(day - 7 * week, 28 * seconds // 10, seconds, has_track=True)
    for week in range(9)
    for day, seconds in ((-5, 2400), (0, 2700))
]


def fast(day: int, seconds: int) -> Run:
    """Fast from end to end: 3.6 m/s where 0.95 of the threshold speed (300 s a km) is 3.17; 90 steps per leg a minute."""
    return Run(day, 36 * seconds // 10, seconds, cadence_spm=180, has_track=True)


def fast_runner(*thursdays: Run) -> tuple[Run, ...]:
    """Easy runs with a track on Tuesday and Sunday, and ten fast minutes (900 steps per leg) every Thursday but the last."""
    return (*EASY_TRACKS, *(fast(-3 - 7 * week, 600) for week in range(1, 9)), *thursdays)


RISING_RUNS = [
    km(day - 7 * week, round(distance / 1.05**week, 3)) for week in range(24) for day, distance in ((-5, 9), (-3, 9), (0, 15))
]
THRESHOLD = {"threshold_pace_s_per_km": "300"}
MAN_OF_36 = {"sex": "m", "birth_year": "1990"}  # 30s: 32 repetitions


# ---------- who they are


def scenario(
    athlete_id: str,
    says: str,
    priority: int,
    *reasons: str,
    flag: str | None = None,
    runs: Iterable[Run] = RUNS,
    exercises: Iterable[Exercise] = STRENGTH,
    **more: object,
) -> Scenario:
    colour = flag or {0: "green", 1: "amber", 2: "amber", 3: "amber", 4: "red"}[priority]
    return Scenario(athlete_id, says, colour, priority, frozenset(reasons), tuple(runs), tuple(exercises), **more)  # type: ignore[arg-type]


GOLDEN = (
    scenario(
        "golden-01",
        "a run of 1.05 x the longest, six sets each of straight and bent knee a week, is green",
        0,
        runs=but(RUNS, km(0, 10.5)),
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "golden-02", "1.10 exactly is still the reference", 0, runs=but(RUNS, km(0, 11)), run_level="R0", capacity_level="C0"
    ),
    scenario(
        "golden-03",
        "1.101 is a small spike",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(0, 11.01)),
        run_level="R1",
        capacity_level="C0",
    ),
    scenario(
        "golden-04",
        "1.55 with the last bent-knee set 16 days ago is red",
        4,
        "RUN_SESSION_SPIKE_MODERATE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        "SOL_STALE",
        runs=but(RUNS, km(0, 15.5)),
        exercises=bent_until(-16),
        run_level="R1",
        capacity_level="C2",
    ),
    scenario(
        "golden-05",
        "no heavy set for 29 days but light raises weekly is amber",
        2,
        "TENDON_DETRAIN_28",
        exercises=heavy_until(-29),
        run_level="R0",
        capacity_level="C2",
    ),
    scenario(
        "golden-06",
        "uncoupled 1.9 (38 km after weeks of 20) without a spike and with strength on track is green",
        0,
        "ACWR_HIGH",
        runs=but(
            week_of_runs(5, 5, 10),
            *(km(day, distance) for day, distance in ((-6, 5), (-5, 5), (-4, 5), (-3, 5), (-2, 4), (-1, 4), (0, 10))),
        ),
        run_level="RW",
        capacity_level="C0",
    ),
    scenario(
        "golden-07a",
        "the last run 24 days ago was 8 km, today 12: a spike of 1.5 after a break",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        "RETURN_AFTER_BREAK",
        runs=(
            *(
                km(day - 7 * week, distance)
                for week in range(4, 14)
                for day, distance in ((2, 6), (4, 8), (6, 7))
                if day - 7 * week <= -24
            ),
            km(0, 12),
        ),
        run_level="R1",
        capacity_level="C0",
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "golden-07b",
        "the last run 40 days ago, today 12 km where 16 was the longest of 180 days: beyond the floor of 8",
        3,
        "RUN_NO_BASELINE_30D",
        runs=(*(km(-40 - 4 * number, 8) for number in range(14)), km(-90, 16), km(0, 12)),
        run_level="R2",
        capacity_level="C0",
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "golden-08",
        "2.4 x the longest and a strength log that was never connected: amber-high, low confidence",
        3,
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        runs=but((*week_of_runs(7, 7, 10), *(km(-2 - 7 * week, 6) for week in range(WEEKS))), km(0, 24)),
        exercises=(),
        run_level="R2",
        capacity_level="unknown",
        confidence="low",
        data_reasons=frozenset({"DATA_NO_STRENGTH_SOURCE"}),
    ),
    scenario(
        "golden-09",
        "seated raises of 20 kg a leg alone train the soleus, not gastrocnemius and tendon",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        exercises=(*sets_of(SEATED, MONDAY_WEDNESDAY, reps=15, weight_kg=40), *HIP),
        squad={"body_mass_kg": "70"},
        run_level="R0",
        capacity_level="C2",
    ),
    scenario(
        "golden-10",
        "straight-knee work alone, six sets a week, is half a soleus programme",
        1,
        "SOL_ONLY_CREDIT",
        exercises=(*GASTROCNEMIUS, *HIP),
        run_level="R0",
        capacity_level="C1",
    ),
    scenario(
        "golden-11",
        "scenario 3 in a runner with Achilles history is amber-high",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "ACHILLES_HISTORY",
        runs=but(RUNS, km(0, 11.01)),
        squad={"achilles_history_until": "2026-01-15"},
        run_level="R1",
        capacity_level="C0",
    ),
    scenario(
        "golden-12",
        "six days before a race calf work of nine days ago is on track",
        0,
        exercises=[row for row in STRENGTH if row.day <= -9]
        + sets_of(STRAIGHT, [-9])
        + sets_of(BENT, [-9])
        + sets_of(MARCH, [-9], sets=1),
        squad={"race_date": "2026-07-04"},
        run_level="R0",
        capacity_level="C0",
    ),
)


RUN_REASONS = (
    scenario(
        "spike-small-above",
        "one metre over 1.10 x is a small spike",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(0, 11.001, 3300)),
    ),
    scenario(
        "spike-moderate-above",
        "one metre over 1.30 x, at fewer steps a minute, is a moderate spike of distance alone",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        runs=but(RUNS, km(0, 13.001, 3900, cadence_spm=164)),
    ),
    scenario(
        "spike-moderate-below",
        "1.30 exactly is still a small one",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(0, 13, 3900, cadence_spm=164)),
    ),
    scenario(
        "spike-large-above",
        "one metre over twice the longest is a large spike",
        3,
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        runs=but(RUNS, km(0, 20.001, 6000)),
        run_level="R2",
    ),
    scenario(
        "spike-large-below",
        "twice the longest exactly is a moderate one",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        runs=but(RUNS, km(0, 20, 6000)),
        run_level="R1",
    ),
    scenario(
        "spike-active-day-14",
        "a spike counts on the thirteenth day after it",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-13, 11.01)),
    ),
    scenario(
        "spike-over-and-held-over",
        "a spike of seventeen days ago was active for 14 dates and held for three",
        0,
        runs=but(RUNS, km(-17, 11.01)),
        run_level="R0",
    ),
    scenario(
        "spike-held",
        "a spike of sixteen days ago is held for the third date",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-16, 11.01)),
        run_level="R0",
    ),
    scenario(
        "no-baseline-above",
        "45 days without a run, then ten metres more than half of the old longest",
        3,
        "RUN_NO_BASELINE_30D",
        runs=(*(km(-45 - 4 * number, 8) for number in range(14)), km(-91, 16), km(0, 8.01)),
        may_have=frozenset({"ACWR_LOW_BASE"}),
        run_level="R2",
    ),
    scenario(
        "no-baseline-below",
        "45 days without a run, then half of the old longest",
        0,
        runs=(*(km(-45 - 4 * number, 8) for number in range(14)), km(-91, 16), km(0, 8)),
        may_have=frozenset({"ACWR_LOW_BASE"}),
        run_level="R0",
    ),
    scenario(
        "no-baseline-floor-above",
        "45 days without a run, 6 km the longest, then 5.01 km",
        3,
        "RUN_NO_BASELINE_30D",
        runs=(*(km(-45 - 3 * number, 6) for number in range(16)), km(0, 5.01)),
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "no-baseline-floor-below",
        "45 days without a run, 6 km the longest, then 5 km",
        0,
        runs=(*(km(-45 - 3 * number, 6) for number in range(16)), km(0, 5)),
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "return-above",
        "fourteen days below 0.70 (the 10 km of day -21 fall out on day -17), then the usual 6 km on day -3",
        2,
        "RETURN_AFTER_BREAK",
        runs=(*(run for run in RUNS if run.day <= -21), km(-3, 6)),
        run_level="R1",
    ),
    scenario(
        "return-below",
        "thirteen days below 0.70, then the usual 6 km on day -4",
        0,
        runs=(*(run for run in RUNS if run.day <= -21), km(-4, 6)),
        run_level="R0",
    ),
    scenario(
        "return-short-run",
        "fourteen days below 0.70, then less than the usual run",
        0,
        runs=(*(run for run in RUNS if run.day <= -21), km(-3, 5.9)),
    ),
    scenario(
        "fast-above",
        "1,185 fast steps per leg where 900 were the most: 1.317",
        2,
        "RUN_FAST_SPIKE",
        runs=fast_runner(fast(-3, 790)),
        exercises=(*STRENGTH, *POGOS),
        squad=THRESHOLD,
        no_data_reasons=frozenset({"DATA_NO_INTENSITY"}),
        run_level="R1",
    ),
    scenario(
        "fast-below",
        "1,155 fast steps per leg where 900 were the most: 1.283",
        0,
        runs=fast_runner(fast(-3, 770)),
        exercises=(*STRENGTH, *POGOS),
        squad=THRESHOLD,
        run_level="R0",
    ),
    scenario(
        "first-fast-above",
        "the first fast session in 30 days: 510 steps per leg",
        2,
        "RUN_FAST_SPIKE",
        runs=(*EASY_TRACKS, fast(-3, 340)),
        exercises=(*STRENGTH, *POGOS),
        squad=THRESHOLD,
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "first-fast-below",
        "the first fast session in 30 days: 495 steps per leg",
        0,
        runs=(*EASY_TRACKS, fast(-3, 330)),
        exercises=(*STRENGTH, *POGOS),
        squad=THRESHOLD,
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "hill-above",
        "196 m of ascent where 150 were the most: 1.307",
        2,
        "RUN_HILL_SPIKE",
        runs=but(week_of_runs(ascent_m=150), km(-3, 6, ascent_m=196)),
    ),
    scenario(
        "hill-below", "195 m where 150 were the most: 1.30", 0, runs=but(week_of_runs(ascent_m=150), km(-3, 6, ascent_m=195))
    ),
    scenario(
        "hill-floor-above",
        "150 m where 100 were the most",
        2,
        "RUN_HILL_SPIKE",
        runs=but(week_of_runs(ascent_m=100), km(-3, 6, ascent_m=150)),
    ),
    scenario(
        "hill-floor-below",
        "149 m where 100 were the most: below the floor of 150",
        0,
        runs=but(week_of_runs(ascent_m=100), km(-3, 6, ascent_m=149)),
    ),
    scenario(
        "load-above",
        "the usual 10 km with 4.8 kg carried: (74.8/70)^4 = 1.304",
        2,
        "RUN_LOAD_SPIKE",
        runs=but(RUNS, km(0, 10, carried_kg=4.8)),
        squad={"body_mass_kg": "70"},
    ),
    scenario(
        "load-below",
        "the usual 10 km with 4.7 kg carried: (74.7/70)^4 = 1.297",
        0,
        runs=but(RUNS, km(0, 10, carried_kg=4.7)),
        squad={"body_mass_kg": "70"},
    ),
    scenario("duration-above", "3,901 s where 3,000 were the most", 2, "RUN_DURATION_SPIKE", runs=but(RUNS, km(0, 10, 3901))),
    scenario("duration-below", "3,900 s where 3,000 were the most: 1.30", 0, runs=but(RUNS, km(0, 10, 3900))),
    scenario(
        "two-spikes-7-days-apart",
        "a spike of minutes and one of ascent seven days apart are R2",
        3,
        "RUN_DURATION_SPIKE",
        "RUN_HILL_SPIKE",
        runs=but(week_of_runs(ascent_m=150), km(-7, 10, 3901, 150), km(0, 10, ascent_m=196)),
        run_level="R2",
    ),
    scenario(
        "two-spikes-8-days-apart",
        "eight days apart they are two R1",
        2,
        "RUN_DURATION_SPIKE",
        "RUN_HILL_SPIKE",
        runs=but(week_of_runs(ascent_m=150), km(-8, 10, 3901, 150), km(0, 10, ascent_m=196), without=[-7]),
        run_level="R1",
    ),
    scenario(
        "frequency-above",
        "six days of 300 m ascent in seven",
        2,
        "FREQ_HIGH_GT5",
        "BACK_TO_BACK_HIGH",
        runs=but(week_of_runs(8, 8, 8, ascent_m=300), *(km(day, 5, ascent_m=300) for day in range(-5, 1))),
    ),
    scenario(
        "frequency-below",
        "five days of 300 m ascent in seven, the sixth of 290",
        0,
        "BACK_TO_BACK_HIGH",
        runs=but(
            week_of_runs(8, 8, 8, ascent_m=300), km(-5, 5, ascent_m=290), *(km(day, 5, ascent_m=300) for day in range(-4, 1))
        ),
    ),
    scenario(
        "back-to-back-above",
        "300 m of ascent on Saturday and on Sunday",
        0,
        "BACK_TO_BACK_HIGH",
        runs=but(
            (
                *(km(-5 - 7 * week, 6, ascent_m=100) for week in range(WEEKS)),
                *(km(-7 * week, 10, ascent_m=300) for week in range(WEEKS)),
            ),
            km(-1, 6, ascent_m=300),
        ),
    ),
    scenario(
        "back-to-back-below",
        "300 m of ascent on Thursday and on Sunday",
        0,
        runs=but(
            (
                *(km(-5 - 7 * week, 6, ascent_m=100) for week in range(WEEKS)),
                *(km(-7 * week, 10, ascent_m=300) for week in range(WEEKS)),
            ),
            km(-3, 6, ascent_m=300),
        ),
    ),
    scenario(
        "acwr-above",
        "30.2 km after weeks of 20: uncoupled 1.51",
        0,
        "ACWR_HIGH",
        runs=but(week_of_runs(5, 5, 10), km(-6, 5), km(-4, 5.2)),
        run_level="RW",
    ),
    scenario(
        "acwr-below",
        "29.8 km after weeks of 20: uncoupled 1.49",
        0,
        runs=but(week_of_runs(5, 5, 10), km(-6, 5), km(-4, 4.8)),
        run_level="R0",
    ),
    scenario(
        "acwr-calf-lags",
        "the same load climb with the last straight-knee set 8 days ago (BUILD: amber) colours amber",
        2,
        "ACWR_HIGH",
        "GAST_STALE",
        runs=but(week_of_runs(5, 5, 10), km(-6, 5), km(-4, 5.2)),
        exercises=straight_until(-8, sets=4),
        run_level="RW",
        capacity_level="C1",
    ),
    scenario(
        "acwr-no-strength",
        "the same load climb without a strength log is grey",
        0,
        "ACWR_HIGH",
        flag="grey",
        runs=but(week_of_runs(5, 5, 10), km(-6, 5), km(-4, 5.2)),
        exercises=(),
        run_level="RW",
        capacity_level="unknown",
        data_reasons=frozenset({"DATA_NO_STRENGTH_SOURCE"}),
    ),
    scenario("low-base-above", "4.9 km a week are too little for a ratio", 0, "ACWR_LOW_BASE", runs=week_of_runs(1.9, 1, 2)),
    scenario("low-base-below", "5 km a week are enough", 0, runs=week_of_runs(2, 1, 2)),
)


CALF_REASONS = (
    scenario("gast-stale-above", "straight knee 8 days ago", 1, "GAST_STALE", exercises=straight_until(-8), capacity_level="C1"),
    scenario("gast-stale-below", "straight knee 7 days ago", 0, exercises=straight_until(-7), capacity_level="C0"),
    scenario(
        "gast-stale-red", "straight knee 22 days ago", 2, "GAST_STALE", exercises=straight_until(-22, sets=4), capacity_level="C2"
    ),
    scenario(
        "gast-stale-not-red",
        "straight knee 21 days ago",
        1,
        "GAST_STALE",
        exercises=straight_until(-21, sets=4),
        capacity_level="C1",
    ),
    scenario(
        "gast-build-red",
        "a small spike, straight knee 15 days ago: BUILD's red line",
        4,
        "RUN_SESSION_SPIKE_SMALL",
        "GAST_STALE",
        runs=but(RUNS, km(0, 11.01)),
        exercises=straight_until(-15),
        run_level="R1",
        capacity_level="C2",
    ),
    scenario(
        "gast-build-amber",
        "a small spike, straight knee 14 days ago",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "GAST_STALE",
        runs=but(RUNS, km(0, 11.01)),
        exercises=straight_until(-14),
        run_level="R1",
        capacity_level="C1",
    ),
    scenario(
        "gast-volume-above",
        "7 straight-knee sets in four weeks are 1.75 a week of 2",
        1,
        "GAST_LOW_VOLUME",
        exercises=(
            *sets_of(STRAIGHT, every_week(-4, first_week=1), sets=2),
            *sets_of(STRAIGHT, [-4], sets=1),
            *HEAVY_SEATED,
            *HIP,
        ),
        capacity_level="C1",
    ),
    scenario(
        "gast-volume-below",
        "8 sets in four weeks are 2",
        0,
        exercises=(*sets_of(STRAIGHT, every_week(-4), sets=2), *HEAVY_SEATED, *HIP),
        capacity_level="C0",
    ),
    scenario(
        "gast-volume-red",
        "3 sets in four weeks are less than half of 2",
        2,
        "GAST_LOW_VOLUME",
        exercises=(*sets_of(STRAIGHT, [-4, -11, -18], sets=1), *HEAVY_SEATED, *HIP),
        capacity_level="C2",
    ),
    scenario(
        "gast-volume-not-red",
        "4 sets in four weeks are half of 2",
        1,
        "GAST_LOW_VOLUME",
        exercises=(*sets_of(STRAIGHT, [-4, -11, -18, -25], sets=1), *HEAVY_SEATED, *HIP),
        capacity_level="C1",
    ),
    scenario("sol-stale-above", "bent knee 8 days ago", 1, "SOL_STALE", exercises=bent_until(-8), capacity_level="C1"),
    scenario("sol-stale-below", "bent knee 7 days ago", 0, exercises=bent_until(-7), capacity_level="C0"),
    scenario(
        "sol-build-red",
        "a spike of 1.301 and bent knee 15 days ago",
        4,
        "RUN_SESSION_SPIKE_MODERATE",
        "SOL_STALE",
        runs=but(RUNS, km(0, 13.01, 3900, cadence_spm=164)),
        exercises=bent_until(-15),
        capacity_level="C2",
    ),
    scenario(
        "sol-build-amber",
        "a spike of 1.301 and bent knee 14 days ago",
        3,
        "RUN_SESSION_SPIKE_MODERATE",
        "SOL_STALE",
        runs=but(RUNS, km(0, 13.01, 3900, cadence_spm=164)),
        exercises=bent_until(-14),
        capacity_level="C1",
    ),
    scenario(
        "sol-credit-small-spike",
        "after a small spike straight-knee credit still counts: scenario 4 with a ratio of 1.2",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "SOL_ONLY_CREDIT",
        runs=but(RUNS, km(0, 12)),
        exercises=bent_until(-16),
        capacity_level="C1",
    ),
    scenario(
        "sol-credit-above",
        "bent knee 15 days ago, straight knee six sets a week",
        1,
        "SOL_ONLY_CREDIT",
        exercises=bent_until(-15),
    ),
    scenario(
        "sol-credit-below", "bent knee 13 days ago, straight knee six sets a week", 1, "SOL_STALE", exercises=bent_until(-13)
    ),
    scenario(
        "sol-volume-above",
        "8 straight-knee sets at half credit and 3 seated in four weeks are 1.75 a week of 2",
        1,
        "SOL_LOW_VOLUME",
        exercises=(
            *sets_of(STRAIGHT, every_week(-4), sets=2),
            *sets_of(SEATED, every_week(-4, weeks=3), sets=1, weight_kg=40),
            *sets_of(SEATED, every_week(-4, first_week=4), weight_kg=40),
            *HIP,
        ),
        capacity_level="C1",
    ),
    scenario(
        "sol-volume-below",
        "8 straight-knee sets at half credit and 4 seated in four weeks are 2",
        0,
        exercises=(*sets_of(STRAIGHT, every_week(-4), sets=2), *sets_of(SEATED, every_week(-4), sets=1, weight_kg=40), *HIP),
        capacity_level="C0",
    ),
    scenario(
        "tendon-red-below",
        "the last heavy set 28 days ago",
        1,
        "TENDON_NOT_HEAVY",
        exercises=heavy_until(-28),
        capacity_level="C1",
    ),
    scenario("tendon-amber-above", "the last heavy set 15 days ago", 1, "TENDON_NOT_HEAVY", exercises=heavy_until(-15)),
    scenario("tendon-amber-below", "the last heavy set 14 days ago", 0, exercises=heavy_until(-14), capacity_level="C0"),
    scenario(
        "plyo-absent-above",
        "fast sessions weekly, the last hops 22 days ago",
        0,
        "PLYO_ABSENT",
        runs=fast_runner(fast(-3, 600)),
        exercises=(*STRENGTH, *sets_of(POGO, every_week(-22, weeks=6), reps=10)),
        squad=THRESHOLD,
    ),
    scenario(
        "plyo-absent-below",
        "fast sessions weekly, the last hops 20 days ago",
        0,
        runs=fast_runner(fast(-3, 600)),
        exercises=(*STRENGTH, *sets_of(POGO, every_week(-20, weeks=6), reps=10)),
        squad=THRESHOLD,
    ),
    scenario(
        "plyo-ramp-above",
        "66 contacts where 50 were the most: 1.32",
        1,
        "PLYO_RAMP",
        exercises=(*STRENGTH, *sets_of(POGO, every_week(-6), sets=5, reps=10), *sets_of(POGO, [0], reps=22)),
    ),
    scenario(
        "plyo-ramp-below",
        "65 contacts where 50 were the most: 1.30",
        0,
        exercises=(*STRENGTH, *sets_of(POGO, every_week(-6), sets=5, reps=10), *sets_of(POGO, [0], sets=5, reps=13)),
    ),
    scenario(
        "plyo-intro-above",
        "101 contacts after 40 days without",
        2,
        "PLYO_INTRO_RAPID",
        exercises=(*STRENGTH, *sets_of(POGO, [-40]), *sets_of(POGO, [0], sets=1, reps=101)),
    ),
    scenario(
        "plyo-intro-below",
        "100 contacts after 40 days without",
        0,
        exercises=(*STRENGTH, *sets_of(POGO, [-40]), *sets_of(POGO, [0], sets=1, reps=100)),
    ),
    scenario(
        "hip-above",
        "hip work 11 days ago",
        1,
        "HIP_STALE",
        exercises=(*GASTROCNEMIUS, *SOLEUS, *sets_of(MARCH, every_week(-11, weeks=8))),
        capacity_level="C0",
    ),
    scenario(
        "hip-below", "hip work 10 days ago", 0, exercises=(*GASTROCNEMIUS, *SOLEUS, *sets_of(MARCH, every_week(-10, weeks=8)))
    ),
    scenario(
        "foot-above", "foot work, once begun, 22 days ago", 1, "FOOT_STALE", exercises=(*STRENGTH, *sets_of(SHORT_FOOT, [-22]))
    ),
    scenario("foot-below", "foot work 21 days ago", 0, exercises=(*STRENGTH, *sets_of(SHORT_FOOT, [-21]))),
    scenario(
        "gast-asym-above",
        "10 repetitions on the left where the right does 12: 0.833",
        1,
        "GAST_ASYM",
        exercises=(
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="left", reps=10),
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="right"),
            *SOLEUS,
            *HIP,
        ),
    ),
    scenario(
        "gast-asym-below",
        "11 repetitions on the left where the right does 12: 0.917",
        0,
        exercises=(
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="left", reps=11),
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="right"),
            *SOLEUS,
            *HIP,
        ),
    ),
    scenario(
        "sol-asym-above",
        "bent knee: 10 on the right where the left does 12",
        1,
        "SOL_ASYM",
        exercises=(
            *GASTROCNEMIUS,
            *sets_of(BENT, MONDAY_WEDNESDAY, side="left"),
            *sets_of(BENT, MONDAY_WEDNESDAY, side="right", reps=10),
            *HIP,
        ),
    ),
    scenario(
        "sol-asym-below",
        "bent knee: 11 on the right where the left does 12",
        0,
        exercises=(
            *GASTROCNEMIUS,
            *sets_of(BENT, MONDAY_WEDNESDAY, side="left"),
            *sets_of(BENT, MONDAY_WEDNESDAY, side="right", reps=11),
            *HIP,
        ),
    ),
    scenario(
        "one-leg-stale",
        "the left leg fresh, the right stopped 9 days ago: the worse leg is shown",
        1,
        "GAST_STALE",
        exercises=(
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="left"),
            *sets_of(STRAIGHT, every_week(-9, -11, weeks=10), side="right"),
            *HEAVY_SEATED,
            *HIP,
        ),
    ),
    scenario(
        "one-leg-logged",
        "only the left leg was ever logged: judged by it, and said",
        0,
        "SIDE_ONLY",
        exercises=[row for name in (STRAIGHT, BENT, MARCH) for row in sets_of(name, MONDAY_WEDNESDAY, side="left")],
    ),
    scenario(
        "capacity-above",
        "23 heel raises of a norm of 32: 0.72",
        1,
        "CAPACITY_BELOW_NORM",
        calf_tests=(CalfTest(-3, "left", 23), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C1",
    ),
    scenario(
        "capacity-below",
        "24 heel raises of a norm of 32: 0.75",
        0,
        calf_tests=(CalfTest(-3, "left", 24), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C0",
    ),
    scenario(
        "capacity-red",
        "23 heel raises, 30 six weeks ago: below the norm and seven lost",
        2,
        "CAPACITY_BELOW_NORM",
        calf_tests=(CalfTest(-45, "left", 30), CalfTest(-45, "right", 30), CalfTest(-3, "left", 23), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C2",
    ),
    scenario(
        "capacity-not-red",
        "23 heel raises, 29 six weeks ago: six lost is within the test's own error",
        1,
        "CAPACITY_BELOW_NORM",
        calf_tests=(CalfTest(-45, "left", 29), CalfTest(-45, "right", 30), CalfTest(-3, "left", 23), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C1",
    ),
    scenario(
        "no-progress-above",
        "load up 5 % a week for 24 weeks, straight-knee repetitions down from 12 to 11 in the last four: 0.917",
        0,
        "NO_PROGRESS",
        runs=RISING_RUNS,
        exercises=(
            *sets_of(STRAIGHT, every_week(-6, -4, weeks=4), reps=11),
            *sets_of(STRAIGHT, every_week(-6, -4, first_week=4)),
            *SOLEUS,
            *HIP,
        ),
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "no-progress-below",
        "the same load with steady repetitions",
        0,
        runs=RISING_RUNS,
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "illness-pauses",
        "straight knee 24 days ago, ten of them ill: 14 days count, amber",
        1,
        "GAST_STALE",
        exercises=straight_until(-24, sets=4),
        marks=(Mark(-15, -6, "illness"),),
        capacity_level="C1",
    ),
    scenario(
        "illness-not-marked",
        "the same without the mark is red",
        2,
        "GAST_STALE",
        exercises=straight_until(-24, sets=4),
        capacity_level="C2",
    ),
)


PAIN_REASONS = (
    scenario("pain-6", "pain above 5 is red", 4, "PAIN_GATE", symptoms=(Symptom(-1, 6),)),
    scenario("pain-5", "pain of 5 is amber", 2, "PAIN_GATE", symptoms=(Symptom(-1, 5),)),
    scenario("pain-4", "pain of 4 is amber", 2, "PAIN_GATE", symptoms=(Symptom(-1, 4),)),
    scenario("pain-3", "pain of 3 is no gate", 0, symptoms=(Symptom(-1, 3),)),
    scenario(
        "morning-twice",
        "worse on two mornings running is red",
        4,
        "PAIN_GATE",
        symptoms=(Symptom(-2, 2, is_worse_next_morning=True), Symptom(-1, 2, is_worse_next_morning=True)),
    ),
    scenario(
        "morning-not-running",
        "worse on two mornings with a day between is not",
        0,
        symptoms=(Symptom(-3, 2, is_worse_next_morning=True), Symptom(-1, 2, is_worse_next_morning=True)),
    ),
    scenario(
        "pain-held-last-day",
        "pain of 6 nine days ago: 7 days and the third held date",
        4,
        "PAIN_GATE",
        symptoms=(Symptom(-9, 6),),
    ),
    scenario("pain-held-over", "pain of 6 ten days ago is over", 0, symptoms=(Symptom(-10, 6),)),
    scenario("rupture-above", "a pop is an emergency", 4, "RED_FLAG_RUPTURE", symptoms=(Symptom(-1, event="pop"),)),
    scenario(
        "rupture-cannot-raise",
        "so is a heel that cannot be raised",
        4,
        "RED_FLAG_RUPTURE",
        symptoms=(Symptom(0, event="cannot_raise"),),
    ),
    scenario("rupture-below", "the word in a note is not", 0, symptoms=(Symptom(-1, 1, note="no pop, just stiff"),)),
    scenario(
        "history-green",
        "Achilles history leaves green green",
        0,
        "ACHILLES_HISTORY",
        squad={"achilles_history_until": "2026-01-15"},
    ),
    scenario(
        "history-366-days",
        "history of more than a year ago raises nothing",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(0, 11.01)),
        squad={"achilles_history_until": "2025-06-25"},
    ),
    scenario(
        "pain-without-history-log",
        "pain colours grey too",
        4,
        "PAIN_GATE",
        runs=[run for run in RUNS if run.day >= -10],
        exercises=[row for row in STRENGTH if row.day >= -10],
        symptoms=(Symptom(-1, 6),),
        data_reasons=frozenset({"DATA_INSUFFICIENT_HISTORY"}),
    ),
)


DATA_REASONS = (
    scenario(
        "history-too-short",
        "27 days after the first activity the flag is still grey",
        0,
        flag="grey",
        runs=[*(run for run in RUNS if run.day > -28), km(-27, 10)],
        exercises=[row for row in STRENGTH if row.day >= -27],
        run_level="unknown",
        data_reasons=frozenset({"DATA_INSUFFICIENT_HISTORY"}),
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "history-long-enough",
        "28 days after it the runner is judged",
        0,
        runs=[run for run in RUNS if run.day >= -28],
        exercises=[*(row for row in STRENGTH if row.day > -28), *sets_of(STRAIGHT, [-28])],
        run_level="R0",
        no_data_reasons=frozenset({"DATA_INSUFFICIENT_HISTORY"}),
    ),
    scenario(
        "new-to-running",
        "sixteen weeks of strength log, but the first run 27 days ago: thirty days of running are not known yet",
        0,
        flag="grey",
        runs=[km(day, 5) for day in range(-27, 1, 3)],
        run_level="unknown",
        data_reasons=frozenset({"DATA_INSUFFICIENT_HISTORY"}),
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "seven-runs",
        "seven runs are too few, however long ago the first",
        0,
        flag="grey",
        runs=[km(-8 * number, 6) for number in range(7)],
        run_level="unknown",
        data_reasons=frozenset({"DATA_INSUFFICIENT_HISTORY"}),
    ),
    scenario(
        "eight-runs",
        "eight are enough",
        0,
        runs=[km(-8 * number, 6) for number in range(8)],
        run_level="R0",
        no_data_reasons=frozenset({"DATA_INSUFFICIENT_HISTORY"}),
    ),
    scenario(
        "missing-days-above",
        "two days of the last seven marked missing",
        0,
        marks=(Mark(-2, -1, "missing"),),
        data_reasons=frozenset({"DATA_MISSING_DAYS"}),
    ),
    scenario(
        "missing-days-below",
        "one day of the last seven marked missing",
        0,
        marks=(Mark(-1, -1, "missing"),),
        no_data_reasons=frozenset({"DATA_MISSING_DAYS"}),
    ),
    scenario(
        "gap-above",
        "five days without anything in someone who logs five days a week",
        0,
        runs=but(RUNS, km(-8, 6), without=[-12, -10]),
        exercises=[row for row in STRENGTH if row.day not in (-13, -11)],
        data_reasons=frozenset({"DATA_GAP_SUSPECTED"}),
    ),
    scenario(
        "gap-below",
        "four days without anything",
        0,
        runs=but(RUNS, km(-9, 6), without=[-12, -10]),
        exercises=[row for row in STRENGTH if row.day not in (-13, -11)],
        no_data_reasons=frozenset({"DATA_GAP_SUSPECTED"}),
    ),
    scenario(
        "stale-source-above",
        "nothing for the seven days up to the as-of date",
        0,
        runs=[run for run in RUNS if run.day <= -7],
        exercises=[
            *(row for row in STRENGTH if row.day < -7),
            *sets_of(STRAIGHT, [-7]),
            *sets_of(BENT, [-7]),
            *sets_of(MARCH, [-7]),
        ],
        confidence="low",
        data_reasons=frozenset({"DATA_STALE_SOURCE"}),
    ),
    scenario(
        "stale-source-below",
        "nothing for six days",
        0,
        runs=but((run for run in RUNS if run.day <= -7), km(-6, 6)),
        exercises=[
            *(row for row in STRENGTH if row.day < -7),
            *sets_of(STRAIGHT, [-7]),
            *sets_of(BENT, [-7]),
            *sets_of(MARCH, [-7]),
        ],
        no_data_reasons=frozenset({"DATA_STALE_SOURCE"}),
    ),
    scenario(
        "no-strength",
        "no strength log at all: grey, not green",
        0,
        flag="grey",
        exercises=(),
        capacity_level="unknown",
        data_reasons=frozenset({"DATA_NO_STRENGTH_SOURCE"}),
    ),
    scenario(
        "silent-strength",
        "a strength log gone silent for 35 days has stopped",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        "HIP_STALE",
        exercises=[row for row in STRENGTH if row.day <= -35],
        capacity_level="C2",
        no_data_reasons=frozenset({"DATA_NO_STRENGTH_SOURCE"}),
        may_have=frozenset({"HIP_STALE"}),
    ),
    scenario(
        "strength-building",
        "a strength log of 27 days with fresh work is on track, volume not judged",
        0,
        exercises=[*sets_of(STRAIGHT, [-27, -4], sets=1), *sets_of(BENT, [-27, -4], sets=1), *sets_of(MARCH, [-4], sets=1)],
        capacity_level="C0",
        no_data_reasons=frozenset({"DATA_NO_STRENGTH_SOURCE"}),
    ),
    scenario(
        "unmapped-above",
        "10 unmapped of 46 sets in 28 days: no heavy set for 29 days counts as amber only",
        1,
        "TENDON_DETRAIN_28",
        exercises=(*heavy_until(-29), *sets_of(UNMAPPED, [-4], sets=10)),
        capacity_level="C1",
        confidence="low",
        data_reasons=frozenset({"DATA_UNMAPPED_EXERCISE"}),
    ),
    scenario(
        "unmapped-below",
        "9 unmapped of 45: a fifth exactly, still red",
        2,
        "TENDON_DETRAIN_28",
        exercises=(*heavy_until(-29), *sets_of(UNMAPPED, [-4], sets=9)),
        capacity_level="C2",
        data_reasons=frozenset({"DATA_UNMAPPED_EXERCISE"}),
    ),
    scenario(
        "effort-assumed",
        "ten repetitions without effort, each time with a new weight: hard is assumed",
        0,
        exercises=(
            *(Exercise(day, STRAIGHT_DUMBBELL, 3, 10, 40 + 0.25 * day, rpe=None) for day in MONDAY_WEDNESDAY),
            *SOLEUS,
            *HIP,
        ),
        confidence="medium",
        data_reasons=frozenset({"DATA_EFFORT_ASSUMED"}),
    ),
    scenario(
        "effort-known",
        "twelve single-leg raises at bodyweight are hard without asking",
        0,
        exercises=(*sets_of(STRAIGHT, MONDAY_WEDNESDAY, rpe=None), *SOLEUS, *HIP),
        no_data_reasons=frozenset({"DATA_EFFORT_ASSUMED"}),
    ),
    scenario(
        "cadence-unknown",
        "runs without cadence",
        0,
        runs=[Run(run.day, run.distance_m, run.moving_s, cadence_spm=None) for run in RUNS],
        data_reasons=frozenset({"DATA_NO_CADENCE"}),
    ),
    scenario("cadence-known", "runs with cadence", 0, no_data_reasons=frozenset({"DATA_NO_CADENCE"})),
    scenario("intensity-unknown", "totals alone do not say what was fast", 0, data_reasons=frozenset({"DATA_NO_INTENSITY"})),
    scenario(
        "recorded-twice",
        "the same run in two logs counts once",
        0,
        copied_runs=(km(0, 10), km(-3, 6)),
        data_reasons=frozenset({"DATA_DUPLICATE_MERGED"}),
    ),
    scenario("recorded-once", "the same run in one log", 0, no_data_reasons=frozenset({"DATA_DUPLICATE_MERGED"})),
)

SCENARIOS = (*GOLDEN, *RUN_REASONS, *CALF_REASONS, *PAIN_REASONS, *DATA_REASONS)


# ---------- as files

SQUAD_COLUMNS = (
    "sex",
    "birth_year",
    "body_mass_kg",
    "threshold_pace_s_per_km",
    "achilles_history_until",
    "race_date",
    "timezone",
)


def files(squad: Sequence[Scenario] = SCENARIOS) -> dict[str, str]:
    """The input folder of a whole squad: path below data/raw -> content."""
    content = {"squad.csv": table(("athlete_id", *SQUAD_COLUMNS), [squad_row(one) for one in squad])}
    for one in squad:
        for name, text in files_of(one).items():
            content[f"{one.athlete_id}/{name}"] = text
    return content


def squad_row(one: Scenario) -> list[object]:
    return [one.athlete_id, *(one.squad.get(column, "") for column in SQUAD_COLUMNS)]


def files_of(one: Scenario) -> dict[str, str]:
    """What one athlete logged: a log for each kind that has rows, and a file for each run with a track.

    An athlete with a time zone writes it behind every time of day: noon stays their noon.
    """
    offset = "+08:00" if one.squad.get("timezone") == "Asia/Singapore" else ""
    logs = {
        "runs.csv": runs_csv([run for run in one.runs if not run.has_track], f"12:00{offset}"),
        "watch.csv": runs_csv(one.copied_runs, f"12:01{offset}"),
        "strength.csv": strength_csv(one.exercises, f"18:00{offset}"),
        "symptoms.csv": symptoms_csv(one.symptoms),
        "calf_tests.csv": calf_tests_csv(one.calf_tests),
        "marks.csv": marks_csv(one.marks),
    }
    tracks = {f"runs/{day_of(run.day)}.tcx": tcx(run, timezone_of(one)) for run in one.runs if run.has_track}
    return {name: text for name, text in logs.items() if text} | tracks


def timezone_of(one: Scenario) -> timezone:
    """UTC, or the one other zone the squad knows: eight hours ahead, without summer time."""
    return timezone(timedelta(hours=8)) if one.squad.get("timezone") == "Asia/Singapore" else UTC


def table(columns: tuple[str, ...], rows: list[list[object]]) -> str:
    """CSV text; empty without rows."""
    lines = [",".join("" if cell is None else f'"{cell}"' if "," in str(cell) else str(cell) for cell in row) for row in rows]
    return "\n".join([",".join(columns), *lines]) + "\n" if rows else ""


def runs_csv(runs: Iterable[Run], clock: str) -> str:
    return table(
        ("started_at", "distance_m", "moving_time", "ascent_m", "cadence_spm", "carried_kg"),
        [
            [
                f"{day_of(run.day)} {clock}",
                run.distance_m,
                timedelta(seconds=run.moving_s),
                run.ascent_m,
                run.cadence_spm,
                run.carried_kg,
            ]
            for run in sorted(runs, key=lambda run: run.day)
        ],
    )


def strength_csv(exercises: Iterable[Exercise], clock: str) -> str:
    return table(
        ("performed_at", "exercise", "set", "reps", "weight_kg", "side", "rpe"),
        [
            [f"{day_of(row.day)} {clock}", row.name, number, row.reps, row.weight_kg, row.side, row.rpe]
            for row in sorted(exercises, key=lambda row: row.day)
            for number in range(1, row.sets + 1)
        ],
    )


def symptoms_csv(symptoms: Iterable[Symptom]) -> str:
    words = {True: "yes", False: "no", None: None}
    return table(
        ("date", "pain_0_10", "next_morning_worse", "event", "note"),
        [[day_of(row.day), row.pain_0_10, words[row.is_worse_next_morning], row.event, row.note] for row in symptoms],
    )


def calf_tests_csv(tests: Iterable[CalfTest]) -> str:
    return table(
        ("date", "side", "repetitions", "knee"), [[day_of(test.day), test.side, test.repetitions, "straight"] for test in tests]
    )


def marks_csv(marks: Iterable[Mark]) -> str:
    return table(("from_date", "to_date", "kind"), [[day_of(mark.first_day), day_of(mark.last_day), mark.kind] for mark in marks])


def tcx(run: Run, zone: timezone) -> str:
    """A run at one speed and cadence from local noon on, a point every ten seconds. RunCadence counts one foot."""
    start = datetime.combine(day_of(run.day), time(12), zone).astimezone(UTC)
    points = "\n".join(
        f"<Trackpoint><Time>{start + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}</Time>"
        f"<DistanceMeters>{run.distance_m * second / run.moving_s:.3f}</DistanceMeters>"
        f"<Extensions><x:TPX><x:RunCadence>{(run.cadence_spm or 0) // 2}</x:RunCadence></x:TPX></Extensions></Trackpoint>"
        for second in range(0, run.moving_s + 1, 10)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
 xmlns:x="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities><Activity Sport="Running">
<Id>{start:%Y-%m-%dT%H:%M:%SZ}</Id><Lap StartTime="{start:%Y-%m-%dT%H:%M:%SZ}"><TotalTimeSeconds>{run.moving_s}</TotalTimeSeconds>
<DistanceMeters>{run.distance_m}</DistanceMeters><Track>
{points}
</Track></Lap></Activity></Activities></TrainingCenterDatabase>
"""

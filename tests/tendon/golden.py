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
SINGLE_POGO = "single-leg pogo"
ROPE = "Jump Rope"
HOLD = "calf raise hold"
UNMAPPED = "calf circuit"  # could be calf work, and nobody knows which
BENCH = "Bench Press (Barbell)"


@dataclass(frozen=True)
class Run:
    """One run at noon; metres and moving seconds are whole numbers, so that thresholds can be met exactly.

    Without a track it is known by its totals; without moving_s by its distance alone.
    """

    day: int
    distance_m: int
    moving_s: int | None
    ascent_m: int | None = None
    cadence_spm: int | None = 170
    carried_kg: float | None = None
    has_track: bool = False
    rpe: int | None = None
    heart_rate_bpm: int | None = None


@dataclass(frozen=True)
class Exercise:
    """Equal sets of one exercise on one day; weight is the whole external load, assistance below 0."""

    day: int
    name: str
    sets: int
    reps: int | None
    weight_kg: float | None = None
    side: str | None = None
    rpe: int | None = 8
    hold_s: int | None = None
    rir: int | None = None


@dataclass(frozen=True)
class Symptom:
    day: int
    pain_0_10: int | None = None
    is_worse_next_morning: bool | None = None
    event: str | None = None
    note: str = ""
    stiffness_min: int | None = None
    visa_a: int | None = None
    side: str | None = None


@dataclass(frozen=True)
class Injury:
    onset_day: int
    site: str
    resolved_day: int | None = None
    side: str | None = None


@dataclass(frozen=True)
class Refused:
    """A row of runs.csv or strength.csv whose day can be read and whose numbers cannot."""

    day: int
    kind: str  # run, strength


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
    injuries: tuple[Injury, ...] = ()
    calf_tests: tuple[CalfTest, ...] = ()
    marks: tuple[Mark, ...] = ()
    refused: tuple[Refused, ...] = ()
    squad: dict[str, str] = field(default_factory=dict)
    run_level: str | None = None
    capacity_level: str | None = None
    confidence: str | None = None
    person_state: str | None = None
    forbids: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset()
    data_reasons: frozenset[str] = frozenset()
    no_data_reasons: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()
    copied_runs: tuple[Run, ...] = ()  # the same runs once more, from a second log, a minute later


# ---------- what they log


def day_of(day: int) -> date:
    return AS_OF + timedelta(days=day)


def km(
    day: int, distance_km: float, moving_s: int | None = None, ascent_m: int | None = None, s_per_km: int = 300, **more: object
) -> Run:
    """A run of so many kilometres, at 5:00 a km unless the seconds are given."""
    distance_m = round(1000 * distance_km)
    seconds = round(distance_m * s_per_km / 1000) if moving_s is None else moving_s
    return Run(day, distance_m, seconds, ascent_m, **more)  # type: ignore[arg-type]


def week_of_runs(tuesday: float = 6, thursday: float = 6, sunday: float = 10, weeks: int = WEEKS, **more: object) -> list[Run]:
    """The steady week over and over, ending with the as-of Sunday."""
    return [
        km(day - 7 * week, distance, **more)  # type: ignore[arg-type]
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


def sets_of(name: str, days: Iterable[int], sets: int = 3, reps: int | None = 12, **more: object) -> list[Exercise]:
    return [Exercise(day, name, sets, reps, **more) for day in days]  # type: ignore[arg-type]


MONDAY_WEDNESDAY = every_week(-6, -4)
RUNS = week_of_runs()
HIP = sets_of(MARCH, every_week(-4), sets=1, reps=10)
GASTROCNEMIUS = sets_of(STRAIGHT, MONDAY_WEDNESDAY)
SOLEUS = sets_of(BENT, MONDAY_WEDNESDAY)
# 100 kg on two legs: 3 x (50/70 + 0.06) = 2.3 BW, 8 repetitions at RPE 9: heavy, without any straight knee.
HEAVY_SEATED = sets_of(SEATED, MONDAY_WEDNESDAY, reps=8, weight_kg=100, rpe=9)
POGOS = sets_of(POGO, every_week(-6), reps=10)
STRENGTH = (*GASTROCNEMIUS, *SOLEUS, *HIP)
# Two legs at bodyweight are 1.5 BW without any load: calf work that no tendon calls heavy.
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


def strength_until(day: int) -> tuple[Exercise, ...]:
    """All strength work stopped at a day."""
    days = [day - 7 * week - rest for week in range(10) for rest in (0, 2)]
    return (*sets_of(STRAIGHT, days), *sets_of(BENT, days), *sets_of(MARCH, days))


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


def risen_by(factor: float) -> list[Run]:
    """The steady week, in the last four of them so much longer."""
    return [*(run for run in RUNS if run.day <= -28), *week_of_runs(6 * factor, 6 * factor, 10 * factor, weeks=4)]


# Gastrocnemius in four weeks: 14 straight-knee sets, and a quarter of 12 with the knee bent, are 17 sets of credit.
FOURTEEN_SETS = (
    *sets_of(STRAIGHT, every_week(-6), sets=2),
    *sets_of(STRAIGHT, every_week(-4, first_week=1), sets=2),
    *sets_of(BENT, every_week(-6)),
    *HIP,
)
RISING_RUNS = [
    km(day - 7 * week, round(distance / 1.05**week, 3)) for week in range(24) for day, distance in ((-5, 9), (-3, 9), (0, 15))
]
THRESHOLD = {"threshold_pace_s_per_km": "300"}
EASY_RATED = week_of_runs(rpe=4)  # by totals, and not fast by its rating


def moderate(day: int) -> Run:
    """13.001 km where 10 were the longest; minutes 1.30 exactly, and at fewer steps a minute no spike of Achilles load."""
    return km(day, 13.001, 3900, cadence_spm=164)


MAN_OF_36 = {"sex": "m", "birth_year": "1990"}  # the smaller norm of 32 and 25 repetitions


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
        runs=but(RUNS, moderate(0)),
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
        "a moderate spike counts on the thirteenth day after it",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        runs=but(RUNS, moderate(-13)),
        run_level="R1",
    ),
    scenario(
        "spike-over-and-held-over",
        "a moderate spike of seventeen days ago was active for 14 dates and held for three",
        0,
        runs=but(RUNS, moderate(-17)),
        run_level="R0",
    ),
    scenario(
        "spike-held",
        "a moderate spike of sixteen days ago is held for the third date",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        runs=but(RUNS, moderate(-16)),
        run_level="R0",
    ),
    scenario(
        "small-spike-next-day",
        "a small spike colours on the day after it",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-1, 11.01), without=[0]),
        run_level="R1",
    ),
    scenario(
        "small-spike-two-days-later",
        "two days after it a small spike is a note, and its colour is not held",
        0,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-2, 11.01), without=[0]),
        run_level="R0",
    ),
    scenario(
        "small-spike-day-14",
        "it is noted until the thirteenth day after it",
        0,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-13, 11.01)),
        run_level="R0",
    ),
    scenario("small-spike-day-15", "and not on the fourteenth", 0, runs=but(RUNS, km(-14, 11.01)), run_level="R0"),
    scenario(
        "small-spike-calf-lags",
        "a small spike of three days ago with straight knee 11 days ago counts in full",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "GAST_STALE",
        runs=but(RUNS, km(-3, 11.01)),
        exercises=straight_until(-11),
        run_level="R1",
        capacity_level="C1",
    ),
    scenario(
        "small-spike-history",
        "with Achilles history it counts in full on the fourth day",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "ACHILLES_HISTORY",
        runs=but(RUNS, km(-3, 11.01)),
        squad={"achilles_history_until": "2026-01-15"},
        run_level="R1",
    ),
    scenario(
        "small-spike-no-strength",
        "without a strength log it is amber on its day",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(0, 11.01)),
        exercises=(),
        run_level="R1",
    ),
    scenario(
        "small-spike-no-strength-later",
        "and grey with the note afterwards",
        0,
        "RUN_SESSION_SPIKE_SMALL",
        flag="grey",
        runs=but(RUNS, km(-5, 11.01)),
        exercises=(),
        run_level="R0",
    ),
    scenario(
        "third-small-spike",
        "small spikes of 21, 14 and 7 days ago (11.1, 12.3, 13.6 km): the third within 21 days counts in full",
        2,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-21, 11.1), km(-14, 12.3), km(-7, 13.6)),
        run_level="R1",
    ),
    scenario(
        "third-small-spike-in-22-days",
        "with the first 28 days ago the one of day -7 is the second of its 21 days: a note",
        0,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-28, 11.1), km(-14, 12.3), km(-7, 13.6)),
        run_level="R0",
    ),
    scenario(
        "floor-above",
        "4.801 km where 2.8 were the longest: below 5 km, but more than 2 km longer",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        runs=but(week_of_runs(2.4, 2.4, 2.8), km(0, 4.801)),
        run_level="R1",
    ),
    scenario(
        "floor-below",
        "4.8 km where 2.8 were the longest: below 5 km, and 2 km longer exactly",
        0,
        runs=but(week_of_runs(2.4, 2.4, 2.8), km(0, 4.8)),
        run_level="R0",
    ),
    scenario(
        "floor-5-km-above",
        "5 km where 3.5 were the longest",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        runs=but(week_of_runs(3.5, 3.5, 3.5), km(0, 5, 1650, cadence_spm=164)),
        run_level="R1",
    ),
    scenario(
        "floor-5-km-below",
        "4.999 km where 3.5 were the longest",
        0,
        runs=but(week_of_runs(3.5, 3.5, 3.5), km(0, 4.999, 1650, cadence_spm=164)),
        run_level="R0",
    ),
    scenario(
        "duration-floor-above",
        "30 minutes where 23 were the longest: 1.304",
        2,
        "RUN_DURATION_SPIKE",
        runs=but(week_of_runs(4, 4, 4.6), km(0, 4.6, 1800)),
    ),
    scenario(
        "duration-floor-below",
        "a second less than 30 minutes, and 7 more than the longest",
        0,
        runs=but(week_of_runs(4, 4, 4.6), km(0, 4.6, 1799)),
    ),
    scenario(
        "load-floor-above",
        "3.5 km with 5.9 kg carried: 1,674 x 1.382 = 2,314 reference steps",
        2,
        "RUN_LOAD_SPIKE",
        runs=but(week_of_runs(3.5, 3.5, 3.5), km(0, 3.5, carried_kg=5.9)),
        squad={"body_mass_kg": "70"},
    ),
    scenario(
        "load-floor-below",
        "3.5 km with 5.6 kg carried: 1,674 x 1.360 = 2,278 reference steps, below 2,300",
        0,
        runs=but(week_of_runs(3.5, 3.5, 3.5), km(0, 3.5, carried_kg=5.6)),
        squad={"body_mass_kg": "70"},
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
        "hill-unmeasured",
        "196 m where 150 were the most, but one run of the 30 days has no ascent: nothing is said of it",
        0,
        runs=but(week_of_runs(ascent_m=150), km(-10, 6), km(-3, 6, ascent_m=196)),
        run_level="R0",
    ),
    scenario(
        "fast-totals",
        "the first run rated 8 in 30 days, by totals, with calf work on track: a note",
        0,
        "RUN_FAST_SPIKE",
        runs=but(EASY_RATED, km(0, 10, rpe=8)),
        run_level="R0",
        confidence="medium",
        no_data_reasons=frozenset({"DATA_NO_INTENSITY"}),
    ),
    scenario(
        "fast-totals-no-build",
        "it does not build load: straight knee 8 days ago is on track",
        0,
        "RUN_FAST_SPIKE",
        runs=but(EASY_RATED, km(0, 10, rpe=8)),
        exercises=straight_until(-8),
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "fast-totals-calf-lags",
        "with straight knee 11 days ago it counts",
        3,
        "RUN_FAST_SPIKE",
        "GAST_STALE",
        runs=but(EASY_RATED, km(0, 10, rpe=8)),
        exercises=straight_until(-11),
        run_level="R1",
        capacity_level="C1",
    ),
    scenario(
        "fast-totals-makes-no-double",
        "a spike of minutes five days before it makes no R2",
        2,
        "RUN_DURATION_SPIKE",
        "RUN_FAST_SPIKE",
        runs=but(EASY_RATED, km(-5, 10, 3901, rpe=4), km(0, 10, rpe=8)),
        run_level="R1",
    ),
    scenario("fast-totals-easy", "rated 6 it is not fast", 0, runs=but(EASY_RATED, km(0, 10, rpe=6)), run_level="R0"),
    scenario(
        "fast-totals-unknown",
        "rated 7, without a fast speed: nobody can tell",
        0,
        runs=but(EASY_RATED, km(0, 10, rpe=7)),
        run_level="R0",
        data_reasons=frozenset({"DATA_NO_INTENSITY"}),
    ),
    scenario(
        "fast-totals-speed",
        "2,860 m in 15 minutes are above 0.95 x threshold speed (3.167 m/s); 6:00 a km is below 0.92 x that",
        0,
        "RUN_FAST_SPIKE",
        runs=but(week_of_runs(s_per_km=360), km(0, 2.86, 900)),
        squad=THRESHOLD,
        no_data_reasons=frozenset({"DATA_NO_INTENSITY"}),
    ),
    scenario(
        "fast-totals-too-short",
        "a second less than 15 minutes tells nothing",
        0,
        runs=but(week_of_runs(s_per_km=360), km(0, 2.86, 899)),
        squad=THRESHOLD,
        data_reasons=frozenset({"DATA_NO_INTENSITY"}),
    ),
    scenario(
        "fast-totals-heart-rate",
        "a mean of 176 where 200 is the maximum: 88 %",
        0,
        "RUN_FAST_SPIKE",
        runs=but(EASY_RATED, km(0, 10, heart_rate_bpm=176)),
        squad={"max_hr_bpm": "200"},
        no_data_reasons=frozenset({"DATA_NO_INTENSITY"}),
    ),
    scenario(
        "fast-totals-heart-rate-unknown",
        "a mean of 175 is not",
        0,
        runs=but(EASY_RATED, km(0, 10, heart_rate_bpm=175)),
        squad={"max_hr_bpm": "200"},
        data_reasons=frozenset({"DATA_NO_INTENSITY"}),
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
        "the same load climb with the last straight-knee set 11 days ago colours amber",
        2,
        "ACWR_HIGH",
        "GAST_STALE",
        runs=but(week_of_runs(5, 5, 10), km(-6, 5), km(-4, 5.2)),
        exercises=straight_until(-11, sets=4),
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
    scenario(
        "gast-stale-above", "straight knee 11 days ago", 1, "GAST_STALE", exercises=straight_until(-11), capacity_level="C1"
    ),
    scenario("gast-stale-below", "straight knee 10 days ago", 0, exercises=straight_until(-10), capacity_level="C0"),
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
        "a moderate spike, straight knee 15 days ago: beyond BUILD's red line",
        4,
        "RUN_SESSION_SPIKE_MODERATE",
        "GAST_STALE",
        runs=but(RUNS, moderate(0)),
        exercises=straight_until(-15),
        run_level="R1",
        capacity_level="C2",
    ),
    scenario(
        "gast-build-amber",
        "a moderate spike, straight knee 14 days ago",
        3,
        "RUN_SESSION_SPIKE_MODERATE",
        "GAST_STALE",
        runs=but(RUNS, moderate(0)),
        exercises=straight_until(-14),
        run_level="R1",
        capacity_level="C1",
    ),
    scenario(
        "small-spike-late-no-build",
        "a small spike, straight knee 15 days ago: it counts, for calf work is late, and builds no load that would make it red",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "GAST_STALE",
        runs=but(RUNS, km(0, 11.01)),
        exercises=straight_until(-15),
        run_level="R1",
        capacity_level="C1",
    ),
    scenario(
        "build-limit-above",
        "a moderate spike, straight knee 8 days ago: BUILD's amber line",
        3,
        "RUN_SESSION_SPIKE_MODERATE",
        "GAST_STALE",
        runs=but(RUNS, moderate(0)),
        exercises=straight_until(-8),
        capacity_level="C1",
    ),
    scenario(
        "build-limit-below",
        "a moderate spike, straight knee 7 days ago",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        runs=but(RUNS, moderate(0)),
        exercises=straight_until(-7),
        capacity_level="C0",
    ),
    scenario(
        "small-spike-no-build",
        "a small spike that is a note does not build load: straight knee 10 days ago is on track",
        0,
        "RUN_SESSION_SPIKE_SMALL",
        runs=but(RUNS, km(-3, 11.01)),
        exercises=straight_until(-10),
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "small-spike-third-builds",
        "the third within 21 days does: straight knee 8 days ago is amber",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "GAST_STALE",
        runs=but(RUNS, km(-21, 11.1), km(-14, 12.3), km(-7, 13.6)),
        exercises=straight_until(-8),
        run_level="R1",
        capacity_level="C1",
    ),
    scenario(
        "rise-above",
        "four weeks of 1.21 x the load before them are BUILD: straight knee 8 days ago is amber",
        1,
        "GAST_STALE",
        runs=risen_by(1.21),
        exercises=straight_until(-8),
        run_level="R0",
        capacity_level="C1",
    ),
    scenario(
        "rise-below",
        "four weeks of 1.19 x the load before them are not",
        0,
        runs=risen_by(1.19),
        exercises=straight_until(-8),
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "topup-above",
        "load up 5 % a week, 17 sets of credit in four weeks: at the floor of 2, below three quarters of 6: a note",
        0,
        "BUILD_TOPUP",
        runs=RISING_RUNS,
        exercises=FOURTEEN_SETS,
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "topup-below",
        "the same load with 18 in four weeks: three quarters of 6",
        0,
        runs=RISING_RUNS,
        exercises=(*FOURTEEN_SETS, *sets_of(STRAIGHT, [-4], sets=1)),
        run_level="R0",
        capacity_level="C0",
    ),
    scenario(
        "topup-from-zero",
        "eight weeks ago the last run; since four weeks 5 km three times a week: risen from 0, but load is held when coming back",
        0,
        runs=(*(run for run in RUNS if run.day <= -56), *(km(day, 5) for day in every_week(-5, -3, 0, weeks=4) if day > -28)),
        exercises=FOURTEEN_SETS,
        may_have=frozenset({"ACWR_LOW_BASE"}),
        person_state="coming_back",
    ),
    scenario(
        "gast-volume-above",
        "5 straight-knee sets in four weeks are 1.25 a week, below three quarters of 2",
        1,
        "GAST_LOW_VOLUME",
        exercises=(
            *sets_of(STRAIGHT, every_week(-11, weeks=2), sets=2),
            *sets_of(STRAIGHT, [-4], sets=1),
            *HEAVY_SEATED,
            *HIP,
        ),
        capacity_level="C1",
    ),
    scenario(
        "gast-volume-below",
        "6 sets in four weeks are 1.5: three quarters of 2",
        0,
        exercises=(*sets_of(STRAIGHT, every_week(-4, weeks=3), sets=2), *HEAVY_SEATED, *HIP),
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
    scenario("sol-stale-above", "bent knee 11 days ago", 1, "SOL_STALE", exercises=bent_until(-11), capacity_level="C1"),
    scenario("sol-stale-below", "bent knee 10 days ago", 0, exercises=bent_until(-10), capacity_level="C0"),
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
        "6 straight-knee sets at half credit and 2 seated in four weeks are 1.25 a week",
        1,
        "SOL_LOW_VOLUME",
        exercises=(
            *sets_of(STRAIGHT, every_week(-4, weeks=3), sets=2),
            *sets_of(SEATED, every_week(-4, weeks=2), sets=1, weight_kg=40),
            *HIP,
        ),
        capacity_level="C1",
    ),
    scenario(
        "sol-volume-below",
        "6 straight-knee sets at half credit and 3 seated in four weeks are 1.5",
        0,
        exercises=(
            *sets_of(STRAIGHT, every_week(-4, weeks=3), sets=2),
            *sets_of(SEATED, every_week(-4, weeks=3), sets=1, weight_kg=40),
            *HIP,
        ),
        capacity_level="C0",
    ),
    scenario(
        "effort-easy",
        "twelve single-leg raises at RPE 5 are never hard: as good as none",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        exercises=(*sets_of(STRAIGHT, MONDAY_WEDNESDAY, rpe=5), *sets_of(BENT, MONDAY_WEDNESDAY, rpe=5), *HIP),
        capacity_level="C2",
        person_state="new_to_calf_work",
        forbids=frozenset({"heavy_dose"}),
    ),
    scenario(
        "gym-work-alone",
        "a gym log without calf work: known, and none of it",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        exercises=sets_of(BENCH, MONDAY_WEDNESDAY),
        capacity_level="C2",
        confidence="medium",
        person_state="new_to_calf_work",
        no_data_reasons=frozenset({"DATA_UNMAPPED_EXERCISE"}),
    ),
    scenario(
        "tendon-beginner",
        "18 km a week and no heavy set for 29 days: a note",
        0,
        "TENDON_DETRAIN_28",
        runs=week_of_runs(5, 5, 8),
        exercises=heavy_until(-29),
        capacity_level="C0",
    ),
    scenario(
        "tendon-20-km",
        "20 km a week are no beginner's",
        2,
        "TENDON_DETRAIN_28",
        runs=week_of_runs(5, 5, 10),
        exercises=heavy_until(-29),
        capacity_level="C2",
    ),
    scenario(
        "tendon-beginner-history",
        "nor is a beginner with Achilles history spared",
        3,
        "TENDON_DETRAIN_28",
        "ACHILLES_HISTORY",
        runs=week_of_runs(5, 5, 8),
        exercises=heavy_until(-29),
        squad={"achilles_history_until": "2026-01-15"},
        capacity_level="C2",
    ),
    scenario(
        "under-16",
        "born in 2010: no heavy work is asked for, and none is late",
        0,
        exercises=LIGHT_WEEKLY,
        squad={"birth_year": "2010"},
        capacity_level="C0",
        person_state="under_16",
        forbids=frozenset({"heavy_dose", "ceiling", "room", "norms"}),
    ),
    scenario(
        "over-16",
        "born in 2009 it is",
        2,
        "TENDON_DETRAIN_28",
        exercises=LIGHT_WEEKLY,
        squad={"birth_year": "2009"},
        capacity_level="C2",
        person_state="usual",
        allows=frozenset({"heavy_dose", "norms"}),
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
        "rope-seconds-above",
        "51 s of rope, two contacts a second, the first jumps ever",
        2,
        "PLYO_INTRO_RAPID",
        exercises=(*STRENGTH, Exercise(0, ROPE, 1, None, hold_s=51)),
        data_reasons=frozenset({"DATA_EFFORT_ASSUMED"}),
    ),
    scenario("rope-seconds-below", "50 s are 100 contacts", 0, exercises=(*STRENGTH, Exercise(0, ROPE, 1, None, hold_s=50))),
    scenario(
        "pogos-of-each-leg",
        "90 single-leg pogos on each leg are 90, not 180",
        0,
        exercises=(*STRENGTH, *(Exercise(0, SINGLE_POGO, 3, 30, side=side) for side in ("left", "right"))),
    ),
    scenario(
        "hip-above",
        "hip work 15 days ago",
        1,
        "HIP_STALE",
        exercises=(*GASTROCNEMIUS, *SOLEUS, *sets_of(MARCH, every_week(-15, weeks=8))),
        capacity_level="C0",
    ),
    scenario(
        "hip-below", "hip work 14 days ago", 0, exercises=(*GASTROCNEMIUS, *SOLEUS, *sets_of(MARCH, every_week(-14, weeks=8)))
    ),
    scenario("hip-never", "hip work that was never logged changes nothing", 0, exercises=(*GASTROCNEMIUS, *SOLEUS)),
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
        "asym-loads-above",
        "12 repetitions at body weight (36) on the left, 12 with 20 kg (46.3) on the right: 0.778",
        1,
        "GAST_ASYM",
        exercises=(
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="left"),
            *sets_of(STRAIGHT_DUMBBELL, MONDAY_WEDNESDAY, side="right", weight_kg=20),
            *SOLEUS,
            *HIP,
        ),
        squad={"body_mass_kg": "70"},
    ),
    scenario(
        "asym-loads-below",
        "12 at body weight on the left, 12 with 8 kg (40.1) on the right: 0.897",
        0,
        exercises=(
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="left"),
            *sets_of(STRAIGHT_DUMBBELL, MONDAY_WEDNESDAY, side="right", weight_kg=8),
            *SOLEUS,
            *HIP,
        ),
        squad={"body_mass_kg": "70"},
    ),
    scenario(
        "one-leg-stale",
        "the left leg fresh, the right stopped 11 days ago: the worse leg is shown",
        1,
        "GAST_STALE",
        exercises=(
            *sets_of(STRAIGHT, MONDAY_WEDNESDAY, side="left"),
            *sets_of(STRAIGHT, every_week(-11, -13, weeks=10), side="right"),
            *HEAVY_SEATED,
            *HIP,
        ),
    ),
    scenario(
        "one-leg-missing",
        "the left leg fresh, the right logged until 40 days ago: it has no sets",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        exercises=(
            *(row for name in (STRAIGHT, BENT) for row in sets_of(name, MONDAY_WEDNESDAY, side="left")),
            *(row for name in (STRAIGHT, BENT) for row in sets_of(name, every_week(-40, -42, weeks=9), side="right")),
            *HIP,
        ),
        capacity_level="C2",
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
        "18 heel raises, where the smaller norm is 25: 0.72",
        1,
        "CAPACITY_BELOW_NORM",
        calf_tests=(CalfTest(-3, "left", 18), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C1",
    ),
    scenario(
        "capacity-below",
        "19 heel raises of 25: 0.76",
        0,
        calf_tests=(CalfTest(-3, "left", 19), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C0",
    ),
    scenario(
        "capacity-red",
        "18 heel raises, 25 six weeks ago: below the norm and seven lost",
        2,
        "CAPACITY_BELOW_NORM",
        calf_tests=(CalfTest(-45, "left", 25), CalfTest(-45, "right", 30), CalfTest(-3, "left", 18), CalfTest(-3, "right", 30)),
        squad=MAN_OF_36,
        capacity_level="C2",
    ),
    scenario(
        "capacity-not-red",
        "18 heel raises, 24 six weeks ago: six lost is within the test's own error",
        1,
        "CAPACITY_BELOW_NORM",
        calf_tests=(CalfTest(-45, "left", 24), CalfTest(-45, "right", 30), CalfTest(-3, "left", 18), CalfTest(-3, "right", 30)),
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
        person_state="ill_or_away",
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
        "morning-reports-above",
        "worse in two reports seven days apart, one after the other, is red",
        4,
        "PAIN_GATE",
        symptoms=(Symptom(-12, 2, is_worse_next_morning=True), Symptom(-5, 2, is_worse_next_morning=True)),
        person_state="pain_gate",
        forbids=frozenset({"heavy_dose", "ceiling", "room", "keep_running"}),
        allows=frozenset({"exercise"}),
    ),
    scenario(
        "morning-reports-below",
        "eight days apart it is not",
        0,
        symptoms=(Symptom(-13, 2, is_worse_next_morning=True), Symptom(-5, 2, is_worse_next_morning=True)),
    ),
    scenario(
        "morning-better-between",
        "nor with a better morning between them",
        0,
        symptoms=(
            Symptom(-3, 2, is_worse_next_morning=True),
            Symptom(-2, 2, is_worse_next_morning=False),
            Symptom(-1, 2, is_worse_next_morning=True),
        ),
    ),
    scenario(
        "morning-not-asked-between",
        "a report without a word on the morning is no better one",
        4,
        "PAIN_GATE",
        symptoms=(
            Symptom(-3, 2, is_worse_next_morning=True),
            Symptom(-2, 2),
            Symptom(-1, 2, is_worse_next_morning=True),
        ),
    ),
    scenario(
        "pain-held-last-day",
        "pain of 6 nine days ago: 7 days and the third held date",
        4,
        "PAIN_GATE",
        symptoms=(Symptom(-9, 6),),
        person_state="silent_after_pain",
    ),
    scenario(
        "unanswered-after-gate",
        "pain of 6 ten days ago, and no word since",
        2,
        "PAIN_UNANSWERED",
        symptoms=(Symptom(-10, 6),),
        person_state="silent_after_pain",
        forbids=frozenset({"keep_running"}),
    ),
    scenario("unanswered-above", "pain of 4 seven days ago, and no word since", 2, "PAIN_UNANSWERED", symptoms=(Symptom(-7, 4),)),
    scenario("unanswered-below", "pain of 4 twelve days ago, 2 since", 0, symptoms=(Symptom(-12, 4), Symptom(-5, 2))),
    scenario("unanswered-3", "pain of 3 eight days ago asks nothing", 0, symptoms=(Symptom(-8, 3),), person_state="usual"),
    scenario(
        "unanswered-morning",
        "a worse morning eight days ago, and no word since",
        2,
        "PAIN_UNANSWERED",
        symptoms=(Symptom(-8, 2, is_worse_next_morning=True),),
    ),
    scenario("unanswered-28-days", "pain of 4 and 28 days of silence", 2, "PAIN_UNANSWERED", symptoms=(Symptom(-28, 4),)),
    scenario(
        "unanswered-32-days",
        "after that, and three held dates, it is a note",
        0,
        "PAIN_UNANSWERED",
        symptoms=(Symptom(-32, 4),),
        person_state="usual",
    ),
    scenario("stiffness-above", "30 minutes of stiffness", 2, "SYMPTOMS_RISING", symptoms=(Symptom(-2, 1, stiffness_min=30),)),
    scenario("stiffness-below", "29 minutes", 0, symptoms=(Symptom(-2, 1, stiffness_min=29),)),
    scenario(
        "stiffness-rises-above",
        "5, 10 and 15 minutes in three reports: up by 10",
        2,
        "SYMPTOMS_RISING",
        symptoms=tuple(Symptom(day, 1, stiffness_min=minutes) for day, minutes in ((-16, 5), (-9, 10), (-2, 15))),
    ),
    scenario(
        "stiffness-rises-below",
        "5, 10 and 14 minutes: up by 9",
        0,
        symptoms=tuple(Symptom(day, 1, stiffness_min=minutes) for day, minutes in ((-16, 5), (-9, 10), (-2, 14))),
    ),
    scenario(
        "visa-above",
        "VISA-A down from 90 to 78 in 18 days",
        2,
        "SYMPTOMS_RISING",
        symptoms=(Symptom(-20, 1, visa_a=90), Symptom(-2, 1, visa_a=78)),
    ),
    scenario("visa-below", "down to 79", 0, symptoms=(Symptom(-20, 1, visa_a=90), Symptom(-2, 1, visa_a=79))),
    scenario(
        "symptoms-18-days-ago",
        "a report of 30 minutes counts for 14 days and is held for three",
        0,
        symptoms=(Symptom(-18, 1, stiffness_min=30),),
    ),
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
        "rupture-40-days-ago",
        "forty days ago, and pain of 0 since: red until it is examined",
        4,
        "RED_FLAG_RUPTURE",
        symptoms=(Symptom(-40, event="pop"), Symptom(-20, 0), Symptom(-1, 0)),
        person_state="rupture_suspected",
        forbids=frozenset({"exercise", "heavy_dose", "ceiling", "room", "keep_running"}),
    ),
    scenario(
        "rupture-examined-today",
        "examined today: held",
        4,
        "RED_FLAG_RUPTURE",
        symptoms=(Symptom(-9, event="pop"), Symptom(0, event="examined")),
        person_state="usual",
        forbids=frozenset({"heavy_dose", "more_load", "ceiling", "room", "keep_running"}),
        allows=frozenset({"exercise"}),
    ),
    scenario(
        "rupture-examined",
        "examined three days ago: the fourth date",
        0,
        symptoms=(Symptom(-9, event="pop"), Symptom(-3, event="examined")),
        person_state="usual",
    ),
    scenario(
        "pain-over-held",
        "pain of 7 three days ago, 0 since yesterday: red is held, and so is the load",
        4,
        "PAIN_GATE",
        symptoms=(Symptom(-3, 7), Symptom(-1, 0)),
        person_state="usual",
        forbids=frozenset({"heavy_dose", "new_exercise", "more_load", "ceiling", "room", "keep_running"}),
    ),
    scenario(
        "pain-over",
        "pain of 7 five days ago, 0 for three days: the fourth date is free",
        0,
        symptoms=(Symptom(-5, 7), Symptom(-3, 0)),
        person_state="usual",
        allows=frozenset({"heavy_dose", "more_load", "ceiling", "room", "keep_running"}),
    ),
    scenario(
        "rupture-other-leg-examined",
        "the other leg examined: this one is not",
        4,
        "RED_FLAG_RUPTURE",
        symptoms=(Symptom(-9, event="pop", side="left"), Symptom(-8, event="examined", side="right")),
        person_state="rupture_suspected",
    ),
    scenario(
        "rupture-one-of-two-examined",
        "no side was told, and one leg examined",
        4,
        "RED_FLAG_RUPTURE",
        symptoms=(Symptom(-9, event="cannot_raise"), Symptom(-8, event="examined", side="right")),
        person_state="rupture_suspected",
    ),
    scenario(
        "rupture-each-examined",
        "both legs, and each examined on a day of its own",
        0,
        symptoms=(
            Symptom(-20, event="pop", side="both"),
            Symptom(-12, event="examined", side="right"),
            Symptom(-11, event="examined", side="left"),
        ),
        person_state="usual",
    ),
    scenario(
        "rupture-found-on-one-leg",
        "no side was told, and an injury names the leg: it takes over",
        2,
        "OPEN_INJURY",
        symptoms=(Symptom(-9, event="pop"),),
        injuries=(Injury(-7, "calf", side="right"),),
        person_state="open_injury",
    ),
    scenario(
        "rupture-diagnosed",
        "an injury with an onset on the day of the pop takes over",
        2,
        "OPEN_INJURY",
        "ACHILLES_HISTORY",
        symptoms=(Symptom(-9, event="pop"),),
        injuries=(Injury(-9, "achilles"),),
        person_state="open_injury",
    ),
    scenario(
        "rupture-other-injury",
        "an injury of another place does not",
        4,
        "RED_FLAG_RUPTURE",
        symptoms=(Symptom(-9, event="pop"),),
        injuries=(Injury(-5, "other"),),
        person_state="rupture_suspected",
    ),
    scenario(
        "injury-open-above",
        "a calf injury that is open is at least amber",
        2,
        "OPEN_INJURY",
        injuries=(Injury(-5, "calf", side="left"),),
        person_state="open_injury",
        forbids=frozenset({"own_dose", "heavy_dose", "ceiling", "room", "keep_running"}),
    ),
    scenario(
        "injury-open-below",
        "over since three days: the fourth date",
        0,
        injuries=(Injury(-10, "calf", resolved_day=-3),),
        person_state="coming_back",
        forbids=frozenset({"heavy_dose", "more_load"}),
    ),
    scenario(
        "injury-other",
        "an injury of another place colours nothing",
        0,
        injuries=(Injury(-5, "other"),),
        person_state="usual",
        forbids=frozenset({"keep_running"}),
    ),
    scenario(
        "injury-calf-lags",
        "with an open injury missing calf work lifts no flag above amber: without it this is red",
        2,
        "RUN_SESSION_SPIKE_MODERATE",
        "OPEN_INJURY",
        runs=but(RUNS, moderate(0)),
        exercises=straight_until(-15),
        injuries=(Injury(-30, "foot"),),
        run_level="R1",
        capacity_level="C2",
    ),
    scenario(
        "injury-calf-does-not-lag",
        "a large spike does: amber-high",
        3,
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        "OPEN_INJURY",
        runs=but(RUNS, km(0, 20.001, 6000)),
        exercises=straight_until(-15),
        injuries=(Injury(-30, "foot"),),
    ),
    scenario(
        "pain-other-leg-free",
        "left 6, and right 0 a day later: the left one holds",
        4,
        "PAIN_GATE",
        symptoms=(Symptom(-2, 6, side="left"), Symptom(-1, 0, side="right")),
        person_state="pain_gate",
    ),
    scenario(
        "pain-both-legs-free",
        "left 6 ten days ago, then 0 without a side: that speaks of both legs",
        0,
        symptoms=(Symptom(-10, 6, side="left"), Symptom(-9, 0), Symptom(-1, 0, side="right")),
        person_state="usual",
    ),
    scenario(
        "pain-other-leg-told-since",
        "left 6 ten days ago, and since then only of the right: nobody knows of the left",
        2,
        "PAIN_UNANSWERED",
        symptoms=(Symptom(-10, 6, side="left"), Symptom(-5, 0, side="right"), Symptom(-1, 0, side="right")),
        person_state="silent_after_pain",
    ),
    scenario(
        "mornings-of-one-leg-each",
        "left worse, then right worse: neither leg twice running",
        0,
        symptoms=(
            Symptom(-3, 2, is_worse_next_morning=True, side="left"),
            Symptom(-1, 2, is_worse_next_morning=True, side="right"),
        ),
        person_state="usual",
    ),
    scenario(
        "mornings-left-right-left",
        "left worse, right better, left worse: twice running on the left",
        4,
        "PAIN_GATE",
        symptoms=(
            Symptom(-5, 2, is_worse_next_morning=True, side="left"),
            Symptom(-3, 1, is_worse_next_morning=False, side="right"),
            Symptom(-1, 2, is_worse_next_morning=True, side="left"),
        ),
        person_state="pain_gate",
    ),
    scenario(
        "pain-4-for-weeks",
        "pain of 4 each week for eight weeks, mornings no worse: amber, raises go on",
        2,
        "PAIN_GATE",
        symptoms=tuple(Symptom(-1 - 7 * week, 4, is_worse_next_morning=False) for week in range(8)),
        person_state="usual",
        forbids=frozenset({"more_load"}),
        allows=frozenset({"exercise", "heavy_dose", "keep_running"}),
    ),
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


PERSON = (
    scenario(
        "race-today",
        "a race of 2.2 x the longest, today: planned, so amber and not amber-high",
        2,
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        "ACWR_HIGH",
        runs=but(RUNS, km(0, 22)),
        squad={"race_date": "2026-06-28"},
        run_level="R2",
        capacity_level="C0",
        person_state="after_race",
        forbids=frozenset({"keep_running"}),
    ),
    scenario(
        "race-marked-calf-lags",
        "ten days after it calf work of 17 days ago has waited seven, and BUILD is off",
        2,
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        runs=but(RUNS, km(-10, 22)),
        exercises=straight_until(-17, sets=4),
        marks=(Mark(-10, -10, "race"),),
        capacity_level="C0",
        person_state="after_race",
    ),
    scenario(
        "race-not-marked-calf-lags",
        "the same run without a race is red",
        4,
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        "GAST_STALE",
        runs=but(RUNS, km(-10, 22)),
        exercises=straight_until(-17, sets=4),
        run_level="R2",
        capacity_level="C2",
        person_state="usual",
    ),
    scenario(
        "race-then-a-spike",
        "a large spike four days after the race counts as ever",
        3,
        "RUN_SESSION_SPIKE_SMALL",
        "RUN_SESSION_SPIKE_LARGE",
        "RUN_LOAD_SPIKE",
        "RUN_DURATION_SPIKE",
        "ACWR_HIGH",
        runs=but(RUNS, km(-4, 12), km(0, 25)),
        marks=(Mark(-4, -4, "race"),),
        run_level="R2",
    ),
    scenario(
        "race-15-days-ago",
        "fifteen days after a race all is as usual",
        0,
        runs=but(RUNS, km(-15, 9)),
        marks=(Mark(-15, -15, "race"),),
        person_state="usual",
    ),
    scenario(
        "illness-7-days-ago",
        "the week after an illness",
        0,
        marks=(Mark(-9, -7, "illness"),),
        person_state="ill_or_away",
        forbids=frozenset({"keep_running"}),
    ),
    scenario(
        "illness-today",
        "ill today: no dose, no ceiling, no room",
        0,
        marks=(Mark(-1, 1, "illness"),),
        person_state="ill_or_away",
        forbids=frozenset({"dose", "heavy_dose", "more_load", "ceiling", "room", "keep_running"}),
    ),
    scenario(
        "illness-yesterday",
        "the first day back: at most the usual week",
        0,
        marks=(Mark(-3, -1, "illness"),),
        person_state="ill_or_away",
        forbids=frozenset({"more_load", "keep_running"}),
        allows=frozenset({"dose", "ceiling", "room"}),
    ),
    scenario("illness-8-days-ago", "and the day after that week", 0, marks=(Mark(-10, -8, "illness"),), person_state="usual"),
    scenario(
        "coming-back-above",
        "21 days without a run, back since nine: BUILD limits, and straight knee 8 days ago is amber",
        1,
        "GAST_STALE",
        runs=(*(run for run in RUNS if run.day <= -31), *(km(day, 5.9) for day in (-9, -5, -3, 0))),
        exercises=straight_until(-8),
        may_have=frozenset({"ACWR_LOW_BASE"}),
        run_level="R0",
        person_state="coming_back",
    ),
    scenario(
        "coming-back-below",
        "20 days without a run are no break",
        0,
        runs=(*(run for run in RUNS if run.day <= -31), *(km(day, 5.9) for day in (-10, -5, -3, 0))),
        exercises=straight_until(-8),
        may_have=frozenset({"ACWR_LOW_BASE"}),
        run_level="R0",
        person_state="usual",
    ),
    scenario(
        "new-to-calf-work",
        "no hard calf set for 60 days",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        exercises=(*(row for name in (STRAIGHT, BENT) for row in sets_of(name, every_week(-60, weeks=7))), *HIP),
        person_state="new_to_calf_work",
    ),
    scenario(
        "calf-work-begun-13-days-ago",
        "gym work for weeks, the first of three calf sessions 13 days ago: the last day of the two weeks",
        2,
        "GAST_STALE",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        exercises=(*sets_of(BENCH, MONDAY_WEDNESDAY), *sets_of(STRAIGHT, [-13, -12, -11])),
        person_state="new_to_calf_work",
        forbids=frozenset({"heavy_dose"}),
    ),
    scenario(
        "calf-work-begun-14-days-ago",
        "and the day after them",
        2,
        "GAST_STALE",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        exercises=(*sets_of(BENCH, MONDAY_WEDNESDAY), *sets_of(STRAIGHT, [-14, -13, -12])),
        person_state="usual",
        allows=frozenset({"heavy_dose"}),
    ),
    scenario(
        "calf-work-begun-and-done-twice",
        "two calf sessions in three weeks: new to it until the third",
        2,
        "GAST_STALE",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        exercises=(*sets_of(BENCH, MONDAY_WEDNESDAY), *sets_of(STRAIGHT, [-20, -14])),
        person_state="new_to_calf_work",
        forbids=frozenset({"heavy_dose"}),
    ),
    scenario(
        "calf-work-begins-the-log",
        "a log that begins with calf work: nobody knows what was before",
        0,
        exercises=(*sets_of(STRAIGHT, [-5, -2]), *sets_of(BENT, [-5, -2])),
        person_state="usual",
    ),
    scenario(
        "not-new-to-calf-work",
        "one of 59 days ago",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        exercises=(*(row for name in (STRAIGHT, BENT) for row in sets_of(name, every_week(-59, weeks=7))), *HIP),
        person_state="usual",
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
        "gap-after-race",
        "the same five days after a race, which explains them",
        0,
        runs=but(RUNS, km(-8, 6), without=[-12, -10]),
        exercises=[row for row in STRENGTH if row.day not in (-13, -11)],
        marks=(Mark(-14, -14, "race"),),
        no_data_reasons=frozenset({"DATA_GAP_SUSPECTED"}),
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
        "no strength log at all: grey, not green, and nobody knows whether calf work is new",
        0,
        flag="grey",
        exercises=(),
        capacity_level="unknown",
        person_state="usual",
        data_reasons=frozenset({"DATA_NO_STRENGTH_SOURCE"}),
    ),
    scenario(
        "silent-strength",
        "a strength log gone silent for 35 days has stopped, and is asked about",
        2,
        "GAST_STALE",
        "GAST_LOW_VOLUME",
        "SOL_STALE",
        "SOL_LOW_VOLUME",
        "TENDON_DETRAIN_28",
        "HIP_STALE",
        exercises=[row for row in STRENGTH if row.day <= -35],
        capacity_level="C2",
        confidence="low",
        data_reasons=frozenset({"DATA_STALE_STRENGTH"}),
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
        "ten repetitions without effort: hard is assumed",
        0,
        exercises=(*sets_of(STRAIGHT, MONDAY_WEDNESDAY, reps=10, rpe=None), *SOLEUS, *HIP),
        confidence="medium",
        data_reasons=frozenset({"DATA_EFFORT_ASSUMED"}),
    ),
    scenario("effort-known", "every set rated", 0, no_data_reasons=frozenset({"DATA_EFFORT_ASSUMED"})),
    scenario(
        "known-by-track",
        "measured runs and rated sets: nothing is doubtful",
        0,
        runs=EASY_TRACKS,
        confidence="high",
        squad=THRESHOLD,
        no_data_reasons=frozenset({"DATA_RUN_TOTALS", "DATA_NO_INTENSITY"}),
    ),
    scenario(
        "known-by-totals",
        "the newest of them by its totals",
        0,
        runs=(*(run for run in EASY_TRACKS if run.day < 0), km(0, 7.5, 2700)),
        confidence="medium",
        squad=THRESHOLD,
        data_reasons=frozenset({"DATA_RUN_TOTALS"}),
    ),
    scenario(
        "missing-with-runs",
        "five days of the last seven marked missing, runs on two of them: three are unknown",
        0,
        marks=(Mark(-5, -1, "missing"),),
        confidence="low",
        data_reasons=frozenset({"DATA_MISSING_DAYS"}),
    ),
    scenario(
        "missing-days-with-runs",
        "three days marked missing, runs on two of them: one is unknown",
        0,
        marks=(Mark(-5, -3, "missing"),),
        no_data_reasons=frozenset({"DATA_MISSING_DAYS"}),
    ),
    scenario(
        "refused-runs",
        "a run refused on each of two days: both are unknown, also the one with another run",
        0,
        refused=(Refused(-3, "run"), Refused(-2, "run")),
        confidence="low",
        data_reasons=frozenset({"DATA_MISSING_DAYS", "DATA_ROWS_REFUSED"}),
    ),
    scenario(
        "refused-sets",
        "a strength row refused 27 days ago: no heavy set for 29 days counts as amber only",
        1,
        "TENDON_DETRAIN_28",
        exercises=heavy_until(-29),
        refused=(Refused(-27, "strength"),),
        capacity_level="C1",
        confidence="low",
        data_reasons=frozenset({"DATA_ROWS_REFUSED"}),
    ),
    scenario(
        "refused-sets-28-days-ago",
        "refused 28 days ago it is over",
        2,
        "TENDON_DETRAIN_28",
        exercises=heavy_until(-29),
        refused=(Refused(-28, "strength"),),
        capacity_level="C2",
        no_data_reasons=frozenset({"DATA_ROWS_REFUSED"}),
    ),
    scenario(
        "stale-runs-above",
        "no run for 14 days in somebody who ran three days a week, while strength goes on",
        0,
        runs=[run for run in RUNS if run.day <= -14],
        confidence="low",
        forbids=frozenset({"keep_running"}),
        data_reasons=frozenset({"DATA_STALE_RUNS"}),
    ),
    scenario(
        "stale-runs-below",
        "no run for 13 days",
        0,
        runs=[*(run for run in RUNS if run.day <= -14), km(-13, 6)],
        no_data_reasons=frozenset({"DATA_STALE_RUNS"}),
    ),
    scenario(
        "stale-runs-marked",
        "14 days of which one is marked as holiday",
        0,
        runs=[run for run in RUNS if run.day <= -14],
        marks=(Mark(-10, -10, "holiday"),),
        no_data_reasons=frozenset({"DATA_STALE_RUNS"}),
    ),
    scenario(
        "no-runs-for-31-days",
        "no run for 28 days is grey, after three held dates",
        0,
        flag="grey",
        runs=[run for run in RUNS if run.day <= -31],
        confidence="low",
        run_level="unknown",
        data_reasons=frozenset({"DATA_STALE_RUNS"}),
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "no-runs-for-30-days",
        "the third of them",
        0,
        runs=[*(run for run in RUNS if run.day <= -31), km(-30, 6)],
        run_level="unknown",
        may_have=frozenset({"ACWR_LOW_BASE"}),
    ),
    scenario(
        "stale-strength-above",
        "no strength row of any kind for 14 days while runs go on",
        1,
        "GAST_STALE",
        "SOL_STALE",
        exercises=strength_until(-14),
        confidence="low",
        data_reasons=frozenset({"DATA_STALE_STRENGTH"}),
    ),
    scenario(
        "stale-strength-below",
        "for 13 days",
        1,
        "GAST_STALE",
        "SOL_STALE",
        exercises=strength_until(-13),
        no_data_reasons=frozenset({"DATA_STALE_STRENGTH"}),
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

SCENARIOS = (*GOLDEN, *RUN_REASONS, *CALF_REASONS, *PAIN_REASONS, *PERSON, *DATA_REASONS)


# ---------- as files

SQUAD_COLUMNS = (
    "sex",
    "birth_year",
    "body_mass_kg",
    "max_hr_bpm",
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

    A row that will be refused names a day and no number. An athlete with a time zone writes it
    behind every time of day: noon stays their noon.
    """
    offset = "+08:00" if one.squad.get("timezone") == "Asia/Singapore" else ""
    logs = {
        "runs.csv": runs_csv([run for run in one.runs if not run.has_track], f"12:00{offset}", refused_days(one, "run")),
        "watch.csv": runs_csv(one.copied_runs, f"12:01{offset}"),
        "strength.csv": strength_csv(one.exercises, f"18:00{offset}", refused_days(one, "strength")),
        "symptoms.csv": symptoms_csv(one.symptoms),
        "injuries.csv": injuries_csv(one.injuries),
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


def refused_days(one: Scenario, kind: str) -> list[int]:
    return [row.day for row in one.refused if row.kind == kind]


def runs_csv(runs: Iterable[Run], clock: str, refused: Iterable[int] = ()) -> str:
    rows: list[list[object]] = [
        [
            f"{day_of(run.day)} {clock}",
            run.distance_m,
            None if run.moving_s is None else timedelta(seconds=run.moving_s),
            run.ascent_m,
            run.cadence_spm,
            run.carried_kg,
            run.rpe,
            run.heart_rate_bpm,
        ]
        for run in sorted(runs, key=lambda run: run.day)
    ]
    return table(
        ("started_at", "distance_m", "moving_time", "ascent_m", "cadence_spm", "carried_kg", "rpe", "avg_heart_rate_bpm"),
        rows + [[f"{day_of(day)} 09:00", "far", "long", *[None] * 5] for day in refused],
    )


def strength_csv(exercises: Iterable[Exercise], clock: str, refused: Iterable[int] = ()) -> str:
    rows: list[list[object]] = [
        [f"{day_of(row.day)} {clock}", row.name, number, row.reps, row.weight_kg, row.side, row.rpe, row.rir, row.hold_s]
        for row in sorted(exercises, key=lambda row: row.day)
        for number in range(1, row.sets + 1)
    ]
    return table(
        ("performed_at", "exercise", "set", "reps", "weight_kg", "side", "rpe", "rir", "hold_s"),
        rows + [[f"{day_of(day)} {clock}", STRAIGHT, 1, "many", *[None] * 5] for day in refused],
    )


def symptoms_csv(symptoms: Iterable[Symptom]) -> str:
    words = {True: "yes", False: "no", None: None}
    return table(
        ("date", "side", "pain_0_10", "next_morning_worse", "event", "note", "morning_stiffness_min", "visa_a"),
        [
            [
                day_of(row.day),
                row.side,
                row.pain_0_10,
                words[row.is_worse_next_morning],
                row.event,
                row.note,
                row.stiffness_min,
                row.visa_a,
            ]
            for row in symptoms
        ],
    )


def injuries_csv(injuries: Iterable[Injury]) -> str:
    return table(
        ("onset_date", "site", "side", "resolved_date"),
        [
            [day_of(row.onset_day), row.site, row.side, None if row.resolved_day is None else day_of(row.resolved_day)]
            for row in injuries
        ],
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

"""What must hold for every runner: SQL and the second definition agree on each day, and more work never reads as less.

Hypothesis picks the seeds of whole squads; one night runs over all squads of a seed, for no runner changes what is said of
another. The same squads each time: search wider by hand with more examples. A failing squad is not shrunk, for each try would
be a night: the message names runner (by seed) and day.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.lib.squads import Night, night_over, write_files
from tests.tendon import golden, oracle
from tests.tendon.golden import AS_OF, CalfTest, Exercise, Injury, Mark, Refused, Run, Scenario, Symptom, day_of
from tests.tendon.test_golden import COMPARED, PERSON, by_athlete, disagreement
from tests.tendon.test_oracle import as_log

CALF = (golden.STRAIGHT, golden.STRAIGHT_BOTH, golden.STRAIGHT_DUMBBELL, golden.BENT, golden.BENT_BOTH, golden.SEATED)
JUMPS = (golden.POGO, golden.SINGLE_POGO, golden.ROPE)
OTHER = (golden.MARCH, *JUMPS, golden.SHORT_FOOT, golden.HOLD, golden.BENCH, golden.UNMAPPED)
CHAIN = ("gastrocnemius", "soleus", "achilles_tendon")
SPIKES = ("not_assessed", "no_baseline", "reference", "below_floor", "small", "moderate", "large")

NEW_REASONS = {
    "OPEN_INJURY",
    "PAIN_UNANSWERED",
    "SYMPTOMS_RISING",
    "BUILD_TOPUP",
    "DATA_ROWS_REFUSED",
    "DATA_STALE_RUNS",
    "DATA_STALE_STRENGTH",
    "DATA_RUN_TOTALS",
}

whole_nights = settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


# ---------- squads


def week_of(choose: Random) -> list[int]:
    """Metres of each day of one week, a rest day more often than not."""
    return [choose.choice([0, 0, 0, 5_000, 8_000, 10_000, choose.randint(1_500, 22_000)]) for _ in range(7)]


def run_log(choose: Random, has_fast_speed: bool) -> list[Run]:
    """Steady blocks, breaks and odd weeks, a run at most a day, up to the as-of date or a little before.

    What is measured is the runner's own: ascent or none or now and then none, ratings, mean heart rates, a run without minutes;
    tracks only where a fast speed tells what they hold.
    """
    distances: list[int] = []
    for _ in range(choose.randint(3, 6)):
        steady = week_of(choose) * choose.randint(2, 7)
        distances += choose.choice([steady, steady, steady, [0] * choose.randint(3, 50), week_of(choose)])
    last_day = choose.choice([0, 0, 0, -2, -9, -16, -30])
    ascents = choose.choice([[None], [0, 40, 120, 150, 200, 320], [0, 40, 120, 150, 200, 320] * 5 + [None]])
    ratings = choose.choice([[None], [3, 4, 5, 6], [3, 4, 5, 6, 8], [4, 6, 7, 8, 9, None]])
    heart_rates = choose.choice([[None], [140, 150], [140, 150, 165, 178, None]])
    is_tracked = has_fast_speed and choose.random() < 0.3
    is_sometimes_untimed = choose.random() < 0.1
    runs = [Run(last_day - len(distances), 5000, 1500, ascents[0])]
    for number, distance_m in enumerate(reversed(distances)):
        if distance_m:
            moving_s = distance_m * choose.choice([300, 300, 300, 270, 360, 420]) // 10_000 * 10
            one = Run(last_day - number, distance_m, moving_s, choose.choice(ascents))
            if is_tracked and choose.random() < 0.7:
                runs.append(dataclasses.replace(one, ascent_m=None, has_track=True))
            elif is_sometimes_untimed and choose.random() < 0.1:
                runs.append(dataclasses.replace(one, moving_s=None))
            else:
                runs.append(dataclasses.replace(one, rpe=choose.choice(ratings), heart_rate_bpm=choose.choice(heart_rates)))
    return runs


def block(choose: Random, first_day: int, is_sided: bool) -> list[Exercise]:
    """Some weeks of one exercise, once to three times a week, always the same sets."""
    start, spacing = choose.randint(first_day, 0), choose.choice([2, 3, 4, 7])
    name = choose.choice([*CALF, *CALF, *OTHER])
    is_timed = name == golden.HOLD or (name in JUMPS and choose.random() < 0.3)
    one = Exercise(
        start,
        name,
        choose.randint(1, 4),
        None if is_timed else choose.choice([3, 4, 6, 8, 10, 12, 15, 20, 30, 31, 62]),
        choose.choice([None, None, 10, 40, 100, -20]) if name in CALF else None,
        choose.choice([None, None, "both", "left", "right"] if is_sided else [None, "both"]),
        choose.choice([None, None, 5, 6, 7, 8, 9]),
        choose.choice([10, 15, 20, 45]) if is_timed else None,
        choose.choice([None, None, None, 1, 3, 4, 5]),
    )
    days = (start + spacing * number for number in range(choose.randint(1, 24)))
    return [dataclasses.replace(one, day=day) for day in days if day <= 0]


def symptom(choose: Random, day: int) -> Symptom:
    """One report, as full or as empty as people leave it."""
    return Symptom(
        day,
        choose.choice([None, *range(8)]),
        choose.choice([None, True, True, False]),
        choose.choice([None] * 14 + ["pop", "examined", "examined"]),
        stiffness_min=choose.choice([None, None, 0, 5, 10, 20, 30]),
        visa_a=choose.choice([None, None, None, 60, 75, 90]),
        side=choose.choice([None, None, "left", "right", "right", "both"]),
    )


def injury(choose: Random, first_day: int) -> Injury:
    onset = choose.randint(first_day, 0)
    site = choose.choice(["achilles_midportion", "achilles_insertion", "achilles", "calf", "foot", "other"])
    return Injury(onset, site, choose.choice([None, choose.randint(onset, 0)]), choose.choice([None, "left", "right", "both"]))


def some(choose: Random, *counts: int) -> range:
    return range(choose.choice(counts))


def runner(seed: int, is_sided: bool = True) -> Scenario:
    """One made-up runner; expected values are left empty. The strength log begins with the first run or later."""
    choose = Random(seed)
    squad = {"birth_year": choose.choice(["1960", "1990", "1990", "2010"]), "body_mass_kg": choose.choice(["42.8", "70", "91"])}
    squad |= choose.choice([{}, {"sex": "f"}, {"sex": "m"}])
    squad |= choose.choice([{}, {"threshold_pace_s_per_km": "300"}]) | choose.choice([{}, {"max_hr_bpm": "200"}])
    runs = run_log(choose, "threshold_pace_s_per_km" in squad)
    first_day = min(run.day for run in runs)
    exercises = [row for _ in range(choose.randint(0, 8)) for row in block(choose, first_day, is_sided)]
    report_days = sorted({choose.randint(max(first_day, -90), 0) for _ in some(choose, 0, 0, 1, 4, 9)})
    marks = []
    for _ in some(choose, 0, 0, 1, 2, 3):
        day, kind = choose.randint(first_day, 0), choose.choice(["illness", "holiday", "missing", "race"])
        marks.append(Mark(day, day if kind == "race" else min(0, day + choose.randint(0, 20)), kind))
    race = choose.choice([None, None, None, -20, -12, -3, 0, 4, 9])
    history = choose.choice([None, None, None, None, -400, -100])
    squad |= {"race_date": str(day_of(race))} if race is not None else {}
    squad |= {"achilles_history_until": str(day_of(history))} if history is not None else {}
    return Scenario(
        f"runner-{seed}",
        "made up",
        "",
        0,
        frozenset(),
        tuple(runs),
        tuple(exercises),
        tuple(symptom(choose, day) for day in report_days),
        injuries=tuple(injury(choose, first_day) for _ in some(choose, 0, 0, 0, 0, 1, 2)),
        calf_tests=tuple(
            CalfTest(choose.randint(-200, 0), choose.choice(["left", "right"]), choose.randint(8, 40))
            for _ in some(choose, 0, 0, 3)
        ),
        marks=tuple(marks),
        refused=tuple(
            Refused(choose.randint(max(first_day, -120), 0), choose.choice(["run", "strength"] if exercises else ["run"]))
            for _ in some(choose, 0, 0, 0, 1, 3)
        ),
        squad=squad,
    )


SEEDS = st.integers(0, 1_000_000)


def squad_of(seed: int, size: int, is_sided: bool = True) -> list[Scenario]:
    return [runner(seed + number, is_sided) for number in range(size)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


def night_of(folder: Path, squad: Sequence[Scenario], days_later: int = 0) -> Night:
    """One night over a squad, in a folder of its own."""
    home = folder / f"night-{sum(1 for _ in folder.iterdir())}"
    return night_over(write_files(home / "raw", golden.files(squad)), home, as_of=str(day_of(days_later)), has_pages=False)


SQUAD = 25  # runners of whom twins are made


@cache
def night_of_all(folder: Path, seed: int) -> Night:
    """One night over the 30 runners of a seed, the twins of them and of the unsided ones, and golden runners in two zones."""
    squad = squad_of(seed, 30)
    twins = [one for pair in twins_with_one_more_session(seed) for one in pair]
    return night_of(folder, [*squad, *map(with_a_longer_run, squad[:SQUAD]), *twins, *here(), *there()])


# ---------- both definitions


@whole_nights
@given(seed=SEEDS)
def test_sql_agrees_with_the_second_definition_on_every_day(folder: Path, seed: int) -> None:
    squad = squad_of(seed, 30)
    night = night_of_all(folder, seed)
    statuses = by_athlete(night.rows("select * from marts.athlete_status order by athlete_id, load_date"))
    for one in squad:
        in_sql = {row["load_date"]: row for row in statuses[one.athlete_id]}
        by_hand = oracle.judge(as_log(one))
        columns = (*COMPARED, "reasons", *PERSON)
        # Tables begin with the first activity: a day before it, on which only tests or reports are on record, is grey by hand.
        judged = [day for day in sorted(by_hand) if day >= min(in_sql) or by_hand[day].flag != "grey"]
        differences = [line for day in judged for line in disagreement(day, in_sql.get(day), by_hand[day], columns)]
        assert not differences, "\n".join([f"{one.athlete_id}: {one}", *differences[:20]])


def test_made_up_squads_reach_every_level() -> None:
    """Agreement on runners of whom nothing is said would mean nothing."""
    reached: dict[str, set[str]] = defaultdict(set)
    for one in squad_of(0, 40):
        for day in oracle.judge(as_log(one)).values():
            for name in ("run_level", "capacity_level", "flag", "mode", "confidence"):
                reached[name].add(getattr(day, name))
            reached["person_state"] |= set(day.person_states)
            reached["reasons"] |= set(day.reasons)
    assert reached["run_level"] == {"R0", "RW", "R1", "R2", "unknown"}
    assert reached["capacity_level"] == {"C0", "C1", "C2", "building", "unknown"}
    assert reached["flag"] == {"green", "amber", "red", "grey"}
    assert reached["mode"] == {"maintain", "build", "taper", "rehab"}
    assert reached["confidence"] == {"high", "medium", "low"}
    assert reached["person_state"] == {*oracle.STATES, "usual"}
    assert reached["reasons"] >= NEW_REASONS


# ---------- more is never less


def with_one_more_session(one: Scenario) -> Scenario | None:
    """The same runner with the newest calf session done once more, on both sides, on a later day; None without 28 days of log."""
    calf = [row for row in one.exercises if row.name in CALF]
    if not calf or min(row.day for row in one.exercises) > -28:
        return None
    newest = max(calf, key=lambda row: row.day)
    again = dataclasses.replace(newest, day=min(0, newest.day + 3), side="both")
    return dataclasses.replace(one, athlete_id=f"{one.athlete_id}-more", exercises=(*one.exercises, again))


def with_a_longer_run(one: Scenario) -> Scenario:
    """The same runner, whose last run was a fifth longer."""
    last = max(one.runs, key=lambda run: run.day)
    moving_s = None if last.moving_s is None else last.moving_s * 6 // 5
    longer = dataclasses.replace(last, distance_m=last.distance_m * 6 // 5, moving_s=moving_s)
    return dataclasses.replace(one, athlete_id=f"{one.athlete_id}-longer", runs=golden.but(one.runs, longer))


def twins_with_one_more_session(seed: int) -> list[tuple[Scenario, Scenario]]:
    """Each runner, whose work is never of one leg alone, with the same who did one more session."""
    squad = [dataclasses.replace(one, athlete_id=f"{one.athlete_id}-unsided") for one in squad_of(seed, SQUAD, is_sided=False)]
    return [(one, more) for one in squad if (more := with_one_more_session(one))]


@whole_nights
@given(seed=SEEDS)
def test_another_calf_session_never_worsens_a_link(folder: Path, seed: int) -> None:
    twins = twins_with_one_more_session(seed)
    night = night_of_all(folder, seed)
    links = {
        (row["athlete_id"], row["link"]): row["state"]
        for row in night.rows("select athlete_id, link, state from marts.chain_links where load_date = ?", AS_OF)
    }
    order = ("on_track", "building", "amber", "red")
    assert twins
    for one, more in twins:
        for link in CHAIN:
            before, after = links[one.athlete_id, link], links[more.athlete_id, link]
            assert order.index(after) <= order.index(before), f"{link} of {one}: {before}, with one more session {after}"


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_another_calf_session_never_worsens_a_link_by_hand(seed: int) -> None:
    one = runner(seed, is_sided=False)
    more = with_one_more_session(one)
    if more is None:
        return
    before, after = (oracle.judge(as_log(two), since=AS_OF)[AS_OF].channels for two in (one, more))
    for link in CHAIN:
        assert oracle.WORSE.index(after[link].state) <= oracle.WORSE.index(before[link].state), link


@whole_nights
@given(seed=SEEDS)
def test_a_longer_run_never_lowers_its_spike_state(folder: Path, seed: int) -> None:
    squad = squad_of(seed, SQUAD)
    night = night_of_all(folder, seed)
    newest = "select athlete_id, arg_max(spike_state, started_at) as spike_state from marts.runs group by athlete_id"
    states = {row["athlete_id"]: row["spike_state"] for row in night.rows(newest)}
    for one in squad:
        before, after = states[one.athlete_id], states[f"{one.athlete_id}-longer"]
        assert SPIKES.index(after) >= SPIKES.index(before), f"{one}: {before}, longer {after}"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(longest=st.integers(1, 60_000), first=st.integers(1, 60_000), second=st.integers(1, 60_000))
def test_spike_states_rise_with_distance(longest: int, first: int, second: int) -> None:
    shorter, longer = sorted((first, second))
    states = [oracle.distance_state(oracle.Fraction(one), oracle.Fraction(longest)) for one in (shorter, longer)]
    assert SPIKES.index(states[0]) <= SPIKES.index(states[1])


# ---------- time zones

TIMELESS = "load_date, flag, priority, run_level, capacity_level, reasons, change, confidence"


def here() -> list[Scenario]:
    names = ("golden-04", "fast-above", "hill-above", "pain-6", "recorded-twice")
    return [one for one in golden.SCENARIOS if one.athlete_id in names]


def there() -> list[Scenario]:
    """The same runners eight hours to the east."""
    zone = {"timezone": "Asia/Singapore"}
    return [dataclasses.replace(one, athlete_id=f"{one.athlete_id}-east", squad=one.squad | zone) for one in here()]


def test_eight_hours_for_files_and_athlete_change_nothing_but_times(folder: Path) -> None:
    night = night_of_all(folder, 0)
    statuses = f"select {TIMELESS} from marts.athlete_status where athlete_id = ? order by load_date"
    runs = "select run_date, distance_m, moving_s, fast_steps, spike_state from marts.runs where athlete_id = ? order by run_date"
    for one, moved in zip(here(), there(), strict=True):
        for query in (statuses, runs):
            assert night.rows(query, one.athlete_id) == night.rows(query, moved.athlete_id)
    starts = "select athlete_id, max(started_at) as last from marts.runs group by athlete_id"
    last = {row["athlete_id"]: row["last"] for row in night.rows(starts)}
    assert last["golden-04"] - last["golden-04-east"] == timedelta(hours=8)


# ---------- next week's room


def following(one: Scenario, room: dict[str, Any]) -> Scenario:
    """Seven days at the ceilings: the longest run on the last day, the rest of the week's room on the days before it."""
    seconds_per_m = 0.3
    week_m = min(int(room["week_distance_ceiling_m"] or 0), int((room["week_moving_ceiling_s"] or 0) / seconds_per_m))
    longest_m = int(room["longest_run_ceiling_m"] or 0)
    runs = []
    for day in (7, 1, 3, 5, 2, 4, 6):
        distance_m = min(longest_m, week_m)
        if distance_m >= 100:
            runs.append(Run(day, distance_m, int(distance_m * seconds_per_m)))
        week_m -= distance_m
    return dataclasses.replace(one, runs=(*one.runs, *runs))


@whole_nights
@given(seed=SEEDS)
def test_who_follows_the_ceilings_raises_no_session_spike_and_no_high_ratio(folder: Path, seed: int) -> None:
    squad = squad_of(seed, SQUAD)
    tonight = night_of_all(folder, seed)
    rooms = {row["athlete_id"]: row for row in tonight.rows("select * from marts.next_week_room where load_date = ?", AS_OF)}
    unflagged = "select athlete_id from marts.athlete_status where load_date = ? and run_level = 'R0'"
    calm = {row["athlete_id"] for row in tonight.rows(unflagged, AS_OF)}

    starting = [one for one in squad if one.athlete_id in calm]
    next_week = night_of(folder, [following(one, rooms[one.athlete_id]) for one in starting], 7)
    spikes = """
        select athlete_id, run_date, spike_state from marts.runs
        where run_date > ? and spike_state in ('small', 'moderate', 'large')
    """
    assert starting
    assert next_week.rows(spikes, AS_OF) == []
    high = """
        select athlete_id, measure, acwr_uncoupled from marts.load_ratio
        where load_date = ? and measure in ('distance_m', 'moving_s') and acwr_uncoupled > 1.5
    """
    assert next_week.rows(high, AS_OF + timedelta(days=7)) == []


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_who_follows_the_ceilings_is_not_flagged_by_hand(seed: int) -> None:
    one = runner(seed)
    today = oracle.judge(as_log(one), since=AS_OF)[AS_OF]
    if today.run_level != "R0":
        return
    room = oracle.next_week_room(as_log(one))
    rooms = {
        "longest_run_ceiling_m": room.longest_run_m,
        "week_distance_ceiling_m": room.week_distance_m,
        "week_moving_ceiling_s": room.week_moving_s,
    }
    later = dataclasses.replace(as_log(following(one, rooms)), as_of=day_of(7))
    judge = oracle.Judge(later)
    assert [spike for spike in judge.spikes if spike.day > AS_OF and "SESSION" in spike.code] == []
    for measure in ("distance_m", "moving_s"):
        ratio = judge.ratios[measure][day_of(7)].uncoupled
        assert ratio is None or 2 * ratio <= 3

"""Every rule decides something: with another value one runner of the golden squad is told something else.

Each case moves one rule across the value of a runner who stands just at it, so that what is said changes to what the
specification says of a runner on the other side of the line. Rules for which that is shown elsewhere are listed with the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from flows.intake import ingest
from flows.models import layers, seeds
from flows.seed_files import seed_rows
from flows.state import database
from tests.conftest import PROJECT
from tests.lib.squads import write_files
from tests.tendon import golden
from tests.tendon.golden import CalfTest, Exercise, Mark, Scenario, Symptom, files, km

BY_NAME = {one.athlete_id: one for one in golden.SCENARIOS}
FLAG = "select {} from marts.flags where athlete_id = ? and code = '{}' and load_date = as_of_date()"
STATUS = "select {} from marts.athlete_status where athlete_id = ? and load_date = as_of_date()"
MODE = "select any_value(mode) from marts.chain_links where athlete_id = ? and load_date = as_of_date()"
LINK = "select {} from marts.chain_links where athlete_id = ? and load_date = as_of_date()"
RATIO = "select {} from marts.load_ratio where athlete_id = ? and measure = 'distance_m' and load_date = as_of_date()"
SET = "select {} from intermediate.set_efforts where athlete_id = ? order by set_date desc, set_row desc limit 1"
RUN = "select {} from marts.runs where athlete_id = ? order by started_at desc limit 1"


@dataclass(frozen=True)
class Case:
    """One rule with another value, a runner, and what is told before and after."""

    rule: str
    value: float | str
    runner: Scenario | str
    asked: str
    before: Any
    after: Any

    @property
    def base(self) -> Scenario:
        return BY_NAME[self.runner] if isinstance(self.runner, str) else self.runner


def raised(rule: str, value: float, runner: Scenario | str, code: str, *, to: bool) -> Case:
    """A code that is raised with the other value (`to`), or no more."""
    return Case(rule, value, runner, FLAG.format("bool_or(state = 'raised')", code), not to, to)


def priority(rule: str, value: float, runner: Scenario | str, before: int, after: int) -> Case:
    return Case(rule, value, runner, STATUS.format("priority"), before, after)


# ---------- runners beside those of the golden squad


def like(name: str, new_name: str, **changed: object) -> Scenario:
    return replace(BY_NAME[name], athlete_id=new_name, **changed)  # type: ignore[arg-type]


def lifter(name: str, *rows: Exercise, **squad: str) -> Scenario:
    """Somebody of 70 kg with one run and a few sets, of which the last one is asked about."""
    return golden.scenario(name, "", 0, runs=[km(-2, 5)], exercises=rows, squad={"body_mass_kg": "70", **squad})


def one_set(name: str, reps: int | None = 10, day: int = -1, **more: object) -> Exercise:
    return Exercise(day, name, 1, reps, **more)  # type: ignore[arg-type]


SINGLE, LOADED, MACHINE = golden.STRAIGHT, golden.STRAIGHT_DUMBBELL, "Standing Calf Raise (Machine)"
ONE_LEG_HOLD = "Single-leg calf raise hold"
# 100 kg with the body six times at RPE 8: e1RM 120 kg (Epley). 96 kg are 80 % of it.
REFERENCE = one_set(LOADED, 6, day=-3, weight_kg=30)


def of_maximum(name: str, reps: int, reference: Exercise = REFERENCE, **effort: object) -> Scenario:
    return lifter(name, reference, one_set(LOADED, reps, weight_kg=26, **effort))


OLDER = like("gast-volume-below", "older", squad={"birth_year": "1960"})
WOMAN = like(
    "capacity-above",
    "woman",
    squad={"sex": "f", "birth_year": "1990"},
    calf_tests=(CalfTest(-3, "left", 17), CalfTest(-3, "right", 30)),
)
OLD_TEST = like("capacity-above", "old-test", calf_tests=(CalfTest(-8, "left", 18),))
YOUNG_MAN = like("capacity-above", "young-man", squad={"sex": "m", "birth_year": "2000"})
RACED = like("golden-12", "raced", squad={"race_date": "2026-06-22"})  # six days ago
HURTS = like(
    "gast-stale-red",
    "hurts",
    squad={"achilles_history_until": "2026-03-01"},
    symptoms=(Symptom(-1, 4, is_worse_next_morning=False),),
)
HURT_LATELY = like(
    "golden-01",
    "hurt-lately",
    squad={"achilles_history_until": "2026-03-01"},
    symptoms=(Symptom(-10, 1, is_worse_next_morning=False),),
)
MISSED = like("golden-01", "missed", marks=(Mark(-15, -15, "missing"),), runs=[run for run in golden.RUNS if run.day != -15])
# Since four weeks half of what was usual.
HALVED = like("golden-01", "halved", runs=[run if run.day <= -28 else km(run.day, run.distance_m / 2000) for run in golden.RUNS])
# Runs of 2.4 km, then 4.45: short of 5 km, by more than 2 km the longest; 615 s and some 980 reference steps more.
SHORT_BUT_LONGER = like("floor-below", "short-but-longer", runs=golden.but(golden.week_of_runs(2.4, 2.4, 2.4), km(0, 4.45)))
BEGAN_TWICE = like("history-too-short", "began-twice", runs=(*BY_NAME["history-too-short"].runs, km(-100, 5)))
JUMPS_TWICE = like(
    "golden-01", "jumps-twice", exercises=(*golden.STRENGTH, *golden.sets_of(golden.POGO, [-1, 0], sets=1, reps=60))
)
# 6:00 a km is 2.778 m/s, below 0.92 x 0.95 x 3.333; a mean of 160 is 80 % of the maximum.
EASY_BY_SPEED = like(
    "golden-01",
    "easy-by-speed",
    runs=golden.week_of_runs(s_per_km=360, heart_rate_bpm=160),
    squad={"threshold_pace_s_per_km": "300", "max_hr_bpm": "200"},
)
# 1,500 s and 600 s at 170 steps a minute, half of them of a leg; 3.333 m/s and, taken for 1.8, 1.5 m/s.
FIVE_KM = like("golden-01", "five-km", runs=[km(0, 5)], exercises=())
SLOW_KM = like("golden-01", "slow-km", runs=[km(0, 0.9, 600)], exercises=())
JUMPED = like(
    "plyo-intro-above",
    "jumped",
    exercises=(*golden.STRENGTH, *golden.sets_of(golden.POGO, [-45]), *golden.sets_of(golden.POGO, [-5], sets=1, reps=101)),
)
RAMPED = like(
    "plyo-ramp-above",
    "ramped",
    exercises=(
        *golden.STRENGTH,
        *golden.sets_of(golden.POGO, [-10], sets=1, reps=50),
        *golden.sets_of(golden.POGO, [0], sets=1, reps=66),
    ),
)
# Straight knee 27 days ago. Of 20 ill days 14 in any 60 count, so that 4 of the last 10 stop the clock; in any 14 all 10 do.
TWICE_ILL = like(
    "illness-pauses",
    "twice-ill",
    exercises=golden.straight_until(-27, sets=4),
    marks=(Mark(-50, -41, "illness"), Mark(-15, -6, "illness")),
)
UNEVEN_LONG_AGO = like(
    "gast-asym-above",
    "uneven-long-ago",
    exercises=(
        *golden.STRENGTH,
        *(golden.sets_of(golden.STRAIGHT, [-40], reps=14, side="left")),
        *(golden.sets_of(golden.STRAIGHT, [-40], reps=20, side="right")),
    ),
)
STANDS = one_set(SINGLE)

PAIN_ACTION = FLAG.format("any_value(action_code) filter (where state = 'raised')", "PAIN_GATE")
LOAD = RUN.format("round(achilles_load_steps)")
HARD, HEAVY, FORCE = SET.format("is_hard_set"), SET.format("is_heavy_set"), SET.format("round(peak_force_bw, 3)")

CASES = (
    # ---------- ratios
    raised("history_known_days", 29, "history-long-enough", "DATA_INSUFFICIENT_HISTORY", to=True),
    raised("history_runs", 9, "eight-runs", "DATA_INSUFFICIENT_HISTORY", to=True),
    raised("known_days_acute", 5, "missing-days-above", "DATA_MISSING_DAYS", to=False),
    raised("low_base_distance_m", 5100, "low-base-below", "ACWR_LOW_BASE", to=True),
    raised("acwr_high", 1.6, "acwr-above", "ACWR_HIGH", to=False),
    Case("history_known_days_ewma", 200, "golden-01", RATIO.format("acwr_ewma is null"), False, True),
    Case("known_days_coupled", 28, "missing-days-below", RATIO.format("acwr_coupled is null"), False, True),
    Case("known_days_uncoupled", 21, MISSED, RATIO.format("acwr_uncoupled is null"), False, True),
    raised("history_gap_days", 60, BEGAN_TWICE, "DATA_INSUFFICIENT_HISTORY", to=True),
    Case("low_base_share", 0.6, HALVED, RATIO.format("ratio_state"), "ok", "low_base"),
    # ---------- spikes
    raised("spike_small_percent", 111, "golden-03", "RUN_SESSION_SPIKE_SMALL", to=False),
    raised("spike_moderate_percent", 131, "spike-moderate-above", "RUN_SESSION_SPIKE_MODERATE", to=False),
    raised("spike_large_percent", 201, "spike-large-above", "RUN_SESSION_SPIKE_LARGE", to=False),
    raised("other_spike_percent", 131, "duration-above", "RUN_DURATION_SPIKE", to=False),
    raised("fast_floor_steps_per_leg", 520, "first-fast-above", "RUN_FAST_SPIKE", to=False),
    raised("ascent_floor_m", 151, "hill-floor-above", "RUN_HILL_SPIKE", to=False),
    raised("spike_active_days", 13, "spike-active-day-14", "RUN_SESSION_SPIKE_MODERATE", to=False),
    priority("double_spike_days", 6, "two-spikes-7-days-apart", 3, 2),
    raised("no_baseline_floor_m", 5020, "no-baseline-floor-above", "RUN_NO_BASELINE_30D", to=False),
    raised("no_baseline_floor_share", 0.51, "no-baseline-above", "RUN_NO_BASELINE_30D", to=False),
    raised("usual_days", 60, "no-baseline-below", "RUN_NO_BASELINE_30D", to=True),
    raised("distance_floor_m", 4999, "floor-5-km-below", "RUN_SESSION_SPIKE_MODERATE", to=True),
    raised("distance_excess_m", 1999, "floor-below", "RUN_SESSION_SPIKE_MODERATE", to=True),
    raised("duration_floor_s", 1799, "duration-floor-below", "RUN_DURATION_SPIKE", to=True),
    raised("load_floor_steps", 2270, "load-floor-below", "RUN_LOAD_SPIKE", to=True),
    raised("duration_excess_s", 600, SHORT_BUT_LONGER, "RUN_DURATION_SPIKE", to=True),
    raised("load_excess_steps", 900, SHORT_BUT_LONGER, "RUN_LOAD_SPIKE", to=True),
    priority("small_spike_days", 3, "small-spike-two-days-later", 0, 2),
    priority("small_spike_count", 4, "third-small-spike", 2, 0),
    priority("small_spike_count_days", 22, "third-small-spike-in-22-days", 0, 2),
    # ---------- high load, return
    raised("high_ascent_m", 301, "back-to-back-above", "BACK_TO_BACK_HIGH", to=False),
    raised("high_contacts", 61, JUMPS_TWICE, "BACK_TO_BACK_HIGH", to=False),
    raised("high_days_limit", 6, "frequency-above", "FREQ_HIGH_GT5", to=False),
    raised("return_ratio", 0.2, "return-above", "RETURN_AFTER_BREAK", to=False),
    raised("return_days", 15, "return-above", "RETURN_AFTER_BREAK", to=False),
    raised("return_history_days", 200, "return-above", "RETURN_AFTER_BREAK", to=False),
    # ---------- fast running
    raised("fast_share_of_threshold", 1.0, "fast-totals-speed", "RUN_FAST_SPIKE", to=False),
    raised("fast_share_of_max_heart_rate", 0.89, "fast-totals-heart-rate", "RUN_FAST_SPIKE", to=False),
    raised("totals_fast_rpe", 9, "fast-totals", "RUN_FAST_SPIKE", to=False),
    Case("totals_easy_rpe", 5, "fast-totals-easy", RUN.format("fast_steps"), 0, None),
    raised("totals_fast_s", 901, "fast-totals-speed", "RUN_FAST_SPIKE", to=False),
    raised("totals_easy_share", 0.8, "fast-totals-speed", "RUN_FAST_SPIKE", to=False),
    Case("totals_easy_heart_rate_share", 0.75, EASY_BY_SPEED, RUN.format("fast_steps"), 0, None),
    # ---------- Achilles load: 2,125 steps of a leg, (peak / peak at 3 m/s) ** 4
    Case("achilles_exponent", 3, FIVE_KM, LOAD, round(2125 * 1.03**4), round(2125 * 1.03**3)),
    Case("achilles_peak_slope", 0.12, FIVE_KM, LOAD, round(2125 * 1.03**4), round(2125 * 1.04**4)),
    Case("achilles_reference_speed_mps", 3.1333, FIVE_KM, LOAD, round(2125 * 1.03**4), round(2125 * 1.018**4)),
    Case("achilles_speed_high_mps", 3.2, FIVE_KM, LOAD, round(2125 * 1.03**4), round(2125 * 1.018**4)),
    Case("achilles_speed_low_mps", 2.5, SLOW_KM, LOAD, round(850 * 0.892**4), round(850 * 0.955**4)),
    # ---------- sets
    Case("hard_rpe", 8, lifter("rpe-7", one_set(SINGLE, rpe=7)), HARD, True, False),
    Case("hard_rir", 2, lifter("rir-3", one_set(SINGLE, rpe=None, rir=3)), HARD, True, False),
    Case("hard_rpe_never", 4, of_maximum("rpe-5", 6, rpe=5), HARD, False, True),
    Case("hard_rir_never", 6, of_maximum("rir-5", 6, rpe=None, rir=5), HARD, False, True),
    Case("hard_share", 0.85, of_maximum("rpe-6", 6, rpe=6), HARD, True, False),
    Case("assumed_reps_low", 6, lifter("reps-5", one_set(SINGLE, 5, rpe=None)), HARD, True, False),
    Case("assumed_reps_high", 29, lifter("reps-30", one_set(SINGLE, 30, rpe=None)), HARD, True, False),
    Case("hard_few_reps_share", 0.85, of_maximum("reps-4", 4, rpe=None), HARD, True, False),
    Case("hard_hold_s", 21, lifter("hold-20-s", one_set(golden.HOLD, None, hold_s=20)), HARD, True, False),
    Case("heavy_peak_bw", 3.1, lifter("force-3", STANDS), HEAVY, True, False),
    Case("force_tolerance_bw", 0.1, lifter("force-2.96", one_set("Assisted " + SINGLE, weight_kg=-1)), HEAVY, False, True),
    Case("heavy_reps", 14, lifter("reps-15", one_set(SINGLE, 15, rpe=7)), HEAVY, True, False),
    Case("heavy_reps_rated", 29, lifter("reps-30-rated", one_set(SINGLE, 30)), HEAVY, True, False),
    Case("heavy_rpe", 9, lifter("reps-20", one_set(SINGLE, 20)), HEAVY, True, False),
    Case("heavy_rir", 1, lifter("reps-20-rir-2", one_set(SINGLE, 20, rpe=None, rir=2)), HEAVY, True, False),
    Case("heavy_reps_low", 14, lifter("machine-13", one_set(MACHINE, 13, weight_kg=40)), HEAVY, True, False),
    Case("heavy_share_peak_bw", 2.5, lifter("machine-12", one_set(MACHINE, 12, weight_kg=40)), HEAVY, True, False),
    Case(
        "heavy_hold_s", 31, lifter("hold-30-s", one_set(f"Single-leg {golden.HOLD}", None, hold_s=30, rpe=7)), HEAVY, True, False
    ),
    Case("e1rm_days", 40, of_maximum("old-best", 6, replace(REFERENCE, day=-50), rpe=6), HARD, True, False),
    Case("e1rm_rpe", 9, of_maximum("best-rpe-8", 6, rpe=6), HARD, True, False),
    Case("e1rm_rir", 1, of_maximum("best-rir-2", 6, replace(REFERENCE, rpe=None, rir=2), rpe=6), HARD, True, False),
    Case("e1rm_reps", 5, of_maximum("best-of-6", 6, rpe=6), HARD, True, False),
    Case("reference_reps", 61, lifter("reps-61", one_set(SINGLE, 61)), SET.format("round(work_value, 1)"), None, 183.0),
    Case("hold_s_per_repetition", 6, lifter("hold-36-s", one_set(golden.HOLD, None, hold_s=36)), SET.format("work_value"), 18, 9),
    Case("raise_peak_bw", 2.8, lifter("raise", STANDS), FORCE, 3.0, 2.8),
    Case("seated_share", 0.1, lifter("seated", one_set("Seated Calf Raise")), FORCE, 0.18, 0.3),
    Case("assisted_floor_bw", 0.4, lifter("helped", one_set("Assisted " + SINGLE, weight_kg=-66)), FORCE, 0.3, 0.4),
    Case("tendon_jump_peak_bw", 6.6, lifter("hops", one_set(golden.SINGLE_POGO)), HEAVY, True, False),
    Case("contacts_per_s", 3, lifter("rope", one_set(golden.ROPE, None, hold_s=10)), SET.format("plyometric_contacts"), 20, 30),
    Case("default_body_mass_kg", 140, lifter("no-mass", one_set(LOADED, weight_kg=35), body_mass_kg=""), FORCE, 4.5, 3.75),
    # ---------- calf work
    raised("maintain_sets_week", 3, "gast-volume-below", "GAST_LOW_VOLUME", to=True),
    raised("maintain_sets_week_older", 2, OLDER, "GAST_LOW_VOLUME", to=False),
    raised("older_age", 70, OLDER, "GAST_LOW_VOLUME", to=False),
    raised("build_sets_week", 5, "topup-above", "BUILD_TOPUP", to=False),
    raised("calf_amber_days", 12, "gast-stale-above", "GAST_STALE", to=False),
    priority("calf_red_days", 22, "gast-stale-red", 2, 1),
    raised("calf_amber_days_build", 9, "build-limit-above", "GAST_STALE", to=False),
    priority("calf_red_days_build", 15, "gast-build-red", 4, 3),
    raised("calf_amber_days_taper", 9, "golden-12", "GAST_STALE", to=True),
    raised("low_volume_share", 0.8, "gast-volume-below", "GAST_LOW_VOLUME", to=True),
    priority("volume_red_share", 0.37, "gast-volume-red", 2, 1),
    raised("sol_only_credit_days", 15, "sol-credit-above", "SOL_ONLY_CREDIT", to=False),
    raised("tendon_amber_days", 16, "tendon-amber-above", "TENDON_NOT_HEAVY", to=False),
    raised("tendon_red_days", 27, "tendon-red-below", "TENDON_DETRAIN_28", to=True),
    priority("beginner_distance_m", 20001, "tendon-20-km", 2, 0),
    raised("hip_amber_days", 16, "hip-above", "HIP_STALE", to=False),
    raised("foot_stale_days", 22, "foot-above", "FOOT_STALE", to=False),
    raised("plyo_absent_days", 23, "plyo-absent-above", "PLYO_ABSENT", to=False),
    raised("plyo_ramp_percent", 133, "plyo-ramp-above", "PLYO_RAMP", to=False),
    raised("plyo_intro_contacts", 101, "plyo-intro-above", "PLYO_INTRO_RAPID", to=False),
    raised("plyo_intro_days", 41, "plyo-intro-above", "PLYO_INTRO_RAPID", to=False),
    raised("plyo_active_days", 5, JUMPED, "PLYO_INTRO_RAPID", to=False),
    raised("plyo_ramp_days", 7, RAMPED, "PLYO_RAMP", to=False),
    Case("taper_days_before", 5, "golden-12", MODE, "taper", "maintain"),
    Case("taper_days_after", 5, RACED, MODE, "taper", "maintain"),
    Case("taper_amber_factor", 2, "golden-12", LINK.format("max(amber_days) filter (where link = 'achilles_tendon')"), 23, 30),
    Case("taper_target_factor", 0.75, "golden-12", LINK.format("max(target_sets_week) filter (where link = 'soleus')"), 1, 1.5),
    raised("build_rise_percent", 122, "rise-above", "GAST_STALE", to=False),
    priority("freeze_days", 2, "illness-pauses", 1, 2),
    priority("freeze_window_days", 14, TWICE_ILL, 2, 1),
    raised("strength_building_days", 27, "strength-building", "DATA_STRENGTH_BUILDING", to=False),
    raised(
        "test_days",
        7,
        OLD_TEST,
        "CAPACITY_BELOW_NORM",
        to=False,
    ),
    raised("asymmetry_share", 0.8, "gast-asym-above", "GAST_ASYM", to=False),
    raised("asymmetry_sets", 100, "gast-asym-above", "GAST_ASYM", to=False),
    raised("asymmetry_days", 29, UNEVEN_LONG_AGO, "GAST_ASYM", to=False),
    raised("norm_share", 0.7, "capacity-above", "CAPACITY_BELOW_NORM", to=False),
    raised("norm_flat_men", 23, "capacity-above", "CAPACITY_BELOW_NORM", to=False),
    raised("norm_flat_women", 22, WOMAN, "CAPACITY_BELOW_NORM", to=False),
    raised("norm_age", 30, YOUNG_MAN, "CAPACITY_BELOW_NORM", to=False),
    priority("norm_drop_reps", 8, "capacity-red", 2, 1),
    raised("no_progress_share", 0.9, "no-progress-above", "NO_PROGRESS", to=False),
    raised("no_progress_days", 14, "no-progress-above", "NO_PROGRESS", to=False),
    priority("unmapped_share", 0.25, "unmapped-above", 1, 2),
    # ---------- the person
    priority("pain_gate", 6, "pain-6", 4, 2),
    raised("pain_amber", 2, "pain-3", "PAIN_GATE", to=True),
    raised("pain_holds_days", 8, "unanswered-above", "PAIN_UNANSWERED", to=False),
    raised("pain_pair_days", 8, "morning-reports-below", "PAIN_GATE", to=True),
    Case("pain_unanswered_days", 27, "unanswered-28-days", FLAG.format("any_value(level)", "PAIN_UNANSWERED"), "amber", "info"),
    Case("pain_lenient", 4, HURTS, STATUS.format("capacity_level"), "C1", "C2"),
    Case(
        "long_pain",
        5,
        "pain-4-for-weeks",
        PAIN_ACTION,
        "PAIN_LONG",
        "PAIN_ALLOWED",
    ),
    Case(
        "long_pain_days",
        60,
        "pain-4-for-weeks",
        PAIN_ACTION,
        "PAIN_LONG",
        "PAIN_ALLOWED",
    ),
    raised("stiffness_min", 31, "stiffness-above", "SYMPTOMS_RISING", to=False),
    raised("stiffness_rise_min", 11, "stiffness-rises-above", "SYMPTOMS_RISING", to=False),
    raised("visa_drop", 13, "visa-above", "SYMPTOMS_RISING", to=False),
    raised("symptom_days", 18, "symptoms-18-days-ago", "SYMPTOMS_RISING", to=True),
    raised("symptom_rise_days", 17, "visa-above", "SYMPTOMS_RISING", to=False),
    priority("young_age", 15, "under-16", 0, 2),
    Case("back_from_mark_days", 8, "illness-8-days-ago", STATUS.format("person_state"), "usual", "ill_or_away"),
    Case("new_calf_days", 59, "not-new-to-calf-work", STATUS.format("person_state"), "usual", "new_to_calf_work"),
    Case("entry_days", 13, "calf-work-begun-13-days-ago", STATUS.format("person_state"), "new_to_calf_work", "usual"),
    Case("entry_sessions", 2, "calf-work-begun-and-done-twice", STATUS.format("person_state"), "new_to_calf_work", "usual"),
    Case("rehab_days", 9, HURT_LATELY, MODE, "rehab", "maintain"),
    Case("rehab_pain", 2, HURT_LATELY, MODE, "rehab", "maintain"),
    raised("history_days", 400, "history-366-days", "ACHILLES_HISTORY", to=True),
    raised("race_days", 9, "race-marked-calf-lags", "GAST_STALE", to=True),
    raised("break_days", 22, "coming-back-above", "GAST_STALE", to=False),
    raised("break_history_days", 365, "coming-back-above", "GAST_STALE", to=False),
    raised("break_active_days", 9, "coming-back-above", "GAST_STALE", to=False),
    # ---------- flag and data
    priority("held_dates", 2, "spike-held", 2, 0),
    raised("stale_source_days", 8, "stale-source-above", "DATA_STALE_SOURCE", to=False),
    raised("gap_days", 6, "gap-above", "DATA_GAP_SUSPECTED", to=False),
    raised("gap_usual_days", 6, "gap-above", "DATA_GAP_SUSPECTED", to=False),
    raised("gap_quiet_days", 7, "gap-above", "DATA_GAP_SUSPECTED", to=False),
    raised("stale_runs_days", 15, "stale-runs-above", "DATA_STALE_RUNS", to=False),
    raised("stale_usual_days", 4, "stale-runs-above", "DATA_STALE_RUNS", to=False),
    Case("grey_runs_days", 40, "no-runs-for-31-days", STATUS.format("flag"), "grey", "green"),
    raised("stale_strength_days", 15, "stale-strength-above", "DATA_STALE_STRENGTH", to=False),
    raised("stale_usual_strength_days", 3, "stale-strength-above", "DATA_STALE_STRENGTH", to=False),
)

# Rules of which another place shows what they decide.
TOLD = "told in a sentence as it is tonight: tests/models/test_changed_rules.py"
ACHILLES = "the formula is worked out by hand: tests/models/test_achilles.py"
FAST = "both sides of the line: tests/models/test_run_load.py"
SAME = "which recordings are one activity: tests/models/test_twins.py"
SESSION = "which sets are one session: tests/models/test_strength_sessions.py"
SPORT = "what a run is taken for: tests/nights/test_unknown_sports.py"
CADENCE = "the assumed cadence is worked out by hand: tests/models/test_run_load.py"
HEART = "the formula is worked out by hand: tests/models/test_run_load.py"
ELSEWHERE = {
    "ewma_seed": "a word: tests/models/test_load_arithmetic.py sets each",
    "outing_gap_s": "both sides of the line: tests/tendon/test_oracle.py",
    "high_load_share": "days and flags by a second definition: tests/tendon/test_properties.py",
    "high_fast_steps_per_leg": "days and flags by a second definition: tests/tendon/test_properties.py",
    "gap_usual_weeks": "days and flags by a second definition: tests/tendon/test_properties.py",
    "plyo_fast_days": TOLD,
    "notes_days": TOLD,
    "undated_days": TOLD,
    "lone_run_gap_days": "a doubt about a date, told as a note of the run: tests/nights/test_clock.py",
    "lone_run_days": "a doubt about a date, told as a note of the run: tests/nights/test_clock.py",
    "earliest_date": "a date: tests/unit/test_rules.py sets it",
    "summary_track_share": "which total is believed: tests/unit/test_track_sources.py",
    "running_speed_limit_mps": "which total is believed: tests/unit/test_track_sources.py",
    "race_near_days": "a word beside the runner: tests/pages/test_squad_marts.py",
    **dict.fromkeys(
        ("hip_sets_week", "hip_sets_week_build", "progress_reps", "progress_kg"),
        "goals and next steps, which change no flag: tests/models/test_exercise_weeks.py",
    ),
    **dict.fromkeys(("effort_days", "effort_spread", "best_20_min_share", "measured_share"), FAST),
    **dict.fromkeys(
        (
            "achilles_peak_bw", "achilles_peak_slope_low", "achilles_peak_slope_high", "achilles_uphill", "achilles_downhill",
            "achilles_grade_low", "achilles_grade_high", "achilles_midfoot", "achilles_forefoot", "achilles_treadmill",
            "achilles_walk_peak_bw", "achilles_default_speed_mps",
        ),
        ACHILLES,
    ),
    **dict.fromkeys(
        (
            "twin_start_s", "twin_duration_share", "twin_start_share", "twin_overlap_share", "twin_pause_factor",
            "twin_shift_hours", "twin_shift_start_s", "twin_distance_share", "twin_heart_rate_bpm", "twin_time_factor",
        ),
        SAME,
    ),
    **dict.fromkeys(("session_gap_s", "session_longest_s", "twin_session_s"), SESSION),
    **dict.fromkeys(
        (
            "run_speed_low_mps", "run_speed_high_mps", "spike_share", "run_cadence_low_spm", "walk_cadence_low_spm",
            "walk_speed_low_mps",
        ),
        SPORT,
    ),
    **dict.fromkeys(
        (
            "cadence_spm", "cadence_at_mps", "cadence_per_mps", "cadence_low_spm", "cadence_high_spm", "walking_cadence_spm",
            "walking_cadence_at_mps", "walking_cadence_per_mps", "walking_cadence_low_spm", "walking_cadence_high_spm",
        ),
        CADENCE,
    ),
    **dict.fromkeys(("trimp_k_men", "trimp_b_men", "trimp_k_women", "trimp_b_women"), HEART),
}  # fmt: skip


def changed(case: Case) -> Scenario:
    return replace(case.base, athlete_id=f"with-{case.rule.replace('_', '-')}")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    """Every runner once with the rules of the house and once with the one rule of the case: no guard, no page."""
    folder = tmp_path_factory.mktemp("rules")
    squad = {one.athlete_id: one for case in CASES for one in (case.base, changed(case))}
    rows = [f"{case.rule},{case.value},{changed(case).athlete_id},\n" for case in CASES]
    raw = write_files(folder / "raw", files(list(squad.values())) | {"rules.csv": "key,value,athlete_id,squad\n" + "".join(rows)})
    memory, built = folder / "memory.duckdb", folder / "work.duckdb"
    assert ingest.import_files(raw, memory, workers=1).files_parsed
    layers.start_work(built, memory)
    seeds.load_seeds(built, "UTC")
    layers.set_as_of(built, golden.AS_OF)
    for layer in ("staging", "activities", "intermediate", "marts"):
        layers.build_layer(built, layer)
    with database.reader(built) as connection:
        yield connection


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_changed_rule_changes_what_is_told(work: database.Connection, case: Case) -> None:
    told = [database.scalar(work, case.asked, [one.athlete_id]) for one in (case.base, changed(case))]
    assert told == [case.before, case.after], case.base.says


def test_every_rule_is_changed_above_or_shown_elsewhere() -> None:
    rules = {row["key"] for row in seed_rows("rules")}
    cases = [case.rule for case in CASES]
    assert sorted([*cases, *ELSEWHERE]) == sorted(rules)  # each once
    for place in ELSEWHERE.values():
        assert (PROJECT / place.split(": ")[-1].split(" ")[0]).is_file(), place

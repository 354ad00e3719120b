"""The eight invented runners of the demo squad, one story each, and the tables that they keep themselves."""

from __future__ import annotations

from datetime import date, time

from flows.demo.plans import Body, Exercise, Gait, Runner

BOTH_LEGS_IN_TURN = ("left", "right")

ON_TRACK = Runner(
    athlete_id="linnea",
    name="Linnea Åberg",
    squad="road",
    timezone="Europe/Stockholm",
    run_time=time(6, 40),
    body=Body("female", 1988, mass_kg=61, resting_hr_bpm=50, max_hr_bpm=186),
    gait=Gait(easy_mps=2.85, threshold_mps=3.70, fast_mps=3.90, cadence_spm=172),
    hill_m=5,
    foot_strike="midfoot",
    race_date="2027-04-25",
    rates_effort=True,
    sources=((1, "fit"),),
    # Week 6 is the illness in marks.csv.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-5     .   8   .  5x3  .   7  15   Wed Sat
        6       .   .   .   .   .   5   8   Sat
        7-12    .   8   .  5x3  .   7  15   Wed Sat
        13-16   .   8   .  5x3  .   7  16   Wed Sat
    """,
    exercises=(
        Exercise("Single Leg Standing Calf Raise", sets=3, reps=12, rpe=8, sides=BOTH_LEGS_IN_TURN),
        Exercise("Single-leg bent-knee calf raise", sets=3, reps=12, rpe=8, sides=BOTH_LEGS_IN_TURN),
        Exercise("Single leg march", sets=2, reps=10, sides=BOTH_LEGS_IN_TURN),
        Exercise("Single Leg Romanian Deadlift", sets=2, reps=8, weight=12, rpe=7, sides=BOTH_LEGS_IN_TURN),
        Exercise("Pogo", sets=2, reps=20),
    ),
)

LONG_RUN_SPIKE = Runner(
    athlete_id="tomas",
    name="Tomás Ibarra",
    squad="road",
    timezone="Europe/Madrid",
    run_time=time(7, 15),
    body=Body("male", 1979, mass_kg=78, resting_hr_bpm=54, max_hr_bpm=180),
    gait=Gait(easy_mps=2.90, threshold_mps=3.75, fast_mps=3.90, cadence_spm=166),
    hill_m=8,
    untold=("threshold_pace_s_per_km", "foot_strike"),
    sources=((1, "gpx"),),
    # The last week: 62 km after weeks of 39, 39 and 40, with 28 km on Sunday where 18 was the longest.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-4     .   7   .   7   .   6  14   Mon Fri
        5-8     .   8   .   8   .   6  15   Mon Fri
        9-12    .   8   .   8   .   6  16   Mon Fri
        13-14   .   8   .   8   .   6  17   Mon Fri
        15      .   8   .   8   .   6  18   Mon Fri
        16      .  10   .  10   .  14  28   Mon Fri
    """,
    exercises=(
        Exercise("Standing Calf Raise", sets=1, reps=15, sides=("both",), is_warmup=True),
        Exercise("Single-leg calf raise", sets=3, reps=12, rpe=8),
        Exercise("Single-leg bent-knee calf raise", sets=3, reps=12, rpe=8, until=date(2026, 10, 26)),
        Exercise("Single leg march", sets=2, reps=10),
    ),
)

INTERVAL_SPIKE = Runner(
    athlete_id="keisha",
    name="Keisha Monroe",
    squad="track",
    timezone="America/Los_Angeles",
    run_time=time(6, 10),
    body=Body("female", 1997, mass_kg=57, resting_hr_bpm=46, max_hr_bpm=194),
    gait=Gait(easy_mps=3.15, threshold_mps=4.20, fast_mps=4.50, cadence_spm=176),
    hill_m=3,
    foot_strike="forefoot",
    units="mi",
    strength_weight_unit="lb",
    sources=((1, "runs.csv"), (4, "fit.gz")),
    # The last week: 42 fast minutes in two sessions after weeks of 15 in one; distance hardly moves.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-12    .  5x3  .   8   .   6  13   Mon Thu
        13-15   .  5x3  .   8   .   6  14   Mon Thu
        16      .  7x3  .   6  7x3  .  13   Mon Thu
    """,
    exercises=(
        Exercise("Single Leg Standing Calf Raise (Dumbbell)", sets=3, reps=10, weight=25, rpe=8),
        Exercise("Bent-knee calf raise", sets=2, reps=15, rpe=8, sides=("both",)),
        Exercise("Seated Calf Raise (Machine)", sets=3, reps=12, weight=90, rpe=8, sides=("both",)),
        Exercise("Single leg march", sets=3, reps=10),
        Exercise("Jump Rope", sets=2, reps=40),
    ),
)

RETURN_AFTER_BREAK = Runner(
    athlete_id="jia-wei",
    name="Tan Jia Wei",
    squad="road",
    timezone="Asia/Singapore",
    run_time=time(5, 50),
    body=Body("male", 1984, mass_kg=69, resting_hr_bpm=52, max_hr_bpm=184),
    gait=Gait(easy_mps=2.75, threshold_mps=3.55, fast_mps=3.70, cadence_spm=170),
    hill_m=4,
    achilles_history_until="2026-03-08",
    untold=("threshold_pace_s_per_km",),
    sources=((1, "tcx"),),
    # Neither runs nor calf work for four weeks (12 October to 8 November), then 28 km in five days.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-6     .   8   .   8   .   7  14   Mon Thu
        7-11    .   9   .   8   .   8  16   Mon Thu
        12-15   .   .   .   .   .   .   .
        16      .   .   6   .   8   .  14
    """,
    exercises=(
        Exercise("SL calf raise", sets=3, reps=12, rpe=8),
        Exercise("Seated Calf Raise (Plate Loaded)", sets=3, reps=12, weight=40, rpe=8, sides=("both",)),
        Exercise("Single leg calf iso", sets=2, hold_s=40, rpe=7, sides=BOTH_LEGS_IN_TURN),
        Exercise("Step Up", sets=2, reps=10, weight=10),
    ),
)

NEW_RUNNER = Runner(
    athlete_id="noah wright",  # folders made by hand have spaces in their names
    name="Noah Wright",
    squad="road",
    timezone="Australia/Sydney",
    run_time=time(6, 20),
    body=Body("male", 2001, mass_kg=84, resting_hr_bpm=66, max_hr_bpm=199),
    gait=Gait(easy_mps=2.50, threshold_mps=3.15, fast_mps=3.30, cadence_spm=163),
    hill_m=4,
    untold=("max_hr_bpm", "resting_hr_bpm", "threshold_pace_s_per_km"),
    gpx_type="9",  # Strava's number for a run
    gpx_counts="strides",
    sources=((1, "gpx"),),
    # The first run ever is on 27 October, 19 days before the end.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        14      .   3   .   3   .   .   4   Wed
        15      .  3.5  .   4   .   .   5   Wed Sat
        16      .   4   .   4   .   3   5   Wed Fri
    """,
    exercises=(
        Exercise("Calf raise on step", sets=3, reps=15, sides=("both",)),
        Exercise("Bent-knee calf raise", sets=3, reps=15, sides=("both",)),
        Exercise("Single leg march", sets=2, reps=8),
    ),
)

NO_STRENGTH_LOG = Runner(
    athlete_id="zoe",
    name="Zoë Laurent",
    squad="track",
    timezone="Europe/Paris",
    run_time=time(12, 15),
    body=Body("female", 1992, mass_kg=59, resting_hr_bpm=51, max_hr_bpm=188),
    gait=Gait(easy_mps=3.00, threshold_mps=3.90, fast_mps=4.10, cadence_spm=174),
    hill_m=5,
    untold=("body_mass_kg", "threshold_pace_s_per_km", "foot_strike"),
    sources=((1, "runs.csv"),),
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun
        1-8     .   8   .   9   .   6  14
        9-16    .   8   .  10   .   6  15
    """,
)

STRAIGHT_KNEE_ONLY = Runner(
    athlete_id="marta",
    name="Márta Kovács",
    squad="track",
    timezone="Europe/Budapest",
    run_time=time(17, 30),
    body=Body("female", 1965, mass_kg=64, resting_hr_bpm=58, max_hr_bpm=172),
    gait=Gait(easy_mps=2.65, threshold_mps=3.40, fast_mps=3.60, cadence_spm=168),
    hill_m=6,
    untold=("sex", "resting_hr_bpm", "max_hr_bpm", "threshold_pace_s_per_km"),
    strength_as="fit",
    sources=((1, "fit"),),
    # In week 7 the watch was lost (marks.csv). Two calf sessions a week, never one with the knee bent.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-6     5   .   7   .   .   6  12   Tue Fri
        7       .   .   .   .   .   .   .
        8-16    5   .   8   .   .   6  13   Tue Fri
    """,
    exercises=(
        Exercise("standing calf raise", sets=2, reps=15, fit_category=1, fit_subtype=18),
        Exercise("single leg standing calf raise", sets=3, reps=12, fit_category=1, fit_subtype=15),
        Exercise("marching in place", sets=2, reps=10, fit_category=31, fit_subtype=88),
        Exercise("single leg Romanian deadlift", sets=2, reps=8, weight=8, fit_category=8, fit_subtype=14),
    ),
)

BROKEN_UPLOADS = Runner(
    athlete_id="oluwaseun",
    name="Oluwaseun Bello",
    squad="road",
    timezone="Africa/Lagos",
    run_time=time(6, 0),
    body=Body("male", 1990, mass_kg=73, resting_hr_bpm=55, max_hr_bpm=190),
    gait=Gait(easy_mps=2.80, threshold_mps=3.60, fast_mps=3.80, cadence_spm=169),
    hill_m=4,
    untold=("birth_year", "threshold_pace_s_per_km"),
    sources=((1, "runs.csv"), (5, "fit"), (9, "gpx"), (10, "fit")),
    # Running and calf work are in order; the story is in `break_uploads`.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-4     .   6   .   7   .   .  12   Mon Fri
        5-16    .   7   .   8   .   5  13   Mon Fri
    """,
    exercises=(
        Exercise("Single-leg calf raise", sets=3, reps=12, rpe=8),
        Exercise("Soleus raise", sets=3, reps=12, rpe=8),
        Exercise("Single Leg Glute Bridge", sets=2, reps=10),
        Exercise("Short foot", sets=2, reps=10),
    ),
)

SQUAD = (
    ON_TRACK,
    LONG_RUN_SPIKE,
    INTERVAL_SPIKE,
    RETURN_AFTER_BREAK,
    NEW_RUNNER,
    NO_STRENGTH_LOG,
    STRAIGHT_KNEE_ONLY,
    BROKEN_UPLOADS,
)

DEMO_TOML = """\
# The night reads these files as on the day of their newest activity, whatever today is.
as_of = "latest"
"""

MARKS_CSV = """\
athlete_id,from_date,to_date,kind
linnea,2026-08-31,2026-09-04,illness
jia-wei,2026-10-12,2026-10-25,holiday
marta,2026-09-07,2026-09-13,missing
"""

CALF_TESTS_CSV = """\
athlete_id,date,side,repetitions,knee
linnea,2026-08-15,left,26,straight
linnea,2026-08-15,right,27,straight
linnea,2026-10-10,left,28,straight
linnea,2026-10-10,right,28,straight
tomas,2026-08-15,left,24,straight
tomas,2026-08-15,right,22,straight
keisha,2026-10-12,left,31,straight
keisha,2026-10-12,right,29,straight
keisha,2026-10-12,left,27,bent
keisha,2026-10-12,right,26,bent
"""

KEISHA_SYMPTOMS_CSV = """\
date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note
2026-09-20,left,0,0,98,no,,
2026-10-18,left,1,0,96,no,,new spikes
2026-11-14,left,2,5,,no,,"stiff on the stairs, gone after breakfast"
"""

JIA_WEI_SYMPTOMS_CSV = """\
date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note
2026-08-02,right,1,5,88,no,,
2026-08-30,right,1,0,92,no,,
2026-09-27,right,0,0,95,no,,
"""

JIA_WEI_INJURIES_CSV = """\
onset_date,site,side,resolved_date,note
2025-12-14,achilles_midportion,right,2026-03-08,after a winter of hill repeats
"""

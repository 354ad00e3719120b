"""Every bound on the numbers and times that go from the readers into the raw tables.

While laying out a row, ingest drops an optional value outside its bound; the row stays, with a note. A needed value outside its
bound is left in the row: the guard of the raw tables (flows/guard/expectations.py) has the same bounds and refuses the row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
EARLIEST_SET = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_MARK_DAYS = 548  # a year and a half
FURTHEST_AHEAD = timedelta(days=366)  # how far the as-of date may lie after today

LONGEST_M, LONGEST_MOVING_S, LONGEST_ELAPSED_S = 500_000, 259_200, 864_000
MOST_CLIMB_M = 30_000
FOOT_M = 0.3048
SLOWEST_CADENCE_SPM, FASTEST_CADENCE_SPM = 20, 300
RUNNING_MPS = 9  # over more than 1 km; shorter runs were timed by hand, so they get some grace
SPRINT_MPS, SPRINT_GRACE_M, SPRINT_UP_TO_M = 12.5, 50, 1000
STEEPEST_CLIMB, CLIMB_FREE_M = 0.7, 400  # a vertical kilometre climbs half of its length; a tower run is short
LARGEST_DOUBLE = 1e300


@dataclass(frozen=True, slots=True)
class Bound:
    """Lowest and highest possible value, and why. An optional value outside is dropped, with the note if there is one."""

    lowest: Any
    highest: Any
    why: str
    note: str = ""  # a code of sql/seeds/run_notes.csv
    is_needed: bool = False
    zero: str = ""  # "unmeasured": 0 means not measured and becomes null; "kept": 0 is valid although below the lowest


def _needed(lowest: Any, highest: Any, why: str) -> Bound:
    return Bound(lowest, highest, why, is_needed=True)


HEART_RATE = Bound(
    25,
    250,
    "No runner's heart beats slower than 25 or faster than 250 a minute on average.",
    "heart_rate_dropped",
    zero="unmeasured",
)
CLIMB = Bound(0, MOST_CLIMB_M, "More than 30,000 m of climbing is not one run.", "ascent_dropped")
CLIMB_M_OR_FT = Bound(0, MOST_CLIMB_M / FOOT_M, "More than 30,000 m (98,425 ft) of climbing is not one run.", "ascent_dropped")
ELAPSED = Bound(0, LONGEST_ELAPSED_S, "More than ten days from start to stop is a watch that was left on.", "elapsed_dropped")
STEPS = Bound(0, 1_000_000, "More than a million steps are not one run.", "cadence_dropped", zero="unmeasured")
CADENCE = Bound(
    SLOWEST_CADENCE_SPM, FASTEST_CADENCE_SPM, "Feet make 20 to 300 steps a minute.", "cadence_dropped", zero="unmeasured"
)
TRACK_M = Bound(0, LONGEST_M, "A track of more than 500 km is not one run.", "track_dropped")
TRACK_S = Bound(0, LONGEST_MOVING_S, "A track of more than three days of moving is not one run.", "track_dropped")
EFFORT = Bound(0, 10, "Effort is rated from 0 to 10 (CR10).")
COUNT = Bound(0, 100_000_000, "No log counts so far.")
CODE = Bound(0, 65_535, "A code of a watch is a number of two bytes.")

# Table -> column -> bound.
BOUNDS: dict[str, dict[str, Bound]] = {
    "runs": {
        "started_at": _needed(
            EARLIEST,
            LATEST,
            "A start before 1990 is a watch whose clock was never set (FIT begins in 1989); one after 2100 is a mistyped year.",
        ),
        "started_local": _needed(
            EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), "A start before 1990 or after 2100 is a mistyped year."
        ),
        "summary_distance_m": _needed(0, LONGEST_M, "Less than nothing or more than 500 km is not one run."),
        "summary_distance_km_or_mi": _needed(0, 500, "Less than nothing or more than 500 km or miles is not one run."),
        "summary_moving_s": _needed(0, LONGEST_MOVING_S, "Less than nothing or more than three days is not one run."),
        "summary_elapsed_s": ELAPSED,
        "summary_ascent_m": CLIMB,
        "summary_descent_m": CLIMB,
        "summary_ascent_m_or_ft": CLIMB_M_OR_FT,
        "summary_descent_m_or_ft": CLIMB_M_OR_FT,
        "summary_avg_heart_rate_bpm": HEART_RATE,
        "summary_steps": STEPS,
        "track_distance_m": TRACK_M,
        "track_moving_s": TRACK_S,
        "track_elapsed_s": ELAPSED,
        "track_pause_s": ELAPSED,
        "track_gap_s": ELAPSED,
        "track_unmeasured_s": ELAPSED,
        "track_ascent_m": CLIMB,
        "track_descent_m": CLIMB,
        "track_avg_heart_rate_bpm": HEART_RATE,
        "track_avg_cadence_spm": CADENCE,
        "track_steps": STEPS,
        "cadence_factor": Bound(1, 2, "A watch counts one foot or both."),
        "track_points": COUNT,
        "spike_points": COUNT,
        "rpe": Bound(0, 10, "Effort is rated from 0 to 10 (CR10).", "rpe_dropped"),
        "carried_kg": Bound(0, 100, "Nobody runs with more than 100 kg.", "carried_dropped"),
    },
    "run_bins": {
        "speed_bin": Bound(0, 100, "Nobody runs at 20 m/s.", "track_dropped"),
        "grade_bin": Bound(-100, 100, "Nobody runs up more than 200 %.", "track_dropped"),
        "seconds": TRACK_S,
        "steps": STEPS,
        "metres": TRACK_M,
    },
    "run_hr_bins": {
        "heart_rate_bin_bpm": Bound(25, 250, HEART_RATE.why, "track_dropped"),
        "seconds": TRACK_S,
        "steps": STEPS,
        "metres": TRACK_M,
        "beats": Bound(0, LONGEST_MOVING_S * 250 / 60, "No heart beats so often in three days.", "track_dropped"),
    },
    "run_efforts": {"duration_s": TRACK_S, "distance_m": TRACK_M},
    "strength_sessions": {
        "started_at": _needed(
            EARLIEST_SET,
            LATEST,
            "A session before 2000 comes from a watch whose clock was never set; one after 2100 is a mistyped year.",
        ),
        "started_local": _needed(
            EARLIEST_SET.replace(tzinfo=None),
            LATEST.replace(tzinfo=None),
            "A session before 2000 or after 2100 is a mistyped year.",
        ),
        "duration_s": ELAPSED,
        "avg_heart_rate_bpm": HEART_RATE,
    },
    "strength_sets": {
        "performed_at": _needed(
            EARLIEST_SET,
            LATEST,
            "A set before 2000 comes from a watch whose clock was never set; one after 2100 is a mistyped year.",
        ),
        "performed_local": _needed(
            EARLIEST_SET.replace(tzinfo=None), LATEST.replace(tzinfo=None), "A set before 2000 or after 2100 is a mistyped year."
        ),
        "set_number": Bound(0, 10_000, "Nobody does 10,000 sets in one session."),
        "fit_category": CODE,
        "fit_subtype": CODE,
        "fit_guesses": CODE,
        "reps": Bound(0.5, 1000, "More than 1,000 repetitions, or a fraction of one, are not one set.", zero="kept"),
        # Below 0 is assistance: what a band or a machine takes off.
        "weight_kg": _needed(-300, 700, "More than 700 kg has not been lifted yet, and nobody is helped with more than 300 kg."),
        "weight_unstated": _needed(
            -660, 1550, "More than 1,550 kg or lb has not been lifted yet, and nobody is helped with more than 660."
        ),
        "hold_s": Bound(0, 3600, "A hold of more than an hour is a mistyped time."),
        "duration_s": Bound(0, LONGEST_ELAPSED_S, "A set does not last ten days."),
        "rpe": EFFORT,
        "rir": Bound(0, 50, "Repetitions in reserve are counted from 0 up."),
    },
    "symptoms": {
        "report_date": _needed(EARLIEST.date(), LATEST.date(), "A report before 1990 or after 2100 is a mistyped year."),
        "pain_0_10": Bound(0, 10, "Pain is rated from 0 to 10."),
        "visa_a": Bound(0, 100, "VISA-A runs from 0 to 100."),
        "morning_stiffness_min": Bound(0, 1440, "Stiffness is given in minutes of one morning."),
    },
    "injuries": {
        "onset_date": _needed(date(1950, 1, 1), LATEST.date(), "An injury before 1950 or after 2100 is a mistyped year."),
        "resolved_date": Bound(
            date(1950, 1, 1), LATEST.date(), "An end before 1950 or after 2100 is none: the injury counts as open."
        ),
    },
    "calf_tests": {
        "test_date": _needed(EARLIEST.date(), LATEST.date(), "A test before 1990 or after 2100 is a mistyped year."),
        "repetitions": _needed(0, 300, "More than 300 single-leg raises in one test is a mistyped number."),
    },
    "marks": {
        "from_date": _needed(EARLIEST.date(), LATEST.date(), "A mark before 1990 or after 2100 is a mistyped year."),
        "to_date": _needed(EARLIEST.date(), LATEST.date(), "A mark before 1990 or after 2100 is a mistyped year."),
    },
    "notes": {
        "note_date": _needed(EARLIEST.date(), LATEST.date(), "A note before 1990 or after 2100 is a mistyped year."),
        "until_date": _needed(EARLIEST.date(), LATEST.date(), "A note until before 1990 or after 2100 is a mistyped year."),
    },
    "plan": {
        "plan_date": _needed(EARLIEST.date(), LATEST.date(), "A plan before 1990 or after 2100 is a mistyped year."),
        "distance_m": _needed(1, LONGEST_M, "A planned run is longer than nothing and shorter than 500 km."),
        "moving_s": _needed(1, LONGEST_ELAPSED_S, "A planned run lasts longer than nothing and less than ten days."),
    },
}

# A row needs one of these. The last one left is not dropped even if it is impossible: the guard then refuses the row.
ONE_OF = {
    "strength_sets": ("reps", "hold_s"),
    "symptoms": ("pain_0_10", "visa_a", "morning_stiffness_min", "is_worse_next_morning", "event"),
}


def is_possible(value: Any, bound: Bound) -> bool:
    """Whether a number or time lies within its bound; an unknown one (None, NaN) does."""
    if value is None or (bound.zero == "kept" and value == 0):
        return True
    if isinstance(value, float) and math.isnan(value):
        return True
    return bool(bound.lowest <= value <= bound.highest)


def hold(table: str, row: dict[str, Any]) -> list[str]:
    """Set impossible optional values of a row to None, in place. Returns the columns that lost a value, in their order.

    A needed value stays, as a number that the database can hold. A 0 that means "not measured" becomes None and is not returned.
    """
    dropped = []
    for column, bound in BOUNDS.get(table, {}).items():
        value = row.get(column)
        if value == 0 and bound.zero == "unmeasured":
            row[column] = None
        elif not is_possible(value, bound):
            if bound.is_needed or _is_last_of_its_kind(table, column, row):
                row[column] = _storable(value)
            else:
                row[column] = None
                dropped.append(column)
    return dropped


def _is_last_of_its_kind(table: str, column: str, row: dict[str, Any]) -> bool:
    group = ONE_OF.get(table, ())
    return column in group and all(row.get(other) is None for other in group if other != column)


def _storable(value: Any) -> Any:
    return max(-LARGEST_DOUBLE, min(LARGEST_DOUBLE, value)) if isinstance(value, int | float) else value


def is_track_possible(track: dict[str, Any], details: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether a track's totals, bins and efforts are all possible: one impossible value casts doubt on the whole track."""
    totals = all(is_possible(track.get(column), BOUNDS["runs"][column]) for column in ("track_distance_m", "track_moving_s"))
    return totals and all(
        is_possible(row.get(column), bound)
        for table, rows in details.items()
        for row in rows
        for column, bound in BOUNDS[table].items()
    )


def hold_run(row: dict[str, Any]) -> None:
    """Does what `hold` does for a row of raw.runs, and adds a note for each kind of value that was dropped.

    With a track, the file's own totals are optional too. A total distance of 0 was not measured. A climb too steep for the
    distance and an impossible number of steps are dropped as well.
    """
    bounds = BOUNDS["runs"]
    lost = {bounds[column].note for column in hold("runs", row)}
    if row.get("track_points"):
        for column, note in (("summary_distance_m", "distance_dropped"), ("summary_moving_s", "time_dropped")):
            if not is_possible(row.get(column), bounds[column]):
                row[column] = None
                lost.add(note)
    for column in ("summary_distance_m", "summary_distance_km_or_mi"):
        if row.get(column) == 0:
            row[column] = None
    if row.get("track_distance_m") == 0 and row.get("sub_sport") in ("treadmill", "indoor_running"):
        row["track_distance_m"] = None
    lost |= {note for note in (_hold_climb(row), _hold_steps(row)) if note}
    row["notes"] = sorted({*(row.get("notes") or ()), *lost} - {""})


def _hold_climb(row: dict[str, Any]) -> str:
    """Drop climbs too steep for the distance, which is taken as the longest that the file may mean. Returns the note, or ""."""
    metres = max(row.get("track_distance_m") or 0, row.get("summary_distance_m") or 0)
    km_or_mi = row.get("summary_distance_km_or_mi") or 0
    most = {
        "m": metres or 1609.344 * km_or_mi,
        "m_or_ft": (metres / 1000 or km_or_mi) * 5280,
    }  # a mile for 5,280 ft, or a km for 1,000 m
    if not metres and not km_or_mi:
        return ""
    note = ""
    for column in [name for name in row if "ascent" in name or "descent" in name]:
        length = most["m_or_ft" if column.endswith("_or_ft") else "m"]
        if (row[column] or 0) > max(CLIMB_FREE_M, STEEPEST_CLIMB * length):
            row[column], note = None, "ascent_dropped"
    return note


def _hold_steps(row: dict[str, Any]) -> str:
    note = ""
    for steps, seconds in (("summary_steps", "summary_moving_s"), ("track_steps", "track_moving_s")):
        time_s = row.get(seconds) or row.get("track_moving_s")
        if row.get(steps) and time_s and row[steps] > FASTEST_CADENCE_SPM * (time_s + 60) / 60:
            row[steps], note = None, "cadence_dropped"
    return note


# What nobody can run in this time, for rows of raw.runs without a track; a distance whose unit is not stated is read as km.
NO_RUNNING_SQL = f"""
    coalesce(track_points, 0) = 0 and coalesce(summary_distance_m, 1000 * summary_distance_km_or_mi) > if(
        coalesce(summary_distance_m, 1000 * summary_distance_km_or_mi) > {SPRINT_UP_TO_M},
        {RUNNING_MPS} * summary_moving_s, {SPRINT_MPS} * summary_moving_s + {SPRINT_GRACE_M}
    )
"""


def problem_of_as_of(as_of: date, today: date) -> str:
    """Why a day cannot be the as-of date, in a few words; empty if it can."""
    if as_of < EARLIEST.date():
        return f"lies before {EARLIEST:%Y}, and no log reaches back so far"
    if as_of > today + FURTHEST_AHEAD:
        return f"lies more than a year after today ({today})"
    return ""

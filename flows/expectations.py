"""What has to hold at the three borders, each with its reason in plain words.

`critical` at the raw border sends a row to quarantine; at staging and marts it stops publication. A `warning` is shown only.
Great Expectations is imported where the suites are made: it takes seconds, and only the guard needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations of one table, and the columns that name a row of it."""

    table: str  # schema.table
    keys: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    remedy: str = ""  # what a coach can do about a refused row


def _not_in_the_future(gxe: ModuleType, column: str, notes: str) -> Expectation:
    """A day no later than tomorrow: somewhere on earth it has begun."""
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=(f"select athlete_id, file_id, row_number from {{batch}} where {column} > cast(now() as date) + 1"),
        description=f"{column} is not in the future",
        notes=notes,
    )


def raw_suites() -> list[Suite]:
    """What a row from a file has to be before anything is worked out from it."""
    import great_expectations.expectations as gxe  # noqa: PLC0415

    between = gxe.ExpectColumnValuesToBeBetween
    runs = Suite(
        "raw.runs",
        ("athlete_id", "file_id", "activity_number"),
        (
            between(column="started_at", min_value=EARLIEST, max_value=LATEST,
                    notes="A start in 1989 is a watch whose clock was never set: FIT counts from 1989-12-31."),
            between(column="started_local", min_value=EARLIEST.replace(tzinfo=None), max_value=LATEST.replace(tzinfo=None),
                    notes="A start before 1990 or after 2100 is a mistyped year."),
            between(column="summary_distance_m", min_value=0, max_value=500_000,
                    notes="Less than nothing or more than 500 km is not one run."),
            between(column="summary_distance_km_or_mi", min_value=0, max_value=500,
                    notes="Less than nothing or more than 500 km or miles is not one run."),
            between(column="summary_moving_s", min_value=0, max_value=259_200,
                    notes="Less than nothing or more than three days is not one run."),
            between(column="summary_elapsed_s", min_value=0, max_value=864_000,
                    notes="More than ten days from start to stop is a watch that was left on."),
            between(column="summary_avg_heart_rate_bpm", min_value=25, max_value=250,
                    notes="No runner's heart beats slower than 25 or faster than 250 a minute on average."),
            between(column="rpe", min_value=0, max_value=10, notes="Effort is rated from 0 to 10 (CR10)."),
            between(column="carried_kg", min_value=0, max_value=100, notes="Nobody runs with more than 100 kg."),
            between(column="summary_ascent_m", min_value=0, max_value=30_000,
                    notes="More than 30,000 m of climbing is not one run."),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, file_id, activity_number from {batch} "
                    "where coalesce(nullif(track_moving_s, 0), nullif(summary_moving_s, 0)) is null "
                    "and coalesce(track_distance_m, 0) = 0"
                ),
                description="moving time or a track is there",
                notes="A run that lasted no time at all cannot be counted.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, file_id, activity_number from {batch} "
                    "where track_distance_m is null and summary_distance_m > 1000 "
                    "and summary_distance_m > 9 * summary_moving_s"
                ),
                description="distance and moving time fit together",
                notes="Faster than 9 m/s over more than a kilometre is no running: distance or time is mistyped.",
            ),
        ),
        "Mend the value in the file or in the watch's app and export it again.",
    )  # fmt: skip
    strength_sets = Suite(
        "raw.strength_sets",
        ("athlete_id", "file_id", "set_row"),
        (
            between(column="performed_at", min_value=EARLIEST, max_value=LATEST,
                    notes="A set in 1989 comes from a watch whose clock was never set."),
            between(column="performed_local", min_value=EARLIEST.replace(tzinfo=None), max_value=LATEST.replace(tzinfo=None),
                    notes="A set before 1990 or after 2100 is a mistyped year."),
            between(column="reps", min_value=0, max_value=1000, notes="More than 1,000 repetitions are not one set."),
            between(column="weight_kg", min_value=0, max_value=700, notes="More than 700 kg has not been lifted yet."),
            between(column="weight_unstated", min_value=0, max_value=1550,
                    notes="More than 1,550 kg or lb has not been lifted yet."),
            between(column="hold_s", min_value=0, max_value=3600, notes="A hold of more than an hour is a mistyped time."),
            between(column="rpe", min_value=0, max_value=10, notes="Effort is rated from 0 to 10 (CR10)."),
            between(column="rir", min_value=0, max_value=50, notes="Repetitions in reserve are counted from 0 up."),
        ),
        "Mend the row in the log.",
    )  # fmt: skip
    symptoms = Suite(
        "raw.symptoms",
        ("athlete_id", "file_id", "row_number"),
        (
            between(column="pain_0_10", min_value=0, max_value=10, notes="Pain is rated from 0 to 10."),
            between(column="visa_a", min_value=0, max_value=100, notes="VISA-A runs from 0 to 100."),
            between(column="morning_stiffness_min", min_value=0, max_value=1440,
                    notes="Stiffness is given in minutes of one morning."),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, file_id, row_number from {batch} where (athlete_id, report_date, coalesce(side, '')) in ("
                    "select (athlete_id, report_date, coalesce(side, '')) from {batch} "
                    "group by all having count(distinct pain_0_10) > 1)"
                ),
                description="one pain score for a day and side",
                notes="Two scores for one morning contradict each other: nobody can tell which is right.",
            ),
            _not_in_the_future(gxe, "report_date", "A report cannot be about a day that has not come."),
        ),
        "Mend the row in symptoms.csv.",
    )  # fmt: skip
    injuries = Suite(
        "raw.injuries",
        ("athlete_id", "file_id", "row_number"),
        (
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=("select athlete_id, file_id, row_number from {batch} where resolved_date < onset_date"),
                description="resolved_date is not before onset_date",
                notes="An injury cannot end before it starts.",
            ),
            _not_in_the_future(gxe, "onset_date", "An injury cannot have begun on a day that has not come."),
        ),
        "Mend the dates in injuries.csv.",
    )
    calf_tests = Suite(
        "raw.calf_tests",
        ("athlete_id", "file_id", "row_number"),
        (between(column="repetitions", min_value=0, max_value=300,
                 notes="More than 300 single-leg raises in one test is a mistyped number."),
         _not_in_the_future(gxe, "test_date", "A test cannot have been done on a day that has not come.")),
        "Mend the row in calf_tests.csv.",
    )  # fmt: skip
    marks = Suite(
        "raw.marks",
        ("athlete_id", "file_id", "row_number"),
        (
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="select athlete_id, file_id, row_number from {batch} where to_date < from_date",
                description="to_date is not before from_date",
                notes="A mark cannot end before it starts.",
            ),
        ),
        "Mend the dates in marks.csv.",
    )
    return [runs, strength_sets, symptoms, injuries, calf_tests, marks]


def staging_suites() -> list[Suite]:
    """What has to hold once files have become athletes, runs and sets."""
    import great_expectations.expectations as gxe  # noqa: PLC0415
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    return [
        Suite(
            "staging.athletes",
            ("athlete_id",),
            (
                gxe.ExpectColumnValuesToBeUnique(column="athlete_id", notes="One athlete, one row: else loads would be doubled."),
                gxe.ExpectColumnValuesToNotBeNull(column="timezone", notes="Without a time zone no run has a local day."),
            ),
        ),
        Suite(
            "staging.runs",
            ("athlete_id", "run_id"),
            (
                gxe.ExpectColumnValuesToBeUnique(column="run_id", notes="A run that stands twice is counted twice."),
                gxe.ExpectColumnValuesToNotBeNull(column="run_date", notes="A run without a day has no place in a week."),
                gxe.ExpectColumnValuesToBeInSet(column="sport", value_set=["run", "walk", "hike"],
                                                notes="Nothing but feet loads an Achilles tendon in these tables."),
                gxe.ExpectColumnValuesToBeBetween(column="distance_m", min_value=0, notes="No run is shorter than nothing."),
                gxe.ExpectColumnValuesToBeBetween(
                    column="distance_m", max_value=250_000, severity=FailureSeverity.WARNING,
                    notes="Over 250 km is more likely a drive home than a run: worth a look.",
                ),
                gxe.ExpectColumnValuesToBeInSet(
                    column="is_dated", value_set=[True], severity=FailureSeverity.WARNING,
                    notes="A run dated before 2000 comes from a watch whose clock was not set: it is kept, but on no calendar.",
                ),
                gxe.ExpectColumnValuesToBeInSet(
                    column="sport_source", value_set=["stated"], severity=FailureSeverity.WARNING,
                    notes="The file does not say which sport it was; it was taken by name or by speed and cadence.",
                ),
            ),
        ),
        Suite(
            "staging.strength_sets",
            ("athlete_id", "file_id", "set_row"),
            (
                gxe.ExpectColumnValuesToNotBeNull(column="set_date", notes="A set without a day cannot be fresh or stale."),
                gxe.ExpectColumnValuesToNotBeNull(
                    column="exercise_id", severity=FailureSeverity.WARNING,
                    notes="An exercise that the catalogue does not know earns no credit; it may be the calf work.",
                ),
            ),
        ),
    ]  # fmt: skip


def mart_suites() -> list[Suite]:
    """What has to hold before anybody may read it."""
    import great_expectations.expectations as gxe  # noqa: PLC0415
    from great_expectations.expectations.row_conditions import Column  # noqa: PLC0415

    return [
        Suite(
            "marts.daily_load",
            ("athlete_id", "load_date"),
            (
                gxe.ExpectCompoundColumnsToBeUnique(
                    column_list=["athlete_id", "load_date"], notes="A day that stands twice doubles every window over it."
                ),
                gxe.ExpectColumnValuesToBeBetween(column="distance_m", min_value=0, notes="No day is shorter than nothing."),
                gxe.ExpectColumnValuesToBeBetween(
                    column="moving_s", min_value=0, max_value=86_400 * 3, notes="A day has 24 hours, a multi-day race a few more."
                ),
            ),
        ),
        Suite(
            "marts.load_ratio",
            ("athlete_id", "load_date", "measure"),
            (
                gxe.ExpectCompoundColumnsToBeUnique(
                    column_list=["athlete_id", "load_date", "measure"], notes="One ratio per athlete, day and measure."
                ),
                gxe.ExpectColumnValuesToBeBetween(
                    column="acwr_coupled", min_value=0, max_value=4.000001,
                    notes="The last week is part of the last four: a coupled ratio above 4 is an error of arithmetic. "
                    "Where days are unknown it can pass 4 a little.",
                    row_condition=Column("known_days_28") == 28,  # noqa: PLR2004
                ),
                gxe.ExpectColumnValuesToBeBetween(column="acwr_uncoupled", min_value=0, notes="Loads are not negative."),
                gxe.ExpectColumnValuesToBeInSet(
                    column="ratio_state", value_set=["ok", "building", "missing_days", "low_base"],
                    notes="A ratio without a reason for its absence would read as rest.",
                ),
            ),
        ),
        Suite(
            "marts.athlete_status",
            ("athlete_id", "load_date"),
            (
                gxe.ExpectCompoundColumnsToBeUnique(
                    column_list=["athlete_id", "load_date"], notes="One flag per athlete and day."
                ),
                gxe.ExpectColumnValuesToBeInSet(
                    column="flag", value_set=["green", "amber", "red", "grey"], notes="Four flags and no other."
                ),
                gxe.ExpectColumnValuesToNotBeNull(column="next_action", notes="A flag without a next step helps nobody."),
                gxe.ExpectColumnValuesToNotBeNull(column="headline", notes="A flag without its reason cannot be trusted."),
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query=(
                        "select athletes.athlete_id from marts.athletes "
                        "where athlete_id not in (select athlete_id from {batch} "
                        "where load_date = (select max(as_of_date) from seeds.night))"
                    ),
                    description="every athlete has a status on the as-of date",
                    notes="An athlete who is missing from the page would read as fine.",
                ),
            ),
        ),
    ]  # fmt: skip

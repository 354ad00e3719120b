"""The expectations at the three borders, each with its purpose in plain words.

`critical` at the raw border sends a row to quarantine; at staging and marts it sets aside the athletes whose rows fail, and stops
publication if a failing row belongs to no athlete. A `warning` is only shown.
The functions import Great Expectations themselves: that takes seconds, and only the guard needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from flows.intake import bounds

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations of one table, and the columns that identify its rows."""

    table: str  # schema.table
    keys: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    remedy: str = ""  # what a coach can do about a refused row


def _not_in_the_future(gxe: ModuleType, column: str, notes: str) -> Expectation:
    """Expects a day no later than tomorrow, which may have begun in another time zone."""
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=(f"select athlete_id, file_id, row_number from {{batch}} where {column} > cast(now() as date) + 1"),
        description=f"{column} is not in the future",
        notes=notes,
    )


def _within_bounds(gxe: ModuleType, table: str, number: str) -> Iterator[Expectation]:
    """The bounds of a raw table (flows/intake/bounds.py).

    Ingest clears impossible values that a row can do without; those still found here make their row useless.
    """
    for column, bound in bounds.BOUNDS[table].items():
        is_zero_kept = bound.zero == "kept"
        yield gxe.ExpectColumnValuesToBeBetween(
            column=column, min_value=0 if is_zero_kept else bound.lowest, max_value=bound.highest, notes=bound.why
        )
        if is_zero_kept:
            yield gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    f"select athlete_id, file_id, {number} from {{batch}} where {column} > 0 and {column} < {bound.lowest}"
                ),
                description=f"{column} is 0 or at least {bound.lowest}",
                notes=bound.why,
            )


def _says_when(gxe: ModuleType, key: str, *columns: str) -> Expectation:
    """Expects a moment or a local time: without either a row belongs to no week."""
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=f"select athlete_id, file_id, {key} from {{batch}} where coalesce({', '.join(columns)}) is null",
        description="a start is there",
        notes="Nobody can tell on which day it was.",
    )


def raw_suites() -> list[Suite]:
    """The expectations of rows from files, before anything is calculated from them."""
    import great_expectations.expectations as gxe  # noqa: PLC0415

    return [
        _raw_runs(gxe),
        _raw_strength_sets(gxe),
        _raw_symptoms(gxe),
        _raw_injuries(gxe),
        _raw_calf_tests(gxe),
        _raw_marks(gxe),
        _raw_ahead(gxe, "notes", "Correct the row in notes.csv; its runner must stand in squad.csv."),
        _raw_ahead(gxe, "plan", "Correct the row or the event in the plan; its runner must stand in squad.csv."),
    ]


def _raw_runs(gxe: ModuleType) -> Suite:
    return Suite(
        "raw.runs",
        ("athlete_id", "file_id", "activity_number"),
        (
            _says_when(gxe, "activity_number", "started_at", "cast(started_local as timestamptz)"),
            *_within_bounds(gxe, "runs", "activity_number"),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, file_id, activity_number from {batch} "
                    "where not coalesce(greatest(track_moving_s, summary_moving_s) > 0, false) "
                    "and not coalesce(track_distance_m > 0, false) "
                    "and not coalesce(coalesce(track_moving_s, summary_moving_s) is null "
                    "and coalesce(summary_distance_m, summary_distance_km_or_mi) > 0, false)"
                ),
                description="moving time, a distance or a track is there",
                notes="A run that lasted no time at all cannot be counted.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=f"select athlete_id, file_id, activity_number from {{batch}} where {bounds.NO_RUNNING_SQL}",
                description="distance and moving time fit together",
                notes="Faster than 9 m/s over more than a kilometre, or than any sprinter over less, is no running: "
                "distance or time is mistyped.",
            ),
        ),
        "Mend the value in the file or in the watch's app and export it again.",
    )  # fmt: skip


def _raw_strength_sets(gxe: ModuleType) -> Suite:
    return Suite(
        "raw.strength_sets",
        ("athlete_id", "file_id", "set_row"),
        (
            _says_when(gxe, "set_row", "performed_at", "cast(performed_local as timestamptz)"),
            *_within_bounds(gxe, "strength_sets", "set_row"),
        ),
        "Mend the row in the log.",
    )  # fmt: skip


def _raw_symptoms(gxe: ModuleType) -> Suite:
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    return Suite(
        "raw.symptoms",
        ("athlete_id", "file_id", "row_number"),
        (
            *_within_bounds(gxe, "symptoms", "row_number"),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, file_id, row_number from {batch} where (athlete_id, report_date, coalesce(side, '')) in ("
                    "select (athlete_id, report_date, coalesce(side, '')) from {batch} "
                    "group by all having count(distinct pain_0_10) > 1)"
                ),
                severity=FailureSeverity.WARNING,
                description="one pain score for a day and side",
                notes="Two scores for one morning contradict each other: the highest counts. Mend the row that is wrong.",
            ),
            _not_in_the_future(gxe, "report_date", "A report cannot be about a day that has not come."),
        ),
        "Mend the row in symptoms.csv.",
    )  # fmt: skip


def _raw_injuries(gxe: ModuleType) -> Suite:
    return Suite(
        "raw.injuries",
        ("athlete_id", "file_id", "row_number"),
        (
            *_within_bounds(gxe, "injuries", "row_number"),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=("select athlete_id, file_id, row_number from {batch} where resolved_date < onset_date"),
                description="resolved_date is not before onset_date",
                notes="An injury cannot end before it starts.",
            ),
            _not_in_the_future(gxe, "onset_date", "An injury cannot have begun on a day that has not come."),
        ),
        "Mend the dates in injuries.csv.",
    )


def _raw_calf_tests(gxe: ModuleType) -> Suite:
    return Suite(
        "raw.calf_tests",
        ("athlete_id", "file_id", "row_number"),
        (*_within_bounds(gxe, "calf_tests", "row_number"),
         _not_in_the_future(gxe, "test_date", "A test cannot have been done on a day that has not come.")),
        "Mend the row in calf_tests.csv.",
    )  # fmt: skip


def _raw_marks(gxe: ModuleType) -> Suite:
    return Suite(
        "raw.marks",
        ("athlete_id", "file_id", "row_number"),
        (
            *_within_bounds(gxe, "marks", "row_number"),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="select athlete_id, file_id, row_number from {batch} where to_date < from_date",
                description="to_date is not before from_date",
                notes="A mark cannot end before it starts.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, file_id, row_number from {batch} "
                    f"where to_date - from_date > {bounds.LONGEST_MARK_DAYS}"
                ),
                description="a mark lasts a year and a half at most",
                notes="A mark of more than a year and a half is a mistyped year.",
            ),
        ),
        "Mend the dates in marks.csv.",
    )


def _of_somebody(gxe: ModuleType, table: str) -> Expectation:
    """Expects a known athlete: a plan or a note makes nobody a runner, as a run does."""
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=(
            "select athlete_id, file_id, row_number from {batch} where athlete_id not in (select athlete_id from raw.athletes)"
        ),
        description="athlete_id is a known runner",
        notes=f"Nobody of that id is in squad.csv, has a folder or is named in a log, so this row of the {table} is for nobody.",
    )


def _raw_ahead(gxe: ModuleType, table: str, remedy: str) -> Suite:
    """What is written about somebody, not done by them: a known runner's, within its bounds."""
    return Suite(
        f"raw.{table}",
        ("athlete_id", "file_id", "row_number"),
        (*_within_bounds(gxe, table, "row_number"), _of_somebody(gxe, table)),
        remedy,
    )


def staging_suites() -> list[Suite]:
    """The expectations once files have become athletes, runs and sets."""
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
            "activities.runs",
            ("athlete_id", "run_id", "run_date"),
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
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query=(
                        "select athlete_id, run_id from {batch} where list_contains(notes, 'years_before_others')"
                    ),
                    severity=FailureSeverity.WARNING, description="no run is dated years before all others",
                    notes="A run years before all others may bear a wrong date: mend it, or leave it if it is right.",
                ),
                gxe.ExpectColumnValuesToBeInSet(
                    column="sport_source", value_set=["stated"], severity=FailureSeverity.WARNING,
                    notes="The file does not say which sport it was; it was taken by name or by speed and cadence.",
                ),
            ),
        ),
        _activities_strength_sets(gxe),
    ]  # fmt: skip


def _activities_strength_sets(gxe: ModuleType) -> Suite:
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    return Suite(
        "activities.strength_sets",
        ("athlete_id", "file_id", "set_row", "set_date"),
        (
            gxe.ExpectColumnValuesToNotBeNull(column="set_date", notes="A set without a day cannot be fresh or stale."),
            gxe.ExpectColumnValuesToNotBeNull(
                column="exercise_id", severity=FailureSeverity.WARNING,
                notes="An exercise that the catalogue does not know earns no credit; it may be the calf work.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select sets.athlete_id, sets.file_id, sets.set_row, sets.set_date from {batch} as sets "
                    "inner join staging.athletes as athletes on sets.athlete_id = athletes.athlete_id "
                    "where sets.is_assisted and sets.assistance_kg > athletes.body_mass_kg"
                ),
                severity=FailureSeverity.WARNING, description="assistance is not above the body mass",
                notes="Nobody is helped by more than they weigh: the number may be the load, or body_mass_kg in squad.csv is "
                "wrong. Such a set counts only where its effort is logged.",
            ),
        ),
    )  # fmt: skip


def mart_suites() -> list[Suite]:
    """The expectations before anybody may read the marts."""
    import great_expectations.expectations as gxe  # noqa: PLC0415

    return [_marts_daily_load(gxe), _marts_load_ratio(gxe), _marts_flags(gxe), _marts_athlete_status(gxe)]


def _marts_daily_load(gxe: ModuleType) -> Suite:
    return Suite(
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
    )  # fmt: skip


def _marts_load_ratio(gxe: ModuleType) -> Suite:
    from great_expectations.expectations.row_conditions import Column  # noqa: PLC0415

    return Suite(
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
    )  # fmt: skip


def _marts_flags(gxe: ModuleType) -> Suite:
    return Suite(
        "marts.flags",
        ("athlete_id", "load_date", "code", "measure", "side"),
        (
            gxe.ExpectCompoundColumnsToBeUnique(
                column_list=["athlete_id", "load_date", "code", "measure", "side"], notes="One reason, one row."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="state", value_set=["raised", "clear", "not_assessed"], notes="Three states and no other."
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, load_date, code from {batch} where state = 'raised' "
                    "and (value is null or threshold is null or message is null)"
                ),
                description="a raised reason has its value, threshold and message",
                notes="A reason that cannot say what it rests on cannot be trusted.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, load_date, code from {batch} "
                    "where load_date = (select max(as_of_date) from seeds.night) "
                    "and ((action_code is not null and action is null) or coalesce(evidence, not_assessed_because) is null)"
                ),
                description="a reason of the as-of date has its sentence and next step",
                notes="A reason that says nothing helps nobody.",
            ),
        ),
    )  # fmt: skip


def _marts_athlete_status(gxe: ModuleType) -> Suite:
    return Suite(
        "marts.athlete_status",
        ("athlete_id", "load_date"),
        (
            gxe.ExpectCompoundColumnsToBeUnique(
                column_list=["athlete_id", "load_date"], notes="One flag per athlete and day."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="flag", value_set=["green", "amber", "red", "grey"], notes="Four flags and no other."
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=(
                    "select athlete_id, load_date from {batch} where load_date = (select max(as_of_date) from seeds.night) "
                    "and (headline is null or next_action is null)"
                ),
                description="the flag of the as-of date has its headline and next action",
                notes="A flag without its reason cannot be trusted, one without a next step helps nobody.",
            ),
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
    )  # fmt: skip

"""Lays out what a reader found in one content as rows of the raw tables; lay_out_runs does it for runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flows.intake import bounds
from flows.intake.contents import (
    LOG_TABLES,
    ROOT,
    ColumnRows,
    Job,
    ParsedFile,
    Rows,
    lost_kind,
    lost_with,
    names_below,
    owner_of,
)
from flows.intake.lay_out_columns import ONLY_THESE_COUNT, SNAPSHOTS, plain_runs, plain_sets
from flows.intake.lay_out_runs import lay_out_run
from flows.readers import sports
from flows.readers.track_clock import on_one_clock
from flows.records import Activity, FileContent, Record, RefusedRow, StrengthSet

STRENGTH_LOGS = {"strength_csv", "strong_csv", "hevy_csv", "hevy_json"}  # formats
NO_RUNS = STRENGTH_LOGS | {"symptoms_csv", "injuries_csv", "calf_tests_csv", "marks_csv", "notes_csv", "plan_csv", "ics"}
WITH_SETS = {"fit"}  # formats of recordings that hold sets
# Raw tables whose rows are a reader's records, and the records' field.
RECORDS = {name: name for name in ("symptoms", "injuries", "calf_tests", "marks", "plan")} | {"notes": "coach_notes"}


def lay_out(job: Job, content: FileContent) -> ParsedFile:
    """What a reader found, as rows of the raw tables; the only sports that count are running, walking, hiking and strength."""
    rows: Rows = {table: [] for table in LOG_TABLES}
    ignored: list[str] = []
    runs = plain_runs(job, content)
    ignored += runs.ignored
    for number, as_recorded in _one_by_one(content.activities, runs.places):
        said = on_one_clock(as_recorded)
        activity = replace(said, sub_sport=said.sub_sport or sports.sub_sport_of(said.sport))
        sport = sports.look_up(activity.sport, activity.sub_sport)
        if activity.linked_file or content.format in SNAPSHOTS:
            rows["named_files"].append(_named_row(job, number, activity, sport))
        is_open = sport is None or sport.kind == sports.UNSTATED
        hint = sports.sport_in_names(activity.title, *names_below(job.shown)[activity.row is not None :]) if is_open else None
        kind = hint.kind if hint and hint.kind == sports.STRENGTH else sport.kind if sport else sports.UNSTATED
        if kind == sports.OTHER and sport:
            ignored.append(f"{sport.meaning}: {ONLY_THESE_COUNT}")
        elif kind == sports.UNSTATED and activity.is_leg:
            ignored.append("a leg of a multisport activity that does not say its sport")
        elif kind == sports.STRENGTH:
            _lay_out_strength(job, content, number, activity, rows)
        else:
            lay_out_run(job, content, number, activity, sport, hint, rows)
    sets, laid_out = plain_sets(job, content)
    so_far = len(rows["strength_sets"])
    for number, strength_set in _one_by_one(content.strength_sets, laid_out):
        rows["strength_sets"].append(_set_row(job, content, so_far + number, strength_set))
    for table, field in RECORDS.items():
        rows[table] = [_log_row(job, _flat(record)) for record in getattr(content, field)]
    dropped = _within_bounds(rows)
    _refuse_rows_of_others(job, rows)
    rows["refused_rows"] += [
        refused_row(row) | _lost_with_row(content.format, lost_kind(row.sport, row.sub_sport)) for row in content.refused_rows
    ]
    for row in rows["refused_rows"]:
        row["athlete_id"] = job.athlete_id or owner_of(row.get("athlete_id"), job)
        row["file_id"] = job.file_id
    return _parsed(job, content, rows, runs.columns | sets, ignored, dropped)


def _one_by_one(records: Sequence[Record], laid_out: set[int]) -> Iterator[tuple[int, Record]]:
    """The number of each record that is not laid out yet, from 1 on, and the record."""
    if not laid_out:
        yield from enumerate(records, start=1)
        return
    for place in range(len(records)):
        if place not in laid_out:
            yield place + 1, records[place]


def _parsed(
    job: Job, content: FileContent, rows: Rows, columns: dict[str, ColumnRows], ignored: list[str], dropped: list[str]
) -> ParsedFile:
    """What became of a content: loaded if it holds something, refused if something was lost, else ignored."""
    tables = {*columns, *(table for table in LOG_TABLES if rows[table])}
    holds_something = bool(tables - {"refused_rows", "named_files"})
    left_out = [why if times == 1 else f"{times} times {why}" for why, times in sorted(Counter(ignored).items())]
    notes = [*content.notes, *left_out, *dropped]
    if content.partly_because:
        notes.insert(0, f"partly read: {content.partly_because}")
    if content.nothing_because:
        notes.append(content.nothing_because)
    outcome, remedy = "ignored", None
    if holds_something:
        outcome = "loaded"
        if content.partly_because:
            remedy = "If the watch or its app still has the activity, export it again and replace the file."
    elif rows["refused_rows"] or (content.partly_because and not ignored):
        outcome, remedy = "quarantined", "Export it again from the watch or its app, then replace the file."
        if rows["refused_rows"]:
            notes = notes or ["no row of it could be taken"]
            remedies = {row["remedy"] for row in rows["refused_rows"]}
            remedy = remedies.pop() if len(remedies) == 1 else "See its refused rows; mend them in the file."
    return ParsedFile(
        job.athlete_id,
        job.file_id,
        outcome,
        content.format,
        content.parser,
        "; ".join(notes) or None,
        remedy,
        is_partial=bool(content.partly_because) and holds_something,
        rows=rows,
        columns=columns,
        **lost_with(job.shown),
    )


def _lay_out_strength(job: Job, content: FileContent, number: int, activity: Activity, rows: Rows) -> None:
    rows["strength_sessions"].append(
        {
            "athlete_id": job.athlete_id,
            "file_id": job.file_id,
            "activity_number": number,
            "started_at": activity.started_at,
            "started_local": activity.started_local,
            "duration_s": activity.elapsed_s or activity.moving_s,
            "avg_heart_rate_bpm": activity.avg_heart_rate_bpm,
            "sets": len(activity.sets),
        }
    )
    for strength_set in activity.sets:
        rows["strength_sets"].append(_set_row(job, content, len(rows["strength_sets"]) + 1, strength_set))


def _set_row(job: Job, content: FileContent, set_row: int, strength_set: StrengthSet) -> dict[str, Any]:
    row = _log_row(job, _flat(strength_set))
    return row | {"set_row": set_row, "source_format": content.format.removeprefix("strength_")}


def _log_row(job: Job, record: dict[str, Any]) -> dict[str, Any]:
    record["row_number"] = record.pop("row")
    return record | {"athlete_id": owner_of(record["athlete_id"], job), "file_id": job.file_id}


def _flat(record: Any) -> dict[str, Any]:
    """A record of plain values as a dict; dataclasses.asdict would deep-copy each value, at four times the cost."""
    said = {name: getattr(record, name) for name in record.__slots__}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}


def _named_row(job: Job, number: int, activity: Activity, sport: sports.Sport | None) -> dict[str, Any]:
    """A row of raw.named_files: what a table calls an activity of any sport."""
    return {
        "athlete_id": job.athlete_id,
        "file_id": job.file_id,
        "activity_number": number,
        "linked_file": activity.linked_file,
        "started_at": activity.started_at,
        "started_local": activity.started_local,
        "sport_stated": activity.sport,
        "sport_kind": sport.kind if sport else None,
    }


def refused_row(row: RefusedRow) -> dict[str, Any]:
    return {
        "place": row.place,
        "reason": row.reason,
        "remedy": row.remedy,
        "row_text": row.text,
        "activity_date": row.activity_date,
        "started_at": row.started_at,
        "athlete_id": row.athlete_id,
        "may_be_run": False,
        "may_be_strength": False,
    }


def _lost_with_row(content_format: str, kind: str) -> dict[str, bool]:
    """Whether a run, or strength work, may be lost with a row of that kind of sport."""
    is_open = kind == sports.UNSTATED
    return {
        "may_be_run": content_format not in NO_RUNS and (kind == "run" or is_open),
        "may_be_strength": content_format in STRENGTH_LOGS
        or kind == sports.STRENGTH
        or (is_open and content_format in WITH_SETS),
    }


def _within_bounds(rows: Rows) -> list[str]:
    """Hold all rows but runs within their bounds. Returns what was dropped, in words for the file's own row."""
    left_out: Counter[tuple[str, str]] = Counter()
    for table in ("strength_sessions", "strength_sets", *RECORDS):
        for row in rows[table]:
            for column in bounds.hold(table, row):
                left_out[column, bounds.BOUNDS[table][column].why] += 1
    return [f"{column} left out of {times} row{'' if times == 1 else 's'}: {why}" for (column, why), times in left_out.items()]


def _refuse_rows_of_others(job: Job, rows: Rows) -> None:
    """Refuse a row at the root that names no athlete, and a row in an athlete's folder that names another one."""
    for table in (table for table in LOG_TABLES if table != "refused_rows"):
        kept = []
        for row in rows[table]:
            athlete_id = row["athlete_id"]
            if athlete_id and job.athlete_id in (ROOT, athlete_id):
                kept.append(row)
            elif table not in ("run_bins", "run_hr_bins", "run_efforts", "named_files"):  # these belong to a run
                if athlete_id:
                    reason = f"the row names {athlete_id!r} but the file lies in the folder of {job.athlete_id!r}"
                    remedy = "Move the row, or move the file to the root of the input folder."
                else:
                    reason = "it names no athlete and lies in no athlete's folder"
                    remedy = "Add an athlete_id column, or move the file into the athlete's folder."
                place = f"row {row['row_number']}" if row.get("row_number") else f"activity {row.get('activity_number', 1)}"
                rows["refused_rows"].append(
                    {
                        "place": place,
                        "reason": reason,
                        "remedy": remedy,
                        "row_text": "",
                        "may_be_run": table == "runs",
                        "may_be_strength": table in ("strength_sessions", "strength_sets"),
                        "started_at": row.get("started_at"),
                        "activity_date": row["started_local"].date() if row.get("started_local") else None,
                    }
                )
        rows[table] = kept

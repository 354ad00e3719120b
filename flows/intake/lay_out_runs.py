"""One run as rows of raw.runs, run_bins, run_hr_bins and run_efforts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from flows.intake import bounds
from flows.intake.contents import Job, Rows, owner_of
from flows.intake.run_summary import RunSummary, summarise
from flows.readers import sports
from flows.records import Activity, FileContent


def lay_out_run(
    job: Job,
    content: FileContent,
    number: int,
    activity: Activity,
    sport: sports.Sport | None,
    hint: sports.Sport | None,
    rows: Rows,
) -> None:
    """One run as rows. `sport` is what the file states, `hint` the sport that its names suggest."""
    key = {
        "athlete_id": owner_of(activity.athlete_id, job),
        "file_id": job.file_id,
        "activity_number": number,
    }
    summary = summarise(activity)
    row = key | {
        "row_number": activity.row,
        "source_format": content.format.removeprefix("runs_"),
        "parser": content.parser,
        "sport_stated": activity.sport,
        "sport_kind": sport.kind if sport else None,
        "sub_sport": activity.sub_sport,
        "sport_hint": hint.word if hint else None,
        "hint_kind": hint.kind if hint else None,
        "started_at": activity.started_at,
        "started_local": activity.started_local,
        "summary_distance_m": activity.distance_m,
        "summary_distance_km_or_mi": activity.distance_km_or_mi,
        "summary_moving_s": activity.moving_s,
        "summary_elapsed_s": activity.elapsed_s,
        "summary_ascent_m": activity.ascent_m,
        "summary_descent_m": activity.descent_m,
        "summary_ascent_m_or_ft": activity.ascent_m_or_ft,
        "summary_descent_m_or_ft": activity.descent_m_or_ft,
        "summary_avg_heart_rate_bpm": activity.avg_heart_rate_bpm,
        "summary_steps": activity.steps,
        "rpe": activity.rpe,
        "carried_kg": activity.carried_kg,
        "title": activity.title,
        "gear": activity.gear,
        "note": activity.note,
        "notes": (*activity.notes, *(summary.notes if summary else ())),
    }
    details = _details_of(key, summary) if summary else {}
    track = _track_columns(summary) if summary else {}
    if bounds.is_track_possible(track, details):
        row |= track
        row |= start_of_track(row, summary)
    else:
        details = {}
        row["notes"] = (*activity.notes, "track_dropped")
    _count_steps(row, activity)
    bounds.hold_run(row)
    if row.get("track_points"):  # a run known only by its totals becomes one bin in sql/activities
        for table, lines in details.items():
            rows[table] += lines
    rows["runs"].append(row)


def _count_steps(row: dict[str, Any], activity: Activity) -> None:
    """Work out the steps of a file that gives only its cadence."""
    cadence_spm, moving_s = activity.avg_cadence_spm, activity.moving_s
    if activity.steps is None and cadence_spm and moving_s is not None:
        if bounds.is_possible(cadence_spm, bounds.CADENCE):
            row["summary_steps"] = cadence_spm * moving_s / 60
        else:
            row["notes"] = (*row["notes"], "cadence_dropped")


def _track_columns(summary: RunSummary) -> dict[str, Any]:
    return {
        "track_distance_m": summary.distance_m,
        "track_moving_s": summary.moving_s,
        "track_elapsed_s": summary.elapsed_s,
        "track_pause_s": summary.pause_s,
        "track_gap_s": summary.gap_s,
        "track_unmeasured_s": summary.unmeasured_s,
        "track_ascent_m": summary.ascent_m,
        "track_descent_m": summary.descent_m,
        "track_avg_heart_rate_bpm": summary.avg_heart_rate_bpm,
        "track_avg_cadence_spm": summary.avg_cadence_spm,
        "track_steps": summary.steps,
        "cadence_factor": summary.cadence_factor,
        "track_points": summary.points,
        "spike_points": summary.spike_points,
    }


def start_of_track(row: dict[str, Any], summary: RunSummary | None) -> dict[str, Any]:
    """The start of the track, for a file whose own start is missing or impossible."""
    limits = bounds.BOUNDS["runs"]
    stated = [name for name in ("started_at", "started_local") if row[name] is not None]
    if summary is None or (stated and all(bounds.is_possible(row[name], limits[name]) for name in stated)):
        return {}
    if not bounds.EARLIEST.timestamp() <= summary.started_at_s <= bounds.LATEST.timestamp():
        return {}
    notes = (*row["notes"], "start_dropped") if stated else row["notes"]
    started_at = pd.Timestamp(summary.started_at_s, unit="s", tz="UTC").to_pydatetime()
    return {"started_at": started_at, "started_local": None, "notes": notes}


def _details_of(key: dict[str, Any], summary: RunSummary) -> Rows:
    """The bins and best efforts of a track."""
    bins = {"run_bins": summary.speed_bins, "run_hr_bins": summary.heart_rate_bins}
    details: Rows = {
        table: [key | {str(name): value for name, value in bin_.items()} for bin_ in frame.to_dict("records")]
        for table, frame in bins.items()
    }
    details["run_efforts"] = [
        key | {"duration_s": seconds, "distance_m": metres} for seconds, metres in summary.best_efforts_m.items()
    ]
    return details
